"""Data directories move between Apache Kafka 2.6.2 and ours: every record, offset, timestamp and segment stays."""

import re
import shutil
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from kafkacli.log.filesystem import OsFileSystem
from kafkacli.log.log_config import LogConfig
from kafkacli.log.log_dirs import CLEAN_SHUTDOWN_FILE, LogDirs
from kafkacli.log.offset_checkpoint import REPLICATION_CHECKPOINT
from kafkacli.log.partition_log import PartitionLog
from kafkacli.log.retention import apply_retention
from kafkacli.log.segment import TimestampAndOffset
from kafkacli.record.batch import Compression, Record, encode_batch, iter_headers, read_records
from kafkacli.record.control import encode_end_transaction
from tests.support.apache import Apache, start_cluster, stop_cluster
from tests.support.logs import open_dirs
from tests.support.waiting import until

if TYPE_CHECKING:
    from confluent_kafka.admin import AdminClient

pytestmark = pytest.mark.apache

NOW_MS = 1_700_000_000_000
TIMES = [NOW_MS - 1000, NOW_MS + 1, NOW_MS + 2500, NOW_MS + 5899, NOW_MS + 6000]
SUFFIXES = (".log", ".index", ".timeindex", ".txnindex")
SMALL = LogConfig(segment_bytes=4000, index_interval_bytes=300, retention_ms=-1)
TOPICS: dict[str, dict[str, Any]] = {
    "plain": {},
    "defaults": {"segment_bytes": 1 << 30, "index_interval_bytes": 4096},
    "zstd": {"compression_type": "zstd"},
    "stamped": {"message_timestamp_type": "LogAppendTime"},
    "compacted": {"cleanup_policy": "compact"},
    "format1": {"message_format_version": "0.10.0"},
    "format0": {"message_format_version": "0.9.0"},
    "idempotent": {},
    "transactions": {},
    "aged": {"segment_bytes": 1 << 20, "segment_ms": 1500},
    # Apache's active segment keeps the larger indexes that it began with: it is rolled by time once
    "indexed": {"segment_bytes": 1 << 20, "segment_index_bytes": 60, "segment_ms": 3000},
    "deleted": {},
    # Apache's cleaner sees to retention at once, its log manager half a minute after the start
    "kept": {"cleanup_policy": "compact,delete", "min_cleanable_dirty_ratio": 1.0, "retention_bytes": 6000},
}
SHAPED = ("aged", "indexed", "deleted", "kept")
DELETED_TO = 100


def config_of(topic: str) -> LogConfig:
    changes = dict(TOPICS[topic.partition("-")[0]])
    if "cleanup_policy" in changes:
        changes["cleanup_policy"] = frozenset(changes["cleanup_policy"].split(","))
    return replace(SMALL, **changes)


def overrides_of(topic: str) -> dict[str, str]:
    """The same configuration as a topic's overrides."""
    values = {"segment_bytes": 4000, "index_interval_bytes": 300, "retention_ms": -1} | TOPICS[topic.partition("-")[0]]
    return {name.replace("_", "."): str(value) for name, value in values.items()}


