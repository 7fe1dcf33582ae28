"""One segment of a log: the `.log` file of record batches, and the three indexes beside it.

    <base offset, 20 digits>.log        record batches, one behind the other, offsets growing
                            .index      offset index
                            .timeindex  time index
                            .txnindex   aborted transactions, only where there are any

Only positions (bytes) and whole batches are known here; which offsets may be seen is the log's to decide. Source: Kafka's
LogSegment.scala and FileRecords.java.
"""

from typing import TYPE_CHECKING, NamedTuple

from kafkacli.log.filesystem import FileSystem, write_all
from kafkacli.log.index_file import CorruptIndex
from kafkacli.log.offset_index import MAXIMUM_RELATIVE_OFFSET, OffsetIndex
from kafkacli.log.time_index import NO_TIMESTAMP, TimeIndex
from kafkacli.log.transaction_index import TransactionIndex
from kafkacli.record.batch import BATCH_OVERHEAD, LOG_OVERHEAD, read_header, read_records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kafkacli.log.log_config import LogConfig
    from kafkacli.record.batch import BatchHeader

LOG_SUFFIX = ".log"
INDEX_SUFFIX = ".index"
TIME_INDEX_SUFFIX = ".timeindex"
TRANSACTION_INDEX_SUFFIX = ".txnindex"
SNAPSHOT_SUFFIX = ".snapshot"
DELETED_SUFFIX = ".deleted"
CLEANED_SUFFIX = ".cleaned"
SWAP_SUFFIX = ".swap"
INDEX_SUFFIXES = (INDEX_SUFFIX, TIME_INDEX_SUFFIX, TRANSACTION_INDEX_SUFFIX)
SEGMENT_SUFFIXES = (LOG_SUFFIX, *INDEX_SUFFIXES)

_LEAST_HEADER = 17  # up to the magic byte
_SEARCH_CHUNK = 8 * 1024  # a search begins at an index entry: the batch is about index.interval.bytes ahead
_SCAN_CHUNK = 1024 * 1024


class TimestampAndOffset(NamedTuple):
    """The answer to a search by time: the record's timestamp in ms (-1: none), its offset and leader epoch (None: none)."""

    timestamp: int
    offset: int
    leader_epoch: int | None


def file_name(offset: int, suffix: str) -> str:
    """Return a file's name in a partition's directory: the offset in 20 digits and the suffix."""
    return f"{offset:020d}{suffix}"


def offset_of(name: str) -> int:
    """Return the offset that a file's name begins with; ValueError when it doesn't."""
    return int(name[: name.index(".")])


