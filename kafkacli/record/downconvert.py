"""Records from one message format to another: fetched ones down, for clients before 0.11, produced ones up.

What is kept: offsets, timestamps and their type, keys, values, and the codec. What older formats can't hold: headers and
producer ids are dropped, control batches left out, zstd refused.
Source: org.apache.kafka.common.record.RecordsUtil, MemoryRecordsBuilder.
"""

from kafkacli.record.batch import encode_batch, read_records
from kafkacli.record.compression import Compression
from kafkacli.record.errors import UnsupportedCompression
from kafkacli.record.header import NO_PRODUCER_ID, NO_SEQUENCE, Buffer, TimestampType, iter_headers
from kafkacli.record.legacy import encode_message_set
from kafkacli.record.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def encode_records(
    records: "Sequence[Record]",
    magic: int,
    *,
    compression: Compression,
    timestamp_type: TimestampType,
    append_time: int | None = None,
    leader_epoch: int = -1,
    producer_id: int = NO_PRODUCER_ID,
    producer_epoch: int = -1,
    base_sequence: int = NO_SEQUENCE,
    is_transactional: bool = False,
) -> bytes:
    """Return records, at their own offsets, in the message format `magic`.

    records: at least one.
    append_time: milliseconds; with LOG_APPEND_TIME, magic 2 notes it once beside the records' own timestamps. In magic 1 it
        stands in every record: there the records must have it already.
    leader_epoch and the producer's fields have no place in magic 0 and 1.
    """
    if magic == 2:
        return encode_batch(
            records,
            base_offset=records[0].offset,
            compression=compression,
            producer_id=producer_id,
            producer_epoch=producer_epoch,
            base_sequence=base_sequence,
            partition_leader_epoch=leader_epoch,
            is_transactional=is_transactional,
            timestamp_type=timestamp_type,
            append_time=append_time,
        )
    return encode_message_set(records, magic, compression=compression, timestamp_type=timestamp_type)


def down_convert(buffer: Buffer, to_magic: int, first_offset: int) -> bytes:
    """Return the whole batches in `buffer` in the message format `to_magic`, 0 or 1; older ones stay as they are.

    first_offset: the offset asked for. Records below it in an uncompressed batch of magic 2 are left out: in the older
        formats each of them is an entry of its own, and some clients (librdkafka) rely on getting none too early.
    Raises UnsupportedCompression when the first batch to convert is zstd's (before a later one the result ends, so that the
    client gets on as far as it can), else as `read_records` does. The result may be empty.
    """
    parts: list[Buffer] = []
    view = memoryview(buffer)
    for position, header in iter_headers(buffer):
        if header.is_control:
            continue
        if header.compression is Compression.ZSTD:
            if parts:
                break
            raise UnsupportedCompression("Down-conversion of zstandard-compressed batches is not supported")
        if header.magic <= to_magic:
            parts.append(view[position : position + header.size])
            continue
        records = read_records(buffer, position, header)
        if not header.is_compressed:
            records = [record for record in records if record.offset >= first_offset]
        if records:
            parts.append(
                encode_records(records, to_magic, compression=header.compression, timestamp_type=header.timestamp_type)
            )
    return b"".join(parts)
