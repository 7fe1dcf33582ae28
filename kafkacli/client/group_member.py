"""Being a member of a group: joining, sharing out as its leader, heartbeats, joining again, leaving.

Source: AbstractCoordinator and ConsumerCoordinator of org.apache.kafka.clients.consumer.internals in 2.6.2, the classic
protocol with its eager and (KIP-429) cooperative rebalances, static members (KIP-345) among them.
"""

from __future__ import annotations

import time

from kafkacli.client.assignors import (
    COOPERATIVE_STICKY,
    STICKY,
    Member,
    assign,
    assignors_of,
    flat,
    rows_of,
    sticky_user_data,
)
from kafkacli.client.connection import ConnectFailed
from kafkacli.client.group_coordinator import LOADING, MOVED, NO_GENERATION, GroupCoordinator
from kafkacli.client.records import RecordError
from kafkacli.errors import ErrorCode
from kafkacli.wire.consumer_protocol import (
    PROTOCOL_TYPE,
    ConsumerAssignment,
    ConsumerSubscription,
    decode_assignment,
    encode_consumer,
)
from kafkacli.wire.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from kafkacli.wire.messages.join_group import JoinGroupRequest, JoinGroupRequestProtocol, JoinGroupResponse
from kafkacli.wire.messages.leave_group import LeaveGroupRequest, LeaveGroupResponse, MemberIdentity
from kafkacli.wire.messages.sync_group import SyncGroupRequest, SyncGroupRequestAssignment, SyncGroupResponse
from kafkacli.wire.primitives import WireError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from kafkacli.client.cluster_watch import ClusterWatch
    from kafkacli.client.tasks import Steps
    from kafkacli.client.topics import TopicPartition

    Partitions = list[TopicPartition]

_JOIN_MORE_S = 5.0  # a coordinator answers a join later than the rebalance timeout says
_FATAL = frozenset(
    (
        ErrorCode.FENCED_INSTANCE_ID,
        ErrorCode.INCONSISTENT_GROUP_PROTOCOL,
        ErrorCode.INVALID_SESSION_TIMEOUT,
        ErrorCode.INVALID_GROUP_ID,
        ErrorCode.GROUP_AUTHORIZATION_FAILED,
        ErrorCode.GROUP_MAX_SIZE_REACHED,
    )
)
_OUTSIDE = frozenset((ErrorCode.UNKNOWN_MEMBER_ID, ErrorCode.ILLEGAL_GENERATION))


