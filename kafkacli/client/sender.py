"""The moving part of a producer: round by round it sends what is ready, waits for the sockets, and takes the answers.

One thread does it all: whoever owns the producer calls `round`, from time to time or to wait for something.
Source: Apache `Sender` and `NetworkClient` of 2.6.2.
"""

from __future__ import annotations

from functools import partial
from time import monotonic

from kafkacli.client.connection import AuthenticationFailed
from kafkacli.client.java_errors import cause_text
from kafkacli.client.link import decoded
from kafkacli.client.produce_versions import MAGIC_2_SINCE, for_version, magic_of
from kafkacli.client.records import ERRORS
from kafkacli.errors import ErrorCode, error_info
from kafkacli.record.errors import UnsupportedCompression
from kafkacli.wire.messages.init_producer_id import InitProducerIdRequest, InitProducerIdResponse
from kafkacli.wire.messages.produce import PartitionProduceData, ProduceRequest, ProduceResponse, TopicProduceData
from kafkacli.wire.primitives import WireError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kafkacli.client.accumulator import Accumulator
    from kafkacli.client.batches import Batch
    from kafkacli.client.cluster_watch import ClusterWatch
    from kafkacli.client.link import Link
    from kafkacli.client.links import Links
    from kafkacli.client.records import Notice
    from kafkacli.client.sequences import Sequences
    from kafkacli.client.topics import TopicPartition

    Done = Callable[[Batch, str], None]
    """Told of a batch that is acknowledged, or given up with an exception as Java prints it."""

_STALE = frozenset(
    (
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        ErrorCode.LEADER_NOT_AVAILABLE,
        ErrorCode.NOT_LEADER_OR_FOLLOWER,
        ErrorCode.REPLICA_NOT_AVAILABLE,
        ErrorCode.KAFKA_STORAGE_ERROR,
        ErrorCode.FENCED_LEADER_EPOCH,
        ErrorCode.NETWORK_EXCEPTION,
    )
)


