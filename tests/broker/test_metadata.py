"""The broker's picture of the cluster."""

from kafkacli.broker.metadata import BrokerNode, Endpoint, MetadataCache, PartitionMetadata

STATE = PartitionMetadata(1, 0, (1,), (1, 2))


def test_topics_come_with_their_first_partition_and_go_with_the_last() -> None:
    cache = MetadataCache()
    cache.update_partition("t", 1, STATE)
    cache.update_partition("t", 0, STATE)
    assert "t" in cache
    assert cache.partition("t", 1) == STATE
    assert sorted(cache.partitions("t")) == [0, 1]
    cache.remove_partition("t", 0)
    cache.remove_partition("t", 0)
    assert cache.topics() == ["t"]
    cache.remove_partition("t", 1)
    assert ("t" in cache, cache.topics(), dict(cache.partitions("t"))) == (False, [], {})


def test_a_topic_is_forgotten_whole() -> None:
    cache = MetadataCache()
    cache.update_partition("t", 0, STATE)
    cache.remove_topic("t")
    cache.remove_topic("t")
    assert cache.partition("t", 0) is None


def test_a_partitions_state_is_replaced() -> None:
    cache = MetadataCache()
    cache.update_partition("t", 0, STATE)
    cache.update_partition("t", 0, STATE._replace(leader=2, leader_epoch=1))
    assert cache.partition("t", 0) == PartitionMetadata(2, 1, (1,), (1, 2))
    assert [(topic, dict(partitions)) for topic, partitions in cache.items()] == [
        ("t", {0: PartitionMetadata(2, 1, (1,), (1, 2))})
    ]


def test_brokers_are_replaced_and_sorted() -> None:
    cache = MetadataCache()
    cache.set_brokers([BrokerNode(3, {}), BrokerNode(1, {"PLAINTEXT": Endpoint("h", 1)}, "rack")])
    assert [node.node_id for node in cache.brokers()] == [1, 3]
    cache.set_brokers([BrokerNode(3, {})])
    assert (cache.is_alive(1), cache.is_alive(3), cache.broker(1)) == (False, True, None)
