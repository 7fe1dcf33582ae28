"""Which segments go."""

import pytest

from kafkacli.log.log_config import LogConfig
from kafkacli.log.partition_log import PartitionLog
from kafkacli.log.retention import apply_retention
from tests.support.logs import NOW_MS, batch, open_dirs, records_of
from tests.support.memory_filesystem import MemoryFileSystem


def log_of(config: LogConfig, *, high_watermark: int = 99) -> PartitionLog:
    """A log of five segments with two records each, 10 ms apart."""
    log = open_dirs("/logs", filesystem=MemoryFileSystem()).create("topic", 0, config, NOW_MS)
    for number in range(10):
        log.append_as_leader(batch(b"x" * 90, key=b"k", timestamp=NOW_MS + number * 10), leader_epoch=0, now_ms=NOW_MS)
        if number % 2 and number < 9:
            log.roll(NOW_MS)
    log.update_high_watermark(high_watermark)
    return log


def bases(log: PartitionLog) -> list[int]:
    return [segment.base_offset for segment in log.segments]


@pytest.mark.parametrize(
    ("now_ms", "left"), [(NOW_MS + 100, [0, 2, 4, 6, 8]), (NOW_MS + 111, [2, 4, 6, 8]), (NOW_MS + 131, [4, 6, 8])]
)
def test_old_segments_go_by_the_largest_timestamp(now_ms: int, left: list[int]) -> None:
    log = log_of(LogConfig(retention_ms=100))
    assert apply_retention(log, now_ms) == 5 - len(left)
    assert bases(log) == left
    assert log.log_start_offset == left[0]
    assert [record.offset for record in records_of(log)] == list(range(left[0], 10))


def test_when_all_are_old_an_empty_one_is_left() -> None:
    log = log_of(LogConfig(retention_ms=100))
    assert apply_retention(log, NOW_MS + 1000) == 5
    assert (bases(log), log.log_start_offset, log.log_end_offset) == ([10], 10, 10)
    assert apply_retention(log, NOW_MS + 2000) == 0
    assert log.append_as_leader(batch(b"y"), leader_epoch=0, now_ms=NOW_MS).first_offset == 10


def test_the_oldest_segments_go_while_the_rest_is_large_enough() -> None:
    size = log_of(LogConfig()).size // 5
    for retention_bytes, left in ((size * 5, 5), (size * 4 + 1, 5), (size * 4, 4), (size * 2 + 1, 3), (0, 1)):
        log = log_of(LogConfig(retention_bytes=retention_bytes, retention_ms=-1))
        apply_retention(log, NOW_MS)
        assert len(log.segments) == left, retention_bytes


def test_nothing_goes_beyond_the_high_watermark() -> None:
    log = log_of(LogConfig(retention_ms=100), high_watermark=5)
    apply_retention(log, NOW_MS + 1000)
    assert bases(log) == [4, 6, 8]


def test_segments_below_the_log_start_go_also_where_nothing_else_does() -> None:
    for policy in ({"delete"}, {"compact"}):
        log = log_of(LogConfig(retention_ms=-1, cleanup_policy=frozenset(policy)))
        log.delete_records(5)
        assert apply_retention(log, NOW_MS) == 2
        assert (bases(log), log.log_start_offset) == ([4, 6, 8], 5)


def test_compacted_logs_keep_what_is_old() -> None:
    log = log_of(LogConfig(retention_ms=100, cleanup_policy=frozenset({"compact"})))
    assert apply_retention(log, NOW_MS + 1000) == 0
