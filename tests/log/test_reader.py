"""Reading whole batches, and remembering where reads ended."""

import errno
import os

import pytest

from kafkacli.log.log_config import LogConfig
from kafkacli.log.partition_log import PartitionLog
from kafkacli.record.batch import iter_headers
from tests.support.logs import NOW_MS, batch, open_dirs
from tests.support.memory_filesystem import MemoryFileSystem


class CountingFileSystem(MemoryFileSystem):
    """Counts reads."""

    reads = 0

    def pread(self, handle: int, size: int, position: int, /) -> bytes:
        self.reads += 1
        return super().pread(handle, size, position)


@pytest.fixture
def filesystem() -> CountingFileSystem:
    return CountingFileSystem()


@pytest.fixture
def log(filesystem: CountingFileSystem) -> PartitionLog:
    """200 batches of one record, 100 bytes each, in segments of 50."""
    config = LogConfig(index_interval_bytes=1000, segment_bytes=5000)
    log = open_dirs("/logs", filesystem=filesystem).create("topic", 0, config, NOW_MS)
    for _ in range(200):
        log.append_as_leader(batch(b"x" * 32), leader_epoch=0, now_ms=NOW_MS)
    assert log.size == 200 * 100
    return log


@pytest.mark.parametrize("max_bytes", [1, 99, 100, 101, 350, 4000, 4999, 5000, 1 << 20])
def test_every_limit_gives_whole_batches_one_behind_the_other(log: PartitionLog, max_bytes: int) -> None:
    offset = 0
    while offset < 200:
        fetched = log.read(offset, max_bytes, up_to=200)
        found = [header.base_offset for _, header in iter_headers(fetched.records)]
        assert found == list(range(offset, fetched.next_offset))
        assert len(found) * 100 == len(fetched.records) <= max(max_bytes, 100)
        # as much as there is in the segment
        assert len(found) == min(max(max_bytes // 100, 1), 50 - offset % 50)
        offset = fetched.next_offset


@pytest.mark.parametrize("max_bytes", [1, 99, 100, 101, 350, 1000, 4000, 4999, 5000, 1 << 20])
def test_what_is_put_off_is_the_same_taken_in_pieces(
    log: PartitionLog, max_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kafkacli.log.reader._PUT_OFF_BYTES", 0)
    for offset in (0, 1, 7, 49, 50, 149, 198, 199):
        at_once = log.read(offset, max_bytes, up_to=199)
        put_off = log.read(offset, max_bytes, up_to=199, put_off=True)
        assert put_off[1:5] == at_once[1:5]
        taken = b""
        while put_off.in_file:
            assert len(put_off.in_file) == len(at_once.records) - len(taken)
            piece = put_off.in_file.take(70)
            put_off.in_file.give_back(len(piece) // 2)
            taken += piece[: len(piece) - len(piece) // 2]
        assert taken == at_once.records


def test_what_is_put_off_too_long_is_gone(log: PartitionLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kafkacli.log.reader._PUT_OFF_BYTES", 0)
    put_off = log.read(150, 1 << 20, up_to=200, put_off=True).in_file
    assert put_off is not None
    assert len(put_off.take(1000)) == 1000
    log.truncate_to(150, NOW_MS)
    with pytest.raises(OSError, match="ends before position 1000"):
        put_off.take(1000)


@pytest.mark.parametrize(("error", "failed"), [(errno.EIO, ["/logs"]), (errno.EMFILE, [])])
def test_an_error_of_the_disk_while_records_are_sent_ends_the_directory(
    filesystem: CountingFileSystem, monkeypatch: pytest.MonkeyPatch, error: int, failed: list[str]
) -> None:
    monkeypatch.setattr("kafkacli.log.reader._PUT_OFF_BYTES", 0)
    dirs = open_dirs("/logs", filesystem=filesystem)
    heard: list[str] = []
    dirs.failures.failed = heard.append
    log = dirs.create("topic", 0, LogConfig(), NOW_MS)
    log.append_as_leader(batch(b"x" * 32), leader_epoch=0, now_ms=NOW_MS)
    records = log.read(0, 1 << 20, up_to=1, put_off=True).in_file
    assert records is not None

    def refuse(*arguments: object) -> bytes:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(filesystem, "pread", refuse)
    assert heard == []
    with pytest.raises(OSError, match=os.strerror(error)):
        records.take(100)
    assert heard == failed


def test_a_consumer_that_goes_on_needs_one_read(filesystem: CountingFileSystem, log: PartitionLog) -> None:
    offset = 0
    counts = []
    for _ in range(4):
        before = filesystem.reads
        offset = log.read(offset, 1000, up_to=200).next_offset
        counts.append(filesystem.reads - before)
    assert counts[0] > counts[1] == counts[2] == 1


def test_what_is_remembered_holds_for_appends_and_rolls_but_not_for_truncation(log: PartitionLog) -> None:
    assert log.read(150, 1 << 20, up_to=200).next_offset == 200
    log.roll(NOW_MS)
    log.append_as_leader(batch(b"new"), leader_epoch=0, now_ms=NOW_MS)
    assert [header.base_offset for _, header in iter_headers(log.read(200, 1000, up_to=201).records)] == [200]
    log.truncate_to(190, NOW_MS)
    log.append_as_leader(batch(b"a", b"b", b"c"), leader_epoch=0, now_ms=NOW_MS)
    assert [header.base_offset for _, header in iter_headers(log.read(192, 1000, up_to=193).records)] == [190]


def test_only_so_many_positions_are_remembered(log: PartitionLog) -> None:
    for offset in range(199):
        log.read(offset, 1, up_to=200)
    assert len(log._reader._positions) == 64
    assert log.read(0, 1, up_to=200).next_offset == 1


def test_a_limit_below_the_end_of_a_rolled_segment_counts(log: PartitionLog) -> None:
    fetched = log.read(10, 1 << 20, up_to=20)
    assert [header.base_offset for _, header in iter_headers(fetched.records)] == list(range(10, 20))
    assert fetched.next_offset == 20


def test_a_large_batch_behind_an_index_entry_is_left_out(log: PartitionLog) -> None:
    log.roll(NOW_MS)
    for _ in range(40):
        log.append_as_leader(batch(b"x" * 32), leader_epoch=0, now_ms=NOW_MS)
    active = log.segments.active
    entry = active.offset_index.entry(active.offset_index.entries - 1)
    before = (entry.position // 100) + 200
    active.cut(entry.position)  # and now the large one in its place
    log.log_end_offset = before
    log.append_as_leader(batch(b"y" * 500), leader_epoch=0, now_ms=NOW_MS)
    fetched = log.read(200, entry.position + 100, up_to=before + 1)
    assert len(fetched.records) == entry.position
    assert fetched.next_offset == before
    assert log.read(before, 1, up_to=before + 1).next_offset == before + 1


def test_offsets_that_a_cleaner_took_away_lead_to_the_next_record(log: PartitionLog) -> None:
    first = log.segments.first
    first.cut(first.size - 500)
    fetched = log.read(47, 1 << 20, up_to=200)
    assert next(iter_headers(fetched.records))[1].base_offset == 50
    log.roll(NOW_MS)
    previous = log.segments.below(200)
    assert previous is not None
    previous.cut(previous.size - 500)
    assert log.read(199, 1 << 20, up_to=200).records == b""