class Sender:
    """Sends what an accumulator gathers. Times in seconds.

    acks: as in the protocol. sequences: of an idempotent producer. done: told of each batch. throttled: told
    for how many milliseconds a broker wants to hear nothing.
    """

    def __init__(
        self,
        accumulator: Accumulator,
        watch: ClusterWatch,
        links: Links,
        sequences: Sequences | None,
        done: Done,
        notice: Notice,
        *,
        acks: int,
        retries: int,
        max_in_flight: int,
        max_request_size: int,
        request_timeout_ms: int,
        backoff_s: float,
        throttled: Callable[[int], None],
        transactional_id: str | None = None,
    ) -> None:
        self.links = links
        self._accumulator = accumulator
        self._watch = watch
        self._view = watch.view
        self._sequences = sequences
        self._done = done
        self._throttled = throttled
        self._notice = notice
        self._acks = acks
        self._retries = retries
        self._max_in_flight = max_in_flight
        self._max_request_size = max_request_size
        self._request_timeout_ms = request_timeout_ms
        self._backoff_s = backoff_s
        self._transactional_id = transactional_id
        self._on_the_wire: set[Batch] = set()
        self._is_asking_id = False
        self._next_expiry = 0.0

    # --- one round

    def round(self, wait_s: float, descriptors: Iterable[int] = ()) -> bool:
        """Send what is ready, then wait until something happens, at most `wait_s`; take in what came.

        descriptors: of others, whose readability ends the wait too. Returns whether one of these is readable.
        """
        delay = min(self._send_ready(monotonic()), wait_s)
        is_there = self.links.wait(delay, descriptors)
        if self.links.has_moved:
            self._send_ready(monotonic())
        return is_there

    def _send_ready(self, now: float) -> float:
        """Send what is ready. Returns the seconds after which there may be more to do."""
        delay = min(self._look_after_links(now), self._watch.look_after(now))
        if self._sequences is not None:
            self._sequences.settle()
            self._look_after_id()
        delay = min(delay, self._expire(now))
        ready, later, unknown = self._accumulator.ready(now, self._view.leader)
        delay = min(delay, later)
        if unknown:
            self._watch.want(unknown)
            self._watch.is_old()
            delay = min(delay, self._backoff_s)
        for node, partitions in ready.items():
            address = self._view.brokers[node]
            link = self.links.to(address, now)
            if link is None:
                delay = min(delay, self.links.delay(address, now))
                continue
            if not link.is_up:
                continue
            if link.paused_until > now:
                delay = min(delay, link.paused_until - now)
                continue
            while link.is_up and link.on_the_way < self._max_in_flight:
                batches = self._accumulator.take(partitions, self._max_request_size, now)
                if not batches:
                    break
                self._send(link, batches)
        return delay

    def _look_after_links(self, now: float) -> float:
        """Give up those that don't answer, take note of lost ones. Returns the seconds until that is to be done again."""
        for address, failure in self.links.look_after(now):
            if isinstance(failure, AuthenticationFailed):
                self._refuse(address, failure)
            self._watch.is_old()
        return self.links.next_deadline(now)

    def _refuse(self, address: tuple[str, int], failure: AuthenticationFailed) -> None:
        """Give up what can go to one broker only, which doesn't let us in."""
        ready, _, _ = self._accumulator.ready(float("inf"), self._view.leader)
        for node, partitions in ready.items():
            if self._view.brokers[node] == address:
                for batch in self._accumulator.take_all(partitions):
                    self._give_up(batch, cause_text(failure), 0, is_refused=False)

    # --- the id of an idempotent producer

    def _look_after_id(self) -> None:
        assert self._sequences is not None
        if self._sequences.has_id or self._is_asking_id or self._transactional_id is not None:
            return
        link = self.links.any(monotonic())
        if link is None:
            return
        request = InitProducerIdRequest(transactional_id=None, transaction_timeout_ms=2**31 - 1)
        try:
            link.send(request, self._take_id, self._request_timeout_ms / 1000)
            self._is_asking_id = True
        except WireError:
            self._fail_everything(
                f"{ERRORS}UnsupportedVersionException: Attempting to use idempotence with a broker which does not support "
                "the required message format (v2). The broker must be version 0.11 or later."
            )

    def _take_id(self, frame: memoryview | None, version: int) -> None:
        assert self._sequences is not None
        self._is_asking_id = False
        if frame is None:
            return
        answer = decoded(InitProducerIdResponse, frame, version)
        if not answer.error_code:
            self._sequences.take_id(answer.producer_id, answer.producer_epoch)
        elif not error_info(answer.error_code).retriable:
            info = error_info(answer.error_code)
            self._fail_everything(f"{ERRORS}{info.exception}: {info.message}")

    def _fail_everything(self, exception: str) -> None:
        for batch in self._accumulator.take_all():
            self._give_up(batch, exception, 0, is_refused=False)

    # --- batches

    def magic(self) -> int:
        """Return the newest message format that every connected broker takes."""
        return magic_of(self.links.newest(ProduceRequest))

    def _send(self, link: Link, batches: list[Batch]) -> None:
        topics: dict[str, list[PartitionProduceData]] = {}
        try:
            version = link.version_of(ProduceRequest)
            for batch in batches:
                data = PartitionProduceData(partition_index=batch.partition, records=for_version(batch.wire, version))
                topics.setdefault(batch.topic, []).append(data)
        except (WireError, UnsupportedCompression) as error:
            name = "UnsupportedVersion" if isinstance(error, WireError) else "UnsupportedCompressionType"
            for batch in batches:
                self._accumulator.answered(batch)
                self._give_up(batch, f"{ERRORS}{name}Exception: {error}", 0, is_refused=True)
            return
        request = ProduceRequest(
            transactional_id=self._transactional_id if version >= MAGIC_2_SINCE else "",
            acks=self._acks,
            timeout_ms=self._request_timeout_ms,
            topics=[TopicProduceData(name=topic, partitions=rows) for topic, rows in topics.items()],
        )
        self._on_the_wire.update(batches)
        answered = partial(self._take_answer, link, {batch.key: batch for batch in batches})
        link.send(request, answered, self._request_timeout_ms / 1000, version=version, is_answered=self._acks != 0)

    def _take_answer(
        self, link: Link, batches: dict[TopicPartition, Batch], frame: memoryview | None, version: int
    ) -> None:
        for batch in batches.values():
            self._accumulator.answered(batch)
            self._on_the_wire.discard(batch)
        if frame is None:
            for batch in reversed(batches.values()):
                self._take_result(batch, ErrorCode.NETWORK_EXCEPTION, -1)
        elif not len(frame):
            for batch in batches.values():
                self._acknowledge(batch, -1)
        else:
            answer = decoded(ProduceResponse, frame, version)
            if answer.throttle_time_ms:
                link.paused_until = monotonic() + answer.throttle_time_ms / 1000
                self._throttled(answer.throttle_time_ms)
            for topic in answer.responses:
                for row in topic.partitions:
                    batch = batches[topic.name, row.partition_index]
                    if row.error_code:
                        self._take_result(batch, row.error_code, row.log_start_offset)
                    else:
                        self._acknowledge(batch, row.base_offset)

    def _acknowledge(self, batch: Batch, base_offset: int) -> None:
        if batch.is_done:  # it took too long
            if self._sequences is not None:
                self._sequences.completed(batch)
            return
        batch.base_offset = base_offset
        if self._sequences is not None:
            self._sequences.completed(batch)
        self._accumulator.done(batch)
        self._done(batch, "")

    def _take_result(self, batch: Batch, code: int, log_start_offset: int) -> None:
        """An error came for a batch."""
        where = f"topic-partition {batch.topic}-{batch.partition}"
        left = self._retries - batch.attempts
        info = error_info(code)
        if code == ErrorCode.MESSAGE_TOO_LARGE and batch.count > 1 and not batch.is_done:
            self._notice(
                "WARN",
                f"Got error produce response on {where}, splitting and retrying ({left} attempts left). Error: {info.name}",
            )
            parts = self._accumulator.split(batch)
            if self._sequences is not None:
                self._sequences.replaced(batch, parts)
        elif self._can_retry(batch, code, log_start_offset):
            self._notice(
                "WARN",
                f"Got error produce response on {where}, retrying ({left - 1} attempts left). Error: {info.name}",
            )
            self._accumulator.put_back(batch, monotonic())
        elif code == ErrorCode.DUPLICATE_SEQUENCE_NUMBER:
            self._acknowledge(batch, -1)
        elif not batch.is_done:
            self._give_up(batch, _exception(batch, code), code, is_refused=batch.attempts < self._retries)
        if code in _STALE:
            self._watch.is_old()

    def _can_retry(self, batch: Batch, code: int, log_start_offset: int) -> bool:
        if batch.is_done or batch.attempts >= self._retries or self._accumulator.seconds_left(batch, monotonic()) <= 0:
            return False
        if self._sequences is not None:
            return self._sequences.can_retry(batch, code, log_start_offset)
        return error_info(code).retriable

    def _give_up(self, batch: Batch, exception: str, code: int, *, is_refused: bool) -> None:
        if self._sequences is not None:
            self._sequences.failed(batch, code, is_refused=is_refused)
        self._accumulator.done(batch)
        self._done(batch, exception)

    def _expire(self, now: float) -> float:
        """Give up what took too long. Returns the seconds until that is to be done again."""
        if now < self._next_expiry:
            return self._next_expiry - now
        expired, delay = self._accumulator.expire(now)
        for batch in self._on_the_wire:
            if not batch.is_done:
                left = self._accumulator.seconds_left(batch, now)
                if left <= 0:
                    expired.append(batch)
                else:
                    delay = min(delay, left)
        for batch in sorted(expired, key=lambda batch: batch.created):
            waited = int((now - batch.created) * 1000)
            text = (
                f"{ERRORS}TimeoutException: Expiring {batch.count} record(s) for {batch.topic}-{batch.partition}:{waited}"
                " ms has passed since batch creation"
            )
            self._give_up(batch, text, 0, is_refused=False)
            if self._sequences is not None and batch.attempts:
                self._sequences.expired(batch)
        self._next_expiry = now + delay  # what comes later has more time
        return delay


def _exception(batch: Batch, code: int) -> str:
    info = error_info(code)
    if code == ErrorCode.TOPIC_AUTHORIZATION_FAILED:
        return f"{ERRORS}{info.exception}: Not authorized to access topics: [{batch.topic}]"
    if code == ErrorCode.CLUSTER_AUTHORIZATION_FAILED:
        return f"{ERRORS}{info.exception}: The producer is not authorized to do idempotent sends"
    return f"{ERRORS}{info.exception}: {info.message}"
