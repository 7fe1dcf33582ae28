"""Many records of one batch as bytes, without an object for each: what varies little comes from tables, one join does the rest.

Between two keys or values stand, of the record before, the number of headers (0), and of the next: its length, attributes,
timestamp delta, offset delta, and a length (see `record.py`). All but the offset delta are the same for data of one size.
"""

from kafkacli.record.record import Record, append_record, append_varint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_LARGEST_KEPT = 1 << 16  # tables keep no entries for larger data, which are rare and pay for their own
_ONE_BYTE, _TWO_BYTES = 64, 8192  # the first numbers whose varints take more than one byte, and more than two


class Table(dict[int, bytes]):
    """Bytes for a size or another number, made when they are first asked for."""

    def __init__(self, make: "Callable[[int], bytes]") -> None:
        super().__init__()
        self._make = make

    def __missing__(self, size: int) -> bytes:
        made = self._make(size)
        if -_LARGEST_KEPT < size < _LARGEST_KEPT:
            self[size] = made
        return made


def varint(number: int) -> bytes:
    """Return a number as a zig-zag varint."""
    output = bytearray()
    append_varint(output, number)
    return bytes(output)


def varint_size(number: int) -> int:
    """Return how many bytes a varint takes; number: 0 or more."""
    return max(1, ((2 * number).bit_length() + 6) // 7)


_LENGTHS = Table(varint)
_NULL_KEY_AND_LENGTHS = Table(lambda size: b"\x01" + varint(size))
_OFFSETS: list[bytes] = []
_OFFSET_DELTAS: list[bytes] = []
"""Both deltas, where that of the timestamp is 0."""


def _heads(extra: int) -> "Callable[[int], bytes]":
    """Headers count, length and attributes, for records with values only. extra: bytes of both deltas."""
    return lambda size: b"\x00" + varint(3 + extra + varint_size(size) + size) + b"\x00"


def _keyed_heads(extra: int) -> "Callable[[int], bytes]":
    """The same for key and value; the size is that of both with their lengths."""
    return lambda size: b"\x00" + varint(2 + extra + size) + b"\x00"


_HEADS: dict[int, Table] = {}
_KEYED_HEADS: dict[int, Table] = {}


def pack_values(values: "Sequence[bytes]", sizes: "Sequence[int]", offset_delta: int, timestamp_delta: int) -> bytes:
    """Return records without key and headers.

    values: at least one. sizes: of each. offset_delta: of the first. timestamp_delta: of all, ms.
    """
    stop = end_of_run(offset_delta)
    room = stop - offset_delta
    if len(values) > room:
        first = pack_values(values[:room], sizes[:room], offset_delta, timestamp_delta)
        return first + pack_values(values[room:], sizes[room:], stop, timestamp_delta)
    count = len(values)
    deltas, extra = _deltas(offset_delta, count, timestamp_delta)
    heads = _HEADS.get(extra) or _HEADS.setdefault(extra, Table(_heads(extra)))
    parts: list[bytes] = [b""] * (4 * count)
    size = sizes[0]
    if sizes.count(size) == count:
        parts[0::4] = [heads[size]] * count
        parts[2::4] = [_NULL_KEY_AND_LENGTHS[size]] * count
    else:
        parts[0::4] = map(heads.__getitem__, sizes)
        parts[2::4] = map(_NULL_KEY_AND_LENGTHS.__getitem__, sizes)
    parts[1::4] = deltas
    parts[3::4] = values
    return _joined(parts)


def pack_pairs(keys: "Sequence[bytes]", values: "Sequence[bytes]", offset_delta: int, timestamp_delta: int) -> bytes:
    """Return records with key and value, none of them null, without headers; arguments as of `pack_values`."""
    stop = end_of_run(offset_delta)
    room = stop - offset_delta
    if len(values) > room:
        first = pack_pairs(keys[:room], values[:room], offset_delta, timestamp_delta)
        return first + pack_pairs(keys[room:], values[room:], stop, timestamp_delta)
    count = len(values)
    deltas, extra = _deltas(offset_delta, count, timestamp_delta)
    heads = _KEYED_HEADS.get(extra) or _KEYED_HEADS.setdefault(extra, Table(_keyed_heads(extra)))
    key_lengths = [_LENGTHS[len(key)] for key in keys]
    value_lengths = [_LENGTHS[len(value)] for value in values]
    parts: list[bytes] = [b""] * (6 * count)
    parts[0::6] = [
        heads[len(one) + len(key) + len(other) + len(value)]
        for one, key, other, value in zip(key_lengths, keys, value_lengths, values, strict=True)
    ]
    parts[1::6] = deltas
    parts[2::6] = key_lengths
    parts[3::6] = keys
    parts[4::6] = value_lengths
    parts[5::6] = values
    return _joined(parts)


def pack_one(
    key: bytes | None,
    value: bytes | None,
    headers: "Sequence[tuple[str, bytes | None]]",
    offset_delta: int,
    timestamp_delta: int,
) -> bytes:
    """Return one record with all it may have."""
    output = bytearray()
    append_record(output, Record(key=key, value=value, headers=tuple(headers)), offset_delta, timestamp_delta)
    return bytes(output)


def _joined(parts: list[bytes]) -> bytes:
    """Return the records; each part of a head begins with the number of headers of the record before."""
    parts[0] = parts[0][1:]
    parts.append(b"\x00")
    return b"".join(parts)


def end_of_run(offset_delta: int) -> int:
    """Return up to where varints take as many bytes as this one's."""
    end = _ONE_BYTE
    while offset_delta >= end:
        end <<= 7
    return end


def offsets(first: int, count: int) -> list[bytes]:
    """Return so many offset deltas, as varints."""
    end = first + count
    if end > _TWO_BYTES:
        return list(map(varint, range(first, end)))
    while len(_OFFSETS) < end:
        _OFFSETS.append(varint(len(_OFFSETS)))
    return _OFFSETS[first:end]


def _deltas(offset_delta: int, count: int, timestamp_delta: int) -> tuple[list[bytes], int]:
    """Return the two deltas of each record, and how many bytes they take in each."""
    numbers = offsets(offset_delta, count)
    if timestamp_delta == 0 and offset_delta + count <= _TWO_BYTES:
        while len(_OFFSET_DELTAS) < offset_delta + count:
            _OFFSET_DELTAS.append(b"\x00" + varint(len(_OFFSET_DELTAS)))
        deltas = _OFFSET_DELTAS[offset_delta : offset_delta + count]
    else:
        time = varint(timestamp_delta)
        deltas = [time + number for number in numbers]
    return deltas, len(deltas[0])
