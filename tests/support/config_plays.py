"""Plays about the configs of brokers: changed for one and for all, described with what they come from; levels of loggers."""

import time
from collections.abc import Mapping

from kafkacli.wire.messages import alter_configs, describe_configs, incremental_alter_configs
from tests.support.broker_play import Play
from tests.support.waiting import until

BROKER, LOGGER = 4, 8
OWN, ALL = "0", ""
SET, DELETE, APPEND, SUBTRACT = range(4)
KEYS = ("log.retention.ms", "log.segment.bytes", "log.cleanup.policy", "num.io.threads", "my.own", "listeners")


def describe_broker(play: Play, name: str, *keys: str, version: int = 2, noted: bool = True) -> dict[str, str | None]:
    """Describe a broker or all (""); returns values by name."""
    resource = describe_configs.DescribeConfigsResource(
        resource_type=BROKER, resource_name=name, configuration_keys=list(keys) or None
    )
    asked = describe_configs.DescribeConfigsRequest(resources=[resource], include_synonyms=version > 0)
    ((result,)) = play.ask(asked, version, noted=noted).results
    return {config.name: config.value for config in result.configs}


def change_broker(
    play: Play,
    name: str,
    *changes: tuple[str, int, str | None],
    kind: int = BROKER,
    validate_only: bool = False,
    noted: bool = True,
) -> None:
    """Change some configs of a broker, of all ("") or of loggers."""
    module = incremental_alter_configs
    resource = module.AlterConfigsResource(
        resource_type=kind,
        resource_name=name,
        configs=[module.AlterableConfig(name=key, config_operation=what, value=to) for key, what, to in changes],
    )
    play.ask(module.IncrementalAlterConfigsRequest(resources=[resource], validate_only=validate_only), 1, noted=noted)


