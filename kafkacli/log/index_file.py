"""What the offset index and the time index have in common: a preallocated file of fixed-size entries.

While its segment is active the file is as long as `segment.index.bytes` allows (sparse), its tail zero; it is trimmed to
its entries when the segment rolls or closes. After a crash the zero tail is still there: the number of entries can't be
known from the file then, and recovery rebuilds it from the log (Kafka's AbstractIndex.scala).
"""

from abc import ABC, abstractmethod
from bisect import bisect_right
from struct import Struct
from typing import ClassVar

from kafkacli.log.filesystem import FileSystem, write_all

_BLOCK_ENTRIES = 512  # so many are read at once when a search has come so near


class CorruptIndex(Exception):
    """The index contradicts itself; it has to be rebuilt from the log."""


class IndexFile(ABC):
    """An index file, opened when it is first read or written."""

    __slots__ = ("_filesystem", "_handle", "base_offset", "entries", "length", "maximum_bytes", "path")

    layout: ClassVar[Struct]
    entry_size: ClassVar[int]

    def __init__(self, filesystem: FileSystem, path: str, base_offset: int, maximum_bytes: int) -> None:
        """Take over the file at `path`, or make one of `maximum_bytes` (rounded down to whole entries)."""
        self._filesystem = filesystem
        self.path = path
        self.base_offset = base_offset
        self.maximum_bytes = maximum_bytes
        self._handle: int | None = None
        if filesystem.exists(path):
            self.length = filesystem.size(path)
            self.entries = self.length // self.entry_size
        else:
            self.length = self.entries = 0
            self._open()
            self.preallocate()
            self.close()

    def resize(self, size: int) -> None:
        """Set the file's length, in bytes, rounded down to whole entries."""
        size -= size % self.entry_size
        if size != self.length:
            self._filesystem.truncate(self._open(), size)
            self.length = size

    def preallocate(self) -> None:
        """Make the file as long as the active segment's is, or as long as its entries: `segment.index.bytes` may be smaller now.

        Kafka 2.6.2 doesn't start then.
        """
        self.resize(max(self.maximum_bytes, self.entries * self.entry_size))

    def trim(self) -> None:
        """Cut the file to the entries it has."""
        self.resize(self.entries * self.entry_size)

    def reset(self) -> None:
        """Forget every entry and preallocate again; the bytes of old entries are gone."""
        self.cut_to_entries(0)
        self.resize(0)
        self.preallocate()

    def cut_to_entries(self, entries: int) -> None:
        """Forget the entries from number `entries` on; the length stays."""
        if entries < self.entries:
            length = self.length
            self.entries = entries
            self.trim()  # so that the preallocated tail is zero again
            self.resize(length)

    def close(self) -> None:
        """Give the handle back; the next use opens the file again."""
        if self._handle is not None:
            self._filesystem.close(self._handle)
            self._handle = None

    def rename(self, path: str) -> None:
        """Move the file."""
        self._filesystem.rename(self.path, path)
        self.path = path

    def _open(self) -> int:
        if self._handle is None:
            self._handle = self._filesystem.open(self.path, create=True)
        return self._handle

    def _append(self, entry: bytes) -> None:
        handle = self._handle
        if handle is None:
            handle = self._open()
        write_all(self._filesystem, handle, entry, self.entries * self.entry_size)
        self.entries += 1

    def _read(self, number: int) -> bytes:
        entry = self._filesystem.pread(self._open(), self.entry_size, number * self.entry_size)
        if len(entry) < self.entry_size:
            raise CorruptIndex(f"Index file {self.path} ends within entry {number}.")
        return entry

    def _floor(self, target: int, column: int) -> tuple[int, tuple[int, int] | None]:
        """Return number and columns of the last entry whose column, as it is in the file, is <= target; or -1 and None."""
        unpack = self.layout.unpack_from
        size = self.entry_size
        low, high = 0, self.entries
        while high - low > _BLOCK_ENTRIES:
            middle = (low + high) // 2
            if unpack(self._read(middle))[column] <= target:
                low = middle
            else:
                high = middle
        block = self._filesystem.pread(self._open(), (high - low) * size, low * size)
        if len(block) < (high - low) * size:
            raise CorruptIndex(f"Index file {self.path} ends before its {self.entries} entries do.")
        found = bisect_right(range(high - low), target, key=lambda number: unpack(block, number * size)[column]) - 1
        return (low + found, unpack(block, found * size)) if found >= 0 else (-1, None)

    @abstractmethod
    def entry(self, number: int) -> tuple[int, int]:
        """Return entry `number`, counted from 0."""
