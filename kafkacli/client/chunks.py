"""Records as consumers hand them on: runs of records of one partition, decoded when they are looked at and as far as they are.

A run and a list of single records have the same columns, which is what makes the formatters quick; a single record has the
methods that librdkafka's has.
"""

from __future__ import annotations

from kafkacli.client.records import RecordError
from kafkacli.record.batch import BATCH_OVERHEAD, Record, read_records
from kafkacli.record.columns import Columns, decode_columns, decode_values
from kafkacli.record.compression import decompress
from kafkacli.record.errors import InvalidRecord
from kafkacli.record.errors import RecordError as BatchError
from kafkacli.record.header import TIMESTAMP_TYPE_BIT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kafkacli.client.topics import TopicPartition
    from kafkacli.record.bodies import Bodies
    from kafkacli.record.header import BatchHeader, Buffer

    Timestamp = tuple[int, int]
    """Its type (NONE, CREATED, APPENDED), and ms since 1970."""
    Headers = Sequence[tuple[str, bytes | None]]

NONE, CREATED, APPENDED = range(3)
"""What a timestamp means, as librdkafka numbers it."""


class FetchedRecord:
    """A record and where it comes from."""

    __slots__ = ("_kind", "_partition", "_record")

    def __init__(self, partition: TopicPartition, record: Record, kind: int) -> None:
        self._partition = partition
        self._record = record
        self._kind = kind

    def topic(self) -> str:
        return self._partition[0]

    def partition(self) -> int:
        return self._partition[1]

    def offset(self) -> int:
        return self._record.offset

    def key(self) -> bytes | None:
        return self._record.key

    def value(self) -> bytes | None:
        return self._record.value

    def headers(self) -> Headers:
        return self._record.headers

    def timestamp(self) -> Timestamp:
        return _timestamp(self._kind, self._record.timestamp)


class Records:
    """Single records, of one partition or several."""

    __slots__ = ("_records",)

    def __init__(self, records: list[FetchedRecord]) -> None:
        self._records = records

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[FetchedRecord]:
        return iter(self._records)

    def __getitem__(self, part: slice) -> Records:
        return Records(self._records[part])

    def last_offsets(self) -> dict[TopicPartition, int]:
        return {(record.topic(), record.partition()): record.offset() for record in self._records}

    def keys(self) -> list[bytes | None]:
        return [record.key() for record in self._records]

    def values(self) -> list[bytes | None]:
        return [record.value() for record in self._records]

    def offsets(self) -> list[int]:
        return [record.offset() for record in self._records]

    def partitions(self) -> list[int]:
        return [record.partition() for record in self._records]

    def timestamps(self) -> list[Timestamp]:
        return [record.timestamp() for record in self._records]

    def headers(self) -> list[Headers]:
        return [record.headers() for record in self._records]


class Chunk:
    """The records of one batch. Each method raises RecordError for bytes that are no records.

    partition: topic and number. buffer, position: where the batch lies.
    """

    __slots__ = ("_buffer", "_columns", "_header", "_position", "partition")

    def __init__(self, partition: TopicPartition, buffer: Buffer, position: int, header: BatchHeader) -> None:
        self.partition = partition
        self._buffer = buffer
        self._position = position
        self._header = header
        self._columns: Columns | None = None

    def __len__(self) -> int:
        return self._header.records_count

    def __iter__(self) -> Iterator[FetchedRecord]:
        return iter(self.records())

    def last_offsets(self) -> dict[TopicPartition, int]:
        return {self.partition: self._header.last_offset}

    def records(self) -> list[FetchedRecord]:
        """Return them one by one."""
        try:
            found = read_records(self._buffer, self._position, self._header)
        except BatchError as error:
            raise unreadable(self.partition) from error
        kind = APPENDED if self._header.attributes & TIMESTAMP_TYPE_BIT else CREATED
        if self._header.magic == 0:
            kind = NONE
        return [FetchedRecord(self.partition, record, kind) for record in found]

    def keys(self) -> list[bytes | None]:
        return self._all().keys

    def values(self) -> list[bytes | None]:
        if self._columns is not None:
            return self._columns.values
        try:
            return decode_values(self._data(), self._header.records_count)
        except BatchError as error:
            raise unreadable(self.partition) from error

    def offsets(self) -> list[int]:
        base = self._header.base_offset
        return [base + delta for delta in self._all().offset_deltas]

    def partitions(self) -> list[int]:
        return [self.partition[1]] * len(self)

    def timestamps(self) -> list[Timestamp]:
        header = self._header
        if header.attributes & TIMESTAMP_TYPE_BIT:
            return [_timestamp(APPENDED, header.max_timestamp)] * len(self)
        base = header.base_timestamp
        deltas = self._all().timestamp_deltas
        known = {delta: _timestamp(CREATED, base + delta) for delta in set(deltas)}  # many records share theirs
        return list(map(known.__getitem__, deltas))

    def headers(self) -> list[Headers]:
        return list(self._all().headers)

    def bodies(self, *, keyed: bool = True) -> tuple[int, Bodies] | None:
        """Return the base timestamp and the records as bodies, with keys or not; None where times are not in the records (magic 0, append time)."""
        header = self._header
        if header.magic < 2 or header.attributes & TIMESTAMP_TYPE_BIT or not header.records_count:
            return None
        from kafkacli.record.bodies import decode_bodies

        try:
            return header.base_timestamp, decode_bodies(self._data(), header.records_count, keyed=keyed)
        except BatchError as error:
            raise unreadable(self.partition) from error

    def _all(self) -> Columns:
        if self._columns is None:
            try:
                self._columns = decode_columns(self._data(), self._header.records_count)
            except BatchError as error:
                raise unreadable(self.partition) from error
        return self._columns

    def _data(self) -> bytes:
        header = self._header
        payload = memoryview(self._buffer)[self._position + BATCH_OVERHEAD : self._position + header.size]
        if header.records_count < 0:
            raise InvalidRecord(f"Found invalid record count {header.records_count}")
        return decompress(header.compression, payload) if header.is_compressed else bytes(payload)


def unreadable(partition: TopicPartition) -> RecordError:
    """Return the error of records that can't be decoded, as Java's poll throws it."""
    return RecordError(
        f"org.apache.kafka.common.KafkaException: Received exception when fetching the next record from "
        f"{partition[0]}-{partition[1]}. If needed, please seek past the record to continue consumption."
    )


def _timestamp(kind: int, milliseconds: int) -> Timestamp:
    return (NONE if milliseconds == -1 and kind == CREATED else kind, milliseconds)


if TYPE_CHECKING:
    Run = Chunk | Records
    """Records of one partition, in order."""
