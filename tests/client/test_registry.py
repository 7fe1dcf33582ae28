"""Znodes: topics made, changed and marked in ZooKeeper, as the controller will find them."""

import pytest

from kafkacli.client.registry import Registry, RegistryError
from kafkacli.config_types import ConfigError
from kafkacli.errors import ApiError
from kafkacli.registry.assignment import LiveBroker
from kafkacli.registry.topic_configs import validate
from tests.support.kafka import Kafka, wait_for


def test_a_topic_made_in_the_znodes_comes_to_life(kafka: Kafka) -> None:
    name = kafka.new_name()
    with Registry(kafka.zookeeper) as registry:
        assert registry.brokers() == [LiveBroker(kafka.broker_id)]
        assert registry.brokers_for_replicas(rack_aware=True) == [LiveBroker(kafka.broker_id)]
        assert registry.brokers_for_replicas(rack_aware=False) == [LiveBroker(kafka.broker_id)]
        registry.create_topic(name, {0: [kafka.broker_id]}, {"retention.ms": "60000"}, validate)
        assert name in registry.topics()
        assert {number: row.replicas for number, row in registry.assignment(name).items()} == {0: (kafka.broker_id,)}
        assert registry.config(f"topics/{name}") == {"retention.ms": "60000"}
        wait_for(lambda: registry.leader_and_isr(name, 0) == (kafka.broker_id, [kafka.broker_id]))
        wait_for(lambda: kafka.has_topic(name))
        registry.add_partitions(name, 3, {})
        registry.add_partitions(name, 4, {3: [kafka.broker_id]})
        wait_for(lambda: registry.leader_and_isr(name, 3) == (kafka.broker_id, [kafka.broker_id]))
        registry.change_topic_config(name, {"segment.ms": "1000"}, validate)
        assert registry.config(f"topics/{name}") == {"segment.ms": "1000"}
        assert registry.mark_for_deletion(name)
        wait_for(lambda: name not in registry.topics())
        wait_for(lambda: not registry.is_marked_for_deletion(name))


def test_what_can_not_be_is_refused_before_anything_is_written(kafka: Kafka) -> None:
    name, absent = kafka.create_topic(2), kafka.new_name()
    here = [kafka.broker_id]
    with Registry(kafka.zookeeper) as registry:
        with pytest.raises(ApiError, match=f"Topic '{name}' already exists."):
            registry.create_topic(name, {0: here}, {}, validate)
        with pytest.raises(ConfigError, match="Unknown topic config name: nope"):
            registry.create_topic(absent, {0: here}, {"nope": "1"}, validate)
        assert absent not in registry.topics()
        assert registry.config(f"topics/{absent}") == {}
        with pytest.raises(ApiError, match="currently has 2 partitions, 2 would not be an increase"):
            registry.add_partitions(name, 2, {})
        with pytest.raises(ApiError, match=f"The topic {absent} does not exist"):
            registry.add_partitions(absent, 2, {})
        with pytest.raises(ApiError, match="Duplicate brokers not allowed"):
            registry.add_partitions(name, 3, {2: here * 2})
        with pytest.raises(ApiError, match="Some brokers specified for partition id 2 are not available"):
            registry.add_partitions(name, 3, {2: [99]})
        with pytest.raises(RegistryError, match=f'Topic "{absent}" does not exist.'):
            registry.change_topic_config(absent, {}, validate)
        with pytest.raises(ConfigError, match=r"Invalid value soon for configuration segment\.ms"):
            registry.change_topic_config(name, {"segment.ms": "soon"}, validate)
        assert registry.leader_and_isr(absent, 0) == (None, [])


def test_preferred_replicas_are_elected_one_after_the_other(kafka: Kafka) -> None:
    name = kafka.create_topic()
    with Registry(kafka.zookeeper) as registry:
        wait_for(lambda: not registry.preferred_election())
        registry.start_preferred_election([(name, 0)])
        wait_for(lambda: not registry.preferred_election())


def test_where_no_server_answers_it_ends_in_time_and_says_so() -> None:
    told: list[str] = []
    with pytest.raises(RegistryError, match=r"127\.0\.0\.1:1: Timed out waiting for connection"):
        Registry("127.0.0.1:1", timeout_s=0.2, report=told.append)
    assert told == []
