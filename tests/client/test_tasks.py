"""Conversations that go on side by side."""

from __future__ import annotations

import time

import pytest

from kafkacli.client.connection import ConnectFailed
from kafkacli.client.settings import ClientSettings
from kafkacli.client.tasks import Dial, Exchange, Task, run
from kafkacli.wire.messages.metadata import MetadataRequest, MetadataResponse
from tests.support.broker import RunningBroker
from tests.support.scripted_broker import scripted_broker, versions_answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.tasks import Steps


def alone(steps: Steps[object], seconds: float = 10.0) -> Task:
    """Let one conversation go on to its end."""
    task = Task(steps)
    run(lambda: [task], seconds, lambda: task.is_done)
    return task


def dialled(port: int, timeout_s: float = 5.0) -> Steps[MetadataResponse]:
    connection = yield Dial("127.0.0.1", port, ClientSettings(), timeout_s)
    try:
        answer = yield Exchange(connection, MetadataRequest(topics=[]), MetadataResponse, timeout_s)
    finally:
        connection.close()
    assert isinstance(answer, MetadataResponse)
    return answer


def test_a_question_to_a_broker(broker: RunningBroker) -> None:
    task = alone(dialled(broker.port))
    assert [row.port for row in task.result.brokers] == [broker.port]


def test_two_at_once_and_a_pause(broker: RunningBroker) -> None:
    def pausing() -> Steps[float]:
        begin = time.monotonic()
        yield begin + 0.05
        return time.monotonic() - begin

    tasks = [Task(dialled(broker.port)), Task(pausing()), Task(dialled(broker.port))]
    run(lambda: tasks, 10, lambda: all(task.is_done for task in tasks))
    assert tasks[1].result >= 0.05
    assert tasks[0].result.brokers == tasks[2].result.brokers


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
    run(lambda: [first, second], 10, lambda: first.is_done)
    assert first.result == "seen"


def test_what_goes_wrong_is_thrown_where_it_is_waited_for() -> None:
    def hoping() -> Steps[str]:
        try:
            yield Dial("127.0.0.1", 1, ClientSettings(), 5.0)
        except ConnectFailed as failure:
            return failure.stage
        return ""

    assert alone(hoping()).result == "TCP"
    with pytest.raises(ConnectFailed):
        alone(dialled(1))


def test_an_answer_that_does_not_come() -> None:
    def answer(key: int, version: int, request: bytes) -> bytes:
        return versions_answer(request, version, MetadataRequest) if key == 18 else b""

    with scripted_broker(answer) as port, pytest.raises(ConnectFailed, match="no answer in time"):
        alone(dialled(port, 0.2))


def test_a_connection_that_ends_and_one_that_is_none() -> None:
    for reply in (None, b"\0\0\0\x08\0\0\0\x63oooo", b"\xff\xff\xff\xff"):

        def answer(key: int, version: int, request: bytes, reply: bytes | None = reply) -> bytes | None:
            return versions_answer(request, version, MetadataRequest) if key == 18 else reply

        with scripted_broker(answer) as port, pytest.raises(ConnectFailed):
            alone(dialled(port))


def test_time_that_is_over_leaves_a_conversation_where_it_is() -> None:
    def endless() -> Steps[None]:
        while True:
            yield None

    task = alone(endless(), 0.01)
    assert not task.is_done
    task.stop()
    assert task.is_done


def test_a_dial_that_is_given_up_leaves_no_connection(broker: RunningBroker) -> None:
    def waiting() -> Steps[None]:
        yield dial

    dial = Dial("127.0.0.1", broker.port, ClientSettings(), 5.0)
    task = Task(waiting())
    task.step(0.0)
    if task.is_done:  # it was there at once
        dial.give_up()
    task.stop()
    dial.wait(10)
    assert dial.answer().fileno() == -1


def test_a_conversation_that_comes_to_itself_goes_on_later() -> None:
    def nested() -> Steps[str]:
        run(lambda: [task], 0, lambda: True)
        yield None
        return "end"

    task = Task(nested())
    run(lambda: [task], 10, lambda: task.is_done)
    assert task.result == "end"
