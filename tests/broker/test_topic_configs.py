"""What a topic's configs come down to on a broker."""

import pytest

from kafkacli.broker.configs import KafkaConfig
from kafkacli.broker.topic_configs import log_config
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
