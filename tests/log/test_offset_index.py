"""The offset index's entries."""

import pytest

from kafkacli.log.index_file import CorruptIndex
from kafkacli.log.offset_index import InvalidOffset, OffsetIndex
from tests.support.memory_filesystem import MemoryFileSystem


@pytest.fixture
def filesystem() -> MemoryFileSystem:
    filesystem = MemoryFileSystem()
    filesystem.make_directories("/d")
    return filesystem


@pytest.fixture
def index(filesystem: MemoryFileSystem) -> OffsetIndex:
    index = OffsetIndex(filesystem, "/d/100.index", 100, 800)
    for offset, position in ((104, 50), (109, 120), (115, 300)):
        index.append(offset, position)
    return index


def test_offsets_are_relative_in_the_file(filesystem: MemoryFileSystem, index: OffsetIndex) -> None:
    index.trim()
    assert filesystem.files["/d/100.index"].data.hex() == "000000040000003200000009000000780000000f0000012c"


def test_offsets_have_to_grow(index: OffsetIndex) -> None:
    with pytest.raises(InvalidOffset, match=r"Attempt to append an offset \(115\) to position 3 no larger than"):
        index.append(115, 400)


@pytest.mark.parametrize(("offset", "last"), [(100, 100), (104, 100), (105, 104), (115, 109), (116, 115), (999, 115)])
def test_truncation_keeps_what_is_below(index: OffsetIndex, offset: int, last: int) -> None:
    index.truncate_to(offset)
    assert index.last_offset == last


def test_a_zero_tail_or_half_an_entry_is_corrupt(filesystem: MemoryFileSystem, index: OffsetIndex) -> None:
    index.check()
    with pytest.raises(CorruptIndex, match="last offset is 100"):
        OffsetIndex(filesystem, "/d/100.index", 100, 800).check()
    index.trim()
    filesystem.files["/d/100.index"].data += b"\x00"
    with pytest.raises(CorruptIndex, match="found 25 bytes which is neither positive nor a multiple of 8"):
        OffsetIndex(filesystem, "/d/100.index", 100, 800).check()
