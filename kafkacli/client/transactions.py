"""The transactions of a producer: its coordinator, its id, which partitions take part, and the end of each.

Source: KIP-98, and Apache `TransactionManager` of 2.6.2.
"""

from __future__ import annotations

from time import monotonic

from kafkacli.client.link import decoded
from kafkacli.client.records import ERRORS
from kafkacli.errors import ErrorCode, error_info
from kafkacli.wire.messages.add_partitions_to_txn import (
    AddPartitionsToTxnRequest,
    AddPartitionsToTxnResponse,
    AddPartitionsToTxnTopic,
)
from kafkacli.wire.messages.end_txn import EndTxnRequest, EndTxnResponse
from kafkacli.wire.messages.find_coordinator import FindCoordinatorRequest, FindCoordinatorResponse
from kafkacli.wire.messages.init_producer_id import InitProducerIdRequest, InitProducerIdResponse
from kafkacli.wire.primitives import WireError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from kafkacli.client.link import Link
    from kafkacli.client.links import Links
    from kafkacli.client.sequences import Sequences
    from kafkacli.client.topics import TopicPartition
    from kafkacli.wire.schema import Message

    M = TypeVar("M", bound=Message)

_TRANSACTION = 1  # the kind of coordinator
_MOVED = (ErrorCode.COORDINATOR_NOT_AVAILABLE, ErrorCode.NOT_COORDINATOR)
_LATER = (ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, ErrorCode.CONCURRENT_TRANSACTIONS)
_STEP = 0.5  # seconds


class TransactionError(Exception):
    """A transaction, or the producer, that can't go on; str() is the exception as Java prints it."""


class Transactions:
    """Speaks with the coordinator. It waits for its answers, while the producer's rounds go on.

    wait: one round of the producer, for at most so many seconds.
    """

    def __init__(
        self,
        transactional_id: str,
        timeout_ms: int,
        links: Links,
        sequences: Sequences,
        wait: Callable[[float], object],
        *,
        request_timeout_s: float,
        backoff_s: float,
    ) -> None:
        self._id = transactional_id
        self._timeout_ms = timeout_ms
        self._links = links
        self._sequences = sequences
        self._wait = wait
        self._request_timeout_s = request_timeout_s
        self._backoff_s = backoff_s
        self._coordinator: tuple[str, int] | None = None
        self._partitions: set[TopicPartition] = set()
        self._failure = ""

    def failed(self, exception: str) -> None:
        """A record was not delivered: the transaction can't be committed any more."""
        self._failure = self._failure or exception

    def init(self, within_ms: int) -> None:
        """Get the producer's id. Raises TransactionError."""
        request = InitProducerIdRequest(transactional_id=self._id, transaction_timeout_ms=self._timeout_ms)
        deadline = monotonic() + within_ms / 1000
        answer = self._ask(request, InitProducerIdResponse, deadline, lambda found: found.error_code)
        if answer is None:
            text = f"Timeout expired after {within_ms}milliseconds while awaiting InitProducerId"
            raise TransactionError(f"{ERRORS}TimeoutException: {text}")
        self._sequences.take_id(answer.producer_id, answer.producer_epoch)

    def begin(self) -> None:
        """Begin one."""
        self._partitions.clear()

    def add(self, partition: TopicPartition) -> None:
        """Let a partition take part before anything is written to it. Raises TransactionError."""
        if partition in self._partitions:
            return
        request = AddPartitionsToTxnRequest(
            transactional_id=self._id,
            producer_id=self._sequences.producer_id,
            producer_epoch=self._sequences.epoch,
            topics=[AddPartitionsToTxnTopic(name=partition[0], partitions=[partition[1]])],
        )
        deadline = monotonic() + self._timeout_ms / 1000
        answer = self._ask(
            request, AddPartitionsToTxnResponse, deadline, lambda found: found.results[0].results[0].error_code
        )
        if answer is None:
            raise TransactionError(f"{ERRORS}TimeoutException: The transaction's coordinator doesn't answer.")
        self._partitions.add(partition)

    def commit(self, within_ms: int) -> None:
        """Commit what was delivered. Raises TransactionError."""
        if self._failure:
            text = "Cannot execute transactional method because we are in an error state"
            raise TransactionError(f"org.apache.kafka.common.KafkaException: {text}")
        if not self._partitions:
            return
        request = EndTxnRequest(
            transactional_id=self._id,
            producer_id=self._sequences.producer_id,
            producer_epoch=self._sequences.epoch,
            committed=True,
        )
        deadline = monotonic() + within_ms / 1000
        if self._ask(request, EndTxnResponse, deadline, lambda found: found.error_code) is None:
            text = f"Timeout expired after {within_ms}milliseconds while awaiting EndTxn(true)"
            raise TransactionError(f"{ERRORS}TimeoutException: {text}")

    def _ask(self, request: Message, kind: type[M], deadline: float, code_of: Callable[[M], int]) -> M | None:
        """Return the coordinator's answer that is no error, None when there was none in time. Raises TransactionError."""
        while monotonic() < deadline:
            link = self._link(deadline)
            if link is None:
                return None
            answer = self._exchange(link, request, kind, deadline)
            code = ErrorCode.NOT_COORDINATOR if answer is None else code_of(answer)
            if not code:
                return answer
            if code in _MOVED:
                self._coordinator = None
            elif code not in _LATER and not error_info(code).retriable:
                info = error_info(code)
                raise TransactionError(f"{ERRORS}{info.exception}: {info.message}")
            self._pause(deadline)
        return None

    def _link(self, deadline: float) -> Link | None:
        """Return the connection to the coordinator, which is looked for if need be; None when it wasn't found in time."""
        while monotonic() < deadline:
            if self._coordinator is None:
                self._find(deadline)
            if self._coordinator is not None:
                link = self._links.to(self._coordinator, monotonic())
                if link is not None and link.is_up:
                    return link
                if link is not None and link.is_closed:
                    self._coordinator = None
            self._wait(self._backoff_s)
        return None

    def _find(self, deadline: float) -> None:
        """Ask some broker which one the coordinator is."""
        link = self._links.any(monotonic())
        if link is None:
            return
        request = FindCoordinatorRequest(key=self._id, key_type=_TRANSACTION)
        answer = self._exchange(link, request, FindCoordinatorResponse, deadline)
        if answer is None:
            return
        if not answer.error_code:
            self._coordinator = (answer.host, answer.port)
        elif not error_info(answer.error_code).retriable:
            info = error_info(answer.error_code)
            raise TransactionError(f"{ERRORS}{info.exception}: {info.message}")
        else:
            self._pause(deadline)

    def _exchange(self, link: Link, request: Message, kind: type[M], deadline: float) -> M | None:
        """Return an answer, None when the connection was lost, or the time is over. Raises TransactionError."""
        answers: list[M | None] = []

        def take(frame: memoryview | None, version: int) -> None:
            answers.append(None if frame is None else decoded(kind, frame, version))

        try:
            link.send(request, take, self._request_timeout_s)
        except WireError:
            text = f"The broker does not support {request.api_key.name}"
            if isinstance(request, FindCoordinatorRequest):
                text = "Cannot create a v0 FindCoordinator request because we require features supported only in 2 or later."
            raise TransactionError(f"{ERRORS}UnsupportedVersionException: {text}") from None
        while not answers and monotonic() < deadline:
            self._wait(_STEP)
        return answers[0] if answers else None

    def _pause(self, deadline: float) -> None:
        until = min(monotonic() + self._backoff_s, deadline)
        while (left := until - monotonic()) > 0:
            self._wait(left)
