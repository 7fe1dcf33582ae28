"""The broker that keeps a group: found, and asked to commit offsets and to tell those that are committed.

Source: AbstractCoordinator and ConsumerCoordinator of org.apache.kafka.clients.consumer.internals in 2.6.2.
"""

from __future__ import annotations

import time

from kafkacli.client.connection import ConnectFailed
from kafkacli.client.readings import NO_EPOCH, Position
from kafkacli.client.records import ERRORS, RecordError
from kafkacli.errors import ErrorCode, error_info
from kafkacli.wire.messages.find_coordinator import FindCoordinatorRequest, FindCoordinatorResponse
from kafkacli.wire.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
    OffsetCommitResponse,
)
from kafkacli.wire.messages.offset_fetch import OffsetFetchRequest, OffsetFetchRequestTopic, OffsetFetchResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TypeVar

    from kafkacli.client.brokers import Brokers
    from kafkacli.client.link import Link
    from kafkacli.client.links import Address
    from kafkacli.client.tasks import Steps
    from kafkacli.client.topics import TopicPartition
    from kafkacli.wire.schema import Message

    M = TypeVar("M", bound=Message)

GROUPING = "grouping"
"""The purpose of the connection to the coordinator."""
LOADING = ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
MOVED = frozenset((ErrorCode.COORDINATOR_NOT_AVAILABLE, ErrorCode.NOT_COORDINATOR))
NO_GENERATION = -1
_COMMIT_FAILED = (
    "org.apache.kafka.clients.consumer.CommitFailedException: Offset commit cannot be completed since the consumer is not "
    "part of an active group for auto partition assignment; it is likely that the consumer was kicked out of the group."
)
_REBALANCING = (
    f"{ERRORS}RebalanceInProgressException: Offset commit cannot be completed since the consumer group is executing a "
    "rebalance at the moment. You can try completing the rebalance by calling poll() and then retry commit again"
)


