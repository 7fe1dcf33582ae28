"""Who is in a group: joining, being alive, leaving, and what happens to members whose time is over.

What follows from it, the rebalance, is `rebalance.py`'s. Source: GroupCoordinator.scala of 2.6.2; KIP-62, KIP-345, KIP-394.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from kafkacli.coordinator.classic_group import ClassicGroup, GroupState
from kafkacli.coordinator.deadlines import Deadlines
from kafkacli.coordinator.group_records import LATEST
from kafkacli.coordinator.member import Member
from kafkacli.coordinator.rebalance import (
    JoinDeadline,
    MemberDeadline,
    Rebalance,
    StoreGroup,
    answer_join,
    answer_sync,
    joined,
    joined_under,
)
from kafkacli.coordinator.requests import JoinGroup, LeavingMember, SyncGroup
from kafkacli.coordinator.result import NO_MEMBER_ID, JoinResult, LeaveResult, LeftMember, Result, SyncResult
from kafkacli.errors import ErrorCode

NEW_MEMBER_TIMEOUT_MS = 5 * 60 * 1000


class GroupConfig(NamedTuple):
    """`group.*` of server.properties. value_version: of the records' values."""

    min_session_timeout_ms: int = 6000
    max_session_timeout_ms: int = 1800000
    max_size: int = 2147483647
    initial_rebalance_delay_ms: int = 3000
    value_version: int = LATEST


