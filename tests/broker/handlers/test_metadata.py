"""Metadata: brokers, topics, auto-creation, what each version tells."""

import pytest

from kafkacli.broker.metadata import BrokerNode, Endpoint, PartitionMetadata
from kafkacli.errors import ErrorCode
from kafkacli.wire.messages.metadata import MetadataRequest, MetadataRequestTopic, MetadataResponse
from tests.support.broker import NODE_ID, RunningBroker
from tests.support.raw import RawClient


def ask(broker: RunningBroker, *names: str, version: int = 9, create: bool = False, **fields: bool) -> MetadataResponse:
    topics = [MetadataRequestTopic(name=name) for name in names]
    with RawClient(broker.port) as client:
        return client.ask(
            MetadataRequest(topics=topics, allow_auto_topic_creation=create or version < 4, **fields),
            MetadataResponse,
            version,
        )


def topics(response: MetadataResponse) -> list[tuple[str, int, int]]:
    return [(topic.name, topic.error_code, len(topic.partitions)) for topic in response.topics]


@pytest.mark.parametrize("version", range(10))
def test_tells_brokers_and_partitions(broker: RunningBroker, version: int) -> None:
    broker.create_topic("t", 2)
    response = ask(broker, "t", version=version)
    (node,) = response.brokers
    assert (node.node_id, node.host, node.port) == (NODE_ID, "127.0.0.1", broker.port)
    assert response.controller_id == (NODE_ID if version >= 1 else -1)
    assert response.cluster_id == (broker.broker.cluster_id if version >= 2 else None)
    (topic,) = response.topics
    assert [
        (part.partition_index, part.leader_id, part.replica_nodes, part.isr_nodes) for part in topic.partitions
    ] == [
        (0, NODE_ID, [NODE_ID], [NODE_ID]),
        (1, NODE_ID, [NODE_ID], [NODE_ID]),
    ]


def test_all_topics_are_null_or_in_version_0_nothing(broker: RunningBroker) -> None:
    broker.create_topic("a")
    broker.create_topic("__consumer_offsets", 3)
    assert topics(ask(broker, version=0)) == [("a", 0, 1), ("__consumer_offsets", 0, 3)]
    assert topics(ask(broker, version=1)) == []
    with RawClient(broker.port) as client:
        response = client.ask(MetadataRequest(topics=None), MetadataResponse, 9)
    assert [(topic.name, topic.is_internal) for topic in response.topics] == [
        ("a", False),
        ("__consumer_offsets", True),
    ]


@pytest.mark.parametrize("version", [0, 3, 4, 9])
def test_a_missing_topic_is_created_and_has_no_leader_at_first(broker: RunningBroker, version: int) -> None:
    assert topics(ask(broker, "new", version=version, create=True)) == [("new", ErrorCode.LEADER_NOT_AVAILABLE, 0)]
    broker.wait_until(lambda: "new" in broker.broker.metadata)
    assert topics(ask(broker, "new", version=version)) == [("new", 0, 1)]


def test_a_missing_topic_is_not_created_unless_allowed(broker: RunningBroker) -> None:
    assert topics(ask(broker, "new")) == [("new", ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, 0)]
    broker.broker.config.reconfigure({"auto.create.topics.enable": "false"})
    assert topics(ask(broker, "new", create=True)) == [("new", ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, 0)]


def test_an_internal_topic_is_created_always(broker: RunningBroker) -> None:
    broker.broker.config.reconfigure({"auto.create.topics.enable": "false"})
    assert topics(ask(broker, "__consumer_offsets")) == [("__consumer_offsets", ErrorCode.LEADER_NOT_AVAILABLE, 0)]


@pytest.mark.parametrize("name", ["", ".", "a b", "x" * 250])
def test_a_wrong_name_is_an_error_of_its_own(broker: RunningBroker, name: str) -> None:
    broker.create_topic("t")
    found = topics(ask(broker, name, "t", create=True))
    assert found == [(name, ErrorCode.INVALID_TOPIC_EXCEPTION, 0), ("t", 0, 1)]


def test_a_topic_named_twice_is_told_once(broker: RunningBroker) -> None:
    broker.create_topic("t")
    assert topics(ask(broker, "t", "t")) == [("t", 0, 1)]


def test_authorized_operations_are_told_when_asked(broker: RunningBroker) -> None:
    broker.create_topic("t")
    silent = ask(broker, "t", version=8)
    assert silent.cluster_authorized_operations == silent.topics[0].topic_authorized_operations == -(2**31)
    response = ask(broker, "t", include_cluster_authorized_operations=True, include_topic_authorized_operations=True)
    assert (response.cluster_authorized_operations, response.topics[0].topic_authorized_operations) == (8096, 3576)


def set_partition(broker: RunningBroker, leader: int, *replicas: int) -> None:
    broker.call("metadata.update_partition", "t", 0, PartitionMetadata(leader, 4, replicas, replicas))


@pytest.mark.parametrize(("version", "error"), [(0, ErrorCode.LEADER_NOT_AVAILABLE), (6, ErrorCode.LISTENER_NOT_FOUND)])
def test_a_partition_without_a_live_leader(broker: RunningBroker, version: int, error: ErrorCode) -> None:
    set_partition(broker, 8, 8)
    (part,) = ask(broker, "t", version=version).topics[0].partitions
    assert (part.error_code, part.leader_id) == (error, -1)
    assert (part.replica_nodes, part.offline_replicas) == (([], []) if version == 0 else ([8], [8]))


def test_version_0_leaves_out_dead_replicas(broker: RunningBroker) -> None:
    set_partition(broker, NODE_ID, NODE_ID, 8)
    (part,) = ask(broker, "t", version=0).topics[0].partitions
    assert (part.error_code, part.replica_nodes) == (ErrorCode.REPLICA_NOT_AVAILABLE, [NODE_ID])
    (part,) = ask(broker, "t", version=9).topics[0].partitions
    assert (part.error_code, part.replica_nodes, part.leader_epoch) == (0, [NODE_ID, 8], 4)


def test_brokers_without_the_clients_listener_are_left_out(broker: RunningBroker) -> None:
    nodes = [
        BrokerNode(NODE_ID, {"PLAINTEXT": Endpoint("here", 1)}, "rack"),
        BrokerNode(8, {"INTERNAL": Endpoint("there", 2)}),
    ]
    broker.call("metadata.set_brokers", nodes)
    response = ask(broker)
    assert [(node.host, node.port, node.rack) for node in response.brokers] == [("here", 1, "rack")]
