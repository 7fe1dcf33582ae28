"""Reassignments through the controller."""

import pytest

from kafkacli.client.cluster import Cluster
from kafkacli.client.reassignments import alter_reassignments, list_reassignments
from kafkacli.errors import ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.alter_partition_reassignments import (
    AlterPartitionReassignmentsRequest,
    AlterPartitionReassignmentsResponse,
)
from kafkacli.wire.messages.list_partition_reassignments import (
    ListPartitionReassignmentsRequest,
    ListPartitionReassignmentsResponse,
    OngoingPartitionReassignment,
    OngoingTopicReassignment,
)
from kafkacli.wire.messages.metadata import MetadataRequest, MetadataResponse, MetadataResponseBroker
from kafkacli.wire.schema import Message
from tests.support.kafka import Kafka
from tests.support.scripted_broker import framed, scripted_broker, versions_answer


def test_a_move_to_where_a_partition_is_ends_at_once(kafka: Kafka) -> None:
    name = kafka.create_topic()
    with Cluster(kafka.bootstrap) as cluster:
        assert alter_reassignments(cluster, {(name, 0): [kafka.broker_id]}) == {}
        assert list_reassignments(cluster, [(name, 0)]) == {}
        assert list_reassignments(cluster) == {}
        errors = alter_reassignments(cluster, {(name, 9): [kafka.broker_id], (name, 0): None})
    assert {partition: (error.code, str(error)) for partition, error in errors.items()} == {
        (name, 0): (ErrorCode.NO_REASSIGNMENT_IN_PROGRESS, "No partition reassignment is in progress."),
        (name, 9): (ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "The partition does not exist."),
    }


def test_moves_under_way_and_a_refusal_of_everything() -> None:
    kinds = MetadataRequest, ListPartitionReassignmentsRequest, AlterPartitionReassignmentsRequest
    moving = OngoingPartitionReassignment(
        partition_index=3, replicas=[1, 2], adding_replicas=[2], removing_replicas=[1]
    )

    def answer(key: int, version: int, request: bytes) -> bytes:
        if key == ApiKey.API_VERSIONS:
            return versions_answer(request, version, *kinds)
        brokers = [MetadataResponseBroker(node_id=1, host="127.0.0.1", port=port)]
        said: dict[int, Message] = {
            ApiKey.METADATA: MetadataResponse(brokers=brokers, controller_id=1),
            ApiKey.LIST_PARTITION_REASSIGNMENTS: ListPartitionReassignmentsResponse(
                topics=[OngoingTopicReassignment(name="t", partitions=[moving])]
            ),
            ApiKey.ALTER_PARTITION_REASSIGNMENTS: AlterPartitionReassignmentsResponse(error_code=31),
        }
        return framed(said[key], version, request)

    with scripted_broker(answer) as port, Cluster(f"127.0.0.1:{port}") as cluster:
        ((name, row),) = list_reassignments(cluster).items()
        errors = alter_reassignments(cluster, {("t", 3): None})
    assert (name, row.replicas, row.adding, row.removing) == (("t", 3), [1, 2], [2], [1])
    assert [error.code for error in errors.values()] == [ErrorCode.CLUSTER_AUTHORIZATION_FAILED]


@pytest.mark.parametrize("partitions", [[], [("none", 0)]])
def test_what_is_not_there_does_not_move(kafka: Kafka, partitions: list[tuple[str, int]]) -> None:
    with Cluster(kafka.bootstrap) as cluster:
        assert list_reassignments(cluster, partitions) == {}
