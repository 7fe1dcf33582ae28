"""What is in a log after crashes: a state machine against a dict of records, and the single cases by name."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kafkacli.log.log_config import LogConfig
from kafkacli.log.log_dirs import CLEAN_SHUTDOWN_FILE, LogDirs
from kafkacli.log.offset_checkpoint import RECOVERY_POINT_CHECKPOINT
from kafkacli.log.partition_log import PartitionLog
from kafkacli.log.producer_snapshot import decode_snapshot
from kafkacli.log.retention import apply_retention
from kafkacli.record.batch import Record, encode_batch, iter_headers, iter_records
from tests.support.logs import NOW_MS, batch, open_dirs, records_of
from tests.support.memory_filesystem import MemoryFileSystem

CONFIG = LogConfig(
    segment_bytes=1200, index_interval_bytes=150, segment_index_bytes=400, retention_bytes=3000, file_delete_delay_ms=50
)
DIRECTORY = "/logs"
APACHE = Path(__file__).parents[1] / "data" / "log" / "apache"
ROLLED = LogConfig(segment_bytes=20_000, index_interval_bytes=500)


class LogMachine(RuleBasedStateMachine):
    """A log is what was appended, less what was cut, through every crash."""

    @initialize()
    def begin(self) -> None:
        self.filesystem = MemoryFileSystem()
        self.now_ms = NOW_MS
        self.epoch = 0
        self.records: dict[int, tuple[bytes, int]] = {}
        self.start = self.end = 0
        self.ever: set[tuple[int, tuple[bytes, int]]] = set()
        self.dirs: LogDirs
        self.log: PartitionLog
        self.open()

    def open(self) -> None:
        self.dirs = open_dirs(DIRECTORY, CONFIG, filesystem=self.filesystem, now_ms=self.now_ms)
        self.log = self.dirs.create("topic", 0, CONFIG, self.now_ms)
        self.log.update_high_watermark(self.log.log_end_offset)

    @rule(sizes=st.lists(st.integers(0, 200), min_size=1, max_size=4), later_ms=st.integers(-20, 40))
    def append(self, sizes: list[int], later_ms: int) -> None:
        records = [
            Record(timestamp=self.now_ms + later_ms + index, value=bytes([self.end % 251]) * size)
            for index, size in enumerate(sizes)
        ]
        data = memoryview(bytearray(encode_batch(records)))
        info = self.log.append_as_leader(data, leader_epoch=self.epoch, now_ms=self.now_ms)
        assert (info.first_offset, info.last_offset) == (self.end, self.end + len(sizes) - 1)
        for offset, record in enumerate(records, self.end):
            self.records[offset] = record.value or b"", record.timestamp
            self.ever.add((offset, self.records[offset]))
        self.end += len(sizes)
        self.log.update_high_watermark(self.end)

    @rule()
    def new_epoch(self) -> None:
        self.epoch += 1

    @rule(ms=st.integers(1, 100))
    def wait(self, ms: int) -> None:
        self.now_ms += ms
        self.dirs.delete_due_files(self.now_ms)

    @precondition(lambda self: self.log.segments.active.size)
    @rule()
    def roll(self) -> None:
        self.log.roll(self.now_ms)

    @rule()
    def flush(self) -> None:
        for log, flush in self.dirs.pending_flushes(self.now_ms):
            flush.sync()
            log.flushed(flush, self.now_ms)

    @rule()
    def flush_all(self) -> None:
        self.log.flush(self.now_ms)

    @rule()
    def checkpoint(self) -> None:
        self.dirs.checkpoint_recovery_points()
        self.dirs.checkpoint_log_start_offsets()

    @rule(fraction=st.floats(0, 1))
    def truncate(self, fraction: float) -> None:
        # to the beginning of a batch, as replication does
        found = [header.base_offset for segment in self.log.segments for _, header in segment.batches()]
        bases = [base for base in found if base >= self.start]
        offset = bases[round((len(bases) - 1) * fraction)] if bases else self.end
        assert self.log.truncate_to(offset, self.now_ms) == (offset < self.end)
        self.dirs.checkpoint_recovery_points()  # as Kafka does: the recovery point may have moved back
        self.end = offset
        self.records = {at: record for at, record in self.records.items() if at < self.end}

    @rule(fraction=st.floats(0, 1))
    def delete_records(self, fraction: float) -> None:
        self.start += round((self.end - self.start) * fraction)
        self.log.delete_records(self.start)
        self.dirs.checkpoint_log_start_offsets()
        self.forget_deleted()

    @rule()
    def retain(self) -> None:
        apply_retention(self.log, self.now_ms)
        self.start = self.log.log_start_offset
        self.forget_deleted()

    def forget_deleted(self) -> None:
        self.records = {at: record for at, record in self.records.items() if at >= self.start}

    @rule()
    def stop_and_start(self) -> None:
        self.dirs.close(self.now_ms)
        self.open()
        self.start_may_be_rounded_down()

    @rule()
    def kill(self) -> None:
        self.filesystem.kill()
        self.open()
        self.start_may_be_rounded_down()

    @rule(garbage=st.binary(min_size=1, max_size=300))
    def kill_within_a_write(self, garbage: bytes) -> None:
        path = self.log.segments.active.path
        if int.from_bytes(garbage[8:12], "big") < len(garbage) and len(garbage) > 16:
            garbage = garbage[:16]  # not by chance something with a length that fits
        self.filesystem.kill()
        self.filesystem.files[path].data.extend(garbage)
        self.open()
        self.start_may_be_rounded_down()

    @rule(data=st.data())
    def lose_power(self, data: Any) -> None:
        durable = min(
            self.log.recovery_point,
            self.dirs.checkpoints.read(DIRECTORY, RECOVERY_POINT_CHECKPOINT).get(("topic", 0), 0),
        )
        self.filesystem.lose_power(
            lambda count: data.draw(st.integers(0, count)), lambda size: data.draw(st.integers(0, size))
        )
        self.open()
        self.start_may_be_rounded_down()
        found = {record.offset: (record.value or b"", record.timestamp) for record in records_of(self.log)}
        assert found.items() <= self.ever  # a truncation may be lost as well
        assert {(at, record) for at, record in self.records.items() if at < durable} <= found.items()
        self.records = found
        self.end = self.log.log_end_offset

    def start_may_be_rounded_down(self) -> None:
        """A log start offset that wasn't checkpointed falls back to its segment's, never further."""
        assert self.log.log_start_offset <= self.start or self.start == self.end
        self.start = max(self.start, self.log.log_start_offset)
        self.log.delete_records(min(self.start, self.log.log_end_offset))
        self.forget_deleted()

    @rule(fraction=st.floats(0, 1), max_bytes=st.integers(1, 2000))
    def read_anywhere(self, fraction: float, max_bytes: int) -> None:
        offset = self.start + round((self.end - self.start) * fraction)
        found = records_of(self.log, max_bytes=max_bytes, start=offset)
        assert [record.offset for record in found] == [at for at in sorted(self.records) if at >= offset]

    @rule(later_ms=st.integers(-200, 200))
    def search_by_time(self, later_ms: int) -> None:
        timestamp = self.now_ms + later_ms
        expected = [at for at in sorted(self.records) if self.records[at][1] >= timestamp]
        found = self.log.offset_for_timestamp(timestamp)
        if not expected or found is None:
            assert found is None
            assert not expected
        else:
            assert (found.offset, found.timestamp) == (expected[0], self.records[expected[0]][1])

    @invariant()
    def every_record_is_there(self) -> None:
        if not hasattr(self, "log"):
            return
        assert self.log.log_end_offset == self.end
        found = {record.offset: (record.value, record.timestamp) for record in records_of(self.log)}
        assert found == self.records


TestLogMachine = LogMachine.TestCase


def test_what_was_cut_off_does_not_come_back_below_a_new_segment() -> None:
    filesystem = MemoryFileSystem()
    dirs = open_dirs(DIRECTORY, CONFIG, filesystem=filesystem)
    log = dirs.create("topic", 0, CONFIG, NOW_MS)
    log.append_as_leader(batch(b"a", b"b"), leader_epoch=0, now_ms=NOW_MS)
    log.flush(NOW_MS)
    log.truncate_to(0, NOW_MS)
    dirs.checkpoint_recovery_points()
    log.append_as_leader(batch(b"c"), leader_epoch=1, now_ms=NOW_MS)
    log.roll(NOW_MS)
    filesystem.lose_power(lambda count: 0, lambda size: 0)
    log = open_dirs(DIRECTORY, CONFIG, filesystem=filesystem).create("topic", 0, CONFIG, NOW_MS)
    assert [record.value for record in records_of(log)] == []
    log.append_as_leader(batch(b"d"), leader_epoch=2, now_ms=NOW_MS)
    assert [record.value for record in records_of(log)] == [b"d"]


@pytest.mark.parametrize("survivors", [0, 1, 2])
def test_a_roll_syncs_the_indexes_that_no_flush_comes_to_any_more(survivors: int) -> None:
    filesystem = MemoryFileSystem()
    dirs = open_dirs(DIRECTORY, CONFIG, filesystem=filesystem)
    log = dirs.create("topic", 0, CONFIG, NOW_MS)
    log.append_as_leader(batch(b"a"), leader_epoch=0, now_ms=NOW_MS)
    log.flush(NOW_MS)
    dirs.checkpoint_recovery_points()
    filesystem.lose_power(lambda count: 0, lambda size: 0)
    log = open_dirs(DIRECTORY, CONFIG, filesystem=filesystem).create("topic", 0, CONFIG, NOW_MS)
    log.roll(NOW_MS)
    filesystem.lose_power(lambda count: min(count, survivors), lambda size: 0)
    log = open_dirs(DIRECTORY, CONFIG, filesystem=filesystem).create("topic", 0, CONFIG, NOW_MS)
    found = log.offset_for_timestamp(NOW_MS)
    assert found is not None
    assert (found.offset, found.timestamp) == (0, NOW_MS)


# -- single cases, on what Apache Kafka wrote (data/log/apache; see data/make_log.py)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A log directory of Apache's, cleanly stopped: the marker is there."""
    shutil.copytree(APACHE, tmp_path / "logs")
    (tmp_path / "logs" / CLEAN_SHUTDOWN_FILE).touch()
    return tmp_path / "logs"


