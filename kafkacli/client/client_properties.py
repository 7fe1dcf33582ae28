"""The table of the Java clients' properties: type, default and check in Kafka 2.6.2.

Not all of them have something to act on here (metrics, interceptors); all are read and checked.
Source: ProducerConfig.java and ConsumerConfig.java of 2.6.2 (a test compares all keys).
"""

from __future__ import annotations

from enum import Flag
from typing import NamedTuple

from kafkacli.config_types import AtLeast, Between, ConfigType, OneOf, Validator


class Side(Flag):
    """Which client has a property."""

    PRODUCER = 1
    CONSUMER = 2
    BOTH = 3


class Property(NamedTuple):
    """One property. default: Java's, as text, None for null."""

    name: str
    side: Side
    type: ConfigType
    default: str | None
    validator: Validator | None = None


_BOOLEAN, _STRING, _INT, _SHORT, _LONG, _DOUBLE, _LIST, _CLASS, _PASSWORD = ConfigType
_BOTH, _PRODUCER, _CONSUMER = Side.BOTH, Side.PRODUCER, Side.CONSUMER
_FROM_0 = AtLeast(0)
_FROM_1 = AtLeast(1)
_FROM_MINUS_1 = AtLeast(-1)
PROPERTIES = (
    Property("acks", _PRODUCER, _STRING, "1", OneOf(("all", "-1", "0", "1"))),
    Property("allow.auto.create.topics", _CONSUMER, _BOOLEAN, "true"),
    Property("auto.commit.interval.ms", _CONSUMER, _INT, "5000", _FROM_0),
    Property("auto.offset.reset", _CONSUMER, _STRING, "latest", OneOf(("latest", "earliest", "none"))),
    Property("batch.size", _PRODUCER, _INT, "16384", _FROM_0),
    Property("bootstrap.servers", _BOTH, _LIST, ""),
    Property("buffer.memory", _PRODUCER, _LONG, "33554432", _FROM_0),
    Property("check.crcs", _CONSUMER, _BOOLEAN, "true"),
    Property(
        "client.dns.lookup",
        _BOTH,
        _STRING,
        "use_all_dns_ips",
        OneOf(("default", "use_all_dns_ips", "resolve_canonical_bootstrap_servers_only")),
    ),
    Property("client.id", _BOTH, _STRING, ""),
    Property("client.rack", _CONSUMER, _STRING, ""),
    Property("compression.type", _PRODUCER, _STRING, "none"),
    Property("connections.max.idle.ms", _BOTH, _LONG, "540000"),
    Property("default.api.timeout.ms", _CONSUMER, _INT, "60000", _FROM_0),
    Property("delivery.timeout.ms", _PRODUCER, _INT, "120000", _FROM_0),
    Property("enable.auto.commit", _CONSUMER, _BOOLEAN, "true"),
    Property("enable.idempotence", _PRODUCER, _BOOLEAN, "false"),
    Property("exclude.internal.topics", _CONSUMER, _BOOLEAN, "true"),
    Property("fetch.max.bytes", _CONSUMER, _INT, "52428800", _FROM_0),
    Property("fetch.max.wait.ms", _CONSUMER, _INT, "500", _FROM_0),
    Property("fetch.min.bytes", _CONSUMER, _INT, "1", _FROM_0),
    Property("group.id", _CONSUMER, _STRING, None),
    Property("group.instance.id", _CONSUMER, _STRING, None),
    Property("heartbeat.interval.ms", _CONSUMER, _INT, "3000"),
    Property("interceptor.classes", _BOTH, _LIST, ""),
    Property("internal.auto.downgrade.txn.commit", _PRODUCER, _BOOLEAN, "false"),
    Property("internal.leave.group.on.close", _CONSUMER, _BOOLEAN, "true"),
    Property("internal.throw.on.fetch.stable.offset.unsupported", _CONSUMER, _BOOLEAN, "false"),
    Property("isolation.level", _CONSUMER, _STRING, "read_uncommitted", OneOf(("read_committed", "read_uncommitted"))),
    Property("linger.ms", _PRODUCER, _LONG, "0", _FROM_0),
    Property("max.block.ms", _PRODUCER, _LONG, "60000", _FROM_0),
    Property("max.in.flight.requests.per.connection", _PRODUCER, _INT, "5", _FROM_1),
    Property("max.partition.fetch.bytes", _CONSUMER, _INT, "1048576", _FROM_0),
    Property("max.poll.interval.ms", _CONSUMER, _INT, "300000", _FROM_1),
    Property("max.poll.records", _CONSUMER, _INT, "500", _FROM_1),
    Property("max.request.size", _PRODUCER, _INT, "1048576", _FROM_0),
    Property("metadata.max.age.ms", _BOTH, _LONG, "300000", _FROM_0),
    Property("metadata.max.idle.ms", _PRODUCER, _LONG, "300000", AtLeast(5000)),
    Property("metric.reporters", _BOTH, _LIST, ""),
    Property("metrics.num.samples", _BOTH, _INT, "2", _FROM_1),
    Property("metrics.recording.level", _BOTH, _STRING, "INFO", OneOf(("INFO", "DEBUG"))),
    Property("metrics.sample.window.ms", _BOTH, _LONG, "30000", _FROM_0),
    Property(
        "partition.assignment.strategy", _CONSUMER, _LIST, "class org.apache.kafka.clients.consumer.RangeAssignor"
    ),
    Property("partitioner.class", _PRODUCER, _CLASS, "org.apache.kafka.clients.producer.internals.DefaultPartitioner"),
    Property("receive.buffer.bytes", _PRODUCER, _INT, "32768", _FROM_MINUS_1),
    Property("receive.buffer.bytes", _CONSUMER, _INT, "65536", _FROM_MINUS_1),
    Property("reconnect.backoff.max.ms", _BOTH, _LONG, "1000", _FROM_0),
    Property("reconnect.backoff.ms", _BOTH, _LONG, "50", _FROM_0),
    Property("request.timeout.ms", _PRODUCER, _INT, "30000", _FROM_0),
    Property("request.timeout.ms", _CONSUMER, _INT, "30000", _FROM_0),
    Property("retries", _PRODUCER, _INT, "2147483647", Between(0, 2147483647)),
    Property("retry.backoff.ms", _PRODUCER, _LONG, "100", _FROM_0),
    Property("retry.backoff.ms", _CONSUMER, _LONG, "100", _FROM_0),
    Property("sasl.client.callback.handler.class", _BOTH, _CLASS, None),
    Property("sasl.jaas.config", _BOTH, _PASSWORD, None),
    Property("sasl.kerberos.kinit.cmd", _BOTH, _STRING, "/usr/bin/kinit"),
    Property("sasl.kerberos.min.time.before.relogin", _BOTH, _LONG, "60000"),
    Property("sasl.kerberos.service.name", _BOTH, _STRING, None),
    Property("sasl.kerberos.ticket.renew.jitter", _BOTH, _DOUBLE, "0.05"),
    Property("sasl.kerberos.ticket.renew.window.factor", _BOTH, _DOUBLE, "0.8"),
    Property("sasl.login.callback.handler.class", _BOTH, _CLASS, None),
    Property("sasl.login.class", _BOTH, _CLASS, None),
    Property("sasl.login.refresh.buffer.seconds", _BOTH, _SHORT, "300", Between(0, 3600)),
    Property("sasl.login.refresh.min.period.seconds", _BOTH, _SHORT, "60", Between(0, 900)),
    Property("sasl.login.refresh.window.factor", _BOTH, _DOUBLE, "0.8", Between(0.5, 1.0)),
    Property("sasl.login.refresh.window.jitter", _BOTH, _DOUBLE, "0.05", Between(0.0, 0.25)),
    Property("sasl.mechanism", _BOTH, _STRING, "GSSAPI"),
    Property("security.protocol", _BOTH, _STRING, "PLAINTEXT"),
    Property("security.providers", _BOTH, _STRING, None),
    Property("send.buffer.bytes", _BOTH, _INT, "131072", _FROM_MINUS_1),
    Property("session.timeout.ms", _CONSUMER, _INT, "10000"),
    Property("ssl.cipher.suites", _BOTH, _LIST, None),
    Property("ssl.enabled.protocols", _BOTH, _LIST, "TLSv1.2,TLSv1.3"),
    Property("ssl.endpoint.identification.algorithm", _BOTH, _STRING, "https"),
    Property("ssl.engine.factory.class", _BOTH, _CLASS, None),
    Property("ssl.key.password", _BOTH, _PASSWORD, None),
    Property("ssl.keymanager.algorithm", _BOTH, _STRING, "SunX509"),
    Property("ssl.keystore.location", _BOTH, _STRING, None),
    Property("ssl.keystore.password", _BOTH, _PASSWORD, None),
    Property("ssl.keystore.type", _BOTH, _STRING, "JKS"),
    Property("ssl.protocol", _BOTH, _STRING, "TLSv1.3"),
    Property("ssl.provider", _BOTH, _STRING, None),
    Property("ssl.secure.random.implementation", _BOTH, _STRING, None),
    Property("ssl.trustmanager.algorithm", _BOTH, _STRING, "PKIX"),
    Property("ssl.truststore.location", _BOTH, _STRING, None),
    Property("ssl.truststore.password", _BOTH, _PASSWORD, None),
    Property("ssl.truststore.type", _BOTH, _STRING, "JKS"),
    Property("transaction.timeout.ms", _PRODUCER, _INT, "60000"),
    Property("transactional.id", _PRODUCER, _STRING, None),
)
