"""Parked requests: done when told, when their time is over, once, and without a trace."""

import asyncio
from collections.abc import Sequence

import pytest

from kafkacli.broker.purgatory import Purgatory
from tests.support.loop import on_loop


@on_loop
async def test_is_done_when_ready_after_a_notification() -> None:
    purgatory = Purgatory(asyncio.get_running_loop())
    records: list[str] = []
    parked = purgatory.park([("t", 0), ("t", 1)], 30_000, lambda _moved: bool(records), lambda: list(records))
    purgatory.notify("t", 0)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not parked.done()
    records.append("one")
    purgatory.notify("other", 0)
    await asyncio.sleep(0)
    assert not parked.done()
    purgatory.notify("t", 1)
    assert await parked == ["one"]
    await asyncio.sleep(0)
    assert len(purgatory) == 0


@on_loop
async def test_many_notifications_in_one_turn_are_one_question() -> None:
    purgatory = Purgatory(asyncio.get_running_loop())
    questions: list[list[tuple[str, int]]] = []
    keys = [("t", number) for number in range(3)]

    def ready(moved: Sequence[tuple[str, int]]) -> bool:
        questions.append(list(moved))
        return False

    parked = purgatory.park(keys, 30_000, ready, lambda: None)
    for _ in range(10):
        purgatory.notify("t", 2)
        purgatory.notify("t", 0)
    await asyncio.sleep(0)
    assert questions == [[("t", 2), ("t", 0)]]
    parked.cancel()


@on_loop
async def test_is_finished_when_its_time_is_over() -> None:
    purgatory = Purgatory(asyncio.get_running_loop())
    assert await purgatory.park([("t", 0)], 1, lambda _moved: False, lambda: "late") == "late"
    await asyncio.sleep(0)
    assert len(purgatory) == 0


@on_loop
async def test_a_cancelled_request_is_taken_out_and_never_asked_again() -> None:
    purgatory = Purgatory(asyncio.get_running_loop())
    parked = purgatory.park([("t", 0)], 30_000, lambda _moved: 1 / 0 > 0, lambda: None)
    purgatory.notify("t", 0)
    parked.cancel()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert len(purgatory) == 0


@pytest.mark.parametrize("what", ["ready", "finish"])
@on_loop
async def test_an_error_is_the_requests_own(what: str) -> None:
    def fail(_moved: object = None) -> bool:
        raise KeyError(what)

    purgatory = Purgatory(asyncio.get_running_loop())
    other = purgatory.park([("t", 0)], 30_000, lambda _moved: True, lambda: "fine")
    parked = purgatory.park(
        [("t", 0)], 30_000, fail if what == "ready" else lambda _moved: True, fail if what == "finish" else lambda: True
    )
    purgatory.notify("t", 0)
    with pytest.raises(KeyError):
        await parked
    assert await other == "fine"
