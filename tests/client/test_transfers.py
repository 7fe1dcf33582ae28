"""What there is to move, and where it can go. The moving itself: tests/tools/test_copy.py."""

import pytest

from kafkacli.client.cluster import Cluster
from kafkacli.client.delete_records import delete_records
from kafkacli.client.transfers import TransferError, find_topics, make_topics, missing_topics, read_topics
from kafkacli.errors import ApiError
from tests.support.kafka import Kafka


def test_topics_by_name_and_pattern(kafka: Kafka) -> None:
    topic = kafka.create_topic(2, records=3, retention_ms="7000")
    with Cluster(kafka.bootstrap) as cluster:
        assert find_topics(cluster, [], lambda name: False) == {}
        found = find_topics(cluster, [topic], lambda name: name == topic)
        assert list(found) == [topic]
        assert found[topic].configs == {"retention.ms": "7000"}
        assert {index: (part.start, part.end) for index, part in found[topic].parts.items()} == {0: (0, 3), 1: (0, 0)}
        with pytest.raises(ApiError):
            find_topics(cluster, ["no-such-topic"], None)


def test_a_topic_with_too_few_partitions(kafka: Kafka) -> None:
    one, two = kafka.create_topic(1), kafka.create_topic(2)
    with Cluster(kafka.bootstrap) as cluster:
        topics = find_topics(cluster, [two], None)
        assert missing_topics(cluster, topics, {two: "none-yet"}) == [two]
        with pytest.raises(TransferError, match="has 1 partitions and needs 2"):
            make_topics(cluster, topics, {two: one}, missing_topics(cluster, topics, {two: one}))


def test_what_goes_while_it_is_read_is_an_error(kafka: Kafka) -> None:
    topic = kafka.create_topic(records=3)
    with Cluster(kafka.bootstrap) as cluster:
        topics = find_topics(cluster, [topic], None)
        delete_records(cluster, {(topic, 0): 2})
        with pytest.raises(TransferError, match=f"{topic}-0: 2"):
            for _ in read_topics(cluster, topics, lambda done: None):
                pass
