"""Conversations that go on side by side."""

from __future__ import annotations

import time

import pytest

from kafkacli.client.connection import ConnectFailed
from kafkacli.client.tasks import Task, run
from kafkacli.wire.messages.metadata import MetadataResponse
from tests.client.test_brokers import Case
from tests.support.broker import RunningBroker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.tasks import Steps

IDLE = Case().links


def alone(steps: Steps[object], seconds: float = 10.0) -> Task:
    """Let one conversation go on to its end."""
    task = Task(steps)
    run(lambda: [task], IDLE, seconds, lambda: task.is_done)
    return task


def test_two_at_once_and_a_pause(broker: RunningBroker) -> None:
    case = Case(broker.port)

    def asking() -> Steps[MetadataResponse]:
        link = yield from case.brokers.any()
        return (yield from case.ask(link))

    def pausing() -> Steps[float]:
        begin = time.monotonic()
        yield begin + 0.05
        return time.monotonic() - begin

    one, pause, other = case.do(asking(), pausing(), asking())
    assert pause.result >= 0.05
    assert one.result.brokers == other.result.brokers
    assert [row.port for row in one.result.brokers] == [broker.port]
    case.links.close()


def test_one_waits_for_what_another_does() -> None:
    done: list[int] = []

    def waiting() -> Steps[str]:
        while not done:
            yield None
        return "seen"

    def doing() -> Steps[None]:
        yield time.monotonic() + 0.01
        done.append(1)

    first, second = Task(waiting()), Task(doing())
    run(lambda: [first, second], IDLE, 10, lambda: first.is_done)
    assert first.result == "seen"


def test_what_goes_wrong_ends_all_unless_it_is_caught() -> None:
    case = Case()

    def hoping() -> Steps[str]:
        try:
            yield from case.brokers.at(("127.0.0.1", 1), "")
        except ConnectFailed as failure:
            return failure.stage
        return ""

    (task,) = case.do(hoping())
    assert task.result == "TCP"
    with pytest.raises(ConnectFailed):
        case.do(case.brokers.at(("127.0.0.1", 1), ""))


def test_time_that_is_over_leaves_a_conversation_where_it_is() -> None:
    def endless() -> Steps[None]:
        while True:
            yield None

    task = alone(endless(), 0.01)
    assert not task.is_done
    task.stop()
    assert task.is_done


def test_a_conversation_that_comes_to_itself_goes_on_later() -> None:
    def nested() -> Steps[str]:
        run(lambda: [task], IDLE, 0, lambda: True)
        yield None
        return "end"

    task = Task(nested())
    run(lambda: [task], IDLE, 10, lambda: task.is_done)
    assert task.result == "end"
