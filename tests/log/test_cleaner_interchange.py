"""Apache Kafka's own cleaner beside ours: the same logs, cleaned by both, and each one's result given to the other."""

import shutil
import time
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from kafkacli.log.filesystem import OsFileSystem
from kafkacli.log.log_cleaner import CleanerSettings, LogCleaner
from kafkacli.log.log_config import LogConfig
from kafkacli.log.log_dirs import LogDirs
from kafkacli.log.offset_checkpoint import CLEANER_CHECKPOINT, REPLICATION_CHECKPOINT
from kafkacli.log.partition_log import PartitionLog
from kafkacli.record.batch import Compression, Record, encode_batch, iter_headers, read_records
from kafkacli.record.control import encode_end_transaction
from tests.log.test_interchange import Seen, consume, dump, seen
from tests.support.apache import Apache, start_cluster, stop_cluster
from tests.support.cleaning import drive
from tests.support.waiting import until

pytestmark = pytest.mark.apache

HOUR_MS = 3_600_000
CONFIG = LogConfig(
    cleanup_policy=frozenset({"compact"}),
    segment_bytes=6000,
    index_interval_bytes=300,
    min_cleanable_dirty_ratio=0.001,
    retention_ms=-1,
)
SMALL: dict[str, Any] = {"segment_bytes": 2000}
NEVER_DIRTY: dict[str, Any] = {"min_cleanable_dirty_ratio": 1.0}
TOPICS: dict[str, dict[str, Any]] = {
    "plain": {},
    "lz4": {},
    "zstd": {},
    "stamped": {"message_timestamp_type": "LogAppendTime"},
    "format1": {"message_format_version": "0.10.0"},
    "format0": {"message_format_version": "0.9.0"},
    "idempotent": {},
    "transactions": {},
    "lagging": SMALL | {"min_compaction_lag_ms": HOUR_MS},
    "overdue": SMALL | NEVER_DIRTY | {"max_compaction_lag_ms": HOUR_MS},
    "punctual": SMALL | NEVER_DIRTY | {"max_compaction_lag_ms": HOUR_MS},
    "both": SMALL | NEVER_DIRTY | {"min_compaction_lag_ms": HOUR_MS, "max_compaction_lag_ms": 2 * HOUR_MS},
}
AGES_H = {"lagging": (2, 0, 2), "overdue": (2, 0, 0), "both": (3, 3, 0)}  # of the thirds of the records; others: new
UNCLEANED = "punctual"
CODECS = {"lz4": Compression.LZ4, "zstd": Compression.ZSTD}


def config_of(topic: str) -> LogConfig:
    return replace(CONFIG, **TOPICS[topic.rpartition("-")[2]])


def overrides_of(topic: str) -> dict[str, str]:
    kind = topic.rpartition("-")[2]
    values = {
        "cleanup_policy": "compact",
        "segment_bytes": 6000,
        "index_interval_bytes": 300,
        "min_cleanable_dirty_ratio": 0.001,
        "min_compaction_lag_ms": 0,
    }
    return {name.replace("_", "."): str(value) for name, value in (values | TOPICS[kind]).items()}


