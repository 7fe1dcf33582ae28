"""One segment: appending, searching, rolling by its rules, truncating, renaming."""

import pytest

from kafkacli.log.index_file import CorruptIndex
from kafkacli.log.log_config import LogConfig
from kafkacli.log.segment import Segment, file_name, offset_of
from kafkacli.record.batch import CorruptRecord, read_header
from tests.support.logs import NOW_MS, batch
from tests.support.memory_filesystem import MemoryFileSystem

CONFIG = LogConfig(index_interval_bytes=200, segment_bytes=10_000, segment_index_bytes=120)


@pytest.fixture
def filesystem() -> MemoryFileSystem:
    filesystem = MemoryFileSystem()
    filesystem.make_directories("/d")
    return filesystem


@pytest.fixture
def segment(filesystem: MemoryFileSystem) -> Segment:
    """Ten batches of two records: offsets 100 to 119, 100 bytes each."""
    segment = Segment(filesystem, "/d", 100, CONFIG, now_ms=NOW_MS)
    for number in range(10):
        append(segment, 100 + number * 2, NOW_MS + number)
    return segment


def append(segment: Segment, offset: int, timestamp: int) -> None:
    data = batch(b"x" * 12, b"y" * 13, timestamp=timestamp, base_offset=offset, partition_leader_epoch=3)
    segment.append(data, offset + 1, timestamp, offset + 1)


def test_names_have_twenty_digits() -> None:
    assert file_name(100, ".log") == "00000000000000000100.log"
    assert offset_of("00000000000000000100.log.deleted") == 100


def test_batches_are_found_by_any_of_their_offsets(segment: Segment) -> None:
    size = segment.size // 10
    for offset in range(100, 120):
        found = segment.find(offset)
        assert found is not None
        assert (found[0], found[1].base_offset) == ((offset - 100) // 2 * size, offset // 2 * 2)
    assert segment.find(120) is None
    assert segment.next_offset() == 120


def test_an_index_entry_comes_after_every_interval(segment: Segment) -> None:
    size = segment.size // 10
    entries = [segment.offset_index.entry(number) for number in range(segment.offset_index.entries)]
    # with the first append behind more than 200 bytes
    assert entries == [(101 + number * 2, number * size) for number in (3, 6, 9)]
    assert segment.time_index.last_entry == (NOW_MS + 9, 119)


def test_batches_end_where_the_file_is_torn(segment: Segment) -> None:
    for cut in (1, 12, 16, 17, 60, 61, 99):
        segment.size = 900 + cut
        assert [header.base_offset for _, header in segment.batches()] == list(range(100, 118, 2))


def test_what_is_no_batch_is_an_error(filesystem: MemoryFileSystem, segment: Segment) -> None:
    filesystem.files[segment.path].data[16] = 9
    with pytest.raises(CorruptRecord):
        next(segment.batches())


def test_timestamps_are_found(segment: Segment) -> None:
    assert segment.find_timestamp(NOW_MS + 4, 100) == (NOW_MS + 4, 108, 3)
    assert segment.find_timestamp(NOW_MS + 4, 115) == (NOW_MS + 7, 115, 3)
    assert segment.find_timestamp(NOW_MS + 10, 100) is None
    assert (segment.max_timestamp, segment.offset_of_max_timestamp) == (NOW_MS + 9, 119)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, False),
        ({"size": 10_000}, True),
        ({"last_offset": 100 + 2**31}, True),
        ({"max_timestamp": NOW_MS + 1000}, False),
        ({"max_timestamp": NOW_MS + 1001}, True),
    ],
)
def test_it_rolls_by_size_offset_and_time(segment: Segment, change: dict[str, int], *, expected: bool) -> None:
    config = LogConfig(segment_ms=1000, segment_bytes=10_000)
    values = {"size": 100, "max_timestamp": NOW_MS, "last_offset": 121} | change
    assert segment.should_roll(config=config, now_ms=NOW_MS, **values) is expected


