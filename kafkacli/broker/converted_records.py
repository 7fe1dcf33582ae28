"""Fetched records in the format of an older client, converted while they are sent, one batch at a time.

An answer tells the size of its records before them, when most aren't converted yet. As in Kafka, that is the size which they
have in the log, or that of the first batch converted where this is more. What doesn't fit in is left for the next fetch; what
is left over is filled with a message whose length says that it goes on behind the end, which every client leaves alone.
Source: Apache `LazyDownConversionRecords.java`, `LazyDownConversionRecordsSend.java` (KIP-283).
"""

import struct
from typing import TYPE_CHECKING

from kafkacli.record.downconvert import down_convert
from kafkacli.record.errors import CorruptRecord, RecordError, UnsupportedCompression
from kafkacli.record.header import BATCH_OVERHEAD, LOG_OVERHEAD, MAGIC_POSITION

if TYPE_CHECKING:
    from kafkacli.wire.primitives import Buffer, Deferred

_OFFSET_AND_LENGTH = struct.Struct(">qi")
_ZEROS = bytes(64 * 1024)


class KeptBytes:
    """How much of what was converted and isn't sent is kept; beyond that it is converted again when its client reads on.

    So clients that read slowly, however many, cost no more memory than the limit.
    """

    __slots__ = ("limit", "taken")

    def __init__(self, limit: int = 64 * 1024 * 1024) -> None:
        """limit: bytes, of all clients together."""
        self.limit = limit
        self.taken = 0

    def take(self, size: int) -> bool:
        """Say whether `size` bytes may be kept; they count until they are given back."""
        if self.taken + size > self.limit:
            return False
        self.taken += size
        return True

    def give_back(self, size: int) -> None:
        self.taken -= size


class HeldRecords:
    """Whole batches that are in memory; `len` is how many bytes are left to take."""

    __slots__ = ("_position", "_records")

    def __init__(self, records: "Buffer") -> None:
        self._records = memoryview(records)
        self._position = 0

    def __len__(self) -> int:
        return len(self._records) - self._position

    def take(self, size: int) -> bytes:
        data = bytes(self._records[self._position : self._position + size])
        self._position += len(data)
        return data

    def give_back(self, size: int) -> None:
        self._position -= size


class ConvertedRecords:
    """Records of a fetch in an older format, of the size that was told; `len` is how many bytes are left to take."""

    __slots__ = (
        "_batch_bytes",
        "_chunk",
        "_filling",
        "_first_offset",
        "_kept",
        "_left",
        "_memory",
        "_position",
        "_source",
        "_to_magic",
    )

    def __init__(self, source: "Deferred", to_magic: int, first_offset: int, memory: KeptBytes) -> None:
        """source: whole batches. first_offset: the offset asked for.

        Raises what `down_convert` does for the first batch, and OSError.
        """
        self._memory = memory
        self._kept = 0
        self._source = source
        self._to_magic = to_magic
        self._first_offset = first_offset
        self._chunk: Buffer = b""  # converted; empty also when it had to be dropped
        self._position = 0  # in the chunk
        self._batch_bytes = 0  # of the source's, which the chunk was made of
        self._filling = False
        size = len(source)
        self._convert_next()
        self._left = max(size, len(self._chunk)) if self._chunk else LOG_OVERHEAD
        self._keep_or_drop()

    def __del__(self) -> None:
        self._memory.give_back(self._kept)

    def __len__(self) -> int:
        return self._left

    def take(self, size: int) -> bytes:
        """Return the next bytes, at most `size`; OSError when they can't be read any more, or can't be converted."""
        self._memory.give_back(self._kept)
        self._kept = 0
        if not self._chunk and self._batch_bytes:
            position = self._position
            self._source.give_back(self._batch_bytes)
            self._convert_next()
            self._position = position
        if self._position == len(self._chunk):
            self._convert_next_or_fill()
        start = self._position
        data = bytes(memoryview(self._chunk)[start : start + min(size, self._left)])
        self._position += len(data)
        self._left -= len(data)
        return data

    def give_back(self, size: int) -> None:
        """Have the last `size` bytes of what was taken again another time."""
        self._position -= size
        self._left += size
        self._keep_or_drop()

    def _keep_or_drop(self) -> None:
        if self._filling or not self._left:
            return
        if self._memory.take(len(self._chunk)):
            self._kept = len(self._chunk)
        else:
            self._chunk = b""

    def _convert_next_or_fill(self) -> None:
        try:
            if not self._filling:
                self._convert_next()
        except UnsupportedCompression:
            pass  # the next fetch begins there, and is told
        except RecordError as error:
            raise OSError(f"Records can't be converted: {error}") from error
        if not self._chunk:
            self._chunk = _OFFSET_AND_LENGTH.pack(-1, max(self._left + 1, BATCH_OVERHEAD))
            self._filling = True
        elif self._filling:
            self._chunk, self._position = _ZEROS, 0

    def _convert_next(self) -> None:
        """Make the chunk of the next batch of which something is left when it is converted; empty behind the last."""
        self._chunk, self._position, self._batch_bytes = b"", 0, 0
        while not self._chunk and len(self._source):
            batch = _next_batch(self._source)
            self._chunk = down_convert(batch, self._to_magic, self._first_offset)
            self._batch_bytes = len(batch)


def has_newer(source: "Deferred", magic: int) -> bool:
    """Whether any of these whole batches is of a format above `magic`. All is left to take. Raises OSError, CorruptRecord."""
    walked = 0
    found = False
    while not found and len(source):
        batch = _next_batch(source)
        walked += len(batch)
        found = batch[MAGIC_POSITION] > magic
    source.give_back(walked)
    return found


def _next_batch(source: "Deferred") -> bytes:
    head = _exactly(source, LOG_OVERHEAD)
    return head + _exactly(source, _OFFSET_AND_LENGTH.unpack(head)[1])


def _exactly(source: "Deferred", size: int) -> bytes:
    if not MAGIC_POSITION - LOG_OVERHEAD < size <= len(source):
        raise CorruptRecord(f"{len(source)} bytes where {size} of a batch should be")
    data = source.take(size)
    while len(data) < size:
        data += source.take(size - len(data))
    return data
