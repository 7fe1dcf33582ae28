"""What a topic's configuration asks of records that are appended to it, and the checks of one batch against it.

Source: kafka.log.LogValidator and Log.analyzeAndValidateRecords of 2.6.2, in their order and with their texts.
"""

from kafkacli.record.compression import Compression
from kafkacli.record.crc32c import crc32, crc32c
from kafkacli.record.errors import (
    CorruptRecord,
    InvalidRecord,
    RecordsRejected,
    RecordTooLarge,
    UnknownCodec,
    UnsupportedCompression,
    UnsupportedForMessageFormat,
)
from kafkacli.record.header import (
    ATTRIBUTES_POSITION,
    CONTROL_BIT,
    LOG_OVERHEAD,
    MAGIC_POSITION,
    BatchHeader,
    TimestampType,
)
from kafkacli.record.record import NO_TIMESTAMP, Record

_MAX_INT64 = 2**63 - 1


class AppendRules:
    """What a topic's configuration says about records appended to one of its partitions.

    topic_partition: 'TOPIC-N', for messages.
    magic: the topic's message format. compression: None leaves the producer's codec.
    max_message_bytes: limit for a batch; timestamp_difference_max_ms: how far from now a CREATE_TIME may be.
    compacted: whether every record needs a key. takes_zstd: whether records may be kept with that codec.
    """

    __slots__ = (
        "compacted",
        "compression",
        "magic",
        "max_message_bytes",
        "takes_zstd",
        "timestamp_difference_max_ms",
        "timestamp_type",
        "topic_partition",
        "walks_records",
    )

    def __init__(
        self,
        topic_partition: str,
        *,
        magic: int = 2,
        max_message_bytes: int = 1048588,
        compression: Compression | None = None,
        timestamp_type: TimestampType = TimestampType.CREATE_TIME,
        timestamp_difference_max_ms: int = _MAX_INT64,
        compacted: bool = False,
        takes_zstd: bool = True,
    ) -> None:
        self.topic_partition = topic_partition
        self.magic = magic
        self.max_message_bytes = max_message_bytes
        self.compression = compression
        self.timestamp_type = timestamp_type
        self.timestamp_difference_max_ms = timestamp_difference_max_ms
        self.compacted = compacted
        self.takes_zstd = takes_zstd
        limits_timestamps = timestamp_type is TimestampType.CREATE_TIME and timestamp_difference_max_ms != _MAX_INT64
        self.walks_records = compacted or limits_timestamps


def check_bytes(view: memoryview, position: int, header: BatchHeader, rules: AppendRules, from_client: bool) -> None:
    """Check base offset, size, CRC and codec of one batch, in Kafka's order."""
    if from_client and header.magic == 2 and header.base_offset != 0:
        raise InvalidRecord(
            f"The baseOffset of the record batch in the append to {rules.topic_partition} should be 0, but it is "
            f"{header.base_offset}"
        )
    size = LOG_OVERHEAD + header.batch_length
    if size > rules.max_message_bytes:
        raise RecordTooLarge(
            f"The record batch size in the append to {rules.topic_partition} is {size} bytes which exceeds the maximum "
            f"configured value of {rules.max_message_bytes}."
        )
    if header.magic == 2:
        computed = crc32c(view[position + ATTRIBUTES_POSITION : position + size])
    else:
        computed = crc32(view[position + MAGIC_POSITION : position + size])
    if computed != header.crc:
        raise CorruptRecord(
            f"Record is corrupt (stored crc = {header.crc}) in topic partition {rules.topic_partition}."
        )
    if header.attributes & 0x07 > Compression.ZSTD:
        raise UnknownCodec(f"{header.attributes & 0x07} is an unknown compression codec")


def check_header(header: BatchHeader, rules: AppendRules, from_client: bool) -> None:
    """Check what the header says of itself; raises InvalidRecord, UnsupportedCompression or UnsupportedForMessageFormat."""
    where = rules.topic_partition
    if not rules.takes_zstd and (rules.compression or header.compression) is Compression.ZSTD:
        raise UnsupportedCompression(
            "Produce requests to inter.broker.protocol.version < 2.1 broker are not allowed to use ZStandard compression"
        )
    if header.magic == 2:
        count = header.records_count
        if header.last_offset_delta < 0:
            raise InvalidRecord(
                f"Batch has an invalid offset range: [{header.base_offset}, {header.last_offset}] in topic partition {where}."
            )
        if count <= 0:
            raise InvalidRecord(f"Invalid reported count for record batch: {count} in topic partition {where}.")
        if header.last_offset_delta + 1 != count:
            raise InvalidRecord(
                f"Inconsistent batch offset range [{header.base_offset}, {header.last_offset}] and count of records {count} "
                f"in topic partition {where}."
            )
    if header.magic == 2 and from_client:
        if header.attributes & CONTROL_BIT:
            raise InvalidRecord(f"Clients are not allowed to write control records in topic partition {where}.")
        if header.producer_id >= 0 and header.base_sequence < 0:
            raise InvalidRecord(
                f"Invalid sequence number {header.base_sequence} in record batch with producerId {header.producer_id} in "
                f"topic partition {where}."
            )
    if rules.magic < 2:
        if header.is_transactional:
            raise UnsupportedForMessageFormat(f"Transactional records cannot be used with magic version {rules.magic}")
        if header.producer_id >= 0:
            raise UnsupportedForMessageFormat(f"Idempotent records cannot be used with magic version {rules.magic}")


def check_records(records: list[Record], header: BatchHeader, rules: AppendRules, now_ms: int) -> None:
    """Check keys and timestamps of one batch's records; raises RecordsRejected naming each bad one."""
    errors = []
    invalid_timestamp = False
    limit = rules.timestamp_difference_max_ms
    is_create_time = rules.timestamp_type is TimestampType.CREATE_TIME
    for index, record in enumerate(records):
        text = None
        if rules.compacted and record.key is None:
            text = f"Compacted topic cannot accept message without key in topic partition {rules.topic_partition}."
        elif is_create_time and record.timestamp != NO_TIMESTAMP and abs(record.timestamp - now_ms) > limit:
            invalid_timestamp = True
            text = (
                f"Timestamp {record.timestamp} of message with offset {record.offset} is out of range. The timestamp should "
                f"be within [{now_ms - limit}, {now_ms + limit}]"
            )
        elif header.timestamp_type is TimestampType.LOG_APPEND_TIME:
            invalid_timestamp = True
            text = (
                f"Invalid timestamp type in message {_describe(record, header)}. Producer should not set timestamp type to "
                "LogAppendTime."
            )
        if text is not None:
            errors.append((index, text))
    if errors:
        raise RecordsRejected(tuple(errors), invalid_timestamp=invalid_timestamp)


def _describe(record: Record, header: BatchHeader) -> str:
    """Return a record as Kafka prints it; one of a compressed batch it has not read whole, and null has length -1."""
    name, null = ("PartialDefaultRecord", -1) if header.is_compressed else ("DefaultRecord", 0)
    key = null if record.key is None else len(record.key)
    value = null if record.value is None else len(record.value)
    return f"{name}(offset={record.offset}, timestamp={record.timestamp}, key={key} bytes, value={value} bytes)"
