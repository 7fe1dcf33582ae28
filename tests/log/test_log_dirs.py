"""Log directories: lock, partitions, checkpoints, deletion, stop."""

import errno
import logging
import os
from pathlib import Path
from random import Random

import pytest

from kafkacli.errors import ApiError, ErrorCode
from kafkacli.log.directory_locks import DirectoryLocks, LogDirsError
from kafkacli.log.directory_name import parse_directory_name
from kafkacli.log.filesystem import OsFileSystem
from kafkacli.log.log_config import LogConfig
from kafkacli.log.log_dirs import CLEAN_SHUTDOWN_FILE, LogDirs
from kafkacli.log.offset_checkpoint import CLEANER_CHECKPOINT, OffsetCheckpoint
from tests.support.counting import calls_here
from tests.support.logs import NOW_MS, batch, open_dirs, records_of
from tests.support.memory_filesystem import MemoryFileSystem


def open_all(filesystem: MemoryFileSystem, *directories: str) -> LogDirs:
    return LogDirs.open(directories, filesystem=filesystem, now_ms=NOW_MS, random=Random(1), default_config=LogConfig())


def test_a_fresh_directory_gets_the_files_that_kafka_makes(tmp_path: Path) -> None:
    dirs = open_dirs(tmp_path / "a" / "b")
    names = [
        ".lock",
        "cleaner-offset-checkpoint",
        "log-start-offset-checkpoint",
        "recovery-point-offset-checkpoint",
        "replication-offset-checkpoint",
    ]
    assert sorted(path.name for path in (tmp_path / "a" / "b").iterdir()) == names
    dirs.close(NOW_MS)
    assert sorted(path.name for path in (tmp_path / "a" / "b").iterdir()) == [CLEAN_SHUTDOWN_FILE, *names]


def test_a_directory_in_use_is_refused_and_free_after_close(tmp_path: Path) -> None:
    dirs = open_dirs(tmp_path)
    with pytest.raises(LogDirsError) as caught:
        open_dirs(tmp_path)
    assert str(caught.value) == (
        f"Failed to acquire lock on file .lock in {tmp_path}. A Kafka instance in another process or thread is using this "
        "directory."
    )
    dirs.close(NOW_MS)
    open_dirs(tmp_path).close(NOW_MS)


def test_locks_taken_early_are_taken_over(tmp_path: Path) -> None:
    locks = DirectoryLocks(OsFileSystem(), [f"{tmp_path}/"])
    dirs = LogDirs.open(locks, filesystem=OsFileSystem(), now_ms=NOW_MS, random=Random(1), default_config=LogConfig())
    assert dirs.directories == (str(tmp_path),)
    dirs.close(NOW_MS)
    open_dirs(tmp_path).close(NOW_MS)


def test_what_is_no_partition_stops_the_start_and_releases_the_lock(tmp_path: Path) -> None:
    (tmp_path / "version-2").mkdir()
    open_dirs(tmp_path).close(NOW_MS)  # topic "version", partition 2, as in Kafka
    (tmp_path / "zookeeper").mkdir()
    for _ in range(2):
        with pytest.raises(LogDirsError, match="'zookeeper' is not in the form of topic-partition"):
            open_dirs(tmp_path)


def test_a_log_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    dirs = open_dirs(tmp_path)
    dirs.create("topic", 0, LogConfig(), NOW_MS)
    dirs.close(NOW_MS)
    (tmp_path / "topic-0" / "leader-epoch-checkpoint").write_text("what\n")
    with pytest.raises(LogDirsError, match=f"Error while loading log dir {tmp_path}/topic-0: Malformed line"):
        open_dirs(tmp_path)


def test_a_partition_goes_where_the_fewest_are() -> None:
    dirs = open_all(MemoryFileSystem(), "/a", "/b")
    for partition in range(4):
        dirs.create("topic", partition, LogConfig(), NOW_MS)
    assert [len(dirs.in_directory(directory)) for directory in ("/a", "/b")] == [2, 2]
    assert dirs.create("topic", 0, LogConfig(), NOW_MS) is dirs.get("topic", 0)
    assert len(dirs) == 4


