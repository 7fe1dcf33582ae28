"""Which log the cleaner's round takes."""

from dataclasses import replace

from kafkacli.log.log_cleaner import CleanerSettings, LogCleaner
from kafkacli.log.log_config import LogConfig
from kafkacli.log.log_dirs import LogDirs
from kafkacli.log.offset_checkpoint import CLEANER_CHECKPOINT
from kafkacli.log.partition_log import PartitionLog
from kafkacli.record.batch import Record, encode_batch
from tests.support.cleaning import clean, drive
from tests.support.logs import NOW_MS, open_dirs
from tests.support.memory_filesystem import MemoryFileSystem

CONFIG = LogConfig(cleanup_policy=frozenset({"compact"}), segment_bytes=1000, segment_index_bytes=1200)


def make() -> LogDirs:
    return open_dirs("/logs", CONFIG, filesystem=MemoryFileSystem())


def fill(log: PartitionLog, count: int) -> None:
    for _ in range(count):
        data = encode_batch([Record(timestamp=NOW_MS, key=b"k", value=b"v")])
        log.append_as_leader(memoryview(bytearray(data)), leader_epoch=0, now_ms=NOW_MS)
    log.roll(NOW_MS)
    log.update_high_watermark(log.log_end_offset)


def checkpoints(dirs: LogDirs) -> dict[tuple[str, int], int]:
    return dirs.checkpoints.read("/logs", CLEANER_CHECKPOINT)


def test_the_dirtiest_log_comes_first() -> None:
    dirs = make()
    for name, again in (("a", 3), ("b", 9)):
        log = dirs.create(name, 0, CONFIG, NOW_MS)
        fill(log, 1)
        assert clean(dirs)
        fill(log, again)
    done = checkpoints(dirs)
    assert clean(dirs)
    assert checkpoints(dirs) == done | {("b", 0): 10}
    assert clean(dirs)
    assert checkpoints(dirs) == {("a", 0): 4, ("b", 0): 10}
    assert not clean(dirs)


def test_only_compacted_logs_are_cleaned() -> None:
    dirs = make()
    log = dirs.create("t", 0, replace(CONFIG, cleanup_policy=frozenset({"delete"})), NOW_MS)
    fill(log, 5)
    assert not clean(dirs)
    assert checkpoints(dirs) == {}


def test_compacted_logs_that_are_deleted_too_are_shortened_by_the_cleaner() -> None:
    dirs = make()
    config = replace(CONFIG, cleanup_policy=frozenset({"compact", "delete"}), retention_ms=1000)
    log = dirs.create("t", 0, config, NOW_MS)
    fill(log, 5)
    assert dirs.retention(NOW_MS + 2000) == 0
    clean(dirs, NOW_MS + 2000)
    assert (log.log_start_offset, log.log_end_offset) == (5, 5)


def test_a_checkpoint_that_lies_outside_of_the_log_is_written_anew() -> None:
    dirs = make()
    log = dirs.create("t", 0, replace(CONFIG, min_cleanable_dirty_ratio=1.0), NOW_MS)
    fill(log, 2)
    dirs.checkpoints.update("/logs", CLEANER_CHECKPOINT, ("t", 0), 99)
    assert not clean(dirs)
    assert checkpoints(dirs) == {("t", 0): 0}


def test_a_log_that_is_deleted_while_it_is_cleaned_leaves_no_checkpoint() -> None:
    dirs = make()
    for steps in range(40):
        log = dirs.create("t", 0, CONFIG, NOW_MS)
        fill(log, 3)
        work = LogCleaner(dirs, lambda: NOW_MS).round(CleanerSettings())
        answer = None
        try:
            for _ in range(steps):
                step = work.send(answer)
                answer = step() if step is not None else None
            dirs.delete("t", 0, NOW_MS)
            step = work.send(answer) if steps else next(work)
            while True:
                step = work.send(step() if step is not None else None)
        except StopIteration:
            dirs.delete("t", 0, NOW_MS)
        dirs.forget_deleted()
        assert checkpoints(dirs) == {}
        dirs.delete_due_files(NOW_MS + CONFIG.file_delete_delay_ms)
        assert not [path for path in dirs.filesystem.files if "/t-0" in path]  # type: ignore[attr-defined]


def test_what_is_moved_is_counted() -> None:
    dirs = make()
    log = dirs.create("t", 0, CONFIG, NOW_MS)
    fill(log, 4)
    size = log.size
    cleaner = LogCleaner(dirs, lambda: NOW_MS)
    assert drive(cleaner.round(CleanerSettings()))
    assert cleaner.bytes_moved == size + size // 4
