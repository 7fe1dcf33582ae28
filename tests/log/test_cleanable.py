"""Which part of a log may be cleaned, and whether it is due."""

from dataclasses import replace

import pytest

from kafkacli.log.cleanable import cleanable_part, first_dirty_offset
from kafkacli.log.log_config import LogConfig
from kafkacli.log.partition_log import PartitionLog
from kafkacli.record.batch import Record, encode_batch
from tests.support.logs import NOW_MS, open_dirs
from tests.support.memory_filesystem import MemoryFileSystem

CONFIG = LogConfig(cleanup_policy=frozenset({"compact"}), segment_bytes=200, segment_index_bytes=1200)


def append(log: PartitionLog, *, timestamp: int = NOW_MS, producer_id: int = -1) -> None:
    fields = {"producer_id": producer_id, "producer_epoch": 0, "base_sequence": 0} if producer_id >= 0 else {}
    data = encode_batch(
        [Record(timestamp=timestamp, key=b"k", value=b"v" * 50)],
        is_transactional=producer_id >= 0,
        **fields,  # type: ignore[arg-type]
    )
    log.append_as_leader(memoryview(bytearray(data)), leader_epoch=0, now_ms=NOW_MS)
    log.update_high_watermark(log.log_end_offset)


@pytest.fixture
def log() -> PartitionLog:
    """Ten records, one a segment, one second after the other."""
    made = open_dirs("/logs", CONFIG, filesystem=MemoryFileSystem()).create("t", 0, CONFIG, NOW_MS)
    for number in range(10):
        append(made, timestamp=NOW_MS + number * 1000)
    assert len(made.segments) == 10
    return made


def test_everything_but_the_active_segment_may_be_cleaned(log: PartitionLog) -> None:
    found = cleanable_part(log, 0, NOW_MS)
    assert (found.first_dirty_offset, found.first_uncleanable_offset) == (0, 9)
    assert (found.clean_bytes, found.cleanable_bytes) == (0, log.size * 9 // 10)
    assert found.ratio == 1.0


def test_the_ratio_of_dirty_bytes_decides(log: PartitionLog) -> None:
    assert cleanable_part(log, 6, NOW_MS).ratio == pytest.approx(1 / 3)
    assert not cleanable_part(log, 6, NOW_MS).is_due
    log.config = replace(log.config, min_cleanable_dirty_ratio=0.3)
    assert cleanable_part(log, 6, NOW_MS).is_due
    assert not cleanable_part(log, 9, NOW_MS).is_due


def test_young_segments_are_left_for_the_minimum_lag(log: PartitionLog) -> None:
    log.config = replace(log.config, min_compaction_lag_ms=5000)
    assert cleanable_part(log, 0, NOW_MS + 8999).first_uncleanable_offset == 4
    assert cleanable_part(log, 0, NOW_MS + 9000).first_uncleanable_offset == 5
    assert cleanable_part(log, 0, NOW_MS + 60_000).first_uncleanable_offset == 9


def test_the_maximum_lag_makes_a_log_due_that_is_not_dirty_enough(log: PartitionLog) -> None:
    log.config = replace(log.config, max_compaction_lag_ms=5000)
    assert not cleanable_part(log, 8, NOW_MS + 13_000).is_due
    assert cleanable_part(log, 8, NOW_MS + 13_001).is_due


def test_nothing_behind_an_open_transaction_or_the_high_watermark_is_cleaned(log: PartitionLog) -> None:
    append(log, producer_id=1)
    for _ in range(3):
        append(log)
    assert cleanable_part(log, 0, NOW_MS).first_uncleanable_offset == 10
    log.update_high_watermark(4)
    assert cleanable_part(log, 0, NOW_MS).first_uncleanable_offset == 4


@pytest.mark.parametrize(("checkpoint", "expected"), [(None, 2), (1, 2), (5, 5), (10, 10), (11, 2)])
def test_a_checkpoint_outside_of_the_log_does_not_count(
    log: PartitionLog, checkpoint: int | None, expected: int
) -> None:
    log.delete_records(2)
    assert first_dirty_offset(log, checkpoint) == expected
