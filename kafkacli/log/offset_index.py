"""The offset index, `<base offset>.index`: where in the `.log` file a batch begins.

    file:  entry*
    entry: relative offset (int32, the batch's last offset less the file's base offset), position (int32, bytes)

Both grow. Entries are sparse: one about every `index.interval.bytes` (Kafka's OffsetIndex.scala).
"""

from struct import Struct
from typing import NamedTuple

from kafkacli.log.filesystem import FileSystem
from kafkacli.log.index_file import CorruptIndex, IndexFile

MAXIMUM_RELATIVE_OFFSET = 2**31 - 1

_ENTRY = Struct(">ii")


class InvalidOffset(Exception):
    """An offset that doesn't grow: the log behind the index is out of order."""


class OffsetOverflow(Exception):
    """An offset too far behind the segment's first one for 32 bits (KAFKA-6264)."""


class OffsetPosition(NamedTuple):
    """An offset and the position, in bytes, of the batch that ends with it."""

    offset: int
    position: int


class OffsetIndex(IndexFile):
    """Finds positions by offset."""

    __slots__ = ("last_offset",)

    layout = _ENTRY
    entry_size = _ENTRY.size

    def __init__(self, filesystem: FileSystem, path: str, base_offset: int, maximum_bytes: int) -> None:
        """Open or make the index of the segment that begins with `base_offset`."""
        super().__init__(filesystem, path, base_offset, maximum_bytes)
        self.last_offset = self._last_offset()

    @property
    def is_full(self) -> bool:
        """Whether the segment has to roll for want of room here."""
        return self.entries >= self.length // self.entry_size

    def entry(self, number: int) -> OffsetPosition:
        """Return entry `number`, counted from 0."""
        relative, position = _ENTRY.unpack(self._read(number))
        return OffsetPosition(self.base_offset + relative, position)

    def append(self, offset: int, position: int) -> None:
        """Add an entry; InvalidOffset unless `offset` is larger than all before, OffsetOverflow when it is too large."""
        if offset <= self.last_offset and self.entries:
            raise InvalidOffset(
                f"Attempt to append an offset ({offset}) to position {self.entries} no larger than the last offset "
                f"appended ({self.last_offset}) to {self.path}."
            )
        if offset - self.base_offset > MAXIMUM_RELATIVE_OFFSET:
            raise OffsetOverflow(f"Detected offset overflow at offset {offset} in segment {self.path}")
        self._append(_ENTRY.pack(offset - self.base_offset, position))
        self.last_offset = offset

    def lookup(self, offset: int) -> OffsetPosition:
        """Return the last entry not beyond `offset`, or the segment's beginning."""
        return self._position(self._floor(offset - self.base_offset, 0)[1])

    def lookup_position(self, position: int) -> OffsetPosition:
        """Return the last entry whose position is not beyond `position`, or the segment's beginning."""
        return self._position(self._floor(position, 1)[1])

    def _position(self, found: tuple[int, int] | None) -> OffsetPosition:
        return (
            OffsetPosition(self.base_offset, 0)
            if found is None
            else OffsetPosition(self.base_offset + found[0], found[1])
        )

    def truncate_to(self, offset: int) -> None:
        """Forget the entries at and beyond `offset`."""
        self.cut_to_entries(self._floor(offset - self.base_offset - 1, 0)[0] + 1)

    def cut_to_entries(self, entries: int) -> None:
        """Forget the entries from number `entries` on."""
        super().cut_to_entries(entries)
        self.last_offset = self._last_offset()

    def check(self) -> None:
        """Raise CorruptIndex for a length of no whole entries or a last entry that can't be one, as a zero tail."""
        if self.length % self.entry_size:
            raise CorruptIndex(
                f"Index file {self.path} is corrupt, found {self.length} bytes which is neither positive nor a "
                f"multiple of {self.entry_size}."
            )
        if self.entries and self.last_offset <= self.base_offset:
            raise CorruptIndex(
                f"Corrupt index found, index file ({self.path}) has non-zero size but the last offset is "
                f"{self.last_offset} which is no greater than the base offset {self.base_offset}."
            )

    def _last_offset(self) -> int:
        return self.entry(self.entries - 1).offset if self.entries else self.base_offset