def test_it_rolls_when_an_index_is_full(filesystem: MemoryFileSystem) -> None:
    segment = Segment(filesystem, "/d", 0, LogConfig(index_interval_bytes=0, segment_index_bytes=36), now_ms=NOW_MS)
    rolls = []
    for number in range(4):
        rolls.append(segment.should_roll(100, NOW_MS, number * 2 + 1, CONFIG, NOW_MS))
        append(segment, number * 2, NOW_MS + number)
    assert rolls == [False, False, False, True]  # of three time index entries one is kept for the roll


def test_without_timestamps_it_rolls_by_the_clock(filesystem: MemoryFileSystem) -> None:
    segment = Segment(filesystem, "/d", 0, CONFIG, now_ms=NOW_MS, roll_jitter_ms=100)
    config = LogConfig(segment_ms=1000)
    assert not segment.should_roll(10, -1, 0, config, NOW_MS + 5000)  # empty
    segment.append(batch(b"x", timestamp=-1), 0, -1, 0)
    assert not segment.should_roll(10, -1, 1, config, NOW_MS + 900)
    assert segment.should_roll(10, -1, 1, config, NOW_MS + 901)
    filesystem.files[segment.path].modified_ms = 77
    assert segment.largest_timestamp == 77


def test_truncation_cuts_file_indexes_and_timestamp(segment: Segment) -> None:
    size = segment.size // 10
    assert segment.truncate_to(109, NOW_MS) == size * 6
    assert (segment.size, segment.next_offset(), segment.offset_index.last_offset) == (size * 4, 108, 107)
    assert (segment.max_timestamp, segment.offset_of_max_timestamp) == (NOW_MS + 3, 107)
    assert segment.truncate_to(200, NOW_MS) == 0
    assert segment.truncate_to(100, NOW_MS + 5) == size * 4
    assert (segment.size, segment.next_offset(), segment.created_ms) == (0, 100, NOW_MS + 5)


def test_trimming_leaves_no_preallocated_bytes(filesystem: MemoryFileSystem) -> None:
    config = LogConfig(preallocate=True, segment_bytes=5000, index_interval_bytes=10)
    segment = Segment(filesystem, "/d", 100, config, now_ms=NOW_MS)
    append(segment, 100, NOW_MS)
    append(segment, 102, NOW_MS + 1)
    assert filesystem.size(segment.path) == 5000
    segment.close()
    sizes = [filesystem.size(path) for path in segment.paths[:3]]
    assert sizes == [segment.size, 8, 12]
    again = Segment(filesystem, "/d", 100, config, now_ms=NOW_MS)
    again.check()
    assert (again.size, again.max_timestamp, again.next_offset()) == (segment.size, NOW_MS + 1, 104)


def test_a_refused_write_leaves_nothing_behind(filesystem: MemoryFileSystem, segment: Segment) -> None:
    before = bytes(filesystem.files[segment.path].data)
    filesystem.fail_writes = lambda path: path.endswith(".log")
    with pytest.raises(OSError, match="No space left"):
        append(segment, 120, NOW_MS)
    assert bytes(filesystem.files[segment.path].data) == before
    filesystem.fail_writes = lambda path: False
    append(segment, 120, NOW_MS)
    assert segment.next_offset() == 122


def test_an_index_that_points_behind_the_end_is_corrupt(segment: Segment) -> None:
    segment.trim()
    segment.check()
    segment.size = segment.offset_index.entry(segment.offset_index.entries - 1).position
    with pytest.raises(CorruptIndex, match="points beyond the end"):
        segment.check()


def test_files_are_renamed_moved_and_removed(filesystem: MemoryFileSystem, segment: Segment) -> None:
    segment.rename_suffix("", ".deleted")
    assert filesystem.names("/d") == [
        file_name(100, suffix) for suffix in (".index.deleted", ".log.deleted", ".timeindex.deleted")
    ]
    filesystem.rename("/d", "/e")
    segment.move_directory("/e")
    segment.rename_suffix(".deleted", "")
    assert read_header(segment.read(0, 61)).base_offset == 100
    segment.remove()
    assert filesystem.names("/e") == []
