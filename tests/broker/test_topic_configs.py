"""What a topic's configs come down to on a broker."""

import pytest

from kafkacli.broker.configs import KafkaConfig
from kafkacli.broker.topic_configs import describe, log_config
from kafkacli.config_types import ConfigError

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


def test_described_configs_say_where_they_come_from() -> None:
    config = KafkaConfig(BASE | {"log.segment.bytes": "1000"})
    described = {entry.name: (entry.value, entry.config_source) for entry in describe(config, {"retention.ms": "5"})}
    assert described["retention.ms"] == ("5", 1)
    assert described["segment.bytes"] == ("1000", 4)
    assert described["min.cleanable.dirty.ratio"] == ("0.5", 5)
    assert described["preallocate"] == ("false", 5)
