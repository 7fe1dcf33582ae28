"""Compaction of one log: of each key's records only the last stays.

    dirty part -> offset map (last offset of each key)
    segments from the beginning, in groups no larger than one segment -> copied to `.cleaned` without what is overtaken
    `.cleaned` synced -> `.swap` -> the old ones `.deleted` -> the new one in place; recovery ends a swap that was begun

The work is a generator, so that it can be cut into slices between which the broker serves: at each `yield None` it may be
left for a while, and what else it yields is slow work that can be done in any thread, its result sent back. It touches
segments that nobody writes to any more, and gives up when they were deleted or truncated meanwhile. Source: Kafka's
LogCleaner.scala (Cleaner), KIP-98 (transactions).
"""

import logging
from collections.abc import Callable, Generator, Iterator
from functools import partial
from typing import Any

from kafkacli.log.cleanable import Cleanable
from kafkacli.log.cleaned_transactions import CleanedTransactions
from kafkacli.log.filesystem import FileSystem
from kafkacli.log.flush import Flush
from kafkacli.log.offset_index import MAXIMUM_RELATIVE_OFFSET
from kafkacli.log.offset_map import OffsetMap
from kafkacli.log.reader import LogReader
from kafkacli.log.segment import CLEANED_SUFFIX, Segment
from kafkacli.log.transaction_index import AbortedTransaction
from kafkacli.record.batch import (
    BATCH_OVERHEAD,
    LOG_OVERHEAD,
    BatchHeader,
    CorruptRecord,
    iter_headers,
    read_records,
)
from kafkacli.record.compression import compress, decompress
from kafkacli.record.filtering import PIECE, Span, assemble, empty_batch, keep_body, keep_legacy, spans

_LOGGER = logging.getLogger(__name__)

_ELSEWHERE_BYTES = 32 * 1024  # more than that is (de)compressed in another thread

Pause = Callable[[], Any] | None
Work = Generator[Pause, Any, None]


class CleaningAborted(Exception):
    """The log's segments were deleted or truncated while it was cleaned, or it is gone."""


class CleanedSegment:
    """The segment that a group is copied into. Index entries point at single batches, as an append's do."""

    __slots__ = ("_due", "_interval", "_pending", "_pending_timestamp", "_since_index", "segment")

    def __init__(self, segment: Segment, index_interval_bytes: int) -> None:
        self.segment = segment
        self._interval = index_interval_bytes
        self._pending = bytearray()
        self._pending_timestamp = -1, 0
        self._since_index = 0
        self._due = False

    def add(self, batch: bytes | memoryview, last_offset: int, max_timestamp: int) -> None:
        """Append a batch."""
        if self._due:
            self.segment.append(batch, last_offset, max_timestamp, last_offset)
            self._since_index = len(batch)
        else:
            self._pending += batch
            self._since_index += len(batch)
            if max_timestamp > self._pending_timestamp[0] or len(self._pending) == len(batch):
                self._pending_timestamp = max_timestamp, last_offset
        self._due = self._since_index > self._interval
        if self._due:
            self.write_pending(last_offset)

    def write_pending(self, last_offset: int) -> None:
        """Write what was added so far."""
        if self._pending:
            self.segment.append(self._pending, last_offset, *self._pending_timestamp)
            self._pending = bytearray()