class Seen(NamedTuple):
    """What a consumer sees of a record."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None


def seen(log: PartitionLog, *, committed: bool = False) -> list[Seen]:
    """What a consumer has to see of a log, walked batch by batch; committed: without aborted transactions."""
    aborted = [transaction for segment in log.segments for transaction in segment.transaction_index.transactions]
    found = []
    offset = log.log_start_offset
    while offset < log.log_end_offset:
        fetched = log.read(offset, 1 << 20, up_to=log.log_end_offset)
        for position, header in iter_headers(fetched.records):
            is_hidden = committed and any(
                one.producer_id == header.producer_id and one.first_offset <= header.base_offset < one.last_offset
                for one in aborted
            )
            if not header.is_control and not is_hidden:
                found += [
                    Seen(record.offset, record.timestamp, record.key, record.value)
                    for record in read_records(fetched.records, position, header)
                    if record.offset >= log.log_start_offset
                ]
        offset = fetched.next_offset
    return found


def fill(log: PartitionLog) -> None:
    """Append 60 batches in three leader epochs; with transactions every third one is aborted."""
    fields: dict[str, Any] = {}
    if log.topic.startswith(("idempotent", "transactions")):
        is_transactional = log.topic.startswith("transactions")
        fields = {"producer_id": 7, "producer_epoch": 0, "base_sequence": 0, "is_transactional": is_transactional}
    codecs = [Compression.NONE, Compression.GZIP, Compression.SNAPPY, Compression.LZ4]
    for number in range(60):
        now_ms = NOW_MS + number * 100
        records = [
            Record(timestamp=now_ms - index, key=b"key%d" % index, value=bytes([65 + number % 26]) * 50 * index)
            for index in range(1, number % 7 + 2)
        ]
        batches = [encode_batch(records, compression=codecs[number % 4], **fields)]
        if fields:
            fields["base_sequence"] += len(records)
            if fields["is_transactional"]:
                batches.append(
                    encode_end_transaction(
                        commit=number % 3 > 0, coordinator_epoch=0, producer_id=7, producer_epoch=0, timestamp=now_ms
                    )
                )
        for index, data in enumerate(batches):
            buffer = memoryview(bytearray(data))
            log.append_as_leader(buffer, leader_epoch=number // 20, now_ms=now_ms, from_client=index == 0)
    log.update_high_watermark(log.log_end_offset)


class Holding(NamedTuple):
    """What a log holds: records for each kind of consumer, offsets for TIMES, start, end, where its segments begin."""

    uncommitted: list[Seen]
    committed: list[Seen]
    times: list[int]
    start: int
    end: int
    segments: list[int]

    @classmethod
    def of(cls, log: PartitionLog) -> "Holding":
        found: list[TimestampAndOffset | None] = []
        if log.config.magic > 0:
            found = [log.offset_for_timestamp(timestamp) for timestamp in TIMES]
        times = [-1 if one is None else one.offset for one in found]
        segments = [segment.base_offset for segment in log.segments]
        return cls(seen(log), seen(log, committed=True), times, log.log_start_offset, log.log_end_offset, segments)


def segments_in(directory: Path) -> list[int]:
    """Where the segments begin that lie in a partition's directory."""
    return sorted(int(path.stem) for path in directory.glob("*.log"))


def write_ours(directory: Path, *, clean: bool) -> dict[str, Holding]:
    """Fill a log directory of ours, and stop cleanly or not."""
    dirs = open_dirs(directory, now_ms=NOW_MS)
    expected = {}
    for topic in TOPICS:
        name = f"{topic}-{'clean' if clean else 'killed'}"
        log = dirs.create(name, 0, config_of(name), NOW_MS)
        fill(log)
        if topic == "deleted":
            log.delete_records(DELETED_TO)
        apply_retention(log, NOW_MS)
        expected[name] = Holding.of(log)
    dirs.checkpoint_recovery_points()
    dirs.checkpoint_log_start_offsets()
    dirs.write_checkpoints(REPLICATION_CHECKPOINT, lambda log: log.high_watermark)
    dirs.close(NOW_MS, clean=clean)
    return expected


def open_theirs(directory: Path) -> LogDirs:
    """Open what Apache wrote, with the topics' configuration."""
    names = [path.name.rpartition("-")[0] for path in directory.glob("*-0") if not path.name.startswith("__")]
    return LogDirs.open(
        [str(directory)],
        filesystem=OsFileSystem(),
        now_ms=NOW_MS,
        random=Random(1),
        default_config=SMALL,
        topic_configs={name: config_of(name) for name in names},
    )


@pytest.fixture(scope="module")
def directories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("interchange")


@pytest.fixture(scope="module")
def ours(directories: Path) -> dict[str, Holding]:
    """Two log directories of ours, one stopped cleanly, one killed."""
    return {
        topic: holding
        for name in ("clean", "killed")
        for topic, holding in write_ours(directories / name, clean=name == "clean").items()
    }


def dump(apache: Apache, paths: list[Path], *options: str, has_gaps: bool = False) -> list[str]:
    """What kafka-dump-log.sh says of the files, a line each; has_gaps: offsets are missing, as after a cleaning."""
    done = apache.run("kafka-dump-log.sh", "--files", ",".join(map(str, paths)), *options)
    complaints = done.stderr.splitlines()
    if has_gaps:
        complaints = [
            line for line in complaints if not re.match(r"Non-consecutive offsets in|  \d+ is followed by", line)
        ]
    assert (done.returncode, complaints) == (0, [])
    return [line for line in done.stdout.splitlines() if not line.startswith(("Dumping ", "Starting offset: "))]


