"""Consumer groups, asked of their coordinators: list, describe, offsets, deletion. What KafkaAdminClient of 2.6.2 asks."""

from __future__ import annotations

from functools import partial

from kafkacli.client.cluster import MOVED_COORDINATOR, CallTimedOut, ClientFailure, Cluster, check
from kafkacli.client.connection import AuthenticationFailed
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.wire.messages.find_coordinator import FindCoordinatorRequest, FindCoordinatorResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import TypeVar

    from kafkacli.client.connection import Connection
    from kafkacli.client.topics import TopicPartition
    from kafkacli.wire.messages.describe_groups import DescribedGroup, DescribedGroupMember

    T = TypeVar("T")

_CONSUMER = "consumer"
_LOADING = frozenset((ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, ErrorCode.COORDINATOR_NOT_AVAILABLE))


class NotAConsumerGroup(Exception):
    """A group of another protocol, such as Kafka Connect's."""


class Member:
    """A member of a group. instance_id: '' unless it is a static member; partitions: what it was assigned."""

    __slots__ = ("client_id", "host", "instance_id", "member_id", "partitions")

    def __init__(
        self, member_id: str, instance_id: str, client_id: str, host: str, partitions: list[TopicPartition]
    ) -> None:
        self.member_id = member_id
        self.instance_id = instance_id
        self.client_id = client_id
        self.host = host
        self.partitions = partitions


class Group:
    """A consumer group. state: Kafka's name of it; coordinator: (broker id, host, port)."""

    __slots__ = ("assignor", "coordinator", "group_id", "members", "state")

    def __init__(
        self, group_id: str, state: str, assignor: str, members: list[Member], coordinator: tuple[int, str, int]
    ) -> None:
        self.group_id = group_id
        self.state = state
        self.assignor = assignor
        self.members = members
        self.coordinator = coordinator


