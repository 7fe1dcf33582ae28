"""A segment file, open to be looked at: its batches one after another, without taking it into memory."""

from __future__ import annotations

import mmap
import os
import struct

from kafkacli.java_classes import JavaError
from kafkacli.record.batch import BatchHeader, Record, read_header, read_records
from kafkacli.record.compression import decompress
from kafkacli.record.header import BATCH_OVERHEAD, HEADER_LAYOUT, LOG_OVERHEAD, MAGIC_POSITION, checksum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_SIZE_UP_TO_MAGIC = MAGIC_POSITION + 1
_LEAST_SIZE = 14  # of any magic
_SIZE = struct.Struct(">i")
_HELD = 1 << 23  # bytes of a file that may count as this process's memory


class Batch:
    """One batch of a segment from `position` to `end`, bytes in the file."""

    __slots__ = ("_view", "end", "header", "position")

    def __init__(self, view: memoryview, position: int, end: int, header: BatchHeader) -> None:
        self._view = view
        self.position = position
        self.end = end
        self.header = header

    def is_valid(self) -> bool:
        """Whether the stored checksum is that of the bytes."""
        return checksum(self._view[self.position : self.end], self.header.magic) == self.header.crc

    def data(self) -> bytes:
        """Return the bytes of the records of a batch of magic 2, without compression. Raises RecordError."""
        payload = self._view[self.position + BATCH_OVERHEAD : self.end]
        return decompress(self.header.compression, payload) if self.header.is_compressed else bytes(payload)

    def records(self, into: list[Record] | None = None) -> list[Record]:
        """Return the records. into: a list that keeps those before an error. Raises RecordError."""
        return read_records(self._view, self.position, self.header, into)

    def legacy_checksums(self) -> list[tuple[int, bool]]:
        """Return, for each record of a batch of magic 0 or 1, its stored checksum and whether that is right."""
        from kafkacli.record.legacy import read_legacy_checksums

        return read_legacy_checksums(self._view, self.position, self.header)


class Segment:
    """A `.log` file, read-only. Raises OSError when it can't be opened."""

    def __init__(self, path: str) -> None:
        self.path = path
        with open(path, "rb") as file:
            self.size = os.fstat(file.fileno()).st_size
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if self.size else None
        self._view = memoryview(self._map or b"")

    def batches(self, position: int = 0, end: int | None = None) -> Iterator[Batch]:
        """Yield the whole batches between two positions, by default all. Raises JavaError at bytes that are no batch."""
        end = self.size if end is None else min(end, self.size)
        held = position - position % mmap.PAGESIZE
        while position < end - _SIZE_UP_TO_MAGIC:
            (size,) = _SIZE.unpack_from(self._view, position + 8)
            if size < _LEAST_SIZE:
                raise JavaError(
                    "org.apache.kafka.common.errors.CorruptRecordException",
                    f"Found record size {size} smaller than minimum record overhead ({_LEAST_SIZE}) in file {self.path}.",
                )
            if position > end - LOG_OVERHEAD - size:
                return
            end_of_batch = position + LOG_OVERHEAD + size
            yield Batch(self._view, position, end_of_batch, self._header(position))
            position = end_of_batch
            if position - held >= _HELD and self._map is not None:
                done = position - position % mmap.PAGESIZE
                self._map.madvise(mmap.MADV_DONTNEED, held, done - held)
                held = done

    def _header(self, position: int) -> BatchHeader:
        """Read a header as the original does: a batch of magic 2 that is too short is shown, as one that isn't valid."""
        if self._view[position + MAGIC_POSITION] == 2:
            try:
                return BatchHeader(*HEADER_LAYOUT.unpack_from(self._view, position))
            except struct.error:
                raise JavaError(
                    "org.apache.kafka.common.KafkaException",
                    f"Failed to load record batch at position {position} from {self.path}",
                ) from None
        return read_header(self._view, position)


def base_offset(path: str) -> int:
    """Return the offset in a file's name. Raises JavaError for a name without one."""
    text = os.path.basename(path).split(".", 1)[0]
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not digits.isdecimal() or not -(2**63) <= int(text) < 2**63:
        raise JavaError("java.lang.NumberFormatException", f'For input string: "{text}"')
    return int(text)
