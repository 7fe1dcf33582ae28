"""Write tests/data/described_configs.tsv: what a real broker's DescribeConfigs says of every key, in version 3.

    python -m tests.data.make_described_configs HOST:PORT      a real Kafka 2.6.2, just started with PROPERTIES and broker.id 0

A line: what was described, name, value, read-only, source, sensitive, type, whether it has documentation, and the synonyms as
name=value@source. What differs from broker to broker is left out.
"""

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from kafkacli.wire.messages import describe_configs, incremental_alter_configs
from kafkacli.wire.messages.describe_configs import DescribeConfigsResourceResult
from tests.support.broker_play import Play
from tests.support.waiting import until

DATA: Final = Path(__file__).parent / "described_configs.tsv"
PROPERTIES: Final = {
    "log.retention.hours": "5",
    "log.retention.minutes": "7",
    "log.roll.ms": "900000",
    "my.own": "x",
    "listener.name.plaintext.ssl.keystore.password": "secret",
    "listener.name.plaintext.max.connections": "99",
    "log.flush.scheduler.interval.ms": "7777",
    "sasl.jaas.config": "secret",
    "ssl.key.password": "secret",
    "num.io.threads": "9",
    "log.cleanup.policy": "compact,delete",
    "log.cleaner.min.cleanable.ratio": "0.25",
    "log.roll.jitter.hours": "1",
    "log.cleaner.io.max.bytes.per.second": "1e6",
    "authorizer.class.name": "kafka.security.authorizer.AclAuthorizer",
    "allow.everyone.if.no.acl.found": "true",
    "broker.rack": "r1",
    "max.connections.per.ip.overrides": "localhost:500",
    "sasl.enabled.mechanisms": "PLAIN,GSSAPI",
}
OWN: Final = {
    "log.retention.ms": "80000",
    "num.io.threads": "10",
    "log.cleanup.policy": "delete",
    "listener.name.plaintext.max.connections": "98",
    "dynamic.own": "z",
}
DEFAULT: Final = {
    "log.retention.ms": "70000",
    "log.roll.ms": "800000",
    "log.segment.bytes": "2000000",
    "message.max.bytes": "5000",
    "log.flush.interval.ms": "99",
}
TOPIC: Final = {"retention.ms": "1234567", "segment.bytes": "3000000", "min.insync.replicas": "1"}
_ELSEWHERE: Final = ("advertised.listeners", "broker.id", "listeners", "log.dir", "log.dirs", "zookeeper.connect")
# What a test's broker needs, and the clusters that the real one is started in; both set it.
_TESTS: Final = (
    "group.initial.rebalance.delay.ms",
    "offsets.topic.num.partitions",
    "offsets.topic.replication.factor",
    "transaction.state.log.min.isr",
    "transaction.state.log.num.partitions",
    "transaction.state.log.replication.factor",
)


def lines(what: str, entries: Iterable[DescribeConfigsResourceResult]) -> list[str]:
    """Return a line for each entry, sorted."""
    found = []
    for entry in entries:
        if entry.name not in (*_ELSEWHERE, *_TESTS):
            synonyms = [f"{each.name}={each.value}@{each.source}" for each in entry.synonyms]
            told = (entry.value, entry.read_only, entry.config_source, entry.is_sensitive, entry.config_type)
            found.append(
                "\t".join(
                    (what, entry.name, json.dumps([*told, entry.documentation is not None]), json.dumps(synonyms))
                )
            )
    return sorted(found)


def _describe(play: Play, kind: int, name: str) -> list[DescribeConfigsResourceResult]:
    resource = describe_configs.DescribeConfigsResource(resource_type=kind, resource_name=name, configuration_keys=None)
    asked = describe_configs.DescribeConfigsRequest(
        resources=[resource], include_synonyms=True, include_documentation=True
    )
    (result,) = play.ask(asked, 3, noted=False).results
    configs: list[DescribeConfigsResourceResult] = result.configs
    return configs


def _set(play: Play, name: str, configs: Mapping[str, str]) -> None:
    module = incremental_alter_configs
    changes = [module.AlterableConfig(name=key, config_operation=0, value=value) for key, value in configs.items()]
    resource = module.AlterConfigsResource(resource_type=4, resource_name=name, configs=changes)
    play.ask(module.IncrementalAlterConfigsRequest(resources=[resource]), 1)
    until(lambda: configs.keys() <= {each.name for each in _describe(play, 4, name)})


def described(port: int) -> list[str]:
    """Return what a broker says at first, and after its dynamic configs are set."""
    play = Play(port)
    try:
        play.topic("plain")
        play.topic("own", 1, **{name.replace(".", "_"): value for name, value in TOPIC.items()})
        found = [
            line
            for kind, name in ((4, "0"), (2, "plain"))
            for line in lines(f"static {name}", _describe(play, kind, name))
        ]
        _set(play, "", DEFAULT)
        _set(play, "0", OWN)
        source = {"log.retention.ms": "80000", "log.roll.ms": "800000"}
        until(lambda: source.items() <= {each.name: each.value for each in _describe(play, 4, "0")}.items())
        for kind, name in ((4, "0"), (4, ""), (2, "plain"), (2, "own")):
            found += lines(f"dynamic {name}", _describe(play, kind, name))
    finally:
        play.client.socket.close()
    return found


if __name__ == "__main__":
    DATA.write_text("".join(f"{line}\n" for line in described(int(sys.argv[1].rpartition(":")[2]))))
