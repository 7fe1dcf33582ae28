"""Produced records that can't be appended by patching one header: older formats, other formats or codecs than the topic's.

Messages of magic 0 and 1 that already are in the topic's format and codec still are patched where they lie; everything else
is encoded anew, with consecutive offsets.
Source: kafka.log.LogValidator of 2.6.2.
"""

import struct

from kafkacli.record.append_rules import AppendRules, check_bytes, check_header, check_records
from kafkacli.record.batch import read_records
from kafkacli.record.compression import Compression, has_linked_blocks
from kafkacli.record.crc32c import crc32
from kafkacli.record.downconvert import encode_records
from kafkacli.record.errors import InvalidRecord, RecordError, RecordTooLarge
from kafkacli.record.header import (
    LOG_OVERHEAD,
    MAGIC_POSITION,
    TIMESTAMP_TYPE_BIT,
    BatchHeader,
    TimestampType,
    iter_headers,
    read_header,
)
from kafkacli.record.legacy import read_compressed, read_legacy_records
from kafkacli.record.record import NO_TIMESTAMP, Record

_OFFSET = struct.Struct(">q")
_LEGACY_CRC_MAGIC_ATTRIBUTES_TIMESTAMP = struct.Struct(">Ibbq")


class ValidatedAppend:
    """What is to be appended: whole batches with their offsets.

    records: the caller's own buffer, patched and without trailing bytes, or new bytes where it had to be written anew.
    header: of the first batch as it stands in `records`; with magic 2 there is no other.
    first_offset, last_offset, count: of the records. max_timestamp: milliseconds, -1 without timestamps.
    offset_of_max_timestamp: for the time index; may be the last offset of the batch that has it.
    """

    __slots__ = (
        "count",
        "first_offset",
        "header",
        "last_offset",
        "max_timestamp",
        "offset_of_max_timestamp",
        "records",
    )

    def __init__(
        self,
        records: bytes | memoryview,
        header: BatchHeader,
        first_offset: int,
        last_offset: int,
        max_timestamp: int,
        offset_of_max_timestamp: int,
    ) -> None:
        self.records = records
        self.header = header
        self.first_offset = first_offset
        self.last_offset = last_offset
        self.count = last_offset - first_offset + 1
        self.max_timestamp = max_timestamp
        self.offset_of_max_timestamp = offset_of_max_timestamp


def validate_others(
    buffer: memoryview, rules: AppendRules, base_offset: int, leader_epoch: int, now_ms: int, from_client: bool
) -> ValidatedAppend:
    """The way of everything that involves magic 0 or 1: the records are read, checked, patched or written anew."""
    batches = list(iter_headers(buffer))
    source = Compression.NONE
    for position, header in batches:
        check_bytes(buffer, position, header, rules, from_client)
        if header.is_compressed:
            source = header.compression
    target = source if rules.compression is None else rules.compression
    first = batches[0][1]
    if source is target is Compression.NONE and rules.magic < 2 and first.is_transactional:
        raise RecordError(f"Transactional records are not supported for magic {rules.magic}")
    if len(batches) > 1 and (first.magic == 2 or source is not Compression.NONE):
        raise InvalidRecord("Compressed outer record has more than one batch")
    records: list[Record] = []
    for position, header in batches:
        if header.magic != first.magic:
            raise InvalidRecord(
                f"Batch magic {header.magic} is not the same as the first batch'es magic byte {first.magic} in topic "
                f"partition {rules.topic_partition}."
            )
        check_header(header, rules, from_client)
        read = (
            read_records(buffer, position, header)
            if header.magic == 2
            else read_legacy_records(buffer, position, header, verify_inner=True)
        )
        check_records(read, header, rules, now_ms)
        records += read
    in_place = source is target and first.magic == rules.magic
    if source is not Compression.NONE and (rules.magic == 0 or has_gaps(records)):
        in_place = False  # magic 0 has absolute offsets inside
    if in_place and source is Compression.LZ4 and has_linked_blocks(read_compressed(buffer, *batches[0])):
        in_place = False
    if not in_place:
        return write_anew(records, first, target, rules, base_offset, leader_epoch, now_ms)
    return _patch_legacy(buffer, batches, records, rules, base_offset, now_ms)