class Membership:
    """The rules of membership. The groups belong to `GroupCoordinator`, which has checked that this broker may act.

    unique_id: gives a new unique text for each call (Kafka takes a random UUID).
    store_group: see Rebalance.
    """

    __slots__ = ("_max_size", "_rebalance", "_unique_id")

    def __init__(self, config: GroupConfig, unique_id: Callable[[], str], store_group: StoreGroup) -> None:
        self._max_size = config.max_size
        self._unique_id = unique_id
        self._rebalance = Rebalance(config.initial_rebalance_delay_ms, store_group)

    @property
    def deadlines(self) -> Deadlines[MemberDeadline | JoinDeadline]:
        """When something has to happen."""
        return self._rebalance.deadlines

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
        self._rebalance.check_join(group, result)

    def _has_room(self, group: ClassicGroup, member_id: str) -> bool:
        if group.state is GroupState.EMPTY:
            return True
        if group.state is GroupState.PREPARING_REBALANCE:
            # those waiting are counted, so that the last to come back are turned away from a group that is over its limit
            return member_id in group.join_replies or len(group.join_replies) < self._max_size
        return member_id in group.members or len(group.members) < self._max_size

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
        if unchanged and group.state is GroupState.COMPLETING_REBALANCE:
            # it may have missed the answer to its first request
            result.respond(reply_to, joined(group, member_id))
        elif unchanged and group.state is GroupState.STABLE and group.leader_id != member_id:
            result.respond(reply_to, joined(group, member_id))
        else:
            # also the leader's way to ask for another assignment
            reason = f"{'new metadata of' if not unchanged else 'leader'} {member_id} joining"
            self._rejoin(group, member, request.protocols, reason, reply_to, result)

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
        reason = f"Adding new member {member_id} with group instance id {request.group_instance_id}"
        self._rebalance.begin(group, reason, result)

    def _rejoin(
        self,
        group: ClassicGroup,
        member: Member,
        protocols: list[tuple[str, bytes]],
        reason: str,
        reply_to: Any,
        result: Result,
    ) -> None:
        group.set_protocols(member, protocols)
        # the same member may ask again on another connection: Kafka leaves the first request without an answer
        answer_join(group, member.member_id, JoinResult(ErrorCode.REBALANCE_IN_PROGRESS, member.member_id), result)
        group.join_replies[member.member_id] = reply_to
        self._rebalance.begin(group, reason, result)

    def _replace_static_member(
        self, group: ClassicGroup, new_member_id: str, request: JoinGroup, reply_to: Any, result: Result
    ) -> None:
        """A static member has restarted: it gets a new id, and no rebalance if nothing changes by that (KIP-345)."""
        old_member_id = group.static_members[request.group_instance_id or ""]
        leader = group.leader_id or ""
        answer_join(group, old_member_id, JoinResult(ErrorCode.FENCED_INSTANCE_ID, old_member_id), result)
        answer_sync(group, old_member_id, SyncResult(ErrorCode.FENCED_INSTANCE_ID), result)
        self.deadlines.cancel(MemberDeadline(group, old_member_id))
        member = group.rename(old_member_id, new_member_id)
        result.note(
            f"Static member {request.group_instance_id} of group {group.group_id} with unknown member id rejoins, assigning "
            f"new member id {new_member_id}, while old member id {old_member_id} will be removed."
        )
        self._rebalance.heard_from(group, member, result)
        old_protocols = member.protocols
        group.set_protocols(member, request.protocols)
        group.join_replies[new_member_id] = reply_to
        # while completing a rebalance the leader may be assigning to the old id
        if group.state is not GroupState.STABLE or group.select_protocol() != group.protocol_name:
            reason = f"Updating metadata for static member {new_member_id} with instance id {request.group_instance_id}"
            self._rebalance.begin(group, reason, result)
            return

        def stored(error: ErrorCode, later: Result) -> None:
            if error is not ErrorCode.NONE:
                waiting = group.join_replies.pop(new_member_id, None)
                if waiting is None:
                    return
                group.set_protocols(member, old_protocols)
                group.rename(new_member_id, old_member_id)
                self.deadlines.cancel(MemberDeadline(group, new_member_id))
                self._rebalance.heard_from(group, member, later)
                later.respond(waiting, joined_under(group, NO_MEMBER_ID, leader)._replace(error=error))
            # the old leader's id, so that a restarted leader doesn't assign: nobody would hear of it
            elif answer_join(group, new_member_id, joined_under(group, new_member_id, leader), later):
                self._rebalance.heard_from(group, member, later)

        assignments = {member.member_id: member.assignment for member in group.members.values()}
        self._rebalance.store_group(group, assignments, stored, result)

    # SyncGroup and Heartbeat

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
            answer = SyncResult(ErrorCode.NONE, group.protocol_type, group.protocol_name, member.assignment)
            result.respond(reply_to, answer)
            self._rebalance.heard_from(group, member, result)
            return
        elif group.state is GroupState.COMPLETING_REBALANCE:
            answer_sync(group, member.member_id, SyncResult(ErrorCode.REBALANCE_IN_PROGRESS), result)
            group.sync_replies[member.member_id] = reply_to
            if group.leader_id == member.member_id:
                self._rebalance.assign(group, request.assignments, result)
            return
        else:
            error = ErrorCode.REBALANCE_IN_PROGRESS
        result.respond(reply_to, SyncResult(error))

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
        self._rebalance.heard_from(group, member, result)
        if group.state is GroupState.PREPARING_REBALANCE:
            return ErrorCode.REBALANCE_IN_PROGRESS
        return ErrorCode.NONE

    def heard_from(self, group: ClassicGroup, member_id: str, result: Result) -> None:
        """A member has shown by another request (an offset commit) that it is alive."""
        self._rebalance.heard_from(group, group.members[member_id], result)

    # going

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
                    self._remove_member(group, member.member_id, "on LeaveGroup", result)
            left.append(LeftMember(member_id, instance_id, error))
        return LeaveResult(ErrorCode.NONE, tuple(left))

    def _remove_member(self, group: ClassicGroup, member_id: str, why: str, result: Result) -> None:
        result.note(f"Removing member {member_id} from group {group.group_id} {why}")
        answer_join(group, member_id, JoinResult(ErrorCode.UNKNOWN_MEMBER_ID, NO_MEMBER_ID), result)
        self._rebalance.forget(group, member_id, result)
        if group.state in (GroupState.STABLE, GroupState.COMPLETING_REBALANCE):
            self._rebalance.begin(group, f"removing member {member_id} {why}", result)
        else:
            self._rebalance.check_join(group, result)

    def _remove_pending(self, group: ClassicGroup, member_id: str, result: Result) -> None:
        group.pending_members.discard(member_id)
        self.deadlines.cancel(MemberDeadline(group, member_id))
        self._rebalance.check_join(group, result)

    def expire(self, result: Result) -> None:
        """Do what is due at the result's time."""
        for deadline in self.deadlines.pop_due(result.now_ms):
            group = deadline.group
            if isinstance(deadline, JoinDeadline):
                self._rebalance.join_deadline_over(group, result)
            elif group.is_pending(deadline.member_id):
                self._remove_pending(group, deadline.member_id, result)
            elif (member := group.members.get(deadline.member_id)) is not None and (
                member.is_new or not group.awaits_answer(deadline.member_id)
            ):
                self._remove_member(group, deadline.member_id, "on heartbeat expiration", result)

    # groups that come and go

    def loaded(self, group: ClassicGroup, result: Result) -> None:
        """A group has been read from the log: its members have a session timeout to be heard from."""
        if len(group.members) > self._max_size:
            self._rebalance.begin(group, f"Freshly-loaded group is over capacity ({self._max_size})", result)
        for member in group.members.values():
            self._rebalance.heard_from(group, member, result)

    def unload(self, group: ClassicGroup, result: Result) -> None:
        """The group is another broker's: turn away whoever waits, and let nothing happen to it any more."""
        group.transition_to(GroupState.DEAD, result.now_ms)
        for member_id in list(group.join_replies):
            answer_join(group, member_id, JoinResult(ErrorCode.NOT_COORDINATOR, member_id), result)
        for member_id in list(group.sync_replies):
            answer_sync(group, member_id, SyncResult(ErrorCode.NOT_COORDINATOR), result)
        self._rebalance.drop_deadlines(group)

    def bury(self, group: ClassicGroup, result: Result) -> None:
        """The group is no more; it had no members."""
        group.transition_to(GroupState.DEAD, result.now_ms)
        result.note(f"Group {group.group_id} transitioned to Dead in generation {group.generation_id}")
        self._rebalance.drop_deadlines(group)
