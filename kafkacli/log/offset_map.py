"""What the cleaner knows of a log's dirty part: the last offset of each key, in bounded memory.

Kafka's SkimpyOffsetMap keeps 24 bytes a key, a hash for the key; this one keeps the keys, so that no two are taken for one.
A full map ends the pass early, and the next one goes on from there. Source: Kafka's OffsetMap.scala, LogCleaner.scala.
"""

_ENTRY_BYTES = 170  # of a dict's entry, a short bytes object and an int, measured while the dict grows


class OffsetMap:
    """Keys and their last offsets. `latest_offset`: up to here, inclusive, the log is in the map; -1 in the beginning."""

    __slots__ = ("_capacity", "latest_offset", "offsets", "used_bytes")

    def __init__(self, capacity_bytes: float) -> None:
        """capacity_bytes: about how much memory it may take; one key always fits."""
        self._capacity = capacity_bytes
        self.used_bytes = 0
        self.latest_offset = -1
        self.offsets: dict[bytes, int] = {}

    @property
    def utilization(self) -> float:
        """How much of the memory is used, 0 to 1."""
        return min(self.used_bytes / self._capacity, 1.0)

    def put(self, key: bytes, offset: int) -> bool:
        """Note that `offset`, larger than all before, is the key's last one; False when the map is full."""
        if key not in self.offsets:
            if self.used_bytes >= self._capacity:
                return False
            self.used_bytes += _ENTRY_BYTES + len(key)
        self.offsets[key] = self.latest_offset = offset
        return True
