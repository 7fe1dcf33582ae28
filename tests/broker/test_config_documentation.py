"""Every config has its line, and DescribeConfigs tells it when it is asked for."""

import pytest

from kafkacli.broker.config_descriptions import describe_broker, describe_topic
from kafkacli.broker.config_documentation import BROKER_DOCUMENTATION, TOPIC_DOCUMENTATION
from kafkacli.broker.config_keys import BROKER_KEYS
from kafkacli.broker.configs import KafkaConfig
from kafkacli.registry.topic_configs import TOPIC_KEYS


def test_every_config_has_its_line() -> None:
    assert list(BROKER_DOCUMENTATION) == list(BROKER_KEYS)
    assert set(TOPIC_DOCUMENTATION) == set(TOPIC_KEYS)
    for text in (*BROKER_DOCUMENTATION.values(), *TOPIC_DOCUMENTATION.values()):
        assert text.endswith(".")
        assert "|" not in text


@pytest.mark.parametrize("asked", [True, False])
def test_it_is_told_when_asked_for(asked: bool) -> None:
    config = KafkaConfig({"zookeeper.connect": "x", "my.own": "y"})
    broker = {each.name: each.documentation for each in describe_broker(config, documentation=asked)}
    topic = {each.name: each.documentation for each in describe_topic(config, {}, documentation=asked)}
    assert broker["broker.id"] == (BROKER_DOCUMENTATION["broker.id"] if asked else None)
    assert topic["retention.ms"] == (TOPIC_DOCUMENTATION["retention.ms"] if asked else None)
    assert broker["my.own"] is None
