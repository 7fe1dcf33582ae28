"""What is in a log after crashes: a state machine against a dict of records, and the single cases by name."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kafkacli.log.log_config import LogConfig
from kafkacli.log.log_dirs import LogDirs
from kafkacli.log.offset_checkpoint import RECOVERY_POINT_CHECKPOINT
from kafkacli.log.partition_log import PartitionLog
from kafkacli.log.retention import apply_retention
from kafkacli.record.batch import Record, encode_batch
from tests.support.logs import NOW_MS, open_dirs, records_of
from tests.support.memory_filesystem import MemoryFileSystem

CONFIG = LogConfig(
    segment_bytes=1200, index_interval_bytes=150, segment_index_bytes=400, retention_bytes=3000, file_delete_delay_ms=50
)
DIRECTORY = "/logs"


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
            self.dirs.read_checkpoint(DIRECTORY, RECOVERY_POINT_CHECKPOINT).get(("topic", 0), 0),
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
