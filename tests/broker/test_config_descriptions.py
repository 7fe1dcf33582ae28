"""Where a described config comes from."""

from kafkacli.broker.config_descriptions import (
    ConfigSource,
    describe_broker,
    describe_new_topic,
    describe_topic,
)
from kafkacli.broker.config_keys import BROKER_KEYS
from kafkacli.broker.configs import KafkaConfig
from kafkacli.registry.topic_configs import TOPIC_KEYS
from kafkacli.wire.messages.describe_configs import DescribeConfigsResourceResult

Entries = dict[str, DescribeConfigsResourceResult]


def config(**properties: str) -> KafkaConfig:
    return KafkaConfig({"zookeeper.connect": "z:1", **{k.replace("_", "."): v for k, v in properties.items()}})


def by_name(entries: list[DescribeConfigsResourceResult]) -> Entries:
    return {entry.name: entry for entry in entries}


def sources(entry: DescribeConfigsResourceResult) -> list[tuple[str, str | None, int]]:
    return [(synonym.name, synonym.value, synonym.source) for synonym in entry.synonyms]


def test_a_topic_has_every_config_once() -> None:
    entries = describe_topic(config(), {})
    assert sorted(entry.name for entry in entries) == sorted(TOPIC_KEYS)
    assert all(entry.is_default and entry.synonyms == [] and not entry.read_only for entry in entries)


def test_a_topics_own_value_comes_before_the_brokers_and_the_default() -> None:
    entries = by_name(describe_topic(config(log_segment_bytes="5000"), {"segment.bytes": "4000"}, synonyms=True))
    entry = entries["segment.bytes"]
    assert (entry.value, entry.config_source, entry.is_default) == ("4000", ConfigSource.TOPIC_CONFIG, False)
    assert sources(entry) == [
        ("segment.bytes", "4000", ConfigSource.TOPIC_CONFIG),
        ("log.segment.bytes", "5000", ConfigSource.STATIC_BROKER_CONFIG),
        ("log.segment.bytes", "1073741824", ConfigSource.DEFAULT_CONFIG),
    ]
    entry = by_name(describe_topic(config(log_segment_bytes="5000"), {}))["segment.bytes"]
    assert (entry.value, entry.config_source) == ("5000", ConfigSource.STATIC_BROKER_CONFIG)


def test_a_new_topics_configs_are_those_of_the_topic() -> None:
    entries = describe_new_topic(config(log_segment_bytes="5000"), {"retention.ms": "5"})
    found = {entry.name: (entry.value, entry.config_source) for entry in entries}
    assert found["retention.ms"] == ("5", ConfigSource.TOPIC_CONFIG)
    assert found["segment.bytes"] == ("5000", ConfigSource.STATIC_BROKER_CONFIG)
    assert found["min.cleanable.dirty.ratio"] == ("0.5", ConfigSource.DEFAULT_CONFIG)
    assert set(found) == set(TOPIC_KEYS)


def test_only_the_asked_names() -> None:
    assert [entry.name for entry in describe_topic(config(), {}, ["retention.ms", "none"])] == ["retention.ms"]
    assert [entry.name for entry in describe_broker(config(), ["broker.id"])] == ["broker.id"]


def test_values_are_written_as_java_writes_them() -> None:
    entries = by_name(describe_topic(config(), {"cleanup.policy": "compact,delete", "preallocate": "TRUE"}))
    assert entries["cleanup.policy"].value == "compact,delete"
    assert entries["preallocate"].value == "true"
    assert entries["min.cleanable.dirty.ratio"].value == "0.5"
    assert entries["message.format.version"].value == "2.6-IV0"
    assert (entries["retention.ms"].config_type, entries["cleanup.policy"].config_type) == (5, 7)


def test_a_broker_tells_its_properties_and_hides_secrets() -> None:
    entries = by_name(describe_broker(config(ssl_key_password="secret", my_own="x", num_io_threads="9"), synonyms=True))
    assert set(entries) == {*BROKER_KEYS, "my.own"}
    secret = entries["ssl.key.password"]
    assert (secret.value, secret.is_sensitive) == (None, True)
    assert sources(secret) == [("ssl.key.password", None, ConfigSource.STATIC_BROKER_CONFIG)]
    unknown = entries["my.own"]
    assert (unknown.value, unknown.is_sensitive, unknown.read_only, unknown.config_type) == (None, True, True, 0)
    threads = entries["num.io.threads"]
    assert (threads.value, threads.read_only) == ("9", False)
    assert sources(threads) == [
        ("num.io.threads", "9", ConfigSource.STATIC_BROKER_CONFIG),
        ("num.io.threads", "8", ConfigSource.DEFAULT_CONFIG),
    ]


def test_synonyms_of_a_property_stand_behind_it() -> None:
    entries = by_name(describe_broker(config(log_retention_hours="1", log_retention_ms="5"), synonyms=True))
    assert sources(entries["log.retention.ms"]) == [
        ("log.retention.ms", "5", ConfigSource.STATIC_BROKER_CONFIG),
        ("log.retention.hours", "1", ConfigSource.STATIC_BROKER_CONFIG),
        ("log.retention.hours", "168", ConfigSource.DEFAULT_CONFIG),
    ]
    assert sources(entries["log.retention.hours"]) == [
        ("log.retention.hours", "1", ConfigSource.STATIC_BROKER_CONFIG),
        ("log.retention.hours", "168", ConfigSource.DEFAULT_CONFIG),
    ]
