"""The records of a batch as bodies: key, value and headers as they lie there, to be written into another batch untouched.

A record of magic 2 (see `record.py`) is a head of four numbers, of which the deltas belong to its batch, and a body that
doesn't depend on where it stands.
"""

from kafkacli.record.errors import InvalidRecord
from kafkacli.record.packing import varint
from kafkacli.record.record import read_varint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Bodies:
    """Lists of as many entries as there are records; timestamp deltas in ms, against the batch's base timestamp."""

    __slots__ = ("bodies", "keys", "timestamp_deltas")

    def __init__(self) -> None:
        self.timestamp_deltas: list[int] = []
        self.keys: list[bytes | None] = []
        self.bodies: list[bytes] = []


def decode_bodies(data: bytes, count: int) -> Bodies:
    """Return the `count` records that `data` consists of. Raises InvalidRecord when lengths don't agree."""
    found = Bodies()
    position = 0
    try:
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
            position = start + 1
            if (delta := data[position]) < 0x80:
                delta, position = (delta >> 1) ^ -(delta & 1), position + 1
            else:
                delta, position = read_varint(data, position, 70)
            while data[position] >= 0x80:  # the offset's
                position += 1
            position += 1
            if (size := data[position]) < 0x80:
                start = position + 1
                size = (size >> 1) ^ -(size & 1)
            else:
                size, start = read_varint(data, position)
            if not position < end <= len(data) or start + size > end:
                raise InvalidRecord("Incorrect declared batch size, premature EOF reached")
            found.keys.append(None if size < 0 else data[start : start + size])
            found.bodies.append(data[position:end])
            found.timestamp_deltas.append(delta)
            position = end
    except IndexError:
        raise InvalidRecord("Incorrect declared batch size, premature EOF reached") from None
    if position != len(data):
        raise InvalidRecord("Incorrect declared batch size, records still remaining in file")
    return found


def pack_bodies(bodies: "Sequence[bytes]", timestamp_deltas: "Sequence[int]", offset_delta: int) -> bytes:
    """Return records with these bodies. offset_delta: of the first."""
    parts: list[bytes] = []
    last, time = 0, b"\x00"
    for number, (body, delta) in enumerate(zip(bodies, timestamp_deltas, strict=True), offset_delta):
        if delta != last:
            last, time = delta, varint(delta)
        offset = _SMALL[number] if number < len(_SMALL) else varint(number)
        size = 1 + len(time) + len(offset) + len(body)
        parts += (_SMALL[size] if size < len(_SMALL) else varint(size), b"\x00", time, offset, body)
    return b"".join(parts)


_SMALL = [varint(number) for number in range(2048)]
