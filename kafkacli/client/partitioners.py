"""Which partition a record goes to: the partitioners of Kafka 2.6.2, by their Java names.

Records without key go to one partition until its batch is full, then to another that has a leader (KIP-480). The records of
one key go to one partition, by the hash of `interchange/partitioner.py`.
Source: Apache `DefaultPartitioner`, `StickyPartitionCache`, `RoundRobinPartitioner` and `UniformStickyPartitioner` of 2.6.2.
"""

from __future__ import annotations

from kafkacli.interchange.partitioner import partition_of, partitions_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_MOST_KEYS = 1 << 16  # whose partitions are remembered; the hash costs several times as much as looking one up
_LEAST = 8  # keys of one size that are hashed together


class Partitioner:
    """One topic's choices: by key, and for those without one the same partition until `next_batch`.

    choose: returns a random one of a sequence.
    """

    is_keyed = True
    """Whether the key decides, where there is one."""
    is_sticky = True
    """Whether records without key stay together."""

    def __init__(self, choose: Callable[[Sequence[int]], int]) -> None:
        self._choose = choose
        self._sticky = -1
        self._known: dict[bytes, int] = {}
        self._count = 0

    def of_key(self, key: bytes, count: int) -> int:
        """Return the partition of a key. count: how many partitions there are."""
        known = self._known
        if count != self._count or len(known) > _MOST_KEYS:
            known.clear()
            self._count = count
        found = known.get(key)
        if found is None:
            found = known[key] = partition_of(key, count)
        return found

    def of_keys(self, keys: Sequence[bytes], count: int) -> list[int]:
        """Return the partition of each of some keys."""
        if count == 1:
            return [0] * len(keys)
        sizes = list(map(len, keys))
        if len(keys) >= _LEAST and sizes.count(sizes[0]) == len(keys):
            return partitions_of(keys, sizes[0], count)
        numbers: dict[int, list[int]] = {}
        for number, size in enumerate(sizes):
            numbers.setdefault(size, []).append(number)
        found = [0] * len(keys)
        for size, chosen in numbers.items():
            group = [keys[number] for number in chosen]
            if len(group) >= _LEAST:
                partitions = partitions_of(group, size, count)
            else:
                partitions = [self.of_key(key, count) for key in group]
            for number, partition in zip(chosen, partitions, strict=True):
                found[number] = partition
        return found

    def of_none(self, count: int, available: Sequence[int]) -> int:
        """Return the partition for records without key. available: those with a leader."""
        if not 0 <= self._sticky < count:
            self.next_batch(count, available)
        return self._sticky

    def next_batch(self, count: int, available: Sequence[int]) -> None:
        """Take another partition for records without key, as the batch of the one is full."""
        old = self._sticky
        if len(available) == 1:
            self._sticky = available[0]
            return
        others = [one for one in (available or range(count)) if one != old]
        self._sticky = self._choose(others or [0])


class UniformStickyPartitioner(Partitioner):
    """Takes no notice of keys."""

    is_keyed = False


class RoundRobinPartitioner(Partitioner):
    """Takes one partition after another, record by record, whatever the key."""

    is_keyed = False
    is_sticky = False

    def of_none(self, count: int, available: Sequence[int]) -> int:
        """Return the next one."""
        self._sticky += 1
        return available[self._sticky % len(available)] if available else self._sticky % count


_PACKAGE = "org.apache.kafka.clients.producer."
PARTITIONERS: dict[str, type[Partitioner]] = {
    f"{_PACKAGE}internals.DefaultPartitioner": Partitioner,
    f"{_PACKAGE}RoundRobinPartitioner": RoundRobinPartitioner,
    f"{_PACKAGE}UniformStickyPartitioner": UniformStickyPartitioner,
}