def contents(directory: Path) -> dict[str, object]:
    """Every file's bytes; of snapshots the rows, whose order is that of a hash map in Apache's."""
    return {
        path.name: sorted(decode_snapshot(path.read_bytes())) if path.suffix == ".snapshot" else path.read_bytes()
        for path in (directory / "rolled-0").iterdir()
    }


def open_rolled(directory: Path) -> tuple[LogDirs, PartitionLog]:
    dirs = open_dirs(directory, ROLLED, now_ms=NOW_MS)
    log = dirs.get("rolled", 0)
    assert log is not None
    return dirs, log


def written(directory: Path) -> list[Record]:
    """Every record in Apache's files, without the log's code."""
    paths = sorted((directory / "rolled-0").glob("*.log"))
    return [record for path in paths for record in iter_records(path.read_bytes())]


def test_a_clean_log_is_read_as_it_is_and_closed_unchanged(directory: Path) -> None:
    before = contents(directory)
    dirs, log = open_rolled(directory)
    assert not (directory / CLEAN_SHUTDOWN_FILE).exists()
    assert (log.log_start_offset, log.log_end_offset) == (0, 466)
    assert records_of(log) == written(directory)
    dirs.close(NOW_MS)
    assert contents(directory) == before
    assert (directory / CLEAN_SHUTDOWN_FILE).exists()


