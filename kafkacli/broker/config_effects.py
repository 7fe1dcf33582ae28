"""What each key of server.properties does here: it acts, is accepted without meaning, or is refused. `docs/server-properties.md`
is made from this table; a test holds it to the keys and to the tests that it names.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, NamedTuple

from kafkacli.broker.config_keys import BROKER_KEYS


class Kind(Enum):
    """What becomes of a key."""

    ACTS = "acts"
    NO_MEANING = "accepted, without meaning here"
    REFUSED = "refused"


class Effect(NamedTuple):
    """Kind, and the test that shows it acting (`FILE::TEST` below tests/), or the reason, or what to do instead."""

    kind: Kind
    text: str


PROBES: Final = "broker/test_config_effects.py::test_a_change_of_the_key_is_seen"
"""The table-driven test, with the key as its parameter."""
_CONFIGS = "broker/test_configs.py::test_the_answer_to_a_configuration_is_kafkas"
_PLAYS = "broker/test_plays.py::"

# Keys that act, and where that is shown where it isn't among the probes.
_ACTS: Final = {
    "zookeeper.connect": "broker/test_startup.py::test_the_chroot_is_made_and_respected",
    "zookeeper.session.timeout.ms": "",
    "zookeeper.connection.timeout.ms": (
        "broker/test_startup.py::test_where_none_may_be_brought_along_a_missing_zookeeper_is_said"
    ),
    "broker.id.generation.enable": _CONFIGS,
    "reserved.broker.max.id": "",
    "broker.id": "",
    "message.max.bytes": "",
    "queued.max.request.bytes": "",
    "request.timeout.ms": "broker/test_transactions.py::test_followers_have_only_so_long",
    "authorizer.class.name": _PLAYS + "test_guards_its_resources_as_the_real_broker",
    "port": "",
    "host.name": "",
    "listeners": "",
    "advertised.host.name": "",
    "advertised.port": "",
    "advertised.listeners": "",
    "listener.security.protocol.map": "",
    "socket.send.buffer.bytes": "",
    "socket.receive.buffer.bytes": "",
    "socket.request.max.bytes": "",
    "max.connections.per.ip": "",
    "max.connections.per.ip.overrides": "",
    "max.connections": "",
    "connections.max.idle.ms": "",
    "broker.rack": "",
    "num.partitions": "",
    "log.dir": "",
    "log.dirs": "",
    "log.segment.bytes": "",
    "log.roll.ms": "",
    "log.roll.hours": "",
    "log.roll.jitter.ms": "",
    "log.roll.jitter.hours": "",
    "log.retention.ms": "",
    "log.retention.minutes": "",
    "log.retention.hours": "",
    "log.retention.bytes": "",
    "log.retention.check.interval.ms": "",
    "log.cleanup.policy": "",
    "log.cleaner.io.max.bytes.per.second": "",
    "log.cleaner.dedupe.buffer.size": "broker/test_cleaning.py::test_the_memory_for_keys_ends_a_pass",
    "log.cleaner.io.buffer.size": "broker/test_cleaning.py::test_the_bytes_read_at_a_time_are_as_configured",
    "log.cleaner.io.buffer.load.factor": "broker/test_cleaning.py::test_the_memory_for_keys_ends_a_pass",
    "log.cleaner.backoff.ms": "",
    "log.cleaner.min.cleanable.ratio": "",
    "log.cleaner.enable": "",
    "log.cleaner.delete.retention.ms": "",
    "log.cleaner.min.compaction.lag.ms": "",
    "log.cleaner.max.compaction.lag.ms": "",
    "log.index.size.max.bytes": "",
    "log.index.interval.bytes": "",
    "log.flush.interval.messages": "",
    "log.segment.delete.delay.ms": "",
    "log.flush.scheduler.interval.ms": "",
    "log.flush.interval.ms": "",
    "log.flush.offset.checkpoint.interval.ms": "",
    "log.flush.start.offset.checkpoint.interval.ms": "",
    "log.preallocate": "",
    "auto.create.topics.enable": "",
    "min.insync.replicas": "",
    "log.message.format.version": "",
    "log.message.timestamp.type": "",
    "log.message.timestamp.difference.max.ms": "",
    "log.message.downconversion.enable": "",
    "default.replication.factor": "",
    "replica.high.watermark.checkpoint.interval.ms": "",
    "unclean.leader.election.enable": "",
    "inter.broker.protocol.version": "",
    "inter.broker.listener.name": "",
    "controlled.shutdown.enable": "",
    "controlled.shutdown.retry.backoff.ms": "broker/test_startup.py::test_a_stop_does_not_wait_for_a_controller_that_is_gone",
    "group.min.session.timeout.ms": "",
    "group.max.session.timeout.ms": "",
    "group.initial.rebalance.delay.ms": "",
    "group.max.size": "",
    "offset.metadata.max.bytes": "",
    "offsets.load.buffer.size": "",
    "offsets.topic.replication.factor": "",
    "offsets.topic.num.partitions": "",
    "offsets.topic.segment.bytes": "",
    "offsets.topic.compression.codec": "",
    "offsets.retention.minutes": "",
    "offsets.retention.check.interval.ms": "",
    "offsets.commit.timeout.ms": "",
    "offsets.commit.required.acks": "",
    "delete.topic.enable": "",
    "compression.type": "",
    "transactional.id.expiration.ms": "broker/test_transactions.py::test_unused_ids_are_forgotten",
    "transaction.max.timeout.ms": "",
    "transaction.state.log.min.isr": "",
    "transaction.state.log.load.buffer.size": "",
    "transaction.state.log.replication.factor": "",
    "transaction.state.log.num.partitions": "",
    "transaction.state.log.segment.bytes": "",
    "transaction.abort.timed.out.transaction.cleanup.interval.ms": "broker/test_transactions.py::test_a_transaction_that_takes_too_long_is_aborted",
    "transaction.remove.expired.transaction.cleanup.interval.ms": "broker/test_transactions.py::test_unused_ids_are_forgotten",
    "max.incremental.fetch.session.cache.slots": "",
    "fetch.max.bytes": "",
    "quota.producer.default": "",
    "quota.consumer.default": "",
    "quota.window.num": "",
    "quota.window.size.seconds": "",
    "password.encoder.secret": "broker/test_dynamic_configs.py::"
    "test_passwords_are_encrypted_anew_when_the_secret_changes",
    "password.encoder.old.secret": "broker/test_dynamic_configs.py::"
    "test_passwords_are_encrypted_anew_when_the_secret_changes",
    "password.encoder.keyfactory.algorithm": "",
    "password.encoder.cipher.algorithm": "",
    "password.encoder.key.length": "",
    "password.encoder.iterations": "",
}

_ONE_LOOP = "One event loop does the work of these threads."
_NO_TLS = "Only PLAINTEXT listeners are served; one that would need this is refused where it is bound."
_NO_SASL = "Nobody authenticates on a PLAINTEXT listener; one that would need this is refused where it is bound."
_ONE_BROKER = "No other broker is fetched from or sent to."
_NO_METRICS = "There are no metrics to report."
_ZOOKEEPER_TLS = "ZooKeeper is reached without TLS; `zookeeper.ssl.client.enable=true` is refused."
_NO_TOKENS = (
    "Delegation tokens need SASL: on PLAINTEXT listeners every request for one is refused, with a key or without."
)

# Keys that are read and checked as Kafka does, and change nothing, by the reason.
_NO_MEANING: Final = {
    "Kafka 2.6.2 doesn't use it either.": ("zookeeper.sync.time.ms",),
    "Requests to ZooKeeper go out as they come.": ("zookeeper.max.in.flight.requests",),
    _ZOOKEEPER_TLS: (
        "zookeeper.clientCnxnSocket",
        "zookeeper.ssl.keystore.location",
        "zookeeper.ssl.keystore.password",
        "zookeeper.ssl.keystore.type",
        "zookeeper.ssl.truststore.location",
        "zookeeper.ssl.truststore.password",
        "zookeeper.ssl.truststore.type",
        "zookeeper.ssl.protocol",
        "zookeeper.ssl.enabled.protocols",
        "zookeeper.ssl.cipher.suites",
        "zookeeper.ssl.endpoint.identification.algorithm",
        "zookeeper.ssl.crl.enable",
        "zookeeper.ssl.ocsp.enable",
    ),
    _ONE_LOOP: (
        "num.network.threads",
        "num.io.threads",
        "background.threads",
        "log.cleaner.threads",
        "num.recovery.threads.per.data.dir",
        "num.replica.alter.log.dirs.threads",
    ),
    "A request is handled as soon as it is there: none is queued.": ("queued.max.requests",),
    "Controller and broker are one: its listener is bound and served like any other.": ("control.plane.listener.name",),
    "No connection fails to authenticate.": ("connection.failed.authentication.delay.ms",),
    _ONE_BROKER: (
        "controller.socket.timeout.ms",
        "replica.lag.time.max.ms",
        "replica.socket.timeout.ms",
        "replica.socket.receive.buffer.bytes",
        "replica.fetch.max.bytes",
        "replica.fetch.wait.max.ms",
        "replica.fetch.backoff.ms",
        "replica.fetch.min.bytes",
        "replica.fetch.response.max.bytes",
        "num.replica.fetchers",
        "replication.quota.window.num",
        "replication.quota.window.size.seconds",
    ),
    "What waited is forgotten as soon as it is answered.": (
        "fetch.purgatory.purge.interval.requests",
        "producer.purgatory.purge.interval.requests",
        "delete.records.purgatory.purge.interval.requests",
    ),
    "The one live broker leads whatever it can: nothing gets out of balance.": (
        "auto.leader.rebalance.enable",
        "leader.imbalance.per.broker.percentage",
        "leader.imbalance.check.interval.seconds",
    ),
    "A second attempt would meet the same controller, which is this broker.": ("controlled.shutdown.max.retries",),
    "The rate of moves between log directories is measured over one second.": (
        "alter.log.dirs.replication.quota.window.num",
        "alter.log.dirs.replication.quota.window.size.seconds",
    ),
    _NO_METRICS: (
        "metrics.num.samples",
        "metrics.sample.window.ms",
        "metrics.recording.level",
        "kafka.metrics.polling.interval.secs",
    ),
    _NO_TLS: (
        "security.providers",
        "ssl.protocol",
        "ssl.provider",
        "ssl.enabled.protocols",
        "ssl.keystore.type",
        "ssl.keystore.location",
        "ssl.keystore.password",
        "ssl.key.password",
        "ssl.truststore.type",
        "ssl.truststore.location",
        "ssl.truststore.password",
        "ssl.keymanager.algorithm",
        "ssl.trustmanager.algorithm",
        "ssl.endpoint.identification.algorithm",
        "ssl.secure.random.implementation",
        "ssl.client.auth",
        "ssl.cipher.suites",
        "ssl.principal.mapping.rules",
    ),
    _NO_SASL: (
        "connections.max.reauth.ms",
        "sasl.mechanism.inter.broker.protocol",
        "sasl.jaas.config",
        "sasl.enabled.mechanisms",
        "sasl.kerberos.service.name",
        "sasl.kerberos.kinit.cmd",
        "sasl.kerberos.ticket.renew.window.factor",
        "sasl.kerberos.ticket.renew.jitter",
        "sasl.kerberos.min.time.before.relogin",
        "sasl.kerberos.principal.to.local.rules",
        "sasl.login.refresh.window.factor",
        "sasl.login.refresh.window.jitter",
        "sasl.login.refresh.min.period.seconds",
        "sasl.login.refresh.buffer.seconds",
    ),
    _NO_TOKENS: (
        "delegation.token.master.key",
        "delegation.token.max.lifetime.ms",
        "delegation.token.expiry.time.ms",
        "delegation.token.expiry.check.interval.ms",
    ),
}

_NO_JAVA = "It names a Java class, which can't be run here: leave it out. Classes of Kafka's own that do the default are accepted."

# Keys that stop the start, by what to do instead. Their defaults, and values that ask for nothing, are accepted.
_REFUSED: Final = {
    "Protect znodes with `zookeeper-security-migration.sh`, or run Apache Kafka.": ("zookeeper.set.acl",),
    "Reach ZooKeeper on this machine or through a tunnel.": ("zookeeper.ssl.client.enable",),
    "Leave it at PLAINTEXT; listeners with TLS or SASL need Apache Kafka.": ("security.inter.broker.protocol",),
    _NO_JAVA: (
        "create.topic.policy.class.name",
        "alter.config.policy.class.name",
        "replica.selector.class",
        "metric.reporters",
        "kafka.metrics.reporters",
        "client.quota.callback.class",
        "principal.builder.class",
        "ssl.engine.factory.class",
        "sasl.server.callback.handler.class",
        "sasl.client.callback.handler.class",
        "sasl.login.class",
        "sasl.login.callback.handler.class",
    ),
}


def _rows() -> dict[str, Effect]:
    rows = {name: Effect(Kind.ACTS, test or f"{PROBES}[{name}]") for name, test in _ACTS.items()}
    for kind, groups in ((Kind.NO_MEANING, _NO_MEANING), (Kind.REFUSED, _REFUSED)):
        for text, names in groups.items():
            for name in names:
                if name in rows:
                    raise ValueError(f"{name} has two effects")
                rows[name] = Effect(kind, text)
    missing = [name for name in BROKER_KEYS if name not in rows]
    if missing or len(rows) > len(BROKER_KEYS):
        raise ValueError(f"keys without an effect: {missing}; of no key: {[*rows.keys() - BROKER_KEYS.keys()]}")
    return {name: rows[name] for name in BROKER_KEYS}


EFFECTS: Final = _rows()
"""The effect of every key, in the keys' order."""
