"""Which partition of `__consumer_offsets` (or `__transaction_state`) keeps a group (or transactional id)."""

from functools import lru_cache
from struct import unpack


@lru_cache(maxsize=4096)
def java_hash(text: str) -> int:
    """Return Java's `String.hashCode` of `text`, signed 32 bits: over UTF-16 code units, so an emoji counts as two."""
    units = text.encode("utf-16-be", "surrogatepass")
    value = 0
    for unit in unpack(f">{len(units) // 2}H", units):
        value = (31 * value + unit) & 0xFFFFFFFF
    return value - (1 << 32) if value & 0x80000000 else value


def partition_for(key: str, partitions: int) -> int:
    """Return the partition number, 0 to `partitions` - 1, that `key` belongs to.

    Source: Kafka's `Utils.abs(key.hashCode) % partitions`, where abs of the smallest integer is 0.
    """
    value = java_hash(key)
    return 0 if value == -(1 << 31) else abs(value) % partitions
