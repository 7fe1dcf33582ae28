"""Subscriptions and assignments of the consumer protocol."""

import pytest

from kafkacli.wire.consumer_protocol import (
    ConsumerAssignment,
    ConsumerSubscription,
    TopicPartitions,
    decode_assignment,
    decode_subscription,
    encode_consumer,
)
from kafkacli.wire.primitives import WireError

PARTITIONS = [TopicPartitions(topic="t", partitions=[0, 2])]


@pytest.mark.parametrize("version", [0, 1])
def test_assignments_come_back(version: int) -> None:
    assignment = ConsumerAssignment(topic_partitions=PARTITIONS, user_data=b"u")
    assert decode_assignment(encode_consumer(assignment, version)) == assignment


def test_owned_partitions_are_there_from_version_1() -> None:
    subscription = ConsumerSubscription(topics=["a", "b"], owned_partitions=PARTITIONS)
    assert decode_subscription(encode_consumer(subscription, 1)) == subscription
    assert decode_subscription(encode_consumer(subscription, 0)).owned_partitions == []


def test_a_newer_version_is_read_as_the_newest_known() -> None:
    data = b"\0\7" + encode_consumer(ConsumerAssignment(topic_partitions=PARTITIONS))[2:] + b"more"
    assert decode_assignment(data).topic_partitions == PARTITIONS


@pytest.mark.parametrize("data", [b"", b"\0", b"\xff\xff\0\0\0\0", b"\0\0\0\0\0\1"])
def test_other_bytes_are_a_named_error(data: bytes) -> None:
    with pytest.raises(WireError):
        decode_assignment(data)
