"""Configurations through a broker."""

import pytest

from kafkacli.client.cluster import Cluster
from kafkacli.client.configs import describe_topic_configs, present
from kafkacli.errors import ApiError
from tests.support.kafka import Kafka


def test_a_topics_own_values_are_told_from_defaults(kafka: Kafka) -> None:
    name = kafka.create_topic(retention_ms="60000")
    with Cluster(kafka.bootstrap) as cluster:
        entries = {entry.name: entry for entry in present(describe_topic_configs(cluster, [name])[name])}
    own = entries["retention.ms"]
    assert (own.value, own.source, own.is_default) == ("60000", "DYNAMIC_TOPIC_CONFIG", False)
    assert entries["segment.ms"].is_default
    assert not entries["segment.ms"].sensitive


def test_an_unknown_topic_is_an_error(kafka: Kafka) -> None:
    name, absent = kafka.create_topic(retention_ms="60000"), kafka.new_name()
    with Cluster(kafka.bootstrap) as cluster:
        found = describe_topic_configs(
            cluster, [name, absent], synonyms=True, wanted=lambda entry: entry.name == "retention.ms"
        )
    (entry,) = present(found[name])
    assert entry.synonyms[0].value == "60000"
    with pytest.raises(ApiError):
        present(found[absent])