def write_anew(
    records: list[Record],
    header: BatchHeader,
    compression: Compression,
    rules: AppendRules,
    base_offset: int,
    leader_epoch: int,
    now_ms: int,
) -> ValidatedAppend:
    """Encode the records, with consecutive offsets from `base_offset`, in the topic's format and codec."""
    magic = rules.magic
    if magic < 2 and compression is Compression.ZSTD:
        raise RecordError(f"ZStandard compression is not supported for magic {magic}")
    if header.is_transactional and header.producer_id < 0:
        raise RecordError("Cannot write transactional messages without a valid producer ID")
    if magic == 2 and header.producer_id >= 0 and header.producer_epoch < 0:
        raise RecordError(f"Invalid negative producer epoch {header.producer_epoch}")
    is_append_time = rules.timestamp_type is TimestampType.LOG_APPEND_TIME
    for index, record in enumerate(records):
        record.offset = base_offset + index
        if magic < 2 and record.headers:
            raise RecordError(f"Magic v{magic} does not support record headers")
        if record.timestamp < NO_TIMESTAMP:
            raise RecordError(f"Invalid negative timestamp {record.timestamp}")
        if magic < 2 and is_append_time:
            record.timestamp = now_ms
    encoded = encode_records(
        records,
        magic,
        compression=compression,
        timestamp_type=rules.timestamp_type,
        append_time=now_ms if is_append_time else None,
        leader_epoch=leader_epoch,
        producer_id=header.producer_id,
        producer_epoch=header.producer_epoch,
        base_sequence=header.base_sequence,
        is_transactional=header.is_transactional,
    )
    for _, written in iter_headers(encoded):
        if written.size > rules.max_message_bytes:
            raise RecordTooLarge(
                f"Message batch size is {written.size} bytes in append to partition {rules.topic_partition} which exceeds "
                f"the maximum configured size of {rules.max_message_bytes}."
            )
    if is_append_time:
        timestamp = now_ms
    else:
        timestamp = NO_TIMESTAMP if magic == 0 else max(record.timestamp for record in records)
    return ValidatedAppend(
        encoded,
        read_header(encoded),
        base_offset,
        records[-1].offset,
        timestamp,
        _offset_of(records, timestamp, batched=magic == 2 or compression is not Compression.NONE),
    )


def has_gaps(records: list[Record]) -> bool:
    """Say whether a produced batch's offsets are other than 0, 1, 2 …; some old clients write such."""
    return any(record.offset != index for index, record in enumerate(records))


def _offset_of(records: list[Record], timestamp: int, *, batched: bool) -> int:
    """Return the offset to note in the time index beside the max timestamp of these records.

    In one batch that is the last one; of single messages the first that has the timestamp, the last of all without timestamps.
    """
    if batched or timestamp == NO_TIMESTAMP:
        return records[-1].offset
    return next(record.offset for record in records if record.timestamp == timestamp)


def _patch_legacy(
    buffer: memoryview,
    batches: list[tuple[int, BatchHeader]],
    records: list[Record],
    rules: AppendRules,
    base_offset: int,
    now_ms: int,
) -> ValidatedAppend:
    """Set offsets, and in magic 1 timestamps, of entries that stay as they are: plain messages, or one wrapper."""
    is_append_time = rules.timestamp_type is TimestampType.LOG_APPEND_TIME
    for index, record in enumerate(records):
        record.offset = base_offset + index
        if is_append_time:
            record.timestamp = now_ms
    max_timestamp = max(NO_TIMESTAMP, *(record.timestamp for record in records))
    last_offset = records[-1].offset
    is_wrapper = batches[0][1].is_compressed
    end = 0
    for index, (position, header) in enumerate(batches):
        end = position + header.size
        header.base_offset = last_offset if is_wrapper else records[index].offset
        _OFFSET.pack_into(buffer, position, header.base_offset)
        if header.magic == 1:
            timestamp = max_timestamp if is_append_time or is_wrapper else max(NO_TIMESTAMP, header.max_timestamp)
            _set_legacy_timestamp(buffer[position:end], header, rules.timestamp_type, timestamp)
    return ValidatedAppend(
        buffer if end == len(buffer) else buffer[:end],
        batches[0][1],
        base_offset,
        last_offset,
        max_timestamp,
        _offset_of(records, max_timestamp, batched=is_wrapper),
    )


def _set_legacy_timestamp(
    entry: memoryview, header: BatchHeader, timestamp_type: TimestampType, timestamp: int
) -> None:
    """Set type and timestamp of a magic 1 entry, and its CRC, unless they are so already."""
    if header.timestamp_type is timestamp_type and header.max_timestamp == timestamp:
        return
    header.attributes &= ~TIMESTAMP_TYPE_BIT
    if timestamp_type is TimestampType.LOG_APPEND_TIME:
        header.attributes |= TIMESTAMP_TYPE_BIT
    header.base_timestamp = header.max_timestamp = timestamp
    layout = _LEGACY_CRC_MAGIC_ATTRIBUTES_TIMESTAMP
    layout.pack_into(entry, LOG_OVERHEAD, 0, 1, header.attributes, timestamp)
    header.crc = crc32(entry[MAGIC_POSITION:])
    layout.pack_into(entry, LOG_OVERHEAD, header.crc, 1, header.attributes, timestamp)
