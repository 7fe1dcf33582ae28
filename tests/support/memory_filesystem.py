"""A file system in memory, for crash tests: it can lose or tear what was written and not synced."""

import errno
import os
from collections.abc import Callable

Change = tuple[int, bytes | None]  # (position, bytes written), or (length, None) for a truncation


class _File:
    """A file's bytes as processes see them, as they are on the disk, and what lies between."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.durable = bytearray()
        self.pending: list[Change] = []
        self.modified_ms = 0

    def change(self, change: Change) -> None:
        self.pending.append(change)
        _apply(self.data, change)

    def sync(self) -> None:
        self.durable[:] = self.data
        self.pending.clear()


def _apply(data: bytearray, change: Change) -> None:
    position, written = change
    if written is None:
        del data[position:]
        data.extend(bytes(position - len(data)))
    else:
        data.extend(bytes(max(0, position - len(data))))
        data[position : position + len(written)] = written


class MemoryFileSystem:
    """Implements `kafkacli.log.filesystem.FileSystem`. Names (create, rename, unlink) are on the disk at once."""

    def __init__(self) -> None:
        self.files: dict[str, _File] = {}
        self.directories: set[str] = {"/"}
        self.syncs = 0
        self.now_ms = 0
        self.fail_writes: Callable[[str], bool] = lambda path: False
        self.error = errno.ENOSPC  # what a write fails with
        self._handles: dict[int, str] = {}
        self._next_handle = 3
        self._locked: set[str] = set()

    # -- crashes

    def kill(self) -> None:
        """The process ends: handles and locks are gone, everything written is there."""
        self._handles.clear()
        self._locked.clear()

    def lose_power(self, survivors: Callable[[int], int], torn: Callable[[int], int]) -> None:
        """The machine stops: of each file's unsynced changes only the first `survivors(count)` reach the disk.

        Of the next one, if it is a write, the first `torn(size)` bytes do too.
        """
        self.kill()
        for path in sorted(self.files):
            file = self.files[path]
            kept = survivors(len(file.pending))
            for change in file.pending[:kept]:
                _apply(file.durable, change)
            for position, written in file.pending[kept : kept + 1]:
                if written is not None:
                    _apply(file.durable, (position, written[: torn(len(written))]))
            file.data[:] = file.durable
            file.pending.clear()

    # -- what the log asks for

    def open(self, path: str, *, create: bool = False) -> int:
        if path not in self.files:
            if not create or path.rpartition("/")[0] not in self.directories:
                raise FileNotFoundError(path)
            self.files[path] = _File()
        self._next_handle += 1
        self._handles[self._next_handle] = path
        return self._next_handle

    def close(self, handle: int, /) -> None:
        del self._handles[handle]

    def opened(self, owner: object, /) -> None:
        """Any number of files may be open."""

    def closed(self, owner: object, /) -> None:
        """Any number of files may be open."""

    def _file(self, handle: int) -> _File:
        return self.files[self._handles[handle]]

    def pread(self, handle: int, size: int, position: int, /) -> bytes:
        return bytes(self._file(handle).data[position : position + size])

    def pwrite(self, handle: int, data: bytes | bytearray | memoryview, position: int, /) -> int:
        if self.fail_writes(self._handles[handle]):
            self._file(handle).change((position, bytes(data[: len(data) // 2])))
            raise OSError(self.error, os.strerror(self.error))
        self._file(handle).change((position, bytes(data)))
        self._file(handle).modified_ms = self.now_ms
        return len(data)

    def truncate(self, handle: int, size: int, /) -> None:
        self._file(handle).change((size, None))

    def fsync(self, handle: int, /) -> None:
        self.syncs += 1
        self._file(handle).sync()

    def size(self, path: str) -> int:
        return len(self.files[path].data)

    def modified_ms(self, path: str) -> int:
        return self.files[path].modified_ms

    def set_modified_ms(self, path: str, modified_ms: int) -> None:
        self.files[path].modified_ms = modified_ms

    def exists(self, path: str, /) -> bool:
        return path in self.files or path in self.directories

    def is_directory(self, path: str, /) -> bool:
        return path in self.directories

    def names(self, directory: str) -> list[str]:
        prefix = directory.rstrip("/") + "/"
        paths = (*self.files, *self.directories)
        return sorted({path[len(prefix) :].partition("/")[0] for path in paths if path.startswith(prefix)} - {""})

    def make_directories(self, path: str) -> None:
        while path not in self.directories:
            self.directories.add(path)
            path = path.rpartition("/")[0] or "/"

    def rename(self, source: str, target: str, /) -> None:
        if source in self.files:
            self.files[target] = self.files.pop(source)
            self._handles = {handle: target if path == source else path for handle, path in self._handles.items()}
            return
        if source not in self.directories:
            raise FileNotFoundError(source)
        for path in [path for path in self.files if path.startswith(source + "/")]:
            self.rename(path, target + path[len(source) :])
        for path in [path for path in self.directories if path == source or path.startswith(source + "/")]:
            self.directories.remove(path)
            self.directories.add(target + path[len(source) :])

    def unlink(self, path: str) -> None:
        self.files.pop(path, None)

    def remove_tree(self, directory: str) -> None:
        for path in [path for path in self.files if path.startswith(directory + "/")]:
            del self.files[path]
        self.directories = {
            path for path in self.directories if path != directory and not path.startswith(directory + "/")
        }

    def real_path(self, path: str, /) -> str:
        return path

    def lock(self, path: str) -> int | None:
        if path in self._locked:
            return None
        self._locked.add(path)
        return self.open(path, create=True)

    def unlock(self, path: str, handle: int) -> None:
        self._locked.discard(path)
        self.close(handle)
