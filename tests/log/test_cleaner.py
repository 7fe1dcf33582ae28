"""Compacting one log."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from kafkacli.log.cleaner import CleanedSegment
from kafkacli.log.log_cleaner import CleanerSettings, LogCleaner
from kafkacli.log.log_config import LogConfig
from kafkacli.log.log_dirs import LogDirs
from kafkacli.log.partition_log import PartitionLog
from kafkacli.record.batch import Compression, Record, TimestampType, encode_batch, iter_headers, iter_records
from kafkacli.record.control import encode_end_transaction
from kafkacli.record.legacy import encode_message_set
from tests.support.cleaning import clean, drive
from tests.support.logs import NOW_MS, open_dirs, records_of
from tests.support.memory_filesystem import MemoryFileSystem

CONFIG = LogConfig(
    cleanup_policy=frozenset({"compact"}),
    segment_bytes=1000,
    segment_index_bytes=1200,
    index_interval_bytes=200,
    min_cleanable_dirty_ratio=0.01,
)


class Disk(MemoryFileSystem):
    def __init__(self) -> None:
        super().__init__()
        self.now_ms = NOW_MS


@pytest.fixture
def dirs() -> LogDirs:
    return open_dirs("/logs", CONFIG, filesystem=Disk())


@pytest.fixture
def log(dirs: LogDirs) -> PartitionLog:
    return dirs.create("t", 0, CONFIG, NOW_MS)


def append(log: PartitionLog, data: bytes, *, from_client: bool = True) -> None:
    log.append_as_leader(memoryview(bytearray(data)), leader_epoch=0, now_ms=NOW_MS, from_client=from_client)
    log.update_high_watermark(log.log_end_offset)


def put(log: PartitionLog, *pairs: tuple[bytes, bytes | None], codec: Compression = Compression.NONE) -> None:
    append(
        log, encode_batch([Record(timestamp=NOW_MS, key=key, value=value) for key, value in pairs], compression=codec)
    )


def roll(log: PartitionLog) -> None:
    log.roll(NOW_MS)


def pairs(log: PartitionLog) -> list[tuple[int, bytes | None, bytes | None]]:
    return [(record.offset, record.key, record.value) for record in records_of(log)]


def headers(log: PartitionLog) -> list[tuple[int, int, int]]:
    """Base offset, last offset and count of each batch."""
    return [
        (header.base_offset, header.last_offset, header.records_count)
        for segment in log.segments
        for _, header in iter_headers(segment.read(0, segment.size))
    ]


@pytest.mark.parametrize("codec", list(Compression))
def test_of_each_key_the_last_record_stays(dirs: LogDirs, log: PartitionLog, codec: Compression) -> None:
    put(log, (b"a", b"1"), (b"b", b"1"), (b"c", b"1"), codec=codec)
    put(log, (b"a", b"2"), codec=codec)
    put(log, (b"b", b"2"), (b"a", b"3"), codec=codec)
    roll(log)
    put(log, (b"c", b"2"), codec=codec)
    assert clean(dirs)
    assert pairs(log) == [(2, b"c", b"1"), (4, b"b", b"2"), (5, b"a", b"3"), (6, b"c", b"2")]
    assert log.log_end_offset == 7
    assert dirs.checkpoints.read("/logs", "cleaner-offset-checkpoint") == {("t", 0): 6}
    assert not clean(dirs)


def test_small_segments_become_one(dirs: LogDirs, log: PartitionLog) -> None:
    for number in range(8):
        put(log, (b"%d" % number, b"x"))
        roll(log)
    assert clean(dirs)
    assert [segment.base_offset for segment in log.segments] == [0, 8]
    assert len(pairs(log)) == 8
    names = [path.rpartition("/")[2] for path in dirs.filesystem.files if path.endswith(".deleted")]  # type: ignore[attr-defined]
    assert len([name for name in names if ".log." in name]) == 8
    dirs.delete_due_files(NOW_MS + CONFIG.file_delete_delay_ms)
    assert not [path for path in dirs.filesystem.files if path.endswith(".deleted")]  # type: ignore[attr-defined]


def test_groups_are_no_larger_than_a_segment(dirs: LogDirs, log: PartitionLog) -> None:
    for number in range(12):
        put(log, (b"%d" % number, b"x" * 200))
    roll(log)
    assert clean(dirs)
    assert all(segment.size <= CONFIG.segment_bytes for segment in log.segments)
    assert len(pairs(log)) == 12


def test_tombstones_stay_for_delete_retention(dirs: LogDirs, log: PartitionLog) -> None:
    log.config = replace(CONFIG, delete_retention_ms=1000)
    put(log, (b"a", b"1"))
    put(log, (b"a", None), (b"b", b"1"))
    roll(log)
    assert clean(dirs)
    assert pairs(log) == [(1, b"a", None), (2, b"b", b"1")]
    dirs.filesystem.now_ms = NOW_MS + 1001  # type: ignore[attr-defined]
    put(log, (b"c", b"x" * 890))  # does not fit beside it into one segment, which would have the newer time
    roll(log)
    assert clean(dirs)  # its own age does not count, but that of the clean part when the pass began
    assert pairs(log)[0] == (1, b"a", None)
    put(log, (b"d", b"1"))
    roll(log)
    assert clean(dirs)
    assert [offset for offset, _, _ in pairs(log)] == [2, 3, 4]


def test_records_without_a_key_go(dirs: LogDirs, log: PartitionLog) -> None:
    log.config = replace(CONFIG, cleanup_policy=frozenset({"delete"}))
    append(log, encode_batch([Record(timestamp=NOW_MS, value=b"no key"), Record(timestamp=NOW_MS, key=b"k")]))
    roll(log)
    log.config = CONFIG
    assert clean(dirs)
    assert [offset for offset, _, _ in pairs(log)] == [1]


def test_a_full_map_ends_the_pass_and_the_next_goes_on(dirs: LogDirs, log: PartitionLog) -> None:
    for number in range(10):
        put(log, (b"%d" % (number % 5), b"%d" % number))
    roll(log)
    settings = CleanerSettings(dedupe_buffer_bytes=300, load_factor=1.0)
    ends = []
    while clean(dirs, settings=settings):
        ends.append(dirs.checkpoints.read("/logs", "cleaner-offset-checkpoint")["t", 0])
    assert ends == sorted(set(ends))
    assert (len(ends), ends[-1]) == (5, 10)
    assert [value for _, _, value in pairs(log)] == [b"5", b"6", b"7", b"8", b"9"]


def test_the_last_batch_of_a_producer_stays_without_its_records(dirs: LogDirs, log: PartitionLog) -> None:
    for sequence in range(3):
        record = Record(timestamp=NOW_MS, key=b"k", value=b"%d" % sequence)
        append(log, encode_batch([record], producer_id=7, producer_epoch=0, base_sequence=sequence))
    put(log, (b"k", b"last"))
    roll(log)
    assert clean(dirs)
    assert headers(log) == [(2, 2, 0), (3, 3, 1)]
    dirs.close(NOW_MS, clean=False)
    again = open_dirs("/logs", CONFIG, filesystem=dirs.filesystem).get("t", 0)
    assert again is not None
    assert again.producers.producers[7].last_sequence == 2


def transaction(log: PartitionLog, key: bytes, value: bytes, sequence: int, *, commit: bool) -> None:
    fields = {"producer_id": 1, "producer_epoch": 0}
    record = Record(timestamp=NOW_MS, key=key, value=value)
    append(log, encode_batch([record], is_transactional=True, base_sequence=sequence, **fields))  # type: ignore[arg-type]
    end = encode_end_transaction(commit=commit, coordinator_epoch=0, timestamp=NOW_MS, **fields)
    append(log, end, from_client=False)


def test_aborted_records_go_first_and_their_marker_later(dirs: LogDirs, log: PartitionLog) -> None:
    log.config = replace(CONFIG, delete_retention_ms=0)
    put(log, (b"k", b"kept"))
    transaction(log, b"k", b"aborted", 0, commit=False)
    transaction(log, b"other", b"committed", 1, commit=True)
    roll(log)
    assert clean(dirs)
    assert headers(log) == [(0, 0, 1), (2, 2, 1), (3, 3, 1), (4, 4, 1)]
    assert [one[:3] for one in log.segments.first.transaction_index.transactions] == [(1, 1, 2)]
    for _ in range(2):
        put(log, (b"more", b"1"))
        roll(log)
        assert clean(dirs)
    assert headers(log) == [(0, 0, 1), (3, 3, 1), (4, 4, 1), (6, 6, 1)]
    assert log.segments.first.transaction_index.transactions == []


def test_append_times_and_old_formats_are_kept(dirs: LogDirs) -> None:
    for magic, version in ((0, "0.9.0"), (1, "0.10.0")):
        config = replace(CONFIG, message_format_version=version)
        log = dirs.create(f"magic{magic}", 0, config, NOW_MS)
        for codec in (Compression.NONE, Compression.GZIP):
            records = [Record(number, NOW_MS, b"%d" % (number % 2), b"v") for number in range(4)]
            append(log, encode_message_set(records, magic, compression=codec))
        roll(log)
    config = replace(CONFIG, message_timestamp_type="LogAppendTime")
    log = dirs.create("stamped", 0, config, NOW_MS)
    put(log, (b"a", b"1"), (b"b", b"1"))
    put(log, (b"a", b"2"))
    roll(log)
    while clean(dirs):
        pass
    for magic in (0, 1):
        old = dirs.get(f"magic{magic}", 0)
        assert old is not None
        found = [
            (record.offset, record.key)
            for segment in old.segments
            for record in iter_records(segment.read(0, segment.size))
        ]
        assert found == [(6, b"0"), (7, b"1")]
    assert [record.timestamp for record in records_of(log)] == [NOW_MS, NOW_MS]
    _, first = next(iter_headers(log.segments.first.read(0, 1000)))
    assert first.timestamp_type is TimestampType.LOG_APPEND_TIME


def test_the_modification_time_of_the_last_source_stays(dirs: LogDirs, log: PartitionLog) -> None:
    put(log, (b"a", b"1"))
    roll(log)
    assert drive(LogCleaner(dirs, lambda: NOW_MS + 5000).round(CleanerSettings()))
    assert log.segments.first.modified_ms == NOW_MS


def test_index_entries_point_at_single_batches(tmp_path: Path) -> None:
    dirs = open_dirs(tmp_path, CONFIG)
    segment = dirs.create("t", 0, CONFIG, NOW_MS).segments.open(0, NOW_MS, ".cleaned")
    cleaned = CleanedSegment(segment, 200)
    positions = {}
    for number in range(30):
        batch = encode_batch([Record(timestamp=NOW_MS + number, key=b"k", value=b"v" * 20)], base_offset=number)
        positions[number] = number * len(batch)
        cleaned.add(batch, number, NOW_MS + number)
    cleaned.write_pending(29)
    index = segment.offset_index
    assert index.entries > 5
    for number in range(index.entries):
        offset, position = index.entry(number)
        assert positions[offset] == position
    assert [record.offset for record in iter_records(segment.read(0, segment.size))] == list(range(30))


@pytest.mark.parametrize("steps", range(0, 14, 3))
def test_cleaning_gives_up_when_segments_go_meanwhile(dirs: LogDirs, log: PartitionLog, steps: int) -> None:
    for number in range(4):
        put(log, (b"k", b"%d" % number))
        roll(log)
    put(log, (b"k", b"active"))
    work = LogCleaner(dirs, lambda: NOW_MS).round(CleanerSettings())
    for _ in range(steps):
        step = next(work)
        while step is not None:
            step = work.send(step())
    log.delete_records(2)
    log.delete_segments(list(log.segments)[:2], NOW_MS)
    drive(work)
    assert [offset for offset, _, _ in pairs(log)][-1] == 4
    assert not [path for path in dirs.filesystem.files if path.endswith((".cleaned", ".swap"))]  # type: ignore[attr-defined]
    assert clean(dirs) or [offset for offset, _, _ in pairs(log)] == [3, 4]


def corrupt(log: PartitionLog, segment: int, values: Sequence[int]) -> None:
    filesystem: MemoryFileSystem = log.segments._filesystem  # type: ignore[assignment]
    handle = filesystem.open(list(log.segments)[segment].path)
    filesystem.pwrite(handle, bytes(values), 61)
    filesystem.close(handle)


def test_a_log_with_bad_records_is_left_alone(
    dirs: LogDirs, log: PartitionLog, caplog: pytest.LogCaptureFixture
) -> None:
    put(log, (b"a", b"1"))
    roll(log)
    good = dirs.create("good", 0, CONFIG, NOW_MS)
    put(good, (b"a", b"1"))
    put(good, (b"a", b"2"))
    roll(good)
    corrupt(log, 0, [0xFF] * 5)
    before = log.size
    cleaner = LogCleaner(dirs, lambda: NOW_MS)
    with caplog.at_level(logging.WARNING):
        while drive(cleaner.round(CleanerSettings())):
            pass
    assert "Marking its partition (t-0) as uncleanable" in caplog.text
    assert log.size == before
    assert [offset for offset, _, _ in pairs(good)] == [1]


def test_a_full_disk_leaves_the_log_as_it_was_and_cleaning_goes_on_later(dirs: LogDirs, log: PartitionLog) -> None:
    for number in range(6):
        put(log, (b"k%d" % (number % 2), b"%d" % number))
    roll(log)
    before = pairs(log)
    disk = dirs.filesystem
    assert isinstance(disk, MemoryFileSystem)
    disk.fail_writes = lambda path: path.endswith(".cleaned")
    assert clean(dirs)
    assert pairs(log) == before
    assert not [path for path in disk.files if path.endswith(".cleaned")]
    disk.fail_writes = lambda path: False
    assert clean(dirs)
    assert [offset for offset, _, _ in pairs(log)] == [4, 5]
