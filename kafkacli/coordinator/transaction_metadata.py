"""One transactional id: its producer, its transaction, and the next state that is on its way to the log.

A change is prepared (`prepare_…` gives the `Transition` that is to be written), and completed when its record is in the log,
or given up. In between the id is pending, and everybody else has to wait.

    Empty, CompleteCommit, CompleteAbort  --AddPartitions-->  Ongoing  --EndTxn-->  PrepareCommit  --markers-->  CompleteCommit
                                                                              -->  PrepareAbort   --markers-->  CompleteAbort

PrepareEpochFence is pending only: the epoch is bumped, so that nobody who has the old one can go on, and the transaction
aborted. Dead is pending too, until the tombstone is written. Source: TransactionMetadata.scala of 2.6.2, KIP-98, KIP-360.
"""

from collections.abc import Iterable
from typing import NamedTuple

from kafkacli.coordinator.offsets import TopicPartition
from kafkacli.coordinator.requests import LAST_EPOCH, NO_PRODUCER, NO_PRODUCER_EPOCH, Producer
from kafkacli.coordinator.transaction_records import TransactionPartitions, TransactionState, TransactionValue
from kafkacli.errors import ApiError, ErrorCode

NO_TIMESTAMP = -1

_COMPLETE = (TransactionState.EMPTY, TransactionState.COMPLETE_COMMIT, TransactionState.COMPLETE_ABORT)
_PREVIOUS = {
    TransactionState.EMPTY: _COMPLETE,
    TransactionState.ONGOING: (TransactionState.ONGOING, *_COMPLETE),
    TransactionState.PREPARE_COMMIT: (TransactionState.ONGOING,),
    TransactionState.PREPARE_ABORT: (TransactionState.ONGOING,),
    TransactionState.COMPLETE_COMMIT: (TransactionState.PREPARE_COMMIT,),
    TransactionState.COMPLETE_ABORT: (TransactionState.PREPARE_ABORT,),
    TransactionState.DEAD: _COMPLETE,
    TransactionState.PREPARE_EPOCH_FENCE: (TransactionState.ONGOING,),
}


class Transition(NamedTuple):
    """What a transactional id is to become. Times in milliseconds."""

    state: TransactionState
    producer: Producer
    last_producer: Producer
    timeout_ms: int
    partitions: frozenset[TopicPartition]
    start_ms: int
    update_ms: int

    def value(self) -> TransactionValue:
        """Return the value for the log."""
        partitions = None
        if self.state is not TransactionState.EMPTY:
            by_topic: dict[str, list[int]] = {}
            for topic, number in sorted(self.partitions):
                by_topic.setdefault(topic, []).append(number)
            partitions = [TransactionPartitions(topic=topic, partition_ids=ids) for topic, ids in by_topic.items()]
        return TransactionValue(
            producer_id=self.producer.producer_id,
            producer_epoch=self.producer.epoch,
            timeout=self.timeout_ms,
            status=self.state,
            partitions=partitions,
            entry_timestamp=self.update_ms,
            start_timestamp=self.start_ms,
        )


