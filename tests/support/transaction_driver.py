"""A transaction coordinator with a fake clock, logs in memory, and a check that every request is answered just once.

`partitions` are the logs that transactions write to: data and markers of producers, refused when their epoch is an old one.
"""

from collections import deque
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any, NamedTuple

from kafkacli.coordinator.offsets import TopicPartition
from kafkacli.coordinator.requests import InitProducerId, Producer
from kafkacli.coordinator.result import Append, Markers, Result
from kafkacli.coordinator.transaction_coordinator import InitProducerIdResult, TransactionConfig, TransactionCoordinator
from kafkacli.coordinator.transaction_loading import TransactionLoader
from kafkacli.coordinator.transaction_records import (
    TransactionState,
    TransactionValue,
    decode_transaction_key,
    decode_transaction_value,
)
from kafkacli.errors import ErrorCode
from kafkacli.record.batch import Record, encode_batch

CONFIG = TransactionConfig()


class Marker(NamedTuple):
    """A marker in a partition."""

    producer: Producer
    commit: bool
    coordinator_epoch: int


class TransactionDriver:
    """Requests in, answers and logs out.

    fail: appends end with this error, and are not in the log. hold: appends and markers wait in `held` until `release`.
    marker_errors: what the next markers of a partition end with.
    """

    def __init__(self, config: TransactionConfig = CONFIG) -> None:
        self._config = config
        self.now = 1_000_000
        self.coordinator_epoch = 0
        self.answers: dict[Any, Any] = {}
        self.asked: list[Any] = []
        self.log: list[bytes] = []
        self.values: dict[str, TransactionValue | None] = {}
        self.states: list[str] = []
        self.notes: list[str] = []
        self.partitions: dict[TopicPartition, list[Marker | tuple[Producer, object]]] = {}
        self.marker_errors: dict[TopicPartition, list[ErrorCode]] = {}
        self.fail = ErrorCode.NONE
        self.hold = False
        self.held: deque[Callable[[], None]] = deque()
        self.retries: deque[Callable[[int], Result]] = deque()
        self._requests = count(1)
        self._producer_ids = count(1000)
        self.restart()

    def restart(self) -> None:
        """A new coordinator, with what is in the log; what was under way is lost."""
        self.held.clear()
        self.retries.clear()
        self.coordinator_epoch += 1
        self.coordinator = TransactionCoordinator(self._config, 1)
        self.coordinator.begin_loading(0, self.coordinator_epoch)
        loader = TransactionLoader()
        for batch in self.log:
            loader.feed(batch)
        self.apply(self.coordinator.finish_loading(0, self.coordinator_epoch, loader.transactions(), self.now))
        assert not loader.skipped

    def apply(self, result: Result) -> None:
        """Do what a result says, as the broker does."""
        results = deque([result])
        while results:
            each = results.popleft()
            self.notes += each.notes
            for reply_to, answer in each.responses:
                assert reply_to in self.asked, "an answer that nobody asked for"
                assert reply_to not in self.answers, "two answers to one request"
                self.answers[reply_to] = answer
            self.retries.extend(each.retries)
            for append in each.appends:
                self._do(results, partial(self._append, append))
            for markers in each.markers:
                self._do(results, partial(self._mark, markers))

    def _do(self, results: deque[Result], work: Callable[[], Result]) -> None:
        if self.hold:
            self.held.append(lambda: self.apply(work()))
        else:
            results.append(work())

    def release(self) -> None:
        """Do the longest held append, or set of markers."""
        self.held.popleft()()

    def retry(self) -> None:
        """Do what is to be tried again first."""
        self.apply(self.retries.popleft()(self.now))

    def settle(self) -> None:
        """Let everything that is under way come to its end."""
        self.hold, self.fail = False, ErrorCode.NONE
        self.marker_errors.clear()
        while self.held or self.retries:
            if self.held:
                self.release()
            else:
                self.retry()

    def _append(self, append: Append) -> Result:
        if self.fail is not ErrorCode.NONE:
            return append.finished(self.fail, -1, self.now)
        records = [Record(timestamp=append.timestamp_ms, key=key, value=value) for key, value in append.records]
        self.log.append(encode_batch(records, base_offset=len(self.log) * 100))
        for key, data in append.records:
            value = None if data is None else decode_transaction_value(data)
            self.values[decode_transaction_key(key)] = value
            self.states.append("gone" if value is None else TransactionState(value.status).label)
        return append.finished(ErrorCode.NONE, len(self.log) * 100, self.now)

    def _mark(self, markers: Markers) -> Result:
        errors = {}
        for partition in sorted(markers.partitions):
            planned = self.marker_errors.get(partition)
            errors[partition] = planned.pop(0) if planned else self._write_marker(partition, markers)
        return markers.finished(errors, self.now)

    def _write_marker(self, partition: TopicPartition, markers: Markers) -> ErrorCode:
        log = self.partitions.setdefault(partition, [])
        marker = Marker(markers.producer, markers.commit, markers.coordinator_epoch)
        if marker.producer.epoch < self.epoch_in(partition, marker.producer.producer_id):
            return ErrorCode.INVALID_PRODUCER_EPOCH
        log.append(marker)
        return ErrorCode.NONE

    def epoch_in(self, partition: TopicPartition, producer_id: int) -> int:
        """The last epoch that a partition has seen of a producer."""
        return max(
            (each[0].epoch for each in self.partitions.get(partition, []) if each[0][0] == producer_id), default=-1
        )

    def write(self, partition: TopicPartition, producer: Producer, data: object) -> bool:
        """Produce something; False when the epoch is an old one."""
        if producer.epoch < self.epoch_in(partition, producer.producer_id):
            return False
        self.partitions.setdefault(partition, []).append((producer, data))
        return True

    # requests

    def _ask(self) -> int:
        number = next(self._requests)
        self.asked.append(number)
        return number

    def init(self, expected: Producer | None = None, *, name: str = "t", timeout_ms: int = 60_000) -> int:
        """Send InitProducerId; returns the request's number."""
        number = self._ask()
        request = InitProducerId(name, timeout_ms, expected)
        result = self.coordinator.init_producer_id(request, None, number, self.now)
        if result is None:
            result = self.coordinator.init_producer_id(request, next(self._producer_ids), number, self.now)
        assert result is not None
        self.apply(result)
        return number

    def add(self, producer: Producer, *partitions: TopicPartition, name: str = "t") -> int:
        """Send AddPartitionsToTxn; returns the request's number."""
        number = self._ask()
        self.apply(self.coordinator.add_partitions(name, producer, partitions, number, self.now))
        return number

    def end(self, producer: Producer, *, commit: bool, name: str = "t") -> int:
        """Send EndTxn; returns the request's number."""
        number = self._ask()
        self.apply(self.coordinator.end(name, producer, commit=commit, reply_to=number, now_ms=self.now))
        return number

    def abort_timed_out(self) -> None:
        """The periodic look at open transactions."""
        self.apply(self.coordinator.abort_timed_out(self.now))

    def expire_ids(self) -> None:
        """The periodic look at unused ids."""
        self.apply(self.coordinator.expire_ids(self.now))

    # the same, for when it goes well

    def producer(self, expected: Producer | None = None, *, name: str = "t", timeout_ms: int = 60_000) -> Producer:
        """InitProducerId that is answered at once."""
        answer = self.answers[self.init(expected, name=name, timeout_ms=timeout_ms)]
        assert isinstance(answer, InitProducerIdResult)
        assert answer.error is ErrorCode.NONE
        return answer.producer

    def answer(self, number: int) -> ErrorCode:
        """The error in the answer to a request."""
        answer = self.answers[number]
        return answer.error if isinstance(answer, InitProducerIdResult) else ErrorCode(answer)