def test_one_partition_in_two_directories_is_refused() -> None:
    filesystem = MemoryFileSystem()
    for directory in ("/a", "/b"):
        dirs = open_all(filesystem, directory)
        dirs.create("topic", 0, LogConfig(), NOW_MS)
        dirs.close(NOW_MS)
    with pytest.raises(
        LogDirsError, match="Duplicate log directories for topic-0 are found in both /b/topic-0 and /a/topic-0"
    ):
        open_all(filesystem, "/a", "/b")


def test_a_partition_that_can_not_be_made_leaves_nothing() -> None:
    filesystem = MemoryFileSystem()
    dirs = open_all(filesystem, "/a")

    def refuse(path: str) -> None:
        raise OSError(28, "No space left on device")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filesystem, "modified_ms", refuse)
        patch.setattr(filesystem, "truncate", lambda handle, size: refuse(""))
        with pytest.raises(ApiError, match="Error while creating log for topic-0 in dir /a") as caught:
            dirs.create("topic", 0, LogConfig(), NOW_MS)
    assert caught.value.code == ErrorCode.KAFKA_STORAGE_ERROR
    assert not filesystem.exists("/a/topic-0")
    assert dirs.get("topic", 0) is None


def test_a_deleted_partition_is_renamed_at_once_and_removed_later() -> None:
    filesystem = MemoryFileSystem()
    dirs = open_all(filesystem, "/a")
    log = dirs.create("topic", 0, LogConfig(), NOW_MS)
    log.append_as_leader(batch(b"x"), leader_epoch=0, now_ms=NOW_MS)
    OffsetCheckpoint(filesystem, f"/a/{CLEANER_CHECKPOINT}").write({("topic", 0): 1, ("other", 0): 2})
    dirs.delete("topic", 0, NOW_MS)
    dirs.delete("topic", 0, NOW_MS)
    assert dirs.get("topic", 0) is None
    (name,) = (name for name in filesystem.names("/a") if name.endswith("-delete"))
    assert parse_directory_name(name) == ("topic", 0)
    dirs.forget_deleted()
    assert dirs.checkpoints.read("/a", CLEANER_CHECKPOINT) == {("other", 0): 2}
    again = dirs.create("topic", 0, LogConfig(), NOW_MS)
    assert again.log_end_offset == 0
    assert dirs.delete_due_files(NOW_MS + 59_999) == 0
    assert dirs.delete_due_files(NOW_MS + 60_000) == 1
    assert not filesystem.exists(f"/a/{name}")


def test_a_deletion_goes_on_after_a_kill() -> None:
    filesystem = MemoryFileSystem()
    dirs = open_all(filesystem, "/a")
    dirs.create("a" * 249, 0, LogConfig(), NOW_MS)
    dirs.delete("a" * 249, 0, NOW_MS)
    (name,) = (name for name in filesystem.names("/a") if name.endswith("-delete"))
    assert len(name) == 255
    filesystem.kill()
    dirs = open_all(filesystem, "/a")
    assert len(dirs) == 0
    assert dirs.delete_due_files(NOW_MS + 60_000) == 1
    assert not filesystem.exists(f"/a/{name}")


def test_checkpoints_say_what_is_synced_and_where_logs_start() -> None:
    filesystem = MemoryFileSystem()
    dirs = open_all(filesystem, "/a")
    log = dirs.create("topic", 0, LogConfig(), NOW_MS)
    for _ in range(3):
        log.append_as_leader(batch(b"x"), leader_epoch=0, now_ms=NOW_MS)
    log.update_high_watermark(3)
    log.delete_records(2)
    dirs.checkpoint_recovery_points()
    dirs.checkpoint_log_start_offsets()
    assert filesystem.files["/a/recovery-point-offset-checkpoint"].data == b"0\n1\ntopic 0 2\n"
    assert filesystem.files["/a/log-start-offset-checkpoint"].data == b"0\n1\ntopic 0 2\n"
    filesystem.kill()
    reopened = open_all(filesystem, "/a").get("topic", 0)
    assert reopened is not None
    assert (reopened.log_start_offset, [record.offset for record in records_of(reopened)]) == (2, [2])


