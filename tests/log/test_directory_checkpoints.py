"""Checkpoints by directory and name."""

import errno
import logging

import pytest

from kafkacli.log.directory_checkpoints import DirectoryCheckpoints
from kafkacli.log.directory_failures import DirectoryFailures
from kafkacli.log.offset_checkpoint import CLEANER_CHECKPOINT, RECOVERY_POINT_CHECKPOINT
from tests.support.memory_filesystem import MemoryFileSystem


def opened(filesystem: MemoryFileSystem, failures: DirectoryFailures) -> DirectoryCheckpoints:
    checkpoints = DirectoryCheckpoints(filesystem, failures)
    for directory in ("/a", "/b"):
        filesystem.make_directories(directory)
        checkpoints.open(directory)
    return checkpoints


def test_entries_are_written_changed_and_moved() -> None:
    checkpoints = opened(MemoryFileSystem(), DirectoryFailures())
    checkpoints.write("/a", CLEANER_CHECKPOINT, {("t", 0): 1, ("t", 1): 2})
    checkpoints.update("/a", CLEANER_CHECKPOINT, ("t", 0), 5)
    checkpoints.update("/a", CLEANER_CHECKPOINT, ("t", 1), None)
    assert checkpoints.read("/a", CLEANER_CHECKPOINT) == {("t", 0): 5}
    checkpoints.move(CLEANER_CHECKPOINT, ("t", 0), "/a", "/b")
    checkpoints.move(CLEANER_CHECKPOINT, ("u", 0), "/a", "/b")
    assert checkpoints.read("/a", CLEANER_CHECKPOINT) == {}
    assert checkpoints.read("/b", CLEANER_CHECKPOINT) == {("t", 0): 5}
    assert checkpoints.read("/c", CLEANER_CHECKPOINT) == {}


def test_a_file_that_is_not_whole_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    filesystem = MemoryFileSystem()
    checkpoints = opened(filesystem, DirectoryFailures())
    filesystem.files[f"/a/{RECOVERY_POINT_CHECKPOINT}"].data[:] = b"0\n1\nt 0"
    with caplog.at_level(logging.WARNING):
        assert checkpoints.read("/a", RECOVERY_POINT_CHECKPOINT) == {}
    assert (
        "Error occurred while reading recovery-point-offset-checkpoint file of directory /a: Malformed" in caplog.text
    )


@pytest.mark.parametrize(("number", "ends"), [(errno.ENOSPC, []), (errno.EIO, ["/a"])])
def test_where_the_disk_refuses_the_old_file_stays(number: int, ends: list[str]) -> None:
    filesystem, failures = MemoryFileSystem(), DirectoryFailures()
    heard: list[str] = []
    failures.failed = heard.append
    checkpoints = opened(filesystem, failures)
    checkpoints.write("/a", RECOVERY_POINT_CHECKPOINT, {("t", 0): 1})
    filesystem.error = number
    filesystem.fail_writes = lambda path: path.startswith("/a/")
    checkpoints.write("/a", RECOVERY_POINT_CHECKPOINT, {("t", 0): 2})
    assert checkpoints.read("/a", RECOVERY_POINT_CHECKPOINT) == {("t", 0): 1}
    assert heard == ends
