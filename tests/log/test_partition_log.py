"""Appending, reading, rolling and shortening one partition's log."""

from pathlib import Path

import pytest

from kafkacli.errors import ApiError, ErrorCode
from kafkacli.log.log_config import LogConfig
from kafkacli.log.offset_search import EARLIEST_TIMESTAMP, LATEST_TIMESTAMP
from kafkacli.log.partition_log import PartitionLog
from kafkacli.record.batch import iter_headers
from tests.support.logs import NOW_MS, batch, open_dirs, records_of
from tests.support.memory_filesystem import MemoryFileSystem


@pytest.fixture
def log(tmp_path: Path) -> PartitionLog:
    return open_dirs(tmp_path, LogConfig()).create("topic", 0, LogConfig(segment_bytes=1000), NOW_MS)


def append(log: PartitionLog, *values: bytes, timestamp: int = NOW_MS, leader_epoch: int = 0) -> int:
    records = batch(*values, timestamp=timestamp)
    return log.append_as_leader(records, leader_epoch=leader_epoch, now_ms=NOW_MS).first_offset


def test_append_gives_the_next_offsets_and_reading_gives_them_back(log: PartitionLog) -> None:
    assert [append(log, b"a", b"b"), append(log, b"c"), append(log, b"d")] == [0, 2, 3]
    assert log.log_end_offset == 4
    assert [(record.offset, record.value) for record in records_of(log)] == [(0, b"a"), (1, b"b"), (2, b"c"), (3, b"d")]


def test_a_read_begins_with_the_batch_that_contains_the_offset(log: PartitionLog) -> None:
    append(log, b"a", b"b")
    append(log, b"c")
    fetched = log.read(1, 1 << 20, up_to=3)
    assert [header.base_offset for _, header in iter_headers(fetched.records)] == [0, 2]
    assert fetched.next_offset == 3


def test_a_read_ends_with_the_last_whole_batch_that_fits(log: PartitionLog) -> None:
    for _ in range(3):
        append(log, b"x" * 10)
    size = log.size // 3
    assert len(log.read(0, size * 3 - 1, up_to=3).records) == size * 2
    assert len(log.read(0, size * 2, up_to=3).records) == size * 2


def test_the_first_batch_is_returned_even_when_it_is_larger(log: PartitionLog) -> None:
    append(log, b"x" * 100)
    append(log, b"y")
    fetched = log.read(0, 1, up_to=2)
    assert [header.base_offset for _, header in iter_headers(fetched.records)] == [0]
    assert fetched.next_offset == 1
    assert log.read(0, 1, up_to=2, min_one_message=False).records == b""


def test_a_read_stays_below_up_to(log: PartitionLog) -> None:
    for value in (b"a", b"b", b"c"):
        append(log, value)
    assert [header.base_offset for _, header in iter_headers(log.read(0, 1 << 20, up_to=2).records)] == [0, 1]
    assert log.read(2, 1 << 20, up_to=2).records == b""


@pytest.mark.parametrize("offset", [-1, 2])
def test_an_offset_outside_of_the_log_is_refused(log: PartitionLog, offset: int) -> None:
    append(log, b"a")
    with pytest.raises(ApiError) as caught:
        log.read(offset, 100, up_to=1)
    assert caught.value.code == ErrorCode.OFFSET_OUT_OF_RANGE
    assert str(caught.value) == (
        f"Received request for offset {offset} for partition topic-0, but we only have log segments in the range 0 to 1."
    )


def test_a_full_segment_rolls_and_reading_goes_on_in_the_next(log: PartitionLog) -> None:
    values = [b"%04d" % number * 50 for number in range(20)]
    for value in values:
        append(log, value)
    assert len(log.segments) > 3
    assert [record.value for record in records_of(log)] == values
    assert [record.value for record in records_of(log, max_bytes=1)] == values


def test_offsets_are_found_by_time(log: PartitionLog) -> None:
    for number in range(20):
        append(log, b"x" * 100, timestamp=NOW_MS + number * 10)
    for timestamp, offset in ((NOW_MS - 5, 0), (NOW_MS, 0), (NOW_MS + 1, 1), (NOW_MS + 100, 10), (NOW_MS + 190, 19)):
        found = log.offset_for_timestamp(timestamp)
        assert found is not None
        assert (found.offset, found.timestamp, found.leader_epoch) == (offset, NOW_MS + offset * 10, 0)
    assert log.offset_for_timestamp(NOW_MS + 191) is None
    assert log.offset_for_timestamp(EARLIEST_TIMESTAMP) == (-1, 0, 0)
    assert log.offset_for_timestamp(LATEST_TIMESTAMP) == (-1, 20, 0)


