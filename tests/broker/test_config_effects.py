"""The table of what each key does, its page, and for the keys that act: a changed value changes what is seen of the broker.

Each row starts two brokers, alike but for the key.
"""

import re
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from kafkacli.broker.config_effects import EFFECTS, PROBES, Kind
from kafkacli.broker.config_keys import BROKER_KEYS
from kafkacli.broker.configs import KafkaConfig
from kafkacli.broker.unserved_configs import check_served
from kafkacli.config_types import ConfigError
from kafkacli.errors import ErrorCode
from tests.support import config_probes as probes
from tests.support import coordinator_probes, log_probes
from tests.support.broker import RunningBroker
from tests.support.config_probes import LONG_AGO, Place
from tests.support.server import free_port

TESTS = Path(__file__).parents[1]
HOUR_MS = 3_600_000
NO_LISTENERS: dict[str, str | None] = {"listeners": None, "host.name": "127.0.0.1", "port": "0"}
CLIENTS: dict[str, str | None] = {
    "listeners": "CLIENTS://127.0.0.1:0",
    "inter.broker.listener.name": "CLIENTS",
}
BOTH = "PLAINTEXT://127.0.0.1:0,MORE://127.0.0.1:0"
MAP = "PLAINTEXT:PLAINTEXT,MORE:PLAINTEXT,CLIENTS:PLAINTEXT"
SECRET: dict[str, str | None] = {"password.encoder.secret": "s"}
SMALL: dict[str, str | None] = {"log.segment.bytes": "1000"}
COMPACTED: dict[str, str | None] = {"log.cleanup.policy": "compact", "log.cleaner.backoff.ms": "20"}
QUICK_FLUSH: dict[str, str | None] = {"log.flush.interval.ms": "1", "log.flush.scheduler.interval.ms": "20"}
NO_ERROR, TOO_LARGE, NO_LEADER = ErrorCode.NONE, ErrorCode.MESSAGE_TOO_LARGE, ErrorCode.LEADER_NOT_AVAILABLE


class Row(NamedTuple):
    """A key, two values (None: not set), the probe and what it sees with each; properties that both brokers have."""

    key: str
    values: tuple[str | None, str | None]
    probe: Callable[[Place], Any]
    seen: tuple[Any, Any]
    properties: Mapping[str, str | None] = {}


