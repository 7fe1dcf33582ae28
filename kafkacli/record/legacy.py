"""Message sets of magic 0 and 1, which clients before 0.11 (PyKafka among them) send and understand.

    MessageSet = Entry*           each entry counts as one "batch"
    Entry
        offset                    int64     of a wrapper: that of its last message
        message size              int32     bytes after this field
        crc                       uint32    CRC-32 of all that follows
        magic                     int8      0 or 1
        attributes                int8      bits 0-2 codec (no zstd), 3 timestamp type (magic 1)
        timestamp                 int64     magic 1 only, milliseconds
        key length, key           int32     -1: null
        value length, value       int32     -1: null

With a codec set the entry is a wrapper: its key is null, and its value a message set, compressed as one block. The messages
inside carry absolute offsets in magic 0, and offsets relative to the first one's in magic 1 (KIP-31), where also the wrapper's
timestamp is the largest inside, or the append time of all (KIP-32).
Source: org.apache.kafka.common.record.LegacyRecord, AbstractLegacyRecordBatch, MemoryRecordsBuilder.
"""

import struct

from kafkacli.record.compression import Compression, compress, decompress
from kafkacli.record.crc32c import crc32
from kafkacli.record.errors import CorruptRecord, InvalidRecord
from kafkacli.record.header import (
    LOG_OVERHEAD,
    TIMESTAMP_TYPE_BIT,
    BatchHeader,
    Buffer,
    TimestampType,
    ensure_valid,
    read_header,
)
from kafkacli.record.record import NO_TIMESTAMP, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ENTRY = struct.Struct(">qi")
_INT32 = struct.Struct(">i")
_MIN_MESSAGE_SIZE = 14
_BODY_V0 = struct.Struct(">bb")
_BODY_V1 = struct.Struct(">bbq")


def read_legacy_records(
    buffer: Buffer, position: int, header: BatchHeader, *, verify_inner: bool = False
) -> list[Record]:
    """Return the records of one magic 0/1 entry: itself, or the messages inside of a wrapper.

    buffer, position: where the whole entry lies; header: as `read_header` gave it.
    verify_inner: check the CRC and magic of the messages inside too, as a leader does before it appends them.
    Raises CorruptRecord or InvalidRecord, UnsupportedCompression for codecs that these formats don't have.
    """
    key, value = _read_key_value(buffer, position, header)
    if not header.is_compressed:
        return [Record(header.base_offset, header.max_timestamp, key, value)]
    codec = header.compression
    if codec is Compression.ZSTD:
        raise InvalidRecord(f"Invalid wrapper compressionType found in legacy deep record iterator {header.magic}")
    if value is None:
        raise InvalidRecord(f"Found invalid compressed record set with null value (magic = {header.magic})")
    append_time = header.max_timestamp if header.timestamp_type is TimestampType.LOG_APPEND_TIME else None
    records = []
    data = decompress(codec, value, magic=header.magic)
    for position, inner, record in _inner_entries(data):
        if verify_inner:
            ensure_valid(data, position, inner)
            if inner.magic != header.magic:
                raise InvalidRecord(
                    f"Compressed message magic {inner.magic} does not match wrapper magic {header.magic}"
                )
        if append_time is not None and inner.magic == 1:
            record.timestamp = append_time
        records.append(record)
    if not records:
        raise InvalidRecord("Found invalid compressed record set with no inner records")
    if header.magic == 1:
        _make_absolute(records, header.base_offset)
    return records


def read_compressed(buffer: Buffer, position: int, header: BatchHeader) -> bytes:
    """Return the compressed bytes in a wrapper; raises InvalidRecord."""
    return _read_key_value(buffer, position, header)[1] or b""


def read_legacy_checksums(buffer: Buffer, position: int, header: BatchHeader) -> list[tuple[int, bool]]:
    """Return the stored CRC of each record that `read_legacy_records` returns, and whether it is right. Raises as that."""
    if not header.is_compressed:
        return [(header.crc, _is_intact(buffer, position, header))]
    data = decompress(header.compression, read_compressed(buffer, position, header), magic=header.magic)
    return [(inner.crc, _is_intact(data, where, inner)) for where, inner, _ in _inner_entries(data)]


def _is_intact(buffer: Buffer, position: int, header: BatchHeader) -> bool:
    try:
        ensure_valid(buffer, position, header)
    except CorruptRecord:
        return False
    return True


