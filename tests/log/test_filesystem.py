"""The machine's own file system behind the seam."""

import os
import resource
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from kafkacli.log.filesystem import OsFileSystem, read_file, replace_file, write_all, write_file
from tests.support.memory_filesystem import MemoryFileSystem


def test_files_are_written_read_cut_and_removed(tmp_path: Path) -> None:
    filesystem = OsFileSystem()
    path = str(tmp_path / "file")
    with pytest.raises(FileNotFoundError):
        filesystem.open(path)
    handle = filesystem.open(path, create=True)
    write_all(filesystem, handle, b"0123456789", 5)
    filesystem.truncate(handle, 8)
    filesystem.fsync(handle)
    filesystem.close(handle)
    assert read_file(filesystem, path) == bytes(5) + b"012"
    assert filesystem.size(path) == 8
    write_file(filesystem, path, b"new")
    assert read_file(filesystem, path) == b"new"
    assert filesystem.names(str(tmp_path)) == ["file"]
    filesystem.unlink(path)
    filesystem.unlink(path)
    assert not filesystem.exists(path)


def test_directories_are_made_moved_and_removed(tmp_path: Path) -> None:
    filesystem = OsFileSystem()
    filesystem.make_directories(f"{tmp_path}/a/b")
    filesystem.rename(f"{tmp_path}/a", f"{tmp_path}/c")
    assert filesystem.is_directory(f"{tmp_path}/c/b")
    filesystem.remove_tree(f"{tmp_path}/c")
    filesystem.remove_tree(f"{tmp_path}/c")
    assert filesystem.names(str(tmp_path)) == []


def test_replacing_a_file_syncs_before_it_renames() -> None:
    filesystem = MemoryFileSystem()
    filesystem.make_directories("/d")
    replace_file(filesystem, "/d/file", b"old")
    replace_file(filesystem, "/d/file", b"new")
    filesystem.lose_power(lambda count: 0, lambda size: 0)
    assert read_file(filesystem, "/d/file") == b"new"
    assert filesystem.names("/d") == ["file"]


def test_short_writes_go_on() -> None:
    class Slow(MemoryFileSystem):
        def pwrite(self, handle: int, data: bytes | bytearray | memoryview, position: int, /) -> int:
            return super().pwrite(handle, data[:3], position)

    filesystem = Slow()
    filesystem.make_directories("/d")
    handle = filesystem.open("/d/file", create=True)
    write_all(filesystem, handle, b"0123456789", 0)
    assert read_file(filesystem, "/d/file") == b"0123456789"


def test_a_disk_that_takes_nothing_is_an_error() -> None:
    class Full(MemoryFileSystem):
        def pwrite(self, handle: int, data: bytes | bytearray | memoryview, position: int, /) -> int:
            return 0

    filesystem = Full()
    filesystem.make_directories("/d")
    with pytest.raises(OSError, match="no more bytes"):
        write_all(filesystem, filesystem.open("/d/file", create=True), b"x", 0)


def test_a_lock_is_held_against_this_process_and_others(tmp_path: Path) -> None:
    filesystem = OsFileSystem()
    path = str(tmp_path / ".lock")
    take = "import fcntl, sys; fcntl.lockf(open(sys.argv[1], 'r+'), fcntl.LOCK_EX | fcntl.LOCK_NB)"

    def other_process_fails() -> bool:
        return (
            subprocess.run([sys.executable, "-c", take, path], stderr=subprocess.DEVNULL, check=False).returncode != 0
        )

    handle = filesystem.lock(path)
    assert handle is not None
    assert OsFileSystem().lock(path) is None
    assert other_process_fails()  # also after the attempt above, which must not have dropped the lock
    filesystem.unlock(path, handle)
    assert not other_process_fails()
    again = filesystem.lock(path)
    assert again is not None
    filesystem.unlock(path, again)


class Kept:
    """Keeps a handle, as a segment does."""

    def __init__(self, filesystem: OsFileSystem) -> None:
        self._filesystem = filesystem
        self.is_open = True
        filesystem.opened(self)

    def close_files(self) -> None:
        self.is_open = False
        self._filesystem.closed(self)


def test_no_more_handles_are_kept_than_may_be() -> None:
    filesystem = OsFileSystem(most_open=2)
    first, second = Kept(filesystem), Kept(filesystem)
    assert first.is_open
    assert second.is_open
    third = Kept(filesystem)
    assert (first.is_open, second.is_open, third.is_open) == (False, True, True)
    second.close_files()
    fourth = Kept(filesystem)
    assert third.is_open
    assert fourth.is_open


def test_without_descriptors_the_spare_ones_are_used_and_then_those_of_others(tmp_path: Path) -> None:
    filesystem = OsFileSystem()
    kept = [Kept(filesystem) for _ in range(2)]
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    handles = []
    hogs = [os.open(os.devnull, os.O_RDONLY)]
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(map(int, os.listdir("/dev/fd"))) + 5, limits[1]))
        with suppress(OSError):
            while True:
                hogs.append(os.open(os.devnull, os.O_RDONLY))
        handles = [filesystem.open(str(tmp_path / str(number)), create=True) for number in range(12)]
        assert [each.is_open for each in kept] == [True, True]
        with pytest.raises(OSError, match="Too many open files"):
            filesystem.open(str(tmp_path / "one more"), create=True)
        assert [each.is_open for each in kept] == [False, False]
    finally:
        for handle in handles + hogs:
            os.close(handle)
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def test_half_of_what_the_process_may_open_is_for_segments_of_three_files() -> None:
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(600, limits[1]), limits[1]))
        filesystem = OsFileSystem()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    kept = [Kept(filesystem) for _ in range(101)]
    assert [each.is_open for each in kept] == [False] + [True] * 100
