"""Connections by purpose, and pauses between tries."""

from __future__ import annotations

import socket
import time

import pytest

from kafkacli.client.brokers import ASKING, Brokers
from kafkacli.client.connection import ConnectFailed
from kafkacli.client.patience import Patience
from kafkacli.client.settings import ClientSettings
from kafkacli.client.tasks import Task, run
from kafkacli.client.traffic import Traffic
from kafkacli.wire.messages.metadata import MetadataRequest, MetadataResponse
from tests.support.broker import RunningBroker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.tasks import Steps


class Case:
    """Brokers behind ports, what was counted."""

    def __init__(self, *ports: int) -> None:
        self.traffic = Traffic("me")
        addresses = [("127.0.0.1", port) for port in ports]
        patience = Patience(lambda *_: None)
        self.brokers = Brokers(addresses, ClientSettings(), patience, self.traffic, (-1, -1), 20, 100)

    def do(self, *steps: Steps[object]) -> list[Task]:
        tasks = [Task(each) for each in steps]
        run(lambda: tasks, 10, lambda: all(task.is_done for task in tasks))
        return tasks


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
    case.brokers.close()


def test_the_one_that_answers_is_found_and_counted(broker: RunningBroker) -> None:
    case = Case(1, broker.port)
    (found,) = case.do(case.brokers.any())

    def ask() -> Steps[MetadataResponse]:
        return (yield from case.brokers.ask(found.result, MetadataRequest(topics=[]), MetadataResponse))

    case.brokers.nodes = {7: ("127.0.0.1", broker.port)}
    one, other = case.do(ask(), ask())  # one after the other, on one connection
    assert one.result == other.result
    node = case.traffic.node(7)
    assert (node.requests, node.answers) == (2, 2)
    assert node.bytes_out > 20
    assert node.bytes_in > 60
    case.brokers.close()


def test_a_lost_connection_is_made_again_after_a_pause(broker: RunningBroker) -> None:
    case = Case(broker.port)
    (found,) = case.do(case.brokers.any())
    case.brokers.drop(found.result, ConnectFailed("TCP", "h:1", "lost"))
    begin = time.monotonic()
    (again,) = case.do(case.brokers.any())
    assert time.monotonic() - begin >= 0.015
    assert again.result is not found.result
    assert case.traffic.node(-1).disconnects == 1
    case.brokers.close()


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    case = Case(port)
    with pytest.raises(ConnectFailed):
        case.do(case.brokers.at(("127.0.0.1", port), ASKING))
    with pytest.raises(ConnectFailed, match="no broker has this id now"):
        case.do(case.brokers.node(4, ASKING))