class TransactionMetadata:
    """The state of one transactional id.

    last_producer: the id and epoch before the present ones, while the producer that asked for these (KIP-360) may ask again;
        not in the log. pending: the state of a transition that isn't completed yet. partitions: while a transaction ends,
        those that have no marker yet.
    """

    __slots__ = (
        "has_failed_fence",
        "last_producer",
        "partitions",
        "pending",
        "producer",
        "start_ms",
        "state",
        "timeout_ms",
        "transactional_id",
        "update_ms",
    )

    def __init__(self, transactional_id: str, producer_id: int, timeout_ms: int, now_ms: int) -> None:
        self.transactional_id = transactional_id
        self.producer = Producer(producer_id, NO_PRODUCER_EPOCH)
        self.last_producer = NO_PRODUCER
        self.timeout_ms = timeout_ms
        self.state = TransactionState.EMPTY
        self.pending: TransactionState | None = None
        self.partitions: set[TopicPartition] = set()
        self.start_ms = NO_TIMESTAMP
        self.update_ms = now_ms
        self.has_failed_fence = False

    @classmethod
    def of(cls, transactional_id: str, value: TransactionValue) -> "TransactionMetadata":
        """Return what a record of the log says."""
        metadata = cls(transactional_id, value.producer_id, value.timeout, value.entry_timestamp)
        metadata.producer = Producer(value.producer_id, value.producer_epoch)
        metadata.state = TransactionState(value.status)
        metadata.start_ms = value.start_timestamp
        metadata.partitions = {
            TopicPartition(one.topic, number) for one in value.partitions or () for number in one.partition_ids
        }
        return metadata

    @property
    def is_complete(self) -> bool:
        """Whether there is no transaction now."""
        return self.state in _COMPLETE

    def is_timed_out(self, now_ms: int) -> bool:
        """Whether the transaction has been open for too long, and nothing is under way that ends it."""
        is_open = self.state is TransactionState.ONGOING and self.pending is None
        return is_open and self.start_ms + self.timeout_ms < now_ms

    # what can be prepared

    def prepare_fence(self) -> Transition:
        """Bump the epoch of a producer whose transaction is to be aborted.

        After a bump whose record couldn't be written the epoch is high enough: no client has it.
        """
        epoch = self.producer.epoch + (not self.has_failed_fence)
        if epoch > LAST_EPOCH:
            raise ApiError(ErrorCode.UNKNOWN_SERVER_ERROR, f"no epoch is left to fence {self.transactional_id} with")
        return self._prepare(TransactionState.PREPARE_EPOCH_FENCE, self.producer._replace(epoch=epoch))

    def fence(self, producer: Producer) -> None:
        """Give way to the abort that `prepare_fence` was for: nobody may use the old epoch from now on."""
        self.pending = None
        self.producer = producer
        self.last_producer = self.last_producer._replace(epoch=NO_PRODUCER_EPOCH)

    def prepare_next_epoch(self, timeout_ms: int, expected_epoch: int | None, now_ms: int) -> Transition:
        """Give the producer its next epoch.

        expected_epoch: what the producer believes to have; None from one that starts. One that asks again, since it has
        missed the answer, gets the same answer. Raises ApiError INVALID_PRODUCER_EPOCH for one that was fenced.
        """
        if self.producer.is_exhausted:
            raise ApiError(ErrorCode.UNKNOWN_SERVER_ERROR, f"no epoch is left for {self.transactional_id}")
        epoch = self.producer.epoch
        bumped, last = epoch + 1, NO_PRODUCER_EPOCH
        if expected_epoch is not None:
            if expected_epoch == epoch or epoch == NO_PRODUCER_EPOCH:
                last = epoch
            elif expected_epoch == self.last_producer.epoch:
                bumped, last = epoch, expected_epoch
            else:
                raise ApiError(ErrorCode.INVALID_PRODUCER_EPOCH)
        return self._prepare_empty(self.producer._replace(epoch=bumped), last, timeout_ms, now_ms)

    def prepare_next_producer_id(
        self, producer_id: int, timeout_ms: int, now_ms: int, *, is_expected: bool
    ) -> Transition:
        """Give the producer a new id, since the epochs are used up. is_expected: it has told its id and epoch."""
        last_epoch = self.producer.epoch if is_expected else NO_PRODUCER_EPOCH
        return self._prepare_empty(Producer(producer_id, 0), last_epoch, timeout_ms, now_ms)

    def prepare_partitions(self, added: Iterable[TopicPartition], now_ms: int) -> Transition:
        """Add partitions to the transaction, which begins with the first."""
        start_ms = self.start_ms if self.state is TransactionState.ONGOING else now_ms
        return self._prepare(
            TransactionState.ONGOING, partitions=self.partitions.union(added), start_ms=start_ms, update_ms=now_ms
        )

    def prepare_end(self, *, commit: bool, now_ms: int) -> Transition:
        """Decide how the transaction ends."""
        state = TransactionState.PREPARE_COMMIT if commit else TransactionState.PREPARE_ABORT
        return self._prepare(state, partitions=self.partitions, update_ms=now_ms)

    def prepare_complete(self, now_ms: int) -> Transition:
        """Have the transaction ended; the record is written when every partition has its marker."""
        self.has_failed_fence = False
        committed = self.state is TransactionState.PREPARE_COMMIT
        state = TransactionState.COMPLETE_COMMIT if committed else TransactionState.COMPLETE_ABORT
        return self._prepare(state, update_ms=now_ms)

    def prepare_dead(self) -> Transition:
        """Have the id expire."""
        return self._prepare(TransactionState.DEAD)

    def _prepare_empty(self, producer: Producer, last_epoch: int, timeout_ms: int, now_ms: int) -> Transition:
        prepared = self._prepare(TransactionState.EMPTY, producer, start_ms=NO_TIMESTAMP, update_ms=now_ms)
        return prepared._replace(last_producer=Producer(self.producer.producer_id, last_epoch), timeout_ms=timeout_ms)

    def _prepare(
        self,
        state: TransactionState,
        producer: Producer | None = None,
        *,
        partitions: Iterable[TopicPartition] = (),
        start_ms: int | None = None,
        update_ms: int | None = None,
    ) -> Transition:
        if self.pending is not None or self.state not in _PREVIOUS[state]:
            pending = "" if self.pending is None else f" (pending {self.pending.label})"
            raise ValueError(f"{self.transactional_id} can't go from {self.state.label}{pending} to {state.label}")
        self.pending = state
        return Transition(
            state,
            producer or self.producer,
            self.last_producer,
            self.timeout_ms,
            frozenset(partitions),
            self.start_ms if start_ms is None else start_ms,
            self.update_ms if update_ms is None else update_ms,
        )

    # how it ends

    def complete(self, transition: Transition) -> None:
        """Take over a transition whose record is in the log."""
        if transition.state is not self.pending:
            raise ValueError(f"{self.transactional_id} isn't on its way to {transition.state.label}")
        self.pending = None
        self.state = transition.state
        self.producer = transition.producer
        self.last_producer = transition.last_producer
        self.timeout_ms = transition.timeout_ms
        self.partitions = set(transition.partitions)
        self.start_ms = transition.start_ms
        self.update_ms = transition.update_ms
