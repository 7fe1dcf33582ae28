"""The group coordinator of one broker: its groups, which of them it may act for, and every request about them.

An event (a request, an append that has ended, time going by, a partition won or lost) changes the state and gives a
`Result`: answers and records to append. The caller applies a result before the next event, so that events are in one
order; appends and their ends come back as events. Nothing here waits, sleeps or reads a clock.

Source: GroupCoordinator.scala and GroupMetadataManager.scala of 2.6.2.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from kafkacli.coordinator.classic_group import ClassicGroup, GroupState
from kafkacli.coordinator.group_partition import partition_for
from kafkacli.coordinator.group_records import encode_group_key
from kafkacli.coordinator.member import Member
from kafkacli.coordinator.membership import GroupConfig, Membership
from kafkacli.coordinator.offset_commits import APPEND_ERRORS, TOO_LARGE, OffsetConfig, store_offsets
from kafkacli.coordinator.offsets import OffsetAndMetadata, TopicPartition
from kafkacli.coordinator.persistence import group_record, offset_key
from kafkacli.coordinator.requests import NO_PRODUCER, JoinGroup, LeavingMember, Producer, SyncGroup
from kafkacli.coordinator.result import NO_MEMBER_ID, Append, JoinResult, LeaveResult, LeftMember, Result, SyncResult
from kafkacli.coordinator.subscription import CONSUMER_PROTOCOL
from kafkacli.errors import ErrorCode

_GROUP_ERRORS = (
    APPEND_ERRORS
    | {ErrorCode.REQUEST_TIMED_OUT: ErrorCode.REBALANCE_IN_PROGRESS}
    | dict.fromkeys(TOO_LARGE, ErrorCode.UNKNOWN_SERVER_ERROR)
)


class FetchedOffset(NamedTuple):
    """One partition's answer of OffsetFetch; offset -1: nothing committed."""

    error: ErrorCode
    offset: int = -1
    leader_epoch: int | None = None
    metadata: str = ""


class GroupOverview(NamedTuple):
    """One line of ListGroups."""

    group_id: str
    protocol_type: str
    state: str


class GroupDescription(NamedTuple):
    """A group as DescribeGroups tells it. Metadata and assignments of the members count only when it is Stable."""

    error: ErrorCode
    state: str = ""
    protocol_type: str = ""
    protocol: str = ""
    members: tuple[Member, ...] = ()


