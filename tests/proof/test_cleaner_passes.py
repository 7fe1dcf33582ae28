"""Apache Kafka's cleaner and ours, pass after pass: what goes in the second one, and in the many that a small map needs.

Both clean the same logs; then both logs get the same records, and both clean again. What is left is compared byte for byte.
"""

import shutil
import time
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from kafkacli.log.filesystem import OsFileSystem
from kafkacli.log.log_cleaner import CleanerSettings, LogCleaner
from kafkacli.log.log_config import LogConfig
from kafkacli.log.log_dirs import LogDirs
from kafkacli.log.offset_checkpoint import CLEANER_CHECKPOINT, REPLICATION_CHECKPOINT
from kafkacli.record.batch import Record, encode_batch, iter_headers, iter_records
from kafkacli.record.control import encode_end_transaction
from tests.support.apache import Apache, start_cluster, stop_cluster
from tests.support.cleaning import drive
from tests.support.waiting import until

pytestmark = [pytest.mark.apache, pytest.mark.long("four starts and many passes take a minute")]

CONFIG = LogConfig(
    cleanup_policy=frozenset({"compact"}),
    segment_bytes=200_000,
    min_cleanable_dirty_ratio=0.001,
    delete_retention_ms=0,
    retention_ms=-1,
)
OVERRIDES = {
    "cleanup.policy": "compact",
    "segment.bytes": "200000",
    "min.cleanable.dirty.ratio": "0.001",
    "delete.retention.ms": "0",
}
KINDS = {
    "tombstones": {},
    "transactions": {},
    "many-keys": {},
    "shortened": {"cleanup_policy": frozenset({"compact", "delete"}), "retention_ms": 3_600_000},
}
OF_KINDS = {
    "shortened": {"cleanup.policy": "compact,delete", "retention.ms": "3600000"},
}
MAP_BYTES = 1_100_000  # the least that Kafka takes: room for 41,250 keys in its map
KEYS = 60_000


def open_dirs(directory: Path, now_ms: int) -> LogDirs:
    configs = {kind: replace(CONFIG, **changes) for kind, changes in KINDS.items()}  # type: ignore[arg-type]
    dirs = LogDirs.open(
        [str(directory)],
        filesystem=OsFileSystem(),
        now_ms=now_ms,
        random=Random(1),
        default_config=CONFIG,
        topic_configs=configs,
    )
    for kind, config in configs.items():
        log = dirs.create(kind, 0, config, now_ms)
        log.update_high_watermark(log.log_end_offset)
    return dirs


def close(dirs: LogDirs, now_ms: int) -> None:
    dirs.write_checkpoints(REPLICATION_CHECKPOINT, lambda log: log.high_watermark)
    dirs.close(now_ms)


def batches(kind: str, stage: int, now_ms: int) -> list[tuple[bytes, bool]]:
    """What is appended in a stage: bytes, and whether a client could have sent them."""
    random = Random(f"{kind} {stage}")
    if kind == "many-keys":
        keys = range(KEYS) if stage == 0 else range(0, KEYS, 3)
        every = [Record(timestamp=now_ms, key=b"key %d" % key, value=b"%d" % stage) for key in keys]
        return [(encode_batch(every[start : start + 500]), True) for start in range(0, len(every), 500)]
    if kind == "shortened":
        ages = (7_200_000, 1000) if stage == 0 else (500,)
        return [
            (encode_batch([Record(timestamp=now_ms - age, key=b"%d" % (key % 9), value=bytes(500))]), True)
            for age in ages
            for key in range(500)
        ]
    found = []
    for number in range(300):
        sequence = stage * 300 + number
        value = random.choice([None, b"value" * 20])
        fields = {"producer_id": 1, "producer_epoch": 0} if kind == "transactions" else {}
        record = Record(timestamp=now_ms, key=b"%d" % random.randrange(40), value=value)
        data = encode_batch(
            [record],
            base_sequence=sequence if fields else -1,
            is_transactional=bool(fields),
            **fields,  # type: ignore[arg-type]
        )
        found.append((data, True))
        if fields:
            commit = random.random() < 0.5
            found.append(
                (encode_end_transaction(commit=commit, coordinator_epoch=0, timestamp=now_ms, **fields), False)
            )
    return found


