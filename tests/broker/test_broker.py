"""The broker as its handlers see it."""

import pytest

from kafkacli.broker.broker import wall_clock_ms
from kafkacli.broker.metadata import PartitionMetadata
from kafkacli.errors import ApiError, ErrorCode
from tests.support.broker import RunningBroker


def test_partitions_are_its_own_others_or_nobodys(broker: RunningBroker) -> None:
    broker.create_topic("t")
    broker.call("metadata.update_partition", "elsewhere", 0, PartitionMetadata(8, 0, (8,), (8,)))
    assert broker.broker.partition("t", 0).log.name == "t-0"
    for topic, index, error in (
        ("t", 1, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
        ("none", 0, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
        ("elsewhere", 0, ErrorCode.NOT_LEADER_OR_FOLLOWER),
    ):
        with pytest.raises(ApiError) as raised:
            broker.broker.partition(topic, index)
        assert raised.value.code == error


def test_a_deleted_topic_is_unknown_before_its_log_is_gone(broker: RunningBroker) -> None:
    broker.create_topic("t")
    broker.call("metadata.remove_topic", "t")
    with pytest.raises(ApiError) as raised:
        broker.broker.partition("t", 0)
    assert raised.value.code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION


def test_the_clock_tells_milliseconds_since_1970() -> None:
    assert 1_600_000_000_000 < wall_clock_ms() < 10_000_000_000_000
