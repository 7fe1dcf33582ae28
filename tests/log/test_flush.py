"""Syncing a log in three steps."""

import pytest

from kafkacli.errors import ApiError, ErrorCode
from kafkacli.log.flush import Flush
from kafkacli.log.log_config import LogConfig
from kafkacli.log.partition_log import PartitionLog
from tests.support.logs import NOW_MS, batch, open_dirs, records_of
from tests.support.memory_filesystem import MemoryFileSystem


def append(log: PartitionLog, count: int = 1) -> None:
    for _ in range(count):
        log.append_as_leader(batch(b"x" * 100), leader_epoch=0, now_ms=NOW_MS)


def test_what_was_synced_survives_a_power_cut() -> None:
    filesystem = MemoryFileSystem()
    log = open_dirs("/logs", filesystem=filesystem).create("topic", 0, LogConfig(), NOW_MS)
    append(log, 3)
    log.flush(NOW_MS)
    assert log.recovery_point == 3
    append(log, 2)
    filesystem.lose_power(lambda count: 0, lambda size: 0)
    log = open_dirs("/logs", filesystem=filesystem).create("topic", 0, LogConfig(), NOW_MS)
    assert [record.offset for record in records_of(log)] == [0, 1, 2]


def test_a_rolled_segment_is_due_and_the_recovery_point_moves_when_it_is_synced() -> None:
    log = open_dirs("/logs", filesystem=MemoryFileSystem()).create("topic", 0, LogConfig(segment_bytes=400), NOW_MS)
    append(log, 2)
    assert log.pending_flush(NOW_MS) is None
    append(log, 2)
    flush = log.pending_flush(NOW_MS)
    assert flush is not None
    flush.sync()
    assert log.recovery_point == 0
    log.flushed(flush, NOW_MS)
    assert log.recovery_point == log.segments.active.base_offset == 2
    assert log.pending_flush(NOW_MS) is None


def test_it_is_due_by_time_and_by_messages() -> None:
    config = LogConfig(flush_ms=100, flush_messages=5)
    log = open_dirs("/logs", filesystem=MemoryFileSystem()).create("topic", 0, config, NOW_MS)
    append(log, 4)
    assert log.pending_flush(NOW_MS + 99) is None
    assert log.pending_flush(NOW_MS + 100) is not None
    append(log, 1)
    assert log.recovery_point == 5


def test_files_that_are_gone_need_no_sync() -> None:
    filesystem = MemoryFileSystem()
    Flush(filesystem, 1, ["/gone"]).sync()
    assert filesystem.syncs == 0


def test_a_sync_that_a_truncation_overtook_counts_for_nothing() -> None:
    log = open_dirs("/logs", filesystem=MemoryFileSystem()).create("topic", 0, LogConfig(flush_ms=0), NOW_MS)
    append(log, 3)
    flush = log.pending_flush(NOW_MS)
    assert flush is not None
    log.truncate_to(1, NOW_MS)
    log.flushed(flush, NOW_MS)
    assert log.recovery_point == 0


def test_a_disk_that_refuses_is_a_storage_error() -> None:
    class Broken(MemoryFileSystem):
        def fsync(self, handle: int, /) -> None:
            if self._handles[handle].endswith(".log"):
                raise OSError(5, "Input/output error")
            super().fsync(handle)

    log = open_dirs("/logs", filesystem=Broken()).create("topic", 0, LogConfig(), NOW_MS)
    append(log)
    with pytest.raises(ApiError, match="Error while flushing log for topic-0 in dir /logs") as caught:
        log.flush(NOW_MS)
    assert caught.value.code == ErrorCode.KAFKA_STORAGE_ERROR
    assert log.recovery_point == 0
