"""Offsets by time, as new and as old clients ask."""

import pytest

from kafkacli.errors import ApiError, ErrorCode
from kafkacli.log.log_config import LogConfig
from kafkacli.log.offset_search import EARLIEST_TIMESTAMP, LATEST_TIMESTAMP
from kafkacli.log.partition_log import PartitionLog
from tests.support.logs import NOW_MS, batch, open_dirs
from tests.support.memory_filesystem import MemoryFileSystem


@pytest.fixture
def log() -> PartitionLog:
    """Segments 0, 2 and 4, written 1000, 2000 and 3000 ms after the epoch."""
    filesystem = MemoryFileSystem()
    log = open_dirs("/logs", filesystem=filesystem).create("topic", 0, LogConfig(), NOW_MS)
    for number in range(6):
        if number in (2, 4):
            log.roll(NOW_MS)
        log.append_as_leader(batch(b"x", timestamp=NOW_MS + number), leader_epoch=number // 3, now_ms=NOW_MS)
        filesystem.files[log.segments.active.path].modified_ms = number // 2 * 1000 + 1000
    log.update_high_watermark(6)
    return log


@pytest.mark.parametrize(
    ("timestamp", "maximum", "expected"),
    [
        (LATEST_TIMESTAMP, 1, [6]),
        (LATEST_TIMESTAMP, 3, [6, 4, 2]),
        (LATEST_TIMESTAMP, 99, [6, 4, 2, 0]),
        (EARLIEST_TIMESTAMP, 5, [0]),
        (2000, 5, [2, 0]),
        (1999, 5, [0]),
        (999, 5, []),
        (9999, 2, [6, 4]),
    ],
)
def test_old_clients_get_offsets_of_segments(
    log: PartitionLog, timestamp: int, maximum: int, expected: list[int]
) -> None:
    assert log.offsets_before(timestamp, maximum, 9999) == expected


def test_old_clients_see_the_log_start(log: PartitionLog) -> None:
    log.delete_records(3)
    assert log.offsets_before(LATEST_TIMESTAMP, 9, 9999) == [6, 4, 3, 3]
    assert log.offsets_before(EARLIEST_TIMESTAMP, 9, 9999) == [3]


def test_deleted_records_are_passed_over(log: PartitionLog) -> None:
    log.delete_records(3)
    assert log.offset_for_timestamp(NOW_MS) == (NOW_MS + 3, 3, 1)
    log.append_as_leader(batch(b"x", timestamp=NOW_MS - 5), leader_epoch=2, now_ms=NOW_MS)
    log.update_high_watermark(7)
    log.delete_records(6)
    assert log.offset_for_timestamp(NOW_MS - 10) == (NOW_MS - 5, 6, 2)


def test_the_first_epoch_counts_only_where_it_covers_the_start(log: PartitionLog) -> None:
    assert log.offset_for_timestamp(EARLIEST_TIMESTAMP) == (-1, 0, 0)
    assert log.offset_for_timestamp(LATEST_TIMESTAMP) == (-1, 6, 1)


def test_records_without_timestamps_can_not_be_searched() -> None:
    config = LogConfig(message_format_version="0.9.0")
    log = open_dirs("/logs", filesystem=MemoryFileSystem()).create("topic", 0, config, NOW_MS)
    log.append_as_leader(batch(b"x"), leader_epoch=0, now_ms=NOW_MS)
    assert log.offset_for_timestamp(LATEST_TIMESTAMP) == (-1, 1, None)
    with pytest.raises(ApiError, match=r"message format version for partition topic-0 is 0\.9\.0") as caught:
        log.offset_for_timestamp(NOW_MS)
    assert caught.value.code == ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT
