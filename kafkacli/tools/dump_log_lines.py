"""The lines of batches and their records as kafka-dump-log.sh prints them: one formatting for many, no object for a record.

Lines wait on a page: the patterns of all, and the cells that go into them. What is the same in all records of a run stands
in the pattern, once; only what differs is a cell. Records come out of here when they are of magic 2, hold data and are in
order; the others are printed record by record, by `dump_log_records.py`, which says what is wrong with them.
"""

from __future__ import annotations

from functools import lru_cache, partial

from kafkacli.java_classes import JavaError
from kafkacli.record.batch import TimestampType
from kafkacli.record.compression import Compression
from kafkacli.record.errors import RecordError
from kafkacli.record.header import CONTROL_BIT, TIMESTAMP_TYPE_BIT, TRANSACTIONAL_BIT, BatchHeader
from kafkacli.record.record import read_headers, read_varint
from kafkacli.record.uniform import runs_of
from kafkacli.tools.dump_log_decoders import Decoders, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kafkacli.record.uniform import UniformRun
    from kafkacli.tools.dump_log_segments import Batch

TIMESTAMP_TYPES = {
    TimestampType.NO_TIMESTAMP_TYPE: "NoTimestampType",
    TimestampType.CREATE_TIME: "CreateTime",
    TimestampType.LOG_APPEND_TIME: "LogAppendTime",
}
_SMALL = [(number >> 1) ^ -(number & 1) for number in range(0x4000)]
"""What a varint of one or two bytes stands for."""
_FAR = 2**61  # two numbers below don't add up to more than 64 bits hold
_LAST_SEQUENCE = 2**31 - 1
_FEW = 24  # records: below, to look for runs costs more than it saves
_COLUMNS = 8  # of a record alone: offset, timestamp, key size, value size, sequence, header keys, key, value


class Irregular(Exception):
    """A batch whose records have to be looked at one by one."""


