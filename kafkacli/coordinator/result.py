"""What the state machines hand back: answers to give, records to append, lines for the log. They do nothing themselves.

Every event takes `reply_to`, an object of the caller's (a future, a test's string), and the time now; a `Result` pairs
each `reply_to` with its answer, at once or in a later event's result. After an append the caller reports how it went with
`Append.finished`, after markers with `Markers.finished`; either gives the next result. Timers are not listed here: the
caller asks for `GroupCoordinator.next_deadline_ms` and calls `expire` then; transactions are looked at periodically.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from kafkacli.coordinator.offsets import TopicPartition
from kafkacli.coordinator.requests import NO_PRODUCER, Producer
from kafkacli.errors import ErrorCode

NO_GENERATION = -1
NO_MEMBER_ID = ""


class JoinedMember(NamedTuple):
    """A member as the leader sees it: what it subscribed to."""

    member_id: str
    group_instance_id: str | None
    metadata: bytes


class JoinResult(NamedTuple):
    """The answer to JoinGroup. `members` is filled for the leader only."""

    error: ErrorCode
    member_id: str
    generation_id: int = NO_GENERATION
    protocol_type: str | None = None
    protocol_name: str | None = None
    leader: str = ""
    members: tuple[JoinedMember, ...] = ()


class SyncResult(NamedTuple):
    """The answer to SyncGroup."""

    error: ErrorCode
    protocol_type: str | None = None
    protocol_name: str | None = None
    assignment: bytes = b""


class LeftMember(NamedTuple):
    """How the removal of one member went."""

    member_id: str
    group_instance_id: str | None
    error: ErrorCode


class LeaveResult(NamedTuple):
    """The answer to LeaveGroup: an error for all, or one for each member asked for."""

    error: ErrorCode
    members: tuple[LeftMember, ...] = ()


class Append:
    """Records for one partition of the internal topic, in order; a value of None is a tombstone.

    wait: answer when all in-sync replicas have them (acks=-1), within `timeout_ms` if that is given; otherwise when the
    leader has (tombstones of groups: the next clean-up writes them again).
    producer: whose transaction the records belong to.
    """

    __slots__ = ("_finish", "partition", "producer", "records", "timeout_ms", "timestamp_ms", "wait")

    def __init__(
        self,
        partition: int,
        records: list[tuple[bytes, bytes | None]],
        timestamp_ms: int,
        finish: "Callable[[ErrorCode, int, Result], None] | None" = None,
        *,
        producer: Producer = NO_PRODUCER,
        timeout_ms: int | None = None,
    ) -> None:
        self.partition = partition
        self.records = records
        self.timestamp_ms = timestamp_ms
        self.wait = finish is not None
        self.producer = producer
        self.timeout_ms = timeout_ms
        self._finish = finish

    def finished(self, error: ErrorCode, base_offset: int, now_ms: int) -> "Result":
        """The records are in the log (at `base_offset`, replicated as asked), or the append has failed with `error`."""
        result = Result(now_ms)
        if self._finish is not None:
            self._finish(error, base_offset, result)
        return result


class Markers:
    """What ends a transaction in its partitions: to be written by the leader of each."""

    __slots__ = ("_finish", "commit", "coordinator_epoch", "partitions", "producer")

    def __init__(
        self,
        producer: Producer,
        coordinator_epoch: int,
        partitions: frozenset[TopicPartition],
        finish: "Callable[[Mapping[TopicPartition, ErrorCode], Result], None]",
        *,
        commit: bool,
    ) -> None:
        self.producer = producer
        self.coordinator_epoch = coordinator_epoch
        self.partitions = partitions
        self.commit = commit
        self._finish = finish

    def finished(self, errors: Mapping[TopicPartition, ErrorCode], now_ms: int) -> "Result":
        """Some of the partitions have their marker (NONE), or can't get it for that reason. Each is to be told once."""
        result = Result(now_ms)
        self._finish(errors, result)
        return result


class Result:
    """What one event brings about, in order. retries: what is to be tried again after a pause, each an event."""

    __slots__ = ("appends", "markers", "notes", "now_ms", "responses", "retries")

    def __init__(self, now_ms: int) -> None:
        self.now_ms = now_ms
        self.responses: list[tuple[Any, Any]] = []
        self.appends: list[Append] = []
        self.markers: list[Markers] = []
        self.retries: list[Callable[[int], Result]] = []
        self.notes: list[str] = []

    def respond(self, reply_to: Any, answer: Any) -> None:
        """Give `answer` to whoever asked with `reply_to`."""
        self.responses.append((reply_to, answer))

    def note(self, text: str) -> None:
        """Let people who read the log know."""
        self.notes.append(text)
