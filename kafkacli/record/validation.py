"""What a partition's leader checks and sets before it appends produced records.

The common case (magic 2 to a topic of magic 2, the codec left alone, no keys required, no limit on timestamps) reads the
header once, computes the CRC once and patches base offset and leader epoch where the bytes lie: records are not walked. They
are when the topic is compacted, limits timestamps, or when format or codec differ; then the batch is written anew where
patching can't do it.

What an unwalked batch can hide, harming its own readers only: records that don't parse or whose number isn't the header's,
offset deltas with gaps, a max timestamp that no record has.
Source: kafka.log.LogValidator and Log.analyzeAndValidateRecords of 2.6.2, ProduceRequest.validateRecords.
"""

import struct

from kafkacli.record.append_rules import AppendRules, check_bytes, check_header, check_records
from kafkacli.record.batch import read_records
from kafkacli.record.compression import Compression, check_lz4_header
from kafkacli.record.crc32c import crc32c
from kafkacli.record.errors import InvalidRecord, RecordError, UnsupportedCompression
from kafkacli.record.header import (
    ATTRIBUTES_POSITION,
    BATCH_OVERHEAD,
    CODEC_BITS,
    CRC_POSITION,
    LOG_OVERHEAD,
    MAGIC_POSITION,
    MAX_TIMESTAMP_POSITION,
    TIMESTAMP_TYPE_BIT,
    BatchHeader,
    Buffer,
    TimestampType,
    read_header,
)
from kafkacli.record.record import NO_TIMESTAMP
from kafkacli.record.rewriting import ValidatedAppend, has_gaps, validate_others, write_anew

__all__ = ["AppendRules", "ValidatedAppend", "check_produce_version", "validate_append"]

_OFFSET_LENGTH_EPOCH = struct.Struct(">qii")
_CRC_ATTRIBUTES = struct.Struct(">Ih")
_MAX_TIMESTAMP = struct.Struct(">q")


def check_produce_version(records: Buffer, version: int) -> None:
    """Check what a Produce request of this API version may carry: from version 3, exactly one batch of magic 2.

    Raises InvalidRecord, UnsupportedCompression for zstd below version 7 (KIP-110), or CorruptRecord.
    """
    if version < 3:
        return
    if not _has_batch(records, 0):
        raise InvalidRecord(f"Produce requests with version {version} must have at least one record batch")
    header = read_header(records)
    if header.magic != 2:
        raise InvalidRecord(
            f"Produce requests with version {version} are only allowed to contain record batches with magic version 2"
        )
    if version < 7 and header.compression is Compression.ZSTD:
        raise UnsupportedCompression(
            f"Produce requests with version {version} are not allowed to use ZStandard compression"
        )
    if _has_batch(records, header.size):
        raise InvalidRecord(
            f"Produce requests with version {version} are only allowed to contain exactly one record batch"
        )


def validate_append(
    buffer: memoryview,
    rules: AppendRules,
    *,
    base_offset: int,
    leader_epoch: int,
    now_ms: int,
    from_client: bool = True,
) -> ValidatedAppend | None:
    """Check produced records and give them their offsets.

    buffer: writable; it is patched in place where that is enough, but only after every check.
    base_offset: the log end offset. now_ms: the append time.
    from_client: False for records of the broker's own coordinators, which may write control batches.
    None comes back when there is no whole batch in the buffer: nothing to append.
    Raises CorruptRecord, InvalidRecord, RecordTooLarge, RecordsRejected, UnsupportedCompression,
    UnsupportedForMessageFormat.
    """
    if not _has_batch(buffer, 0):
        return None
    header = read_header(buffer)
    if header.magic != 2 or rules.magic != 2:
        return validate_others(buffer, rules, base_offset, leader_epoch, now_ms, from_client)
    size = LOG_OVERHEAD + header.batch_length
    check_bytes(buffer, 0, header, rules, from_client)
    if size < len(buffer) and _has_batch(buffer, size):
        raise InvalidRecord("Compressed outer record has more than one batch")
    check_header(header, rules, from_client)
    records = None
    if rules.walks_records or header.attributes & TIMESTAMP_TYPE_BIT or header.max_timestamp < header.base_timestamp:
        records = read_records(buffer, 0, header)
        check_records(records, header, rules, now_ms)
    if rules.compression is not None and rules.compression is not header.compression and not header.is_control:
        records = read_records(buffer, 0, header) if records is None else records
        return write_anew(records, header, rules.compression, rules, base_offset, leader_epoch, now_ms)
    if records is None:
        if header.attributes & CODEC_BITS == Compression.LZ4:
            check_lz4_header(buffer[BATCH_OVERHEAD:size], 2)
    elif header.is_compressed and has_gaps(records):
        raise RecordError("The offsets of a compressed batch must follow on each other")
    header.base_offset = base_offset
    header.partition_leader_epoch = leader_epoch
    _OFFSET_LENGTH_EPOCH.pack_into(buffer, 0, base_offset, header.batch_length, leader_epoch)
    if rules.timestamp_type is TimestampType.LOG_APPEND_TIME:
        _set_max_timestamp(buffer, header, header.attributes | TIMESTAMP_TYPE_BIT, now_ms)
    elif records is not None:
        latest = max(NO_TIMESTAMP, *(record.timestamp for record in records))
        _set_max_timestamp(buffer, header, header.attributes, latest)
    elif header.max_timestamp < NO_TIMESTAMP:
        _set_max_timestamp(buffer, header, header.attributes, NO_TIMESTAMP)
    last_offset = base_offset + header.last_offset_delta
    return ValidatedAppend(
        buffer if size == len(buffer) else buffer[:size],
        header,
        base_offset,
        last_offset,
        header.max_timestamp,
        last_offset,
    )


def _has_batch(buffer: Buffer, position: int) -> bool:
    """Say whether a whole batch lies at `position`. Raises CorruptRecord when its length or magic can't be one."""
    remaining = len(buffer) - position
    if remaining <= MAGIC_POSITION:
        return False
    length = int.from_bytes(buffer[position + 8 : position + 12], "big", signed=True)
    if 0 <= length <= remaining - LOG_OVERHEAD:
        return True
    if length < 0:
        read_header(buffer, position)  # says what is wrong
    return False


def _set_max_timestamp(buffer: memoryview, header: BatchHeader, attributes: int, timestamp: int) -> None:
    """Set attributes and max timestamp of the magic 2 batch at the buffer's beginning, and its CRC, unless they are so."""
    if header.attributes == attributes and header.max_timestamp == timestamp:
        return
    header.attributes = attributes
    header.max_timestamp = timestamp
    _CRC_ATTRIBUTES.pack_into(buffer, CRC_POSITION, 0, attributes)
    _MAX_TIMESTAMP.pack_into(buffer, MAX_TIMESTAMP_POSITION, timestamp)
    header.crc = crc32c(buffer[ATTRIBUTES_POSITION : header.size])
    _CRC_ATTRIBUTES.pack_into(buffer, CRC_POSITION, header.crc, attributes)
