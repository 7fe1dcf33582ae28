"""What a topic's configs come down to on a broker."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from kafkacli.broker.configs import KafkaConfig
from kafkacli.broker.topic_configs import log_config
from kafkacli.config_types import ConfigError
from kafkacli.controller.config_changes import write_configs
from kafkacli.errors import ErrorCode
from kafkacli.record.batch import iter_headers
from kafkacli.wire.messages.incremental_alter_configs import (
    AlterableConfig,
    AlterConfigsResource,
    IncrementalAlterConfigsRequest,
    IncrementalAlterConfigsResponse,
)
from tests.support.broker import RunningBroker
from tests.support.produced import batch, fetch, fetch_request, produce
from tests.support.raw import RawClient

BASE = {"zookeeper.connect": "x"}


def test_own_configs_go_before_the_brokers() -> None:
    config = KafkaConfig(BASE | {"log.segment.bytes": "1000", "log.retention.hours": "1"})
    ours = log_config(config, {"segment.bytes": "2000", "cleanup.policy": "compact,delete"})
    assert (ours.segment_bytes, ours.retention_ms) == (2000, 3_600_000)
    assert ours.cleanup_policy == {"compact", "delete"}
    assert log_config(config, {}).segment_bytes == 1000


def test_a_wrong_own_config_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"Invalid value 0 for configuration min\.insync\.replicas"):
        log_config(KafkaConfig(BASE), {"min.insync.replicas": "0"})


class Changed(NamedTuple):
    """A config that a topic gets while it is used, what is looked at, and what is seen before and after."""

    key: str
    value: str
    look: Callable[[RawClient, RunningBroker, str], Any]
    seen: tuple[Any, Any]


def old_record(client: RawClient, _: RunningBroker, topic: str) -> int:
    """The answer to a record without a key, 300 bytes long, of 1970."""
    return produce(client, batch(b"x" * 300), topic).error_code


def append_time(client: RawClient, _: RunningBroker, topic: str) -> bool:
    return produce(client, batch(b"a"), topic).log_append_time_ms > 0


def form(client: RawClient, _: RunningBroker, topic: str) -> tuple[int, str]:
    """Format and codec of what is kept of a record."""
    offset = produce(client, batch(b"a"), topic).base_offset
    records = fetch(client, fetch_request({(topic, 0): offset})).records
    ((_position, header),) = iter_headers(bytes(records or b""))
    return header.magic, header.compression.name


def for_old_clients(client: RawClient, _: RunningBroker, topic: str) -> int:
    produce(client, batch(b"a"), topic)
    return fetch(client, fetch_request({(topic, 0): 0}), 1).error_code


def rolls(client: RawClient, broker: RunningBroker, topic: str) -> bool:
    """Whether two records of 300 bytes begin another segment."""
    log = broker.broker.partitions.get(topic, 0).log
    before = len(log.segments)
    for _ in range(2):
        produce(client, batch(b"x" * 300), topic)
    return len(log.segments) > before


def is_flushed(client: RawClient, broker: RunningBroker, topic: str) -> bool:
    produce(client, batch(b"a"), topic)
    log = broker.broker.partitions.get(topic, 0).log
    return log.recovery_point == log.log_end_offset


def loses_old_segments(client: RawClient, broker: RunningBroker, topic: str) -> bool:
    for _ in range(2):
        produce(client, batch(b"a", timestamp=broker.broker.now_ms() - 60_000), topic)
        broker.on_loop(lambda made: made.partitions.get(topic, 0).log.roll(made.now_ms()))
    broker.on_loop(lambda made: made.partitions.log_dirs.retention(made.now_ms()))
    return broker.broker.partitions.get(topic, 0).log.log_start_offset > 0


CHANGED = (
    Changed("max.message.bytes", "200", old_record, (0, ErrorCode.MESSAGE_TOO_LARGE)),
    Changed("min.insync.replicas", "2", old_record, (0, ErrorCode.NOT_ENOUGH_REPLICAS)),
    Changed("cleanup.policy", "compact", old_record, (0, ErrorCode.INVALID_RECORD)),
    Changed("message.timestamp.difference.max.ms", "1000", old_record, (0, ErrorCode.INVALID_TIMESTAMP)),
    Changed("message.timestamp.type", "LogAppendTime", append_time, (False, True)),
    Changed("compression.type", "gzip", form, ((2, "NONE"), (2, "GZIP"))),
    Changed("message.format.version", "0.10.2", form, ((2, "NONE"), (1, "NONE"))),
    Changed("message.downconversion.enable", "false", for_old_clients, (0, ErrorCode.UNSUPPORTED_VERSION)),
    Changed("segment.bytes", "400", rolls, (False, True)),
    Changed("flush.messages", "1", is_flushed, (False, True)),
    Changed("retention.ms", "1000", loses_old_segments, (False, True)),
    Changed("retention.bytes", "1", loses_old_segments, (False, True)),
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBroker]:
    running = RunningBroker(tmp_path_factory.mktemp("topic-configs") / "log")
    yield running
    running.stop()


@pytest.mark.parametrize("through_znodes", [False, True])
@pytest.mark.parametrize("row", CHANGED, ids=lambda row: row.key)
def test_a_changed_config_acts_at_once(shared: RunningBroker, row: Changed, *, through_znodes: bool) -> None:
    topic = f"{row.key}-{through_znodes}"
    shared.create_topic(topic)
    with RawClient(shared.port) as client:
        assert row.look(client, shared, topic) == row.seen[0]
        if through_znodes:
            changed = write_configs(shared.zookeeper_client, f"topics/{topic}", {row.key: row.value}, announce=True)
            shared.loop.run(changed)
        else:
            alter(client, topic, row.key, row.value)
        config = shared.broker.partitions.get(topic, 0).log.config
        shared.wait_until(lambda: shared.broker.partitions.get(topic, 0).log.config is not config)
        assert row.look(client, shared, topic) == row.seen[1]


def alter(client: RawClient, topic: str, key: str, value: str) -> None:
    config = AlterableConfig(name=key, config_operation=0, value=value)
    resource = AlterConfigsResource(resource_type=2, resource_name=topic, configs=[config])
    request = IncrementalAlterConfigsRequest(resources=[resource])
    assert client.ask(request, IncrementalAlterConfigsResponse, 1).responses[0].error_code == 0