def list_groups(cluster: Cluster, states: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Return (group id, state) of every consumer group; the state is '' from brokers before 2.6.

    states: only groups in these (KIP-518), all when empty. Raises ApiError, and ClientFailure when no broker answers.
    """
    from kafkacli.wire.messages.list_groups import ListGroupsRequest, ListGroupsResponse

    request = ListGroupsRequest(states_filter=list(states))
    try:
        brokers = cluster.call("findAllBrokers", cluster.metadata).brokers
    except (CallTimedOut, AuthenticationFailed) as error:
        if isinstance(error, AuthenticationFailed):
            cluster.tell_refusal(error, whole=True)
        raise ClientFailure("Failed to find brokers to send ListGroups") from error
    found: dict[str, str] = {}
    for broker in brokers:

        def attempt(deadline: float, node_id: int = broker.node_id) -> ListGroupsResponse:
            response = cluster.broker(node_id, deadline).send(request, ListGroupsResponse, deadline)
            check(response.error_code, passing=_LOADING)
            return response

        for group in cluster.call("listConsumerGroups", attempt).groups:
            if group.protocol_type in ("", _CONSUMER):
                found[group.group_id] = group.group_state
                cluster.coordinators[group.group_id] = broker.node_id
    return list(found.items())


def describe_groups(cluster: Cluster, group_ids: Iterable[str]) -> list[Group]:
    """Return these groups; one that isn't there is in state Dead. Raises ApiError and NotAConsumerGroup."""
    from kafkacli.wire.messages.describe_groups import DescribeGroupsRequest, DescribeGroupsResponse

    wanted = list(dict.fromkeys(group_ids))
    found: dict[str, Group] = {}

    def attempt(deadline: float) -> None:
        missing = [group_id for group_id in wanted if group_id not in found]
        for node_id, some in _by_coordinator(cluster, missing, deadline).items():
            request = DescribeGroupsRequest(groups=some)
            host, port = cluster.address(node_id, deadline)
            for row in cluster.broker(node_id, deadline).send(request, DescribeGroupsResponse, deadline).groups:
                check(row.error_code, passing=MOVED_COORDINATOR)
                found[row.group_id] = _group(row, (node_id, host, port))

    if wanted:
        cluster.call("describeConsumerGroups", attempt)
    return [found[group_id] for group_id in wanted]


def committed_offsets(cluster: Cluster, group_id: str) -> dict[TopicPartition, int]:
    """Return every offset that a group has committed. Raises ApiError."""
    return committed_by_groups(cluster, [group_id])[group_id]


def committed_by_groups(
    cluster: Cluster, group_ids: Iterable[str], tell: Callable[[int], None] = lambda count: None
) -> dict[str, dict[TopicPartition, int]]:
    """Return every offset that each of these groups has committed. Raises ApiError.

    tell: told of how many groups they are known by now.
    """
    from kafkacli.wire.messages.offset_fetch import OffsetFetchRequest, OffsetFetchResponse

    wanted = list(dict.fromkeys(group_ids))
    found: dict[str, dict[TopicPartition, int]] = {}

    def attempt(deadline: float) -> None:
        missing = [group_id for group_id in wanted if group_id not in found]
        for node_id, some in _by_coordinator(cluster, missing, deadline).items():
            requests = [OffsetFetchRequest(group_id=group_id, topics=None) for group_id in some]
            answers = cluster.broker(node_id, deadline).send_each(
                requests, OffsetFetchResponse, deadline, partial(_told, tell, len(found))
            )
            for group_id, answer in zip(some, answers, strict=True):
                check(answer.error_code, passing=MOVED_COORDINATOR)
                found[group_id] = {
                    (topic.name, row.partition_index): row.committed_offset
                    for topic in answer.topics
                    for row in topic.partitions
                    if row.error_code == ErrorCode.NONE and row.committed_offset >= 0
                }

    if wanted:
        cluster.call("listConsumerGroupOffsets", attempt)
    return found


def _told(tell: Callable[[int], None], known: int, more: int) -> None:
    tell(known + more)


def commit_offsets(cluster: Cluster, group_id: str, offsets: Mapping[TopicPartition, int]) -> None:
    """Commit offsets for a group without members. Raises ApiError."""
    from kafkacli.wire.messages.offset_commit import (
        OffsetCommitRequest,
        OffsetCommitRequestPartition,
        OffsetCommitRequestTopic,
        OffsetCommitResponse,
    )

    topics: dict[str, list[OffsetCommitRequestPartition]] = {}
    for (topic, partition), offset in offsets.items():
        row = OffsetCommitRequestPartition(partition_index=partition, committed_offset=offset, committed_metadata="")
        topics.setdefault(topic, []).append(row)
    request = OffsetCommitRequest(
        group_id=group_id,
        topics=[OffsetCommitRequestTopic(name=name, partitions=rows) for name, rows in topics.items()],
    )

    def ask(connection: Connection, deadline: float) -> None:
        response = connection.send(request, OffsetCommitResponse, deadline)
        for topic in response.topics:
            for row in topic.partitions:
                check(row.error_code, passing=MOVED_COORDINATOR)

    _ask_coordinator(cluster, "commitOffsets", group_id, ask)


def delete_group(cluster: Cluster, group_id: str) -> None:
    """Delete a group with its offsets. Raises ApiError."""
    from kafkacli.wire.messages.delete_groups import DeleteGroupsRequest, DeleteGroupsResponse

    def ask(connection: Connection, deadline: float) -> None:
        response = connection.send(DeleteGroupsRequest(groups_names=[group_id]), DeleteGroupsResponse, deadline)
        for result in response.results:
            check(result.error_code, passing=MOVED_COORDINATOR)

    _ask_coordinator(cluster, "deleteConsumerGroups", group_id, ask)


def remove_members(cluster: Cluster, group_id: str, members: Iterable[Member]) -> None:
    """Remove members from a group, static ones for good (KIP-345, KIP-571). Raises ApiError."""
    from kafkacli.wire.messages.leave_group import LeaveGroupRequest, LeaveGroupResponse, MemberIdentity

    leaving = [
        MemberIdentity(member_id="", group_instance_id=one.instance_id)
        if one.instance_id
        else MemberIdentity(member_id=one.member_id)
        for one in members
    ]

    def ask(connection: Connection, deadline: float) -> None:
        request = LeaveGroupRequest(group_id=group_id, members=leaving)
        response = connection.send(request, LeaveGroupResponse, deadline)
        check(response.error_code, passing=MOVED_COORDINATOR)
        for row in response.members:
            if row.error_code != ErrorCode.UNKNOWN_MEMBER_ID:  # it has left by itself
                check(row.error_code)

    _ask_coordinator(cluster, "removeMembersFromConsumerGroup", group_id, ask)


def delete_offsets(
    cluster: Cluster, group_id: str, partitions: Iterable[TopicPartition]
) -> dict[TopicPartition, ApiError | None]:
    """Delete a group's offsets of these partitions (KIP-496); returns the error of each, None for none.

    Raises ApiError for what concerns the whole group.
    """
    from kafkacli.wire.messages.offset_delete import (
        OffsetDeleteRequest,
        OffsetDeleteRequestPartition,
        OffsetDeleteRequestTopic,
        OffsetDeleteResponse,
    )

    topics: dict[str, list[OffsetDeleteRequestPartition]] = {}
    for topic, partition in dict.fromkeys(partitions):
        topics.setdefault(topic, []).append(OffsetDeleteRequestPartition(partition_index=partition))
    request = OffsetDeleteRequest(
        group_id=group_id,
        topics=[OffsetDeleteRequestTopic(name=name, partitions=rows) for name, rows in topics.items()],
    )

    def ask(connection: Connection, deadline: float) -> dict[TopicPartition, ApiError | None]:
        response = connection.send(request, OffsetDeleteResponse, deadline)
        check(response.error_code, passing=MOVED_COORDINATOR)
        return {
            (topic.name, row.partition_index): ApiError(row.error_code) if row.error_code else None
            for topic in response.topics
            for row in topic.partitions
        }

    return _ask_coordinator(cluster, "deleteConsumerGroupOffsets", group_id, ask)


def _group(row: DescribedGroup, coordinator: tuple[int, str, int]) -> Group:
    if row.protocol_type not in ("", _CONSUMER):
        raise NotAConsumerGroup(f"GroupId {row.group_id} is not a consumer group ({row.protocol_type}).")
    members = [_member(member) for member in row.members]
    return Group(row.group_id, row.group_state, row.protocol_data, members, coordinator)


def _member(row: DescribedGroupMember) -> Member:
    from kafkacli.wire.consumer_protocol import decode_assignment

    partitions = []
    if row.member_assignment:
        assignment = decode_assignment(row.member_assignment)
        partitions = [(topic.topic, index) for topic in assignment.topic_partitions for index in topic.partitions]
    return Member(row.member_id, row.group_instance_id or "", row.client_id, row.client_host, partitions)


def _by_coordinator(cluster: Cluster, group_ids: Sequence[str], deadline: float) -> dict[int, list[str]]:
    """Return these groups by the broker id of their coordinator, asked for where it isn't known yet."""
    unknown = [group_id for group_id in group_ids if group_id not in cluster.coordinators]
    if unknown:
        requests = [FindCoordinatorRequest(key=group_id, key_type=0) for group_id in unknown]
        answers = cluster.any(deadline).send_each(requests, FindCoordinatorResponse, deadline)
        for group_id, answer in zip(unknown, answers, strict=True):
            check(answer.error_code, answer.error_message, passing=MOVED_COORDINATOR)
            cluster.coordinators[group_id] = answer.node_id
    found: dict[int, list[str]] = {}
    for group_id in group_ids:
        found.setdefault(cluster.coordinators[group_id], []).append(group_id)
    return found


def _ask_coordinator(cluster: Cluster, name: str, group_id: str, ask: Callable[[Connection, float], T]) -> T:
    def attempt(deadline: float) -> T:
        (node_id,) = _by_coordinator(cluster, [group_id], deadline)
        return ask(cluster.broker(node_id, deadline), deadline)

    return cluster.call(name, attempt)
