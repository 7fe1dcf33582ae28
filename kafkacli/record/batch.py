"""Record batches of magic 2, and the entry points for reading batches of any magic.

    RecordBatch
        base offset               int64
        batch length              int32     bytes after this field
        partition leader epoch    int32     outside of the CRC, so that the broker can set it in place
        magic                     int8      2; in the place where magic 0 and 1 have it
        crc                       uint32    CRC-32C of all that follows
        attributes                int16     bits 0-2 codec, 3 timestamp type, 4 transactional, 5 control
        last offset delta         int32
        base timestamp            int64     milliseconds; of the first record
        max timestamp             int64     the largest, or the append time
        producer id               int64     -1: not idempotent
        producer epoch            int16
        base sequence             int32
        records count             int32
        records                             compressed as one block when a codec is set

Base offset and leader epoch lie outside of the CRC: appending patches them only.
Source: org.apache.kafka.common.record.DefaultRecordBatch and DefaultRecord, KIP-98, KIP-82.
"""

import struct
from enum import IntEnum

from kafkacli.record.compression import Compression, compress, compression_of, decompress
from kafkacli.record.crc32c import crc32, crc32c
from kafkacli.record.errors import CorruptRecord, InvalidRecord, RecordError, UnsupportedCompression
from kafkacli.record.record import NO_TIMESTAMP, Record, append_record, decode_records

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "BATCH_OVERHEAD",
    "LOG_OVERHEAD",
    "NO_TIMESTAMP",
    "BatchHeader",
    "Buffer",
    "Compression",
    "CorruptRecord",
    "InvalidRecord",
    "Record",
    "RecordError",
    "TimestampType",
    "UnsupportedCompression",
    "encode_batch",
    "ensure_valid",
    "iter_headers",
    "iter_records",
    "next_sequence",
    "read_header",
    "read_records",
]

Buffer = bytes | bytearray | memoryview

LOG_OVERHEAD = 12  # base offset and length: what precedes the counted bytes, in every magic
BATCH_OVERHEAD = 61
MAGIC_POSITION = 16
CRC_POSITION = 17
ATTRIBUTES_POSITION = 21
MAX_TIMESTAMP_POSITION = 35
NO_PRODUCER_ID = -1
NO_SEQUENCE = -1
NO_LEADER_EPOCH = -1

TIMESTAMP_TYPE_BIT = 0x08
TRANSACTIONAL_BIT = 0x10
CONTROL_BIT = 0x20

_HEADER = struct.Struct(">qiibIhiqqqhii")
_LEGACY_V0 = struct.Struct(">qiIbb")
_LEGACY_V1 = struct.Struct(">qiIbbq")
_LEGACY_MIN_LENGTH = 14  # magic 0 with null key and value: the least that any batch length can be
_MAX_INT32 = 2**31 - 1


class TimestampType(IntEnum):
    """What a record's timestamp means."""

    NO_TIMESTAMP_TYPE = -1
    CREATE_TIME = 0
    LOG_APPEND_TIME = 1


class BatchHeader:
    """The fixed part of a record batch, or the same facts of a magic 0/1 entry.

    For magic 0 and 1, whose entries are single messages or wrappers of compressed ones: `base_offset` is the entry's own
    offset, which for a wrapper is that of its *last* message; `last_offset_delta` is 0, so `last_offset` is right;
    `records_count` is 1, or -1 for a wrapper (unknown without decompressing); timestamps are -1 in magic 0.
    """

    __slots__ = (
        "attributes",
        "base_offset",
        "base_sequence",
        "base_timestamp",
        "batch_length",
        "crc",
        "last_offset_delta",
        "magic",
        "max_timestamp",
        "partition_leader_epoch",
        "producer_epoch",
        "producer_id",
        "records_count",
    )

    def __init__(
        self,
        base_offset: int,
        batch_length: int,
        partition_leader_epoch: int,
        magic: int,
        crc: int,
        attributes: int,
        last_offset_delta: int,
        base_timestamp: int,
        max_timestamp: int,
        producer_id: int,
        producer_epoch: int,
        base_sequence: int,
        records_count: int,
    ) -> None:
        self.base_offset = base_offset
        self.batch_length = batch_length
        self.partition_leader_epoch = partition_leader_epoch
        self.magic = magic
        self.crc = crc
        self.attributes = attributes
        self.last_offset_delta = last_offset_delta
        self.base_timestamp = base_timestamp
        self.max_timestamp = max_timestamp
        self.producer_id = producer_id
        self.producer_epoch = producer_epoch
        self.base_sequence = base_sequence
        self.records_count = records_count

    @property
    def size(self) -> int:
        """Bytes of the whole batch."""
        return LOG_OVERHEAD + self.batch_length

    @property
    def last_offset(self) -> int:
        return self.base_offset + self.last_offset_delta

    @property
    def last_sequence(self) -> int:
        """Sequence number of the last record, -1 without sequences."""
        return next_sequence(self.base_sequence, self.last_offset_delta)

    @property
    def compression(self) -> Compression:
        """The codec; raises UnsupportedCompression for a number without one."""
        return compression_of(self.attributes)

    @property
    def is_compressed(self) -> bool:
        return self.attributes & 0x07 != 0

    @property
    def is_transactional(self) -> bool:
        return self.magic >= 2 and self.attributes & TRANSACTIONAL_BIT != 0

    @property
    def is_control(self) -> bool:
        return self.magic >= 2 and self.attributes & CONTROL_BIT != 0

    @property
    def timestamp_type(self) -> TimestampType:
        if self.magic == 0:
            return TimestampType.NO_TIMESTAMP_TYPE
        if self.attributes & TIMESTAMP_TYPE_BIT:
            return TimestampType.LOG_APPEND_TIME
        return TimestampType.CREATE_TIME

    def __repr__(self) -> str:
        return "BatchHeader(" + ", ".join(f"{name}={getattr(self, name)}" for name in self.__slots__) + ")"


