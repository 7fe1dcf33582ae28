"""Delayed operations: requests that wait for records, for replicas or for a deletion, until it happens or their time is over.

An operation watches the partitions it waits for. Whoever moves a partition (high watermark, log start, leadership) calls
`notify`; the operations there are then asked once, in the loop's next turn, so that the request that moved it is answered
first and many moves in one turn cost one question. Nothing is polled.
Source: Apache `DelayedOperation.scala`, `DelayedFetch.scala`, `DelayedProduce.scala`.
"""

from asyncio import AbstractEventLoop, Future, TimerHandle
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")
Key = tuple[str, int]
Ready = Callable[[Sequence[Key]], bool]


class Delayed:
    """One parked request. `future` gets what `finish` returns, when `ready` says so or the time is over."""

    __slots__ = ("_finish", "_keys", "_ready", "_timer", "future")

    def __init__(self, future: "Future[Any]", keys: tuple[Key, ...], ready: Ready, finish: Callable[[], Any]) -> None:
        self.future = future
        self._keys = keys
        self._ready = ready
        self._finish = finish
        self._timer: TimerHandle | None = None


class Purgatory:
    """The parked operations of one broker, by (topic, partition). To be used on its loop only."""

    def __init__(self, loop: AbstractEventLoop) -> None:
        self._loop = loop
        self._watchers: dict[Key, dict[Delayed, None]] = {}
        self._moved: dict[Key, None] = {}

    def park(self, keys: Iterable[Key], timeout_ms: int, ready: Ready, finish: Callable[[], T]) -> "Future[T]":
        """Return a future that is done when `ready` is true after a notification of one of `keys`, or after `timeout_ms`.

        ready: asked on notifications only, with the keys that have moved; what a question costs need not grow with the others.
        finish: makes the result, both when ready and when the time is over. What either raises is the future's.
        Cancelling the future takes the operation out.
        """
        future: Future[T] = self._loop.create_future()
        operation = Delayed(future, tuple(keys), ready, finish)
        for key in operation._keys:
            self._watchers.setdefault(key, {})[operation] = None
        operation._timer = self._loop.call_later(timeout_ms / 1000, self._complete, operation)
        future.add_done_callback(lambda _future: self._remove(operation))
        return future

    def notify(self, topic: str, partition: int) -> None:
        """Tell that something moved in a partition; its operations are asked in the loop's next turn."""
        key = (topic, partition)
        if key in self._watchers:
            if not self._moved:
                self._loop.call_soon(self._ask)
            self._moved[key] = None

    def __len__(self) -> int:
        return len({operation for watchers in self._watchers.values() for operation in watchers})

    def _ask(self) -> None:
        moved, self._moved = self._moved, {}
        asked: dict[Delayed, list[Key]] = {}
        for key in moved:
            for operation in self._watchers.get(key, ()):
                asked.setdefault(operation, []).append(key)
        for operation, keys in asked.items():
            if operation.future.done():
                continue
            try:
                ready = operation._ready(keys)
            except Exception as error:
                operation.future.set_exception(error)
                continue
            if ready:
                self._complete(operation)

    def _complete(self, operation: Delayed) -> None:
        if operation.future.done():
            return
        try:
            operation.future.set_result(operation._finish())
        except Exception as error:
            operation.future.set_exception(error)

    def _remove(self, operation: Delayed) -> None:
        if operation._timer is not None:
            operation._timer.cancel()
        for key in operation._keys:
            watchers = self._watchers.get(key)
            if watchers is not None:
                watchers.pop(operation, None)
                if not watchers:
                    del self._watchers[key]