class GroupCoordinator:
    """A group's coordinator, and who this member is to it. generation: NO_GENERATION and member_id '' outside of the group.

    instance: group.instance.id, None without. retry_s: pause before another try.
    """

    def __init__(self, brokers: Brokers, group: str, instance: str | None, retry_s: float) -> None:
        self.brokers = brokers
        self.group = group
        self.instance = instance
        self.retry_s = retry_s
        self.generation = NO_GENERATION
        self.member_id = ""
        self.must_join = False
        self._address: Address | None = None

    @property
    def is_known(self) -> bool:
        """Whether the coordinator is known."""
        return self._address is not None

    def moved(self) -> None:
        """Forget who coordinates."""
        self._address = None

    def leave_generation(self, *, keeps_member: bool = False) -> None:
        """Be outside of the group; the next thing is to join it again."""
        self.generation = NO_GENERATION
        if not keeps_member:
            self.member_id = ""
        self.must_join = True

    def refused(self, code: int) -> RecordError:
        """Return the exception for an error of the group that doesn't pass."""
        if code == ErrorCode.GROUP_AUTHORIZATION_FAILED:
            return RecordError(f"{ERRORS}GroupAuthorizationException: Not authorized to access group: {self.group}")
        if code == ErrorCode.GROUP_MAX_SIZE_REACHED:
            return RecordError(
                f"{ERRORS}GroupMaxSizeReachedException: Consumer group {self.group} already has the configured maximum "
                "number of members."
            )
        info = error_info(code)
        return RecordError(f"{ERRORS}{info.exception}: {info.message}")

    # --- questions

    def find(self) -> Steps[Link]:
        """Return a connection to the coordinator, however long that takes. Raises RecordError."""
        while True:
            if self._address is None:
                try:
                    connection = yield from self.brokers.any()
                    request = FindCoordinatorRequest(key=self.group)
                    answer = yield from self.brokers.ask(connection, request, FindCoordinatorResponse)
                except ConnectFailed:
                    continue
                if answer.error_code == ErrorCode.NONE:
                    self._address = (answer.host, answer.port)
                elif answer.error_code in MOVED or answer.error_code == LOADING:
                    yield time.monotonic() + self.retry_s
                    continue
                else:
                    raise self.refused(answer.error_code)
            try:
                return (yield from self.brokers.at(self._address, GROUPING))
            except ConnectFailed:
                self._address = None
                yield time.monotonic() + self.retry_s

    def ask(self, request: Message, answer: type[M], timeout_s: float | None = None) -> Steps[M]:
        """Send a request to the coordinator; return its answer. Raises ConnectFailed, RecordError."""
        connection = yield from self.find()
        try:
            return (yield from self.brokers.ask(connection, request, answer, timeout_s))
        except ConnectFailed:
            self.moved()
            raise

    def fetch(self, partitions: Iterable[TopicPartition]) -> Steps[dict[TopicPartition, Position | None]]:
        """Return what is committed of partitions, None where nothing is. Raises RecordError."""
        rows: dict[str, list[int]] = {}
        for topic, number in partitions:
            rows.setdefault(topic, []).append(number)
        topics = [OffsetFetchRequestTopic(name=topic, partition_indexes=numbers) for topic, numbers in rows.items()]
        while True:
            try:
                connection = yield from self.find()
                request = OffsetFetchRequest(group_id=self.group, topics=topics)
                request.require_stable = connection.version_of(OffsetFetchRequest) >= 7
                answer = yield from self.ask(request, OffsetFetchResponse)
            except ConnectFailed:
                continue
            codes = {answer.error_code, *(row.error_code for topic in answer.topics for row in topic.partitions)}
            codes.discard(ErrorCode.NONE)
            if not codes:
                return {
                    (topic.name, row.partition_index): None
                    if row.committed_offset < 0
                    else Position(row.committed_offset, row.committed_leader_epoch)
                    for topic in answer.topics
                    for row in topic.partitions
                }
            code = codes.pop()
            if code in MOVED:
                self.moved()
            elif code not in (LOADING, ErrorCode.UNSTABLE_OFFSET_COMMIT):
                if code == ErrorCode.TOPIC_AUTHORIZATION_FAILED:
                    names = ", ".join(sorted(rows))
                    raise RecordError(
                        f"{ERRORS}TopicAuthorizationException: Not authorized to access topics: [{names}]"
                    )
                if code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION:
                    raise RecordError("org.apache.kafka.common.KafkaException: Topic or Partition does not exist")
                raise self.refused(code)
            yield time.monotonic() + self.retry_s

    def commit(self, positions: Mapping[TopicPartition, Position], deadline: float) -> Steps[str]:
        """Commit positions, trying again until `deadline`; return Java's exception, '' for none. Raises RecordError."""
        rows: dict[str, list[OffsetCommitRequestPartition]] = {}
        for (topic, number), position in positions.items():
            row = OffsetCommitRequestPartition(
                partition_index=number,
                committed_offset=position.offset,
                committed_leader_epoch=position.epoch if position.epoch >= 0 else NO_EPOCH,
                committed_metadata="",
            )
            rows.setdefault(topic, []).append(row)
        topics = [OffsetCommitRequestTopic(name=topic, partitions=found) for topic, found in rows.items()]
        error = f"{ERRORS}TimeoutException: Timeout of the commit expired before the position could be committed"
        while time.monotonic() < deadline:
            sent = self.generation
            request = OffsetCommitRequest(
                group_id=self.group,
                generation_id=sent,
                member_id=self.member_id,
                group_instance_id=self.instance if sent != NO_GENERATION else None,
                topics=topics,
            )
            try:
                answer = yield from self.ask(request, OffsetCommitResponse)
            except ConnectFailed as failure:
                error = f"{ERRORS}DisconnectException: {failure}"
                yield time.monotonic() + self.retry_s
                continue
            codes = {row.error_code for topic in answer.topics for row in topic.partitions} - {ErrorCode.NONE}
            if not codes:
                return ""
            code = codes.pop()
            if code in MOVED or code == ErrorCode.REQUEST_TIMED_OUT:
                self.moved()
            elif code != LOADING:
                return self._commit_error(code, sent, sorted(rows))
            yield time.monotonic() + self.retry_s
        return error

    def _commit_error(self, code: int, sent: int, topics: list[str]) -> str:
        if code == ErrorCode.REBALANCE_IN_PROGRESS:
            self.must_join = True
            return _REBALANCING
        if code in (ErrorCode.UNKNOWN_MEMBER_ID, ErrorCode.ILLEGAL_GENERATION):
            if self.generation == sent != NO_GENERATION:
                self.leave_generation()
            return _COMMIT_FAILED
        if code == ErrorCode.TOPIC_AUTHORIZATION_FAILED:
            return f"{ERRORS}TopicAuthorizationException: Not authorized to access topics: [{', '.join(topics)}]"
        return str(self.refused(code))
