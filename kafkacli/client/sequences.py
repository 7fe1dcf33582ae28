"""The numbers of an idempotent producer: which sequence a batch gets, which may follow, what an error says about them.

Core without IO. Source: KIP-98, KIP-360, and Apache `TransactionManager` of 2.6.2, whose rules these are.
"""

from __future__ import annotations

from kafkacli.errors import ErrorCode, error_info
from kafkacli.record.header import NO_PRODUCER_ID, NO_SEQUENCE, next_sequence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.batches import Batch
    from kafkacli.client.topics import TopicPartition

_LAST_EPOCH = 2**15 - 1


class _Partition:
    """What is known of one partition. in_flight: numbered and not done, by sequence, those to be sent again included."""

    __slots__ = ("in_flight", "last_acked", "last_offset", "next")

    def __init__(self) -> None:
        self.next = 0
        self.last_acked = NO_SEQUENCE
        self.last_offset = -1
        self.in_flight: list[Batch] = []


class Sequences:
    """The state of one idempotent producer. is_transactional: errors are for the transaction, nothing is bumped."""

    def __init__(self, *, is_transactional: bool) -> None:
        self.is_transactional = is_transactional
        self.producer_id = NO_PRODUCER_ID
        self.epoch = -1
        self._partitions: dict[TopicPartition, _Partition] = {}
        self._unresolved: dict[TopicPartition, int] = {}
        self._to_bump: set[TopicPartition] = set()

    @property
    def has_id(self) -> bool:
        """Whether a broker has given the producer its id."""
        return self.producer_id != NO_PRODUCER_ID

    def take_id(self, producer_id: int, epoch: int) -> None:
        """Begin with what a broker gave; all sequences begin at 0."""
        self.producer_id, self.epoch = producer_id, epoch
        self._partitions.clear()
        self._unresolved.clear()
        self._to_bump.clear()

    # --- before a batch is sent

    def may_send(self, batch: Batch) -> bool:
        """Whether a batch, the first of its queue, may go now."""
        if not self.has_id:
            return False
        partition = self._partitions.get(batch.key)
        if partition is None or not partition.in_flight:
            return batch.sequence != NO_SEQUENCE or batch.key not in self._unresolved
        first = partition.in_flight[0]
        if batch.sequence == NO_SEQUENCE:
            return not self._is_of_another_epoch(first) and batch.key not in self._unresolved
        return batch is first  # sent again: one at a time, in order

    def number(self, batch: Batch) -> None:
        """Give a batch that is about to be sent its sequence, unless it has one."""
        if batch.sequence != NO_SEQUENCE:
            return
        partition = self._partitions.setdefault(batch.key, _Partition())
        batch.give_sequence(self.producer_id, self.epoch, partition.next)
        partition.next = next_sequence(partition.next, batch.count)
        partition.in_flight.append(batch)

    # --- after an answer

    def completed(self, batch: Batch) -> None:
        """Take note that a batch was acknowledged."""
        partition = self._partitions.setdefault(batch.key, _Partition())
        partition.last_acked = max(partition.last_acked, batch.last_sequence)
        if batch.base_offset >= 0:
            partition.last_offset = max(partition.last_offset, batch.base_offset + batch.count - 1)
        self._remove(partition, batch)
        if self._is_of_another_epoch(batch) and not partition.in_flight:
            self._begin_anew(batch.key)

    def can_retry(self, batch: Batch, code: int, log_start_offset: int) -> bool:
        """Whether a batch may be sent again after this error; it may bring a new epoch with it.

        log_start_offset: of the answer, -1 when it doesn't say.
        """
        if code == ErrorCode.UNKNOWN_PRODUCER_ID:
            return self._can_retry_forgotten(batch, log_start_offset)
        if code == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER:
            partition = self._partitions.get(batch.key) or _Partition()
            is_resolved = batch.key not in self._unresolved
            if is_resolved and (batch.is_renumbered or batch.sequence != partition.last_acked + 1):
                return True
            if not self.is_transactional:
                if is_resolved or batch.sequence == self._unresolved[batch.key]:
                    self._to_bump.add(batch.key)
                return True
        return error_info(code).retriable

    def _can_retry_forgotten(self, batch: Batch, log_start_offset: int) -> bool:
        """The broker has nothing of this producer any more, as its records were deleted, or lost."""
        partition = self._partitions.get(batch.key) or _Partition()
        if log_start_offset == -1 or batch.is_renumbered:
            return True
        if self.is_transactional:
            if partition.last_offset < log_start_offset:
                self._begin_anew(batch.key)
                return True
            return False
        self._to_bump.add(batch.key)
        return True

    def failed(self, batch: Batch, code: int, *, is_refused: bool) -> None:
        """Take note that a batch was given up. is_refused: the broker certainly has nothing of it."""
        if batch.sequence == NO_SEQUENCE:
            return
        partition = self._partitions.setdefault(batch.key, _Partition())
        self._remove(partition, batch)
        if self._is_of_another_epoch(batch):
            return
        if code == ErrorCode.UNKNOWN_PRODUCER_ID:
            self._partitions.pop(batch.key, None)
            self._unresolved.pop(batch.key, None)
        elif is_refused and self.is_transactional:
            self._close_gap(partition, batch)
        elif is_refused or code == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER:
            self._to_bump.add(batch.key)

    def expired(self, batch: Batch) -> None:
        """Take note that a batch was given up that was sent, and may have arrived."""
        following = next_sequence(batch.last_sequence, 1)
        self._unresolved[batch.key] = max(self._unresolved.get(batch.key, 0), following)

    def replaced(self, batch: Batch, by: list[Batch]) -> None:
        """Take note that a batch was split."""
        partition = self._partitions.setdefault(batch.key, _Partition())
        where = partition.in_flight.index(batch)
        partition.in_flight[where : where + 1] = by

    def settle(self) -> None:
        """Draw the conclusions that have to wait until no request of a partition is on the way; bump the epoch if need be."""
        for key in list(self._unresolved):
            partition = self._partitions.setdefault(key, _Partition())
            if not partition.in_flight:
                if partition.next != partition.last_acked + 1:
                    self._to_bump.add(key)
                del self._unresolved[key]
        if not self._to_bump:
            return
        if self.is_transactional:
            self._to_bump.clear()  # the transaction has failed, and the next begins with a new epoch
        elif self.epoch == _LAST_EPOCH:
            self.producer_id, self.epoch = NO_PRODUCER_ID, -1
        else:
            self.epoch += 1
            for key in self._to_bump:
                self._begin_anew(key)
            self._to_bump.clear()

    def _begin_anew(self, key: TopicPartition) -> None:
        """Let the sequences of a partition begin at 0, for what is to be sent again too."""
        partition = self._partitions.setdefault(key, _Partition())
        sequence = 0
        for batch in partition.in_flight:
            batch.give_sequence(self.producer_id, self.epoch, sequence)
            sequence = next_sequence(sequence, batch.count)
        partition.next = sequence
        partition.last_acked = NO_SEQUENCE
        self._unresolved.pop(key, None)

    @staticmethod
    def _close_gap(partition: _Partition, refused: Batch) -> None:
        """Let what follows a refused batch take its numbers."""
        partition.next -= refused.count
        for batch in partition.in_flight:
            if batch.sequence > refused.sequence:
                batch.give_sequence(batch.producer_id, batch.epoch, batch.sequence - refused.count)

    @staticmethod
    def _remove(partition: _Partition, batch: Batch) -> None:
        if batch in partition.in_flight:
            partition.in_flight.remove(batch)

    def _is_of_another_epoch(self, batch: Batch) -> bool:
        return (batch.producer_id, batch.epoch) != (self.producer_id, self.epoch)