def fill(log: PartitionLog, now_ms: int) -> None:
    """Append 80 batches over few keys, with tombstones; with transactions every third one is aborted."""
    kind = log.topic.rpartition("-")[2]
    random = Random(kind)
    sequences = dict.fromkeys(range(3), 0)
    ages_h = AGES_H.get(kind, (0, 0, 0))
    for number in range(80):
        records = [
            Record(
                timestamp=now_ms - ages_h[number * 3 // 80] * HOUR_MS - random.randrange(1000),
                key=b"key%d" % random.randrange(25),
                value=random.choice([None, b"", bytes([65 + number % 26]) * random.randrange(150)]),
            )
            for _ in range(random.randrange(1, 7))
        ]
        fields: dict[str, Any] = {}
        if kind in ("idempotent", "transactions"):
            producer = number // 30 if kind == "idempotent" else number % 3
            fields = {
                "producer_id": producer,
                "producer_epoch": 0,
                "base_sequence": sequences[producer],
                "is_transactional": kind == "transactions",
            }
            sequences[producer] += len(records)
        batches = [encode_batch(records, compression=CODECS.get(kind, Compression.NONE), **fields)]
        if kind == "transactions" and number % 2:
            batches += [
                encode_end_transaction(
                    commit=(number + producer) % 4 > 0,
                    coordinator_epoch=0,
                    producer_id=producer,
                    producer_epoch=0,
                    timestamp=now_ms,
                )
                for producer in ((number - 1) % 3, number % 3)
            ]
        for data in batches:
            buffer = memoryview(bytearray(data))
            log.append_as_leader(buffer, leader_epoch=number // 30, now_ms=now_ms, from_client=data is batches[0])
    log.update_high_watermark(log.log_end_offset)


def open_dirs(directory: Path, now_ms: int) -> LogDirs:
    names = [path.name.rpartition("-")[0] for path in directory.glob("*-0") if not path.name.startswith("__")]
    dirs = LogDirs.open(
        [str(directory)],
        filesystem=OsFileSystem(),
        now_ms=now_ms,
        random=Random(1),
        default_config=CONFIG,
        topic_configs={name: config_of(name) for name in names},
    )
    for log in dirs:
        log.update_high_watermark(log.log_end_offset)
    return dirs


def close(dirs: LogDirs, now_ms: int) -> None:
    dirs.write_checkpoints(REPLICATION_CHECKPOINT, lambda log: log.high_watermark)
    dirs.close(now_ms)


def clean_all(dirs: LogDirs, now_ms: int) -> None:
    while drive(LogCleaner(dirs, lambda: now_ms).round(CleanerSettings())):
        pass


class Cleaned:
    """The directories: `raw-…` topics as written, cleaned by ours and by Apache's; `done-…` topics, cleaned by ours."""

    def __init__(self, path: Path) -> None:
        self.now_ms = int(time.time() * 1000)
        self.raw, self.done, self.ours, self.apaches = (path / name for name in ("raw", "done", "ours", "apaches"))
        self.copies = path / "apache-done"
        self.expected: dict[str, tuple[list[Seen], list[Seen]]] = {}
        self.found: dict[str, tuple[list[Seen], list[Seen]]] = {}

    def write(self) -> None:
        for directory, prefix in ((self.raw, "raw-"), (self.done, "done-")):
            dirs = open_dirs(directory, self.now_ms)
            for kind in TOPICS:
                fill(dirs.create(prefix + kind, 0, config_of(kind), self.now_ms), self.now_ms)
            if prefix == "done-":
                clean_all(dirs, self.now_ms)
                dirs.delete_due_files(self.now_ms + 60_000)
            close(dirs, self.now_ms)
        shutil.copytree(self.raw, self.ours)
        dirs = open_dirs(self.ours, self.now_ms)
        clean_all(dirs, self.now_ms)
        close(dirs, self.now_ms)
        dirs = open_dirs(self.done, self.now_ms)
        self.expected = {log.topic: (seen(log), seen(log, committed=True)) for log in dirs}
        close(dirs, self.now_ms)

    def give_to_apache(self, path: Path) -> None:
        from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, NewTopic

        shutil.copytree(self.raw, self.apaches)
        shutil.copytree(self.done, self.copies)
        properties = (
            f"log.dirs={self.apaches},{self.copies}",
            "log.cleaner.backoff.ms=50",
            "log.cleaner.dedupe.buffer.size=2000000",
            "offsets.topic.num.partitions=1",
            # it begins before it knows the topics': so that nothing is due, and the rest is alike
            "log.cleanup.policy=compact",
            "log.cleaner.min.cleanable.ratio=1",
            f"log.cleaner.min.compaction.lag.ms={HOUR_MS}",
            f"log.segment.bytes={CONFIG.segment_bytes}",
            f"log.index.interval.bytes={CONFIG.index_interval_bytes}",
        )
        cluster = start_cluster(path, *(part for one in properties for part in ("--property", one)))
        try:
            names = [prefix + kind for prefix in ("raw-", "done-") for kind in TOPICS]
            admin = AdminClient({"bootstrap.servers": cluster.bootstrap})
            for future in admin.create_topics([NewTopic(one, 1, 1) for one in names]).values():
                future.result()
            configs = [  # set afterwards: a log that is there at the start doesn't hear of those of a new topic
                ConfigResource(
                    ConfigResource.Type.TOPIC,
                    one,
                    incremental_configs=[
                        ConfigEntry(key, value, incremental_operation=AlterConfigOpType.SET)
                        for key, value in overrides_of(one).items()
                    ],
                )
                for one in names
            ]
            for future in admin.incremental_alter_configs(configs).values():
                future.result()
            checkpoint = self.apaches / CLEANER_CHECKPOINT
            until(lambda: all(f"raw-{kind} 0 " in checkpoint.read_text() for kind in TOPICS if kind != UNCLEANED), 30)
            for topic, (uncommitted, committed) in self.expected.items():
                self.found[topic] = (
                    consume(cluster.bootstrap, topic, len(uncommitted), "read_uncommitted"),
                    consume(cluster.bootstrap, topic, len(committed), "read_committed"),
                )
        finally:
            stop_cluster(path)


@pytest.fixture(scope="module")
def cleaned(apache: Apache, tmp_path_factory: pytest.TempPathFactory) -> Cleaned:
    path = tmp_path_factory.mktemp("cleaned")
    made = Cleaned(path)
    made.write()
    made.give_to_apache(path / "cluster")
    return made


def test_apaches_dump_finds_nothing_wrong_after_a_cleaning(apache: Apache, cleaned: Cleaned) -> None:
    files = sorted(cleaned.done.glob("*/*"))
    logs = [path for path in files if path.suffix == ".log"]
    lines = dump(apache, logs, "--deep-iteration", has_gaps=True)
    batches = [line for line in lines if line.startswith(("baseOffset: ", "offset: "))]
    records = [line for line in lines if line.startswith("| offset: ")]
    assert len(batches) + len(records) == len(lines)
    assert len(batches) > 100
    assert all(line.endswith("isvalid: true") for line in batches)
    indexes = [path for path in files if path.suffix in (".index", ".timeindex")]
    sane = dump(apache, indexes, "--index-sanity-check")
    assert sorted(sane) == sorted(f"{path} passed sanity check." for path in indexes)
    # old formats as in test_interchange; a batch that stays for its producer alone has a time, but the dump sees no record
    verifiable = [path for path in indexes if "format" not in str(path) and "idempotent" not in str(path)]
    assert dump(apache, verifiable, "--verify-index-only") == []
    for suffix in (".snapshot", ".txnindex"):
        others = [path for path in files if path.suffix == suffix]
        assert all(line.startswith(("producerId: ", "version: ")) for line in dump(apache, others))


def test_a_real_broker_gives_what_ours_has_kept(cleaned: Cleaned) -> None:
    assert cleaned.found.keys() == cleaned.expected.keys()
    for topic, expected in cleaned.expected.items():
        assert cleaned.found[topic] == expected, topic
        assert 0 < len(expected[0]) < 150 or topic.endswith(("lagging", "overdue", "punctual", "both"))


@pytest.mark.parametrize("kind", TOPICS)
def test_both_keep_the_same(cleaned: Cleaned, kind: str) -> None:
    """Byte for byte, but for what codecs make of the same bytes."""
    ours, theirs = (directory / f"raw-{kind}-0" for directory in (cleaned.ours, cleaned.apaches))
    names = sorted(path.name for path in ours.glob("*") if path.suffix in (".log", ".txnindex"))
    assert names == sorted(path.name for path in theirs.glob("*") if path.suffix in (".log", ".txnindex"))
    for name in names:
        mine, other = (ours / name).read_bytes(), (theirs / name).read_bytes()
        if kind in CODECS:
            assert batches_of(mine) == batches_of(other), name
        else:
            assert mine == other, name


def test_segments_within_the_lags_and_logs_that_are_not_overdue_stay_as_they_are(cleaned: Cleaned) -> None:
    def same(kind: str) -> list[bool]:
        """Of each segment of the log before it was cleaned, whether it still is what it was."""
        files = sorted((cleaned.raw / f"raw-{kind}-0").glob("*.log"))
        found = [cleaned.apaches / file.parent.name / file.name for file in files]
        return [
            other.exists() and other.read_bytes() == file.read_bytes() for file, other in zip(files, found, strict=True)
        ]

    assert all(same("punctual"))
    assert not any(same("overdue")[:-1])
    for kind in ("lagging", "both"):
        kept = same(kind)
        first = kept.index(True)
        assert 0 < first < len(kept) - 1
        assert all(kept[first:]), kind  # the old ones behind a young one too


def batches_of(data: bytes) -> list[Any]:
    return [
        (header.base_offset, header.last_offset, header.compression, read_records(data, position, header))
        for position, header in iter_headers(data)
    ]


def test_we_give_what_a_real_broker_has_kept(cleaned: Cleaned) -> None:
    mine, theirs = open_dirs(cleaned.ours, cleaned.now_ms), open_dirs(cleaned.apaches, cleaned.now_ms)
    for kind in TOPICS:
        log, other = mine.get(f"raw-{kind}", 0), theirs.get(f"raw-{kind}", 0)
        assert log is not None
        assert other is not None
        assert seen(other) == seen(log)
        assert seen(other, committed=True) == seen(log, committed=True)
        assert other.log_end_offset == log.log_end_offset
    for dirs in (mine, theirs):
        close(dirs, cleaned.now_ms)
