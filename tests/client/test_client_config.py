"""A client's properties, read."""

import pytest

from kafkacli.client.client_config import ClientConfig
from kafkacli.client.client_properties import Side
from kafkacli.config_types import ConfigError


@pytest.mark.parametrize(
    ("side", "properties", "name", "value"),
    [
        (Side.PRODUCER, {}, "acks", "1"),
        (Side.PRODUCER, {}, "delivery.timeout.ms", 120_000),
        (Side.PRODUCER, {}, "client.id", "producer-1"),
        (Side.PRODUCER, {"enable.idempotence": "true"}, "acks", "all"),
        (Side.PRODUCER, {"buffer.memory": "1048576"}, "buffer.memory", 1 << 20),
        (Side.CONSUMER, {}, "client.id", "consumer-1"),
        (Side.CONSUMER, {"group.id": "g"}, "client.id", "consumer-g-1"),
        (Side.CONSUMER, {"client.id": "me"}, "client.id", "me"),
        (Side.CONSUMER, {"enable.auto.commit": "FALSE"}, "enable.auto.commit", False),
    ],
)
def test_values(side: Side, properties: dict[str, str], name: str, value: object) -> None:
    assert ClientConfig(side, properties).values[name] == value


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
    assert config.values["acks"] == "all"
    with pytest.raises(ConfigError, match=r"Cannot set a transactional\.id without also enabling idempotence"):
        ClientConfig(Side.PRODUCER, {"transactional.id": "t", "enable.idempotence": "false"})
