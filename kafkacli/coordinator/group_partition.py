"""Which partition of `__consumer_offsets` (or `__transaction_state`) keeps a group (or transactional id)."""

from kafkacli.java_hash import java_hash


def partition_for(key: str, partitions: int) -> int:
    """Return the partition number, 0 to `partitions` - 1, that `key` belongs to.

    Source: Kafka's `Utils.abs(key.hashCode) % partitions`, where abs of the smallest integer is 0.
    """
    value = java_hash(key)
    return 0 if value == -(1 << 31) else abs(value) % partitions
