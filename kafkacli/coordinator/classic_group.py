"""A consumer group: its state, generation, members and offsets, and the rules between them.

    Empty ──join──> PreparingRebalance ──all joined──> CompletingRebalance ──leader's sync──> Stable
      ^                 │  ^                                │                                    │
      └──no one left────┘  └────────join, leave, failure────┴────────────────────────────────────┘
    any ──deleted, expired or moved to another broker──> Dead

What happens *when* (timeouts, answers, records) is `membership.py`'s. Source: GroupMetadata.scala.
"""

from collections import Counter
from enum import Enum
from typing import Any

from kafkacli.coordinator.member import Member
from kafkacli.coordinator.offsets import GroupOffsets, OffsetAndMetadata, TopicPartition
from kafkacli.coordinator.result import JoinedMember
from kafkacli.coordinator.subscription import CONSUMER_PROTOCOL, subscribed_topics


class GroupState(Enum):
    """The states; the values are their names in ListGroups and DescribeGroups."""

    PREPARING_REBALANCE = "PreparingRebalance"
    COMPLETING_REBALANCE = "CompletingRebalance"
    STABLE = "Stable"
    DEAD = "Dead"
    EMPTY = "Empty"


_PREVIOUS = {
    GroupState.PREPARING_REBALANCE: {GroupState.STABLE, GroupState.COMPLETING_REBALANCE, GroupState.EMPTY},
    GroupState.COMPLETING_REBALANCE: {GroupState.PREPARING_REBALANCE},
    GroupState.STABLE: {GroupState.COMPLETING_REBALANCE},
    GroupState.EMPTY: {GroupState.PREPARING_REBALANCE},
    GroupState.DEAD: set(GroupState),
}