def test_truncation_forgets_the_end_and_appends_go_on_there(log: PartitionLog) -> None:
    for number in range(20):
        append(log, b"%d" % number * 100, leader_epoch=number // 5)
    assert log.truncate_to(7, NOW_MS)
    assert log.log_end_offset == 7
    assert log.latest_epoch == 1
    assert append(log, b"new", leader_epoch=9) == 7
    assert [record.offset for record in records_of(log)] == list(range(8))


def test_deleted_records_are_out_of_range(log: PartitionLog) -> None:
    for _ in range(5):
        append(log, b"a")
    log.update_high_watermark(4)
    log.delete_records(3)
    assert log.log_start_offset == 3
    assert [record.offset for record in records_of(log)] == [3, 4]
    with pytest.raises(ApiError) as caught:
        log.read(2, 100, up_to=5)
    assert caught.value.code == ErrorCode.OFFSET_OUT_OF_RANGE
    with pytest.raises(ApiError, match="larger than the high watermark 4"):
        log.delete_records(5)


def test_a_reopened_log_has_every_record(tmp_path: Path) -> None:
    for clean in (True, False):
        dirs = open_dirs(tmp_path)
        log = dirs.create("topic", 0, LogConfig(segment_bytes=1000), NOW_MS)
        for _ in range(20):
            append(log, b"x" * 100)
        dirs.close(NOW_MS, clean=clean)
    reopened = open_dirs(tmp_path).get("topic", 0)
    assert reopened is not None
    assert [record.offset for record in records_of(reopened)] == list(range(40))


def test_a_new_configuration_takes_effect_with_the_next_append(log: PartitionLog) -> None:
    append(log, b"a", leader_epoch=3)
    log.config = LogConfig(max_message_bytes=60)
    with pytest.raises(ApiError) as caught:
        append(log, b"b")
    assert caught.value.code == ErrorCode.MESSAGE_TOO_LARGE
    assert log.latest_epoch == 3
    log.config = LogConfig(message_format_version="0.10.0")
    append(log, b"b")
    assert [log.latest_epoch, log.end_offset_for_epoch(3)] == [None, None]
    log.begin_leader_epoch(4)
    assert [header.magic for _, header in iter_headers(log.read(0, 1 << 20, up_to=2).records)] == [2, 1]
    log.config = LogConfig()
    append(log, b"c", leader_epoch=5)
    assert log.latest_epoch == 5
    assert [record.value for record in records_of(log)] == [b"a", b"b", b"c"]


def test_nothing_appended_is_nothing_done(log: PartitionLog) -> None:
    info = log.append_as_leader(memoryview(bytearray()), leader_epoch=0, now_ms=NOW_MS)
    assert (info.first_offset, info.last_offset, info.bytes, log.log_end_offset) == (-1, -1, 0, 0)


def test_a_batch_larger_than_a_segment_is_refused(log: PartitionLog) -> None:
    with pytest.raises(ApiError, match="exceeds the maximum configured segment size of 1000") as caught:
        append(log, b"x" * 1000)
    assert caught.value.code == ErrorCode.RECORD_LIST_TOO_LARGE


def test_the_append_time_is_told(tmp_path: Path) -> None:
    config = LogConfig(message_timestamp_type="LogAppendTime")
    log = open_dirs(tmp_path).create("topic", 0, config, NOW_MS)
    info = log.append_as_leader(batch(b"x", timestamp=5), leader_epoch=0, now_ms=NOW_MS)
    assert (info.log_append_time, info.max_timestamp) == (NOW_MS, NOW_MS)
    assert [record.timestamp for record in records_of(log)] == [NOW_MS]


def test_a_full_disk_refuses_the_append_and_nothing_else() -> None:
    filesystem = MemoryFileSystem()
    log = open_dirs("/logs", filesystem=filesystem).create("topic", 0, LogConfig(), NOW_MS)
    append(log, b"a")
    filesystem.fail_writes = lambda path: path.endswith(".log")
    with pytest.raises(ApiError, match="Error while appending records to topic-0 in dir /logs") as caught:
        append(log, b"b")
    assert caught.value.code == ErrorCode.KAFKA_STORAGE_ERROR
    filesystem.fail_writes = lambda path: False
    assert append(log, b"c") == 1
    assert [record.value for record in records_of(log)] == [b"a", b"c"]


def test_an_empty_segment_without_room_in_its_indexes_is_replaced() -> None:
    filesystem = MemoryFileSystem()
    config = LogConfig(segment_index_bytes=12)  # one time index entry: kept for the roll, so full from the start
    log = open_dirs("/logs", filesystem=filesystem).create("topic", 0, config, NOW_MS)
    for number in range(3):
        assert append(log, b"a") == number
    assert [segment.base_offset for segment in log.segments] == [0, 1, 2]
    assert len(records_of(log)) == 3


def test_truncation_before_the_first_segment_empties_the_log(log: PartitionLog) -> None:
    for _ in range(20):
        append(log, b"x" * 100)
    log.update_high_watermark(20)
    log.delete_segments(list(log.segments)[:2], NOW_MS)
    start = log.log_start_offset
    assert start > 1
    assert log.truncate_to(1, NOW_MS)
    assert (log.log_start_offset, log.log_end_offset, log.high_watermark, log.latest_epoch) == (1, 1, 1, None)
    assert append(log, b"new") == 1
    assert not log.truncate_to(2, NOW_MS)


def test_it_describes_itself(log: PartitionLog) -> None:
    append(log, b"a")
    assert repr(log) == (
        f"Log(dir={log.directory}, topic=topic, partition=0, highWatermark=0, lastStableOffset=0, logStartOffset=0, "
        "logEndOffset=1)"
    )
    assert repr(log.segments.active) == f"Segment(base_offset=0, size={log.size}, max_timestamp={NOW_MS})"


def test_a_leader_epoch_is_in_the_file_at_once_and_on_disk_with_its_first_record() -> None:
    filesystem = MemoryFileSystem()
    dirs = open_dirs("/d", filesystem=filesystem)
    log = dirs.create("t", 0, LogConfig(), NOW_MS)
    log.begin_leader_epoch(3)
    assert filesystem.files["/d/t-0/leader-epoch-checkpoint"].data == b"0\n1\n3 0\n"
    log.append_as_leader(batch(b"a"), leader_epoch=3, now_ms=NOW_MS)
    filesystem.lose_power(lambda count: 0, lambda size: 0)
    assert filesystem.files["/d/t-0/leader-epoch-checkpoint"].data == b"0\n1\n3 0\n"
