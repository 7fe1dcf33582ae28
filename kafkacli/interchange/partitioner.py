"""Which partition a record goes to when it names none: by the hash of its key, as the Java producer chooses.

Source: `Utils.murmur2` and `DefaultPartitioner` of Kafka 2.6.2: murmur2, its sign bit dropped, modulo the partitions.
"""

_SEED, _FACTOR, _SHIFT = 0x9747B28C, 0x5BD1E995, 24
_MASK = 0xFFFFFFFF


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


def partition_of(key: bytes, count: int) -> int:
    """Return the partition of a key among `count`."""
    return (murmur2(key) & 0x7FFFFFFF) % count
