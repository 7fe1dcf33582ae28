"""The lines of a batch's records as kafka-dump-log.sh prints them: one formatting for all of them, no object for a record.

Only batches of magic 2 come out of here that hold data, in order, as text. The others are printed record by record, by
`dump_log_records.py`, which says what is wrong with them.

The numbers are read here, not by `record/columns.py`: lists by column, put together again, took a quarter more time for
batches of 140 records and a third more for batches of one.
"""

from __future__ import annotations

from kafkacli.java_classes import JavaError
from kafkacli.record.errors import RecordError
from kafkacli.record.header import TIMESTAMP_TYPE_BIT, BatchHeader
from kafkacli.record.record import read_headers, read_varint
from kafkacli.tools.dump_log_decoders import Decoders, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_SMALL = [(number >> 1) ^ -(number & 1) for number in range(0x4000)]
"""What a varint of one or two bytes stands for."""
_FAR = 2**61  # two numbers below don't add up to more than 64 bits hold
_LAST_SEQUENCE = 2**31 - 1
_COLUMNS = 8  # offset, timestamp, key size, value size, sequence, header keys, key, value


class Irregular(Exception):
    """A batch whose records have to be looked at one by one."""


class RecordLines:
    """Prints batches. decoders: of keys and values, None: these aren't shown."""

    def __init__(self, decoders: Decoders | None) -> None:
        self._decoders = decoders or Decoders(text, text)
        key, value, nothing = (" key: %s", " payload: %s", "%s") if decoders else ("%.0s",) * 3
        self._ends = {
            (with_key, with_value): f"{key if with_key else nothing}{value if with_value else nothing}\n"
            for with_key in (True, False)
            for with_value in (True, False)
        }

    def of(self, data: bytes, header: BatchHeader, kind: str) -> tuple[bytes, list[int]]:
        """Return the lines in UTF-8, and the records' offsets. Raises Irregular.

        data: the records, as they are without compression; kind: what their timestamps are called.
        """
        if header.is_control or not (-_FAR < header.base_timestamp < _FAR and header.base_offset < _FAR):
            raise Irregular
        cells = self._cells(data, header)
        start = f"| offset: %d {kind}: %d keysize: %d valuesize: %d sequence: %d headerKeys: [%s]"
        key_sizes, value_sizes = cells[2::_COLUMNS], cells[3::_COLUMNS]
        if -1 in key_sizes or -1 in value_sizes:
            sizes = zip(key_sizes, value_sizes, strict=True)
            rows = "".join([start + self._ends[key >= 0, value >= 0] for key, value in sizes])
        else:
            rows = (start + self._ends[True, True]) * header.records_count
        lines = (rows % tuple(cells)).encode("latin-1")
        if not lines.isascii():
            try:
                lines.decode()
            except UnicodeDecodeError:
                raise Irregular from None
        return lines, cells[::_COLUMNS]

    def _cells(self, data: bytes, header: BatchHeader) -> list[Any]:
        """Return what is printed of each record, all in a row; text has one character for each byte."""
        cells: list[Any] = []
        append_time = header.max_timestamp if header.attributes & TIMESTAMP_TYPE_BIT else None
        base_offset, base_timestamp, base_sequence = header.base_offset, header.base_timestamp, header.base_sequence
        characters = data.decode("latin-1")
        sequence, names, key, value = -1, "", "", ""
        position, small = 0, _SMALL
        try:
            for _ in range(header.records_count):
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
                    key = characters[position : (position := position + key_size)]
                else:
                    key = ""
                if (byte := data[position]) < 0x80:
                    value_size = small[byte]
                    position += 1
                elif (more := data[position + 1]) < 0x80:
                    value_size = small[more << 7 | byte & 0x7F]
                    position += 2
                else:
                    value_size, position = read_varint(data, position)
                if value_size > 0:
                    value = characters[position : (position := position + value_size)]
                else:
                    value = ""
                if data[position]:
                    count, position = read_varint(data, position)
                    headers, position = read_headers(data, position, count)
                    names = ",".join([name for name, _ in headers]).encode().decode("latin-1")
                else:
                    names = ""
                    position += 1
                if position != end or key_size < -1 or value_size < -1 or delta < 0:
                    raise Irregular
                if base_sequence >= 0:
                    sequence = base_sequence + delta
                    if sequence > _LAST_SEQUENCE:
                        sequence -= _LAST_SEQUENCE + 1
                cells += (base_offset + delta, timestamp, key_size, value_size, sequence, names, key, value)
        except (IndexError, RecordError):
            raise Irregular from None
        if position != len(data):
            raise Irregular
        if append_time is not None:
            cells[1::_COLUMNS] = [append_time] * header.records_count
        for column, decoder in enumerate((self._decoders.key, self._decoders.value), _COLUMNS - 2):
            if decoder is not text:
                cells[column::_COLUMNS] = _decoded(decoder, cells[column::_COLUMNS], cells[column - 4 :: _COLUMNS])
        return cells


def _decoded(decoder: Callable[[bytes], str], column: list[Any], sizes: list[Any]) -> list[str]:
    """What a decoder makes of a column; null stays nothing."""
    try:
        return [decoder(one.encode("latin-1")) if size >= 0 else "" for one, size in zip(column, sizes, strict=True)]
    except JavaError:
        raise Irregular from None
