"""A batch on its way to a partition: gathering records, then bytes that are sent until they are acknowledged or given up.

The records are kept as bytes only. Who wants to know which they were, as they were refused, reads them out of these again.
"""

from __future__ import annotations

from kafkacli.record.batch import read_records
from kafkacli.record.compression import Compression, compress
from kafkacli.record.crc32c import crc32c
from kafkacli.record.header import (
    ATTRIBUTES_POSITION,
    BATCH_OVERHEAD,
    CRC_POSITION,
    HEADER_LAYOUT,
    LOG_OVERHEAD,
    NO_LEADER_EPOCH,
    NO_PRODUCER_ID,
    NO_SEQUENCE,
    TRANSACTIONAL_BIT,
    next_sequence,
)
from kafkacli.record.packing import pack_one

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.topics import TopicPartition
    from kafkacli.record.record import Record

    Mark = tuple[float, int, int]
    """When records were handed over (seconds since 1970), how many, and the bytes of their values."""


class Batch:
    """Records for one partition.

    created, last_attempt: of the monotonic clock. room: bytes of records, uncompressed, with which it is full.
    reserved: bytes that it takes of the producer's memory. marks: in the order of the records.
    base_offset: -1 until it is acknowledged, and when a broker doesn't say. wire: what is sent, empty until it is closed.
    """

    __slots__ = (
        "_parts",
        "attempts",
        "base_offset",
        "base_timestamp",
        "count",
        "created",
        "epoch",
        "is_done",
        "is_renumbered",
        "last_attempt",
        "marks",
        "max_timestamp",
        "partition",
        "producer_id",
        "reserved",
        "room",
        "sequence",
        "size",
        "topic",
        "wire",
    )

    def __init__(
        self, partition: TopicPartition, created: float, timestamp_ms: int, room: int, reserved: int = 0
    ) -> None:
        self.topic, self.partition = partition
        self.created = self.last_attempt = created
        self.base_timestamp = self.max_timestamp = timestamp_ms
        self.room = room
        self.reserved = reserved
        self.count = self.size = self.attempts = 0
        self.marks: list[Mark] = []
        self.base_offset = -1
        self.sequence = NO_SEQUENCE
        self.producer_id = NO_PRODUCER_ID
        self.epoch = -1
        self.is_done = self.is_renumbered = False
        self.wire = bytearray()
        self._parts: list[bytes] = []

    @property
    def key(self) -> TopicPartition:
        """Where it goes."""
        return (self.topic, self.partition)

    @property
    def last_sequence(self) -> int:
        """The sequence number of the last record."""
        return next_sequence(self.sequence, self.count - 1)

    def append(self, packed: bytes, count: int, timestamp_ms: int, sent: float, value_bytes: int) -> None:
        """Add records as `packing` makes them, all of one timestamp, that were handed over together."""
        self._parts.append(packed)
        self.count += count
        self.size += len(packed)
        if timestamp_ms > self.max_timestamp:
            self.max_timestamp = timestamp_ms
        if self.marks and self.marks[-1][0] == sent:
            _, before, bytes_before = self.marks[-1]
            self.marks[-1] = (sent, before + count, bytes_before + value_bytes)
        else:
            self.marks.append((sent, count, value_bytes))

    def close(self, codec: Compression, *, is_transactional: bool = False) -> None:
        """Make what is sent, unless that was done before. No record may follow."""
        if self.wire:
            return
        wire = bytearray(BATCH_OVERHEAD)
        if codec:
            wire += compress(codec, b"".join(self._parts))
        else:
            for part in self._parts:
                wire += part
        self._parts.clear()
        HEADER_LAYOUT.pack_into(
            wire,
            0,
            0,
            len(wire) - LOG_OVERHEAD,
            NO_LEADER_EPOCH,
            2,
            0,
            int(codec) | (TRANSACTIONAL_BIT if is_transactional else 0),
            self.count - 1,
            self.base_timestamp,
            self.max_timestamp,
            self.producer_id,
            self.epoch,
            self.sequence,
            self.count,
        )
        _sign(wire)
        self.wire = wire

    def give_sequence(self, producer_id: int, epoch: int, sequence: int) -> None:
        """Number its records, anew if they have numbers."""
        self.is_renumbered = self.sequence != NO_SEQUENCE
        self.producer_id, self.epoch, self.sequence = producer_id, epoch, sequence
        if self.wire:
            wire = bytearray(self.wire)  # the old one may be half sent
            fields = list(HEADER_LAYOUT.unpack_from(wire))
            fields[9:12] = producer_id, epoch, sequence
            HEADER_LAYOUT.pack_into(wire, 0, *fields)
            _sign(wire)
            self.wire = wire

    def records(self) -> list[Record]:
        """Return its records; their offsets are those of the partition once it is acknowledged."""
        if not self.wire:
            self.close(Compression.NONE)
        records = read_records(self.wire)
        if self.base_offset > 0:
            for record in records:
                record.offset += self.base_offset
        return records

    def split(self, room: int) -> list[Batch]:
        """Return batches of at most so many bytes of records, or one record, that hold the same in the same order."""
        marks = iter([(sent, value_bytes // count) for sent, count, value_bytes in self.marks for _ in range(count)])
        batches: list[Batch] = []
        sequence = self.sequence
        batch: Batch | None = None
        for record in self.records():
            size = sum(map(len, (record.key or b"", record.value or b""))) + 20
            if batch is None or batch.size + size > room:
                batch = Batch(self.key, self.created, record.timestamp, room)
                batches.append(batch)
            delta = record.timestamp - batch.base_timestamp
            packed = pack_one(record.key, record.value, record.headers, batch.count, delta)
            sent, value_bytes = next(marks)
            batch.append(packed, 1, record.timestamp, sent, value_bytes)
        for batch in batches:
            if sequence != NO_SEQUENCE:
                batch.give_sequence(self.producer_id, self.epoch, sequence)
                sequence = next_sequence(sequence, batch.count)
        batches[0].reserved = self.reserved
        return batches


def _sign(wire: bytearray) -> None:
    crc = crc32c(memoryview(wire)[ATTRIBUTES_POSITION:])
    wire[CRC_POSITION:ATTRIBUTES_POSITION] = crc.to_bytes(4, "big")