class Lines:
    """A page of lines. decoders: of keys and values, None: these aren't shown."""

    def __init__(self, decoders: Decoders | None) -> None:
        self.size = 0
        """Bytes of the batches on it."""
        self._decoders = decoders
        self._is_decoded = decoders is not None and not decoders.key is decoders.value is text
        self._patterns: list[bytes] = []
        self._cells: list[Any] = []

    def take(self) -> bytes:
        """Return the page in UTF-8, and begin another."""
        page = b"".join(self._patterns) % tuple(self._cells)
        self._patterns, self._cells, self.size = [], [], 0
        # each field ends before a character of ASCII, so that what is no text in it stays in it
        return page if page.isascii() else page.decode("utf-8", "replace").encode()

    def add_batch(self, batch: Batch) -> None:
        """Add the line of a batch itself. Raises JavaError for a codec that isn't known."""
        header = batch.header
        self._patterns.append(_batch_pattern(header.magic, header.attributes))
        if header.magic >= 2:
            self._cells += (
                header.base_offset,
                header.base_offset + header.last_offset_delta,
                header.records_count,
                header.base_sequence,
                header.last_sequence if header.last_offset_delta else header.base_sequence,
                header.producer_id,
                header.producer_epoch,
                header.partition_leader_epoch,
            )
        else:
            self._cells.append(header.last_offset)
        self._cells += (
            batch.position,
            header.max_timestamp,
            batch.end - batch.position,
            header.crc,
            b"true" if batch.is_valid() else b"false",
        )
        self.size += batch.end - batch.position

    def add_records(self, batch: Batch) -> list[int]:
        """Add the lines of the records of a batch of magic 2; return their offsets.

        Raises Irregular, and RecordError when they can't be decompressed; none of them is added then.
        """
        header = batch.header
        if header.is_control or not (-_FAR < header.base_timestamp < _FAR and header.base_offset < _FAR):
            raise Irregular
        data, count = batch.data(), header.records_count
        kind = TIMESTAMP_TYPES[header.timestamp_type]
        patterns, cells = len(self._patterns), len(self._cells)
        offsets: list[int] = []
        try:
            if count < _FEW:
                if self._add_singly(offsets, data, header, kind, 0, count) != len(data):
                    raise Irregular
            else:
                for run in runs_of(data, count, partial(self._add_singly, offsets, data, header, kind)):
                    self._add_run(offsets, run, header, kind)
        except (Irregular, IndexError, RecordError, JavaError):
            del self._patterns[patterns:], self._cells[cells:]
            raise Irregular from None
        return offsets

    def _add_run(self, found: list[int], run: UniformRun, header: BatchHeader, kind: str) -> None:
        deltas = run.offset_deltas()
        if min(deltas) < 0:
            raise Irregular
        offsets = [header.base_offset + delta for delta in deltas]
        columns: list[list[Any]] = [offsets]
        timestamp, sequence, ends = "%d", "-1", ""
        if header.attributes & TIMESTAMP_TYPE_BIT:
            timestamp = str(header.max_timestamp)
        else:
            times = run.timestamp_deltas()
            first = times[0]
            if min(times) <= -_FAR or max(times) >= _FAR:
                raise Irregular
            if times.count(first) == run.count:
                timestamp = str(header.base_timestamp + first)
            else:
                columns.append([header.base_timestamp + delta for delta in times])
        if header.base_sequence >= 0:
            sequence = "%d"
            columns.append([_sequence(header.base_sequence, delta) for delta in deltas])
        sizes = [-1 if place is None else place[1] for place in (run.key, run.value)]
        if self._decoders is not None:
            for name, place, decoder in (
                ("key", run.key, self._decoders.key),
                ("payload", run.value, self._decoders.value),
            ):
                if place is not None:
                    ends += f" {name}: %b"
                    column = run.field(place)
                    columns.append(column if decoder is text else [decoder(one or b"").encode() for one in column])
        line = (
            f"| offset: %d {kind}: {timestamp} keysize: {sizes[0]} valuesize: {sizes[1]} sequence: {sequence} "
            f"headerKeys: []{ends}\n"
        )
        cells: list[Any] = [None] * (len(columns) * run.count)
        for number, column in enumerate(columns):
            cells[number :: len(columns)] = column
        self._patterns.append(line.encode() * run.count)
        self._cells += cells
        found += offsets

    def _add_singly(
        self, found: list[int], data: bytes, header: BatchHeader, kind: str, position: int, count: int
    ) -> int:
        """Add `count` records, one after the other; returns where they end."""
        cells: list[Any] = []
        append_time = header.max_timestamp if header.attributes & TIMESTAMP_TYPE_BIT else None
        base_offset, base_timestamp, base_sequence = header.base_offset, header.base_timestamp, header.base_sequence
        sequence, names, key, value = -1, b"", b"", b""
        small, has_null = _SMALL, False
        for _ in range(count):
            # Each number is read here when it has one byte or two: a call would take longer than all the rest.
            if (byte := data[position]) < 0x80:
                end = position + 1 + small[byte]
                position += 2
            elif (more := data[position + 1]) < 0x80:
                end = position + 2 + small[more << 7 | byte & 0x7F]
                position += 3
            else:
                size, position = read_varint(data, position)
                end = position + size
                position += 1
            if (byte := data[position]) < 0x80:
                timestamp = base_timestamp + small[byte]
                position += 1
            elif (more := data[position + 1]) < 0x80:
                timestamp = base_timestamp + small[more << 7 | byte & 0x7F]
                position += 2
            else:
                delta, position = read_varint(data, position, 70)
                if not -_FAR < delta < _FAR:
                    raise Irregular
                timestamp = base_timestamp + delta
            if (byte := data[position]) < 0x80:
                delta = small[byte]
                position += 1
            elif (more := data[position + 1]) < 0x80:
                delta = small[more << 7 | byte & 0x7F]
                position += 2
            else:
                delta, position = read_varint(data, position)
            if (byte := data[position]) < 0x80:
                key_size = small[byte]
                position += 1
            elif (more := data[position + 1]) < 0x80:
                key_size = small[more << 7 | byte & 0x7F]
                position += 2
            else:
                key_size, position = read_varint(data, position)
            if key_size > 0:
                key = data[position : (position := position + key_size)]
            else:
                key, has_null = b"", has_null or key_size < 0
            if (byte := data[position]) < 0x80:
                value_size = small[byte]
                position += 1
            elif (more := data[position + 1]) < 0x80:
                value_size = small[more << 7 | byte & 0x7F]
                position += 2
            else:
                value_size, position = read_varint(data, position)
            if value_size > 0:
                value = data[position : (position := position + value_size)]
            else:
                value, has_null = b"", has_null or value_size < 0
            if data[position]:
                size, position = read_varint(data, position)
                headers, position = read_headers(data, position, size)
                names = ",".join([name for name, _ in headers]).encode()
            else:
                names = b""
                position += 1
            if position != end or key_size < -1 or value_size < -1 or delta < 0:
                raise Irregular
            if base_sequence >= 0:
                sequence = _sequence(base_sequence, delta)
            cells += (base_offset + delta, timestamp, key_size, value_size, sequence, names, key, value)
        if append_time is not None:
            cells[1::_COLUMNS] = [append_time] * count
        if self._is_decoded:
            self._decode(cells)
        is_shown = self._decoders is not None
        if has_null:
            sizes = zip(cells[2::_COLUMNS], cells[3::_COLUMNS], strict=True)
            self._patterns += [_record_pattern(kind, is_shown, one >= 0, other >= 0) for one, other in sizes]
        else:
            self._patterns.append(_record_pattern(kind, is_shown, True, True) * count)
        self._cells += cells
        found += cells[::_COLUMNS]
        return position

    def _decode(self, cells: list[Any]) -> None:
        """Put what the decoders make of keys and values in their places. Raises JavaError."""
        assert self._decoders is not None
        for column, decoder in ((6, self._decoders.key), (7, self._decoders.value)):
            both = zip(cells[column::_COLUMNS], cells[column - 4 :: _COLUMNS], strict=True)
            if decoder is not text:
                cells[column::_COLUMNS] = [decoder(one).encode() if size >= 0 else b"" for one, size in both]