def test_half_moved_partitions_are_left_alone(tmp_path: Path) -> None:
    dirs = open_dirs(tmp_path)
    dirs.create("topic", 0, LogConfig(), NOW_MS)
    dirs.close(NOW_MS)
    future = tmp_path / "topic-0.0123456789abcdef0123456789abcdef-future"
    (tmp_path / "topic-0").rename(future)
    dirs = open_dirs(tmp_path)
    assert len(dirs) == 0
    dirs.close(NOW_MS)
    assert future.exists()


def test_periodic_work_reaches_every_log() -> None:
    dirs = open_all(MemoryFileSystem(), "/a")
    config = LogConfig(retention_ms=10, segment_bytes=200)
    for partition in range(2):
        log = dirs.create("topic", partition, config, NOW_MS)
        for _ in range(3):
            data = batch(b"x" * 50, producer_id=1, producer_epoch=0, base_sequence=log.log_end_offset)
            log.append_as_leader(data, leader_epoch=0, now_ms=NOW_MS)
        log.update_high_watermark(3)
    flushes = dirs.pending_flushes(NOW_MS)
    assert [log.name for log, _ in flushes] == ["topic-0", "topic-1"]
    assert dirs.retention(NOW_MS + 11) == 6
    dirs.expire_producers(NOW_MS + dirs.producer_id_expiration_ms)
    assert [log.producers.is_empty for log in dirs] == [True, True]


def test_topics_have_their_own_configuration_from_the_start(tmp_path: Path) -> None:
    dirs = open_dirs(tmp_path)
    dirs.create("own", 0, LogConfig(), NOW_MS)
    dirs.create("default", 0, LogConfig(), NOW_MS)
    dirs.close(NOW_MS)
    dirs = LogDirs.open(
        [str(tmp_path)],
        filesystem=OsFileSystem(),
        now_ms=NOW_MS,
        random=Random(1),
        default_config=LogConfig(),
        topic_configs={"own": LogConfig(retention_ms=5)},
    )
    assert {log.name: log.config.retention_ms for log in dirs} == {"own-0": 5, "default-0": 7 * 24 * 60 * 60 * 1000}
    dirs.close(NOW_MS)


def test_what_is_left_of_a_deleted_partition_is_removed_unread(caplog: pytest.LogCaptureFixture) -> None:
    filesystem = MemoryFileSystem()
    directory = "/a/topic-3.0123456789abcdef0123456789abcdef-delete"
    filesystem.make_directories(directory)
    handle = filesystem.open(f"{directory}/00000000000000000000.log", create=True)
    filesystem.pwrite(handle, b"no records", 0)
    dirs = open_dirs("/a", filesystem=filesystem)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(dirs) == 0
    assert dirs.delete_due_files(NOW_MS + 59_999) == 0
    assert dirs.delete_due_files(NOW_MS + 60_000) == 1
    assert not filesystem.exists(directory)


