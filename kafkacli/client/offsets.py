"""Offsets of partitions, asked of their leaders (ListOffsets, KIP-79)."""

from __future__ import annotations

from kafkacli.client.cluster import Cluster, TryAgain, check
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.wire.messages.list_offsets import (
    ListOffsetPartition,
    ListOffsetPartitionResponse,
    ListOffsetRequest,
    ListOffsetResponse,
    ListOffsetTopic,
    ListOffsetTopicResponse,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kafkacli.client.topics import TopicPartition
    from kafkacli.wire.messages.metadata import MetadataResponseTopic

LATEST = -1
EARLIEST = -2
UNKNOWN_OFFSET = -1
STALE_METADATA = frozenset(
    (
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        ErrorCode.LEADER_NOT_AVAILABLE,
        ErrorCode.NOT_LEADER_OR_FOLLOWER,
        ErrorCode.REPLICA_NOT_AVAILABLE,
        ErrorCode.KAFKA_STORAGE_ERROR,
        ErrorCode.OFFSET_NOT_AVAILABLE,
        ErrorCode.FENCED_LEADER_EPOCH,
    )
)
"""Errors of a leader after which its partition is to be looked for anew."""


def list_offsets(
    cluster: Cluster,
    partitions: Iterable[TopicPartition],
    timestamp_ms: int,
    *,
    committed: bool = False,
    leaders: Mapping[TopicPartition, int | None] | None = None,
) -> dict[TopicPartition, int]:
    """Return an offset of each partition: the first of a record at or after `timestamp_ms`, or LATEST, or EARLIEST.

    committed: let LATEST be the last stable offset, before every open transaction. leaders: as they are known already.
    UNKNOWN_OFFSET where no record is that young. Raises ApiError.
    """
    wanted = list(partitions)
    offsets: dict[TopicPartition, int] = {}
    known = [leaders] if leaders is not None else []  # for the first try

    def take(topic: ListOffsetTopicResponse, row: ListOffsetPartitionResponse, _data: memoryview) -> None:
        check(row.error_code, passing=STALE_METADATA)
        offsets[topic.name, row.partition_index] = row.offset

    def attempt(deadline: float) -> None:
        by_leader: dict[int, dict[str, list[int]]] = {}
        leaders = known.pop() if known else leaders_of(cluster, {topic for topic, _ in wanted}, deadline)
        for topic, partition in wanted:
            if (topic, partition) in offsets:
                continue
            leader = leaders.get((topic, partition))
            if leader is None:
                raise ApiError(ErrorCode.LEADER_NOT_AVAILABLE)
            by_leader.setdefault(leader, {}).setdefault(topic, []).append(partition)
        for leader, topics in by_leader.items():
            request = ListOffsetRequest(
                replica_id=-1,
                isolation_level=int(committed),
                topics=[
                    ListOffsetTopic(
                        name=topic,
                        partitions=[
                            ListOffsetPartition(
                                partition_index=index,
                                current_leader_epoch=-1,
                                timestamp=timestamp_ms,
                            )
                            for index in indexes
                        ],
                    )
                    for topic, indexes in topics.items()
                ],
            )
            connection = cluster.broker(leader, deadline)
            connection.send_for(request, ListOffsetResponse, ListOffsetPartitionResponse, take, deadline)

    if wanted:
        cluster.call("listOffsets", attempt)
    return {partition: offsets[partition] for partition in wanted}


def leaders_of(cluster: Cluster, topics: set[str], deadline: float) -> dict[TopicPartition, int]:
    """Return the leader of every partition of these topics that has one."""
    leaders: dict[TopicPartition, int] = {}

    def take(topic: MetadataResponseTopic, _data: memoryview) -> None:
        if topic.error_code == ErrorCode.LEADER_NOT_AVAILABLE:
            raise TryAgain(ApiError(topic.error_code))
        check(topic.error_code)
        for row in topic.partitions:
            if row.leader_id >= 0:
                leaders[topic.name, row.partition_index] = row.leader_id

    cluster.each_topic(topics, take, deadline)
    return leaders