def next_sequence(sequence: int, increment: int) -> int:
    """Return the sequence number `increment` records later: after 2^31-1 comes 0. -1 (no sequences) stays."""
    if sequence == NO_SEQUENCE:
        return NO_SEQUENCE
    if sequence > _MAX_INT32 - increment:
        return increment - (_MAX_INT32 - sequence) - 1
    return sequence + increment


def read_header(buffer: Buffer, position: int = 0) -> BatchHeader:
    """Return the header of the batch that begins at `position` bytes; any magic. The rest of the batch may be missing.

    Raises CorruptRecord when too few bytes are there, or the length or the magic can't be one. The CRC is not looked at.
    """
    try:
        fields = _HEADER.unpack_from(buffer, position)
    except struct.error:
        return _read_legacy_header(buffer, position)
    if fields[3] != 2:
        return _read_legacy_header(buffer, position)
    if fields[1] < BATCH_OVERHEAD - LOG_OVERHEAD:
        raise CorruptRecord(
            f"Record batch is corrupt (the size {fields[1] + LOG_OVERHEAD} is smaller than the minimum allowed overhead "
            f"{BATCH_OVERHEAD})"
        )
    return BatchHeader(*fields)


def _read_legacy_header(buffer: Buffer, position: int) -> BatchHeader:
    try:
        offset, length, crc, magic, attributes = _LEGACY_V0.unpack_from(buffer, position)
    except struct.error:
        raise CorruptRecord(f"Too few bytes for a record batch: {max(0, len(buffer) - position)}") from None
    if length < _LEGACY_MIN_LENGTH:
        raise CorruptRecord(f"Record size {length} is less than the minimum record overhead ({_LEGACY_MIN_LENGTH})")
    timestamp = NO_TIMESTAMP
    if magic == 1:
        try:
            timestamp = _LEGACY_V1.unpack_from(buffer, position)[5]
        except struct.error:
            raise CorruptRecord(f"Too few bytes for a record batch: {len(buffer) - position}") from None
    elif magic == 2:
        raise CorruptRecord(f"Too few bytes for a record batch: {len(buffer) - position}")
    elif magic != 0:
        raise CorruptRecord(f"Invalid magic found in record: {magic}")
    count = -1 if attributes & 0x07 else 1
    return BatchHeader(
        offset,
        length,
        NO_LEADER_EPOCH,
        magic,
        crc,
        attributes,
        0,
        timestamp,
        timestamp,
        NO_PRODUCER_ID,
        -1,
        NO_SEQUENCE,
        count,
    )


def iter_headers(buffer: Buffer) -> "Iterator[tuple[int, BatchHeader]]":
    """Yield (position in bytes, header) of each whole batch in the buffer; a last one that is cut off is left out.

    Raises CorruptRecord as `read_header` does, when it comes to the bytes in question.
    """
    position = 0
    end = len(buffer)
    while end - position >= MAGIC_POSITION + 1:
        length = int.from_bytes(buffer[position + 8 : position + 12], "big", signed=True)
        if length > end - position - LOG_OVERHEAD:
            return
        header = read_header(buffer, position)
        yield position, header
        position += LOG_OVERHEAD + length


def ensure_valid(buffer: Buffer, position: int = 0, header: BatchHeader | None = None) -> None:
    """Check the CRC of the whole batch at `position`; raises CorruptRecord."""
    if header is None:
        header = read_header(buffer, position)
    end = position + header.size
    view = memoryview(buffer)
    if end > len(view):
        raise CorruptRecord(f"Too few bytes for a record batch: {len(view) - position} of {header.size}")
    if header.magic == 2:
        computed = crc32c(view[position + ATTRIBUTES_POSITION : end])
    else:
        computed = crc32(view[position + MAGIC_POSITION : end])
    if computed != header.crc:
        raise CorruptRecord(f"Record is corrupt (stored crc = {header.crc}, computed crc = {computed})")


