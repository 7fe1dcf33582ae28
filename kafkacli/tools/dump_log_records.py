"""The `.log` files of kafka-dump-log.sh: a line for each batch, and one for each record."""

from __future__ import annotations

import os
from operator import methodcaller

from kafkacli import console
from kafkacli.java_classes import JavaError, unknown_class
from kafkacli.progress import Progress
from kafkacli.record.batch import TimestampType
from kafkacli.record.compression import Compression
from kafkacli.record.control import ControlType, control_type_id, coordinator_epoch
from kafkacli.record.header import next_sequence
from kafkacli.tools.dump_log_segments import Batch, Segment, base_offset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kafkacli.record.record import Record
    from kafkacli.tools.dump_log_indexes import Findings

    Parser = Callable[[bytes | None, bytes | None], tuple[str | None, str | None]]
    """Gives the texts of a key and a value, None for what isn't shown. Raises JavaError."""

_TIMESTAMP_TYPES = {
    TimestampType.NO_TIMESTAMP_TYPE: "NoTimestampType",
    TimestampType.CREATE_TIME: "CreateTime",
    TimestampType.LOG_APPEND_TIME: "LogAppendTime",
}


def dump_records(path: str, parser: Parser | None, *, is_deep: bool, findings: Findings) -> None:
    """Print the batches of a segment, and its records when `is_deep`.

    parser: shows keys and values; None: they aren't shown. Raises OSError, RecordError, JavaError.
    """
    console.out(f"Starting offset: {base_offset(path)}")
    stream = None
    if not console.is_plain():
        from kafkacli.output.show import Stream

        stream = Stream("dump-log")
    segment = Segment(path)
    end = 0
    last_offset = -1
    with Progress("bytes", segment.size, lines=True) as progress:
        for batch in segment.batches():
            if stream is None:
                console.out(_batch_line(batch))
            else:
                stream.show(_batch_record(path, batch))
            end = batch.position + batch.header.size
            if is_deep:
                records = batch.records()
                for record in records:
                    if last_offset not in (-1, record.offset - 1):
                        findings.not_consecutive(path, last_offset, record.offset)
                    last_offset = record.offset
                if stream is None:
                    _print_records(batch, records, parser)
                else:
                    for record in records:
                        stream.show(_record(path, batch, record, parser))
            if console.broken():
                return
            progress.tell(end)
    if segment.size > end:
        console.out(f"Found {segment.size - end} invalid bytes at the end of {os.path.basename(path)}")


def _batch_record(path: str, batch: Batch) -> dict[str, object]:
    header, is_new = batch.header, batch.header.magic >= 2
    return {
        "file": path,
        "type": "batch",
        "offset": header.base_offset,
        "last_offset": header.last_offset,
        "position": batch.position,
        "size": header.size,
        "magic": header.magic,
        "compression": _codec(header.attributes),
        "crc": header.crc,
        "valid": batch.is_valid(),
        "timestamp_type": _TIMESTAMP_TYPES[header.timestamp_type],
        "timestamp": header.max_timestamp,
        "sequence": header.base_sequence if is_new else None,
        "producer_id": header.producer_id if is_new else None,
        "producer_epoch": header.producer_epoch if is_new else None,
        "leader_epoch": header.partition_leader_epoch if is_new else None,
        "transactional": header.is_transactional if is_new else None,
        "control": header.is_control if is_new else None,
        "key_size": None,
        "value_size": None,
        "key": None,
        "value": None,
        "header_keys": [],
    }


def _record(path: str, batch: Batch, record: Record, parser: Parser | None) -> dict[str, object]:
    header = batch.header
    key, value = (None, None) if parser is None or header.is_control else parser(record.key, record.value)
    is_numbered = header.magic >= 2 and header.base_sequence >= 0
    return _batch_record(path, batch) | {
        "type": "record",
        "offset": record.offset,
        "last_offset": record.offset,
        "timestamp": record.timestamp,
        "sequence": next_sequence(header.base_sequence, record.offset - header.base_offset) if is_numbered else None,
        "key_size": None if record.key is None else len(record.key),
        "value_size": None if record.value is None else len(record.value),
        "key": key,
        "value": value,
        "header_keys": [name for name, _ in record.headers],
    }


def _batch_line(batch: Batch) -> str:
    header = batch.header
    if header.magic >= 2:
        first = (
            f"baseOffset: {header.base_offset} lastOffset: {header.last_offset} count: {header.records_count} "
            f"baseSequence: {header.base_sequence} lastSequence: {header.last_sequence} "
            f"producerId: {header.producer_id} producerEpoch: {header.producer_epoch} "
            f"partitionLeaderEpoch: {header.partition_leader_epoch} "
            f"isTransactional: {_boolean(header.is_transactional)} isControl: {_boolean(header.is_control)}"
        )
    else:
        first = f"offset: {header.last_offset}"
    return (
        f"{first} position: {batch.position} {_TIMESTAMP_TYPES[header.timestamp_type]}: {header.max_timestamp} "
        f"size: {header.size} magic: {header.magic} compresscodec: {_codec(header.attributes)} crc: {header.crc} "
        f"isvalid: {_boolean(batch.is_valid())}"
    )


