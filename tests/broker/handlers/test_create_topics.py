"""CreateTopics: what the handler itself decides."""

import pytest

from kafkacli.errors import ErrorCode
from kafkacli.wire.messages.create_topics import CreatableTopic, CreateTopicsRequest, CreateTopicsResponse
from tests.support.broker import RunningBroker
from tests.support.raw import RawClient


def create(broker: RunningBroker, *names: str, version: int = 5, validate_only: bool = False) -> list[tuple[str, int]]:
    topics = [CreatableTopic(name=name, num_partitions=2, replication_factor=1) for name in names]
    request = CreateTopicsRequest(topics=topics, validate_only=validate_only)
    with RawClient(broker.port) as client:
        response = client.ask(request, CreateTopicsResponse, version)
    return [(topic.name, topic.error_code) for topic in response.topics]


@pytest.mark.parametrize("version", range(6))
def test_creates_topics(broker: RunningBroker, version: int) -> None:
    assert create(broker, "a", "b", version=version) == [("a", 0), ("b", 0)]
    assert len(broker.broker.metadata.partitions("b")) == 2
    assert create(broker, "a", version=version) == [("a", ErrorCode.TOPIC_ALREADY_EXISTS)]


def test_validates_only(broker: RunningBroker) -> None:
    assert create(broker, "a", validate_only=True) == [("a", 0)]
    assert "a" not in broker.broker.metadata


def test_a_topic_asked_twice_is_not_created(broker: RunningBroker) -> None:
    assert create(broker, "a", "b", "a") == [
        ("a", ErrorCode.INVALID_REQUEST),
        ("b", 0),
        ("a", ErrorCode.INVALID_REQUEST),
    ]
    assert broker.broker.metadata.topics() == ["b"]


def test_only_the_controller_creates(not_controller: RunningBroker) -> None:
    assert create(not_controller, "a") == [("a", ErrorCode.NOT_CONTROLLER)]
