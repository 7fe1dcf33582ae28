"""The records of a batch as bodies: key, value and headers as they lie there, to be written into another batch untouched.

A record of magic 2 (see `record.py`) is a head of four numbers, of which the deltas belong to its batch, and a body that
doesn't depend on where it stands.
"""

from functools import partial
from operator import add

from kafkacli.record.errors import InvalidRecord
from kafkacli.record.packing import Table, end_of_run, offsets, varint
from kafkacli.record.record import SMALL, read_varint
from kafkacli.record.uniform import HEAD, KEY, runs_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_PREMATURE = "Incorrect declared batch size, premature EOF reached"


class Bodies:
    """Lists of as many entries as there are records; timestamp deltas in ms, against the batch's base timestamp.

    keys: None when they were not asked for.
    """

    __slots__ = ("bodies", "keys", "timestamp_deltas")

    def __init__(self, *, keyed: bool) -> None:
        self.timestamp_deltas: list[int] = []
        self.keys: list[bytes | None] | None = [] if keyed else None
        self.bodies: list[bytes] = []


def decode_bodies(data: bytes, count: int, *, keyed: bool = True) -> Bodies:
    """Return the `count` records that `data` consists of. Raises InvalidRecord when lengths don't agree."""
    found = Bodies(keyed=keyed)
    for run in runs_of(data, count, partial(_add_bodies, found, data), KEY if keyed else HEAD):
        found.bodies += run.bytes_at(run.body)
        found.timestamp_deltas += run.timestamp_deltas()
        if found.keys is not None:
            found.keys += run.field(run.key)
    return found


def _add_bodies(found: Bodies, data: bytes, position: int, count: int) -> int:
    add_body, add_delta, keys, small = found.bodies.append, found.timestamp_deltas.append, found.keys, SMALL
    for _ in range(count):
        # Numbers of one and two bytes are read here: a call for each would double the time of it all.
        if (length := data[position]) < 0x80:
            start = position + 1
        elif (byte := data[position + 1]) < 0x80:
            length, start = length & 0x7F | byte << 7, position + 2
        else:
            length, start = read_varint(data, position)
            length <<= 1
        end = start + (length >> 1)
        if (byte := data[start + 1]) < 0x80:
            add_delta(small[byte])
            position = start + 2
        else:
            delta, position = read_varint(data, start + 1, 70)
            add_delta(delta)
        while data[position] >= 0x80:  # the offset's
            position += 1
        position += 1
        if keys is not None:
            if (byte := data[position]) < 0x80:
                size, start = small[byte], position + 1
            else:
                size, start = read_varint(data, position)
            if start + size > end:
                raise InvalidRecord(_PREMATURE)
            keys.append(None if size < 0 else data[start : start + size])
        add_body(data[position:end])
        position = end
    if not all(found.bodies[-count:]):  # a length that ends before the deltas do
        raise InvalidRecord(_PREMATURE)
    return position


def pack_bodies(bodies: "Sequence[bytes]", timestamp_deltas: "Sequence[int]", offset_delta: int) -> bytes:
    """Return records with these bodies. offset_delta: of the first."""
    stop = end_of_run(offset_delta)
    room = stop - offset_delta
    count = len(bodies)
    if count > room:
        first = pack_bodies(bodies[:room], timestamp_deltas[:room], offset_delta)
        return first + pack_bodies(bodies[room:], timestamp_deltas[room:], stop)
    times = list(map(_TIMES.__getitem__, timestamp_deltas))
    numbers = offsets(offset_delta, count)
    width = len(numbers[0])
    heads = _HEADS.get(width) or _HEADS.setdefault(width, Table(partial(_head, width)))
    parts: list[bytes] = [b""] * (4 * count)
    parts[0::4] = map(heads.__getitem__, map(add, map(len, times), map(len, bodies)))
    parts[1::4] = times
    parts[2::4] = numbers
    parts[3::4] = bodies
    return b"".join(parts)


def _head(width: int, size: int) -> bytes:
    """Return length and attributes. width: bytes of the offset delta. size: of timestamp delta and body."""
    return varint(1 + width + size) + b"\x00"


_TIMES = Table(varint)
_HEADS: dict[int, Table] = {}
