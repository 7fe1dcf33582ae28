"""The table of the Java clients' properties: default and check in Kafka 2.6.2, and what each is called in librdkafka.

A property without a librdkafka name is obeyed elsewhere (`max.block.ms`, `exclude.internal.topics`, stores and passwords of
`librdkafka_security.py`) or has nothing to act on here (metrics, interceptors).
Source: ProducerConfig.java and ConsumerConfig.java of 2.6.2 (a test compares all keys), librdkafka's CONFIGURATION.md.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Flag
from typing import Any, NamedTuple

from kafkacli.config_types import (
    AtLeast,
    Between,
    ConfigError,
    ConfigType,
    OneOf,
    Validator,
)

Settings = dict[str, "str | int | float | bool"]


class Side(Flag):
    """Which client has a property."""

    PRODUCER = 1
    CONSUMER = 2
    BOTH = 3


class Property(NamedTuple):
    """One property. default: Java's, as text, None for null. librdkafka: its names there, each with what turns the value."""

    name: str
    side: Side
    type: ConfigType
    default: str | None
    validator: Validator | None
    librdkafka: tuple[tuple[str, Callable[[Any], Any]], ...]


_BOOLEAN, _STRING, _INT, _SHORT, _LONG, _DOUBLE, _LIST, _CLASS, _PASSWORD = ConfigType
_BOTH, _PRODUCER, _CONSUMER = Side.BOTH, Side.PRODUCER, Side.CONSUMER
_FROM_0 = AtLeast(0)
_FROM_1 = AtLeast(1)
_FROM_MINUS_1 = AtLeast(-1)
_LARGEST = 2147483647
_ASSIGNORS = {
    "org.apache.kafka.clients.consumer.RangeAssignor": "range",
    "org.apache.kafka.clients.consumer.RoundRobinAssignor": "roundrobin",
    "org.apache.kafka.clients.consumer.CooperativeStickyAssignor": "cooperative-sticky",
}
_PARTITIONERS = {
    "org.apache.kafka.clients.producer.internals.DefaultPartitioner": "murmur2_random",
    "org.apache.kafka.clients.producer.RoundRobinPartitioner": "random",
    "org.apache.kafka.clients.producer.UniformStickyPartitioner": "random",
}


def _same(value: Any) -> Any:
    return value


def _within(lowest: int, highest: int) -> Callable[[int], int]:
    """Java's number, moved into librdkafka's range."""
    return lambda value: min(max(value, lowest), highest)


def _kibibytes(size: int) -> int:
    return min(max(size >> 10, 1), _LARGEST)


def _lower(value: str) -> str:
    return value.lower()


def _assignors(classes: list[str]) -> str:
    for name in classes:
        if name.removeprefix("class ") not in _ASSIGNORS:
            raise ConfigError.invalid(
                "partition.assignment.strategy",
                name,
                f"Class {name} could not be found; there are {', '.join(_ASSIGNORS)}.",
            )
    return ",".join(_ASSIGNORS[name.removeprefix("class ")] for name in classes)


def _row(
    name: str,
    side: Side,
    type_: ConfigType,
    default: str | None,
    validator: Validator | None = None,
    *librdkafka: str | tuple[str, Callable[[Any], Any]],
) -> Property:
    return Property(
        name,
        side,
        type_,
        default,
        validator,
        tuple((one, _same) if isinstance(one, str) else one for one in librdkafka),
    )