class Cleaner:
    """One pass over one log. What it did, for the log: records and bytes read and kept; `next_dirty_offset` at the end."""

    def __init__(
        self, filesystem: FileSystem, cleanable: Cleanable, now_ms: int, *, map_bytes: float, chunk_bytes: int
    ) -> None:
        """map_bytes: memory for the offset map. chunk_bytes: how much is read at a time."""
        self._filesystem = filesystem
        self._log = cleanable.log
        self._reader = LogReader(cleanable.log.segments)
        self._cleanable = cleanable
        self._now_ms = now_ms
        self._chunk_bytes = max(chunk_bytes, BATCH_OVERHEAD)
        self._revision = self._log.segments.revision
        self._transactions = CleanedTransactions()
        self._last_batches: dict[int, tuple[int, int]] = {}  # producer: its last data offset (-1: none) and epoch
        self.map = OffsetMap(map_bytes)
        self.next_dirty_offset = cleanable.first_dirty_offset
        self.bytes_read = self.bytes_kept = self.records_read = self.records_kept = 0

    def run(self) -> Work:
        """Clean the log. Raises CleaningAborted, OSError when the disk refuses, and what bad records raise."""
        yield from self._build_map()
        segments = self._log.segments
        clean = segments.between(0, self._cleanable.first_dirty_offset)
        delete_horizon_ms = clean[-1].modified_ms - self._log.config.delete_retention_ms if clean else 0
        self._transactions = CleanedTransactions()
        for group in self._groups(segments.between(0, self.map.latest_offset + 1)):
            yield from self._clean_group(group, delete_horizon_ms)
        self.next_dirty_offset = self.map.latest_offset + 1

    # -- the offset map

    def _build_map(self) -> Work:
        start, end = self._cleanable.first_dirty_offset, self._cleanable.first_uncleanable_offset
        dirty = self._log.segments.between(start, end)
        self._transactions.add(self._aborted_between(start, end))
        ends = [segment.base_offset for segment in dirty[1:]] + [end]
        for segment, segment_end in zip(dirty, ends, strict=True):
            if (yield from self._map_segment(segment, start)):
                return
            self.map.latest_offset = segment_end - 1

    def _map_segment(self, segment: Segment, start: int) -> Generator[Pause, Any, bool]:
        """Put a segment's keys into the map; True when it is full."""
        put = self.map.put
        for chunk in self._chunks(segment, segment.offset_index.lookup(start).position):
            for position, header in iter_headers(chunk):
                batch = chunk[position : position + header.size]
                if header.is_control:
                    self._transactions.is_marker_obsolete(header, batch)
                elif not self._transactions.is_aborted(header):
                    body = yield from self._body(header, batch)
                    for piece in self._pieces(header, batch, body):
                        for offset, key, *_ in piece:
                            if key is not None and offset >= start and not put(key, offset):
                                return True
                        yield None
                if header.last_offset >= start:
                    self.map.latest_offset = header.last_offset
                yield None
        return False

    # -- groups

    def _groups(self, segments: list[Segment]) -> list[list[Segment]]:
        """Put neighbours together that fit into one segment, even if nothing goes."""
        config = self._log.config
        groups: list[list[Segment]] = []
        sums = (0, 0, 0)
        for number, segment in enumerate(segments):
            following = segments[number + 1 : number + 2]
            end = following[0].base_offset if following else self._cleanable.first_uncleanable_offset
            sizes = segment.size, segment.offset_index.length, segment.time_index.length
            total = sums[0] + sizes[0], sums[1] + sizes[1], sums[2] + sizes[2]
            if (
                groups
                and total[0] <= config.segment_bytes
                and max(total[1:]) <= config.segment_index_bytes
                and end - 1 - groups[-1][0].base_offset <= MAXIMUM_RELATIVE_OFFSET
            ):
                groups[-1].append(segment)
                sums = total
            else:
                groups.append([segment])
                sums = sizes
        return groups

    def _clean_group(self, group: list[Segment], delete_horizon_ms: int) -> Work:
        log = self._log
        self._check()
        log.segments.remove_files(group[0].base_offset, CLEANED_SUFFIX)
        segment = log.segments.open(group[0].base_offset, self._now_ms, CLEANED_SUFFIX)
        try:
            cleaned = CleanedSegment(segment, log.config.index_interval_bytes)
            self._transactions.index = segment.transaction_index
            self._last_batches = log.producers.last_batches()
            ends = [source.base_offset for source in group[1:]] + [self.map.latest_offset + 1]
            for source, end in zip(group, ends, strict=True):
                self._transactions.add(self._aborted_between(source.base_offset, end))
                yield from self._copy(source, cleaned, retain_deletes=source.modified_ms > delete_horizon_ms)
            cleaned.write_pending(group[-1].base_offset)
            modified_ms = group[-1].modified_ms
            segment.trim()
            yield Flush(self._filesystem, 0, segment.paths).sync
            self._check()
            for path in (segment.path, segment.offset_index.path, segment.time_index.path):
                self._filesystem.set_modified_ms(path, modified_ms)
        except BaseException:
            segment.remove()
            raise
        log.replace_segments(segment, group, self._now_ms)
        self._revision = log.segments.revision

    def _copy(self, source: Segment, cleaned: CleanedSegment, *, retain_deletes: bool) -> Work:
        for chunk in self._chunks(source, 0):
            for position, header in iter_headers(chunk):
                batch = chunk[position : position + header.size]
                self.bytes_read += header.size
                kept: tuple[bytes | memoryview, int] | None = None
                if header.is_control:
                    is_dropped = self._transactions.is_marker_obsolete(header, batch) and not retain_deletes
                    if not is_dropped and header.records_count:
                        kept = batch, header.max_timestamp
                elif not self._transactions.is_aborted(header):
                    kept = yield from self._filter(header, batch, retain_deletes=retain_deletes)
                if kept is None and self._is_last_of_producer(header):
                    kept = empty_batch(header), header.max_timestamp
                if kept is not None:
                    self.bytes_kept += len(kept[0])
                    cleaned.add(kept[0], header.last_offset, kept[1])
                yield None

    def _is_last_of_producer(self, header: BatchHeader) -> bool:
        """Whether the batch has the last sequence number, or else the epoch, of a producer that the log still knows."""
        last = self._last_batches.get(header.producer_id)
        if last is None:
            return False
        offset, epoch = last
        return header.last_offset == offset if offset >= 0 else header.is_control and header.producer_epoch == epoch

    def _filter(
        self, header: BatchHeader, batch: memoryview, *, retain_deletes: bool
    ) -> Generator[Pause, Any, tuple[bytes | memoryview, int] | None]:
        """Return the batch with the records that stay, and their largest timestamp; None when none do."""
        body = yield from self._body(header, batch)
        latest, last_offset_of = self.map.latest_offset, self.map.offsets.get
        kept: list[Span] = []
        count = 0
        for piece in self._pieces(header, batch, body):
            count += len(piece)
            for span in piece:
                offset, key, has_value, _, _ = span
                if offset > latest or (
                    key is not None and offset >= last_offset_of(key, -1) and (has_value or retain_deletes)
                ):
                    kept.append(span)
            yield None
        self.records_read += count
        self.records_kept += len(kept)
        if len(kept) == count:
            return (batch, header.max_timestamp) if count else None
        if not kept:
            return None
        if header.magic < 2:
            offsets = {span[0] for span in kept}
            records = [record for record in read_records(batch, 0, header) if record.offset in offsets]
            return keep_legacy(header, records), max(record.timestamp for record in records)
        for done in keep_body(body, kept, header):
            if done is None:
                yield None
            else:
                data, base_timestamp, max_timestamp = done
        if header.is_compressed:
            work = partial(compress, header.compression, data)
            data = (yield work) if len(data) > _ELSEWHERE_BYTES else work()
        return assemble(header, data, len(kept), base_timestamp, max_timestamp), max_timestamp

    # -- reading

    def _aborted_between(self, start: int, end: int) -> list[AbortedTransaction]:
        segments = self._log.segments
        return self._reader.aborted_between(start, end, segments.floor(start) or segments.first)

    def _check(self) -> None:
        if self._log.segments.revision != self._revision:
            raise CleaningAborted(self._log.name)

    def _chunks(self, segment: Segment, position: int) -> Iterator[memoryview]:
        """Yield the whole batches from `position` on, some at a time."""
        while position < segment.size:
            self._check()
            left = segment.size - position
            chunk = segment.read(position, min(self._chunk_bytes, left))
            size = LOG_OVERHEAD + int.from_bytes(chunk[8:LOG_OVERHEAD], "big", signed=True)
            if size > left:
                raise CorruptRecord(
                    f"Log segment may be corrupt, batch size {size} > {left} bytes left in segment for log segment "
                    f"{segment.path} at position {position}"
                )
            if size > len(chunk):
                chunk = segment.read(position, size)
            whole = _whole(chunk)
            if not whole:
                raise CorruptRecord(f"Could not determine next batch size for log segment {segment.path} at {position}")
            yield memoryview(chunk)[:whole]
            position += whole

    @staticmethod
    def _body(header: BatchHeader, batch: memoryview) -> Generator[Pause, Any, bytes]:
        """Return the decompressed records of a batch of magic 2; nothing for older ones."""
        if header.magic < 2:
            return b""
        payload = batch[BATCH_OVERHEAD:]
        if not header.is_compressed or not header.records_count:
            return bytes(payload)
        work = partial(decompress, header.compression, payload)
        data: bytes = (yield work) if len(payload) > _ELSEWHERE_BYTES else work()
        return data

    @staticmethod
    def _pieces(header: BatchHeader, batch: memoryview, body: bytes) -> Iterator[list[Span]]:
        if header.magic >= 2:
            yield from spans(body, header.records_count, header.base_offset)
            return
        records = read_records(batch, 0, header)
        for start in range(0, len(records), PIECE):
            yield [
                (record.offset, record.key, record.value is not None, 0, 0) for record in records[start : start + PIECE]
            ]


def _whole(chunk: bytes) -> int:
    """Return how many bytes of the chunk are whole batches."""
    position = 0
    while len(chunk) - position > LOG_OVERHEAD:
        size = LOG_OVERHEAD + int.from_bytes(chunk[position + 8 : position + LOG_OVERHEAD], "big", signed=True)
        if not LOG_OVERHEAD < size <= len(chunk) - position:
            break
        position += size
    return position
