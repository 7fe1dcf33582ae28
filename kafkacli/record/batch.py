"""Record batches with their records: reading those of any magic, writing those of magic 2.

Header and records have rooms of their own (`header.py`, `record.py`, where their grammars stand); this is the door to all.
Source: org.apache.kafka.common.record.DefaultRecordBatch.
"""

from kafkacli.record.compression import Compression, compress, decompress
from kafkacli.record.crc32c import crc32c
from kafkacli.record.errors import CorruptRecord, InvalidRecord, RecordError, UnsupportedCompression
from kafkacli.record.header import (
    ATTRIBUTES_POSITION,
    BATCH_OVERHEAD,
    CONTROL_BIT,
    CRC_POSITION,
    HEADER_LAYOUT,
    LOG_OVERHEAD,
    NO_LEADER_EPOCH,
    NO_PRODUCER_ID,
    NO_SEQUENCE,
    TIMESTAMP_TYPE_BIT,
    TRANSACTIONAL_BIT,
    BatchHeader,
    Buffer,
    TimestampType,
    ensure_valid,
    iter_headers,
    next_sequence,
    read_header,
)
from kafkacli.record.legacy import read_legacy_records
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


def iter_records(buffer: Buffer) -> "Iterator[Record]":
    """Yield every record of every whole batch in the buffer, of any magic, decompressed; control records too.

    Raises CorruptRecord, InvalidRecord or UnsupportedCompression at the first bad batch. CRCs are not checked.
    """
    for position, header in iter_headers(buffer):
        yield from read_records(buffer, position, header)


def read_records(
    buffer: Buffer,
    position: int = 0,
    header: BatchHeader | None = None,
    into: list[Record] | None = None,
    *,
    names: str = "replace",
) -> list[Record]:
    """Return the records of the one batch at `position` with their absolute offsets and effective timestamps.

    into: an empty list that takes the records of a batch of magic 2, and keeps those before an error.
    names: what becomes of names of headers that are no UTF-8; surrogateescape keeps their bytes for `encode_batch`.
    Raises RecordError (most often InvalidRecord) when they don't fit the header or their own lengths, CorruptRecord when the
    batch is cut off or doesn't decompress, UnsupportedCompression. The CRC is not checked.
    """
    if header is None:
        header = read_header(buffer, position)
    end = position + header.size
    if end > len(buffer):
        raise CorruptRecord(f"Too few bytes for a record batch: {len(buffer) - position} of {header.size}")
    if header.magic < 2:
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
        into=into,
        decompressed=header.is_compressed,
        names=names,
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
    batch = bytearray(BATCH_OVERHEAD)
    HEADER_LAYOUT.pack_into(
        batch,
        0,
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
    batch += payload
    crc = crc32c(memoryview(batch)[ATTRIBUTES_POSITION:])
    batch[CRC_POSITION:ATTRIBUTES_POSITION] = crc.to_bytes(4, "big")
    return bytes(batch)