def append(directory: Path, stage: int, now_ms: int) -> None:
    """Append the stage's records to each log, and end its segment."""
    dirs = open_dirs(directory, now_ms)
    for kind in KINDS:
        log = dirs.get(kind, 0)
        assert log is not None
        for data, from_client in batches(kind, stage, now_ms):
            log.append_as_leader(
                memoryview(bytearray(data)), leader_epoch=stage, now_ms=now_ms, from_client=from_client
            )
        log.roll(now_ms)
        log.update_high_watermark(log.log_end_offset)
    close(dirs, now_ms)


def clean_by_ours(directory: Path, now_ms: int) -> int:
    """Clean until nothing is left to do; returns in how many passes."""
    dirs = open_dirs(directory, now_ms)
    passes = 0
    while drive(LogCleaner(dirs, lambda: now_ms).round(CleanerSettings(dedupe_buffer_bytes=MAP_BYTES))):
        passes += 1
    close(dirs, now_ms)
    dirs = open_dirs(directory, now_ms)
    dirs.delete_due_files(now_ms + 60_000)
    dirs.close(now_ms)
    return passes


def clean_by_apache(directory: Path, cluster_directory: Path, ends: dict[str, int]) -> None:
    """Start the real broker on the logs, and wait until its cleaner has come to their ends."""
    from confluent_kafka.admin import AdminClient, NewTopic

    properties = {
        "log.dirs": str(directory),
        "log.cleaner.backoff.ms": "50",
        "log.cleaner.dedupe.buffer.size": str(MAP_BYTES),
        "log.retention.check.interval.ms": "600000",
        "log.segment.delete.delay.ms": "1",
        # as the topics': it cleans before it knows those
        "log.cleanup.policy": "compact",
        "log.cleaner.min.cleanable.ratio": "0.001",
        "log.cleaner.delete.retention.ms": "0",
        "log.segment.bytes": str(CONFIG.segment_bytes),
        "offsets.topic.num.partitions": "1",
    }
    cluster = start_cluster(cluster_directory, *(f"--property={key}={value}" for key, value in properties.items()))
    try:
        admin = AdminClient({"bootstrap.servers": cluster.bootstrap, "broker.address.family": "v4"})
        topics = [NewTopic(kind, 1, 1, config=OVERRIDES | OF_KINDS.get(kind, {})) for kind in KINDS]
        for future in admin.create_topics(topics).values():
            future.result()
        checkpoint = directory / CLEANER_CHECKPOINT
        until(lambda: all(f"{kind} 0 {end}" in checkpoint.read_text().splitlines() for kind, end in ends.items()), 60)
        until(lambda: not list(directory.glob("*/*.deleted")), 30)
    finally:
        stop_cluster(cluster_directory)


def ends_of(directory: Path, now_ms: int) -> dict[str, int]:
    dirs = open_dirs(directory, now_ms)
    ends = {log.topic: log.log_end_offset for log in dirs}
    dirs.close(now_ms)
    return ends


def logs_of(directory: Path, kind: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((directory / f"{kind}-0").glob("*.log"))}


def latest(logs: dict[str, bytes]) -> dict[bytes | None, int]:
    """The offset of each key's last record."""
    return {record.key: record.offset for data in logs.values() for record in iter_records(data)}


def test_both_keep_the_same_in_pass_after_pass(apache: Apache, tmp_path: Path) -> None:
    now_ms = int(time.time() * 1000)
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.mkdir()
    passes = []
    for stage in (0, 1):
        append(ours, stage, now_ms)
        if stage:
            append(theirs, stage, now_ms)
        else:
            shutil.copytree(ours, theirs)
        passes.append(clean_by_ours(ours, now_ms))
        clean_by_apache(theirs, tmp_path / f"cluster{stage}", ends_of(ours, now_ms))
        (theirs / "meta.properties").unlink()
        for kind in KINDS:
            mine, other = logs_of(ours, kind), logs_of(theirs, kind)
            if kind == "shortened":  # the real broker doesn't know at its start that it may delete
                assert latest(mine) == latest(other)
                continue
            assert list(mine) == list(other), (stage, kind)
            assert mine == other, (stage, kind)
    print(f"passes of ours: {passes}")
    assert passes[0] > len(KINDS)  # the map is too small for all keys at once
    data = b"".join(logs_of(ours, "tombstones").values())
    assert 0 < len([header for _, header in iter_headers(data)]) <= 40
