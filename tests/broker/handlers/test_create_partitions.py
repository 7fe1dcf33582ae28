"""CreatePartitions: what the handler itself decides."""

import pytest

from kafkacli.errors import ErrorCode
from kafkacli.wire.messages.create_partitions import (
    CreatePartitionsRequest,
    CreatePartitionsResponse,
    CreatePartitionsTopic,
)
from tests.support.broker import RunningBroker
from tests.support.raw import RawClient


def grow(broker: RunningBroker, *names: str, version: int = 2) -> list[tuple[str, int, str | None]]:
    topics = [CreatePartitionsTopic(name=name, count=3, assignments=None) for name in names]
    with RawClient(broker.port) as client:
        response = client.ask(
            CreatePartitionsRequest(topics=topics, timeout_ms=10_000), CreatePartitionsResponse, version
        )
    return [(result.name, result.error_code, result.error_message) for result in response.results]


@pytest.mark.parametrize("version", range(3))
def test_gives_a_topic_more_partitions(broker: RunningBroker, version: int) -> None:
    broker.create_topic("a")
    assert grow(broker, "a", version=version) == [("a", 0, None)]
    assert len(broker.broker.metadata.partitions("a")) == 3


def test_a_topic_asked_twice_is_left_alone(broker: RunningBroker) -> None:
    broker.create_topic("a")
    assert grow(broker, "a", "a") == [("a", ErrorCode.INVALID_REQUEST, "Duplicate topic in request.")]
    assert len(broker.broker.metadata.partitions("a")) == 1


def test_only_the_controller_does(not_controller: RunningBroker) -> None:
    assert grow(not_controller, "a") == [("a", ErrorCode.NOT_CONTROLLER, None)]
