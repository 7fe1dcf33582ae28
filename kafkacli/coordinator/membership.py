"""Who is in a group and when: joining, the leader's assignment, heartbeats, leaving, and what happens when time is over.

Kafka's rules to the letter, its delayed operations as deadlines:

    a member's deadline     its session timeout; five minutes while its first JoinGroup waits; the session timeout of an id
                            handed out with MEMBER_ID_REQUIRED. Members waiting in JoinGroup or SyncGroup are alive.
    a group's deadline      the rebalance timeout; before a first generation `group.initial.rebalance.delay.ms`,
                            extended while new members come.

Source: GroupCoordinator.scala, DelayedJoin.scala of 2.6.2; KIP-62, KIP-134, KIP-345, KIP-394.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from kafkacli.coordinator.classic_group import ClassicGroup, GroupState
from kafkacli.coordinator.deadlines import Deadlines
from kafkacli.coordinator.member import Member
from kafkacli.coordinator.result import NO_MEMBER_ID, JoinResult, LeaveResult, LeftMember, Result, SyncResult
from kafkacli.errors import ErrorCode

NEW_MEMBER_TIMEOUT_MS = 5 * 60 * 1000
SHORTEST_RETRY_MS = 100  # of a rebalance that nobody came to; Kafka would spin when clients ask for a timeout of 0


class GroupConfig(NamedTuple):
    """`group.*` of server.properties."""

    min_session_timeout_ms: int = 6000
    max_session_timeout_ms: int = 1800000
    max_size: int = 2147483647
    initial_rebalance_delay_ms: int = 3000


class JoinGroup(NamedTuple):
    """A JoinGroup request. protocols: (name, metadata) by preference; require_member_id: from version 4, not static."""

    group_id: str
    member_id: str
    group_instance_id: str | None
    require_member_id: bool
    client_id: str
    client_host: str
    rebalance_timeout_ms: int
    session_timeout_ms: int
    protocol_type: str
    protocols: list[tuple[str, bytes]]


class SyncGroup(NamedTuple):
    """A SyncGroup request. protocol_type, protocol_name: None before version 5; assignments: by member id."""

    group_id: str
    generation_id: int
    member_id: str
    group_instance_id: str | None
    protocol_type: str | None
    protocol_name: str | None
    assignments: Mapping[str, bytes]


class LeavingMember(NamedTuple):
    """Whom a LeaveGroup request names, by either id."""

    member_id: str
    group_instance_id: str | None = None


class MemberDeadline(NamedTuple):
    """A member, or an id handed out to one, is given up then."""

    group: ClassicGroup
    member_id: str


class JoinDeadline(NamedTuple):
    """A group's rebalance goes on then, with the members that have joined."""

    group: ClassicGroup


class InitialDelay(NamedTuple):
    """The wait before a first generation: this step's length, and how much of the rebalance timeout is left after it."""

    delay_ms: int
    remaining_ms: int


StoreGroup = Callable[[ClassicGroup, Mapping[str, bytes], Callable[[ErrorCode, Result], None], Result], None]


