"""Java properties to librdkafka's settings."""

from typing import Any

import pytest
from confluent_kafka import Consumer, Producer

from kafkacli.client.librdkafka_properties import Side
from kafkacli.client.librdkafka_settings import ClientConfig
from kafkacli.config_types import ConfigError

RANGE = "org.apache.kafka.clients.consumer.RangeAssignor"


def settings(side: Side, **properties: str) -> dict[str, Any]:
    given = {name.replace("_", "."): value for name, value in properties.items()}
    return ClientConfig(side, {"bootstrap.servers": "localhost:1", **given}).settings()


def test_librdkafka_takes_every_default() -> None:
    Producer(settings(Side.PRODUCER), logger=_NoLog())
    Consumer(settings(Side.CONSUMER, group_id="g"), logger=_NoLog()).close()


class _NoLog:
    def log(self, *_: object) -> None:
        pass


def test_defaults_are_javas_where_the_two_differ() -> None:
    producer = settings(Side.PRODUCER)
    for name, value in {
        "acks": "1",
        "partitioner": "murmur2_random",
        "linger.ms": 0,
        "max.in.flight": 5,
        "delivery.timeout.ms": 120000,
        "batch.size": 16384,
        "client.id": "producer-1",
    }.items():
        assert producer[name] == value
    consumer = settings(Side.CONSUMER, group_id="g")
    for name, value in {
        "isolation.level": "read_uncommitted",
        "allow.auto.create.topics": True,
        "session.timeout.ms": 10000,
        "check.crcs": True,
        "partition.assignment.strategy": "range",
        "client.id": "consumer-g-1",
    }.items():
        assert consumer[name] == value


@pytest.mark.parametrize(
    ("side", "name", "value", "theirs"),
    [
        (Side.PRODUCER, "acks", "all", ("acks", "all")),
        (Side.PRODUCER, "linger.ms", "99999999", ("linger.ms", 900000)),
        (Side.PRODUCER, "buffer.memory", "1000", ("queue.buffering.max.kbytes", 1)),
        (Side.PRODUCER, "buffer.memory", "1048576", ("queue.buffering.max.kbytes", 1024)),
        (Side.PRODUCER, "send.buffer.bytes", "-1", ("socket.send.buffer.bytes", 0)),
        (Side.PRODUCER, "batch.size", "0", ("batch.size", 1)),
        (Side.PRODUCER, "client.dns.lookup", "default", ("client.dns.lookup", "use_all_dns_ips")),
        (Side.PRODUCER, "linger.ms", "500", ("sticky.partitioning.linger.ms", 500)),
        (Side.PRODUCER, "retry.backoff.ms", "70", ("retry.backoff.max.ms", 70)),
        (Side.PRODUCER, "security.protocol", "SSL", ("security.protocol", "ssl")),
        (Side.CONSUMER, "auto.offset.reset", "none", ("auto.offset.reset", "error")),
        (Side.CONSUMER, "fetch.max.wait.ms", "7", ("fetch.wait.max.ms", 7)),
        (Side.CONSUMER, "client.id", "me", ("client.id", "me")),
        (Side.CONSUMER, "enable.auto.commit", "FALSE", ("enable.auto.commit", False)),
        (
            Side.CONSUMER,
            "partition.assignment.strategy",
            f"{RANGE}, org.apache.kafka.clients.consumer.RoundRobinAssignor",
            ("partition.assignment.strategy", "range,roundrobin"),
        ),
        (
            Side.PRODUCER,
            "partitioner.class",
            "org.apache.kafka.clients.producer.UniformStickyPartitioner",
            ("partitioner", "random"),
        ),
    ],
)
def test_values(side: Side, name: str, value: str, theirs: tuple[str, object]) -> None:
    assert ClientConfig(side, {name: value}).settings()[theirs[0]] == theirs[1]


@pytest.mark.parametrize(
    ("side", "properties", "message"),
    [
        (
            Side.PRODUCER,
            {"acks": "some"},
            "Invalid value some for configuration acks: String must be one of: all, -1, 0, 1",
        ),
        (Side.PRODUCER, {"linger.ms": "x"}, "Invalid value x for configuration linger.ms: Not a number of type LONG"),
        (Side.PRODUCER, {"retries": "-1"}, "Invalid value -1 for configuration retries: Value must be at least 0"),
        (
            Side.PRODUCER,
            {"delivery.timeout.ms": "10"},
            "delivery.timeout.ms should be equal to or larger than linger.ms + request.timeout.ms",
        ),
        (
            Side.PRODUCER,
            {"enable.idempotence": "true", "acks": "1"},
            "Must set acks to all in order to use the idempotent producer. Otherwise we cannot guarantee idempotence.",
        ),
        (
            Side.PRODUCER,
            {"partitioner.class": "my.Partitioner"},
            "Invalid value my.Partitioner for configuration partitioner.class: Class my.Partitioner could not be found.",
        ),
        (
            Side.CONSUMER,
            {"isolation.level": "dirty"},
            "Invalid value dirty for configuration isolation.level: String must be one of: read_committed, read_uncommitted",
        ),
    ],
)
def test_complaints_are_javas(side: Side, properties: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        ClientConfig(side, properties)
    assert str(caught.value) == message


def test_an_assignor_that_librdkafka_lacks() -> None:
    config = ClientConfig(Side.CONSUMER, {"partition.assignment.strategy": "my.Assignor"})
    with pytest.raises(
        ConfigError, match=r"Invalid value my\.Assignor for configuration partition\.assignment\.strategy"
    ):
        config.settings()


def test_an_idempotent_producer_waits_for_all() -> None:
    assert ClientConfig(Side.PRODUCER, {"enable.idempotence": "true"}).settings()["acks"] == "all"


def test_delivery_takes_at_least_a_request() -> None:
    config = ClientConfig(Side.PRODUCER, {"request.timeout.ms": "200000", "linger.ms": "1000"})
    assert config.values["delivery.timeout.ms"] == 201000


def test_unknown_names() -> None:
    properties = {"foo": "1", "group.id": "g", "key.serializer": "x"}
    assert ClientConfig(Side.PRODUCER, properties).unknown == ["foo", "group.id"]
    assert ClientConfig(Side.CONSUMER, properties).unknown == ["foo", "key.serializer"]


def test_a_transactional_producer_is_idempotent() -> None:
    config = ClientConfig(Side.PRODUCER, {"transactional.id": "t"})
    assert config.values["enable.idempotence"]
    assert config.settings()["acks"] == "all"
    assert config.settings()["delivery.timeout.ms"] == 60_000
    with pytest.raises(ConfigError, match=r"Cannot set a transactional\.id without also enabling idempotence"):
        ClientConfig(Side.PRODUCER, {"transactional.id": "t", "enable.idempotence": "false"})
