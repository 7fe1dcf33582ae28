"""Deleting records of partitions from their beginning up to an offset (KIP-107). What KafkaAdminClient of 2.6.2 asks."""

from __future__ import annotations

from kafkacli.client.cluster import CallTimedOut, Cluster
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.wire.messages.delete_records import (
    DeleteRecordsPartition,
    DeleteRecordsRequest,
    DeleteRecordsResponse,
    DeleteRecordsTopic,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kafkacli.client.topics import TopicPartition

Outcome = int | Exception
"""The low watermark after the deletion, or why there was none."""


def delete_records(cluster: Cluster, offsets: Mapping[TopicPartition, int]) -> dict[TopicPartition, Outcome]:
    """Delete the records before these offsets, -1 for all that every replica has; returns what came of each partition."""
    topics = {topic for topic, _ in offsets}
    answer = cluster.call("topicsMetadata", lambda deadline: cluster.topic_metadata(topics, deadline))
    errors: dict[str, ApiError] = {}
    leaders: dict[TopicPartition, int] = {}
    for topic in answer.topics:
        if topic.error_code:
            errors[topic.name] = ApiError(topic.error_code)
        for row in topic.partitions:
            if row.leader_id >= 0:
                leaders[topic.name, row.partition_index] = row.leader_id
    outcomes: dict[TopicPartition, Outcome] = {}
    by_leader: dict[int, dict[TopicPartition, int]] = {}
    for partition, offset in offsets.items():
        if partition[0] in errors:
            outcomes[partition] = errors[partition[0]]
        elif partition in leaders:
            by_leader.setdefault(leaders[partition], {})[partition] = offset
        else:
            outcomes[partition] = ApiError(ErrorCode.LEADER_NOT_AVAILABLE)
    for leader, wanted in by_leader.items():
        try:
            outcomes |= _ask(cluster, leader, wanted)
        except CallTimedOut as error:
            outcomes |= dict.fromkeys(wanted, error)
    return {partition: outcomes[partition] for partition in offsets}


def _ask(cluster: Cluster, leader: int, wanted: Mapping[TopicPartition, int]) -> dict[TopicPartition, Outcome]:
    topics: dict[str, list[DeleteRecordsPartition]] = {}
    for (topic, partition), offset in wanted.items():
        topics.setdefault(topic, []).append(DeleteRecordsPartition(partition_index=partition, offset=offset))

    def attempt(deadline: float) -> DeleteRecordsResponse:
        request = DeleteRecordsRequest(
            topics=[DeleteRecordsTopic(name=name, partitions=rows) for name, rows in topics.items()],
            timeout_ms=cluster.settings.request_timeout_ms,
        )
        return cluster.broker(leader, deadline).send(request, DeleteRecordsResponse, deadline)

    outcomes: dict[TopicPartition, Outcome] = {}
    for result in cluster.call("deleteRecords", attempt).topics:
        for row in result.partitions:
            outcome = ApiError(row.error_code) if row.error_code else row.low_watermark
            outcomes[result.name, row.partition_index] = outcome
    return outcomes
