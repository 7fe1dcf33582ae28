"""What Kafka 2.6.2 says of right and wrong configurations (tests/data/configs.tsv), and what only we say."""

from pathlib import Path

import pytest

from kafkacli.broker.config_keys import BROKER_KEYS, SHIPPED_PROPERTIES
from kafkacli.broker.configs import KafkaConfig, unknown_keys_warning
from kafkacli.config_types import ConfigError
from kafkacli.registry.topic_configs import validate

ROWS = [line.split("\t") for line in (Path(__file__).parents[1] / "data" / "configs.tsv").read_text().splitlines()]
WRONG = [row[1:] for row in ROWS if row[0] == "wrong"]


@pytest.mark.parametrize(("kind", "line", "exception", "message"), WRONG, ids=[row[1] for row in WRONG])
def test_the_answer_to_a_configuration_is_kafkas(kind: str, line: str, exception: str, message: str) -> None:
    properties = dict(word.replace("%20", " ").split("=", 1) for word in line.split(" ")[1:])
    assert answer(kind, properties) == (exception, message)


def answer(kind: str, properties: dict[str, str]) -> tuple[str, str]:
    try:
        if kind == "topic":
            validate(properties)
        else:
            KafkaConfig(properties)
    except ConfigError as error:
        return error.exception, str(error)
    return "\\N", "\\N"


def test_unknown_keys_are_kept_and_named_with_what_was_meant() -> None:
    properties = {
        "zookeeper.connect": "x",
        "brokerid": "1",
        "listener.name.a.ssl.keystore.location": "y",
        "our.own": "z",
    }
    config = KafkaConfig(properties)
    assert config.originals["our.own"] == "z"
    assert config.unknown_keys() == ["brokerid", "our.own"]
    warning = unknown_keys_warning(config.unknown_keys())
    assert "brokerid (did you mean broker.id?), our.own" in warning
    assert "\n" not in warning
    assert unknown_keys_warning([]) == ""


def test_the_values_of_the_shipped_file_are_valid_and_known() -> None:
    config = KafkaConfig(SHIPPED_PROPERTIES)
    assert config.unknown_keys() == []
    assert config.value("group.initial.rebalance.delay.ms") == 0
    assert set(SHIPPED_PROPERTIES) <= set(BROKER_KEYS)


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({}, 168 * 3_600_000),
        ({"log.retention.minutes": "5"}, 300_000),
        ({"log.retention.minutes": "5", "log.retention.ms": "7"}, 7),
        ({"log.retention.hours": "-1"}, -1),
    ],
)
def test_the_stronger_of_two_synonyms_counts(properties: dict[str, str], expected: int) -> None:
    assert KafkaConfig({"zookeeper.connect": "x", **properties}).log_retention_ms == expected


def test_advertised_addresses_fall_back_to_the_bound_ones() -> None:
    properties = {"zookeeper.connect": "x", "listeners": "PLAINTEXT://0.0.0.0:9092,SSL://b:0"}
    listener, other = KafkaConfig(properties | {"advertised.listeners": "PLAINTEXT://[::1]:19092"}).listeners
    assert (listener.host, listener.port) == ("0.0.0.0", 9092)
    assert (listener.advertised_host, listener.advertised_port) == ("::1", 19092)
    assert (other.advertised_host, other.advertised_port) == ("b", 0)


def test_dynamic_values_are_taken_all_or_none() -> None:
    config = KafkaConfig({"zookeeper.connect": "x", "log.roll.hours": "2"})
    config.reconfigure({"log.roll.ms": "5"})
    assert config.log_roll_ms == 5
    with pytest.raises(ConfigError, match="Not a number"):
        config.reconfigure({"log.roll.ms": "9", "num.io.threads": "many"})
    assert config.log_roll_ms == 5
    config.reconfigure({})
    assert config.log_roll_ms == 2 * 3_600_000
