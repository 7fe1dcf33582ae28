"""What a topic's own configs are checked for; that the texts are Kafka's is shown in tests/broker/test_configs.py."""

import pytest

from kafkacli.config_types import ConfigError
from kafkacli.log.log_config import TOPIC_CONFIGS
from kafkacli.registry.topic_configs import TOPIC_KEYS, validate


def test_every_config_of_a_log_can_be_set_on_a_topic() -> None:
    assert {config.name for config in TOPIC_CONFIGS} <= set(TOPIC_KEYS)


@pytest.mark.parametrize(
    ("overrides", "reason"),
    [
        ({"retention": "1"}, "Unknown topic config name: retention"),
        ({"retention.ms": "soon"}, "Invalid value soon for configuration retention.ms"),
        ({"min.compaction.lag.ms": "5", "max.compaction.lag.ms": "4"}, "conflict topic config setting"),
    ],
)
def test_wrong_configs_are_refused(overrides: dict[str, str], reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        validate(overrides)


def test_right_ones_pass() -> None:
    validate({"cleanup.policy": "compact,delete", "retention.ms": "-1"})