class Segment:
    """An open segment. `size` is how many bytes of the `.log` file hold batches; with preallocation the file is longer."""

    __slots__ = (
        "_bytes_since_index_entry",
        "_filesystem",
        "_first_timestamp",
        "_handle",
        "_index_interval_bytes",
        "base_offset",
        "created_ms",
        "max_timestamp",
        "offset_index",
        "offset_of_max_timestamp",
        "path",
        "roll_jitter_ms",
        "size",
        "time_index",
        "transaction_index",
    )

    def __init__(
        self,
        filesystem: FileSystem,
        directory: str,
        base_offset: int,
        config: "LogConfig",
        *,
        now_ms: int,
        roll_jitter_ms: int = 0,
        suffix: str = "",
    ) -> None:
        """Open the segment's files, or make those that are not there."""
        self._filesystem = filesystem
        self.base_offset = base_offset
        self.path = f"{directory}/{file_name(base_offset, LOG_SUFFIX)}{suffix}"
        self._handle: int | None = None
        if filesystem.exists(self.path):
            self.size = filesystem.size(self.path)
        else:
            self.size = 0
            handle = self._handle = filesystem.open(self.path, create=True)
            filesystem.opened(self)
            if config.preallocate:
                filesystem.truncate(handle, config.segment_bytes)
        maximum_bytes = config.segment_index_bytes
        prefix = f"{directory}/{file_name(base_offset, '')}"
        self.offset_index = OffsetIndex(filesystem, f"{prefix}{INDEX_SUFFIX}{suffix}", base_offset, maximum_bytes)
        self.time_index = TimeIndex(filesystem, f"{prefix}{TIME_INDEX_SUFFIX}{suffix}", base_offset, maximum_bytes)
        self.transaction_index = TransactionIndex(
            filesystem, f"{prefix}{TRANSACTION_INDEX_SUFFIX}{suffix}", base_offset
        )
        self.max_timestamp, self.offset_of_max_timestamp = self.time_index.last_entry
        self.created_ms = now_ms
        self.roll_jitter_ms = roll_jitter_ms
        self._index_interval_bytes = config.index_interval_bytes
        self._bytes_since_index_entry = 0
        self._first_timestamp: int | None = None

    def __repr__(self) -> str:
        return f"Segment(base_offset={self.base_offset}, size={self.size}, max_timestamp={self.max_timestamp})"

    @property
    def paths(self) -> tuple[str, ...]:
        """The segment's files; the transaction index may not exist."""
        return self.path, self.offset_index.path, self.time_index.path, self.transaction_index.path

    @property
    def modified_ms(self) -> int:
        """When the `.log` file was last written, ms since the epoch."""
        return self._filesystem.modified_ms(self.path)

    @property
    def largest_timestamp(self) -> int:
        """The largest timestamp of its records in ms, or when the file was written where they have none."""
        return self.max_timestamp if self.max_timestamp >= 0 else self.modified_ms

    def check(self) -> None:
        """Raise CorruptIndex when an index can't be right and has to be rebuilt."""
        self.offset_index.check()
        self.time_index.check()
        self.transaction_index.check()
        if self.offset_index.entries and self.offset_index.entry(self.offset_index.entries - 1).position >= self.size:
            raise CorruptIndex(f"Index file {self.offset_index.path} points beyond the end of its log file.")

    def should_roll(self, size: int, max_timestamp: int, last_offset: int, config: "LogConfig", now_ms: int) -> bool:
        """Say whether an append of `size` bytes, that ends with `last_offset`, belongs into a new segment."""
        return (
            self.size > config.segment_bytes - size
            or self.offset_index.is_full
            or self.time_index.is_full
            or last_offset - self.base_offset > MAXIMUM_RELATIVE_OFFSET
            or (self.size > 0 and self._waited_ms(now_ms, max_timestamp) > config.max_segment_ms - self.roll_jitter_ms)
        )

    @property
    def first_timestamp(self) -> int:
        """The largest timestamp of its first batch in ms, -1 without any."""
        first = self._first_timestamp
        if first is None:
            first = next((header.max_timestamp for _, header in self.batches()), NO_TIMESTAMP)
            self._first_timestamp = first
        return first

    def _waited_ms(self, now_ms: int, timestamp: int) -> int:
        """Return how long the segment has waited to roll, by the records' clock where they have one."""
        first = self._first_timestamp
        if first is None:
            first = self.first_timestamp
        return timestamp - first if first >= 0 else now_ms - self.created_ms

    def append(
        self, data: bytes | bytearray | memoryview, last_offset: int, max_timestamp: int, offset_of_max_timestamp: int
    ) -> None:
        """Write whole batches to the end of the file; the write has reached the system when this returns.

        last_offset: of the last record in `data`. OSError leaves the segment as it was.
        """
        position = self.size
        handle = self._handle
        if handle is None:
            handle = self._open()
        size = len(data)
        try:
            if self._filesystem.pwrite(handle, data, position) != size:
                write_all(self._filesystem, handle, data, position)
        except OSError:
            self._filesystem.truncate(handle, position)
            raise
        self.size = position + size
        if position == 0:
            self._first_timestamp = max_timestamp
        if max_timestamp > self.max_timestamp:
            self.max_timestamp = max_timestamp
            self.offset_of_max_timestamp = offset_of_max_timestamp
        if self._bytes_since_index_entry > self._index_interval_bytes:
            self.offset_index.append(last_offset, position)
            self.time_index.maybe_append(self.max_timestamp, self.offset_of_max_timestamp)
            self._bytes_since_index_entry = 0
        self._bytes_since_index_entry += size

    def read(self, position: int, size: int) -> bytes:
        """Return `size` bytes from `position`."""
        handle = self._handle
        if handle is None:
            handle = self._open()
        return self._filesystem.pread(handle, size, position)

    def batches(
        self, position: int = 0, end: int | None = None, chunk_bytes: int = _SEARCH_CHUNK
    ) -> "Iterator[tuple[int, BatchHeader]]":
        """Yield (position, header) of each whole batch from `position`, the beginning of a batch, up to `end`.

        chunk_bytes: how much is read at a time. Raises CorruptRecord where no batch can begin.
        """
        if end is None:
            end = self.size
        chunk = b""
        chunk_position = position
        while end - position > _LEAST_HEADER:
            ahead = position - chunk_position
            if ahead + BATCH_OVERHEAD > len(chunk):
                chunk_position = position
                chunk = self.read(position, min(chunk_bytes, end - position))
                ahead = 0
                if LOG_OVERHEAD + int.from_bytes(chunk[8:12], "big", signed=True) > end - position:
                    return  # torn, or cut off by `end`
            header = read_header(chunk, ahead)
            if position + header.size > end:
                return
            yield position, header
            position += header.size

    def find(self, offset: int) -> "tuple[int, BatchHeader] | None":
        """Return (position, header) of the first batch that ends at or beyond `offset`, or None."""
        for position, header in self.batches(self.offset_index.lookup(offset).position):
            if header.last_offset >= offset:
                return position, header
        return None

    def next_offset(self) -> int:
        """Return the offset behind the last record: walks the batches behind the last index entry."""
        last = self.base_offset - 1
        for _, header in self.batches(self.offset_index.lookup(self.offset_index.last_offset).position):
            last = header.last_offset
        return last + 1

    def find_timestamp(self, timestamp: int, starting_offset: int) -> TimestampAndOffset | None:
        """Return the first record at or after `timestamp` (ms) and at or behind `starting_offset`, or None."""
        start = max(self.time_index.lookup(timestamp).offset, starting_offset)
        for position, header in self.batches(self.offset_index.lookup(start).position):
            if header.max_timestamp < timestamp:
                continue
            for record in read_records(self.read(position, header.size)):
                if record.timestamp >= timestamp and record.offset >= starting_offset:
                    epoch = header.partition_leader_epoch
                    return TimestampAndOffset(record.timestamp, record.offset, epoch if epoch >= 0 else None)
        return None

    def truncate_to(self, offset: int, now_ms: int) -> int:
        """Cut off every batch that ends at or beyond `offset`; the segment becomes writable again. Returns bytes cut."""
        found = self.find(offset)
        self.offset_index.truncate_to(offset)
        self.time_index.truncate_to(offset)
        self.transaction_index.truncate_to(offset)
        self.preallocate_indexes()
        cut = 0
        if found is not None:
            cut = self.size - found[0]
            self.cut(found[0])
        if self.size == 0:
            self.created_ms = now_ms
            self._first_timestamp = None
        self._bytes_since_index_entry = 0
        if self.max_timestamp >= 0:
            self._load_max_timestamp()
        return cut

    def cut(self, position: int) -> None:
        """Cut the `.log` file at `position`, which is the end of a batch.

        Unlike Kafka it is synced: records that came back after a power loss could overlap with a segment begun since.
        """
        handle = self._open()
        self._filesystem.truncate(handle, position)
        if position < self.size:
            self._filesystem.fsync(handle)
        self.size = position

    def _load_max_timestamp(self) -> None:
        self.max_timestamp, self.offset_of_max_timestamp = self.time_index.last_entry
        for _, header in self.batches(self.offset_index.lookup(self.offset_of_max_timestamp).position):
            if header.max_timestamp > self.max_timestamp:
                self.max_timestamp = header.max_timestamp
                self.offset_of_max_timestamp = header.last_offset

    def preallocate_indexes(self) -> None:
        """Make room in the indexes, as the active segment has."""
        self.offset_index.preallocate()
        self.time_index.preallocate()

    def renew_indexes(self, maximum_bytes: int) -> None:
        """Make the indexes of an empty segment again, with another maximal size."""
        for index in (self.offset_index, self.time_index):
            index.maximum_bytes = maximum_bytes
            index.reset()

    def trim(self) -> None:
        """Finish the segment: the largest timestamp into the time index, no preallocated bytes left."""
        self.time_index.maybe_append(self.max_timestamp, self.offset_of_max_timestamp)
        self.offset_index.trim()
        self.time_index.trim()
        if self._filesystem.size(self.path) != self.size:
            self._filesystem.truncate(self._open(), self.size)

    def rename_suffix(self, old: str, new: str) -> None:
        """Give every file of the segment the suffix `new` in place of `old` ("" for none)."""
        self.path = self._renamed(self.path, old, new)
        self.offset_index.rename(self.offset_index.path.removesuffix(old) + new)
        self.time_index.rename(self.time_index.path.removesuffix(old) + new)
        self.transaction_index.rename(self.transaction_index.path.removesuffix(old) + new)

    def _renamed(self, path: str, old: str, new: str) -> str:
        target = path.removesuffix(old) + new
        self._filesystem.rename(path, target)
        return target

    def move_directory(self, directory: str) -> None:
        """Follow the partition's directory, which was renamed."""
        self.path = f"{directory}/{self.path.rpartition('/')[2]}"
        for index in (self.offset_index, self.time_index, self.transaction_index):
            index.path = f"{directory}/{index.path.rpartition('/')[2]}"

    def close_files(self) -> None:
        """Give the handles back; the next use opens the files again."""
        if self._handle is not None:
            self._filesystem.close(self._handle)
            self._handle = None
            self._filesystem.closed(self)
        self.offset_index.close()
        self.time_index.close()

    def close(self) -> None:
        """Trim and give the handles back."""
        self.trim()
        self.close_files()

    def remove(self) -> None:
        """Delete the segment's files."""
        self.close_files()
        for path in self.paths:
            self._filesystem.unlink(path)

    def _open(self) -> int:
        if self._handle is None:
            self._handle = self._filesystem.open(self.path)
            self._filesystem.opened(self)
        return self._handle