def test_apaches_dump_finds_nothing_wrong(apache: Apache, ours: dict[str, Holding], directories: Path) -> None:
    files = sorted((directories / "clean").glob("*/*"))
    lines = dump(apache, [path for path in files if path.suffix == ".log"], "--deep-iteration")
    records = [line for line in lines if line.startswith("| offset: ")]
    batches = [line for line in lines if line.startswith(("baseOffset: ", "offset: "))]  # formats 2, and 0 or 1
    assert len(records) + len(batches) == len(lines)
    assert all(line.endswith("isvalid: true") for line in batches)
    markers = [line for line in records if " endTxnMarker: " in line]
    assert len(markers) == 60
    clean = [holding for topic, holding in ours.items() if topic.endswith("clean")]
    below_start = sum(holding.start - holding.segments[0] for holding in clean)
    assert len(records) - len(markers) == sum(len(holding.uncommitted) for holding in clean) + below_start
    for suffix in (".snapshot", ".txnindex"):
        lines = dump(apache, [path for path in files if path.suffix == suffix])
        assert lines
        assert all(line.startswith(("producerId: ", "version: ")) for line in lines)
    indexes = [path for path in files if path.suffix in (".index", ".timeindex")]
    sane = dump(apache, indexes, "--index-sanity-check")
    assert sorted(sane) == sorted(f"{path} passed sanity check." for path in indexes)
    # an append of several messages of format 0 or 1 has one entry, as in Apache's own logs, whose dump reports it too
    newer = [path for path in indexes if "format" not in str(path)]
    assert dump(apache, newer, "--verify-index-only") == []


def consume(bootstrap: str, topic: str, count: int, isolation: str, start: int = 0) -> list[Seen]:
    """Read `count` records from offset `start` on with librdkafka."""
    from confluent_kafka import Consumer, TopicPartition

    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "interchange", "isolation.level": isolation})
    try:
        consumer.assign([TopicPartition(topic, 0, start)])
        found: list[Seen] = []
        while len(found) < count:
            messages = consumer.consume(count - len(found), timeout=20)
            assert messages, f"{topic} has only {len(found)} of {count} records"
            for message in messages:
                assert message.error() is None, message.error()
                timestamp = message.timestamp()[1] if message.timestamp()[0] else -1
                found.append(Seen(message.offset(), timestamp, message.key(), message.value()))
        return found
    finally:
        consumer.close()


def hold(bootstrap: str, topic: str, expected: Holding, directory: Path) -> Holding:
    """What a consumer of the broker finds in a topic, whose partition lies in the directory."""
    from confluent_kafka import Consumer, TopicPartition

    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "interchange"})
    try:
        times = [
            consumer.offsets_for_times([TopicPartition(topic, 0, timestamp)], timeout=20)[0].offset
            for timestamp in TIMES[: len(expected.times)]
        ]
        start, end = consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=20)
    finally:
        consumer.close()
    return Holding(
        consume(bootstrap, topic, len(expected.uncommitted), "read_uncommitted", start),
        consume(bootstrap, topic, len(expected.committed), "read_committed", start),
        # librdkafka says -1 (the end) where the broker knows none
        times,
        start,
        end,
        segments_in(directory),
    )


def shape(admin: "AdminClient", topics: list[str]) -> None:
    """Have the real broker take a topic's configuration for a log that was there before the topic."""
    from confluent_kafka.admin import AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType

    resources = [
        ConfigResource(
            ResourceType.TOPIC,
            topic,
            incremental_configs=[
                ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
                for name, value in overrides_of(topic).items()
            ],
        )
        for topic in topics
    ]
    for future in admin.incremental_alter_configs(resources).values():
        future.result()


def is_shortened(directory: Path) -> bool:
    """Whether retention by size has nothing more to do for the topic "kept"."""
    sizes = [path.stat().st_size for path in sorted(directory.glob("*.log"))]
    return sum(sizes[1:]) < config_of("kept").retention_bytes


