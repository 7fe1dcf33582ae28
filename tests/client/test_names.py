"""Names that a cluster knows, of brokers and of ZooKeeper; ours and Apache's."""

from typing import Any

import pytest
from confluent_kafka import Producer

from kafkacli.client.names import Asked, find
from tests.support.broker import broker
from tests.support.kafka import Kafka, kafka, wait_for

__all__ = ["broker", "kafka"]


def test_topics_partitions_brokers_and_their_configs(kafka: Kafka) -> None:
    topic = kafka.create_topic(partitions=12, retention_ms="1000")
    places: tuple[dict[str, Any], ...] = ({"servers": kafka.bootstrap}, {"zookeeper": kafka.zookeeper})
    for where in places:
        assert topic in find(Asked("topic", **where))
        assert find(Asked("broker", **where)) == [str(kafka.broker_id)]
        assert sorted(find(Asked("partition", topic=topic, **where)), key=int) == [str(number) for number in range(12)]
        assert "retention.ms" in find(Asked("config", entity=("topics", topic), **where))
        assert topic in find(Asked("entity", entity=("topics", ""), **where))
        assert str(kafka.broker_id) in find(Asked("entity", entity=("brokers", ""), **where)) or "zookeeper" in where


def test_groups(kafka: Kafka) -> None:
    topic = kafka.create_topic()
    kafka.commit(f"group-{topic}", topic, 0)
    assert f"group-{topic}" in find(Asked("group", servers=kafka.bootstrap))


def test_transactional_ids(kafka: Kafka) -> None:
    name = kafka.new_name()
    producer = Producer({"bootstrap.servers": kafka.bootstrap, "transactional.id": name, "broker.address.family": "v4"})
    producer.init_transactions(20)
    wait_for(lambda: name in find(Asked("transactional-id", servers=kafka.bootstrap)))


def test_znodes(kafka: Kafka) -> None:
    assert "/brokers/topics" in find(Asked("znode", zookeeper=kafka.zookeeper, parent="/brokers"))
    assert "/brokers" in find(Asked("znode", zookeeper=kafka.zookeeper, parent="/"))
    assert find(Asked("znode", zookeeper=kafka.zookeeper, parent="/nothing")) == []


def test_questions_have_keys_of_their_own() -> None:
    questions = [
        Asked("topic", servers="a:1"), Asked("group", servers="a:1"), Asked("topic", servers="b:1"),
        Asked("topic", zookeeper="a:1"), Asked("partition", servers="a:1", topic="x"),
        Asked("partition", servers="a:1", topic="y"), Asked("topic", servers="a:1", properties_file="f"),
    ]  # fmt: skip
    assert len({each.key() for each in questions}) == len(questions)


def test_what_is_down_is_an_error() -> None:
    with pytest.raises(Exception, match=r"127\.0\.0\.1:1"):
        find(Asked("topic", zookeeper="127.0.0.1:1"))
