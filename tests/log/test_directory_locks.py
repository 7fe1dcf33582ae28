"""The locks of log directories, and directories that can't be used."""

from pathlib import Path

import pytest

from kafkacli.log.directory_locks import DirectoryLocks, LogDirsError
from kafkacli.log.filesystem import OsFileSystem
from tests.support.logs import NOW_MS, open_dirs


def test_when_one_directory_is_in_use_none_stays_locked(tmp_path: Path) -> None:
    held = open_dirs(tmp_path / "b")
    with pytest.raises(LogDirsError):
        DirectoryLocks(OsFileSystem(), [str(tmp_path / "a"), str(tmp_path / "b")])
    DirectoryLocks(OsFileSystem(), [str(tmp_path / "a")]).release()
    held.close(NOW_MS)


def test_a_directory_given_twice_or_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(LogDirsError, match="Duplicate log directory found"):
        DirectoryLocks(OsFileSystem(), [str(tmp_path), str(tmp_path / "link")])
    (tmp_path / "file").touch()
    with pytest.raises(LogDirsError, match=f"Failed to create or validate data directory {tmp_path}/file: File exists"):
        DirectoryLocks(OsFileSystem(), [str(tmp_path / "file")])
    DirectoryLocks(OsFileSystem(), [str(tmp_path)]).release()


def test_one_directory_that_can_not_be_used_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    locks = DirectoryLocks(OsFileSystem(), [str(tmp_path / "file"), str(tmp_path / "a")])
    assert list(locks.failed) == [str(tmp_path / "file")]
    locks.release()
    with pytest.raises(LogDirsError) as caught:
        DirectoryLocks(OsFileSystem(), [str(tmp_path / "file"), str(tmp_path / "file" / "b")])
    assert str(caught.value) == (
        f"Failed to create or validate data directory {tmp_path}/file: File exists\n"
        f"Failed to create or validate data directory {tmp_path}/file/b: Not a directory"
    )


def test_the_lock_of_a_directory_that_is_gone_can_be_released(tmp_path: Path) -> None:
    locks = DirectoryLocks(OsFileSystem(), [str(tmp_path / "a")])
    (tmp_path / "a" / ".lock").unlink()
    (tmp_path / "a").rmdir()
    locks.release_one(str(tmp_path / "a"))
    again = DirectoryLocks(OsFileSystem(), [str(tmp_path / "a")])
    again.release()
