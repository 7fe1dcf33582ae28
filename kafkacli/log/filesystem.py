"""The seam to the disk: every file operation of the log goes through a `FileSystem`, so that crash tests need no crash."""

import errno
import fcntl
import os
import sys
from typing import ClassVar, Final, Protocol

_SPARE = 12  # descriptors: a few logs can be read, or one be made, with them
_FILES_OF_AN_OWNER: Final = 3  # of a segment


class Openable(Protocol):
    """What keeps handles, and opens its files again when it needs them."""

    def close_files(self) -> None:
        """Give the handles back."""


class FileSystem(Protocol):
    """What the log asks of a disk. Paths are absolute strings; errors are OSError."""

    def open(self, path: str, *, create: bool = False) -> int:
        """Return a handle to read and write the file; FileNotFoundError unless it is there or `create` is set."""

    def close(self, handle: int, /) -> None:
        """Give the handle back."""

    def opened(self, owner: "Openable", /) -> None:
        """Take note that `owner` keeps handles; where all keep too many, those that have kept theirs longest are closed."""

    def closed(self, owner: "Openable", /) -> None:
        """Take note that `owner` has given its handles back."""

    def pread(self, handle: int, size: int, position: int, /) -> bytes:
        """Return up to `size` bytes from `position`; fewer at the end of the file."""

    def pwrite(self, handle: int, data: bytes | bytearray | memoryview, position: int, /) -> int:
        """Write at `position` and return how many bytes were taken, perhaps fewer than given."""

    def truncate(self, handle: int, size: int, /) -> None:
        """Set the file's length; growing leaves zeros (a sparse file)."""

    def fsync(self, handle: int, /) -> None:
        """Return when the file's bytes are on the disk."""

    def size(self, path: str) -> int:
        """Return the file's length in bytes."""

    def modified_ms(self, path: str) -> int:
        """Return when the file was last written, ms since the epoch."""

    def set_modified_ms(self, path: str, modified_ms: int) -> None:
        """Set when the file was last written, ms since the epoch."""

    def exists(self, path: str, /) -> bool:
        """Say whether there is a file or directory of that name."""

    def is_directory(self, path: str, /) -> bool:
        """Say whether the path is a directory."""

    def names(self, directory: str) -> list[str]:
        """Return the names in a directory, sorted."""

    def make_directories(self, path: str) -> None:
        """Make the directory and its parents where missing."""

    def rename(self, source: str, target: str, /) -> None:
        """Move a file or directory, replacing a file at the target, in one step."""

    def unlink(self, path: str) -> None:
        """Remove a file; quiet when there is none."""

    def remove_tree(self, directory: str) -> None:
        """Remove a directory with all that is in it; quiet when there is none."""

    def real_path(self, path: str, /) -> str:
        """Return the path with symbolic links resolved."""

    def lock(self, path: str) -> int | None:
        """Lock the file (made when missing) for this process; return the handle, or None when somebody holds it."""

    def unlock(self, path: str, handle: int) -> None:
        """Release what `lock` gave."""