class GroupMember:
    """A member of a group. values: the consumer's properties by Java name.

    topics: those it reads, empty when they are all that match in the view of `watch`.
    prepare: what is to happen before partitions are taken away, a commit. given, taken: told of partitions that come and go;
    taken with True when somebody else may have them already.
    """

    def __init__(
        self,
        coordinator: GroupCoordinator,
        watch: ClusterWatch,
        values: Mapping[str, Any],
        *,
        prepare: Callable[[], Steps[None]],
        given: Callable[[Partitions], None],
        taken: Callable[[Partitions, bool], None],
    ) -> None:
        self._coordinator = coordinator
        self._watch = watch
        self._view = watch.view
        self._prepare_commit = prepare
        self._given = given
        self._taken = taken
        self._protocols = assignors_of(values["partition.assignment.strategy"])
        self._is_cooperative = all(name == COOPERATIVE_STICKY for name in self._protocols)
        self._session_s = values["session.timeout.ms"] / 1000
        self._rebalance_s = values["max.poll.interval.ms"] / 1000
        self._heartbeat_s = values["heartbeat.interval.ms"] / 1000
        self._leaves = values["internal.leave.group.on.close"]
        self.topics: set[str] = set()
        self.owned: Partitions = []
        self.heartbeat_due = 0.0
        self._is_stable = False  # joined, and heartbeats are due
        self._is_prepared = False  # what was owned is given up for the join under way
        self._joined_topics: set[str] = set()
        self._shared_topics: dict[str, int] | None = None  # of a leader: what it shared out
        self._last: tuple[Partitions, int] | None = None  # the last assignment and its generation
        coordinator.must_join = True

    # --- the membership

    def live(self) -> Steps[None]:
        """Be a member for ever. Raises RecordError."""
        while True:
            while not self._must_join():
                yield None
            yield from self._join()

    def _subscription(self) -> set[str]:
        return self.topics or set(self._view.matched)

    def _must_join(self) -> bool:
        if not self._view.version:
            return False  # nothing is known of the topics
        shared = self._shared_topics
        if shared is not None and shared != {topic: self._view.counts.get(topic, 0) for topic in shared}:
            self._coordinator.must_join = True
        if self._is_stable and self._joined_topics != self._subscription():
            self._coordinator.must_join = True
        return self._coordinator.must_join

    def _join(self) -> Steps[None]:
        """Try to join once."""
        coordinator = self._coordinator
        if not self._is_prepared:
            self._is_prepared = True
            yield from self._prepare()
        self._is_stable = False
        request = self._join_request()
        timeout = max(coordinator.brokers.timeout_s, self._rebalance_s + _JOIN_MORE_S)
        try:
            answer = yield from coordinator.ask(request, JoinGroupResponse, timeout)
        except ConnectFailed:
            yield time.monotonic() + coordinator.retry_s
            return
        code = answer.error_code
        if code == ErrorCode.MEMBER_ID_REQUIRED:
            coordinator.member_id = answer.member_id
        elif code in _OUTSIDE:
            coordinator.leave_generation()
        elif code in _FATAL:
            raise coordinator.refused(code)
        elif code in MOVED or code == LOADING:
            if code != LOADING:
                coordinator.moved()
            yield time.monotonic() + coordinator.retry_s
        elif code != ErrorCode.NONE:
            raise RecordError(
                f"org.apache.kafka.common.KafkaException: Unexpected error in join group response: "
                f"{coordinator.refused(code).args[0].partition(': ')[2]}"
            )
        else:
            coordinator.generation, coordinator.member_id = answer.generation_id, answer.member_id
            yield from self._sync(answer)

    def _join_request(self) -> JoinGroupRequest:
        self._joined_topics = self._subscription()
        return JoinGroupRequest(
            group_id=self._coordinator.group,
            session_timeout_ms=int(self._session_s * 1000),
            rebalance_timeout_ms=int(self._rebalance_s * 1000),
            member_id=self._coordinator.member_id,
            group_instance_id=self._coordinator.instance,
            protocol_type=PROTOCOL_TYPE,
            protocols=[JoinGroupRequestProtocol(name=name, metadata=self._metadata(name)) for name in self._protocols],
        )

    def _metadata(self, protocol: str) -> bytes:
        data = None
        if protocol == STICKY and self._last is not None:
            data = sticky_user_data(*self._last)
        return encode_consumer(
            ConsumerSubscription(
                topics=sorted(self._joined_topics), user_data=data, owned_partitions=rows_of(self.owned)
            )
        )

    def _prepare(self) -> Steps[None]:
        yield from self._prepare_commit()
        if self._coordinator.generation == NO_GENERATION and not self._coordinator.member_id:
            self._take_away(self.owned, is_lost=True)
        elif self._is_cooperative:
            topics = self._subscription()
            self._take_away([each for each in self.owned if each[0] not in topics])
        else:
            self._take_away(self.owned)
        self._shared_topics = None

    def _take_away(self, partitions: Partitions, *, is_lost: bool = False) -> None:
        if partitions:
            gone = set(partitions)
            self._taken(partitions, is_lost)
            self.owned = [each for each in self.owned if each not in gone]

    def _sync(self, joined: JoinGroupResponse) -> Steps[None]:
        coordinator = self._coordinator
        protocol = joined.protocol_name or ""
        shares: dict[str, list[TopicPartition]] = {}
        if joined.leader == joined.member_id:
            shares = yield from self._share_out(joined, protocol)
        request = SyncGroupRequest(
            group_id=coordinator.group,
            generation_id=coordinator.generation,
            member_id=coordinator.member_id,
            group_instance_id=coordinator.instance,
            protocol_type=PROTOCOL_TYPE,
            protocol_name=protocol,
            assignments=[
                SyncGroupRequestAssignment(
                    member_id=name, assignment=encode_consumer(ConsumerAssignment(topic_partitions=rows_of(partitions)))
                )
                for name, partitions in shares.items()
            ],
        )
        try:
            answer = yield from coordinator.ask(request, SyncGroupResponse)
        except ConnectFailed:
            yield time.monotonic() + coordinator.retry_s
            return
        code = answer.error_code
        if code == ErrorCode.NONE:
            yield from self._complete(answer.assignment)
        elif code in _OUTSIDE:
            coordinator.leave_generation()
        elif code in MOVED:
            coordinator.moved()
            yield time.monotonic() + coordinator.retry_s
        elif code != ErrorCode.REBALANCE_IN_PROGRESS:
            raise coordinator.refused(code)

    def _share_out(self, joined: JoinGroupResponse, protocol: str) -> Steps[dict[str, list[TopicPartition]]]:
        members = [Member(row.member_id, row.group_instance_id, row.metadata, protocol) for row in joined.members]
        wanted = {topic for member in members for topic in member.topics}
        version = self._view.version
        self._watch.want(wanted)
        if not wanted <= self._view.counts.keys() | self._joined_topics:
            while self._view.version == version:  # the others' topics have to be known
                yield None
        counts = {topic: self._view.counts[topic] for topic in wanted if self._view.counts.get(topic)}
        self._shared_topics = {topic: self._view.counts.get(topic, 0) for topic in wanted}
        return assign(protocol, counts, members)

    def _complete(self, data: bytes) -> Steps[None]:
        """Take an assignment."""
        coordinator = self._coordinator
        try:
            assigned = flat(decode_assignment(data).topic_partitions)
        except WireError as error:
            raise RecordError(f"java.lang.IllegalStateException: {error}") from error
        self._is_stable, self._is_prepared, coordinator.must_join = True, False, False
        self.heartbeat_due = time.monotonic() + self._heartbeat_s
        self._last = (assigned, coordinator.generation)
        owned = set(self.owned)
        if self._is_cooperative and (revoked := [each for each in self.owned if each not in set(assigned)]):
            yield from self._prepare_commit()  # reading went on meanwhile, and nobody else has them yet
            self._take_away(revoked)
            coordinator.must_join = True
        added = [each for each in assigned if each not in owned]
        self.owned = assigned
        self._given(added)

    # --- heartbeats

    def beat(self) -> Steps[None]:
        """Send heartbeats for ever. Raises RecordError when another member has this one's name."""
        coordinator = self._coordinator
        while True:
            while not self._is_stable:
                yield None
            if (now := time.monotonic()) < self.heartbeat_due:
                yield min(self.heartbeat_due, now + self._heartbeat_s)
                continue
            self.heartbeat_due = now + self._heartbeat_s
            generation = coordinator.generation
            request = HeartbeatRequest(
                group_id=coordinator.group,
                generation_id=generation,
                member_id=coordinator.member_id,
                group_instance_id=coordinator.instance,
            )
            try:
                answer = yield from coordinator.ask(request, HeartbeatResponse, self._session_s)
            except ConnectFailed:
                continue
            if answer.error_code in MOVED:
                coordinator.moved()
            elif answer.error_code == ErrorCode.REBALANCE_IN_PROGRESS:
                coordinator.must_join = True
            elif answer.error_code in _OUTSIDE:
                if coordinator.generation == generation:
                    self.drop_out()
            elif answer.error_code != ErrorCode.NONE:
                raise coordinator.refused(answer.error_code)

    def drop_out(self) -> None:
        """Be outside of the group, as the coordinator says."""
        self._is_stable = False
        self._coordinator.leave_generation()

    @property
    def is_stable(self) -> bool:
        """Whether heartbeats are due."""
        return self._is_stable

    # --- the end

    def give_all_back(self) -> None:
        """Have everything taken away, before leaving."""
        self._take_away(self.owned, is_lost=self._coordinator.generation == NO_GENERATION or not self._is_stable)

    def leave(self) -> Steps[None]:
        """Leave the group, unless its name says that this member comes back (static membership)."""
        coordinator = self._coordinator
        member, self._is_stable = coordinator.member_id, False
        if not member or coordinator.instance is not None or not self._leaves:
            return
        coordinator.leave_generation()
        try:
            connection = yield from coordinator.find()
            request = LeaveGroupRequest(group_id=coordinator.group)
            if connection.version_of(LeaveGroupRequest) >= 3:
                request.members = [MemberIdentity(member_id=member)]
            else:
                request.member_id = member
            yield from coordinator.ask(request, LeaveGroupResponse)
        except ConnectFailed:
            return
