"""Leaving records out of a batch, as compaction does, without decoding what stays.

A walk gives each record's key and where its bytes lie; those that stay are copied. In magic 2 the batch keeps base offset,
last offset, sequence and producer, so that a producer's state can be read from it again; a batch that has to stay for that
alone has no records. Work comes in pieces (`PIECE` records), so that a caller can pause between them. Source: Apache
`MemoryRecords.filterTo` and `DefaultRecordBatch.writeEmptyHeader`, which write the same bytes where nothing is compressed.
"""

from kafkacli.record.compression import Compression
from kafkacli.record.crc32c import crc32c
from kafkacli.record.errors import InvalidRecord
from kafkacli.record.header import (
    ATTRIBUTES_POSITION,
    BATCH_OVERHEAD,
    CRC_POSITION,
    HEADER_LAYOUT,
    LOG_OVERHEAD,
    TIMESTAMP_TYPE_BIT,
    BatchHeader,
    Buffer,
    TimestampType,
)
from kafkacli.record.legacy import encode_message_set
from kafkacli.record.record import NO_TIMESTAMP, Record, append_varint, read_varint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE = 128
_CODEC_BITS = 0x07

Span = tuple[int, bytes | None, bool, int, int]
"""Of one record: offset, key, whether it has a value, and the positions where its bytes begin and end."""


def spans(data: bytes, count: int, base_offset: int) -> "Iterator[list[Span]]":
    """Yield the `count` records that the (decompressed) body of a batch of magic 2 consists of, in pieces.

    Raises InvalidRecord when count, lengths and bytes don't agree.
    """
    position = 0
    try:
        while count > 0:
            piece: list[Span] = []
            for _ in range(min(count, PIECE)):
                start = position
                length = data[position]
                if length < 0x80:
                    position += 1
                    length = (length >> 1) ^ -(length & 1)
                elif data[position + 1] < 0x80:  # the usual length, without a call
                    length = (length & 0x7F | data[position + 1] << 7) >> 1 if not length & 1 else -1
                    position += 2
                else:
                    length, position = read_varint(data, position)
                end = position + length
                position += 1  # attributes
                while data[position] >= 0x80:  # timestamp delta
                    position += 1
                position += 1
                delta = data[position]
                if delta < 0x80:
                    position += 1
                    delta = (delta >> 1) ^ -(delta & 1)
                elif data[position + 1] < 0x80:
                    delta = (delta & 0x7F | data[position + 1] << 7) >> 1 if not delta & 1 else -1
                    position += 2
                else:
                    delta, position = read_varint(data, position)
                size = data[position]
                if size < 0x80:
                    position += 1
                    size = (size >> 1) ^ -(size & 1)
                else:
                    size, position = read_varint(data, position)
                key = None
                if size >= 0:
                    key = data[position : position + size]
                    position += size
                # an odd varint is a negative length, which stands for null
                piece.append((base_offset + delta, key, data[position] & 1 == 0, start, end))
                if position >= end:
                    raise InvalidRecord("Found invalid record structure")
                position = end
            count -= len(piece)
            yield piece
    except IndexError:
        raise InvalidRecord("Found invalid record structure") from None
    if position != len(data):
        raise InvalidRecord("Incorrect declared batch size, records still remaining in file")


def keep_body(data: bytes, kept: list[Span], header: BatchHeader) -> "Iterator[tuple[bytes, int, int] | None]":
    """Copy the kept records of a body; yields None after each piece, and at last (body, base timestamp, max timestamp).

    kept: at least one, in their order. The first one's timestamp becomes the base of the others'.
    """
    body = bytearray()
    append_time = header.attributes & TIMESTAMP_TYPE_BIT != 0
    first_delta = 0 if append_time else _timestamp_delta(data, kept[0][3])[1]
    largest = first_delta
    for number, (_, _, _, start, end) in enumerate(kept):
        position, delta, behind = _timestamp_delta(data, start)
        largest = max(largest, delta)
        if append_time or first_delta:
            changed = bytearray(data[position : position + 1])
            append_varint(changed, 0 if append_time else delta - first_delta)
            append_varint(body, len(changed) + end - behind)
            body += changed
            body += data[behind:end]
        else:
            body += data[start:end]
        if number % PIECE == PIECE - 1:
            yield None
    if append_time:
        yield bytes(body), header.max_timestamp, header.max_timestamp
    else:
        yield bytes(body), header.base_timestamp + first_delta, header.base_timestamp + largest


def _timestamp_delta(data: bytes, start: int) -> tuple[int, int, int]:
    """Return where a record's attributes are, its timestamp delta, and the position behind that."""
    _, position = read_varint(data, start)
    delta, behind = read_varint(data, position + 1, 70)
    return position, delta, behind


def assemble(header: BatchHeader, body: Buffer, count: int, base_timestamp: int, max_timestamp: int) -> bytes:
    """Return the batch that `header` is of, with another body (compressed as the header says) of `count` records."""
    batch = bytearray(BATCH_OVERHEAD)
    HEADER_LAYOUT.pack_into(
        batch,
        0,
        header.base_offset,
        BATCH_OVERHEAD - LOG_OVERHEAD + len(body),
        header.partition_leader_epoch,
        2,
        0,
        header.attributes,
        header.last_offset_delta,
        base_timestamp,
        max_timestamp,
        header.producer_id,
        header.producer_epoch,
        header.base_sequence,
        count,
    )
    batch += body
    batch[CRC_POSITION:ATTRIBUTES_POSITION] = crc32c(memoryview(batch)[ATTRIBUTES_POSITION:]).to_bytes(4, "big")
    return bytes(batch)


def empty_batch(header: BatchHeader) -> bytes:
    """Return the batch without records: offsets, sequences, producer and maximal timestamp stay."""
    attributes, header.attributes = header.attributes, header.attributes & ~_CODEC_BITS
    try:
        return assemble(header, b"", 0, NO_TIMESTAMP, header.max_timestamp)
    finally:
        header.attributes = attributes


def keep_legacy(header: BatchHeader, kept: list[Record]) -> bytes:
    """Return an entry of magic 0 or 1 with the kept records, at least one, of those it had."""
    timestamp_type = header.timestamp_type
    return encode_message_set(
        kept,
        header.magic,
        compression=Compression(header.attributes & _CODEC_BITS),
        timestamp_type=TimestampType.CREATE_TIME if header.magic == 0 else timestamp_type,
    )