_BUFFER = _within(0, 100_000_000)  # -1, the system's choice, is 0 there
PROPERTIES = (
    _row("acks", _PRODUCER, _STRING, "1", OneOf(("all", "-1", "0", "1")), "acks"),
    _row("allow.auto.create.topics", _CONSUMER, _BOOLEAN, "true", None, "allow.auto.create.topics"),
    _row(
        "auto.commit.interval.ms", _CONSUMER, _INT, "5000", _FROM_0, ("auto.commit.interval.ms", _within(1, 86_400_000))
    ),
    _row(
        "auto.offset.reset",
        _CONSUMER,
        _STRING,
        "latest",
        OneOf(("latest", "earliest", "none")),
        ("auto.offset.reset", lambda word: "error" if word == "none" else word),
    ),
    _row("batch.size", _PRODUCER, _INT, "16384", _FROM_0, ("batch.size", _within(1, _LARGEST))),
    _row("bootstrap.servers", _BOTH, _LIST, "", None, ("bootstrap.servers", ",".join)),
    _row(
        "buffer.memory",
        _PRODUCER,
        _LONG,
        "33554432",
        _FROM_0,
        ("queue.buffering.max.kbytes", _kibibytes),
    ),
    _row("check.crcs", _CONSUMER, _BOOLEAN, "true", None, "check.crcs"),
    _row(
        "client.dns.lookup",
        _BOTH,
        _STRING,
        "use_all_dns_ips",
        OneOf(("default", "use_all_dns_ips", "resolve_canonical_bootstrap_servers_only")),
        ("client.dns.lookup", lambda word: "use_all_dns_ips" if word == "default" else word),
    ),
    _row("client.id", _BOTH, _STRING, "", None, "client.id"),
    _row("client.rack", _CONSUMER, _STRING, "", None, "client.rack"),
    _row("compression.type", _PRODUCER, _STRING, "none", None, "compression.type"),
    _row("connections.max.idle.ms", _BOTH, _LONG, "540000", None, ("connections.max.idle.ms", _within(0, _LARGEST))),
    _row("default.api.timeout.ms", _CONSUMER, _INT, "60000", _FROM_0),
    _row("delivery.timeout.ms", _PRODUCER, _INT, "120000", _FROM_0, ("delivery.timeout.ms", _within(1, _LARGEST))),
    _row("enable.auto.commit", _CONSUMER, _BOOLEAN, "true", None, "enable.auto.commit"),
    _row("enable.idempotence", _PRODUCER, _BOOLEAN, "false", None, "enable.idempotence"),
    _row("exclude.internal.topics", _CONSUMER, _BOOLEAN, "true"),
    _row("fetch.max.bytes", _CONSUMER, _INT, "52428800", _FROM_0, ("fetch.max.bytes", _within(0, 2147483135))),
    _row("fetch.max.wait.ms", _CONSUMER, _INT, "500", _FROM_0, ("fetch.wait.max.ms", _within(0, 300_000))),
    _row("fetch.min.bytes", _CONSUMER, _INT, "1", _FROM_0, ("fetch.min.bytes", _within(1, 100_000_000))),
    _row("group.id", _CONSUMER, _STRING, None, None, "group.id"),
    _row("group.instance.id", _CONSUMER, _STRING, None, None, "group.instance.id"),
    _row("heartbeat.interval.ms", _CONSUMER, _INT, "3000", None, ("heartbeat.interval.ms", _within(1, 3_600_000))),
    _row("interceptor.classes", _BOTH, _LIST, ""),
    _row("internal.auto.downgrade.txn.commit", _PRODUCER, _BOOLEAN, "false"),
    _row("internal.leave.group.on.close", _CONSUMER, _BOOLEAN, "true"),
    _row("internal.throw.on.fetch.stable.offset.unsupported", _CONSUMER, _BOOLEAN, "false"),
    _row(
        "isolation.level",
        _CONSUMER,
        _STRING,
        "read_uncommitted",
        OneOf(("read_committed", "read_uncommitted")),
        "isolation.level",
    ),
    _row("linger.ms", _PRODUCER, _LONG, "0", _FROM_0, ("linger.ms", _within(0, 900_000))),
    _row("max.block.ms", _PRODUCER, _LONG, "60000", _FROM_0),
    _row(
        "max.in.flight.requests.per.connection", _PRODUCER, _INT, "5", _FROM_1, ("max.in.flight", _within(1, 1_000_000))
    ),
    _row(
        "max.partition.fetch.bytes",
        _CONSUMER,
        _INT,
        "1048576",
        _FROM_0,
        ("max.partition.fetch.bytes", _within(1, 10**9)),
    ),
    _row("max.poll.interval.ms", _CONSUMER, _INT, "300000", _FROM_1, ("max.poll.interval.ms", _within(1, 86_400_000))),
    _row("max.poll.records", _CONSUMER, _INT, "500", _FROM_1),
    _row("max.request.size", _PRODUCER, _INT, "1048576", _FROM_0, ("message.max.bytes", _within(1000, 10**9))),
    _row(
        "metadata.max.age.ms",
        _BOTH,
        _LONG,
        "300000",
        _FROM_0,
        ("topic.metadata.refresh.interval.ms", _within(10, 3_600_000)),
        ("metadata.max.age.ms", _within(10, 86_400_000)),
    ),
    _row("metadata.max.idle.ms", _PRODUCER, _LONG, "300000", AtLeast(5000)),
    _row("metric.reporters", _BOTH, _LIST, ""),
    _row("metrics.num.samples", _BOTH, _INT, "2", _FROM_1),
    _row("metrics.recording.level", _BOTH, _STRING, "INFO", OneOf(("INFO", "DEBUG"))),
    _row("metrics.sample.window.ms", _BOTH, _LONG, "30000", _FROM_0),
    _row(
        "partition.assignment.strategy",
        _CONSUMER,
        _LIST,
        "class org.apache.kafka.clients.consumer.RangeAssignor",
        None,
        ("partition.assignment.strategy", _assignors),
    ),
    _row(
        "partitioner.class",
        _PRODUCER,
        _CLASS,
        "org.apache.kafka.clients.producer.internals.DefaultPartitioner",
        None,
        ("partitioner", _PARTITIONERS.__getitem__),
    ),
    _row("receive.buffer.bytes", _PRODUCER, _INT, "32768", _FROM_MINUS_1, ("socket.receive.buffer.bytes", _BUFFER)),
    _row("receive.buffer.bytes", _CONSUMER, _INT, "65536", _FROM_MINUS_1, ("socket.receive.buffer.bytes", _BUFFER)),
    _row(
        "reconnect.backoff.max.ms", _BOTH, _LONG, "1000", _FROM_0, ("reconnect.backoff.max.ms", _within(0, 3_600_000))
    ),
    _row("reconnect.backoff.ms", _BOTH, _LONG, "50", _FROM_0, ("reconnect.backoff.ms", _within(0, 3_600_000))),
    _row(
        "request.timeout.ms",
        _PRODUCER,
        _INT,
        "30000",
        _FROM_0,
        ("request.timeout.ms", _within(1, 900_000)),
        ("socket.timeout.ms", _within(10, 300_000)),
    ),
    _row("request.timeout.ms", _CONSUMER, _INT, "30000", _FROM_0, ("socket.timeout.ms", _within(10, 300_000))),
    _row("retries", _PRODUCER, _INT, "2147483647", Between(0, 2147483647), "retries"),
    _row(
        "retry.backoff.ms",
        _PRODUCER,
        _LONG,
        "100",
        _FROM_0,
        ("retry.backoff.ms", _within(1, 300_000)),
        ("retry.backoff.max.ms", _within(1, 300_000)),  # Java 2.6.2 waits the same time before each try
    ),
    _row(
        "retry.backoff.ms",
        _CONSUMER,
        _LONG,
        "100",
        _FROM_0,
        ("retry.backoff.ms", _within(1, 300_000)),
        ("retry.backoff.max.ms", _within(1, 300_000)),
        ("fetch.error.backoff.ms", _within(0, 300_000)),
    ),
    _row("sasl.client.callback.handler.class", _BOTH, _CLASS, None),
    _row("sasl.jaas.config", _BOTH, _PASSWORD, None),
    _row("sasl.kerberos.kinit.cmd", _BOTH, _STRING, "/usr/bin/kinit"),
    _row("sasl.kerberos.min.time.before.relogin", _BOTH, _LONG, "60000"),
    _row("sasl.kerberos.service.name", _BOTH, _STRING, None),
    _row("sasl.kerberos.ticket.renew.jitter", _BOTH, _DOUBLE, "0.05"),
    _row("sasl.kerberos.ticket.renew.window.factor", _BOTH, _DOUBLE, "0.8"),
    _row("sasl.login.callback.handler.class", _BOTH, _CLASS, None),
    _row("sasl.login.class", _BOTH, _CLASS, None),
    _row("sasl.login.refresh.buffer.seconds", _BOTH, _SHORT, "300", Between(0, 3600)),
    _row("sasl.login.refresh.min.period.seconds", _BOTH, _SHORT, "60", Between(0, 900)),
    _row("sasl.login.refresh.window.factor", _BOTH, _DOUBLE, "0.8", Between(0.5, 1.0)),
    _row("sasl.login.refresh.window.jitter", _BOTH, _DOUBLE, "0.05", Between(0.0, 0.25)),
    _row("sasl.mechanism", _BOTH, _STRING, "GSSAPI", None, "sasl.mechanism"),
    _row("security.protocol", _BOTH, _STRING, "PLAINTEXT", None, ("security.protocol", _lower)),
    _row("security.providers", _BOTH, _STRING, None),
    _row("send.buffer.bytes", _BOTH, _INT, "131072", _FROM_MINUS_1, ("socket.send.buffer.bytes", _BUFFER)),
    _row("session.timeout.ms", _CONSUMER, _INT, "10000", None, ("session.timeout.ms", _within(1, 3_600_000))),
    _row("ssl.cipher.suites", _BOTH, _LIST, None),
    _row("ssl.enabled.protocols", _BOTH, _LIST, "TLSv1.2,TLSv1.3"),
    _row(
        "ssl.endpoint.identification.algorithm",
        _BOTH,
        _STRING,
        "https",
        None,
        ("ssl.endpoint.identification.algorithm", lambda word: word.lower() or "none"),
    ),
    _row("ssl.engine.factory.class", _BOTH, _CLASS, None),
    _row("ssl.key.password", _BOTH, _PASSWORD, None),
    _row("ssl.keymanager.algorithm", _BOTH, _STRING, "SunX509"),
    _row("ssl.keystore.location", _BOTH, _STRING, None),
    _row("ssl.keystore.password", _BOTH, _PASSWORD, None),
    _row("ssl.keystore.type", _BOTH, _STRING, "JKS"),
    _row("ssl.protocol", _BOTH, _STRING, "TLSv1.3"),
    _row("ssl.provider", _BOTH, _STRING, None),
    _row("ssl.secure.random.implementation", _BOTH, _STRING, None),
    _row("ssl.trustmanager.algorithm", _BOTH, _STRING, "PKIX"),
    _row("ssl.truststore.location", _BOTH, _STRING, None),
    _row("ssl.truststore.password", _BOTH, _PASSWORD, None),
    _row("ssl.truststore.type", _BOTH, _STRING, "JKS"),
    _row("transaction.timeout.ms", _PRODUCER, _INT, "60000", None, ("transaction.timeout.ms", _within(1000, _LARGEST))),
    _row("transactional.id", _PRODUCER, _STRING, None, None, "transactional.id"),
)