@pytest.fixture(scope="module")
def theirs(apache: Apache, ours: dict[str, Holding], directories: Path) -> dict[str, Holding]:
    """What a real broker, started on copies of our directories, gives to consumers; then it appends to each topic.

    It rolls by time and by its indexes' size, deletes records of `deleted` and segments of `kept`.
    Beside `apache-clean` and `apache-killed`, where it stopped cleanly, copies of the running state are left as
    `live-clean` and `live-killed`: what `kill -9` would leave.
    """
    from confluent_kafka import Producer, TopicPartition
    from confluent_kafka.admin import AdminClient, NewTopic

    kinds = ("clean", "killed")
    for name in kinds:
        shutil.copytree(directories / name, directories / f"apache-{name}")
    path = directories / "cluster"
    properties = (
        "log.dirs=" + ",".join(str(directories / f"apache-{name}") for name in kinds),
        "offsets.topic.num.partitions=1",
        "log.retention.ms=-1",  # also before it knows the topics
        "log.cleaner.backoff.ms=100",
        f"log.index.interval.bytes={SMALL.index_interval_bytes}",  # for recovery, before it knows the topics
    )
    cluster = start_cluster(path, *(part for one in properties for part in ("--property", one)))
    try:
        topics = [NewTopic(topic, 1, 1, config=overrides_of(topic)) for topic in ours]
        admin = AdminClient({"bootstrap.servers": cluster.bootstrap})
        for future in admin.create_topics(topics).values():
            future.result()
        places = {topic: directories / f"apache-{topic.partition('-')[2]}" / f"{topic}-0" for topic in ours}
        found = {topic: hold(cluster.bootstrap, topic, holding, places[topic]) for topic, holding in ours.items()}
        shape(admin, [topic for topic in ours if topic.startswith(SHAPED)])
        producer = Producer({"bootstrap.servers": cluster.bootstrap, "linger.ms": 0})
        for topic in ours:
            for number in range(30):
                producer.produce(topic, key=b"apache", value=b"%d" % number * 100, timestamp=NOW_MS + 10_000 + number)
                if number % 3 == 0:
                    producer.flush()
        assert producer.flush(20) == 0
        ends = [TopicPartition(f"deleted-{name}", 0, ours[f"deleted-{name}"].end - 20) for name in kinds]
        for deletion in admin.delete_records(ends).values():
            deletion.result()
        for name in kinds:
            until(lambda name=name: is_shortened(places[f"kept-{name}"]))  # type: ignore[misc]
            shutil.copytree(directories / f"apache-{name}", directories / f"live-{name}")
    finally:
        stop_cluster(path)
    assert all((directories / f"apache-{name}" / CLEAN_SHUTDOWN_FILE).exists() for name in kinds)
    return found


def test_a_real_broker_gives_every_record_of_ours(ours: dict[str, Holding], theirs: dict[str, Holding]) -> None:
    for topic, holding in ours.items():
        assert theirs[topic] == holding, topic


@pytest.mark.parametrize("state", ["apache", "live"])
@pytest.mark.usefixtures("theirs")
def test_we_give_every_record_of_a_real_broker(
    ours: dict[str, Holding], directories: Path, tmp_path: Path, state: str
) -> None:
    """`apache` was stopped cleanly, `live` is what a kill leaves, without the last DeleteRecords, as no checkpoint has it."""
    for name in ("clean", "killed"):
        directory = shutil.copytree(directories / f"{state}-{name}", tmp_path / name)
        segments = {topic: segments_in(directory / f"{topic}-0") for topic in ours}
        dirs = open_theirs(directory)
        for topic, before in ours.items():
            if not topic.endswith(name):
                continue
            kind = topic.partition("-")[0]
            start = before.start
            if kind == "kept":
                start = segments[topic][0]
                assert start > before.start
            elif kind == "deleted" and state == "apache":
                start = before.end - 20
            log = dirs.get(topic, 0)
            assert log is not None
            holding = Holding.of(log)
            assert (holding.start, holding.end, holding.segments) == (start, before.end + 30, segments[topic]), topic
            if kind in ("aged", "indexed"):
                assert len(holding.segments) - len(before.segments) >= (1 if kind == "aged" else 2), topic
            uncommitted = [record for record in before.uncommitted if record.offset >= start]
            committed = [record for record in before.committed if record.offset >= start]
            count = len(uncommitted)
            assert holding.uncommitted[:count] == uncommitted, topic
            assert holding.committed[: len(committed)] == committed, topic
            if start == before.start:
                assert holding.times[: len(before.times)][:-1] == before.times[:-1], topic
            assert [(record.offset, record.key, record.value) for record in holding.uncommitted[count:]] == [
                (offset, b"apache", b"%d" % (offset - before.end) * 100)
                for offset in range(max(start, before.end), before.end + 30)
            ]
        dirs.close(NOW_MS)


@pytest.mark.usefixtures("theirs")
def test_recovery_makes_the_files_that_apache_makes(directories: Path, tmp_path: Path) -> None:
    """What a kill of ours leaves, recovered by ours and by Apache's; the last segment was written on since."""
    dirs = open_theirs(shutil.copytree(directories / "killed", tmp_path / "logs"))
    last = {log.name: log.segments.active.base_offset for log in dirs}
    dirs.close(NOW_MS)
    compared = 0
    for path in (tmp_path / "logs").glob("*-0/*"):
        if path.parent.name == "kept-killed-0":
            continue  # its oldest segments are gone since
        if path.suffix in SUFFIXES and int(path.stem) < last[path.parent.name]:
            assert path.read_bytes() == (directories / "live-killed" / path.parent.name / path.name).read_bytes(), path
            compared += 1
    assert compared > 100
