"""Records of one size behind each other, taken apart all at once: every n-th byte is a column that can be looked at as a whole.

In such a run the records of magic 2 have their fields at the same places: the same lengths, and numbers of as many bytes. It
is checked byte by byte, in a few steps for all records, before anything is taken out; what differs only ends the run.
"""

from struct import Struct

from kafkacli.record.errors import InvalidRecord
from kafkacli.record.record import SMALL, read_varint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HEAD, KEY, ALL = range(3)
"""What of records is looked at: what stands before the key, the key too, or everything, when they have no headers."""
_LEAST = 8  # records; below, one after the other is quicker
_LONGEST_PAUSE = 64
_HIGH = bytes(range(0x80, 0x100))
_LOW = bytes(range(0x80))


class UniformRun:
    """`count` records of `stride` bytes that begin at `position`; places of fields are from a record's first byte.

    key, value: place and size, None for null, and where they were not looked at. body: of all that stands behind the deltas.
    """

    __slots__ = ("_data", "_offset", "_timestamp", "body", "count", "key", "position", "stride", "value")

    def __init__(
        self,
        data: bytes,
        position: int,
        stride: int,
        count: int,
        timestamp: tuple[int, int],
        offset: tuple[int, int],
        key: tuple[int, int] | None,
        value: tuple[int, int] | None,
    ) -> None:
        self._data = data
        self.position = position
        self.stride = stride
        self.count = count
        self._timestamp = timestamp
        self._offset = offset
        self.body = (sum(offset), stride - sum(offset))
        self.key = key
        self.value = value

    @property
    def end(self) -> int:
        """Where the next record begins."""
        return self.position + self.count * self.stride

    def field(self, place: tuple[int, int] | None) -> list[bytes | None]:
        """Return a key or value of each record."""
        return [None] * self.count if place is None else [*self.bytes_at(place)]

    def bytes_at(self, place: tuple[int, int]) -> list[bytes]:
        """Return what stands at a place of each record."""
        start, size = place
        layout = Struct(f"{start}x{size}s{self.stride - start - size}x")
        return [found for (found,) in layout.iter_unpack(memoryview(self._data)[self.position : self.end])]

    def timestamp_deltas(self) -> list[int]:
        """Return the timestamp of each record against the batch's."""
        return self._numbers(*self._timestamp)

    def offset_deltas(self) -> list[int]:
        """Return the offset of each record against the batch's."""
        return self._numbers(*self._offset)

    def _numbers(self, place: int, width: int) -> list[int]:
        first = self.position + place
        columns = [self._data[first + byte : self.end : self.stride] for byte in range(width)]
        if width == 1:
            return [SMALL[byte] for byte in columns[0]]
        if width == 2:
            pairs = zip(*columns, strict=True)
            return [((low & 0x7F | high << 7) >> 1) ^ -(low & 1) for low, high in pairs]
        return [read_varint(bytes(digits), 0, 70)[0] for digits in zip(*columns, strict=True)]


def runs_of(data: bytes, count: int, singly: "Callable[[int, int], int]", depth: int = ALL) -> "Iterator[UniformRun]":
    """Yield what of the `count` records that `data` consists of lies behind each other in one size.

    singly: is to take a number of other records from a position on, and to say where they end. depth: as of `find_run`.
    Raises InvalidRecord when lengths don't agree.
    """
    position = 0
    pause = 1  # how many records until it is worth to look for a run again
    try:
        while count > 0:
            run = find_run(data, position, count, depth)
            if run is not None:
                yield run
                position, pause = run.end, 1
                count -= run.count
            if count > 0:
                some = min(pause, count)
                position = singly(position, some)
                count -= some
                pause = min(2 * pause, _LONGEST_PAUSE)
    except IndexError:
        raise InvalidRecord("Incorrect declared batch size, premature EOF reached") from None
    if position != len(data):
        if position > len(data):
            raise InvalidRecord("Incorrect declared batch size, premature EOF reached")
        raise InvalidRecord("Incorrect declared batch size, records still remaining in file")


def find_run(data: bytes, position: int, most: int, depth: int = ALL) -> UniformRun | None:
    """Return the longest run that begins at `position`, of at most `most` records; None where it is too short to pay.

    depth: HEAD, KEY or ALL; what lies deeper may differ and is not checked.
    Raises InvalidRecord, IndexError for bytes that can't be a record.
    """
    length, body = read_varint(data, position)
    stride = body - position + length
    if length < 6 or position + _LEAST * stride > len(data) or most < _LEAST:
        return None
    count = min(most, (len(data) - position) // stride)
    head = data[position : position + 2]
    if (
        data[position + stride : position + stride + 2] != head
    ):  # the next one is of another length: the usual end of it
        return None
    timestamp = body + 1
    _, offset = read_varint(data, timestamp, 70)
    _, key = read_varint(data, offset)
    key_size = value_size = -1
    key_start = value_start = key
    places = list(range(position, body))
    if depth >= KEY:
        key_size, key_start = read_varint(data, key)
        places += range(key, key_start)
    value = key_start + max(key_size, 0)
    if value >= position + stride:
        return None
    if depth == ALL:
        value_size, value_start = read_varint(data, value)
        last = value_start + max(value_size, 0)
        if last + 1 != position + stride or data[last]:
            return None
        places += *range(value, value_start), last
    for place in places:
        count = _same(data[place : position + count * stride : stride], data[place : place + 1])
        if count < _LEAST:
            return None
    for start, end in ((timestamp, offset), (offset, key)):
        for place in range(start, end - 1):
            count = _leading(data[place : position + count * stride : stride], _HIGH)
        count = _leading(data[end - 1 : position + count * stride : stride], _LOW)
        if count < _LEAST:
            return None
    return UniformRun(
        data,
        position,
        stride,
        count,
        (timestamp - position, offset - timestamp),
        (offset - position, key - offset),
        None if key_size < 0 else (key_start - position, key_size),
        None if value_size < 0 else (value_start - position, value_size),
    )


def _same(column: bytes, byte: bytes) -> int:
    """Return how many bytes at the beginning are this one."""
    size = len(column)
    return size if column == byte * size else size - len(column.lstrip(byte))


def _leading(column: bytes, among: bytes) -> int:
    """Return how many bytes at the beginning are among these."""
    return len(column) - len(column.lstrip(among))