class GroupCoordinator:
    """All groups whose partition of `__consumer_offsets` this broker leads.

    active: False while the broker starts or stops; everything is COORDINATOR_NOT_AVAILABLE then.
    unique_id: see Membership.
    partitions: how many partitions the internal topic has; to be known beforehand, since it comes into being one by one.
    """

    def __init__(
        self,
        config: GroupConfig,
        offset_config: OffsetConfig,
        unique_id: Callable[[], str],
        partitions: int,
    ) -> None:
        self.active = True
        self._config = config
        self._offset_config = offset_config
        self._partitions = partitions
        self._groups: dict[str, ClassicGroup] = {}
        self._owned: set[int] = set()
        self._loading: set[int] = set()
        self._transactions: dict[int, set[str]] = {}  # by producer id, the groups with offsets in its open transaction
        self._membership = Membership(config, unique_id, self._store_group)

    # whose group is it

    def partition_for(self, group_id: str) -> int:
        """Return the partition of `__consumer_offsets` that keeps this group."""
        return partition_for(group_id, self._partitions)

    def _refusal(self, group_id: str | None, *, may_be_empty: bool = False) -> ErrorCode | None:
        """Why this broker can't answer for a group; None when it can. may_be_empty: offsets may be kept under ''."""
        if group_id is None or not (group_id or may_be_empty):
            return ErrorCode.INVALID_GROUP_ID
        if not self.active:
            return ErrorCode.COORDINATOR_NOT_AVAILABLE
        partition = self.partition_for(group_id)
        if partition in self._loading:
            return ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
        if partition not in self._owned:
            return ErrorCode.NOT_COORDINATOR
        return None

    # membership

    def join(self, request: JoinGroup, reply_to: Any, now_ms: int) -> Result:
        """JoinGroup; the answer is a JoinResult, given when the rebalance completes."""
        result = Result(now_ms)
        error = self._refusal(request.group_id)
        if error is None and not (
            self._config.min_session_timeout_ms <= request.session_timeout_ms <= self._config.max_session_timeout_ms
        ):
            error = ErrorCode.INVALID_SESSION_TIMEOUT
        group = None
        if error is None:
            group = self._groups.get(request.group_id)
            if group is None and request.member_id == NO_MEMBER_ID:
                group = self._add_group(request.group_id, now_ms)
        if group is None:
            result.respond(reply_to, JoinResult(error or ErrorCode.UNKNOWN_MEMBER_ID, request.member_id))
        else:
            self._membership.join(group, request, reply_to, result)
        return result

    def sync(self, request: SyncGroup, reply_to: Any, now_ms: int) -> Result:
        """SyncGroup; the answer is a SyncResult, given when the leader's assignment is in the log."""
        result = Result(now_ms)
        error = self._refusal(request.group_id)
        group = self._groups.get(request.group_id)
        if error is ErrorCode.COORDINATOR_LOAD_IN_PROGRESS:
            # old clients don't know the error; this one makes them join again, which is needed in any case
            result.respond(reply_to, SyncResult(ErrorCode.REBALANCE_IN_PROGRESS))
        elif error is not None or group is None:
            result.respond(reply_to, SyncResult(error or ErrorCode.UNKNOWN_MEMBER_ID))
        else:
            self._membership.sync(group, request, reply_to, result)
        return result

    def heartbeat(
        self, group_id: str, member_id: str, group_instance_id: str | None, generation_id: int, now_ms: int
    ) -> tuple[ErrorCode, Result]:
        """Heartbeat."""
        result = Result(now_ms)
        error = self._refusal(group_id)
        if error is ErrorCode.COORDINATOR_LOAD_IN_PROGRESS:
            return ErrorCode.NONE, result  # the member goes on; loading will tell
        group = self._groups.get(group_id)
        if error is not None or group is None:
            return error or ErrorCode.UNKNOWN_MEMBER_ID, result
        return self._membership.heartbeat(group, member_id, group_instance_id, generation_id, result), result

    def leave(self, group_id: str, leaving: Sequence[LeavingMember], now_ms: int) -> tuple[LeaveResult, Result]:
        """LeaveGroup, of one member or several (KIP-345)."""
        result = Result(now_ms)
        error = self._refusal(group_id)
        group = self._groups.get(group_id)
        if error is not None:
            return LeaveResult(error), result
        if group is None:
            unknown = ErrorCode.UNKNOWN_MEMBER_ID
            return LeaveResult(ErrorCode.NONE, tuple(LeftMember(*member, unknown) for member in leaving)), result
        return self._membership.leave(group, leaving, result), result

    def _add_group(self, group_id: str, now_ms: int) -> ClassicGroup:
        group = self._groups[group_id] = ClassicGroup(group_id, now_ms)
        return group

    def _store_group(
        self,
        group: ClassicGroup,
        assignments: Mapping[str, bytes],
        stored: Callable[[ErrorCode, Result], None],
        result: Result,
    ) -> None:
        def finish(error: ErrorCode, _base_offset: int, later: Result) -> None:
            stored(_GROUP_ERRORS.get(error, error), later)

        record = group_record(group, assignments, self._config.value_version)
        result.appends.append(Append(self.partition_for(group.group_id), [record], result.now_ms, finish))

    # offsets

    def commit_offsets(
        self,
        group_id: str,
        member_id: str,
        group_instance_id: str | None,
        generation_id: int,
        offsets: dict[TopicPartition, OffsetAndMetadata],
        reply_to: Any,
        now_ms: int,
    ) -> Result:
        """OffsetCommit from version 1; the answer is an ErrorCode for each partition, given when the records are safe.

        generation_id: -1 from those that use the group only to store offsets, which needs it to have no members.
        """
        result = Result(now_ms)
        error = self._refusal(group_id, may_be_empty=True)
        group = self._groups.get(group_id)
        if error is None and group is None:
            if generation_id < 0:
                group = self._add_group(group_id, now_ms)
            else:
                error = ErrorCode.ILLEGAL_GENERATION
        if error is None and group is not None:
            error = self._commit_refusal(group, member_id, group_instance_id, generation_id)
        if error is not None or group is None:
            result.respond(reply_to, dict.fromkeys(offsets, error))
            return result
        if member_id in group.members and generation_id >= 0:
            self._membership.heard_from(group, member_id, result)
        self._store_offsets(group, offsets, reply_to, result)
        return result

    @staticmethod
    def _commit_refusal(
        group: ClassicGroup, member_id: str, group_instance_id: str | None, generation_id: int
    ) -> ErrorCode | None:
        if group.is_fenced(member_id, group_instance_id):
            return ErrorCode.FENCED_INSTANCE_ID
        if generation_id < 0 and group.state is GroupState.EMPTY:
            return None
        if member_id not in group.members:
            return ErrorCode.UNKNOWN_MEMBER_ID
        if generation_id != group.generation_id:
            return ErrorCode.ILLEGAL_GENERATION
        if group.state is GroupState.COMPLETING_REBALANCE:
            return ErrorCode.REBALANCE_IN_PROGRESS
        return None

    def commit_transactional_offsets(
        self,
        group_id: str,
        member_id: str,
        group_instance_id: str | None,
        generation_id: int,
        producer: Producer,
        offsets: dict[TopicPartition, OffsetAndMetadata],
        reply_to: Any,
        now_ms: int,
    ) -> Result:
        """TxnOffsetCommit; the answer is as for `commit_offsets`. Member and generation count when they are given."""
        result = Result(now_ms)
        error = self._refusal(group_id)
        group = self._groups.get(group_id)
        if error is None:
            group = group or self._add_group(group_id, now_ms)
            if group.is_fenced(member_id, group_instance_id):
                error = ErrorCode.FENCED_INSTANCE_ID
            elif member_id != NO_MEMBER_ID and member_id not in group.members:
                error = ErrorCode.UNKNOWN_MEMBER_ID
            elif generation_id >= 0 and generation_id != group.generation_id:
                error = ErrorCode.ILLEGAL_GENERATION
        if error is not None or group is None:
            result.respond(reply_to, dict.fromkeys(offsets, error))
            return result
        if producer != NO_PRODUCER:
            self._transactions.setdefault(producer.producer_id, set()).add(group_id)
        self._store_offsets(group, offsets, reply_to, result, producer)
        return result

    def transaction_ended(self, producer_id: int, partitions: Collection[int], *, commit: bool) -> None:
        """A transaction's marker is in these partitions of `__consumer_offsets`: its offsets there count, or are gone."""
        groups = self._transactions.get(producer_id, set())
        for group_id in [group_id for group_id in groups if self.partition_for(group_id) in partitions]:
            groups.discard(group_id)
            if group_id in self._groups:
                self._groups[group_id].offsets.end_transaction(producer_id, commit=commit)
        if not groups:
            self._transactions.pop(producer_id, None)

    def _store_offsets(
        self,
        group: ClassicGroup,
        offsets: dict[TopicPartition, OffsetAndMetadata],
        reply_to: Any,
        result: Result,
        producer: Producer = NO_PRODUCER,
    ) -> None:
        partition = self.partition_for(group.group_id)
        store_offsets(group, offsets, partition, self._offset_config, reply_to, result, producer)

    def fetch_offsets(
        self, group_id: str, partitions: Iterable[TopicPartition] | None, require_stable: bool = False
    ) -> tuple[ErrorCode, dict[TopicPartition, FetchedOffset]]:
        """OffsetFetch from version 1. partitions: None means all that the group has (from version 2)."""
        error = self._refusal(group_id, may_be_empty=True)
        if error is not None:
            return error, {}
        group = self._groups.get(group_id)
        if group is None:
            return ErrorCode.NONE, dict.fromkeys(partitions or (), FetchedOffset(ErrorCode.NONE))
        if partitions is None:
            partitions = group.offsets.committed
        return ErrorCode.NONE, {
            partition: _fetched_offset(group, partition, require_stable) for partition in partitions
        }

    # administration

    def list_groups(self, states: Collection[str] = ()) -> tuple[ErrorCode, list[GroupOverview]]:
        """ListGroups. states: names of states to show, none for all (KIP-518)."""
        if not self.active:
            return ErrorCode.COORDINATOR_NOT_AVAILABLE, []
        error = ErrorCode.COORDINATOR_LOAD_IN_PROGRESS if self._loading else ErrorCode.NONE
        return error, [
            GroupOverview(group.group_id, group.protocol_type or "", group.state.value)
            for group in self._groups.values()
            if not states or group.state.value in states
        ]

    def describe_group(self, group_id: str) -> GroupDescription:
        """DescribeGroups, one group; a group that isn't there is Dead without an error."""
        error = self._refusal(group_id, may_be_empty=True)
        if error is not None:
            return GroupDescription(error)
        group = self._groups.get(group_id)
        if group is None:
            return GroupDescription(ErrorCode.NONE, GroupState.DEAD.value)
        stable = group.state is GroupState.STABLE
        return GroupDescription(
            ErrorCode.NONE,
            group.state.value,
            group.protocol_type or "",
            (group.protocol_name or "") if stable else "",
            tuple(group.members.values()),
        )

    def delete_groups(self, group_ids: Iterable[str], now_ms: int) -> tuple[dict[str, ErrorCode], Result]:
        """DeleteGroups: those without members go, with all their offsets."""
        result = Result(now_ms)
        errors = {}
        for group_id in group_ids:
            error = self._refusal(group_id, may_be_empty=True)
            group = self._groups.get(group_id)
            if error is None and group is None:
                error = ErrorCode.GROUP_ID_NOT_FOUND
            elif error is None and group is not None and group.state is not GroupState.EMPTY:
                error = ErrorCode.NON_EMPTY_GROUP
            elif error is None and group is not None:
                removed = group.offsets.remove([*group.offsets.committed, *group.offsets.pending])
                self._bury(group, removed, result)
            errors[group_id] = error or ErrorCode.NONE
        return errors, result

    def delete_offsets(
        self, group_id: str, partitions: Sequence[TopicPartition], now_ms: int
    ) -> tuple[ErrorCode, dict[TopicPartition, ErrorCode], Result]:
        """OffsetDelete (KIP-496): offsets of topics that no member is subscribed to."""
        result = Result(now_ms)
        error = self._refusal(group_id)
        group = self._groups.get(group_id)
        if error is None and group is None:
            error = ErrorCode.GROUP_ID_NOT_FOUND
        elif error is None and group is not None and group.state is not GroupState.EMPTY:
            error = None if group.protocol_type == CONSUMER_PROTOCOL else ErrorCode.NON_EMPTY_GROUP
        if error is not None or group is None:
            return error or ErrorCode.NONE, {}, result
        in_use = group.state is not GroupState.EMPTY
        errors = {
            partition: ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC
            if in_use and group.is_subscribed(partition.topic)
            else ErrorCode.NONE
            for partition in partitions
        }
        free = [partition for partition, error in errors.items() if error is ErrorCode.NONE]
        if free:
            self._clean_up(group, group.offsets.remove(free), result)
        return ErrorCode.NONE, errors, result

    def partitions_deleted(self, partitions: Sequence[TopicPartition], now_ms: int) -> Result:
        """A topic is gone: so are the offsets committed for it."""
        result = Result(now_ms)
        for group in list(self._groups.values()):
            self._clean_up(group, group.offsets.remove(partitions), result)
        return result

    def expire_offsets(self, now_ms: int) -> Result:
        """Remove offsets past `offsets.retention.minutes`, and groups that have nothing left."""
        result = Result(now_ms)
        for group in list(self._groups.values()):
            self._clean_up(group, group.expire_offsets(now_ms, self._offset_config.retention_ms), result)
        return result

    def _clean_up(self, group: ClassicGroup, removed: Iterable[TopicPartition], result: Result) -> None:
        if group.state is GroupState.EMPTY and not group.offsets:
            self._bury(group, removed, result)
        else:
            self._append_tombstones(group, [offset_key(group.group_id, partition) for partition in removed], result)

    def _bury(self, group: ClassicGroup, removed: Iterable[TopicPartition], result: Result) -> None:
        self._membership.bury(group, result)
        del self._groups[group.group_id]
        keys = [offset_key(group.group_id, partition) for partition in removed]
        if group.generation_id > 0:  # before its first generation a group has no record
            keys.append(encode_group_key(group.group_id))
        self._append_tombstones(group, keys, result)

    def _append_tombstones(self, group: ClassicGroup, keys: list[bytes], result: Result) -> None:
        if keys:
            partition = self.partition_for(group.group_id)
            result.appends.append(Append(partition, [(key, None) for key in keys], result.now_ms))

    # time and ownership

    @property
    def next_deadline_ms(self) -> int | None:
        """When `expire` has something to do; None when nobody waits for anything."""
        return self._membership.deadlines.next_ms

    def expire(self, now_ms: int) -> Result:
        """Time has come to `now_ms`: sessions, rebalances and initial delays that are over."""
        result = Result(now_ms)
        self._membership.expire(result)
        return result

    def clock_jumped(self, milliseconds: int) -> None:
        """The clock that events are timed by was set by so much: nobody's time is over, or longer, for that."""
        self._membership.deadlines.shift(milliseconds)

    def begin_loading(self, partition: int) -> bool:
        """This broker leads the partition now; requests wait until `finish_loading`. False when that is under way."""
        if partition in self._loading:
            return False
        self._loading.add(partition)
        return True

    def finish_loading(self, partition: int, groups: Iterable[ClassicGroup], now_ms: int) -> Result:
        """Take over the groups that the partition's log has (`persistence.Loader`)."""
        result = Result(now_ms)
        self._loading.discard(partition)
        self._owned.add(partition)
        for group in groups:
            if group.group_id not in self._groups:
                self._groups[group.group_id] = group
                for producer_id in group.offsets.transactional:
                    self._transactions.setdefault(producer_id, set()).add(group.group_id)
                self._membership.loaded(group, result)
        return result

    def resign(self, partition: int, now_ms: int) -> Result:
        """Another broker leads the partition now, or it is gone."""
        result = Result(now_ms)
        self._loading.discard(partition)
        self._owned.discard(partition)
        for group in [group for group in self._groups.values() if self.partition_for(group.group_id) == partition]:
            self._membership.unload(group, result)
            del self._groups[group.group_id]
        return result


def _fetched_offset(group: ClassicGroup, partition: TopicPartition, require_stable: bool) -> FetchedOffset:
    if require_stable and group.offsets.is_unstable(partition):
        return FetchedOffset(ErrorCode.UNSTABLE_OFFSET_COMMIT)
    value = group.offsets.get(partition)
    if value is None:
        return FetchedOffset(ErrorCode.NONE)
    return FetchedOffset(ErrorCode.NONE, value.offset, value.leader_epoch, value.metadata)