def moved(filesystem: MemoryFileSystem, *, finished: bool) -> LogDirs:
    """Directories in which t-0 has records in /a and a future log in /b, with all of them or half."""
    dirs = open_all(filesystem, "/a", "/b")
    log = dirs.create("t", 0, LogConfig(), NOW_MS)
    assert log.parent == "/a"
    for number in range(4):
        log.append_as_leader(batch(b"%d" % number), leader_epoch=number, now_ms=NOW_MS)
    log.update_high_watermark(4)
    dirs.prefer("t", 0, "/b")
    future = dirs.create_future("t", 0, LogConfig(), NOW_MS)
    records = memoryview(log.read(0, 1 << 20 if finished else log.size // 2, up_to=4).records)
    future.append_as_follower(records, NOW_MS)
    return dirs


def test_a_future_log_takes_the_place_of_the_log() -> None:
    filesystem = MemoryFileSystem()
    dirs = moved(filesystem, finished=True)
    dirs.checkpoints.update("/a", CLEANER_CHECKPOINT, ("t", 0), 3)
    assert [log.is_future for log in dirs] == [False, True]
    log = dirs.replace_with_future("t", 0, NOW_MS)
    assert (log.directory, log.high_watermark, dirs.future("t", 0)) == ("/b/t-0", 4, None)
    assert dirs.get("t", 0) is log
    assert [record.value for record in records_of(log)] == [b"0", b"1", b"2", b"3"]
    (old,) = (name for name in filesystem.names("/a") if name.startswith("t-0"))
    assert old.endswith("-delete")
    assert dirs.checkpoints.read("/a", CLEANER_CHECKPOINT) == {}
    assert dirs.checkpoints.read("/b", CLEANER_CHECKPOINT) == {("t", 0): 3}
    dirs.close(NOW_MS)
    again = open_all(filesystem, "/a", "/b")
    found = again.get("t", 0)
    assert found is not None
    assert found.directory == "/b/t-0"
    assert again.delete_due_files(NOW_MS + 60_000) == 1


@pytest.mark.parametrize("clean", [True, False])
def test_an_unfinished_future_log_is_there_again_after_a_restart(clean: bool) -> None:
    filesystem = MemoryFileSystem()
    moved(filesystem, finished=False).close(NOW_MS, clean=clean)
    filesystem.kill()
    dirs = open_all(filesystem, "/a", "/b")
    log, future = dirs.get("t", 0), dirs.future("t", 0)
    assert log is not None
    assert future is not None
    assert (log.parent, log.log_end_offset, future.parent, future.log_end_offset) == ("/a", 4, "/b", 2)
    assert future.is_future
    dirs.delete_future("t", 0, NOW_MS)
    assert dirs.future("t", 0) is None
    assert dirs.delete_due_files(NOW_MS + 60_000) == 1


def test_two_logs_of_a_partition_are_refused_with_kafkas_advice() -> None:
    filesystem = MemoryFileSystem()
    for directory in ("/a", "/b"):
        one = open_all(filesystem, directory)
        one.create("t", 0, LogConfig(), NOW_MS)
        one.close(NOW_MS)
    with pytest.raises(LogDirsError, match="Duplicate log directories for t-0 are found in both /b/t-0 and /a/t-0"):
        open_all(filesystem, "/a", "/b")


def test_what_was_in_a_directory_that_fails_is_gone_and_the_rest_goes_on() -> None:
    filesystem = MemoryFileSystem()
    dirs = open_all(filesystem, "/a", "/b")
    for index in range(4):
        dirs.create("t", index, LogConfig(), NOW_MS)
    failed: list[str] = []
    dirs.failures.failed = failed.append
    filesystem.fail_writes = lambda path: path.startswith("/a/")
    filesystem.error = errno.EIO
    dirs.checkpoint_recovery_points()
    dirs.checkpoint_log_start_offsets()
    assert failed == ["/a"]
    dirs.take_offline("/a")
    assert (dirs.online, dirs.is_online("/a"), dirs.is_online("/b")) == (["/b"], False, True)
    assert [log.name for log in dirs] == ["t-1", "t-3"]
    with pytest.raises(ApiError, match="Log dir '/c' is not found in the config") as caught:
        dirs.is_online("/c")
    assert caught.value.code == ErrorCode.LOG_DIR_NOT_FOUND
    with pytest.raises(ApiError, match="Can not create log for t-0 because log directories /a are offline"):
        dirs.create("t", 0, LogConfig(), NOW_MS, is_new=False)
    assert dirs.create("new", 0, LogConfig(), NOW_MS).parent == "/b"
    dirs.prefer("t", 1, "/a")
    with pytest.raises(ApiError, match="are offline"):
        dirs.create_future("t", 1, LogConfig(), NOW_MS)
    dirs.close(NOW_MS)
    assert filesystem.exists(f"/b/{CLEAN_SHUTDOWN_FILE}")
    assert not filesystem.exists(f"/a/{CLEAN_SHUTDOWN_FILE}")


def test_a_directory_that_can_not_be_read_at_the_start_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    filesystem = MemoryFileSystem()
    dirs = open_all(filesystem, "/a", "/b")
    for index in range(2):
        dirs.create("t", index, LogConfig(), NOW_MS)
    dirs.close(NOW_MS)
    names = MemoryFileSystem.names

    def refuse(self: MemoryFileSystem, directory: str) -> list[str]:
        if directory == "/a/t-0":
            raise OSError(number, "refused")
        return names(self, directory)

    monkeypatch.setattr(MemoryFileSystem, "names", refuse)
    number = errno.EIO
    dirs = open_all(filesystem, "/a", "/b")
    assert [log.name for log in dirs] == ["t-1"]
    assert dirs.online == ["/b"]
    dirs.close(NOW_MS)
    number = errno.EMFILE
    with pytest.raises(LogDirsError) as caught:
        open_all(filesystem, "/a", "/b")
    assert str(caught.value) == (
        "Error while loading log dir /a: refused: the server needs a few open files for each segment; raise the limit "
        "(ulimit -n) and start it again"
    )


def test_a_log_that_can_not_be_closed_leaves_its_directory_unmarked() -> None:
    filesystem = MemoryFileSystem()
    dirs = open_all(filesystem, "/a", "/b")
    for index in range(2):
        log = dirs.create("t", index, LogConfig(), NOW_MS)
        log.append_as_leader(batch(b"x"), leader_epoch=0, now_ms=NOW_MS)
    filesystem.fail_writes = lambda path: path.startswith("/a/t-0/") and path.endswith(".snapshot")
    dirs.close(NOW_MS)
    assert not filesystem.exists(f"/a/{CLEAN_SHUTDOWN_FILE}")
    assert filesystem.exists(f"/b/{CLEAN_SHUTDOWN_FILE}")
    filesystem.fail_writes = lambda path: False
    found = open_all(filesystem, "/a", "/b").get("t", 0)
    assert found is not None
    assert found.log_end_offset == 1


def test_logs_that_were_opened_hold_no_files(tmp_path: Path) -> None:
    dirs = open_dirs(tmp_path)
    for index in range(3):
        log = dirs.create("t", index, LogConfig(), NOW_MS)
        for _ in range(3):
            log.append_as_leader(batch(b"x"), leader_epoch=0, now_ms=NOW_MS)
            log.roll(NOW_MS)
    dirs.close(NOW_MS)
    before = len(os.listdir("/dev/fd"))
    again = open_dirs(tmp_path)
    try:
        assert len(os.listdir("/dev/fd")) == before + 1  # the lock
    finally:
        again.close(NOW_MS)


def test_a_new_log_costs_four_files_no_sync_and_no_open_file(tmp_path: Path) -> None:
    dirs = open_dirs(tmp_path)
    with calls_here() as calls:
        for number in range(50):
            log = dirs.create("t", number, LogConfig(), NOW_MS)
            log.begin_leader_epoch(0)
    assert calls.system["fsync"] == 0
    assert calls.system["open"] == calls.system["close"] <= 6 * 50
    assert sum(len(list(path.iterdir())) for path in tmp_path.glob("t-*")) == 4 * 50
    dirs.close(NOW_MS)


def test_the_cost_of_a_new_log_does_not_grow_with_their_number(tmp_path: Path) -> None:
    dirs = LogDirs.open(
        [f"{tmp_path}/{number}" for number in range(2)],
        filesystem=OsFileSystem(),
        now_ms=NOW_MS,
        random=Random(1),
        default_config=LogConfig(),
    )
    counts = []
    for step in range(3):
        with calls_here() as calls:
            for number in range(20):
                dirs.create("t", 20 * step + number, LogConfig(), NOW_MS)
        counts.append(sum(calls.python.values()))
    assert counts[2] <= counts[1] + 10
    assert [len(dirs.in_directory(directory)) for directory in dirs.directories] == [30, 30]
    dirs.close(NOW_MS)


def test_logs_that_are_written_keep_no_more_files_open_than_may_be(tmp_path: Path) -> None:
    dirs = LogDirs.open(
        [str(tmp_path)],
        filesystem=OsFileSystem(most_open=10),
        now_ms=NOW_MS,
        random=Random(1),
        default_config=LogConfig(),
    )
    before = len(os.listdir("/dev/fd"))
    logs = [dirs.create("t", number, LogConfig(), NOW_MS) for number in range(50)]
    for value in (b"a", b"b"):
        for log in logs:
            log.append_as_leader(batch(value), leader_epoch=0, now_ms=NOW_MS)
            log.update_high_watermark(log.log_end_offset)
    assert len(os.listdir("/dev/fd")) <= before + 3 * 10
    assert all([record.value for record in records_of(log)] == [b"a", b"b"] for log in logs)
    dirs.close(NOW_MS)
    assert len(os.listdir("/dev/fd")) < before + 1
