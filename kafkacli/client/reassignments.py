"""Moving partitions to other brokers, asked of the controller (KIP-455). What KafkaAdminClient of 2.6.2 asks."""

from __future__ import annotations

from kafkacli.client.cluster import MOVED_CONTROLLER, Cluster, check
from kafkacli.errors import ApiError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kafkacli.client.topics import TopicPartition


class Reassignment:
    """A reassignment under way. replicas: all, with those that come and those that go."""

    __slots__ = ("adding", "removing", "replicas")

    def __init__(self, replicas: Sequence[int], adding: Sequence[int], removing: Sequence[int]) -> None:
        self.replicas = list(replicas)
        self.adding = list(adding)
        self.removing = list(removing)


def list_reassignments(
    cluster: Cluster, partitions: Iterable[TopicPartition] | None = None
) -> dict[TopicPartition, Reassignment]:
    """Return the reassignments under way, of these partitions or of all. Raises ApiError."""
    from kafkacli.wire.messages.list_partition_reassignments import (
        ListPartitionReassignmentsRequest,
        ListPartitionReassignmentsResponse,
        ListPartitionReassignmentsTopics,
    )

    wanted: dict[str, list[int]] = {}
    for topic, partition in partitions or ():
        wanted.setdefault(topic, []).append(partition)
    request = ListPartitionReassignmentsRequest(
        timeout_ms=cluster.settings.request_timeout_ms,
        topics=None
        if partitions is None
        else [ListPartitionReassignmentsTopics(name=name, partition_indexes=rows) for name, rows in wanted.items()],
    )

    def attempt(deadline: float) -> ListPartitionReassignmentsResponse:
        response = cluster.controller(deadline).send(request, ListPartitionReassignmentsResponse, deadline)
        check(response.error_code, response.error_message, passing=MOVED_CONTROLLER)
        return response

    return {
        (topic.name, row.partition_index): Reassignment(row.replicas, row.adding_replicas, row.removing_replicas)
        for topic in cluster.call("listPartitionReassignments", attempt).topics
        for row in topic.partitions
    }


def alter_reassignments(
    cluster: Cluster, wanted: Mapping[TopicPartition, Sequence[int] | None]
) -> dict[TopicPartition, ApiError]:
    """Start reassignments, or cancel them where the replicas are None; returns the errors of partitions that have one."""
    from kafkacli.wire.messages.alter_partition_reassignments import (
        AlterPartitionReassignmentsRequest,
        AlterPartitionReassignmentsResponse,
        ReassignablePartition,
        ReassignableTopic,
    )

    topics: dict[str, list[ReassignablePartition]] = {}
    for (topic, partition), replicas in sorted(wanted.items(), key=lambda item: item[0]):
        row = ReassignablePartition(partition_index=partition, replicas=None if replicas is None else list(replicas))
        topics.setdefault(topic, []).append(row)
    request = AlterPartitionReassignmentsRequest(
        timeout_ms=cluster.settings.request_timeout_ms,
        topics=[ReassignableTopic(name=name, partitions=rows) for name, rows in topics.items()],
    )

    def attempt(deadline: float) -> AlterPartitionReassignmentsResponse:
        response = cluster.controller(deadline).send(request, AlterPartitionReassignmentsResponse, deadline)
        if response.error_code in MOVED_CONTROLLER:
            check(response.error_code, passing=MOVED_CONTROLLER)
        return response

    response = cluster.call("alterPartitionReassignments", attempt)
    if response.error_code:
        return {partition: ApiError(response.error_code) for partition in wanted}
    return {
        (topic.name, row.partition_index): ApiError(row.error_code, row.error_message)
        for topic in response.responses
        for row in topic.partitions
        if row.error_code
    }
