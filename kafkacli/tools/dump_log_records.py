"""The `.log` files of kafka-dump-log.sh: a line for each batch, and one for each record."""

from __future__ import annotations

import os
from contextlib import closing
from itertools import pairwise

from kafkacli import console
from kafkacli.progress import Progress
from kafkacli.record.control import ControlType, control_type_id, coordinator_epoch
from kafkacli.record.errors import RecordError
from kafkacli.record.header import next_sequence
from kafkacli.tools.dump_log_decoders import Decoders
from kafkacli.tools.dump_log_lines import TIMESTAMP_TYPES, Irregular, Lines, boolean, codec
from kafkacli.tools.dump_log_segments import Batch, Segment, base_offset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.record.record import Record
    from kafkacli.tools.dump_log_decoders import Parser
    from kafkacli.tools.dump_log_indexes import Findings

_BLOCK = 1 << 18  # bytes of batches whose text goes out at once
_LOOK = 1 << 16  # bytes of batches until it is looked whether somebody still reads


def dump_records(path: str, parser: Parser | None, *, is_deep: bool, findings: Findings) -> None:
    """Print the batches of a segment, and its records when `is_deep`.

    parser: shows keys and values; None: they aren't shown. Raises OSError, RecordError, JavaError.
    """
    console.out(f"Starting offset: {base_offset(path)}")
    segment = Segment(path)
    printer = _Text(parser) if console.is_plain() else _Documents(path, parser)
    end = look = 0
    last_offset = -1
    with Progress("bytes", segment.size, lines=True) as progress, closing(printer):
        for batch in segment.batches():
            printer.batch(batch)
            end = batch.end
            if is_deep:
                offsets = printer.records(batch)
                if offsets != [*range(last_offset + 1, last_offset + 1 + len(offsets))]:
                    for before, after in pairwise([last_offset, *offsets]):
                        if before not in (-1, after - 1):
                            findings.not_consecutive(path, before, after)
                last_offset = offsets[-1] if offsets else last_offset
            if end >= look:
                if console.broken():
                    return
                progress.tell(end)
                look = end + _LOOK
    if segment.size > end:
        console.out(f"Found {segment.size - end} invalid bytes at the end of {os.path.basename(path)}")


class _Text:
    """Prints batches as Apache does, a quarter of a megabyte at a time."""

    def __init__(self, parser: Parser | None) -> None:
        self._parser = parser
        self._is_regular = console.is_utf8() and (parser is None or isinstance(parser, Decoders))
        self._page = Lines(parser if isinstance(parser, Decoders) else None)

    def batch(self, batch: Batch) -> None:
        """Print the line of a batch itself. Raises JavaError."""
        if self._page.size > _BLOCK:
            self.close()
        self._page.add_batch(batch)

    def records(self, batch: Batch) -> list[int]:
        """Print the lines of its records; returns their offsets. Raises RecordError, JavaError."""
        header = batch.header
        if self._is_regular and header.magic >= 2:
            try:
                return self._page.add_records(batch)
            except Irregular:
                pass
        self.close()
        before_an_error: list[Record] = []
        try:
            records = batch.records(before_an_error)
        except RecordError:
            if not header.is_compressed:  # Apache reads all records of a compressed batch before it shows one
                _print_records(batch, before_an_error, self._parser)
            raise
        _print_records(batch, records, self._parser)
        return [record.offset for record in records]

    def close(self) -> None:
        """Write what is ready."""
        console.write_bytes(self._page.take())


class _Documents:
    """Shows batches in the form that --output asks for."""

    def __init__(self, path: str, parser: Parser | None) -> None:
        from kafkacli.output.show import Stream

        self._path, self._parser = path, parser
        self._stream = Stream("dump-log")

    def batch(self, batch: Batch) -> None:
        """Show a batch itself."""
        self._stream.show(_batch_record(self._path, batch))

    def records(self, batch: Batch) -> list[int]:
        """Show its records; returns their offsets. Raises RecordError, JavaError."""
        records = batch.records()
        for record in records:
            self._stream.show(_record(self._path, batch, record, self._parser))
        return [record.offset for record in records]

    def close(self) -> None:
        """Nothing waits."""


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
        "compression": codec(header.attributes),
        "crc": header.crc,
        "valid": batch.is_valid(),
        "timestamp_type": TIMESTAMP_TYPES[header.timestamp_type],
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


def _print_records(batch: Batch, records: list[Record], parser: Parser | None) -> None:
    header = batch.header
    kind = TIMESTAMP_TYPES[header.timestamp_type]
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
                more = f"crc: {crc} isvalid: {boolean(is_valid)}"
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
