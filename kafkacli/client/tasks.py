"""Several conversations with brokers at once, on one thread and without asyncio: each is a generator that yields what it waits for.

Exchange   a request on its way; its answer is sent into the generator, what went wrong is thrown
Dial       a connection that is being made, in a thread of its own, as names and handshakes block; likewise
a float    until then, by the monotonic clock
None       until something else has moved
"""

from __future__ import annotations

import select
import time

from kafkacli.client.connection import MAX_RESPONSE_BYTES, ConnectFailed, Connection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import Any, TypeVar

    from kafkacli.client.settings import ClientSettings
    from kafkacli.wire.schema import Message

    M = TypeVar("M", bound=Message)
    R = TypeVar("R")

    Steps = Generator["Waited", Any, R]
    """A conversation that returns R."""

_DIAL_LOOK_S = 0.01  # how often a dial is looked at while sockets are waited for


class Exchange:
    """A request that was sent, until its answer is there. timeout_s: for the answer. sent_bytes, size: of request and answer.

    A connection has one at a time. Raises ConnectFailed, WireError.
    """

    __slots__ = (
        "_answer",
        "_done",
        "_kind",
        "_number",
        "_version",
        "_view",
        "connection",
        "deadline",
        "sent",
        "sent_bytes",
        "size",
    )

    def __init__(self, connection: Connection, request: Message, answer: type[Message], timeout_s: float) -> None:
        self.connection = connection
        self.sent = time.monotonic()
        self.deadline = self.sent + timeout_s
        self.size = 0
        self._kind = answer
        self._version = connection.version_of(type(request))
        self._number, self.sent_bytes = connection.begin(request, self._version, self.deadline)
        self._answer: Message | None = None
        self._view = memoryview(bytearray(4))
        self._done = 0

    def look(self) -> bool:
        """Read what has come; whether the answer is there. Raises ConnectFailed."""
        connection = self.connection
        while True:
            while self._done < len(self._view):
                count = connection.read_now(self._view[self._done :])
                if not count:
                    if time.monotonic() >= self.deadline:
                        raise connection.too_late()
                    return False
                self._done += count
            if self.size:
                self._answer = connection.finish(self._view, self._number, self._kind, self._version)
                return True
            self.size = int.from_bytes(self._view, "big", signed=True)
            if not 4 <= self.size <= MAX_RESPONSE_BYTES:
                raise ConnectFailed(connection.stage, connection.address, f"an answer of {self.size} bytes")
            self._view, self._done = memoryview(bytearray(self.size)), 0

    def answer(self) -> Message:
        """Return the answer, once `look` has said that it is there."""
        assert self._answer is not None
        return self._answer


class Dial:
    """A connection that is being made in a thread. deadline: of the monotonic clock."""

    __slots__ = ("_failure", "_is_wanted", "_made", "_thread")

    def __init__(self, host: str, port: int, settings: ClientSettings, timeout_s: float) -> None:
        from threading import Thread

        self._made: Connection | None = None
        self._failure: Exception | None = None
        self._is_wanted = True

        def run() -> None:
            try:
                self._made = Connection(host, port, settings, time.monotonic() + timeout_s)
            except Exception as error:  # it is raised where it is waited for
                self._failure = error
            if self._made is not None and not self._is_wanted:
                self._made.close()

        self._thread = Thread(target=run, daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> None:
        """Wait for the end of it, but no longer than that."""
        self._thread.join(seconds)

    def give_up(self) -> None:
        """Close the connection, now or once it is there."""
        self._is_wanted = False
        if self._made is not None:
            self._made.close()

    def look(self) -> bool:
        """Whether the connection is there. Raises ConnectFailed."""
        if self._thread.is_alive():
            return False
        if self._failure is not None:
            raise self._failure
        return True

    def answer(self) -> Connection:
        """Return the connection, once `look` has said that it is there."""
        assert self._made is not None
        return self._made


if TYPE_CHECKING:
    Waited = Exchange | Dial | float | None


class Task:
    """A conversation that goes on until its generator ends. result: what it returned."""

    __slots__ = ("_is_running", "_steps", "_waited", "is_done", "result")

    def __init__(self, steps: Steps[Any]) -> None:
        self._steps = steps
        self._waited: Waited = 0.0
        self._is_running = False
        self.is_done = False
        self.result: Any = None

    @property
    def waited(self) -> Waited:
        """What it waits for."""
        return self._waited

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
            waited = self._waited
            try:
                if isinstance(waited, Exchange | Dial):
                    try:
                        if not waited.look():
                            return moved
                    except Exception as error:
                        self._waited = self._steps.throw(error)
                    else:
                        self._waited = self._steps.send(waited.answer())
                elif waited is None:
                    if moved:
                        return True
                    self._waited = next(self._steps)
                    if self._waited is None:
                        return False
                elif waited > now:
                    return moved
                else:
                    self._waited = next(self._steps)
            except StopIteration as end:
                self.is_done, self.result = True, end.value
            except BaseException:
                self.is_done = True
                raise
            moved = True
        return moved

    def stop(self) -> None:
        """End it where it stands."""
        if isinstance(self._waited, Dial) and not self.is_done:
            self._waited.give_up()
        self.is_done = True
        self._steps.close()


def run(tasks: Callable[[], list[Task]], seconds: float, is_enough: Callable[[], bool]) -> None:
    """Let conversations go on until it is enough or the time is over.

    tasks: those that go on now, asked for again after each move. Raises what one of them raises.
    """
    deadline = time.monotonic() + seconds
    while True:
        now = time.monotonic()
        waiting = tasks()
        moved = False
        for task in waiting:
            moved = task.step(now) or moved
        if is_enough():
            return
        left = deadline - time.monotonic()
        if moved and left > 0:
            continue
        if left <= 0:
            return
        _wait(waiting, min(left, seconds))


def _wait(tasks: list[Task], seconds: float) -> None:
    """Wait until one of them may go on."""
    now = time.monotonic()
    poller = select.poll()
    sockets = 0
    dial: Dial | None = None
    for task in tasks:
        waited = None if task.is_done else task.waited
        if isinstance(waited, Exchange):
            poller.register(waited.connection.fileno(), select.POLLIN)
            sockets += 1
            seconds = min(seconds, waited.deadline - now)
        elif isinstance(waited, Dial):
            dial = waited
        elif waited is not None:
            seconds = min(seconds, waited - now)
    seconds = max(seconds, 0.0)
    if dial is not None and not sockets:
        dial.wait(seconds)
        return
    if dial is not None:
        seconds = min(seconds, _DIAL_LOOK_S)
    poller.poll(seconds * 1000 + 1)