def test_indexes_are_made_again_as_apache_made_them(directory: Path) -> None:
    before = contents(directory)
    (directory / CLEAN_SHUTDOWN_FILE).unlink()
    (directory / "recovery-point-offset-checkpoint").unlink()
    for name in before:
        path = directory / "rolled-0" / name
        if name.endswith((".index", ".timeindex")):
            path.write_bytes(bytes(10 * 1024 * 1024 // 24 * 24))  # as preallocated and never written
        elif name.endswith((".txnindex", ".snapshot")) or name == "leader-epoch-checkpoint":
            path.unlink()
    dirs, log = open_rolled(directory)
    assert records_of(log) == written(directory)
    dirs.close(NOW_MS)
    after = contents(directory)
    # Apache deletes old snapshots, so there may be other ones; those of the same offset are the same
    assert {name: data for name, data in after.items() if name in before} == before


def test_only_what_is_behind_the_recovery_point_is_read_again(directory: Path) -> None:
    (directory / CLEAN_SHUTDOWN_FILE).unlink()
    (directory / "recovery-point-offset-checkpoint").write_text("0\n1\nrolled 0 320\n")
    first, last = (directory / "rolled-0" / f"{base:020d}.log" for base in (0, 308))
    for path in (first, last):
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(data)
    _, log = open_rolled(directory)
    # the broken batch in the first segment isn't seen, the one in the segment of the recovery point ends the log
    assert 308 < log.log_end_offset < 400
    assert [segment.base_offset for segment in log.segments] == [0, 151, 308]
    assert (directory / "rolled-0" / f"{400:020d}.log.deleted").exists()


@pytest.mark.parametrize("cut", [1, 60, 61, 70])
def test_a_torn_tail_is_cut_at_the_last_whole_batch(directory: Path, cut: int) -> None:
    (directory / CLEAN_SHUTDOWN_FILE).unlink()
    path = directory / "rolled-0" / f"{400:020d}.log"
    whole = path.read_bytes()
    last = [position for position, _ in iter_headers(whole)][-1]
    path.write_bytes(whole[: last + cut])
    _, log = open_rolled(directory)
    assert path.read_bytes() == whole[:last]
    assert log.log_end_offset == 465
    log.append_as_leader(batch(b"next"), leader_epoch=1, now_ms=NOW_MS)
    assert records_of(log)[-1].offset == 465


@pytest.mark.parametrize("suffix", [".index", ".timeindex"])
@pytest.mark.parametrize("damage", ["missing", "half an entry", "zeros"])
def test_a_damaged_index_of_a_clean_log_is_made_again(directory: Path, suffix: str, damage: str) -> None:
    before = contents(directory)
    path = directory / "rolled-0" / f"{151:020d}{suffix}"
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes() + bytes(5 if damage == "half an entry" else 240))
    dirs, log = open_rolled(directory)
    assert records_of(log) == written(directory)
    dirs.close(NOW_MS)
    if damage != "missing" or suffix == ".index":
        assert contents(directory)[path.name] == before[path.name]


def test_leftovers_are_removed(directory: Path) -> None:
    topic = directory / "rolled-0"
    for name in ("0.log.deleted", "0.index.deleted", "0.log.cleaned", "0.timeindex.cleaned", "7.index", "7.txnindex"):
        number, _, suffix = name.partition(".")
        (topic / f"{int(number):020d}.{suffix}").write_bytes(b"old")
    before = {path.name for path in APACHE.joinpath("rolled-0").iterdir()}
    open_rolled(directory)
    assert {path.name for path in topic.iterdir()} == before


def test_an_interrupted_swap_is_completed(directory: Path) -> None:
    """The cleaner merges segments 0 and 151 into a `.swap`; the crash comes before the old ones are renamed."""
    topic = directory / "rolled-0"
    first, second = (topic / f"{base:020d}.log" for base in (0, 151))
    merged = first.read_bytes() + second.read_bytes()
    (topic / f"{0:020d}.log.swap").write_bytes(merged)
    for suffix in (".index", ".timeindex"):
        (topic / f"{0:020d}{suffix}.swap").write_bytes(b"")
    expected = written(directory)
    dirs, log = open_rolled(directory)
    assert [segment.base_offset for segment in log.segments] == [0, 308, 400]
    assert first.read_bytes() == merged
    assert records_of(log) == expected
    dirs.delete_due_files(NOW_MS + ROLLED.file_delete_delay_ms)
    assert not [path for path in topic.iterdir() if path.name.endswith((".swap", ".deleted"))]


def test_what_a_swap_left_when_its_log_was_in_place_is_removed(directory: Path) -> None:
    topic = directory / "rolled-0"
    for suffix in (".index", ".timeindex", ".txnindex"):
        (topic / f"{151:020d}{suffix}.swap").write_bytes(b"")
    expected = written(directory)
    _, log = open_rolled(directory)
    assert records_of(log) == expected
    assert not [path for path in topic.iterdir() if path.name.endswith(".swap")]
    assert (topic / f"{151:020d}.index").stat().st_size > 0


def test_a_swap_of_an_unfinished_split_is_dropped(directory: Path) -> None:
    topic = directory / "rolled-0"
    (topic / f"{151:020d}.log.swap").write_bytes(b"")
    (topic / f"{100:020d}.log.cleaned").write_bytes(b"")
    expected = written(directory)
    _, log = open_rolled(directory)
    assert records_of(log) == expected
    assert not [path for path in topic.iterdir() if path.name.endswith((".swap", ".cleaned"))]


def test_a_segment_whose_offsets_do_not_grow_is_emptied(directory: Path) -> None:
    (directory / CLEAN_SHUTDOWN_FILE).unlink()
    path = directory / "rolled-0" / f"{400:020d}.log"
    data = path.read_bytes()
    path.write_bytes(data + data)
    _, log = open_rolled(directory)
    assert log.log_end_offset == 400


def test_a_log_that_ends_before_its_start_begins_anew_there(directory: Path) -> None:
    (directory / "log-start-offset-checkpoint").write_text("0\n1\nrolled 0 500\n")
    dirs, log = open_rolled(directory)
    assert (log.log_start_offset, log.log_end_offset, len(log.segments)) == (500, 500, 1)
    dirs.close(NOW_MS)


def test_a_corrupt_checkpoint_only_costs_time(directory: Path) -> None:
    (directory / CLEAN_SHUTDOWN_FILE).unlink()
    (directory / "recovery-point-offset-checkpoint").write_text("0\n7\n")
    _, log = open_rolled(directory)
    assert records_of(log) == written(directory)
    assert log.recovery_point == 0


def test_aborted_transactions_of_apaches_are_known(directory: Path) -> None:
    _, log = open_rolled(directory)
    log.update_high_watermark(466)
    aborted = log.aborted_transactions(log.read(400, 1 << 20, up_to=466))
    assert [transaction.first_offset for transaction in aborted] == [400, 422, 444]
    assert log.last_stable_offset == 466