def heard(play: Play) -> None:
    """Wait until the broker has heard of all changes: it hears in order, and says only of the last one that it has."""
    name, value = "log.cleaner.backoff.ms", str(time.time_ns() // 1_000)
    change_broker(play, OWN, (name, SET, value), noted=False)
    until(lambda: describe_broker(play, OWN, name, noted=False) == {name: value})
    change_broker(play, OWN, (name, DELETE, None), noted=False)
    until(lambda: describe_broker(play, OWN, name, noted=False) != {name: value})  # else the next time hears of this


def _replace(play: Play, name: str, configs: Mapping[str, str], *, kind: int = BROKER) -> None:
    resource = alter_configs.AlterConfigsResource(
        resource_type=kind,
        resource_name=name,
        configs=[alter_configs.AlterableConfig(name=key, value=value) for key, value in configs.items()],
    )
    play.ask(alter_configs.AlterConfigsRequest(resources=[resource]), 1)


def configs_of_brokers(play: Play) -> None:
    change_broker(play, ALL, ("log.retention.ms", SET, "70000"), ("log.segment.bytes", SET, "2000000"))
    change_broker(play, OWN, ("log.retention.ms", SET, "80000"), ("log.cleanup.policy", APPEND, "compact"))
    until(lambda: describe_broker(play, OWN, "log.retention.ms", noted=False) == {"log.retention.ms": "80000"})
    until(lambda: describe_broker(play, ALL, "log.segment.bytes", noted=False) == {"log.segment.bytes": "2000000"})
    until(
        lambda: (
            describe_broker(play, OWN, "log.cleanup.policy", noted=False) == {"log.cleanup.policy": "delete,compact"}
        )
    )
    for version in range(3):
        describe_broker(play, ALL, version=version)
    describe_broker(play, OWN, *KEYS[:3])
    describe_broker(play, OWN, "log.retention.minutes", "log.retention.hours", "log.roll.hours")
    change_broker(play, OWN, ("log.cleanup.policy", SUBTRACT, "compact"), ("log.retention.ms", DELETE, None))
    until(lambda: describe_broker(play, OWN, "log.retention.ms", noted=False) == {"log.retention.ms": "70000"})
    until(lambda: describe_broker(play, OWN, "log.cleanup.policy", noted=False) == {"log.cleanup.policy": "delete"})
    describe_broker(play, OWN, *KEYS[:3])
    _replace(play, OWN, {})
    _replace(play, ALL, {})
    until(lambda: describe_broker(play, ALL, noted=False) == {})
    until(lambda: describe_broker(play, OWN, "log.segment.bytes", noted=False) == {"log.segment.bytes": "1073741824"})
    describe_broker(play, OWN, *KEYS[:4])
    for name in (ALL, OWN):
        change_broker(play, name, ("broker.id", SET, "7"))
        change_broker(play, name, ("log.retention.ms", SET, "x"))
        change_broker(play, name, ("log.segment.bytes", SET, "1"))
        change_broker(play, name, ("ssl.keystore.type", SET, "JKS"))
        change_broker(play, name, ("num.io.threads", SET, "100"))
        change_broker(play, name, ("num.io.threads", SET, "1"))
        change_broker(play, name, ("num.io.threads", SET, "0"))
        change_broker(play, name, ("num.io.threads", APPEND, "1"))
        change_broker(play, name, ("no.such", APPEND, "1"))
        change_broker(play, name, ("log.retention.ms", SET, None))
        change_broker(play, name, ("log.retention.ms", SET, "9"), validate_only=True)
        _replace(play, name, {"log.retention.ms": "-7"})
    change_broker(play, ALL, ("listeners", SET, "PLAINTEXT://:0"))
    change_broker(play, "1", ("log.retention.ms", SET, "9"))
    change_broker(play, "x", ("log.retention.ms", SET, "9"))
    until(lambda: describe_broker(play, ALL, noted=False) == {"log.retention.ms": "-7"})
    describe_broker(play, ALL)
    for name in (ALL, OWN):
        _replace(play, name, {})
    until(lambda: describe_broker(play, ALL, noted=False) == {})
    until(lambda: describe_broker(play, OWN, *KEYS[:2], noted=False) == {KEYS[0]: None, KEYS[1]: "1073741824"})


def levels_of_loggers(play: Play) -> None:
    def describe(name: str, *keys: str) -> None:
        resource = describe_configs.DescribeConfigsResource(
            resource_type=LOGGER, resource_name=name, configuration_keys=list(keys)
        )
        play.ask(describe_configs.DescribeConfigsRequest(resources=[resource], include_synonyms=True), 3)

    controller = "kafka.controller.KafkaController"
    change_broker(play, OWN, (controller, SET, "ERROR"), kind=LOGGER)
    describe(OWN, controller, "no.such")
    change_broker(play, OWN, (controller, SET, "TRACE"), kind=LOGGER, validate_only=True)
    change_broker(play, OWN, (controller, SET, "error"), kind=LOGGER)
    change_broker(play, OWN, (controller, APPEND, "ERROR"), kind=LOGGER)
    change_broker(play, OWN, (controller, SUBTRACT, "ERROR"), kind=LOGGER)
    change_broker(play, OWN, ("no.such", SET, "ERROR"), kind=LOGGER)
    change_broker(play, OWN, ("root", DELETE, None), kind=LOGGER)
    describe(OWN, controller)
    change_broker(play, OWN, (controller, DELETE, None), kind=LOGGER)
    change_broker(play, "7", (controller, SET, "ERROR"), kind=LOGGER)
    describe("", controller)
    describe("7", controller)
    describe("x", controller)
    _replace(play, OWN, {controller: "ERROR"}, kind=LOGGER)


def dynamic_configs_of_every_kind(play: Play) -> None:
    """Names that nobody knows, listeners' own configs, passwords, and what can only be set for one broker or for all."""
    prefix = "listener.name.plaintext."
    for name in (OWN, ALL):
        change_broker(play, name, ("my.own", SET, "x"), ("max.connections", SET, "1000"))
        until(lambda: "my.own" in describe_broker(play, name, noted=False))  # noqa: B023
        describe_broker(play, name, "my.own", "max.connections")
        _replace(play, name, {})
        until(lambda: "my.own" not in describe_broker(play, name, noted=False))  # noqa: B023
    for name in (ALL, OWN):
        change_broker(play, name, (prefix + "max.connections", SET, "900"), validate_only=True)
        change_broker(play, name, (prefix + "max.connections", SET, "x"))
        change_broker(play, name, (prefix + "ssl.keystore.type", SET, "PKCS12"), validate_only=True)
        change_broker(play, name, (prefix + "ssl.keystore.password", SET, "secret"))
        change_broker(play, name, (prefix + "sasl.jaas.config", SET, "secret"), validate_only=True)
        change_broker(play, name, ("ssl.keystore.password", SET, "secret"))
        change_broker(play, name, ("listener.security.protocol.map", SET, "PLAINTEXT:SSL"))
        change_broker(play, name, ("advertised.listeners", SET, "PLAINTEXT"))
        change_broker(play, name, ("listeners", SET, "SSL://:0"))
        change_broker(play, name, ("max.connections.per.ip", SET, "0"))
        change_broker(play, name, ("max.connections.per.ip.overrides", SET, "a"))
        change_broker(play, name, ("max.connections.per.ip.overrides", SET, "localhost:x"))
        change_broker(play, name, ("max.connections.per.ip.overrides", SET, "localhost:9"), validate_only=True)
        change_broker(play, name, ("log.cleaner.threads", SET, "0"))
        change_broker(play, name, ("log.cleaner.threads", SET, "3"))
        change_broker(play, name, ("log.cleaner.dedupe.buffer.size", SET, "9"))
        change_broker(play, name, ("log.cleaner.io.max.bytes.per.second", SET, "fast"))
        change_broker(play, name, ("metric.reporters", SET, "no.such.Reporter"))
        change_broker(play, name, ("principal.builder.class", SET, "no.such.Builder"))
        change_broker(play, name, ("compression.type", SET, "none"))
        change_broker(play, name, ("log.message.format.version", SET, "2.5"))
        change_broker(play, name, ("log.retention.hours", SET, "1"))
        change_broker(play, name, ("log.flush.scheduler.interval.ms", SET, "1"))
        change_broker(play, name, ("leader.replication.throttled.rate", SET, "-1"))
        change_broker(play, name, ("leader.replication.throttled.rate", SET, "1000"), validate_only=True)
        change_broker(play, name, ("unclean.leader.election.enable", SET, "maybe"))
        change_broker(play, name, ("min.insync.replicas", SET, "0"))
        _replace(play, name, {"num.network.threads": "7", "broker.id": "9", "log.dirs": "x"})
    describe_broker(play, ALL)
