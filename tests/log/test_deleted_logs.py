"""What is left of deleted logs, and what deleting many costs."""

from kafkacli.log.deleted_logs import DeletedLogs
from kafkacli.log.log_config import LogConfig
from kafkacli.log.offset_checkpoint import CLEANER_CHECKPOINT, LOG_START_CHECKPOINT, RECOVERY_POINT_CHECKPOINT
from tests.log.test_log_dirs import open_all
from tests.support.logs import NOW_MS, batch, records_of
from tests.support.memory_filesystem import MemoryFileSystem

MANY = 50


class Counted(MemoryFileSystem):
    """Counts how often each checkpoint is replaced."""

    def __init__(self) -> None:
        super().__init__()
        self.replaced: list[str] = []

    def rename(self, source: str, target: str) -> None:
        super().rename(source, target)
        if target.endswith("-offset-checkpoint"):
            self.replaced.append(target)


def test_many_logs_are_taken_out_of_the_checkpoints_at_once() -> None:
    filesystem = Counted()
    dirs = open_all(filesystem, "/a", "/b")
    for index in range(2 * MANY):
        dirs.create("t", index, LogConfig(), NOW_MS)
        dirs.checkpoints.update("/" + "ab"[index % 2], CLEANER_CHECKPOINT, ("t", index), 1)
    kept = dirs.create("kept", 0, LogConfig(), NOW_MS)
    dirs.checkpoint_recovery_points()
    filesystem.replaced.clear()
    for index in range(2 * MANY):
        dirs.delete("t", index, NOW_MS)
    assert filesystem.replaced == []
    dirs.forget_deleted()
    names = (RECOVERY_POINT_CHECKPOINT, LOG_START_CHECKPOINT, CLEANER_CHECKPOINT)
    assert sorted(filesystem.replaced) == sorted(f"/{directory}/{name}" for directory in "ab" for name in names)
    assert dirs.checkpoints.read("/a", RECOVERY_POINT_CHECKPOINT) == {("kept", 0): 0}
    assert kept.parent == "/a"
    for directory in ("/a", "/b"):
        assert dirs.checkpoints.read(directory, CLEANER_CHECKPOINT) == {}
    dirs.forget_deleted()
    assert len(filesystem.replaced) == 2 * len(names)
    assert dirs.delete_due_files(NOW_MS + 60_000) == 2 * MANY


def test_a_new_log_is_not_taken_for_a_deleted_one_after_a_crash() -> None:
    """The recovery point of the deleted one would hide a torn tail of the new one."""
    filesystem = MemoryFileSystem()
    dirs = open_all(filesystem, "/a")
    log = dirs.create("t", 0, LogConfig(), NOW_MS)
    for _ in range(5):
        log.append_as_leader(batch(b"old"), leader_epoch=0, now_ms=NOW_MS)
    log.flush(NOW_MS)
    dirs.checkpoint_recovery_points()
    dirs.delete("t", 0, NOW_MS)
    assert dirs.checkpoints.read("/a", RECOVERY_POINT_CHECKPOINT) == {("t", 0): 5}
    again = dirs.create("t", 0, LogConfig(), NOW_MS)
    assert dirs.checkpoints.read("/a", RECOVERY_POINT_CHECKPOINT) == {}
    again.append_as_leader(batch(b"new"), leader_epoch=0, now_ms=NOW_MS)
    filesystem.lose_power(lambda count: count, lambda size: size)
    found = open_all(filesystem, "/a").get("t", 0)
    assert found is not None
    assert [record.value for record in records_of(found)] == [b"new"]


def test_a_clean_stop_forgets_them_too() -> None:
    filesystem = MemoryFileSystem()
    dirs = open_all(filesystem, "/a")
    dirs.create("t", 0, LogConfig(), NOW_MS)
    dirs.checkpoints.update("/a", CLEANER_CHECKPOINT, ("t", 0), 1)
    dirs.delete("t", 0, NOW_MS)
    dirs.close(NOW_MS)
    assert open_all(filesystem, "/a").checkpoints.read("/a", CLEANER_CHECKPOINT) == {}


def test_what_is_due_comes_once() -> None:
    deleted = DeletedLogs()
    deleted.add("/a/t-0.x-delete", 10)
    deleted.add("/b/t-1.x-delete", 10)
    deleted.add("/a/t-2.x-delete", 11)
    assert deleted.take_due(9) == []
    assert deleted.take_due(10) == ["/a/t-0.x-delete", "/b/t-1.x-delete"]
    assert deleted.take_due(11) == ["/a/t-2.x-delete"]
    assert deleted.take_due(12) == []


def test_a_directory_that_failed_is_left_alone() -> None:
    deleted = DeletedLogs()
    deleted.add("/a/t-0.x-delete", 10)
    deleted.outdate("/a", ("t", 0))
    deleted.outdate("/b", ("t", 1))
    deleted.forget("/a")
    assert not deleted.is_named(("t", 0))
    assert deleted.is_named(("t", 1))
    assert deleted.take_due(10) == []
    assert deleted.take_outdated() == {"/b": {("t", 1)}}
    assert deleted.take_outdated() == {}
