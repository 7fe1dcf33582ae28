"""The segments of a log in their order."""

from random import Random

import pytest

from kafkacli.log.log_config import LogConfig
from kafkacli.log.segments import Segments
from tests.support.logs import NOW_MS
from tests.support.memory_filesystem import MemoryFileSystem


@pytest.fixture
def filesystem() -> MemoryFileSystem:
    filesystem = MemoryFileSystem()
    filesystem.make_directories("/d")
    return filesystem


@pytest.fixture
def segments(filesystem: MemoryFileSystem) -> Segments:
    segments = Segments(filesystem, "/d", LogConfig(file_delete_delay_ms=50, segment_jitter_ms=1000), Random(1))
    for base_offset in (20, 0, 10):
        segments.add(segments.open(base_offset, NOW_MS))
    return segments


def test_they_are_found_by_offset(segments: Segments) -> None:
    def base(offset: int) -> int | None:
        segment = segments.floor(offset)
        return segment.base_offset if segment else None

    assert [base(offset) for offset in (-1, 0, 9, 10, 19, 20, 99)] == [None, 0, 0, 10, 10, 20, 20]
    assert [segment.base_offset for segment in segments] == [0, 10, 20]
    assert (segments.first.base_offset, segments.active.base_offset) == (0, 20)
    below = segments.below(10)
    assert below is not None
    assert below.base_offset == 0
    assert segments.below(0) is None
    assert segments.after(below) is segments.floor(10)
    assert segments.after(segments.active) is None


@pytest.mark.parametrize(
    ("start", "end", "expected"), [(0, 99, [0, 10, 20]), (15, 20, [10]), (15, 21, [10, 20]), (20, 20, []), (-5, 5, [0])]
)
def test_a_range_begins_with_the_segment_that_has_its_start(
    segments: Segments, start: int, end: int, expected: list[int]
) -> None:
    assert [segment.base_offset for segment in segments.between(start, end)] == expected


def test_one_with_the_same_base_takes_the_place(segments: Segments) -> None:
    replacement = segments.open(10, NOW_MS)
    segments.add(replacement)
    assert len(segments) == 3
    assert segments.floor(10) is replacement


def test_deleted_files_are_renamed_at_once_and_removed_later(filesystem: MemoryFileSystem, segments: Segments) -> None:
    segments.delete([segments.first], NOW_MS)
    assert len(segments) == 2
    deleted = [name for name in filesystem.names("/d") if name.startswith(f"{0:020d}")]
    assert deleted == [f"{0:020d}.{kind}.deleted" for kind in ("index", "log", "timeindex")]
    assert segments.delete_due(NOW_MS + 49) == 0
    filesystem.rename("/d", "/e")
    segments.move_directory("/e")
    assert segments.delete_due(NOW_MS + 50) == 1
    assert not [name for name in filesystem.names("/e") if name.endswith(".deleted")]


def test_jitter_is_drawn_for_each_segment(segments: Segments) -> None:
    drawn = {segment.roll_jitter_ms for segment in segments}
    assert len(drawn) == 3
    assert all(0 <= jitter < 1000 for jitter in drawn)
