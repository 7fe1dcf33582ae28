"""Several conversations with brokers at once, on one thread and without asyncio: each is a generator that yields what it waits for.

Reply     an answer that is on its way, or the loss of its connection
Link      a connection in the making: until it is there, or has failed
a float   until then, by the monotonic clock
None      until something else has moved
"""

from __future__ import annotations

import time

from kafkacli.client.link import decoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import Any, TypeVar

    from kafkacli.client.link import Link
    from kafkacli.client.links import Links
    from kafkacli.wire.schema import Message

    R = TypeVar("R")


class Reply:
    """Takes the answer to a request (`Link.send`). kind: its class. answer: None when the connection was lost instead."""

    __slots__ = ("_kind", "answer", "is_settled")

    def __init__(self, kind: type[Message]) -> None:
        self._kind = kind
        self.answer: Any = None
        self.is_settled = False

    def __call__(self, frame: memoryview | None, version: int) -> None:
        self.is_settled = True
        if frame is not None:
            self.answer = decoded(self._kind, frame, version)


if TYPE_CHECKING:
    Waited = Reply | Link | float | None
    Steps = Generator[Waited, None, R]
    """A conversation that returns R."""


class Task:
    """A conversation that goes on until its generator ends. result: what it returned. waited: what it waits for."""

    __slots__ = ("_is_running", "_steps", "is_done", "result", "waited")

    def __init__(self, steps: Steps[Any]) -> None:
        self._steps = steps
        self._is_running = False
        self.waited: Waited = 0.0
        self.is_done = False
        self.result: Any = None

    def step(self, now: float) -> bool:
        """Go on as far as possible; whether anything moved. Raises what the conversation raises.

        What the conversation itself calls may come here again: it can't go on before that has returned.
        """
        if self._is_running:
            return False
        self._is_running = True
        try:
            return self._step(now)
        finally:
            self._is_running = False

    def _step(self, now: float) -> bool:
        moved = False
        while not self.is_done:
            waited = self.waited
            if isinstance(waited, float):
                if waited > now:
                    return moved
            elif waited is None:
                if moved:
                    return True
            elif not waited.is_settled:
                return moved
            try:
                self.waited = next(self._steps)
            except StopIteration as end:
                self.is_done, self.result = True, end.value
            except BaseException:
                self.is_done = True
                raise
            if waited is None and self.waited is None:
                return False
            moved = True
        return moved

    def stop(self) -> None:
        """End it where it stands."""
        self.is_done = True
        self._steps.close()


def run(tasks: Callable[[], list[Task]], links: Links, seconds: float, is_enough: Callable[[], bool]) -> None:
    """Let conversations go on until it is enough or the time is over.

    tasks: those that go on now, asked for again after each move. Raises what one of them raises.
    """
    now = time.monotonic()
    deadline = now + seconds
    wait_s = 0.0  # first of all what has come is taken in
    while True:
        if wait_s >= 0:
            links.wait(wait_s)
            now = time.monotonic()
        links.look_after(now)
        waiting = tasks()
        moved = False
        for task in waiting:
            moved = task.step(now) or moved
        if is_enough():
            return
        now = time.monotonic()
        if now >= deadline:
            return
        if moved:
            wait_s = -1.0
        else:
            times = [task.waited for task in waiting if isinstance(task.waited, float)]
            wait_s = max(0.0, min(links.next_deadline(now), min([deadline, *times]) - now))
