"""Topics through a broker."""

import pytest

from kafkacli.client.cluster import Cluster
from kafkacli.client.reassignments import Reassignment
from kafkacli.client.topics import (
    DescribedTopics,
    Partition,
    Topic,
    create_partitions,
    create_topic,
    delete_topics,
    describe_each,
    describe_topics,
    known_reassignments,
    list_topics,
    live_brokers,
)
from kafkacli.errors import ApiError, ErrorCode
from tests.support.kafka import Kafka, wait_for


def test_topics_come_grow_and_go(kafka: Kafka) -> None:
    one, two, three = (kafka.new_name() for _ in range(3))
    with Cluster(kafka.bootstrap) as cluster:
        create_topic(cluster, one, partitions=1, replication_factor=1, configs={"retention.ms": "60000"})
        create_topic(cluster, two, assignment={0: [kafka.broker_id], 1: [kafka.broker_id]})
        create_topic(cluster, three)
        assert {(one, False), (two, False), (three, False)} <= set(list_topics(cluster))
        create_partitions(cluster, {one: 3})
        create_partitions(cluster, {two: 3}, {two: [[kafka.broker_id]]})
        wait_for(lambda: [len(topic.partitions) for topic in describe_topics(cluster, [one, two])] == [3, 3])
        assert known_reassignments(cluster, [(one, 0)]) == {}
        delete_topics(cluster, [one, two])
        wait_for(lambda: not {(one, False), (two, False)} & set(list_topics(cluster)))
        assert (three, False) in list_topics(cluster)
        assert live_brokers(cluster) == {kafka.broker_id}


def test_errors_have_the_brokers_words(kafka: Kafka) -> None:
    name = kafka.create_topic(2)
    with Cluster(kafka.bootstrap) as cluster:
        with pytest.raises(ApiError, match=rf"^Topic '{name}' already exists\.$"):
            create_topic(cluster, name)
        with pytest.raises(ApiError, match=r"^Topic already has 2 partitions\.$"):
            create_partitions(cluster, {name: 2})
        with pytest.raises(ApiError) as caught:
            describe_topics(cluster, [kafka.new_name()])
        assert caught.value.code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
        with pytest.raises(ApiError):
            delete_topics(cluster, [kafka.new_name()])


def test_each_topic_is_described_or_has_its_error(kafka: Kafka) -> None:
    name, absent = kafka.create_topic(2), kafka.new_name()
    with Cluster(kafka.bootstrap) as cluster:
        found = describe_each(cluster, [name, absent, name])
        assert describe_each(cluster, []) == {}
    topic, error = found[name], found[absent]
    assert isinstance(topic, Topic)
    assert len(topic.partitions) == 2
    assert isinstance(error, ApiError)
    assert error.code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION


def test_topics_are_read_anew_out_of_what_the_brokers_said(kafka: Kafka) -> None:
    name, absent = kafka.create_topic(2), kafka.new_name()
    found = DescribedTopics()
    with Cluster(kafka.bootstrap) as cluster:
        found.read(cluster, [name, absent])
        (described,) = describe_topics(cluster, [name])
    assert found.names() == [name, absent]
    assert {absent: error.code for absent, error in found.errors.items()} == {
        absent: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    }
    assert [row.replicas for row in found.topic(name).partitions] == [row.replicas for row in described.partitions]
    assert found.topic(name) is not found.topic(name)
    with pytest.raises(ApiError):
        found.topic(absent)


def test_reassignments_are_added_to_the_partitions_they_move() -> None:
    topic = Topic("t", False, [Partition(0, 1, [1], [1]), Partition(1, 1, [1], [1])])
    topic.add_reassignments({("t", 1): Reassignment([1, 2], [2], [1]), ("u", 0): Reassignment([3], [3], [])})
    assert [(row.reassigned, row.adding, row.removing) for row in topic.partitions] == [
        (None, [], []),
        ([1, 2], [2], [1]),
    ]


def test_the_replication_factor_is_that_before_a_reassignment() -> None:
    partition = Partition(0, 1, [1, 2, 3], [1, 2])
    assert partition.replication_factor == 3
    partition.reassigned, partition.adding, partition.removing = [1, 2, 3], [3], [1]
    assert partition.replication_factor == 2
    partition.replicas = [2]
    assert partition.replication_factor == 1
