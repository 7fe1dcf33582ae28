"""The transaction coordinator of one broker: which transactional ids it may act for, and every request about them.

Events and results are as in `group_coordinator.py`. A transaction ends in three steps, each of which is in the log before
the next begins: the decision (PrepareCommit, PrepareAbort; from there on the client has its answer), the markers in all its
partitions, the end (CompleteCommit, CompleteAbort). A coordinator that finds a decision without an end goes on with the
markers. Source: TransactionCoordinator.scala, TransactionStateManager.scala, TransactionMarkerChannelManager.scala of 2.6.2.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple

from kafkacli.coordinator.group_partition import partition_for
from kafkacli.coordinator.offsets import TopicPartition
from kafkacli.coordinator.requests import NO_PRODUCER, NO_PRODUCER_EPOCH, InitProducerId, Producer
from kafkacli.coordinator.result import Append, Markers, Result
from kafkacli.coordinator.transaction_metadata import TransactionMetadata, Transition
from kafkacli.coordinator.transaction_records import (
    TransactionState,
    encode_transaction_key,
    encode_transaction_value,
)
from kafkacli.errors import ApiError, ErrorCode

# what clients are told when their record can't be appended; an error that isn't listed is told as it is
_APPEND_ERRORS = {
    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION: ErrorCode.COORDINATOR_NOT_AVAILABLE,
    ErrorCode.NOT_ENOUGH_REPLICAS: ErrorCode.COORDINATOR_NOT_AVAILABLE,
    ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND: ErrorCode.COORDINATOR_NOT_AVAILABLE,
    ErrorCode.REQUEST_TIMED_OUT: ErrorCode.COORDINATOR_NOT_AVAILABLE,
    ErrorCode.NOT_LEADER_OR_FOLLOWER: ErrorCode.NOT_COORDINATOR,
    ErrorCode.KAFKA_STORAGE_ERROR: ErrorCode.NOT_COORDINATOR,
    ErrorCode.MESSAGE_TOO_LARGE: ErrorCode.UNKNOWN_SERVER_ERROR,
    ErrorCode.RECORD_LIST_TOO_LARGE: ErrorCode.UNKNOWN_SERVER_ERROR,
}
# errors of markers: those after which the partition is done with, and those after which the whole transaction is somebody
# else's; every other one is tried again
_NO_MARKER_NEEDED = (
    ErrorCode.NONE,
    ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT,
    ErrorCode.UNSUPPORTED_VERSION,
)
_SUPERSEDED = (ErrorCode.INVALID_PRODUCER_EPOCH, ErrorCode.TRANSACTION_COORDINATOR_FENCED)
_ENDING = (TransactionState.PREPARE_COMMIT, TransactionState.PREPARE_ABORT)
_COMMITTED = (TransactionState.PREPARE_COMMIT, TransactionState.COMPLETE_COMMIT)


class TransactionConfig(NamedTuple):
    """`transaction.max.timeout.ms`, `transactional.id.expiration.ms`, `request.timeout.ms`."""

    max_timeout_ms: int = 900_000
    id_expiration_ms: int = 7 * 24 * 60 * 60 * 1000
    request_timeout_ms: int = 30_000


class InitProducerIdResult(NamedTuple):
    """The answer to InitProducerId."""

    error: ErrorCode
    producer: Producer = NO_PRODUCER


class _Owned(NamedTuple):
    """A partition of `__transaction_state` that this broker leads: in which epoch, and the transactional ids in it."""

    coordinator_epoch: int
    transactions: dict[str, TransactionMetadata]


Stored = Callable[[ErrorCode, Result], None]


class TransactionCoordinator:
    """All transactional ids whose partition of `__transaction_state` this broker leads.

    partitions: how many partitions the internal topic has; to be known beforehand, since it comes into being one by one.
    """

    def __init__(self, config: TransactionConfig, partitions: int) -> None:
        self._config = config
        self._partitions = partitions
        self._owned: dict[int, _Owned] = {}
        self._loading: dict[int, int] = {}

    # whose transactional id is it

    def partition_for(self, transactional_id: str) -> int:
        """Return the partition of `__transaction_state` that keeps this id."""
        return partition_for(transactional_id, self._partitions)

    def _owner(self, transactional_id: str) -> _Owned:
        partition = self.partition_for(transactional_id)
        if partition in self._loading:
            raise ApiError(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
        if partition not in self._owned:
            raise ApiError(ErrorCode.NOT_COORDINATOR)
        return self._owned[partition]

    def _of(self, transactional_id: str, producer_id: int) -> tuple[_Owned, TransactionMetadata]:
        """Return the id's state for its producer, or raise ApiError."""
        if not transactional_id:
            raise ApiError(ErrorCode.INVALID_REQUEST)
        owner = self._owner(transactional_id)
        metadata = owner.transactions.get(transactional_id)
        if metadata is None or metadata.producer.producer_id != producer_id:
            raise ApiError(ErrorCode.INVALID_PRODUCER_ID_MAPPING)
        return owner, metadata

    def _check_current(self, owner: _Owned, metadata: TransactionMetadata) -> None:
        """Raise ApiError unless what was begun under this owner may go on."""
        now = self._owner(metadata.transactional_id)
        if now is not owner or owner.transactions.get(metadata.transactional_id) is not metadata:
            raise ApiError(ErrorCode.NOT_COORDINATOR)

    def _is_current(self, owner: _Owned, metadata: TransactionMetadata) -> bool:
        try:
            self._check_current(owner, metadata)
        except ApiError:
            return False
        return True

    # requests

    def init_producer_id(
        self, request: InitProducerId, new_producer_id: int | None, reply_to: Any, now_ms: int
    ) -> Result | None:
        """InitProducerId with a transactional id; the answer is an InitProducerIdResult.

        new_producer_id: one that nobody had. Without it the result may be None: nothing has happened, and one is needed.
        """
        result = Result(now_ms)
        try:
            return self._init_producer_id(request, new_producer_id, reply_to, result)
        except ApiError as error:
            result.respond(reply_to, InitProducerIdResult(ErrorCode(error.code)))
            return result

    def _init_producer_id(
        self, request: InitProducerId, new_producer_id: int | None, reply_to: Any, result: Result
    ) -> Result | None:
        transactional_id, timeout_ms, expected = request
        if not transactional_id:
            raise ApiError(ErrorCode.INVALID_REQUEST)
        if not 0 < timeout_ms <= self._config.max_timeout_ms:
            raise ApiError(ErrorCode.INVALID_TRANSACTION_TIMEOUT)
        owner = self._owner(transactional_id)
        metadata = owner.transactions.get(transactional_id)
        if metadata is None:
            if new_producer_id is None:
                return None
            metadata = TransactionMetadata(transactional_id, new_producer_id, timeout_ms, result.now_ms)
            owner.transactions[transactional_id] = metadata
        if metadata.pending is not None:
            raise ApiError(ErrorCode.CONCURRENT_TRANSACTIONS)
        if expected is not None and not _may_be(expected, metadata):
            raise ApiError(ErrorCode.INVALID_PRODUCER_EPOCH)
        if metadata.state in _ENDING:
            raise ApiError(ErrorCode.CONCURRENT_TRANSACTIONS)
        if metadata.state is TransactionState.ONGOING:
            # whoever began this transaction must not go on; the client asks again when it is aborted
            def aborted(error: ErrorCode, later: Result) -> None:
                later.respond(reply_to, InitProducerIdResult(error or ErrorCode.CONCURRENT_TRANSACTIONS))

            self._abort_and_fence(owner, metadata, aborted, result)
            return result
        if metadata.producer.is_exhausted and (expected is None or expected.epoch == metadata.producer.epoch):
            if new_producer_id is None:
                return None
            transition = metadata.prepare_next_producer_id(
                new_producer_id, timeout_ms, result.now_ms, is_expected=expected is not None
            )
        else:
            expected_epoch = None if expected is None else expected.epoch
            transition = metadata.prepare_next_epoch(timeout_ms, expected_epoch, result.now_ms)

        def stored(error: ErrorCode, later: Result) -> None:
            producer = NO_PRODUCER if error else transition.producer
            later.respond(reply_to, InitProducerIdResult(error, producer))
            if not error:
                later.note(
                    f"Initialized transactionalId {transactional_id} with producerId {producer.producer_id} and producer "
                    f"epoch {producer.epoch}"
                )

        self._store(owner, metadata, transition, stored, result)
        return result

    def add_partitions(
        self,
        transactional_id: str,
        producer: Producer,
        partitions: Collection[TopicPartition],
        reply_to: Any,
        now_ms: int,
    ) -> Result:
        """AddPartitionsToTxn, and AddOffsetsToTxn with the group's partition; the answer is an ErrorCode."""
        result = Result(now_ms)
        try:
            owner, metadata = self._of(transactional_id, producer.producer_id)
            if metadata.producer.epoch != producer.epoch:
                raise ApiError(ErrorCode.INVALID_PRODUCER_EPOCH)
            if metadata.pending is not None or metadata.state in _ENDING:
                raise ApiError(ErrorCode.CONCURRENT_TRANSACTIONS)
        except ApiError as error:
            result.respond(reply_to, ErrorCode(error.code))
            return result
        if metadata.state is TransactionState.ONGOING and metadata.partitions.issuperset(partitions):
            result.respond(reply_to, ErrorCode.NONE)
            return result
        transition = metadata.prepare_partitions(partitions, now_ms)
        self._store(owner, metadata, transition, partial(_respond, reply_to), result)
        return result

    def end(self, transactional_id: str, producer: Producer, *, commit: bool, reply_to: Any, now_ms: int) -> Result:
        """EndTxn; the answer is an ErrorCode, given when the decision is in the log."""
        result = Result(now_ms)
        try:
            owner, metadata = self._of(transactional_id, producer.producer_id)
            if metadata.producer.epoch != producer.epoch:
                raise ApiError(ErrorCode.INVALID_PRODUCER_EPOCH)
            if metadata.pending is not None:
                raise ApiError(ErrorCode.CONCURRENT_TRANSACTIONS)
            if metadata.state is not TransactionState.ONGOING:
                if metadata.state is TransactionState.EMPTY or commit != (metadata.state in _COMMITTED):
                    raise ApiError(ErrorCode.INVALID_TXN_STATE)
                if metadata.state in _ENDING:
                    raise ApiError(ErrorCode.CONCURRENT_TRANSACTIONS)
                result.respond(reply_to, ErrorCode.NONE)
                return result
        except ApiError as error:
            result.respond(reply_to, ErrorCode(error.code))
            return result
        self._end(owner, metadata, partial(_respond, reply_to), result, commit=commit)
        return result

    # the end of a transaction

    def _abort_and_fence(self, owner: _Owned, metadata: TransactionMetadata, ended: Stored, result: Result) -> None:
        metadata.fence(metadata.prepare_fence().producer)

        def fenced(error: ErrorCode, later: Result) -> None:
            if error and self._is_current(owner, metadata):
                metadata.has_failed_fence = True
            ended(error, later)

        self._end(owner, metadata, fenced, result, commit=False)

    def _end(
        self, owner: _Owned, metadata: TransactionMetadata, ended: Stored, result: Result, *, commit: bool
    ) -> None:
        """Write the decision, then tell `ended`, and go on with the markers."""

        def stored(error: ErrorCode, later: Result) -> None:
            ended(error, later)
            if not error:
                self._go_on(owner, metadata, later)

        transition = metadata.prepare_end(commit=commit, now_ms=result.now_ms)
        self._store(owner, metadata, transition, stored, result)

    def _go_on(self, owner: _Owned, metadata: TransactionMetadata, result: Result) -> None:
        """Write the markers of a transaction that is decided, and then its end."""
        commit = metadata.state is TransactionState.PREPARE_COMMIT
        transition = metadata.prepare_complete(result.now_ms)
        complete = partial(self._complete, owner, metadata, transition)
        if not metadata.partitions:
            complete(result)
            return
        written = partial(self._marked, owner, metadata, commit, complete)
        result.markers.append(self._markers(owner, metadata, metadata.partitions, written, commit=commit))

    @staticmethod
    def _markers(
        owner: _Owned,
        metadata: TransactionMetadata,
        partitions: Iterable[TopicPartition],
        written: Callable[[Mapping[TopicPartition, ErrorCode], Result], None],
        *,
        commit: bool,
    ) -> Markers:
        return Markers(metadata.producer, owner.coordinator_epoch, frozenset(partitions), written, commit=commit)

    def _marked(
        self,
        owner: _Owned,
        metadata: TransactionMetadata,
        commit: bool,
        complete: Callable[[Result], None],
        errors: Mapping[TopicPartition, ErrorCode],
        result: Result,
    ) -> None:
        """Some partitions have their markers, or not: try again with those, or write the end when none is left."""
        if not self._is_current(owner, metadata):
            return  # another coordinator finds the decision, and writes them
        metadata.partitions.difference_update(
            partition for partition, error in errors.items() if error in _NO_MARKER_NEEDED
        )
        failed = {partition: error for partition, error in errors.items() if error not in _NO_MARKER_NEEDED}
        for partition, error in failed.items():
            what = f"{metadata.transactional_id}'s transaction marker for partition {partition.topic}-{partition.partition}"
            result.note(f"Sending {what} has failed with error {error.name}")
        if any(error in _SUPERSEDED for error in failed.values()):
            return
        if failed:
            written = partial(self._marked, owner, metadata, commit, complete)

            def again(now_ms: int) -> Result:
                later = Result(now_ms)
                if self._is_current(owner, metadata):
                    later.markers.append(self._markers(owner, metadata, failed, written, commit=commit))
                return later

            result.retries.append(again)
        elif not metadata.partitions:
            complete(result)

    def _complete(self, owner: _Owned, metadata: TransactionMetadata, transition: Transition, result: Result) -> None:
        def again(now_ms: int) -> Result:
            later = Result(now_ms)
            if self._is_current(owner, metadata):
                self._complete(owner, metadata, transition, later)
            return later

        def stored(error: ErrorCode, later: Result) -> None:
            if error is ErrorCode.COORDINATOR_NOT_AVAILABLE:
                later.retries.append(again)

        self._store(owner, metadata, transition, stored, result, keep_pending=True)

    # the log

    def _store(
        self,
        owner: _Owned,
        metadata: TransactionMetadata,
        transition: Transition,
        stored: Stored,
        result: Result,
        *,
        keep_pending: bool = False,
    ) -> None:
        """Append a prepared transition, and complete it or give it up. keep_pending: when it is worth another try."""

        def finish(error: ErrorCode, _base_offset: int, later: Result) -> None:
            error = _APPEND_ERRORS.get(error, error)
            try:
                self._check_current(owner, metadata)
            except ApiError as lost:
                error = error or ErrorCode(lost.code)
            else:
                if not error:
                    metadata.complete(transition)
                elif not (keep_pending and error is ErrorCode.COORDINATOR_NOT_AVAILABLE):
                    metadata.pending = None
            if error:
                later.note(
                    f"TransactionalId {metadata.transactional_id} append transaction log for transition to "
                    f"{transition.state.label} failed due to {error.name}"
                )
            stored(error, later)

        record = (
            encode_transaction_key(metadata.transactional_id),
            encode_transaction_value(transition.value()),
        )
        partition = self.partition_for(metadata.transactional_id)
        result.appends.append(Append(partition, [record], result.now_ms, finish, timeout_ms=transition.timeout_ms))

    # time and ownership

    def abort_timed_out(self, now_ms: int) -> Result:
        """Abort the transactions that have been open for longer than their producers wanted."""
        result = Result(now_ms)
        for owner in self._owned.values():
            for metadata in owner.transactions.values():
                if metadata.is_timed_out(now_ms):
                    transactional_id = metadata.transactional_id

                    def ended(error: ErrorCode, later: Result, transactional_id: str = transactional_id) -> None:
                        what = f"rollback of ongoing transaction for transactionalId {transactional_id}"
                        later.note(
                            f"The {what} failed due to {error.name}" if error else f"Completed {what} due to timeout"
                        )

                    self._abort_and_fence(owner, metadata, ended, result)
        return result

    def expire_ids(self, now_ms: int) -> Result:
        """Forget the ids that were not used for `transactional.id.expiration.ms`."""
        result = Result(now_ms)
        for partition, owner in self._owned.items():
            expired = [
                metadata
                for metadata in owner.transactions.values()
                if metadata.is_complete
                and metadata.pending is None
                and metadata.update_ms <= now_ms - self._config.id_expiration_ms
            ]
            if not expired:
                continue
            for metadata in expired:
                metadata.prepare_dead()
            records: list[tuple[bytes, bytes | None]] = [
                (encode_transaction_key(metadata.transactional_id), None) for metadata in expired
            ]
            finish = partial(self._expired, owner, expired)
            result.appends.append(
                Append(partition, records, now_ms, finish, timeout_ms=self._config.request_timeout_ms)
            )
        return result

    def _expired(
        self,
        owner: _Owned,
        expired: list[TransactionMetadata],
        error: ErrorCode,
        _base_offset: int,
        result: Result,
    ) -> None:
        for metadata in expired:
            if not error:
                owner.transactions.pop(metadata.transactional_id, None)
            metadata.pending = None
        if error:
            result.note(f"Failed to remove {len(expired)} expired transactional ids: {error.name}")

    def begin_loading(self, partition: int, coordinator_epoch: int) -> None:
        """This broker leads the partition now, in that epoch; requests wait until `finish_loading`."""
        self._owned.pop(partition, None)
        self._loading[partition] = coordinator_epoch

    def finish_loading(
        self, partition: int, coordinator_epoch: int, transactions: Iterable[TransactionMetadata], now_ms: int
    ) -> Result:
        """Take over what the partition's log has (`transaction_loading.py`), and go on with what was being ended."""
        result = Result(now_ms)
        if self._loading.get(partition) != coordinator_epoch:
            return result  # it has been lost meanwhile
        del self._loading[partition]
        owner = _Owned(coordinator_epoch, {metadata.transactional_id: metadata for metadata in transactions})
        self._owned[partition] = owner
        for metadata in owner.transactions.values():
            if metadata.state in _ENDING:
                self._go_on(owner, metadata, result)
        return result

    def resign(self, partition: int) -> None:
        """Another broker leads the partition now, or it is gone; what is under way here comes to nothing."""
        self._loading.pop(partition, None)
        self._owned.pop(partition, None)


def _respond(reply_to: Any, error: ErrorCode, result: Result) -> None:
    result.respond(reply_to, error)


def _may_be(expected: Producer, metadata: TransactionMetadata) -> bool:
    """Whether a producer that believes to be `expected` may be this id's: itself, or before a change it hasn't heard of."""
    return (
        metadata.producer.epoch == NO_PRODUCER_EPOCH
        or expected.producer_id == metadata.producer.producer_id
        or (expected.producer_id == metadata.last_producer.producer_id and expected.is_exhausted)
    )