ROWS = [
    Row("zookeeper.session.timeout.ms", (None, "7000"), probes.session_ms, (18_000, 7_000)),
    Row("reserved.broker.max.id", (None, "50"), probes.node_id, (1001, 51), {"broker.id": "-1"}),
    Row("broker.id", ("3", "4"), probes.node_id, (3, 4)),
    Row("message.max.bytes", (None, "200"), probes.produce_error, (NO_ERROR, TOO_LARGE)),
    Row("port", ("0", str(free_port())), probes.bound_as_asked, (False, True), NO_LISTENERS),
    Row(
        "host.name",
        ("127.0.0.1", "localhost"),
        probes.address,
        (("127.0.0.1", True, None), ("localhost", True, None)),
        NO_LISTENERS,
    ),
    Row(
        "listeners",
        ("PLAINTEXT://127.0.0.1:0", BOTH),
        probes.bound,
        ([("PLAINTEXT", "127.0.0.1")], [("PLAINTEXT", "127.0.0.1"), ("MORE", "127.0.0.1")]),
        {"listener.security.protocol.map": MAP},
    ),
    Row("advertised.host.name", (None, "a.test"), probes.address, (("127.0.0.1", True, None), ("a.test", False, None))),
    Row(
        "advertised.port",
        (None, "1"),
        probes.address,
        (("127.0.0.1", True, None), ("127.0.0.1", False, None)),
        {"host.name": "127.0.0.1"},
    ),
    Row(
        "advertised.listeners",
        (None, "PLAINTEXT://b.test:0"),
        probes.address,
        (("127.0.0.1", True, None), ("b.test", True, None)),
    ),
    Row(
        "listener.security.protocol.map",
        (None, MAP),
        probes.bound,
        (
            "Error creating broker listeners from 'CLIENTS://127.0.0.1:0': No security protocol defined for listener CLIENTS",
            [("CLIENTS", "127.0.0.1")],
        ),
        CLIENTS,
    ),
    *(
        Row(f"socket.{name}.buffer.bytes", (None, "8192"), probes.kernel_buffer_is_small(option), (False, True))
        for name, option in (("send", socket.SO_SNDBUF), ("receive", socket.SO_RCVBUF))
    ),
    Row(
        "inter.broker.listener.name",
        ("MORE", "PLAINTEXT"),
        probes.third_connection_among_brokers,
        ("waits", "served"),
        {"listeners": BOTH, "listener.security.protocol.map": MAP, "max.connections": "2"},
    ),
    Row(
        "queued.max.request.bytes",
        (None, "300000"),
        probes.large_request_waits_for_memory,
        (False, True),
        {"socket.request.max.bytes": "300000"},
    ),
    Row("socket.request.max.bytes", (None, "10000"), probes.takes_20_kb, (True, False)),
    Row("max.connections.per.ip", (None, "1"), probes.second_connection, ("served", "refused")),
    Row("max.connections.per.ip.overrides", (None, "127.0.0.1:1"), probes.second_connection, ("served", "refused")),
    Row("max.connections", (None, "1"), probes.second_connection, ("served", "waits")),
    Row("connections.max.idle.ms", (None, "150"), probes.idle_connection_is_closed, (False, True)),
    Row("broker.rack", (None, "r"), probes.address, (("127.0.0.1", True, None), ("127.0.0.1", True, "r"))),
    Row("num.partitions", (None, "4"), probes.partitions_of_a_new_topic, (1, 4)),
    Row("log.dir", ("{tmp}/a", "{tmp}/b"), probes.directories, (["a"], ["b"]), {"log.dirs": None}),
    Row("log.dirs", ("{tmp}/a", "{tmp}/b,{tmp}/c"), probes.directories, (["a"], ["b", "c"])),
    Row("log.segment.bytes", (None, "1000"), log_probes.segments(*[LONG_AGO] * 5), (1, 3)),
    Row("log.roll.ms", (None, "1000"), log_probes.segments(1000, 2500), (1, 2)),
    Row("log.roll.hours", (None, "1"), log_probes.segments(1000, 2 * HOUR_MS), (1, 2)),
    Row(
        "log.roll.jitter.ms",
        (None, "100000"),
        log_probes.any_rolled_early(1000, 99_000),
        (False, True),
        {"log.roll.ms": "100000"},
    ),
    Row(
        "log.roll.jitter.hours",
        (None, "2"),
        log_probes.any_rolled_early(1000, 2 * HOUR_MS - 60_000),
        (False, True),
        {"log.roll.hours": "2"},
    ),
    Row("log.retention.ms", (None, "60000"), log_probes.kept(HOUR_MS), (2, 1)),
    Row("log.retention.minutes", (None, "1"), log_probes.kept(HOUR_MS), (2, 1)),
    Row("log.retention.hours", (None, "1"), log_probes.kept(2 * HOUR_MS), (2, 1)),
    Row("log.retention.bytes", (None, "100"), log_probes.kept(HOUR_MS), (2, 1)),
    Row("log.retention.check.interval.ms", (None, "20"), log_probes.kept_by_itself, (False, True)),
    Row("log.cleanup.policy", (None, "compact"), probes.produce_error, (NO_ERROR, ErrorCode.INVALID_RECORD)),
    Row("log.cleaner.backoff.ms", (None, "20"), log_probes.cleaned, (False, True), {"log.cleanup.policy": "compact"}),
    Row("log.cleaner.min.cleanable.ratio", (None, "0.001"), log_probes.cleaned_again, (False, True), COMPACTED),
    Row("log.cleaner.enable", (None, "false"), log_probes.cleaned, (True, False), COMPACTED),
    Row("log.cleaner.delete.retention.ms", (None, "0"), log_probes.tombstone_is_kept, (True, False), COMPACTED),
    Row("log.cleaner.io.max.bytes.per.second", (None, "1000"), log_probes.cleaned, (True, False), COMPACTED),
    Row("log.cleaner.min.compaction.lag.ms", (None, str(HOUR_MS)), log_probes.cleaned, (True, False), COMPACTED),
    Row(
        "log.cleaner.max.compaction.lag.ms",
        (None, "1"),
        log_probes.cleaned,
        (False, True),
        {**COMPACTED, "log.cleaner.min.cleanable.ratio": "1"},
    ),
    Row("log.index.size.max.bytes", (None, "4096"), log_probes.file_size("*.index"), (10_485_760, 4096)),
    Row("log.index.interval.bytes", (None, "1"), log_probes.index_entries, (False, True)),
    Row("log.flush.interval.messages", (None, "1"), log_probes.flushed, (False, True)),
    Row(
        "log.segment.delete.delay.ms",
        (None, "0"),
        log_probes.deleted_files_left,
        (True, False),
        {"log.retention.ms": "1"},
    ),
    Row(
        "log.flush.scheduler.interval.ms",
        (None, "20"),
        log_probes.flushed,
        (False, True),
        {"log.flush.interval.ms": "1"},
    ),
    Row(
        "log.flush.interval.ms",
        ("3600000", "1"),
        log_probes.flushed,
        (False, True),
        {"log.flush.scheduler.interval.ms": "20"},
    ),
    Row(
        "log.flush.offset.checkpoint.interval.ms",
        (None, "20"),
        log_probes.checkpointed("recovery-point-offset-checkpoint"),
        (False, True),
        QUICK_FLUSH,
    ),
    Row(
        "log.flush.start.offset.checkpoint.interval.ms",
        (None, "20"),
        log_probes.checkpointed("log-start-offset-checkpoint"),
        (False, True),
    ),
    Row(
        "replica.high.watermark.checkpoint.interval.ms",
        (None, "20"),
        log_probes.checkpointed("replication-offset-checkpoint"),
        (False, True),
    ),
    Row(
        "log.preallocate",
        (None, "true"),
        lambda place: log_probes.file_size("*.log")(place) == 1000,
        (False, True),
        SMALL,
    ),
    Row(
        "auto.create.topics.enable",
        (None, "false"),
        probes.unknown_topic,
        (NO_LEADER, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
    ),
    Row("min.insync.replicas", (None, "2"), probes.produce_error, (NO_ERROR, ErrorCode.NOT_ENOUGH_REPLICAS)),
    Row("log.message.format.version", (None, "0.10.2"), probes.fetched_batches, ([(2, "NONE")] * 3, [(1, "NONE")] * 3)),
    Row("log.message.timestamp.type", (None, "LogAppendTime"), probes.append_time, (False, True)),
    Row(
        "log.message.timestamp.difference.max.ms",
        (None, "1000"),
        probes.produce_error,
        (NO_ERROR, ErrorCode.INVALID_TIMESTAMP),
    ),
    Row(
        "log.message.downconversion.enable",
        (None, "false"),
        probes.fetch_by_an_old_client,
        (NO_ERROR, ErrorCode.UNSUPPORTED_VERSION),
    ),
    Row(
        "default.replication.factor",
        (None, "2"),
        probes.create_by_default,
        (NO_ERROR, ErrorCode.INVALID_REPLICATION_FACTOR),
    ),
    Row("unclean.leader.election.enable", (None, "true"), probes.leads_without_having_been_in_sync, (False, True)),
    Row(
        "inter.broker.protocol.version",
        (None, "0.10.2"),
        probes.serves_transactions,
        (True, False),
        {"log.message.format.version": "0.10.2"},
    ),
    Row("controlled.shutdown.enable", (None, "false"), probes.controlled_stop, (True, False)),
    Row(
        "group.min.session.timeout.ms",
        (None, "9000"),
        probes.join_error(8000),
        (NO_ERROR, ErrorCode.INVALID_SESSION_TIMEOUT),
    ),
    Row(
        "group.max.session.timeout.ms",
        (None, "9000"),
        probes.join_error(10_000),
        (NO_ERROR, ErrorCode.INVALID_SESSION_TIMEOUT),
    ),
    Row("group.initial.rebalance.delay.ms", ("0", "3000"), probes.join_error(10_000), (NO_ERROR, None)),
    Row("group.max.size", (None, "1"), probes.second_member, (None, ErrorCode.GROUP_MAX_SIZE_REACHED)),
    Row("offset.metadata.max.bytes", (None, "3"), probes.commit_error, (NO_ERROR, ErrorCode.OFFSET_METADATA_TOO_LARGE)),
    Row("offsets.load.buffer.size", (None, "1000"), coordinator_probes.offsets_are_loaded_in_pieces, (False, True)),
    Row("offsets.topic.replication.factor", ("1", "3"), probes.has_coordinator(0), (True, False)),
    Row("offsets.topic.num.partitions", ("3", "5"), probes.internal_partitions("__consumer_offsets", 0), (3, 5)),
    Row("offsets.topic.segment.bytes", (None, "1000"), coordinator_probes.segments_of_offsets, (False, True)),
    Row("offsets.topic.compression.codec", (None, "1"), probes.codec_of_commits, ("NONE", "GZIP")),
    Row("offsets.retention.minutes", (None, "1"), probes.offset_after(5, by_itself=False), (True, False)),
    Row(
        "offsets.retention.check.interval.ms",
        (None, "20"),
        probes.offset_after(5, by_itself=True),
        (True, False),
        {"offsets.retention.minutes": "1"},
    ),
    Row("offsets.commit.timeout.ms", (None, "30"), probes.commit_waits_for_followers, (True, False)),
    Row("offsets.commit.required.acks", (None, "1"), probes.commit_waits_for_followers, (True, False)),
    Row("delete.topic.enable", (None, "false"), probes.deletion, (NO_ERROR, ErrorCode.TOPIC_DELETION_DISABLED)),
    Row("compression.type", (None, "gzip"), probes.fetched_batches, ([(2, "NONE")] * 3, [(2, "GZIP")] * 3)),
    Row(
        "transaction.max.timeout.ms",
        (None, "1000"),
        probes.producer_error,
        (NO_ERROR, ErrorCode.INVALID_TRANSACTION_TIMEOUT),
    ),
    Row(
        "transaction.state.log.min.isr",
        ("1", "2"),
        probes.producer_error,
        (NO_ERROR, ErrorCode.COORDINATOR_NOT_AVAILABLE),
    ),
    Row(
        "transaction.state.log.load.buffer.size",
        (None, "1000"),
        coordinator_probes.transactions_are_loaded_in_pieces,
        (False, True),
    ),
    Row(
        "transaction.state.log.segment.bytes",
        (None, "1000"),
        coordinator_probes.segments_of_transactions,
        (False, True),
    ),
    Row("transaction.state.log.replication.factor", ("1", "3"), probes.has_coordinator(1), (True, False)),
    Row(
        "transaction.state.log.num.partitions", ("3", "5"), probes.internal_partitions("__transaction_state", 1), (3, 5)
    ),
    Row("max.incremental.fetch.session.cache.slots", (None, "0"), probes.session_is_made, (True, False)),
    Row("fetch.max.bytes", (None, "1024"), lambda place: len(probes.fetched_batches(place)), (3, 1)),
    Row("quota.producer.default", (None, "100"), probes.throttled(5000), (False, True)),
    Row("quota.consumer.default", (None, "50"), probes.fetch_throttled, (False, True)),
    Row("quota.window.num", (None, "3"), probes.throttled(5000), (False, True), {"quota.producer.default": "1000"}),
    Row(
        "quota.window.size.seconds",
        (None, "5"),
        probes.throttled(15_000),
        (True, False),
        {"quota.producer.default": "1000"},
    ),
    *(
        Row(f"password.encoder.{key}", (None, value), coordinator_probes.kept_password(word), (default, value), SECRET)
        for key, word, default, value in (
            ("keyfactory.algorithm", "keyFactoryAlgorithm", "PBKDF2WithHmacSHA512", "PBKDF2WithHmacSHA256"),
            ("cipher.algorithm", "cipherAlgorithm", "AES/CBC/PKCS5Padding", "AES/GCM/NoPadding"),
            ("key.length", "keyLength", "128", "256"),
            ("iterations", "iterations", "4096", "2000"),
        )
    ),
]


def see(row: Row, value: str | None, directory: Path) -> Any:
    """What the probe sees of a broker with this value, or the text of the error that its start ends with."""
    properties: dict[str, str | None] = {**row.properties, row.key: value}
    filled = {name: text and text.replace("{tmp}", str(directory)) for name, text in properties.items()}
    if value is None and row.key not in row.properties:
        del filled[row.key]
    directory.mkdir()
    try:
        running = RunningBroker(directory / "log", filled)
    except ConfigError as error:
        return str(error)
    place = Place(running)
    try:
        return row.probe(place)
    finally:
        place.close()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
def test_a_change_of_the_key_is_seen(row: Row, tmp_path: Path) -> None:
    before, after = row.values
    assert (see(row, before, tmp_path / "before"), see(row, after, tmp_path / "after")) == row.seen
    assert row.seen[0] != row.seen[1]


def test_every_key_stands_in_the_table_once() -> None:
    assert list(EFFECTS) == list(BROKER_KEYS)
    assert len(ROWS) == len({row.key for row in ROWS})


@pytest.mark.parametrize("key", [key for key, effect in EFFECTS.items() if effect.kind is Kind.ACTS])
def test_the_tests_that_the_table_names_exist(key: str) -> None:
    file, _, name = EFFECTS[key].text.partition("::")
    if f"{file}::{name}".startswith(PROBES):
        assert EFFECTS[key].text == f"{PROBES}[{key}]"
        assert key in {row.key for row in ROWS}
    else:
        assert re.search(rf"^(async )?def {name}\(", (TESTS / file).read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("key", [key for key, effect in EFFECTS.items() if effect.kind is Kind.REFUSED])
def test_what_is_refused_stops_the_start(key: str) -> None:
    value = "true" if BROKER_KEYS[key].default == "false" else "SSL" if key.endswith("protocol") else "a.b.C"
    named = re.escape("inter.broker" if key == "security.inter.broker.protocol" else key)  # the former is Kafka's text
    with pytest.raises(ConfigError, match=named):
        check_served(KafkaConfig({"zookeeper.connect": "x", key: value}))
