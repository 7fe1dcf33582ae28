"""The fixed part of a record batch: what is known of it without looking at its records.

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

The first 17 bytes lie alike in every magic: base offset, length, four bytes of its own, magic (see `legacy.py` for 0 and 1).
Base offset and leader epoch lie outside of the CRC: appending patches them only.
Source: org.apache.kafka.common.record.DefaultRecordBatch, KIP-98.
"""

import struct
from enum import IntEnum

from kafkacli.record.compression import Compression, compression_of
from kafkacli.record.crc32c import crc32, crc32c
from kafkacli.record.errors import CorruptRecord
from kafkacli.record.record import NO_TIMESTAMP

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

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

CODEC_BITS = 0x07
TIMESTAMP_TYPE_BIT = 0x08
TRANSACTIONAL_BIT = 0x10
CONTROL_BIT = 0x20

HEADER_LAYOUT = struct.Struct(">qiibIhiqqqhii")
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
        return self.attributes & CODEC_BITS != 0

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
        fields = HEADER_LAYOUT.unpack_from(buffer, position)
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
    count = -1 if attributes & CODEC_BITS else 1
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
    computed = checksum(view[position:end], header.magic)
    if computed != header.crc:
        raise CorruptRecord(f"Record is corrupt (stored crc = {header.crc}, computed crc = {computed})")


def checksum(batch: memoryview, magic: int) -> int:
    """Return the CRC of the bytes of one whole batch."""
    return crc32c(batch[ATTRIBUTES_POSITION:]) if magic == 2 else crc32(batch[MAGIC_POSITION:])
