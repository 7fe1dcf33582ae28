"""A group coordinator with a fake clock, a log in memory, and a check that every request is answered just once."""

from itertools import count
from typing import Any

from kafkacli.coordinator.group_coordinator import GroupCoordinator
from kafkacli.coordinator.membership import GroupConfig
from kafkacli.coordinator.offset_commits import OffsetConfig
from kafkacli.coordinator.offsets import OffsetAndMetadata, TopicPartition
from kafkacli.coordinator.persistence import Loader
from kafkacli.coordinator.requests import JoinGroup, LeavingMember, SyncGroup
from kafkacli.coordinator.result import Append, JoinResult, LeaveResult, Result, SyncResult
from kafkacli.errors import ErrorCode
from kafkacli.record.batch import Record, encode_batch

RANGE = [("range", b"meta")]
OFFSETS = OffsetConfig()
NO_DELAY = GroupConfig(initial_rebalance_delay_ms=0)


def subscription(*topics: str) -> bytes:
    """What a consumer of these topics says of itself (version 0, no user data)."""
    names = [topic.encode() for topic in topics]
    body = b"".join(len(name).to_bytes(2, "big") + name for name in names)
    return b"\0\0" + len(topics).to_bytes(4, "big") + body + b"\xff\xff\xff\xff"


