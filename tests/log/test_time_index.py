"""The time index's entries."""

import pytest

from kafkacli.log.index_file import CorruptIndex
from kafkacli.log.time_index import NO_TIMESTAMP, TimeIndex
from tests.support.memory_filesystem import MemoryFileSystem


@pytest.fixture
def filesystem() -> MemoryFileSystem:
    filesystem = MemoryFileSystem()
    filesystem.make_directories("/d")
    return filesystem


@pytest.fixture
def index(filesystem: MemoryFileSystem) -> TimeIndex:
    index = TimeIndex(filesystem, "/d/100.timeindex", 100, 60)
    index.maybe_append(1000, 103)
    index.maybe_append(2000, 108)
    return index


def test_entries_are_timestamp_and_relative_offset(filesystem: MemoryFileSystem, index: TimeIndex) -> None:
    index.trim()
    assert filesystem.files["/d/100.timeindex"].data.hex() == "00000000000003e80000000300000000000007d000000008"


def test_only_larger_timestamps_are_taken(index: TimeIndex) -> None:
    index.maybe_append(2000, 110)
    index.maybe_append(1500, 111)
    assert (index.entries, index.last_entry) == (2, (2000, 108))


def test_lookup_finds_the_last_entry_not_after(index: TimeIndex) -> None:
    assert index.lookup(999) == (NO_TIMESTAMP, 100)
    assert index.lookup(1000) == index.lookup(1999) == (1000, 103)
    assert index.lookup(9999) == (2000, 108)


def test_one_slot_stays_free_for_the_roll(index: TimeIndex) -> None:
    full = [index.is_full]
    index.maybe_append(3000, 109)
    index.maybe_append(4000, 110)
    assert [*full, index.is_full] == [False, True]
    index.maybe_append(5000, 111)  # when the segment rolls
    index.trim()
    assert index.entries == 5


@pytest.mark.parametrize(("offset", "entries"), [(103, 0), (104, 1), (108, 1), (109, 2)])
def test_truncation_keeps_what_is_below(index: TimeIndex, offset: int, entries: int) -> None:
    index.truncate_to(offset)
    assert index.entries == entries


def test_a_zero_tail_an_old_offset_or_half_an_entry_is_corrupt(filesystem: MemoryFileSystem, index: TimeIndex) -> None:
    index.check()
    with pytest.raises(CorruptIndex, match="last timestamp is 0 which is less than the first timestamp 1000"):
        TimeIndex(filesystem, "/d/100.timeindex", 100, 60).check()
    data = filesystem.files["/d/100.timeindex"].data
    index.trim()
    data[20:24] = (-1).to_bytes(4, "big", signed=True)
    with pytest.raises(CorruptIndex, match="last offset is 99 which is less than the first offset 100"):
        TimeIndex(filesystem, "/d/100.timeindex", 100, 60).check()
    data += b"\x00"
    with pytest.raises(CorruptIndex, match="found 25 bytes"):
        TimeIndex(filesystem, "/d/100.timeindex", 100, 60).check()
