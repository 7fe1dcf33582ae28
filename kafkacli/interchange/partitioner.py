"""Which partition a record goes to when it names none: by the hash of its key, as the Java producer chooses.

The keys of many records are hashed at once: those of one size stand beside each other in one large number, 64 bits for each,
of which the hash takes 32. What is calculated with that number is calculated with every key, without a step of Python for each.
Source: `Utils.murmur2` and `DefaultPartitioner` of Kafka 2.6.2: murmur2, its sign bit dropped, modulo the partitions.
"""

from struct import unpack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_SEED, _FACTOR, _SHIFT = 0x9747B28C, 0x5BD1E995, 24
_MASK = 0xFFFFFFFF
_LANE = 8  # bytes: what is multiplied has room up to the next one


def murmur2(data: bytes) -> int:
    """Return the hash, 32 bits without sign."""
    size = len(data)
    value = (_SEED ^ size) & _MASK
    whole = size - size % 4
    for position in range(0, whole, 4):
        word = int.from_bytes(data[position : position + 4], "little") * _FACTOR & _MASK
        word = (word ^ word >> _SHIFT) * _FACTOR & _MASK
        value = value * _FACTOR & _MASK ^ word
    if whole < size:
        value = (value ^ int.from_bytes(data[whole:], "little")) * _FACTOR & _MASK
    value = (value ^ value >> 13) * _FACTOR & _MASK
    return value ^ value >> 15


def murmur2_each(keys: "Sequence[bytes]", size: int) -> "tuple[int, ...]":
    """Return the hashes of keys that all have this size; from half a dozen on it is quicker than one by one."""
    count = len(keys)
    data = b"".join(keys)
    mask = _lanes(_MASK, count)
    value = _lanes(_SEED ^ size, count)
    whole = size - size % 4
    for position in range(0, whole, 4):
        word = _column(data, position, 4, size, count) * _FACTOR & mask
        # What a shift moves out of a lane's low half goes into the high half of the one before, which the mask takes away.
        word = ((word ^ word >> _SHIFT) & mask) * _FACTOR & mask
        value = value * _FACTOR & mask ^ word
    if whole < size:
        value = (value ^ _column(data, whole, size - whole, size, count)) * _FACTOR & mask
    value = ((value ^ value >> 13) & mask) * _FACTOR & mask
    value = (value ^ value >> 15) & mask
    return unpack(f"<{count}Q", value.to_bytes(count * _LANE, "little"))


def _lanes(number: int, count: int) -> int:
    return int.from_bytes(number.to_bytes(_LANE, "little") * count, "little")


def _column(data: bytes, position: int, width: int, size: int, count: int) -> int:
    """Return the same bytes of every key, each key's in a lane."""
    lanes = bytearray(_LANE * count)
    for number in range(width):
        lanes[number::_LANE] = data[position + number :: size]
    return int.from_bytes(lanes, "little")


def partition_of(key: bytes, count: int) -> int:
    """Return the partition of a key among `count`."""
    return (murmur2(key) & 0x7FFFFFFF) % count


def partitions_of(keys: "Sequence[bytes]", size: int, count: int) -> list[int]:
    """Return the partition of each of these keys, that all have this size, among `count`."""
    return [(value & 0x7FFFFFFF) % count for value in murmur2_each(keys, size)]
