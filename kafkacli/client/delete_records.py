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
    from collections.abc import Iterator, Mapping

    from kafkacli.client.topics import TopicPartition
    from kafkacli.steps import Steps

_AT_ONCE = 1000  # partitions of a request

Outcome = int | Exception
"""The low watermark after the deletion, or why there was none."""


def delete_records(
    cluster: Cluster, offsets: Mapping[TopicPartition, int], steps: Steps | None = None
) -> dict[TopicPartition, Outcome]:
    """Delete the records before these offsets, -1 for all that every replica has; returns what came of each partition.

    steps: told of partitions that are asked for, and of what came of them.
    """
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
    for leader, theirs in by_leader.items():
        for some in _in_parts(theirs):
            if steps is not None:
                steps.begin(*some)
            try:
                answers = _ask(cluster, leader, some)
            except CallTimedOut as error:
                outcomes |= dict.fromkeys(some, error)
                continue
            if steps is not None:
                steps.end(*(partition for partition, outcome in answers.items() if isinstance(outcome, int)))
                steps.fail(*answers)
            outcomes |= answers
    return {partition: outcomes[partition] for partition in offsets}


def _in_parts(wanted: dict[TopicPartition, int]) -> Iterator[dict[TopicPartition, int]]:
    """Yield some partitions at a time: brokers take their time over each."""
    partitions = list(wanted)
    for start in range(0, len(partitions), _AT_ONCE):
        yield {partition: wanted[partition] for partition in partitions[start : start + _AT_ONCE]}


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