class OsFileSystem:
    """The machine's own file system.

    most_open: how many owners of handles (segments, three files each) may keep them; None: as many as take half of what
    the process may open.
    """

    # POSIX record locks don't exclude a second lock by the same process; Java's FileLock does, so we keep the list.
    _locked: ClassVar[set[tuple[int, int]]] = set()
    # Of the process: clients may take all others.
    _spare: ClassVar[list[int]] = []

    pread = staticmethod(os.pread)
    pwrite = staticmethod(os.pwrite)
    truncate = staticmethod(os.ftruncate)
    fsync = staticmethod(os.fsync)
    close = staticmethod(os.close)
    exists = staticmethod(os.path.exists)
    is_directory = staticmethod(os.path.isdir)
    rename = staticmethod(os.replace)

    def __init__(self, most_open: int | None = None) -> None:
        self._most_open = most_open if most_open is not None else _half_of_the_limit()
        self._open: dict[Openable, None] = {}  # the one that has been open longest first

    def open(self, path: str, *, create: bool = False) -> int:
        """Open for reading and writing; where the process has no descriptor left, in place of one that is kept."""
        flags = os.O_RDWR | os.O_CLOEXEC | (os.O_CREAT if create else 0)
        while True:
            try:
                return os.open(path, flags, 0o644)
            except OSError as error:
                if error.errno != errno.EMFILE or not self._give_up():
                    raise

    def _give_up(self) -> bool:
        """Close the spare descriptors, or else what has been open longest; False when there is nothing."""
        if self._spare:
            while self._spare:
                os.close(self._spare.pop())
            return True
        if self._open:
            next(iter(self._open)).close_files()
            return True
        return False

    def opened(self, owner: Openable) -> None:
        """Take note, and close what has been open longest; it may be in use and opened again, once in so many times."""
        self._open[owner] = None
        if len(self._open) > self._most_open:
            next(iter(self._open)).close_files()
        while len(self._spare) < _SPARE:
            try:
                self._spare.append(os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC))
            except OSError:
                break

    def closed(self, owner: Openable) -> None:
        """Take note."""
        self._open.pop(owner, None)

    def size(self, path: str) -> int:
        """Return the length in bytes."""
        return os.stat(path).st_size

    def modified_ms(self, path: str) -> int:
        """Return the modification time in ms."""
        return os.stat(path).st_mtime_ns // 1_000_000

    def set_modified_ms(self, path: str, modified_ms: int) -> None:
        """Set the modification time, and the time of access with it."""
        os.utime(path, ns=(modified_ms * 1_000_000, modified_ms * 1_000_000))

    def names(self, directory: str) -> list[str]:
        """Return the sorted names."""
        return sorted(os.listdir(directory))

    def make_directories(self, path: str) -> None:
        """Make the directory and its parents."""
        os.makedirs(path, exist_ok=True)

    def real_path(self, path: str) -> str:
        """Return the path without symbolic links."""
        return os.path.realpath(path)

    def unlink(self, path: str) -> None:
        """Remove the file when it is there."""
        try:
            os.unlink(path)
        except FileNotFoundError:
            return

    def remove_tree(self, directory: str) -> None:
        """Remove the directory when it is there."""
        try:
            from shutil import rmtree

            rmtree(directory)
        except FileNotFoundError:
            return

    def lock(self, path: str) -> int | None:
        """Take a POSIX record lock on the whole file, the kind that Java's FileChannel.tryLock takes."""
        if self.exists(path) and self._identity(path) in self._locked:
            return None  # opening it a second time and closing it again would drop the lock that is held
        handle = self.open(path, create=True)
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None
        self._locked.add(self._identity(path))
        return handle

    def unlock(self, path: str, handle: int) -> None:
        """Release the lock and close its handle; the file may be gone."""
        self._locked.discard(self._identity(handle))
        os.close(handle)

    @staticmethod
    def _identity(path: str | int) -> tuple[int, int]:
        status = os.stat(path)
        return status.st_dev, status.st_ino


def _half_of_the_limit() -> int:
    import resource

    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return sys.maxsize if limit == resource.RLIM_INFINITY else max(1, limit // (2 * _FILES_OF_AN_OWNER))


def read_file(filesystem: FileSystem, path: str) -> bytes:
    """Return the whole file; FileNotFoundError when there is none."""
    handle = filesystem.open(path)
    try:
        return filesystem.pread(handle, filesystem.size(path), 0)
    finally:
        filesystem.close(handle)


def write_all(filesystem: FileSystem, handle: int, data: bytes | bytearray | memoryview, position: int) -> None:
    """Write every byte at `position`, going on after short writes; OSError when the disk refuses."""
    written = filesystem.pwrite(handle, data, position)
    while written < len(data):
        step = filesystem.pwrite(handle, memoryview(data)[written:], position + written)
        if step == 0:
            raise OSError(errno.ENOSPC, "the disk takes no more bytes")
        written += step


def write_file(filesystem: FileSystem, path: str, data: bytes) -> None:
    """Make or overwrite the file, without waiting for the disk."""
    handle = filesystem.open(path, create=True)
    try:
        filesystem.truncate(handle, 0)
        write_all(filesystem, handle, data, 0)
    finally:
        filesystem.close(handle)


def replace_file(filesystem: FileSystem, path: str, data: bytes) -> None:
    """Replace the file as Kafka does with its checkpoints: write `.tmp`, sync it, rename it over the old one."""
    temporary = path + ".tmp"
    handle = filesystem.open(temporary, create=True)
    try:
        filesystem.truncate(handle, 0)
        write_all(filesystem, handle, data, 0)
        filesystem.fsync(handle)
    finally:
        filesystem.close(handle)
    filesystem.rename(temporary, path)
