"""Offsets of partitions through their leaders."""

import pytest

from kafkacli.client.cluster import Cluster
from kafkacli.client.offsets import EARLIEST, LATEST, UNKNOWN_OFFSET, list_offsets
from kafkacli.errors import ApiError, ErrorCode
from tests.support.kafka import Kafka


def test_ends_and_times_are_found(kafka: Kafka) -> None:
    name = kafka.create_topic(2, records=3)
    both = [(name, 0), (name, 1)]
    with Cluster(kafka.bootstrap) as cluster:
        assert list_offsets(cluster, both, LATEST) == {(name, 0): 3, (name, 1): 0}
        assert list_offsets(cluster, both, EARLIEST) == {(name, 0): 0, (name, 1): 0}
        assert list_offsets(cluster, both, 1000) == {(name, 0): 0, (name, 1): UNKNOWN_OFFSET}
        assert list_offsets(cluster, both, 1001)[name, 0] == UNKNOWN_OFFSET
        assert list_offsets(cluster, [], LATEST) == {}


def test_what_is_not_there_is_an_error(kafka: Kafka) -> None:
    name = kafka.create_topic()
    with Cluster(kafka.bootstrap) as cluster:
        with pytest.raises(ApiError) as caught:
            list_offsets(cluster, [(kafka.new_name(), 0)], LATEST)
        assert caught.value.code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
        with pytest.raises(ApiError) as caught:
            list_offsets(cluster, [(name, 1)], LATEST)
        assert caught.value.code == ErrorCode.LEADER_NOT_AVAILABLE
