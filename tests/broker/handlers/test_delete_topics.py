"""DeleteTopics: what the handler itself decides."""

import pytest

from kafkacli.errors import ErrorCode
from kafkacli.wire.messages.delete_topics import DeleteTopicsRequest, DeleteTopicsResponse
from tests.support.broker import RunningBroker
from tests.support.raw import RawClient


def delete(broker: RunningBroker, *names: str, version: int = 4) -> list[tuple[str, int]]:
    with RawClient(broker.port) as client:
        request = DeleteTopicsRequest(topic_names=list(names), timeout_ms=1000)
        response = client.ask(request, DeleteTopicsResponse, version)
    return [(topic.name, topic.error_code) for topic in response.responses]


@pytest.mark.parametrize("version", range(5))
def test_deletes_topics(broker: RunningBroker, version: int) -> None:
    broker.create_topic("a")
    assert delete(broker, "a", "no", version=version) == [("a", 0), ("no", ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)]
    assert broker.broker.metadata.topics() == []


@pytest.mark.parametrize(("version", "error"), [(2, ErrorCode.INVALID_REQUEST), (3, ErrorCode.TOPIC_DELETION_DISABLED)])
def test_deletion_can_be_switched_off(broker: RunningBroker, version: int, error: ErrorCode) -> None:
    broker.create_topic("a")
    broker.broker.config.reconfigure({"delete.topic.enable": "false"})
    assert delete(broker, "a", version=version) == [("a", error)]


def test_only_the_controller_deletes(not_controller: RunningBroker) -> None:
    assert delete(not_controller, "a") == [("a", ErrorCode.NOT_CONTROLLER)]