def _codec(attributes: int) -> str:
    number = attributes & 0x07
    try:
        return Compression(number).name
    except ValueError:
        raise JavaError("java.lang.IllegalArgumentException", f"Unknown compression type id: {number}") from None


def _print_records(batch: Batch, records: list[Record], parser: Parser | None) -> None:
    header = batch.header
    kind = _TIMESTAMP_TYPES[header.timestamp_type]
    checksums = batch.legacy_checksums() if header.magic < 2 else []
    is_new, is_control, base_sequence, base_offset = (
        header.magic >= 2,
        header.is_control,
        header.base_sequence,
        header.base_offset,
    )
    sequence = -1
    lines: list[str] = []
    try:
        for number, record in enumerate(records):
            key, value, headers = record.key, record.value, record.headers
            if is_new:
                if base_sequence >= 0:
                    sequence = next_sequence(base_sequence, record.offset - base_offset)
                names = ",".join([name for name, _ in headers]) if headers else ""
                more = f"sequence: {sequence} headerKeys: [{names}]"
            else:
                crc, is_valid = checksums[number]
                more = f"crc: {crc} isvalid: {_boolean(is_valid)}"
            lines.append(
                f"| offset: {record.offset} {kind}: {record.timestamp} keysize: {-1 if key is None else len(key)} "
                f"valuesize: {-1 if value is None else len(value)} {more}"
            )
            if is_control:
                lines.append(f"{_control_text(record)}\n")
            elif parser is not None:
                shown_key, payload = parser(key, value)
                key_text = "" if shown_key is None else f" key: {shown_key}"
                lines.append(f"{key_text}\n" if payload is None else f"{key_text} payload: {payload}\n")
            else:
                lines.append("\n")
    finally:
        console.write("".join(lines))  # what came before an error too


def _control_text(record: Record) -> str:
    number = control_type_id(record.key)
    if number in (ControlType.ABORT, ControlType.COMMIT):
        epoch = coordinator_epoch(record.value)
        return f" endTxnMarker: {ControlType(number).name} coordinatorEpoch: {epoch}"
    return f" controlType: UNKNOWN({number})"


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def new_parser(*, is_offsets: bool, is_transactions: bool, value_decoder: str, key_decoder: str) -> Parser:
    """Return what shows keys and values: a coordinator's decoder, or two decoders by the names of their Java classes.

    Raises JavaError for a class that isn't known.
    """
    if is_offsets or is_transactions:
        return _coordinator_parser(is_offsets)
    for_value, for_key = _decoder(value_decoder), _decoder(key_decoder)

    def parse(key: bytes | None, value: bytes | None) -> tuple[str | None, str | None]:
        return None if key is None else for_key(key), None if value is None else for_value(value)

    return parse


def _coordinator_parser(is_offsets: bool) -> Parser:
    from kafkacli.coordinator.record_dump import dump_group_record, dump_transaction_record
    from kafkacli.wire.primitives import WireError

    dump = dump_group_record if is_offsets else dump_transaction_record

    def parse(key: bytes | None, value: bytes | None) -> tuple[str | None, str | None]:
        try:
            return dump(key, value)
        except WireError as error:
            own = str(error).startswith(("Unknown ", "Failed to "))  # what the coordinators say, not the schemas
            name = "KafkaException" if own else "protocol.types.SchemaException"
            raise JavaError(f"org.apache.kafka.common.{name}", str(error)) from None

    return parse


_text = methodcaller("decode", "utf-8", "replace")


def _array(data: bytes) -> str:
    """As Java shows an array of bytes: its kind, and a number that means nothing."""
    from zlib import crc32

    return f"[B@{crc32(data):x}"


def _number(size: int) -> Callable[[bytes], str]:
    def decode(data: bytes) -> str:
        if len(data) < size:
            raise JavaError("java.nio.BufferUnderflowException")
        return str(int.from_bytes(data[:size], "big", signed=True))

    return decode


_DECODERS: dict[str, Callable[[bytes], str]] = {
    "kafka.serializer.DefaultDecoder": _array,
    "kafka.serializer.IntegerDecoder": _number(4),
    "kafka.serializer.LongDecoder": _number(8),
    "kafka.serializer.StringDecoder": _text,
}


def _decoder(class_name: str) -> Callable[[bytes], str]:
    decoder = _DECODERS.get(class_name)
    if decoder is None:
        raise unknown_class(class_name, _DECODERS)
    return decoder
