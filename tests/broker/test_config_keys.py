"""The table of keys is that of Kafka 2.6.2's own ConfigDef (tests/data/configs.tsv)."""

from collections.abc import Mapping

import pytest

from kafkacli.broker.config_keys import BROKER_KEYS, DYNAMIC_ONLY_KEYS
from kafkacli.broker.topic_configs import SERVER_PROPERTIES
from kafkacli.config_types import ConfigKey, UpdateMode
from kafkacli.registry.topic_configs import TOPIC_KEYS
from tests.broker.test_configs import ROWS


def shown(key: ConfigKey, with_mode: bool) -> list[str]:
    mode = "\\N" if key.update_mode is UpdateMode.READ_ONLY or not with_mode else key.update_mode.value
    default = "<required>" if key.required else "\\N" if key.default is None else key.default
    validator = "\\N" if key.validator is None else str(key.validator)
    return [key.name, key.type.name, default, validator, key.importance.name, mode]


@pytest.mark.parametrize(
    ("kind", "table"),
    [("broker", BROKER_KEYS), ("dynamic", DYNAMIC_ONLY_KEYS), ("topic", TOPIC_KEYS)],
)
def test_every_key_is_as_kafka_defines_it_and_in_its_order(kind: str, table: Mapping[str, ConfigKey]) -> None:
    theirs = [row[2:8] for row in ROWS if row[:2] == ["key", kind] and (kind != "dynamic" or row[2] not in BROKER_KEYS)]
    assert [shown(key, kind != "topic") for key in table.values()] == theirs


def test_a_topics_defaults_come_from_the_broker_properties_that_kafka_names() -> None:
    theirs = {row[2]: row[8] for row in ROWS if row[:2] == ["key", "topic"]}
    assert theirs == SERVER_PROPERTIES