class Membership:
    """The rules of membership. The groups belong to `GroupCoordinator`, which has checked that this broker may act.

    unique_id: gives a new unique text for each call (Kafka takes a random UUID).
    store_group: appends the group's record and calls back with the error for clients.
    """

    __slots__ = ("_config", "_initial_delays", "_store_group", "_unique_id", "deadlines")

    def __init__(self, config: GroupConfig, unique_id: Callable[[], str], store_group: StoreGroup) -> None:
        self._config = config
        self._unique_id = unique_id
        self._store_group = store_group
        self._initial_delays: dict[ClassicGroup, InitialDelay] = {}
        self.deadlines: Deadlines[MemberDeadline | JoinDeadline] = Deadlines()

    # JoinGroup

    def join(self, group: ClassicGroup, request: JoinGroup, reply_to: Any, result: Result) -> None:
        """A member wants in, for the first time or again."""
        if not self._has_room(group, request.member_id):
            group.remove(request.member_id)
            if request.group_instance_id is not None:
                group.static_members.pop(request.group_instance_id, None)
            result.respond(reply_to, JoinResult(ErrorCode.GROUP_MAX_SIZE_REACHED, NO_MEMBER_ID))
        elif not group.supports(request.protocol_type, request.protocols):
            result.respond(reply_to, JoinResult(ErrorCode.INCONSISTENT_GROUP_PROTOCOL, request.member_id))
        elif request.member_id == NO_MEMBER_ID:
            self._join_unknown(group, request, reply_to, result)
        else:
            self._join_known(group, request, reply_to, result)
        self._check_join(group, result)

    def _has_room(self, group: ClassicGroup, member_id: str) -> bool:
        limit = self._config.max_size
        if group.state is GroupState.EMPTY:
            return True
        if group.state is GroupState.PREPARING_REBALANCE:
            # those waiting are counted, so that the last to come back are turned away from a group that is over its limit
            return member_id in group.join_replies or len(group.join_replies) < limit
        return member_id in group.members or len(group.members) < limit

    def _join_unknown(self, group: ClassicGroup, request: JoinGroup, reply_to: Any, result: Result) -> None:
        prefix = request.client_id if request.group_instance_id is None else request.group_instance_id
        member_id = f"{prefix}-{self._unique_id()}"
        if group.static_member(request.group_instance_id) is not None:
            self._replace_static_member(group, member_id, request, reply_to, result)
        elif request.require_member_id:
            group.pending_members.add(member_id)
            self.deadlines.set(MemberDeadline(group, member_id), result.now_ms + request.session_timeout_ms)
            result.respond(reply_to, JoinResult(ErrorCode.MEMBER_ID_REQUIRED, member_id))
        else:
            self._add_member(group, member_id, request, reply_to, result)

    def _join_known(self, group: ClassicGroup, request: JoinGroup, reply_to: Any, result: Result) -> None:
        member_id, instance_id = request.member_id, request.group_instance_id
        if group.is_pending(member_id):
            if instance_id is None:
                self._add_member(group, member_id, request, reply_to, result)
            else:  # ids are handed out to members without an instance id only
                result.respond(reply_to, JoinResult(ErrorCode.UNKNOWN_SERVER_ERROR, NO_MEMBER_ID))
            return
        if group.is_fenced(member_id, instance_id):
            result.respond(reply_to, JoinResult(ErrorCode.FENCED_INSTANCE_ID, member_id))
            return
        member = group.members.get(member_id)
        if member is None or (instance_id is not None and group.static_member(instance_id) is None):
            result.respond(reply_to, JoinResult(ErrorCode.UNKNOWN_MEMBER_ID, member_id))
            return
        unchanged = member.protocols == request.protocols
        is_leader = group.leader_id == member_id
        if unchanged and group.state is GroupState.COMPLETING_REBALANCE:
            # it may have missed the answer to its first request
            result.respond(reply_to, _joined(group, member_id))
        elif unchanged and group.state is GroupState.STABLE and not is_leader:
            result.respond(reply_to, _joined(group, member_id))
        else:
            # also the leader's way to ask for another assignment
            self._rejoin(group, member, request.protocols, reply_to, result)

    def _add_member(
        self, group: ClassicGroup, member_id: str, request: JoinGroup, reply_to: Any, result: Result
    ) -> None:
        member = Member(
            member_id=member_id,
            group_instance_id=request.group_instance_id,
            client_id=request.client_id,
            client_host=request.client_host,
            rebalance_timeout_ms=request.rebalance_timeout_ms,
            session_timeout_ms=request.session_timeout_ms,
            protocol_type=request.protocol_type,
            protocols=request.protocols,
        )
        member.is_new = True
        if group.state is GroupState.PREPARING_REBALANCE and group.generation_id == 0:
            group.new_member_added = True
        group.add(member)
        group.join_replies[member_id] = reply_to
        # it can't send heartbeats before it knows its id, and a client that gave up can't be noticed otherwise
        self.deadlines.set(MemberDeadline(group, member_id), result.now_ms + NEW_MEMBER_TIMEOUT_MS)
        group.pending_members.discard(member_id)
        self._maybe_rebalance(group, result)

    def _rejoin(
        self, group: ClassicGroup, member: Member, protocols: list[tuple[str, bytes]], reply_to: Any, result: Result
    ) -> None:
        group.set_protocols(member, protocols)
        self._await_join(group, member.member_id, reply_to, result)
        self._maybe_rebalance(group, result)

    def _await_join(self, group: ClassicGroup, member_id: str, reply_to: Any, result: Result) -> None:
        earlier = group.join_replies.pop(member_id, None)
        if earlier is not None:
            # the same member asks again on another connection: Kafka leaves the first request without an answer
            result.respond(earlier, JoinResult(ErrorCode.REBALANCE_IN_PROGRESS, member_id))
        group.join_replies[member_id] = reply_to

    def _replace_static_member(
        self, group: ClassicGroup, new_member_id: str, request: JoinGroup, reply_to: Any, result: Result
    ) -> None:
        """A static member has restarted: it gets a new id, and no rebalance if nothing changes by that (KIP-345)."""
        old_member_id = group.static_members[request.group_instance_id or ""]
        leader = group.leader_id or ""
        self._answer_join(group, old_member_id, JoinResult(ErrorCode.FENCED_INSTANCE_ID, old_member_id), result)
        self._answer_sync(group, old_member_id, SyncResult(ErrorCode.FENCED_INSTANCE_ID), result)
        self.deadlines.cancel(MemberDeadline(group, old_member_id))
        member = group.rename(old_member_id, new_member_id)
        self._heard_from(group, member, result)
        old_protocols = member.protocols
        group.set_protocols(member, request.protocols)
        group.join_replies[new_member_id] = reply_to
        if group.state is GroupState.COMPLETING_REBALANCE:
            # the leader may be assigning to the old id
            self._prepare_rebalance(group, result)
        elif group.state is GroupState.STABLE:
            if group.select_protocol() != group.protocol_name:
                self._maybe_rebalance(group, result)
                return

            def stored(error: ErrorCode, later: Result) -> None:
                if error is not ErrorCode.NONE:
                    waiting = group.join_replies.pop(new_member_id, None)
                    if waiting is None:
                        return
                    group.set_protocols(member, old_protocols)
                    group.rename(new_member_id, old_member_id)
                    self.deadlines.cancel(MemberDeadline(group, new_member_id))
                    self._heard_from(group, member, later)
                    later.respond(waiting, _follower(group, NO_MEMBER_ID, leader)._replace(error=error))
                # the old leader's id, so that a restarted leader doesn't assign: nobody would hear of it
                elif self._answer_join(group, new_member_id, _follower(group, new_member_id, leader), later):
                    self._heard_from(group, member, later)

            assignments = {member.member_id: member.assignment for member in group.members.values()}
            self._store_group(group, assignments, stored, result)

    # the rebalance

    def _maybe_rebalance(self, group: ClassicGroup, result: Result) -> None:
        if group.can_rebalance:
            self._prepare_rebalance(group, result)

    def _prepare_rebalance(self, group: ClassicGroup, result: Result) -> None:
        if group.state is GroupState.COMPLETING_REBALANCE:
            self._fail_assignment(group, ErrorCode.REBALANCE_IN_PROGRESS, result)
        was_empty = group.state is GroupState.EMPTY
        group.transition_to(GroupState.PREPARING_REBALANCE, result.now_ms)
        if was_empty:
            delay_ms = self._config.initial_rebalance_delay_ms
            self._delay_first(group, InitialDelay(delay_ms, max(group.rebalance_timeout_ms - delay_ms, 0)), result)
        else:
            self.deadlines.set(JoinDeadline(group), result.now_ms + group.rebalance_timeout_ms)
            self._check_join(group, result)

    def _delay_first(self, group: ClassicGroup, delay: InitialDelay, result: Result) -> None:
        self._initial_delays[group] = delay
        self.deadlines.set(JoinDeadline(group), result.now_ms + delay.delay_ms)

    def _check_join(self, group: ClassicGroup, result: Result) -> None:
        """Go on when everybody has joined; a first generation waits for its delay all the same."""
        if group.state is GroupState.PREPARING_REBALANCE and group not in self._initial_delays and group.all_joined:
            self._complete_join(group, result)

    def _join_deadline_over(self, group: ClassicGroup, result: Result) -> None:
        delay = self._initial_delays.pop(group, None)
        if delay is not None and group.new_member_added and delay.remaining_ms:
            group.new_member_added = False
            next_ms = min(self._config.initial_rebalance_delay_ms, delay.remaining_ms)
            self._delay_first(group, InitialDelay(next_ms, max(delay.remaining_ms - delay.delay_ms, 0)), result)
        else:
            self._complete_join(group, result)

    def _complete_join(self, group: ClassicGroup, result: Result) -> None:
        self.deadlines.cancel(JoinDeadline(group))
        for member in [member for member in group.members.values() if member.member_id not in group.join_replies]:
            if not member.is_static:
                self._forget(group, member.member_id, result)
        if group.members and not group.elect_joined_leader():
            # only static members are left and none came back: their session timeouts will tell
            again_ms = max(group.rebalance_timeout_ms, SHORTEST_RETRY_MS)
            self.deadlines.set(JoinDeadline(group), result.now_ms + again_ms)
            return
        group.next_generation(result.now_ms)
        if group.state is GroupState.EMPTY:
            # when this can't be written, the generation before comes back with a restart, and its members time out
            self._store_group(group, {}, lambda _error, _later: None, result)
            return
        for member in group.members.values():
            self._answer_join(group, member.member_id, _joined(group, member.member_id), result)
            self._heard_from(group, member, result)
            member.is_new = False

    # SyncGroup

    def sync(self, group: ClassicGroup, request: SyncGroup, reply_to: Any, result: Result) -> None:
        """A member asks for its assignment; the leader brings everybody's."""
        member = group.members.get(request.member_id)
        if group.is_fenced(request.member_id, request.group_instance_id):
            error = ErrorCode.FENCED_INSTANCE_ID
        elif member is None:
            error = ErrorCode.UNKNOWN_MEMBER_ID
        elif request.generation_id != group.generation_id:
            error = ErrorCode.ILLEGAL_GENERATION
        elif (request.protocol_type is not None and request.protocol_type != group.protocol_type) or (
            request.protocol_name is not None and request.protocol_name != group.protocol_name
        ):
            error = ErrorCode.INCONSISTENT_GROUP_PROTOCOL
        elif group.state is GroupState.STABLE:
            result.respond(
                reply_to,
                SyncResult(ErrorCode.NONE, group.protocol_type, group.protocol_name, member.assignment),
            )
            self._heard_from(group, member, result)
            return
        elif group.state is GroupState.COMPLETING_REBALANCE:
            earlier = group.sync_replies.pop(member.member_id, None)
            if earlier is not None:
                result.respond(earlier, SyncResult(ErrorCode.REBALANCE_IN_PROGRESS))
            group.sync_replies[member.member_id] = reply_to
            if group.leader_id == member.member_id:
                self._assign(group, request.assignments, result)
            return
        else:
            error = ErrorCode.REBALANCE_IN_PROGRESS
        result.respond(reply_to, SyncResult(error))

    def _assign(self, group: ClassicGroup, assignments: Mapping[str, bytes], result: Result) -> None:
        generation_id = group.generation_id

        def stored(error: ErrorCode, later: Result) -> None:
            # a rebalance may have begun meanwhile; then this assignment is void
            if group.state is not GroupState.COMPLETING_REBALANCE or group.generation_id != generation_id:
                return
            if error is not ErrorCode.NONE:
                self._fail_assignment(group, error, later)
                self._maybe_rebalance(group, later)
                return
            for member in group.members.values():
                member.assignment = assignments.get(member.member_id, b"")
                answer = SyncResult(ErrorCode.NONE, group.protocol_type, group.protocol_name, member.assignment)
                if self._answer_sync(group, member.member_id, answer, later):
                    self._heard_from(group, member, later)
            group.transition_to(GroupState.STABLE, later.now_ms)

        self._store_group(group, assignments, stored, result)

    def _fail_assignment(self, group: ClassicGroup, error: ErrorCode, result: Result) -> None:
        for member in group.members.values():
            member.assignment = b""
            if self._answer_sync(group, member.member_id, SyncResult(error), result):
                self._heard_from(group, member, result)

    # Heartbeat and LeaveGroup

    def heartbeat(
        self, group: ClassicGroup, member_id: str, group_instance_id: str | None, generation_id: int, result: Result
    ) -> ErrorCode:
        """A member is alive; tells it whether to join again."""
        member = group.members.get(member_id)
        if group.is_fenced(member_id, group_instance_id):
            return ErrorCode.FENCED_INSTANCE_ID
        if member is None:
            return ErrorCode.UNKNOWN_MEMBER_ID
        if generation_id != group.generation_id:
            return ErrorCode.ILLEGAL_GENERATION
        self._heard_from(group, member, result)
        if group.state is GroupState.PREPARING_REBALANCE:
            return ErrorCode.REBALANCE_IN_PROGRESS
        return ErrorCode.NONE

    def leave(self, group: ClassicGroup, leaving: Sequence[LeavingMember], result: Result) -> LeaveResult:
        """Remove members: one that says goodbye, or several, by instance id, for an administrator."""
        left = []
        for member_id, instance_id in leaving:
            error = ErrorCode.NONE
            if member_id != NO_MEMBER_ID and group.is_fenced(member_id, instance_id):
                error = ErrorCode.FENCED_INSTANCE_ID
            elif group.is_pending(member_id):
                if instance_id is not None:
                    return LeaveResult(ErrorCode.UNKNOWN_SERVER_ERROR)
                self._remove_pending(group, member_id, result)
            else:
                member = group.static_member(instance_id) or group.members.get(member_id)
                if member is None:
                    error = ErrorCode.UNKNOWN_MEMBER_ID
                else:
                    self._remove_member(group, member.member_id, result)
            left.append(LeftMember(member_id, instance_id, error))
        return LeaveResult(ErrorCode.NONE, tuple(left))

    def heard_from(self, group: ClassicGroup, member_id: str, result: Result) -> None:
        """A member has shown by another request (an offset commit) that it is alive."""
        self._heard_from(group, group.members[member_id], result)

    def _heard_from(self, group: ClassicGroup, member: Member, result: Result) -> None:
        deadline = MemberDeadline(group, member.member_id)
        waits = member.member_id in group.join_replies or member.member_id in group.sync_replies
        if waits and not member.is_new:
            self.deadlines.cancel(deadline)
        else:
            self.deadlines.set(deadline, result.now_ms + member.session_timeout_ms)

    def _remove_member(self, group: ClassicGroup, member_id: str, result: Result) -> None:
        self._answer_join(group, member_id, JoinResult(ErrorCode.UNKNOWN_MEMBER_ID, NO_MEMBER_ID), result)
        self._forget(group, member_id, result)
        self._maybe_rebalance_or_check(group, result)

    def _remove_pending(self, group: ClassicGroup, member_id: str, result: Result) -> None:
        group.pending_members.discard(member_id)
        self.deadlines.cancel(MemberDeadline(group, member_id))
        self._check_join(group, result)

    def _maybe_rebalance_or_check(self, group: ClassicGroup, result: Result) -> None:
        if group.state in (GroupState.STABLE, GroupState.COMPLETING_REBALANCE):
            self._prepare_rebalance(group, result)
        else:
            self._check_join(group, result)

    def _forget(self, group: ClassicGroup, member_id: str, result: Result) -> None:
        # Kafka leaves a SyncGroup of a removed member without an answer, until its client gives up
        self._answer_sync(group, member_id, SyncResult(ErrorCode.UNKNOWN_MEMBER_ID), result)
        self.deadlines.cancel(MemberDeadline(group, member_id))
        group.remove(member_id)

    # time, and groups that come and go

    def expire(self, result: Result) -> None:
        """Do what is due at the result's time."""
        for deadline in self.deadlines.pop_due(result.now_ms):
            if isinstance(deadline, JoinDeadline):
                self._join_deadline_over(deadline.group, result)
            elif deadline.group.is_pending(deadline.member_id):
                self._remove_pending(deadline.group, deadline.member_id, result)
            else:
                self._member_deadline_over(deadline.group, deadline.member_id, result)

    def _member_deadline_over(self, group: ClassicGroup, member_id: str, result: Result) -> None:
        member = group.members.get(member_id)
        if member is None:
            return
        waits = member_id in group.join_replies or member_id in group.sync_replies
        if member.is_new or not waits:
            self._remove_member(group, member_id, result)

    def loaded(self, group: ClassicGroup, result: Result) -> None:
        """A group has been read from the log: its members have a session timeout to be heard from."""
        if len(group.members) > self._config.max_size:
            self._prepare_rebalance(group, result)
        for member in group.members.values():
            self._heard_from(group, member, result)

    def unload(self, group: ClassicGroup, result: Result) -> None:
        """The group is another broker's, or gone: turn away whoever waits, and let nothing happen to it any more."""
        group.transition_to(GroupState.DEAD, result.now_ms)
        for member_id in list(group.join_replies):
            self._answer_join(group, member_id, JoinResult(ErrorCode.NOT_COORDINATOR, member_id), result)
        for member_id in list(group.sync_replies):
            self._answer_sync(group, member_id, SyncResult(ErrorCode.NOT_COORDINATOR), result)
        self.drop_deadlines(group)

    def drop_deadlines(self, group: ClassicGroup) -> None:
        """Forget a dead group's deadlines."""
        for member_id in [*group.members, *group.pending_members]:
            self.deadlines.cancel(MemberDeadline(group, member_id))
        self.deadlines.cancel(JoinDeadline(group))
        self._initial_delays.pop(group, None)

    # answers

    @staticmethod
    def _answer_join(group: ClassicGroup, member_id: str, answer: JoinResult, result: Result) -> bool:
        reply_to = group.join_replies.pop(member_id, None)
        if reply_to is not None:
            result.respond(reply_to, answer)
        return reply_to is not None

    @staticmethod
    def _answer_sync(group: ClassicGroup, member_id: str, answer: SyncResult, result: Result) -> bool:
        reply_to = group.sync_replies.pop(member_id, None)
        if reply_to is not None:
            result.respond(reply_to, answer)
        return reply_to is not None


def _joined(group: ClassicGroup, member_id: str) -> JoinResult:
    answer = _follower(group, member_id, group.leader_id or "")
    return answer._replace(members=group.joined_members()) if group.leader_id == member_id else answer


def _follower(group: ClassicGroup, member_id: str, leader: str) -> JoinResult:
    return JoinResult(ErrorCode.NONE, member_id, group.generation_id, group.protocol_type, group.protocol_name, leader)
