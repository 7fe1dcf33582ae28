"""What a log knows of itself, and whom it tells of the disk's errors."""

import errno
from collections.abc import Callable

import pytest

from kafkacli.errors import ApiError, ErrorCode
from kafkacli.log.log_config import LogConfig
from kafkacli.log.partition_log import PartitionLog
from tests.support.logs import NOW_MS, batch, open_dirs
from tests.support.memory_filesystem import MemoryFileSystem


def test_names_figures_and_watermarks() -> None:
    log = open_dirs("/logs", filesystem=MemoryFileSystem()).create("a-b", 3, LogConfig(), NOW_MS)
    data = batch(b"x", b"y")
    log.append_as_leader(data, leader_epoch=0, now_ms=NOW_MS)
    assert (log.name, log.parent, log.directory, log.is_future) == ("a-b-3", "/logs", "/logs/a-b-3", False)
    assert (log.size, log.recovery_point) == (len(data), 0)
    assert [log.update_high_watermark(offset) for offset in (-1, 1, 9)] == [0, 1, 2]
    assert not log.maybe_increment_high_watermark(2)
    assert repr(log) == (
        "Log(dir=/logs/a-b-3, topic=a-b, partition=3, highWatermark=2, lastStableOffset=2, logStartOffset=0, logEndOffset=2)"
    )


def test_another_message_format_takes_and_drops_the_leader_epochs() -> None:
    filesystem = MemoryFileSystem()
    log = open_dirs("/logs", filesystem=filesystem).create("t", 0, LogConfig(), NOW_MS)
    log.begin_leader_epoch(4)
    assert log.end_offset_for_epoch(4) == (4, 0)
    log.config = LogConfig(message_format_version="0.10.2")
    assert [log.latest_epoch, log.end_offset_for_epoch(4)] == [None, None]
    assert not filesystem.exists("/logs/t-0/leader-epoch-checkpoint")
    log.config = LogConfig()
    log.begin_leader_epoch(5)
    assert log.latest_epoch == 5


@pytest.mark.parametrize(
    "work",
    [
        lambda log: log.append_as_leader(batch(b"x"), leader_epoch=7, now_ms=NOW_MS),
        lambda log: log.append_as_leader(batch(b"x"), leader_epoch=0, now_ms=NOW_MS),
        lambda log: log.delete_records(1),
        lambda log: log.truncate_to(1, NOW_MS),
        lambda log: log.close(),
    ],
)
def test_a_broken_disk_is_told_on(work: Callable[[PartitionLog], object]) -> None:
    filesystem = MemoryFileSystem()
    dirs = open_dirs("/logs", filesystem=filesystem)
    log = dirs.create("t", 0, LogConfig(), NOW_MS)
    for epoch in (0, 1):
        log.append_as_leader(batch(b"a"), leader_epoch=epoch, now_ms=NOW_MS)
    log.update_high_watermark(2)
    failed: list[str] = []
    dirs.failures.failed = failed.append
    filesystem.error = errno.EIO
    filesystem.fail_writes = lambda path: path.startswith("/logs/t-0/")
    with pytest.raises(ApiError, match="t-0 in dir /logs") as caught:
        work(log)
    assert caught.value.code == ErrorCode.KAFKA_STORAGE_ERROR
    assert failed == ["/logs"]
