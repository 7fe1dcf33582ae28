"""The poller: who is ready is told, all in one wake-up, and only of what is watched."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from selectors import EVENT_READ, EVENT_WRITE

import pytest

from kafkacli.zookeeper.poller import Poller
from tests.support.loop import on_loop


class Side:
    """One end of a pair of sockets, which notes what it is told."""

    def __init__(self, on_ready: Callable[[], None] = lambda: None) -> None:
        self.socket, self.other = socket.socketpair()
        self.told: list[int] = []
        self._on_ready = on_ready

    def fileno(self) -> int:
        return self.socket.fileno()

    def ready(self, events: int) -> None:
        self.told.append(events)
        if events & EVENT_READ:
            self.socket.recv(100)
        self._on_ready()

    def close(self) -> None:
        self.socket.close()
        self.other.close()


async def until_told(side: Side, times: int = 1) -> None:
    async with asyncio.timeout(10):
        while len(side.told) < times:
            await asyncio.sleep(0)


@on_loop
async def test_everybody_who_is_ready_is_told_in_one_turn() -> None:
    turns: list[list[int]] = []
    poller = Poller(asyncio.get_running_loop())
    sides = [Side(lambda: turns[-1].append(1)) for _ in range(5)]
    for side in sides:
        poller.watch(side, EVENT_READ)
        side.other.send(b"x")
    while sum(map(len, turns)) < 5:
        turns.append([])
        await asyncio.sleep(0)
    assert [turn for turn in turns if turn] == [[1] * 5]
    poller.close()
    for side in sides:
        side.close()


@on_loop
async def test_who_becomes_ready_meanwhile_is_told_in_the_same_turn() -> None:
    poller = Poller(asyncio.get_running_loop())
    second = Side()
    first = Side(lambda: second.other.sendall(b"x"))
    for side in (first, second):
        poller.watch(side, EVENT_READ)
    first.other.send(b"x")
    await until_told(first)
    assert second.told == [EVENT_READ]  # without another turn of the loop
    poller.close()
    for side in (first, second):
        side.close()


@on_loop
async def test_only_what_is_watched_is_told() -> None:
    poller, side = Poller(asyncio.get_running_loop()), Side()
    poller.watch(side, EVENT_READ)
    poller.watch(side, EVENT_READ | EVENT_WRITE)
    side.other.send(b"x")
    await until_told(side)
    assert side.told[0] == EVENT_READ | EVENT_WRITE
    poller.watch(side, 0)
    poller.watch(side, 0)
    side.told.clear()
    side.other.send(b"x")
    for _ in range(3):
        await asyncio.sleep(0)
    assert side.told == []
    poller.watch(side, EVENT_READ)
    await until_told(side)
    assert side.told == [EVENT_READ]
    poller.close()
    side.close()


@pytest.mark.parametrize("closed", [True, False])
@on_loop
async def test_a_closed_poller_tells_nobody(closed: bool) -> None:
    poller, side = Poller(asyncio.get_running_loop()), Side()
    poller.watch(side, EVENT_READ)
    if closed:
        poller.close()
    side.other.send(b"x")
    for _ in range(3):
        await asyncio.sleep(0)
    assert bool(side.told) is not closed
    if not closed:
        poller.close()
    side.close()
