"""From one generation of a group to the next: who is waited for and how long, the leader's assignment, who is alive.

Kafka's delayed operations are deadlines here:

    a member's deadline     its session timeout; five minutes while its first JoinGroup waits; the session timeout of an id
                            handed out with MEMBER_ID_REQUIRED. Members waiting in JoinGroup or SyncGroup are alive.
    a group's deadline      the rebalance timeout; before a first generation `group.initial.rebalance.delay.ms`,
                            extended while new members come (KIP-134).

Source: GroupCoordinator.scala, DelayedJoin.scala of 2.6.2.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from kafkacli.coordinator.classic_group import ClassicGroup, GroupState
from kafkacli.coordinator.deadlines import Deadlines
from kafkacli.coordinator.member import Member
from kafkacli.coordinator.result import JoinResult, Result, SyncResult
from kafkacli.errors import ErrorCode

SHORTEST_RETRY_MS = 100  # of a rebalance that nobody came to; Kafka would spin when clients ask for a timeout of 0


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


class Rebalance:
    """The rules of rebalances.

    initial_delay_ms: group.initial.rebalance.delay.ms.
    store_group: appends the group's record and calls back with the error for clients.
    """

    __slots__ = ("_initial_delay_ms", "_initial_delays", "deadlines", "store_group")

    def __init__(self, initial_delay_ms: int, store_group: StoreGroup) -> None:
        self._initial_delay_ms = initial_delay_ms
        self._initial_delays: dict[ClassicGroup, InitialDelay] = {}
        self.deadlines: Deadlines[MemberDeadline | JoinDeadline] = Deadlines()
        self.store_group = store_group

    # joining

    def begin(self, group: ClassicGroup, reason: str, result: Result) -> None:
        """Have everybody join again, unless that is under way. reason: for the log."""
        if not group.can_rebalance:
            return
        if group.state is GroupState.COMPLETING_REBALANCE:
            self._fail_assignment(group, ErrorCode.REBALANCE_IN_PROGRESS, result)
        was_empty = group.state is GroupState.EMPTY
        group.transition_to(GroupState.PREPARING_REBALANCE, result.now_ms)
        result.note(
            f"Preparing to rebalance group {group.group_id} in state PreparingRebalance with old generation "
            f"{group.generation_id} (reason: {reason})"
        )
        if was_empty:
            delay_ms = self._initial_delay_ms
            self._delay_first(group, InitialDelay(delay_ms, max(group.rebalance_timeout_ms - delay_ms, 0)), result)
        else:
            self.deadlines.set(JoinDeadline(group), result.now_ms + group.rebalance_timeout_ms)
            self.check_join(group, result)

    def _delay_first(self, group: ClassicGroup, delay: InitialDelay, result: Result) -> None:
        self._initial_delays[group] = delay
        self.deadlines.set(JoinDeadline(group), result.now_ms + delay.delay_ms)

    def check_join(self, group: ClassicGroup, result: Result) -> None:
        """Go on when everybody has joined; a first generation waits for its delay all the same."""
        if group.state is GroupState.PREPARING_REBALANCE and group not in self._initial_delays and group.all_joined:
            self._complete_join(group, result)

    def join_deadline_over(self, group: ClassicGroup, result: Result) -> None:
        """The group has waited long enough for those that haven't joined."""
        delay = self._initial_delays.pop(group, None)
        if delay is not None and group.new_member_added and delay.remaining_ms:
            group.new_member_added = False
            next_ms = min(self._initial_delay_ms, delay.remaining_ms)
            self._delay_first(group, InitialDelay(next_ms, max(delay.remaining_ms - delay.delay_ms, 0)), result)
        else:
            self._complete_join(group, result)

    def _complete_join(self, group: ClassicGroup, result: Result) -> None:
        self.deadlines.cancel(JoinDeadline(group))
        for member in [member for member in group.members.values() if member.member_id not in group.join_replies]:
            if not member.is_static:
                self.forget(group, member.member_id, result)
        if group.members and not group.elect_joined_leader():
            # only static members are left and none came back: their session timeouts will tell
            again_ms = max(group.rebalance_timeout_ms, SHORTEST_RETRY_MS)
            self.deadlines.set(JoinDeadline(group), result.now_ms + again_ms)
            return
        group.next_generation(result.now_ms)
        if group.state is GroupState.EMPTY:
            result.note(f"Group {group.group_id} with generation {group.generation_id} is now empty")
            # when this can't be written, the generation before comes back with a restart, and its members time out
            self.store_group(group, {}, lambda _error, _later: None, result)
            return
        result.note(f"Stabilized group {group.group_id} generation {group.generation_id}")
        for member in group.members.values():
            answer_join(group, member.member_id, joined(group, member.member_id), result)
            self.heard_from(group, member, result)
            member.is_new = False

    # assigning

    def assign(self, group: ClassicGroup, assignments: Mapping[str, bytes], result: Result) -> None:
        """The leader has brought the assignment: everybody gets its part when it is in the log. By member id."""
        generation_id = group.generation_id
        result.note(f"Assignment received from leader for group {group.group_id} for generation {generation_id}")

        def stored(error: ErrorCode, later: Result) -> None:
            # a rebalance may have begun meanwhile; then this assignment is void
            if group.state is not GroupState.COMPLETING_REBALANCE or group.generation_id != generation_id:
                return
            if error is not ErrorCode.NONE:
                self._fail_assignment(group, error, later)
                self.begin(group, "error when storing group assignment during SyncGroup", later)
                return
            for member in group.members.values():
                member.assignment = assignments.get(member.member_id, b"")
                answer = SyncResult(ErrorCode.NONE, group.protocol_type, group.protocol_name, member.assignment)
                if answer_sync(group, member.member_id, answer, later):
                    self.heard_from(group, member, later)
            group.transition_to(GroupState.STABLE, later.now_ms)

        self.store_group(group, assignments, stored, result)

    def _fail_assignment(self, group: ClassicGroup, error: ErrorCode, result: Result) -> None:
        for member in group.members.values():
            member.assignment = b""
            if answer_sync(group, member.member_id, SyncResult(error), result):
                self.heard_from(group, member, result)

    # who is there

    def heard_from(self, group: ClassicGroup, member: Member, result: Result) -> None:
        """The member is alive: its session begins anew; it has no end while the member waits for us."""
        deadline = MemberDeadline(group, member.member_id)
        if group.awaits_answer(member.member_id) and not member.is_new:
            self.deadlines.cancel(deadline)
        else:
            self.deadlines.set(deadline, result.now_ms + member.session_timeout_ms)

    def forget(self, group: ClassicGroup, member_id: str, result: Result) -> None:
        """Drop a member, without a rebalance."""
        # Kafka leaves a SyncGroup of a removed member without an answer, until its client gives up
        answer_sync(group, member_id, SyncResult(ErrorCode.UNKNOWN_MEMBER_ID), result)
        self.deadlines.cancel(MemberDeadline(group, member_id))
        group.remove(member_id)

    def drop_deadlines(self, group: ClassicGroup) -> None:
        """Forget a dead group's deadlines."""
        for member_id in [*group.members, *group.pending_members]:
            self.deadlines.cancel(MemberDeadline(group, member_id))
        self.deadlines.cancel(JoinDeadline(group))
        self._initial_delays.pop(group, None)


def answer_join(group: ClassicGroup, member_id: str, answer: JoinResult, result: Result) -> bool:
    """Answer the member's JoinGroup; says whether it had asked."""
    return _answer(group.join_replies, member_id, answer, result)


def answer_sync(group: ClassicGroup, member_id: str, answer: SyncResult, result: Result) -> bool:
    """Answer the member's SyncGroup; says whether it had asked."""
    return _answer(group.sync_replies, member_id, answer, result)


def _answer(replies: dict[str, Any], member_id: str, answer: object, result: Result) -> bool:
    reply_to = replies.pop(member_id, None)
    if reply_to is not None:
        result.respond(reply_to, answer)
    return reply_to is not None


def joined(group: ClassicGroup, member_id: str) -> JoinResult:
    """Return what a member of the current generation is told; the leader hears of all members."""
    answer = joined_under(group, member_id, group.leader_id or "")
    return answer._replace(members=group.joined_members()) if group.leader_id == member_id else answer


def joined_under(group: ClassicGroup, member_id: str, leader: str) -> JoinResult:
    """Return what a member that has nothing to assign is told."""
    return JoinResult(ErrorCode.NONE, member_id, group.generation_id, group.protocol_type, group.protocol_name, leader)
