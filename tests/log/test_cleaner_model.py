"""Whatever is appended, cleaned, interrupted and restarted: each key's last value and all offsets are as a model says."""

from contextlib import suppress
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kafkacli.log.log_cleaner import CleanerSettings, LogCleaner
from kafkacli.log.log_config import LogConfig
from kafkacli.log.log_dirs import LogDirs
from kafkacli.log.partition_log import PartitionLog
from kafkacli.record.batch import Compression, Record, encode_batch, iter_headers, read_records
from kafkacli.record.control import encode_end_transaction
from tests.support.cleaning import Crash, CrashingFileSystem, drive
from tests.support.logs import NOW_MS, open_dirs

CONFIG = LogConfig(
    cleanup_policy=frozenset({"compact"}),
    segment_bytes=700,
    segment_index_bytes=1200,
    index_interval_bytes=100,
    min_cleanable_dirty_ratio=0.01,
    delete_retention_ms=1000,
)
SMALL_CHUNKS = CleanerSettings(dedupe_buffer_bytes=1200, load_factor=1.0, io_buffer_bytes=400)
KEYS = st.sampled_from([b"a", b"b", b"c", b"a much longer key than the others, so that varints of two bytes occur"])
VALUES = st.sampled_from([None, b"", b"x", b"value" * 20])
RECORDS = st.lists(st.tuples(KEYS, VALUES, st.integers(0, 500)), min_size=1, max_size=3)


