"""The index files of kafka-dump-log.sh, compared with the segment beside them; and what was found wrong, for the end."""

from __future__ import annotations

import os

from kafkacli import console
from kafkacli.java_classes import JavaError
from kafkacli.log.filesystem import OsFileSystem
from kafkacli.log.index_file import CorruptIndex
from kafkacli.log.offset_index import OffsetIndex
from kafkacli.log.time_index import TimeIndex
from kafkacli.tools.dump_log_segments import Segment, base_offset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kafkacli.log.time_index import TimestampOffset

    Pairs = dict[str, list[tuple[int, int]]]

_NO_TIMESTAMP = -1


class Findings:
    """What is wrong in the files, told after all of them."""

    def __init__(self) -> None:
        self._offsets: Pairs = {}
        self._timestamps: Pairs = {}
        self._order: Pairs = {}
        self._not_found: Pairs = {}
        self._gaps: Pairs = {}

    def wrong_offset(self, path: str, indexed: int, found: int) -> None:
        """An offset index points at a batch that ends with another offset."""
        _note(self._offsets, path, indexed, found)

    def wrong_timestamp(self, path: str, indexed: int, found: int) -> None:
        """A time index has another timestamp than the log."""
        _note(self._timestamps, path, indexed, found)

    def falling_timestamp(self, path: str, indexed: int, before: int) -> None:
        """A time index doesn't grow."""
        _note(self._order, path, indexed, before)

    def offset_not_found(self, path: str, indexed: int, found: int) -> None:
        """A time index names an offset with which no batch ends; found: -1 when nothing lies behind it."""
        _note(self._not_found, path, indexed, found)

    def not_consecutive(self, path: str, before: int, after: int) -> None:
        """A log leaves offsets out."""
        _note(self._gaps, path, before, after)

    def report(self, line: Callable[[str], None]) -> None:
        """Tell everything, a line each."""
        for path, pairs in self._offsets.items():
            line(f"Mismatches in :{path}")
            for indexed, found in reversed(pairs):
                line(f"  Index offset: {indexed}, log offset: {found}")
        for path, pairs in self._timestamps.items():
            line(f"Found timestamp mismatch in :{path}")
            for indexed, found in pairs:
                line(f"  Index timestamp: {indexed}, log timestamp: {found}")
        for path, pairs in self._order.items():
            line(f"Found out of order timestamp in :{path}")
            for indexed, before in pairs:
                line(f"  Index timestamp: {indexed}, Previously indexed timestamp: {before}")
        for pairs in self._not_found.values():
            line("The following indexed offsets are not found in the log.")
            for indexed, found in pairs:
                line(f"Indexed offset: {indexed}, found log offset: {found}")
        for path, pairs in self._gaps.items():
            line(f"Non-consecutive offsets in {path}")
            for before, after in reversed(pairs):
                line(f"  {before} is followed by {after}")


def _note(pairs: Pairs, path: str, first: int, second: int) -> None:
    pairs.setdefault(os.path.abspath(path), []).append((first, second))


class _ReadOnly(OsFileSystem):
    """Files that are looked at only, so that they may be somebody else's."""

    def open(self, path: str, *, create: bool = False) -> int:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)


def entry_teller(schema: str, path: str) -> Callable[..., None]:
    """Return what takes the text of an entry of a file and its fields, and writes the one that is wanted."""
    if console.is_plain():
        return lambda text, **_fields: console.out(text)
    from kafkacli.output.show import Stream

    stream = Stream(schema)
    return lambda _text, **fields: stream.show({"file": path, **fields})


def _beside(path: str, suffix: str) -> str:
    """Return the path of another file of the same segment."""
    return os.path.join(os.path.dirname(os.path.abspath(path)), os.path.basename(path).split(".", 1)[0] + suffix)


def _check_there(path: str) -> None:
    """Raise JavaError for a missing index, which the original begins to make, and ends there."""
    if not os.path.exists(path):
        raise JavaError("java.lang.IllegalArgumentException", "Invalid max index size: -1")


