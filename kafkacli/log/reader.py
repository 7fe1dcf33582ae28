"""Reading a log: from an offset to whole batches, without decoding them.

An index lookup and a walk over a few headers find the position; where the last reads ended is remembered, so that a consumer
that goes on needs neither. What is read is cut behind the last whole batch.
Reads can be put off: then only the place in the file is found, and the bytes are read while they are sent, so that a client
which doesn't receive them costs no memory, and one that does costs no copy.
"""

from collections.abc import Callable
from typing import NamedTuple

from kafkacli.log.segment import Segment
from kafkacli.log.segments import Segments
from kafkacli.log.transaction_index import AbortedTransaction
from kafkacli.record.batch import BATCH_OVERHEAD, iter_headers, read_header

_REMEMBERED = 64
_PUT_OFF_BYTES = 16 * 1024  # less is read at once: it goes out with what stands before it
_FEW_BATCHES = 32  # walking over so many headers costs about as much as an index lookup


class FileRecords:
    """Whole record batches that are still in their segment's file; `len` is how many bytes are left to take."""

    __slots__ = ("_failed", "_left", "_position", "_segment")

    def __init__(self, segment: Segment, position: int, size: int, failed: Callable[[OSError], object]) -> None:
        """failed: hears of the disk's errors."""
        self._failed = failed
        self._segment = segment
        self._position = position
        self._left = size

    def __len__(self) -> int:
        return self._left

    def take(self, size: int) -> bytes:
        """Return the next bytes, at most `size`; OSError when the file is gone or has become shorter."""
        try:
            data = self._segment.read(self._position, min(size, self._left))
        except FileNotFoundError:
            raise  # deleted since: retention doesn't wait for slow readers
        except OSError as error:
            self._failed(error)
            raise
        if not data:
            raise OSError(f"{self._segment.path} ends before position {self._position}")
        self._position += len(data)
        self._left -= len(data)
        return data

    def give_back(self, size: int) -> None:
        """Have the last `size` bytes of what was taken again another time."""
        self._position -= size
        self._left += size


class FetchedBatches(NamedTuple):
    """Whole record batches, the first of which contains `first_offset` unless there are none.

    next_offset: behind the last record, -1 without any. segment: its base offset; position: bytes, of the first batch.
    in_file: the batches, in the place of `records`, where reading was put off.
    """

    records: bytes | memoryview
    first_offset: int
    next_offset: int = -1
    segment: int = -1
    position: int = 0
    in_file: FileRecords | None = None


class LogReader:
    """Reads the segments of one log."""

    __slots__ = ("_failed", "_positions", "_segments")

    def __init__(self, segments: Segments, failed: Callable[[OSError], object] = lambda error: None) -> None:
        """segments: the log's, as they come and go. failed: hears of the disk's errors in reads that were put off."""
        self._failed = failed
        self._segments = segments
        self._positions: dict[int, tuple[Segment, int]] = {}

    def forget(self) -> None:
        """Forget where reads ended, when segments were cut or taken away."""
        self._positions.clear()

    def read(
        self,
        offset: int,
        max_bytes: int,
        *,
        up_to: int,
        log_end_offset: int,
        min_one_message: bool,
        put_off: bool = False,
    ) -> FetchedBatches:
        """Return whole batches from the first one that contains `offset`; see `PartitionLog.read`."""
        located = self._locate(offset)
        if located is None:
            return FetchedBatches(b"", offset)
        segment, start = located
        end = segment.size
        next_offset = log_end_offset
        if segment is not self._segments.active:
            following = self._segments.after(segment)
            if following is not None:
                next_offset = following.base_offset
        if up_to < next_offset:
            found = segment.find(up_to)
            if found is not None:
                end = found[0]
                next_offset = up_to
        records: bytes | memoryview = b""
        if end - start > max_bytes:
            records, end, next_offset = self._cut(segment, start, max_bytes, put_off)
            if next_offset < 0:
                if not min_one_message:
                    return FetchedBatches(b"", offset, -1, segment.base_offset, start)
                _, header = next(segment.batches(start))
                end, next_offset = start + header.size, header.last_offset + 1
        in_file = None
        if put_off and end - start > _PUT_OFF_BYTES:
            in_file = FileRecords(segment, start, end - start, self._failed)
        elif not records:
            records = segment.read(start, end - start)
        positions = self._positions
        if len(positions) >= _REMEMBERED and next_offset not in positions:
            del positions[next(iter(positions))]
        positions[next_offset] = segment, end
        return FetchedBatches(records, offset, next_offset, segment.base_offset, start, in_file)

    @staticmethod
    def _cut(segment: Segment, start: int, max_bytes: int, put_off: bool) -> tuple[memoryview, int, int]:
        """Return as many whole batches as fit, where they end, and the offset behind them; -1 when not even one does.

        put_off: return no batches, only their end.
        """
        if put_off:
            end, next_offset = max(start, segment.offset_index.lookup_position(start + max_bytes).position), -1
            first = end
            for position, header in segment.batches(end, start + max_bytes):
                end, next_offset = position + header.size, header.last_offset + 1
            if next_offset < 0 and first > start:
                next_offset = next(segment.batches(first))[1].base_offset
            return memoryview(b""), end, next_offset
        data = memoryview(segment.read(start, max_bytes) if max_bytes > BATCH_OVERHEAD else b"")
        end, next_offset = 0, -1
        if data and read_header(data).size * _FEW_BATCHES < max_bytes:
            end = max(0, segment.offset_index.lookup_position(start + max_bytes).position - start)
        for position, header in iter_headers(data[end:]):
            cut, next_offset = end + position + header.size, header.last_offset + 1
        if next_offset < 0:
            if end == 0:
                return data[:0], start, -1
            cut, next_offset = end, next(segment.batches(start + end))[1].base_offset
        return data[:cut], start + cut, next_offset

    def _locate(self, offset: int) -> tuple[Segment, int] | None:
        """Return the segment and position of the first batch that ends at or beyond `offset`, or None."""
        segment: Segment | None
        remembered = self._positions.get(offset)
        if remembered is not None:
            segment, position = remembered
            if position < segment.size:
                return remembered
            segment = self._segments.after(segment)
        else:
            segment = self._segments.floor(offset)
        while segment is not None:
            found = segment.find(offset)
            if found is not None:
                return segment, found[0]
            segment = self._segments.after(segment)
        return None

    def aborted_transactions(self, fetched: FetchedBatches) -> list[AbortedTransaction]:
        """Return the aborted transactions that overlap what was fetched, for read_committed consumers (KIP-98)."""
        if fetched.next_offset < 0:
            return []
        return self.aborted_between(fetched.first_offset, fetched.next_offset, self._segments.floor(fetched.segment))

    def aborted_between(self, start: int, end: int, segment: Segment | None) -> list[AbortedTransaction]:
        """Return the aborted transactions that overlap [start, end), from the indexes of `segment` and those behind it."""
        found: list[AbortedTransaction] = []
        while segment is not None:
            transactions, is_complete = segment.transaction_index.collect(start, end)
            found += transactions
            if is_complete:
                break
            segment = self._segments.after(segment)
        return found