class CleanedLog(RuleBasedStateMachine):
    """One compacted partition; producer 1 writes transactions, producer 2 idempotently, others plainly."""

    def __init__(self) -> None:
        super().__init__()
        self.filesystem = CrashingFileSystem()
        self.now_ms = self.filesystem.now_ms = NOW_MS
        self.dirs: LogDirs
        self.log: PartitionLog
        self.dirs = self.open()
        self.log = self.dirs.create("t", 0, CONFIG, NOW_MS)
        self.written: dict[int, Record] = {}
        self.committed: dict[bytes, Record] = {}
        self.transaction: dict[bytes, Record] = {}
        self.is_in_transaction = False
        self.sequences = {1: 0, 2: 0}
        self.last_appends: dict[int, tuple[int, bytes]] = {}

    def open(self) -> LogDirs:
        return open_dirs("/logs", CONFIG, filesystem=self.filesystem, now_ms=self.now_ms)

    def reopen(self) -> None:
        self.dirs = self.open()
        log = self.dirs.get("t", 0)
        assert log is not None
        self.log = log
        log.update_high_watermark(log.log_end_offset)

    def append(self, data: bytes, *, from_client: bool = True) -> int:
        self.now_ms += 7
        self.filesystem.now_ms = self.now_ms
        buffer = memoryview(bytearray(data))
        info = self.log.append_as_leader(buffer, leader_epoch=0, now_ms=self.now_ms, from_client=from_client)
        self.log.update_high_watermark(self.log.log_end_offset)
        return info.first_offset

    def append_records(self, records: list[tuple[bytes, bytes | None, int]], **fields: Any) -> list[Record]:
        made = [Record(timestamp=NOW_MS + late, key=key, value=value) for key, value, late in records]
        data = encode_batch(made, **fields)
        offset = self.append(data)
        for number, record in enumerate(made):
            record.offset = offset + number
            self.written[record.offset] = record
        if "producer_id" in fields:
            self.sequences[fields["producer_id"]] += len(made)
            self.last_appends[fields["producer_id"]] = offset, data
        return made

    @rule(records=RECORDS, codec=st.sampled_from([Compression.NONE, Compression.NONE, Compression.LZ4]))
    def append_plainly(self, records: list[tuple[bytes, bytes | None, int]], codec: Compression) -> None:
        for record in self.append_records(records, compression=codec):
            self.committed[record.key or b""] = record

    @rule(records=RECORDS)
    def append_idempotently(self, records: list[tuple[bytes, bytes | None, int]]) -> None:
        fields = {"producer_id": 2, "producer_epoch": 0, "base_sequence": self.sequences[2]}
        for record in self.append_records(records, **fields):
            self.committed[record.key or b""] = record

    @rule(records=RECORDS)
    def append_in_a_transaction(self, records: list[tuple[bytes, bytes | None, int]]) -> None:
        fields = {"producer_id": 1, "producer_epoch": 0, "base_sequence": self.sequences[1], "is_transactional": True}
        self.is_in_transaction = True
        for record in self.append_records(records, **fields):
            self.transaction[record.key or b""] = record

    @precondition(lambda self: self.is_in_transaction)
    @rule(commit=st.booleans())
    def end_transaction(self, commit: bool) -> None:
        marker = encode_end_transaction(
            commit=commit, coordinator_epoch=0, producer_id=1, producer_epoch=0, timestamp=self.now_ms
        )
        self.append(marker, from_client=False)
        if commit:
            for key, record in self.transaction.items():
                if key not in self.committed or self.committed[key].offset < record.offset:
                    self.committed[key] = record
        self.transaction.clear()
        self.is_in_transaction = False

    @rule()
    def wait(self) -> None:
        self.now_ms += 1000
        self.filesystem.now_ms = self.now_ms

    def round(self) -> Any:
        return LogCleaner(self.dirs, lambda: self.now_ms).round(SMALL_CHUNKS)

    @rule()
    def clean(self) -> None:
        drive(self.round())
        self.dirs.delete_due_files(self.now_ms)

    @rule(steps=st.integers(0, 60), records=RECORDS)
    def append_while_it_is_cleaned(self, steps: int, records: list[tuple[bytes, bytes | None, int]]) -> None:
        work = self.round()
        answer = None
        try:
            for _ in range(steps):
                step = work.send(answer)
                answer = step() if step is not None else None
            self.append_plainly(records, Compression.NONE)
            while True:
                step = work.send(answer)
                answer = step() if step is not None else None
        except StopIteration:
            pass

    @rule(steps=st.integers(1, 60))
    def leave_off_cleaning(self, steps: int) -> None:
        work = self.round()
        answer = None
        try:
            for _ in range(steps):
                step = work.send(answer)
                answer = step() if step is not None else None
        except StopIteration:
            return
        work.close()
        assert not [path for path in self.filesystem.files if path.endswith((".cleaned", ".swap"))]

    @rule(operations=st.integers(0, 80), is_power_cut=st.booleans(), torn=st.integers(0, 3))
    def crash_while_it_is_cleaned(self, operations: int, is_power_cut: bool, torn: int) -> None:
        self.log.flush(self.now_ms)
        self.filesystem.crash_after = operations
        work = self.round()
        with suppress(Crash):
            drive(work)
        with suppress(Crash):
            work.close()  # as dead as its file system
        self.filesystem.crash_after = None
        if is_power_cut:
            self.filesystem.lose_power(lambda count: count * torn // 3, lambda size: size * torn // 3)
        self.filesystem.restart()
        self.reopen()

    @rule(clean=st.booleans())
    def restart(self, clean: bool) -> None:
        self.dirs.close(self.now_ms, clean=clean)
        self.filesystem.restart()
        self.reopen()

    def read(self, *, committed: bool) -> list[Record]:
        offset = self.log.log_start_offset
        end = self.log.last_stable_offset if committed else self.log.log_end_offset
        found: list[Record] = []
        while offset < end:
            fetched = self.log.read(offset, 1000, up_to=end)
            if fetched.next_offset < 0:
                break
            aborted = self.log.aborted_transactions(fetched) if committed else []
            for position, header in iter_headers(fetched.records):
                assert header.last_offset >= offset
                hidden = any(
                    one.producer_id == header.producer_id and one.first_offset <= header.base_offset < one.last_offset
                    for one in aborted
                )
                if not header.is_control and not hidden:
                    found += read_records(fetched.records, position, header)
            offset = fetched.next_offset
        return found

    @invariant()
    def offsets_and_records_are_the_ones_written(self) -> None:
        found = self.read(committed=False)
        offsets = [record.offset for record in found]
        assert offsets == sorted(set(offsets))
        for record in found:
            assert record == self.written[record.offset]

    @invariant()
    def each_keys_last_value_is_there(self) -> None:
        stable = self.log.last_stable_offset
        last = {record.key: record for record in self.read(committed=True)}
        for key, record in self.committed.items():
            if record.offset >= stable:
                continue
            if record.value is None:
                assert key not in last or last[key].value is None
            else:
                assert last[key] == record
        assert last.keys() <= self.committed.keys()

    @invariant()
    def producers_go_on_where_they_were(self) -> None:
        for producer_id, (offset, data) in self.last_appends.items():
            end = self.log.log_end_offset
            assert self.append(data) == offset, producer_id
            assert self.log.log_end_offset == end


TestCleanedLog = CleanedLog.TestCase
TestCleanedLog.settings = settings(parent=settings.default, stateful_step_count=25)
