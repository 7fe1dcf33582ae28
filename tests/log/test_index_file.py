"""What the two indexes share: preallocation, trimming, cutting, searching by block."""

from pathlib import Path

import pytest

from kafkacli.log.filesystem import OsFileSystem
from kafkacli.log.index_file import CorruptIndex
from kafkacli.log.offset_index import OffsetIndex
from tests.support.memory_filesystem import MemoryFileSystem


def test_a_new_file_is_preallocated_in_whole_entries_and_sparse(tmp_path: Path) -> None:
    path = tmp_path / "0.index"
    index = OffsetIndex(OsFileSystem(), str(path), 0, 10_000_003)
    assert path.stat().st_size == 10_000_000
    assert path.stat().st_blocks * 512 < 100_000
    assert index.length == 1_250_000 * index.entry_size
    index.append(7, 100)
    index.trim()
    index.close()
    assert path.read_bytes() == bytes([0, 0, 0, 7, 0, 0, 0, 100])
    again = OffsetIndex(OsFileSystem(), str(path), 0, 10_000_000)
    assert (again.entries, again.last_offset) == (1, 7)


def test_cut_entries_leave_zeros(tmp_path: Path) -> None:
    path = tmp_path / "0.index"
    index = OffsetIndex(OsFileSystem(), str(path), 0, 32)
    for number in range(1, 4):
        index.append(number, number * 10)
    index.cut_to_entries(1)
    index.close()
    assert path.read_bytes() == bytes([0, 0, 0, 1, 0, 0, 0, 10]) + bytes(24)
    index.reset()
    assert path.read_bytes() == bytes(32)


def test_no_entry_is_lost_where_less_room_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "0.index"
    index = OffsetIndex(OsFileSystem(), str(path), 0, 80)
    for number in range(1, 4):
        index.append(number, number * 10)
    index.trim()
    index.close()
    for maximum_bytes, length in ((16, 24), (40, 40)):
        again = OffsetIndex(OsFileSystem(), str(path), 0, maximum_bytes)
        again.entries = 3
        again.preallocate()
        assert path.stat().st_size == again.length == length
        assert again.is_full == (maximum_bytes < 24)
        assert again.lookup(9) == (3, 30)
        again.close()


@pytest.mark.parametrize("entries", [1, 511, 512, 513, 3000])
def test_searches_find_the_last_entry_not_beyond(entries: int) -> None:
    filesystem = MemoryFileSystem()
    filesystem.make_directories("/d")
    index = OffsetIndex(filesystem, "/d/5.index", 5, 8 * entries)
    for number in range(entries):
        index.append(7 + number * 3, 100 + number * 10)
    assert index.is_full
    for number in {0, 1, entries // 2, entries - 2, entries - 1} & set(range(entries)):
        expected = (7 + number * 3, 100 + number * 10)
        assert [index.lookup(7 + number * 3 + more) for more in range(3)] == [expected] * 3
        assert [index.lookup_position(100 + number * 10 + more) for more in (0, 9)] == [expected] * 2
    assert index.lookup(6) == (5, 0)
    assert index.lookup_position(99) == (5, 0)


def test_a_file_that_was_cut_behind_our_back_is_corrupt(tmp_path: Path) -> None:
    path = tmp_path / "0.index"
    index = OffsetIndex(OsFileSystem(), str(path), 0, 80)
    index.append(1, 10)
    index.append(2, 20)
    path.write_bytes(b"")
    with pytest.raises(CorruptIndex):
        index.lookup(2)
    with pytest.raises(CorruptIndex):
        index.entry(1)


def test_the_file_moves(tmp_path: Path) -> None:
    index = OffsetIndex(OsFileSystem(), str(tmp_path / "0.index"), 0, 80)
    index.append(1, 10)
    index.rename(str(tmp_path / "0.index.deleted"))
    assert [path.name for path in tmp_path.iterdir()] == ["0.index.deleted"]
    assert index.entry(0) == (1, 10)