def _inner_entries(data: bytes) -> "Iterator[tuple[int, BatchHeader, Record]]":
    position = 0
    while len(data) - position >= LOG_OVERHEAD:
        _, size = _ENTRY.unpack_from(data, position)
        if size < _MIN_MESSAGE_SIZE:
            raise CorruptRecord(f"Record size is less than the minimum record overhead ({_MIN_MESSAGE_SIZE})")
        end = position + LOG_OVERHEAD + size
        if end > len(data):
            return
        header = read_header(data[position:end])
        if header.magic > 1:
            raise InvalidRecord(f"Invalid magic {header.magic} of a message inside of a compressed one")
        if header.is_compressed:
            raise InvalidRecord("Inner messages must not be compressed")
        key, value = _read_key_value(data, position, header)
        yield position, header, Record(header.base_offset, header.max_timestamp, key, value)
        position = end


def _make_absolute(records: "Sequence[Record]", wrapper_offset: int) -> None:
    """Add the base to relative offsets. A wrapper offset of 0 stands for "not set" (librdkafka wrote such)."""
    base = 0
    if wrapper_offset != 0:
        last = records[-1].offset
        if wrapper_offset < last:
            raise InvalidRecord(
                f"Found invalid wrapper offset in compressed v1 message set, wrapper offset '{wrapper_offset}' is less "
                f"than the last inner message offset '{last}' and it is not zero."
            )
        base = wrapper_offset - last
    for record in records:
        record.offset += base


def _read_key_value(buffer: Buffer, position: int, header: BatchHeader) -> tuple[bytes | None, bytes | None]:
    end = position + header.size
    start = position + (26 if header.magic == 1 else 18)
    try:
        key, start = _read_bytes(buffer, start, end)
        value, start = _read_bytes(buffer, start, end)
    except struct.error:
        raise InvalidRecord("Found invalid record structure") from None
    if start != end:
        raise InvalidRecord(
            f"Invalid record size: expected to read {header.batch_length} bytes in record payload, but instead read "
            f"{start - position - LOG_OVERHEAD}"
        )
    return key, value


def _read_bytes(buffer: Buffer, position: int, end: int) -> tuple[bytes | None, int]:
    (size,) = _INT32.unpack_from(buffer, position)
    position += 4
    if size < 0:
        return None, position
    if size > end - position:
        raise InvalidRecord("Found invalid record structure")
    return bytes(buffer[position : position + size]), position + size


def encode_message(record: Record, magic: int, *, attributes: int = 0, offset: int | None = None) -> bytes:
    """Return one entry of magic 0 or 1. Headers have no place in it.

    attributes: codec and timestamp type bits; with a codec, the record's value is the compressed set.
    offset: written instead of the record's own (a relative one).
    """
    if magic == 0:
        body = bytearray(_BODY_V0.pack(0, attributes & 0x07))
    else:
        body = bytearray(_BODY_V1.pack(1, attributes, record.timestamp))
    for part in (record.key, record.value):
        if part is None:
            body += b"\xff\xff\xff\xff"
        else:
            body += len(part).to_bytes(4, "big")
            body += part
    entry = _ENTRY.pack(record.offset if offset is None else offset, 4 + len(body))
    return entry + crc32(body).to_bytes(4, "big") + body


def encode_message_set(
    records: "Sequence[Record]",
    magic: int,
    *,
    compression: Compression = Compression.NONE,
    timestamp_type: TimestampType = TimestampType.CREATE_TIME,
) -> bytes:
    """Return records, at their own offsets, as a message set of magic 0 or 1; one wrapper when a codec is given.

    records: at least one, offsets growing; headers are dropped. A timestamp of -1 is kept in magic 1.
    timestamp_type: with LOG_APPEND_TIME the records' timestamps are the append time already.
    """
    attributes = TIMESTAMP_TYPE_BIT if timestamp_type is TimestampType.LOG_APPEND_TIME else 0
    if compression is Compression.NONE:
        return b"".join(encode_message(record, magic, attributes=attributes) for record in records)
    base = records[0].offset if magic == 1 else 0
    inner = b"".join(
        encode_message(record, magic, attributes=attributes, offset=record.offset - base) for record in records
    )
    timestamp = max((record.timestamp for record in records), default=NO_TIMESTAMP)
    wrapper = Record(records[-1].offset, timestamp, None, compress(compression, inner, magic=magic))
    return encode_message(wrapper, magic, attributes=attributes | compression)
