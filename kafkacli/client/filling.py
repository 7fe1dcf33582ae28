"""Records into batches, many at a time: how many of them fit is found by their sizes, and they are packed together.

Core without IO; where it has to wait for memory it calls back. Source: Apache `KafkaProducer.doSend` of 2.6.2.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from itertools import accumulate, repeat
from operator import add

from kafkacli.record.packing import pack_one, pack_pairs, pack_values, varint_size
from kafkacli.record.record import decode_records

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kafkacli.client.accumulator import Accumulator
    from kafkacli.client.batches import Batch
    from kafkacli.client.cluster_view import ClusterView
    from kafkacli.client.partitioners import Partitioner
    from kafkacli.client.topics import TopicPartition

    Headers = Sequence[tuple[str, bytes | None]]

_FIXED = 1 + 3  # attributes, and the offset delta of all but the largest batches
_TIMESTAMP = 5  # bytes of a delta that no batch outlives


class Rows(ABC):
    """Records to be queued. sizes: of the data in each. largest: of these. most: the most bytes that stand around it."""

    sizes: list[int]
    largest: int
    most: int

    @abstractmethod
    def record(self, number: int) -> tuple[bytes | None, bytes | None]:
        """Return key and value of one."""

    @abstractmethod
    def value_bytes(self, first: int, end: int) -> int:
        """Return the bytes of some values."""

    @abstractmethod
    def pack(self, first: int, end: int, offset_delta: int, timestamp_delta: int) -> bytes:
        """Return some of them as bytes. timestamp_delta: of the first of all."""

    def delay(self, first: int) -> int:
        """Return by how many milliseconds one is younger than the first."""
        return 0

    def latest(self, first: int, end: int) -> int:
        """Return by how much the youngest of some is."""
        return 0


class Values(Rows):
    """Records with a value only."""

    def __init__(self, values: Sequence[bytes]) -> None:
        self._values = values
        self.sizes = list(map(len, values))
        self.largest = max(self.sizes, default=0)
        self.most = _FIXED + _TIMESTAMP + 2 + varint_size(self.largest) + varint_size(self.largest + 20)

    def record(self, number: int) -> tuple[bytes | None, bytes | None]:
        return None, self._values[number]

    def value_bytes(self, first: int, end: int) -> int:
        return sum(self.sizes[first:end])

    def pack(self, first: int, end: int, offset_delta: int, timestamp_delta: int) -> bytes:
        return pack_values(self._values[first:end], self.sizes[first:end], offset_delta, timestamp_delta)


class Pairs(Rows):
    """Records with key and value."""

    def __init__(self, keys: Sequence[bytes], values: Sequence[bytes]) -> None:
        self._keys = keys
        self._values = values
        self.sizes = list(map(add, map(len, keys), map(len, values)))
        self.largest = max(self.sizes, default=0)
        self.most = _FIXED + _TIMESTAMP + 1 + 2 * varint_size(self.largest) + varint_size(self.largest + 20)

    def record(self, number: int) -> tuple[bytes | None, bytes | None]:
        return self._keys[number], self._values[number]

    def value_bytes(self, first: int, end: int) -> int:
        return sum(map(len, self._values[first:end]))

    def pack(self, first: int, end: int, offset_delta: int, timestamp_delta: int) -> bytes:
        return pack_pairs(self._keys[first:end], self._values[first:end], offset_delta, timestamp_delta)


class Taken(Rows):
    """Records taken over from another batch, as bodies. delays: of each, against the first of all, ms."""

    def __init__(self, bodies: Sequence[bytes], delays: Sequence[int]) -> None:
        self._bodies = bodies
        self._delays = delays
        self.sizes = list(map(len, bodies))
        self.largest = max(self.sizes, default=0)
        self.most = _FIXED + 10 + varint_size(self.largest + 20)

    def record(self, number: int) -> tuple[bytes | None, bytes | None]:
        (record,) = decode_records(
            self.pack(number, number + 1, 0, 0), 1, base_offset=0, base_timestamp=0, append_time=None
        )
        return record.key, record.value

    def value_bytes(self, first: int, end: int) -> int:
        return sum(self.sizes[first:end])

    def pack(self, first: int, end: int, offset_delta: int, timestamp_delta: int) -> bytes:
        from kafkacli.record.bodies import pack_bodies

        delays = self._delays[first:end]
        if timestamp_delta:
            delays = [timestamp_delta + delay for delay in delays]
        return pack_bodies(self._bodies[first:end], delays, offset_delta)

    def delay(self, first: int) -> int:
        return self._delays[first]

    def latest(self, first: int, end: int) -> int:
        return max(self._delays[first:end])


class Single(Rows):
    """One record with all it may have."""

    def __init__(self, key: bytes | None, value: bytes | None, headers: Headers = ()) -> None:
        self._record = (key, value)
        self._headers = headers
        headers_size = sum([len(name) * 4 + len(data or b"") + 10 for name, data in headers]) if headers else 0
        self.largest = len(key or b"") + len(value or b"") + headers_size
        self.sizes = [self.largest]
        self.most = _FIXED + 10 + 5 + 2 * varint_size(self.largest) + varint_size(self.largest + 30)

    def record(self, number: int) -> tuple[bytes | None, bytes | None]:
        return self._record

    def value_bytes(self, first: int, end: int) -> int:
        return len(self._record[1] or b"")

    def pack(self, first: int, end: int, offset_delta: int, timestamp_delta: int) -> bytes:
        return pack_one(*self._record, self._headers, offset_delta, timestamp_delta)


class Filler:
    """Fills an accumulator's batches.

    new_batch: begins one, with room for so many bytes at least, waiting if need be; None when there was no memory in time.
    choose: returns a random one of a sequence.
    """

    def __init__(
        self,
        accumulator: Accumulator,
        view: ClusterView,
        partitioner: type[Partitioner],
        choose: Callable[[Sequence[int]], int],
        new_batch: Callable[[TopicPartition, int, int], Batch | None],
    ) -> None:
        self._accumulator = accumulator
        self._view = view
        self._kind = partitioner
        self._choose = choose
        self._new_batch = new_batch
        self._partitioners: dict[str, Partitioner] = {}

    def partitioner(self, topic: str) -> Partitioner:
        """Return what chooses for a topic."""
        found = self._partitioners.get(topic)
        if found is None:
            found = self._partitioners[topic] = self._kind(self._choose)
        return found

    def fill(self, rows: Rows, topic: str, partition: int | None, timestamp_ms: int, sent: float) -> list[int]:
        """Queue records; return the numbers of those for which there was no memory.

        timestamp_ms: of the first; the others have the same, or their delays.
        partition: None where it is free. sent: of the batches' marks.
        """
        count = len(rows.sizes)
        ends = _ends(rows, count)
        chooser = self.partitioner(topic)
        if partition is not None or chooser.is_sticky:
            return self._fill(rows, ends, 0, count, topic, partition, timestamp_ms, sent)
        failed: list[int] = []
        for number in range(count):
            each = chooser.of_none(self._view.count(topic), self._view.available(topic))
            failed += self._fill(rows, ends, number, number + 1, topic, each, timestamp_ms, sent)
        return failed

    def _fill(
        self,
        rows: Rows,
        ends: list[int] | None,
        first: int,
        count: int,
        topic: str,
        partition: int | None,
        timestamp_ms: int,
        sent: float,
    ) -> list[int]:
        """Queue the records from `first` to before `count`."""
        failed: list[int] = []
        while first < count:
            batch = self._open(topic, partition)
            end = first
            if batch is not None:
                end = _end(ends, rows, first, batch.room - batch.size, count)
                if end == first:
                    batch.room = batch.size
                    continue
            else:
                key = (topic, self._next(topic) if partition is None else partition)
                least = rows.sizes[first] + rows.most
                batch = self._accumulator.open_batch(key) if partition is None else None
                if batch is not None and batch.room - batch.size < least:
                    batch.room = batch.size
                    batch = None
                batch = batch or self._new_batch(key, timestamp_ms + rows.delay(first), least)
                if batch is None:
                    failed.append(first)
                    first += 1
                    continue
                end = max(_end(ends, rows, first, batch.room - batch.size, count), first + 1)
            packed = rows.pack(first, end, batch.count, timestamp_ms - batch.base_timestamp)
            batch.append(
                packed, end - first, timestamp_ms + rows.latest(first, end), sent, rows.value_bytes(first, end)
            )
            self._accumulator.records += end - first
            first = end
        return failed

    def _open(self, topic: str, partition: int | None) -> Batch | None:
        """Return the batch that the next record goes to, None when one has to be begun."""
        if partition is None:
            partition = self.partitioner(topic).of_none(self._view.count(topic), self._view.available(topic))
        return self._accumulator.open_batch((topic, partition))

    def _next(self, topic: str) -> int:
        count, available = self._view.count(topic), self._view.available(topic)
        chooser = self.partitioner(topic)
        chooser.next_batch(count, available)
        return chooser.of_none(count, available)


def _ends(rows: Rows, count: int) -> list[int] | None:
    """Return up to which byte each record reaches at most, None when they are all of one size."""
    if count == 1 or rows.sizes.count(rows.largest) == count:
        return None
    return list(accumulate(map(add, rows.sizes, repeat(rows.most)), initial=0))


def _end(ends: list[int] | None, rows: Rows, first: int, room: int, count: int) -> int:
    """Return the number of the record before which `room` bytes are full."""
    if ends is None:
        return min(count, first + max(room, 0) // (rows.largest + rows.most))
    return min(count, max(first, bisect_right(ends, ends[first] + room) - 1))
