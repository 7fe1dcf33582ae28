"""Conversations that wait for connections and for answers."""

from __future__ import annotations

import socket
import time

import pytest

from kafkacli.client.brokers import ASKING, Brokers
from kafkacli.client.connection import ConnectFailed
from kafkacli.client.links import Links
from kafkacli.client.patience import Patience
from kafkacli.client.settings import ClientSettings
from kafkacli.client.tasks import Task, run
from kafkacli.client.traffic import Traffic
from kafkacli.wire.messages.metadata import MetadataRequest, MetadataResponse
from tests.support.broker import RunningBroker
from tests.support.scripted_broker import scripted_broker, versions_answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.link import Link
    from kafkacli.client.tasks import Steps


class Case:
    """Brokers behind ports, what was counted."""

    def __init__(self, *ports: int, backoff_s: float = 0.02) -> None:
        self.traffic = Traffic("me")
        self.links = Links(
            [("127.0.0.1", port) for port in ports],
            ClientSettings(),
            Patience(lambda *_: None),
            self.traffic,
            (-1, -1),
            backoff_s=backoff_s,
            most_backoff_s=0.1,
            idle_s=-1,
        )
        self.brokers = Brokers(self.links, 30)

    def do(self, *steps: Steps[object]) -> list[Task]:
        tasks = [Task(each) for each in steps]
        run(lambda: tasks, self.links, 10, lambda: all(task.is_done for task in tasks))
        return tasks

    def ask(self, link: Link, timeout_s: float | None = None) -> Steps[MetadataResponse]:
        return (yield from self.brokers.ask(link, MetadataRequest(topics=[]), MetadataResponse, timeout_s))


def test_connections_by_purpose_are_kept(broker: RunningBroker) -> None:
    case = Case(broker.port)
    first, second, other = (
        task.result
        for task in [
            *case.do(case.brokers.any()),
            *case.do(case.brokers.any()),
            *case.do(case.brokers.at(("127.0.0.1", broker.port), "x")),
        ]
    )
    assert first is second is not other
    case.links.close()


def test_the_one_that_answers_is_found_and_counted(broker: RunningBroker) -> None:
    case = Case(1, broker.port)
    (found,) = case.do(case.brokers.any())
    case.links.know({7: ("127.0.0.1", broker.port)})
    one, other = case.do(case.ask(found.result), case.ask(found.result))  # both on one connection
    assert one.result == other.result
    node = case.traffic.node(7)
    assert (node.requests, node.answers) == (2, 2)
    assert node.bytes_out > 20
    assert node.bytes_in > 60
    case.links.close()


def test_a_lost_connection_is_made_again_after_a_pause(broker: RunningBroker) -> None:
    case = Case(broker.port)
    (found,) = case.do(case.brokers.any())
    found.result.lose("lost")
    begin = time.monotonic()
    (again,) = case.do(case.brokers.any())
    assert time.monotonic() - begin >= 0.015
    assert again.result is not found.result
    assert case.traffic.node(-1).disconnects == 1
    case.links.close()


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    case = Case(port)
    with pytest.raises(ConnectFailed):
        case.do(case.brokers.at(("127.0.0.1", port), ASKING))
    with pytest.raises(ConnectFailed, match="no broker has this id now"):
        case.do(case.brokers.node(4, ASKING))


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (b"", "no answer in time"),
        (None, "the broker closed the connection"),
        (b"\0\0\0\x08\0\0\0\x63oooo", "an answer to something else"),
        (b"\0\0\0\x05\0\0\0\x02\x07", "an answer that is no answer"),
    ],
)
def test_an_answer_that_does_not_come(reply: bytes | None, reason: str) -> None:
    def answer(key: int, version: int, request: bytes) -> bytes | None:
        return versions_answer(request, version, MetadataRequest) if key == 18 else reply

    with scripted_broker(answer) as port:
        case = Case(port)
        (found,) = case.do(case.brokers.any())
        with pytest.raises(ConnectFailed, match=reason):
            case.do(case.ask(found.result, 0.2))


def test_who_stops_waiting_for_an_answer_ends_the_connection() -> None:
    def answer(key: int, version: int, request: bytes) -> bytes | None:
        return versions_answer(request, version, MetadataRequest) if key == 18 else b""

    with scripted_broker(answer) as port:
        case = Case(port)
        (found,) = case.do(case.brokers.any())
        asking = Task(case.ask(found.result))
        asking.step(time.monotonic())
        asking.stop()
        assert found.result.is_closed
