"""Requests about groups and offsets, short to write."""

from typing import Any

from kafkacli.wire.messages.heartbeat import HeartbeatRequest
from kafkacli.wire.messages.join_group import JoinGroupRequest, JoinGroupRequestProtocol
from kafkacli.wire.messages.leave_group import LeaveGroupRequest, MemberIdentity
from kafkacli.wire.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
)
from kafkacli.wire.messages.offset_delete import (
    OffsetDeleteRequest,
    OffsetDeleteRequestPartition,
    OffsetDeleteRequestTopic,
)
from kafkacli.wire.messages.offset_fetch import OffsetFetchRequest, OffsetFetchRequestTopic
from kafkacli.wire.messages.sync_group import SyncGroupRequest, SyncGroupRequestAssignment
from tests.support.group_driver import subscription

TOPIC = "compared-groups"
RANGE = [("range", subscription(TOPIC))]


def join(group: str, member_id: str = "", **fields: Any) -> JoinGroupRequest:
    protocols = fields.pop("protocols", RANGE)
    values = {
        "session_timeout_ms": 10_000,
        "rebalance_timeout_ms": 10_000,
        "protocol_type": "consumer",
        **fields,
    }
    return JoinGroupRequest(
        group_id=group,
        member_id=member_id,
        protocols=[JoinGroupRequestProtocol(name=name, metadata=metadata) for name, metadata in protocols],
        **values,
    )


def sync(group: str, member_id: str, generation: int, *assigned: tuple[str, bytes], **fields: Any) -> SyncGroupRequest:
    return SyncGroupRequest(
        group_id=group,
        member_id=member_id,
        generation_id=generation,
        assignments=[SyncGroupRequestAssignment(member_id=member, assignment=data) for member, data in assigned],
        **fields,
    )


def heartbeat(group: str, member_id: str, generation: int, instance: str | None = None) -> HeartbeatRequest:
    return HeartbeatRequest(group_id=group, member_id=member_id, generation_id=generation, group_instance_id=instance)


def leave(group: str, *members: tuple[str, str | None]) -> LeaveGroupRequest:
    return LeaveGroupRequest(
        group_id=group,
        members=[MemberIdentity(member_id=member, group_instance_id=instance) for member, instance in members],
    )


def commit(
    group: str,
    member_id: str = "",
    generation: int = -1,
    *,
    topic: str = TOPIC,
    offsets: tuple[tuple[int, int, str | None], ...] = ((0, 7, "note"),),
    **fields: Any,
) -> OffsetCommitRequest:
    partitions = [
        OffsetCommitRequestPartition(partition_index=partition, committed_offset=offset, committed_metadata=metadata)
        for partition, offset, metadata in offsets
    ]
    return OffsetCommitRequest(
        group_id=group,
        member_id=member_id,
        generation_id=generation,
        topics=[OffsetCommitRequestTopic(name=topic, partitions=partitions)],
        **fields,
    )


def fetch(group: str, *partitions: int, topic: str = TOPIC, **fields: Any) -> OffsetFetchRequest:
    topics = [OffsetFetchRequestTopic(name=topic, partition_indexes=list(partitions))]
    return OffsetFetchRequest(group_id=group, topics=topics, **fields)


def fetch_all(group: str) -> OffsetFetchRequest:
    return OffsetFetchRequest(group_id=group, topics=None)


def delete_offsets(group: str, topic: str, *partitions: int) -> OffsetDeleteRequest:
    each = [OffsetDeleteRequestPartition(partition_index=partition) for partition in partitions]
    return OffsetDeleteRequest(group_id=group, topics=[OffsetDeleteRequestTopic(name=topic, partitions=each)])