@lru_cache
def _batch_pattern(magic: int, attributes: int) -> bytes:
    """The line of a batch. Raises JavaError for a codec that isn't known."""
    first = "offset: %d"
    if magic >= 2:
        first = (
            "baseOffset: %d lastOffset: %d count: %d baseSequence: %d lastSequence: %d producerId: %d producerEpoch: %d "
            f"partitionLeaderEpoch: %d isTransactional: {boolean(attributes & TRANSACTIONAL_BIT != 0)} "
            f"isControl: {boolean(attributes & CONTROL_BIT != 0)}"
        )
    kind = TimestampType.NO_TIMESTAMP_TYPE if magic == 0 else TimestampType((attributes & TIMESTAMP_TYPE_BIT) != 0)
    return (
        f"{first} position: %d {TIMESTAMP_TYPES[kind]}: %d size: %d magic: {magic} "
        f"compresscodec: {codec(attributes)} crc: %d isvalid: %b\n"
    ).encode()


@lru_cache
def _record_pattern(kind: str, is_shown: bool, has_key: bool, has_value: bool) -> bytes:
    """The line of a record alone; what isn't there takes its cell and shows nothing of it."""
    key = " key: %b" if is_shown and has_key else "%.0b"
    value = " payload: %b" if is_shown and has_value else "%.0b"
    start = f"| offset: %d {kind}: %d keysize: %d valuesize: %d sequence: %d headerKeys: [%b]"
    return f"{start}{key}{value}\n".encode()


def codec(attributes: int) -> str:
    """What a batch is compressed with. Raises JavaError for a codec that isn't known."""
    number = attributes & 0x07
    try:
        return Compression(number).name
    except ValueError:
        raise JavaError("java.lang.IllegalArgumentException", f"Unknown compression type id: {number}") from None


def boolean(value: bool) -> str:
    """As Java writes it."""
    return "true" if value else "false"


def _sequence(base: int, delta: int) -> int:
    sequence = base + delta
    return sequence if sequence <= _LAST_SEQUENCE else sequence - _LAST_SEQUENCE - 1