class GroupDriver:
    """Requests in, answers and log out. `hold`: appends wait in `held` for `release`; `fail`: they end with this error."""

    def __init__(
        self, config: GroupConfig = NO_DELAY, offset_config: OffsetConfig = OFFSETS, *, partitions: int = 1
    ) -> None:
        ids = count(1)
        self._offset_config = offset_config
        self._partitions = partitions
        self.coordinator = GroupCoordinator(config, offset_config, lambda: str(next(ids)), partitions)
        self.now = 1_000_000
        self.answers: dict[Any, Any] = {}
        self.asked: list[Any] = []
        self.log: dict[int, list[bytes]] = {}
        self.next_offset: dict[int, int] = {}
        self.hold = False
        self.held: list[tuple[Append, int]] = []
        self.fail = ErrorCode.NONE
        self._requests = count(1)
        for partition in range(partitions):
            self.coordinator.begin_loading(partition)
            self.apply(self.coordinator.finish_loading(partition, [], self.now))

    def apply(self, result: Result) -> None:
        """Do what a result says, as the broker does."""
        for reply_to, answer in result.responses:
            assert reply_to in self.asked, "an answer that nobody asked for"
            assert reply_to not in self.answers, "two answers to one request"
            self.answers[reply_to] = answer
        for append in result.appends:
            base_offset = self._write(append) if self.fail is ErrorCode.NONE else -1
            if self.hold and append.wait:
                self.held.append((append, base_offset))
            else:
                self._finish(append, base_offset)

    def _write(self, append: Append) -> int:
        base_offset = self.next_offset.get(append.partition, 0)
        records = [Record(timestamp=append.timestamp_ms, key=key, value=value) for key, value in append.records]
        self.log.setdefault(append.partition, []).append(encode_batch(records, base_offset=base_offset))
        self.next_offset[append.partition] = base_offset + len(records)
        return base_offset

    def _finish(self, append: Append, base_offset: int) -> None:
        self.apply(append.finished(self.fail, base_offset, self.now))

    def release(self, index: int = 0) -> None:
        """End the append that has waited longest, or another."""
        self._finish(*self.held.pop(index))

    def advance(self, milliseconds: int) -> None:
        """Let time go by, stopping at each deadline."""
        end = self.now + milliseconds
        while (due := self.coordinator.next_deadline_ms) is not None and due <= end:
            self.now = max(self.now, due)
            self.apply(self.coordinator.expire(self.now))
        self.now = end

    def ask(self) -> int:
        """A new request's number, to find its answer by."""
        number = next(self._requests)
        self.asked.append(number)
        return number

    # requests

    def join(
        self,
        member_id: str = "",
        *,
        group: str = "g",
        instance: str | None = None,
        protocols: list[tuple[str, bytes]] = RANGE,
        protocol_type: str = "consumer",
        session_timeout_ms: int = 10_000,
        rebalance_timeout_ms: int = 60_000,
        require_member_id: bool = False,
        client_id: str = "client",
    ) -> int:
        """Send JoinGroup; returns the request's number."""
        number = self.ask()
        request = JoinGroup(
            group,
            member_id,
            instance,
            require_member_id,
            client_id,
            "/127.0.0.1",
            rebalance_timeout_ms,
            session_timeout_ms,
            protocol_type,
            protocols,
        )
        self.apply(self.coordinator.join(request, number, self.now))
        return number

    def sync(
        self,
        member_id: str,
        generation: int,
        assignments: dict[str, bytes] | None = None,
        *,
        group: str = "g",
        instance: str | None = None,
        protocol_type: str | None = None,
        protocol_name: str | None = None,
    ) -> int:
        """Send SyncGroup; returns the request's number."""
        number = self.ask()
        request = SyncGroup(group, generation, member_id, instance, protocol_type, protocol_name, assignments or {})
        self.apply(self.coordinator.sync(request, number, self.now))
        return number

    def heartbeat(self, member_id: str, generation: int, *, group: str = "g", instance: str | None = None) -> ErrorCode:
        error, result = self.coordinator.heartbeat(group, member_id, instance, generation, self.now)
        self.apply(result)
        return error

    def leave(self, *members: LeavingMember, group: str = "g") -> LeaveResult:
        answer, result = self.coordinator.leave(group, members, self.now)
        self.apply(result)
        return answer

    def commit(
        self,
        offset: int,
        *,
        topic: str = "t",
        partition: int = 0,
        member_id: str = "",
        generation: int = -1,
        group: str = "g",
        instance: str | None = None,
        metadata: str = "",
        expire_timestamp_ms: int | None = None,
    ) -> int:
        """Send OffsetCommit of one partition; returns the request's number."""
        number = self.ask()
        value = OffsetAndMetadata(offset, None, metadata, self.now, expire_timestamp_ms)
        offsets = {TopicPartition(topic, partition): value}
        self.apply(self.coordinator.commit_offsets(group, member_id, instance, generation, offsets, number, self.now))
        return number

    # answers

    def joined(self, number: int) -> JoinResult:
        answer = self.answers[number]
        assert isinstance(answer, JoinResult)
        return answer

    def synced(self, number: int) -> SyncResult:
        answer = self.answers[number]
        assert isinstance(answer, SyncResult)
        return answer

    def committed(self, number: int) -> ErrorCode:
        answer = self.answers[number]
        assert isinstance(answer, dict)
        (error,) = answer.values()
        assert isinstance(error, ErrorCode)
        return error

    def offset(self, *, topic: str = "t", partition: int = 0, group: str = "g") -> int:
        """What OffsetFetch tells of one partition."""
        where = TopicPartition(topic, partition)
        error, offsets = self.coordinator.fetch_offsets(group, [where])
        assert error is ErrorCode.NONE
        return offsets[where].offset

    def state(self, group: str = "g") -> str:
        return self.coordinator.describe_group(group).state

    def generation(self, group: str = "g") -> int:
        """The group's generation, which no request tells from outside."""
        return self.coordinator._groups[group].generation_id

    # histories that many tests begin with

    def stable(self, *instances: str | None, **join: Any) -> list[str]:
        """Bring a new group to Stable with one member for each instance id (None: a dynamic one); returns their ids."""
        numbers = [self.join(instance=instance, **join) for instance in instances]
        self.advance(0)
        if any(number not in self.answers for number in numbers):
            raise AssertionError("the group did not complete its join")
        answers = [self.joined(number) for number in numbers]
        assert len({answer.generation_id for answer in answers}) == 1
        group = join.get("group", "g")
        for answer in sorted(answers, key=lambda answer: answer.member_id == answer.leader):
            assignments = {member.member_id: member.member_id.encode() for member in answer.members}
            self.sync(answer.member_id, answer.generation_id, assignments, group=group)
        assert self.state(group) == "Stable"
        return [answer.member_id for answer in answers]

    def joined_alone(self) -> str:
        """Bring a new group to CompletingRebalance with one member; returns its id."""
        number = self.join()
        self.advance(0)
        return self.joined(number).member_id

    def restarted(self, config: GroupConfig = NO_DELAY) -> "GroupDriver":
        """A new coordinator that has loaded this one's log."""
        other = GroupDriver(config, self._offset_config, partitions=self._partitions)
        other.now = self.now
        for partition, chunks in self.log.items():
            other.coordinator.resign(partition, other.now)
            other.coordinator.begin_loading(partition)
            loader = Loader(other.now)
            loader.feed(b"".join(chunks))
            groups = loader.groups()
            assert not loader.skipped
            other.apply(other.coordinator.finish_loading(partition, groups, other.now))
            other.log[partition] = list(chunks)
            other.next_offset[partition] = self.next_offset[partition]
        return other
