"""The records of a batch of magic 2 column by column: for readers of millions of records, which no object each is made for.

What isn't asked for is passed over unchecked; only lengths have to agree. `record.py` has the grammar.
"""

from functools import partial

from kafkacli.record.errors import InvalidRecord
from kafkacli.record.record import SMALL, read_headers, read_varint
from kafkacli.record.uniform import runs_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    Headers = tuple[tuple[str, bytes | None], ...]


class Columns:
    """Lists of as many entries as there are records; deltas are against the batch's base values."""

    __slots__ = ("headers", "keys", "offset_deltas", "timestamp_deltas", "values")

    def __init__(self) -> None:
        self.timestamp_deltas: list[int] = []
        self.offset_deltas: list[int] = []
        self.keys: list[bytes | None] = []
        self.values: list[bytes | None] = []
        self.headers: list[Headers] = []


def decode_values(data: bytes, count: int) -> list[bytes | None]:
    """Return the values of the `count` records that `data` consists of. Raises InvalidRecord when lengths don't agree."""
    values: list[bytes | None] = []
    for run in runs_of(data, count, partial(_add_values, values, data)):
        values += run.field(run.value)
    return values


def decode_columns(data: bytes, count: int) -> Columns:
    """Return all columns of the `count` records that `data` consists of. Raises InvalidRecord when lengths don't agree."""
    columns = Columns()
    for run in runs_of(data, count, partial(_add_columns, columns, data)):
        columns.timestamp_deltas += run.timestamp_deltas()
        columns.offset_deltas += run.offset_deltas()
        columns.keys += run.field(run.key)
        columns.values += run.field(run.value)
        columns.headers += [()] * run.count
    return columns


def _add_values(values: list[bytes | None], data: bytes, position: int, count: int) -> int:
    add = values.append
    for _ in range(count):
        # Numbers of one and two bytes are read here: a call for each would double the time of it all.
        if (length := data[position]) < 0x80:
            start = position + 1
        elif (byte := data[position + 1]) < 0x80:
            length, start = length & 0x7F | byte << 7, position + 2
        else:
            length, start = _long_varint(data, position)
        end = start + (length >> 1)
        position = start + 1
        while data[position] >= 0x80:  # the timestamp's
            position += 1
        position += 1
        while data[position] >= 0x80:  # the offset's
            position += 1
        if (size := data[position + 1]) < 0x80:
            position += 2
        else:
            size, position = _long_varint(data, position + 1)
        if not size & 1:  # odd numbers are negative: a null
            position += size >> 1
        if (size := data[position]) < 0x80:
            position += 1
        elif (byte := data[position + 1]) < 0x80:
            size, position = size & 0x7F | byte << 7, position + 2
        else:
            size, position = _long_varint(data, position)
        if size & 1:
            add(None)
        else:
            start, position = position, position + (size >> 1)
            add(data[start:position])
        position += 1
        if length & 1 or (position != end and not (data[position - 1] and position < end)):  # there may be headers
            raise InvalidRecord(_sizes(length >> 1, position - end))
        position = end
    return position


def _add_columns(columns: Columns, data: bytes, position: int, count: int) -> int:
    add_timestamp, add_offset = columns.timestamp_deltas.append, columns.offset_deltas.append
    add_key, add_value, add_headers = columns.keys.append, columns.values.append, columns.headers.append
    small = SMALL
    for _ in range(count):
        if (length := data[position]) < 0x80:
            start = position + 1
        elif (byte := data[position + 1]) < 0x80:
            length, start = length & 0x7F | byte << 7, position + 2
        else:
            length, start = _long_varint(data, position)
        end = start + (length >> 1)
        if (byte := data[start + 1]) < 0x80:
            add_timestamp(small[byte])
            position = start + 2
        else:
            delta, position = read_varint(data, start + 1, 70)
            add_timestamp(delta)
        if (low := data[position]) < 0x80:
            add_offset(small[low])
            position += 1
        elif (byte := data[position + 1]) < 0x80:
            low = low & 0x7F | byte << 7
            add_offset((low >> 1) ^ -(low & 1))
            position += 2
        else:
            delta, position = read_varint(data, position)
            add_offset(delta)
        if (size := data[position]) < 0x80:
            position += 1
        else:
            size, position = _long_varint(data, position)
        if size & 1:
            add_key(None)
        else:
            start, position = position, position + (size >> 1)
            add_key(data[start:position])
        if (size := data[position]) < 0x80:
            position += 1
        elif (byte := data[position + 1]) < 0x80:
            size, position = size & 0x7F | byte << 7, position + 2
        else:
            size, position = _long_varint(data, position)
        if size & 1:
            add_value(None)
        else:
            start, position = position, position + (size >> 1)
            add_value(data[start:position])
        if data[position]:
            headers_count, position = read_varint(data, position)
            headers, position = read_headers(data, position, headers_count)
            add_headers(headers)
        else:
            add_headers(())
            position += 1
        if length & 1 or position != end:
            raise InvalidRecord(_sizes(length >> 1, position - end))
    return position


def _long_varint(data: bytes, position: int) -> tuple[int, int]:
    """As `read_varint`, the number left as it is written: twice the size, odd when negative."""
    number, position = read_varint(data, position)
    return (number << 1 if number >= 0 else (-number << 1) - 1), position


def _sizes(length: int, more: int) -> str:
    return f"Invalid record size: expected to read {length} bytes in record payload, but instead read {length + more}"