class ClassicGroup:
    """One group. Members keep the order in which they joined; the answers they wait for are kept apart from them.

    join_replies, sync_replies: `reply_to` of the requests that wait, by member id.
    pending_members: ids handed out with MEMBER_ID_REQUIRED, not used yet (KIP-394).
    state_since_ms: None when an old record in the log doesn't tell.
    subscribed: topics of the current generation; None when unknown.
    """

    __slots__ = (
        "_supported",
        "generation_id",
        "group_id",
        "join_replies",
        "leader_id",
        "members",
        "new_member_added",
        "offsets",
        "pending_members",
        "protocol_name",
        "protocol_type",
        "state",
        "state_since_ms",
        "static_members",
        "subscribed",
        "sync_replies",
    )

    def __init__(self, group_id: str, now_ms: int, state: GroupState = GroupState.EMPTY) -> None:
        self.group_id = group_id
        self.state = state
        self.state_since_ms: int | None = now_ms
        self.generation_id = 0
        self.protocol_type: str | None = None
        self.protocol_name: str | None = None
        self.leader_id: str | None = None
        self.members: dict[str, Member] = {}
        self.static_members: dict[str, str] = {}
        self.pending_members: set[str] = set()
        self.join_replies: dict[str, Any] = {}
        self.sync_replies: dict[str, Any] = {}
        self.offsets = GroupOffsets()
        self.subscribed: set[str] | None = None
        self.new_member_added = False
        self._supported: Counter[str] = Counter()

    # state

    @property
    def is_dead(self) -> bool:
        return self.state is GroupState.DEAD

    @property
    def can_rebalance(self) -> bool:
        """Whether a rebalance can begin from this state."""
        return self.state in _PREVIOUS[GroupState.PREPARING_REBALANCE]

    def transition_to(self, state: GroupState, now_ms: int) -> None:
        """Enter `state`. Raises RuntimeError when it can't be reached from here, which is a mistake in our code."""
        if self.state not in _PREVIOUS[state]:
            raise RuntimeError(f"group {self.group_id} can't go from {self.state.value} to {state.value}")
        self.state = state
        self.state_since_ms = now_ms

    def next_generation(self, now_ms: int) -> None:
        """Begin a generation with the members that are there: CompletingRebalance, or Empty without any."""
        self.generation_id += 1
        if self.members:
            self.protocol_name = self.select_protocol()
            self.subscribed = self.compute_subscribed()
            self.transition_to(GroupState.COMPLETING_REBALANCE, now_ms)
        else:
            self.protocol_name = None
            self.subscribed = self.compute_subscribed()
            self.transition_to(GroupState.EMPTY, now_ms)

    # members

    def add(self, member: Member) -> None:
        """Take a member in; the first one sets the protocol type and is the leader."""
        if not self.members:
            self.protocol_type = member.protocol_type
        if self.leader_id is None:
            self.leader_id = member.member_id
        self.members[member.member_id] = member
        self._supported.update(name for name, _ in member.protocols)
        if member.group_instance_id is not None:
            self.static_members[member.group_instance_id] = member.member_id

    def remove(self, member_id: str) -> None:
        """Drop a member and what it waited for; no harm when it isn't there."""
        member = self.members.pop(member_id, None)
        if member is not None:
            self._supported.subtract(name for name, _ in member.protocols)
            instance_id = member.group_instance_id
            if instance_id is not None and self.static_members.get(instance_id) == member_id:
                del self.static_members[instance_id]
        self.join_replies.pop(member_id, None)
        self.sync_replies.pop(member_id, None)
        if self.leader_id == member_id:
            self.leader_id = next(iter(self.members), None)

    def rename(self, old_member_id: str, new_member_id: str) -> Member:
        """Give a restarted static member its new id; everything else stays. The caller has answered the old one's requests."""
        member = self.members.pop(old_member_id)
        member.member_id = new_member_id
        self.members[new_member_id] = member
        if self.leader_id == old_member_id:
            self.leader_id = new_member_id
        if member.group_instance_id is not None:
            self.static_members[member.group_instance_id] = new_member_id
        return member

    def set_protocols(self, member: Member, protocols: list[tuple[str, bytes]]) -> None:
        """Replace what a member supports."""
        self._supported.subtract(name for name, _ in member.protocols)
        self._supported.update(name for name, _ in protocols)
        member.protocols = protocols

    def awaits_answer(self, member_id: str) -> bool:
        """Whether the member waits in JoinGroup or SyncGroup."""
        return member_id in self.join_replies or member_id in self.sync_replies

    def is_pending(self, member_id: str) -> bool:
        return member_id in self.pending_members and member_id not in self.members

    def static_member(self, group_instance_id: str | None) -> Member | None:
        """Return the member with this instance id."""
        if group_instance_id is None:
            return None
        member_id = self.static_members.get(group_instance_id)
        return None if member_id is None else self.members.get(member_id)

    def is_fenced(self, member_id: str, group_instance_id: str | None) -> bool:
        """Whether the instance id belongs to another member id by now."""
        member = self.static_member(group_instance_id)
        return member is not None and member.member_id != member_id

    @property
    def all_joined(self) -> bool:
        """Whether everybody the group knows of waits in JoinGroup."""
        return len(self.members) == len(self.join_replies) and not self.pending_members

    @property
    def rebalance_timeout_ms(self) -> int:
        """The longest that a member asked for."""
        return max((member.rebalance_timeout_ms for member in self.members.values()), default=0)

    def elect_joined_leader(self) -> bool:
        """Make sure that the leader has joined, choosing another if it has not. False when nobody has."""
        if self.leader_id is None:
            return False
        if self.leader_id in self.join_replies:
            return True
        joined = next((member_id for member_id in self.members if member_id in self.join_replies), None)
        if joined is None:
            return False
        self.leader_id = joined
        return True

    # protocols

    def supports(self, protocol_type: str, protocols: list[tuple[str, bytes]]) -> bool:
        """Whether a member with these protocols can join: one of them is common to all."""
        if self.state is GroupState.EMPTY:
            return bool(protocol_type and protocols)
        return self.protocol_type == protocol_type and any(
            self._supported[name] == len(self.members) for name, _ in protocols
        )

    def select_protocol(self) -> str:
        """Let each member vote for its first choice among the common protocols; most votes win."""
        candidates = {name for name, count in self._supported.items() if count == len(self.members)}
        votes = Counter(member.vote(candidates) for member in self.members.values())
        return max(votes, key=votes.__getitem__)

    def joined_members(self) -> tuple[JoinedMember, ...]:
        """Return all members with their metadata of the chosen protocol: what the leader assigns by."""
        protocol = self.protocol_name or ""
        return tuple(
            JoinedMember(member.member_id, member.group_instance_id, member.metadata(protocol))
            for member in self.members.values()
        )

    def compute_subscribed(self) -> set[str] | None:
        """Return the topics that members subscribed to; None for other protocol types or metadata that can't be read."""
        if self.protocol_type != CONSUMER_PROTOCOL:
            return None
        if not self.members:
            return set()
        if self.protocol_name is None:
            return None
        try:
            return set().union(
                *(subscribed_topics(member.metadata(self.protocol_name)) for member in self.members.values())
            )
        except ValueError:
            return None

    def is_subscribed(self, topic: str) -> bool:
        """Whether members read `topic`; yes when that can't be known, to be safe."""
        return self.subscribed is None or topic in self.subscribed

    # offsets

    def expire_offsets(self, now_ms: int, retention_ms: int) -> list[TopicPartition]:
        """Remove offsets past their retention; returns their partitions.

        In an Empty group the time runs from when it became empty; in one with consumers from each commit, sparing the
        topics subscribed to; in one that only stores offsets from each commit (KIP-211).
        """
        if self.protocol_type is None:
            return self.offsets.expire(now_ms, retention_ms, _committed_at)
        if self.state is GroupState.EMPTY:
            since = self.state_since_ms
            return self.offsets.expire(now_ms, retention_ms, _committed_at if since is None else lambda _: since)
        if self.protocol_type == CONSUMER_PROTOCOL and self.subscribed is not None:
            return self.offsets.expire(now_ms, retention_ms, _committed_at, self.subscribed)
        return []


def _committed_at(value: OffsetAndMetadata) -> int:
    return value.commit_timestamp_ms
