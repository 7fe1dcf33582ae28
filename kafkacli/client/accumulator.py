"""What a producer has taken and not yet got rid of: a queue of batches for each partition, and the memory they may take.

Core without IO; the time comes in. Source: Apache `RecordAccumulator`, `BufferPool` and `CompressionRatioEstimator` of 2.6.2.
"""

from __future__ import annotations

from collections import deque

from kafkacli.client.batches import Batch
from kafkacli.record.compression import Compression
from kafkacli.record.header import BATCH_OVERHEAD, NO_SEQUENCE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kafkacli.client.sequences import Sequences
    from kafkacli.client.topics import TopicPartition

_RATIO_MARGIN = 1.05
_RATIO_UP, _RATIO_DOWN = 0.05, 0.005
_SMALLEST_RATIO = 0.02
_CLEARLY = 1.5  # how much too large a batch has to be to be cut: the estimate moves on while it is gathered


class Accumulator:
    """Gathers batches. Sizes in bytes, times in seconds of the monotonic clock.

    sequences: of an idempotent producer, None for another. records: how many are not done yet.
    """

    def __init__(
        self,
        *,
        batch_size: int,
        memory: int,
        linger_s: float,
        backoff_s: float,
        delivery_s: float,
        codec: Compression,
        sequences: Sequences | None,
        keeps_order: bool,
    ) -> None:
        self.codec = codec
        self.records = 0
        self.is_urgent = False
        """Whether nothing lingers, as somebody waits for the end of it all, or for memory."""
        self._batch_size = batch_size
        self._total = memory
        self._free = memory
        self._linger_s = linger_s
        self._backoff_s = backoff_s
        self._delivery_s = delivery_s
        self._sequences = sequences
        self._keeps_order = keeps_order
        self._queues: dict[TopicPartition, deque[Batch]] = {}
        self._sent: set[TopicPartition] = set()  # of which a batch is on the way; only where the order is kept
        self._ratio = 1.0
        self._most: dict[str, int] = {}  # topic: how large a batch of it may get, where the broker refused larger ones

    # --- records come in

    def open_batch(self, partition: TopicPartition) -> Batch | None:
        """Return the batch that takes more records, None when there is none."""
        queue = self._queues.get(partition)
        if queue:
            last = queue[-1]
            if last.size < last.room and not last.wire and last.sequence == NO_SEQUENCE:
                return last
        return None

    def new_batch(self, partition: TopicPartition, now: float, timestamp_ms: int, least: int) -> Batch | None:
        """Begin a batch, that takes at least so many bytes of records; None when there is no memory for it now."""
        most = min(self._batch_size, self._most.get(partition[0], self._batch_size))
        reserved = max(min(most, self._total), least)
        if reserved > self._free:
            return None
        self._free -= reserved
        batch = Batch(partition, now, timestamp_ms, self._room(most), reserved)
        queue = self._queues.get(partition)
        if queue is None:
            queue = self._queues[partition] = deque()
        queue.append(batch)
        return batch

    def _room(self, most: int) -> int:
        """Return the bytes of records that make a batch of so many bytes."""
        return (int(most / (self._ratio * _RATIO_MARGIN)) if self.codec else most) - BATCH_OVERHEAD

    # --- batches go out

    def ready(
        self, now: float, leader_of: Callable[[TopicPartition], int | None]
    ) -> tuple[dict[int, list[TopicPartition]], float, set[str]]:
        """Return what could be sent: partitions by leader, the seconds until more is ready, and topics without a known leader."""
        by_leader: dict[int, list[TopicPartition]] = {}
        delay = 3600.0
        unknown: set[str] = set()
        for key, queue in self._queues.items():
            batch = queue[0]
            if key in self._sent:
                continue
            waited = now - batch.last_attempt
            if batch.attempts and waited < self._backoff_s:
                delay = min(delay, self._backoff_s - waited)
            elif (
                self.is_urgent
                or batch.attempts
                or len(queue) > 1
                or waited >= self._linger_s
                or batch.size >= batch.room
            ):
                leader = leader_of(key)
                if leader is None:
                    unknown.add(key[0])
                else:
                    by_leader.setdefault(leader, []).append(key)
            else:
                delay = min(delay, self._linger_s - waited)
        return by_leader, delay, unknown

    def take(self, partitions: list[TopicPartition], most: int, now: float) -> list[Batch]:
        """Take the first batch of each of these partitions, `most` bytes of them or one; they are closed."""
        taken: list[Batch] = []
        size = 0
        for key in partitions:
            queue = self._queues.get(key)
            if not queue:
                continue
            batch = queue[0]
            if batch.attempts and now - batch.last_attempt < self._backoff_s:
                continue
            if key in self._sent:
                continue
            if taken and size + (len(batch.wire) or batch.size) > most:
                break
            if self._sequences is not None and not self._sequences.may_send(batch):
                continue
            batch = self._fitting(batch)
            if self._sequences is not None:
                self._sequences.number(batch)
            queue.popleft()
            del self._queues[key]
            if queue:
                self._queues[key] = queue  # behind the others
            body = batch.size
            batch.close(self.codec, is_transactional=self._sequences is not None and self._sequences.is_transactional)
            if self.codec:
                self._learn(len(batch.wire) / max(body, 1))
            if self._keeps_order:
                self._sent.add(key)
            size += len(batch.wire)
            taken.append(batch)
        return taken

    def _fitting(self, batch: Batch) -> Batch:
        """Return the first batch of a queue, cut if it was gathered before its broker refused one as large."""
        most = self._most.get(batch.topic)
        if most is None or batch.wire or batch.count == 1 or batch.size < _CLEARLY * self._room(most):
            return batch
        queue = self._queues[batch.key]
        queue.popleft()
        parts = self._cut(batch, self._room(most))
        if batch.sequence != NO_SEQUENCE and self._sequences is not None:
            self._sequences.replaced(batch, parts)
        return parts[0]

    def _learn(self, ratio: float) -> None:
        """Move the estimate of what compression makes of a batch towards what it made of one."""
        if ratio > self._ratio:
            self._ratio = max(self._ratio + _RATIO_UP, ratio)
        else:
            self._ratio = max(self._ratio - _RATIO_DOWN, ratio, _SMALLEST_RATIO)

    # --- and come back, or not

    def answered(self, batch: Batch) -> None:
        """A batch that was taken is no longer on the way."""
        self._sent.discard(batch.key)

    def put_back(self, batch: Batch, now: float) -> None:
        """Queue a batch that is to be sent again, before those that come after it."""
        batch.attempts += 1
        batch.last_attempt = now
        self._insert(batch)

    def _insert(self, batch: Batch) -> None:
        queue = self._queues.get(batch.key)
        if queue is None:
            queue = self._queues[batch.key] = deque()
        if batch.sequence == NO_SEQUENCE:
            queue.appendleft(batch)
            return
        where = 0
        while where < len(queue) and NO_SEQUENCE != queue[where].sequence < batch.sequence:
            where += 1
        queue.insert(where, batch)

    def split(self, batch: Batch) -> list[Batch]:
        """Queue smaller batches in place of one that was too large for the broker; return them.

        From now on batches of its topic are at most half as large.
        """
        if self.codec:
            self._ratio = max(1.0, self._ratio)
        half = len(batch.wire) // 2
        most = self._most[batch.topic] = min(half, self._most.get(batch.topic, half))
        return self._cut(batch, min(self._room(most), batch.size // 2))

    def _cut(self, batch: Batch, room: int) -> list[Batch]:
        """Queue batches of at most so many bytes of records, or one record, in place of one that was taken out."""
        parts = batch.split(room)
        batch.reserved = 0
        batch.is_done = True
        for part in reversed(parts):
            self._insert(part)
        return parts

    def done(self, batch: Batch) -> None:
        """Forget a batch that was acknowledged or given up."""
        batch.is_done = True
        self._free += batch.reserved
        batch.reserved = 0
        self.records -= batch.count

    def expire(self, now: float) -> tuple[list[Batch], float]:
        """Take out the batches whose time for delivery is over; return them and the seconds until the next one's is."""
        expired: list[Batch] = []
        delay = self._delivery_s
        for key in list(self._queues):
            queue = self._queues[key]
            while queue and self.seconds_left(queue[0], now) <= 0:
                expired.append(queue.popleft())
            if queue:
                delay = min(delay, self.seconds_left(queue[0], now))
            else:
                del self._queues[key]
        return expired, delay

    def seconds_left(self, batch: Batch, now: float) -> float:
        """Return how long a batch may still take; 0 or less when its time for delivery is over."""
        return batch.created + self._delivery_s - now

    def take_all(self, partitions: Iterable[TopicPartition] | None = None) -> list[Batch]:
        """Take out every batch, or those of some partitions, as they can't be sent."""
        keys = list(self._queues) if partitions is None else partitions
        return [batch for key in keys for batch in self._queues.pop(key, ())]
