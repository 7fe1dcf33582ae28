"""Topics through a broker."""

import pytest

from kafkacli.client.cluster import Cluster
from kafkacli.client.topics import (
    Partition,
    add_reassignments,
    create_partitions,
    create_topic,
    delete_topics,
    describe_topics,
    list_topics,
    live_brokers,
)
from kafkacli.errors import ApiError, ErrorCode
from tests.support.broker import NODE_ID, RunningBroker


def test_topics_come_grow_and_go(broker: RunningBroker) -> None:
    with Cluster(broker.bootstrap) as cluster:
        create_topic(cluster, "one", partitions=1, replication_factor=1, configs={"retention.ms": "60000"})
        create_topic(cluster, "two", assignment={0: [NODE_ID], 1: [NODE_ID]})
        create_topic(cluster, "three")
        assert sorted(list_topics(cluster)) == [("one", False), ("three", False), ("two", False)]
        create_partitions(cluster, {"one": 3})
        create_partitions(cluster, {"two": 3}, {"two": [[NODE_ID]]})
        described = {topic.name: len(topic.partitions) for topic in describe_topics(cluster, ["one", "two"])}
        assert described == {"one": 3, "two": 3}
        add_reassignments(cluster, describe_topics(cluster, ["one"]))
        delete_topics(cluster, ["one", "two"])
        broker.wait_until(lambda: "one" not in broker.broker.metadata.topics())
        assert [name for name, _ in list_topics(cluster)] == ["three"]
        assert live_brokers(cluster) == {NODE_ID}


def test_errors_have_the_brokers_words(broker: RunningBroker) -> None:
    broker.create_topic("one", 2)
    with Cluster(broker.bootstrap) as cluster:
        with pytest.raises(ApiError, match=r"^Topic 'one' already exists\.$"):
            create_topic(cluster, "one")
        with pytest.raises(ApiError, match=r"^Topic already has 2 partitions\.$"):
            create_partitions(cluster, {"one": 2})
        with pytest.raises(ApiError) as caught:
            describe_topics(cluster, ["none"])
        assert caught.value.code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
        with pytest.raises(ApiError):
            delete_topics(cluster, ["none"])


def test_the_replication_factor_is_that_before_a_reassignment() -> None:
    partition = Partition(0, 1, [1, 2, 3], [1, 2])
    assert partition.replication_factor == 3
    partition.reassigned, partition.adding, partition.removing = [1, 2, 3], [3], [1]
    assert partition.replication_factor == 2
    partition.replicas = [2]
    assert partition.replication_factor == 1