def dump_offset_index(path: str, findings: Findings, *, only_sanity: bool, prints: bool, max_message_size: int) -> None:
    """Print an offset index, comparing it with its segment. Raises OSError, CorruptIndex, JavaError."""
    base = base_offset(path)
    segment = Segment(_beside(path, ".log"))
    _check_there(path)
    index = OffsetIndex(_ReadOnly(), os.path.abspath(path), base, 0)
    if only_sanity:
        _check_offset_index(index)
        console.out(f"{path} passed sanity check.")
        return
    tell = entry_teller("dump-offset-index", path)
    for number in range(index.entries):
        entry = index.entry(number)
        if entry.offset == base and number > 0:
            return  # a tail of zeros, as after a crash
        found = _first_last_offset(segment, entry.position, max_message_size)
        if found != entry.offset:
            findings.wrong_offset(path, entry.offset, found)
        if prints:
            tell(f"offset: {entry.offset} position: {entry.position}", offset=entry.offset, position=entry.position)


def _check_offset_index(index: OffsetIndex) -> None:
    """Raise CorruptIndex where a broker of 2.6.2 would; our own, whose check is `OffsetIndex.check`, lets less through."""
    if index.entries and index.last_offset < index.base_offset:
        raise CorruptIndex(
            f"Corrupt index found, index file ({index.path}) has non-zero size but the last offset is "
            f"{index.last_offset} which is less than the base offset {index.base_offset}."
        )
    if index.length % index.entry_size:
        raise CorruptIndex(
            f"Index file {index.path} is corrupt, found {index.length} bytes which is neither positive nor a multiple "
            f"of {index.entry_size}."
        )


def _first_last_offset(segment: Segment, position: int, max_size: int) -> int:
    """Return the last offset of the batch at a position."""
    if position < 0:
        raise JavaError(
            "java.lang.IllegalArgumentException", f"Invalid position: {position} in read from {segment.path}"
        )
    if position > segment.size:
        raise JavaError(
            "java.lang.IllegalArgumentException",
            f"Slice from position {position} exceeds end position of {segment.path}",
        )
    batch = next(segment.batches(position, position + max_size), None)
    if batch is None:
        raise JavaError("java.util.NoSuchElementException")
    return batch.header.last_offset


def dump_time_index(path: str, findings: Findings, *, only_sanity: bool, prints: bool) -> None:
    """Print a time index, comparing it with its segment. Raises OSError, CorruptIndex, RecordError, JavaError."""
    base = base_offset(path)
    segment = Segment(_beside(path, ".log"))
    offset_path = _beside(path, ".index")
    _check_there(offset_path)
    _check_there(path)
    offsets = OffsetIndex(_ReadOnly(), offset_path, base, 0)
    index = TimeIndex(_ReadOnly(), os.path.abspath(path), base, 0)
    if only_sanity:
        index.check()
        console.out(f"{path} passed sanity check.")
        return
    before = _NO_TIMESTAMP
    tell = entry_teller("dump-time-index", path)
    for number in range(index.entries):
        entry = index.entry(number)
        if entry.offset == base and number > 0:
            return  # a tail of zeros, as after a crash
        _compare(path, entry, before, segment, offsets.lookup(entry.offset).position, findings)
        if prints:
            tell(f"timestamp: {entry.timestamp} offset: {entry.offset}", timestamp=entry.timestamp, offset=entry.offset)
        before = entry.timestamp


def _compare(
    path: str, entry: TimestampOffset, before: int, segment: Segment, position: int, findings: Findings
) -> None:
    """Look the entry's batch up, from `position` on; before: the timestamp of the entry before."""
    batch = next((one for one in segment.batches(position) if one.header.last_offset >= entry.offset), None)
    if batch is None or batch.header.last_offset != entry.offset:
        findings.offset_not_found(path, entry.offset, -1 if batch is None else batch.header.last_offset)
        return
    largest = max((record.timestamp for record in batch.records()), default=_NO_TIMESTAMP)
    if max(largest, _NO_TIMESTAMP) != entry.timestamp:
        findings.wrong_timestamp(path, entry.timestamp, max(largest, _NO_TIMESTAMP))
    if before >= entry.timestamp:
        findings.falling_timestamp(path, entry.timestamp, before)