def iter_records(buffer: Buffer) -> "Iterator[Record]":
    """Yield every record of every whole batch in the buffer, of any magic, decompressed; control records too.

    Raises CorruptRecord, InvalidRecord or UnsupportedCompression at the first bad batch. CRCs are not checked.
    """
    for position, header in iter_headers(buffer):
        yield from read_records(buffer, position, header)


def read_records(buffer: Buffer, position: int = 0, header: BatchHeader | None = None) -> list[Record]:
    """Return the records of the one batch at `position` with their absolute offsets and effective timestamps.

    Raises InvalidRecord when they don't fit the header or their own lengths, CorruptRecord when the batch is cut off or
    doesn't decompress, UnsupportedCompression. The CRC is not checked.
    """
    if header is None:
        header = read_header(buffer, position)
    end = position + header.size
    if end > len(buffer):
        raise CorruptRecord(f"Too few bytes for a record batch: {len(buffer) - position} of {header.size}")
    if header.magic < 2:
        from kafkacli.record.legacy import read_legacy_records

        return read_legacy_records(buffer, position, header)
    if header.records_count < 0:
        raise InvalidRecord(f"Found invalid record count {header.records_count} in magic v{header.magic} batch")
    if header.records_count == 0:
        return []
    payload = memoryview(buffer)[position + BATCH_OVERHEAD : end]
    data = decompress(header.compression, payload) if header.is_compressed else bytes(payload)
    return decode_records(
        data,
        header.records_count,
        base_offset=header.base_offset,
        base_timestamp=header.base_timestamp,
        append_time=header.max_timestamp if header.attributes & TIMESTAMP_TYPE_BIT else None,
    )


def encode_batch(
    records: "Iterable[Record]",
    *,
    base_offset: int = 0,
    compression: Compression = Compression.NONE,
    producer_id: int = NO_PRODUCER_ID,
    producer_epoch: int = -1,
    base_sequence: int = NO_SEQUENCE,
    partition_leader_epoch: int = NO_LEADER_EPOCH,
    is_transactional: bool = False,
    is_control: bool = False,
    timestamp_type: TimestampType = TimestampType.CREATE_TIME,
    append_time: int | None = None,
) -> bytes:
    """Return one batch of magic 2 with these records.

    records: at least one. A record without an offset (-1) gets the one after the record before it; others keep theirs,
        which must grow and not lie below `base_offset`.
    timestamp_type: with LOG_APPEND_TIME `append_time` (milliseconds; None: the largest timestamp) counts for every record.
    Raises ValueError for records that no batch can hold.
    """
    body = bytearray()
    base_timestamp = max_timestamp = NO_TIMESTAMP
    offset_delta = -1
    count = 0
    for record in records:
        timestamp = record.timestamp
        if count == 0:
            base_timestamp = max_timestamp = timestamp
        elif timestamp > max_timestamp:
            max_timestamp = timestamp
        delta = offset_delta + 1 if record.offset < 0 else record.offset - base_offset
        if delta <= offset_delta:
            raise ValueError(f"Offset {base_offset + delta} does not follow {base_offset + offset_delta}")
        offset_delta = delta
        count += 1
        append_record(body, record, offset_delta, timestamp - base_timestamp)
    if count == 0:
        raise ValueError("A record batch needs a record")
    attributes = int(compression)
    if timestamp_type is TimestampType.LOG_APPEND_TIME:
        attributes |= TIMESTAMP_TYPE_BIT
        max_timestamp = max_timestamp if append_time is None else append_time
    if is_transactional:
        attributes |= TRANSACTIONAL_BIT
    if is_control:
        attributes |= CONTROL_BIT
    payload = compress(compression, body) if compression else body
    header = BatchHeader(
        base_offset,
        BATCH_OVERHEAD - LOG_OVERHEAD + len(payload),
        partition_leader_epoch,
        2,
        0,
        attributes,
        offset_delta,
        base_timestamp,
        max_timestamp,
        producer_id,
        producer_epoch,
        base_sequence,
        count,
    )
    return join_batch(header, payload)


def join_batch(header: BatchHeader, payload: Buffer) -> bytes:
    """Return the bytes of a magic 2 batch from its header and its (compressed) records.

    The header's `batch_length` and `crc` are not used: they follow from the rest.
    """
    batch = bytearray(BATCH_OVERHEAD)
    _HEADER.pack_into(
        batch,
        0,
        header.base_offset,
        BATCH_OVERHEAD - LOG_OVERHEAD + len(payload),
        header.partition_leader_epoch,
        2,
        0,
        header.attributes,
        header.last_offset_delta,
        header.base_timestamp,
        header.max_timestamp,
        header.producer_id,
        header.producer_epoch,
        header.base_sequence,
        header.records_count,
    )
    batch += payload
    crc = crc32c(memoryview(batch)[ATTRIBUTES_POSITION:])
    batch[CRC_POSITION:ATTRIBUTES_POSITION] = crc.to_bytes(4, "big")
    return bytes(batch)
