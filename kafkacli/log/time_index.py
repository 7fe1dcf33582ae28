"""The time index, `<base offset>.timeindex`: the largest timestamp up to an offset.

    file:  entry*
    entry: timestamp (int64, ms), relative offset (int32, of the batch that has that timestamp, less the base offset)

Timestamps grow, offsets don't fall. A record with a larger timestamp lies behind the entry's offset (Kafka's
TimeIndex.scala). One slot stays free for the entry that is written when the segment rolls.
"""

from struct import Struct
from typing import NamedTuple

from kafkacli.log.filesystem import FileSystem
from kafkacli.log.index_file import CorruptIndex, IndexFile

_ENTRY = Struct(">qi")

NO_TIMESTAMP = -1


class TimestampOffset(NamedTuple):
    """A timestamp, ms since the epoch, and the offset up to which it is the largest."""

    timestamp: int
    offset: int


class TimeIndex(IndexFile):
    """Finds offsets by timestamp."""

    __slots__ = ("last_entry",)

    layout = _ENTRY
    entry_size = _ENTRY.size

    def __init__(self, filesystem: FileSystem, path: str, base_offset: int, maximum_bytes: int) -> None:
        """Open or make the time index of the segment that begins with `base_offset`."""
        super().__init__(filesystem, path, base_offset, maximum_bytes)
        self.last_entry = self._last_entry()

    @property
    def is_full(self) -> bool:
        """Whether the segment has to roll for want of room here."""
        return self.entries >= self.length // self.entry_size - 1

    def entry(self, number: int) -> TimestampOffset:
        """Return entry `number`, counted from 0."""
        timestamp, relative = _ENTRY.unpack(self._read(number))
        return TimestampOffset(timestamp, self.base_offset + relative)

    def maybe_append(self, timestamp: int, offset: int) -> None:
        """Add an entry if its timestamp is larger than the last one's."""
        if timestamp > self.last_entry.timestamp:
            self._append(_ENTRY.pack(timestamp, offset - self.base_offset))
            self.last_entry = TimestampOffset(timestamp, offset)
            self.length = max(self.length, self.entries * self.entry_size)

    def lookup(self, timestamp: int) -> TimestampOffset:
        """Return the last entry not after `timestamp`, or no timestamp and the segment's beginning."""
        _, found = self._floor(timestamp, 0)
        if found is None:
            return TimestampOffset(NO_TIMESTAMP, self.base_offset)
        return TimestampOffset(found[0], self.base_offset + found[1])

    def truncate_to(self, offset: int) -> None:
        """Forget the entries at and beyond `offset`."""
        self.cut_to_entries(self._floor(offset - self.base_offset - 1, 1)[0] + 1)

    def cut_to_entries(self, entries: int) -> None:
        """Forget the entries from number `entries` on."""
        super().cut_to_entries(entries)
        self.last_entry = self._last_entry()

    def check(self) -> None:
        """Raise CorruptIndex for a length of no whole entries or a last entry before the first, as a zero tail."""
        if self.length % self.entry_size:
            raise CorruptIndex(
                f"Time index file {self.path} is corrupt, found {self.length} bytes which is neither positive nor a "
                f"multiple of {self.entry_size}."
            )
        if self.entries and self.last_entry.timestamp < self.entry(0).timestamp:
            raise CorruptIndex(
                f"Corrupt time index found, time index file ({self.path}) has non-zero size but the last timestamp is "
                f"{self.last_entry.timestamp} which is less than the first timestamp {self.entry(0).timestamp}"
            )
        if self.entries and self.last_entry.offset < self.base_offset:
            raise CorruptIndex(
                f"Corrupt time index found, time index file ({self.path}) has non-zero size but the last offset is "
                f"{self.last_entry.offset} which is less than the first offset {self.base_offset}"
            )

    def _last_entry(self) -> TimestampOffset:
        return self.entry(self.entries - 1) if self.entries else TimestampOffset(NO_TIMESTAMP, self.base_offset)
