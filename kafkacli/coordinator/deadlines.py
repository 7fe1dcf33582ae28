"""Timers as data: keys with the millisecond they are due at. Nothing runs here, the owner asks what is due."""

from collections.abc import Hashable, Iterator
from heapq import heappop, heappush
from itertools import count
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Deadlines(Generic[K]):
    """Each key is due once, at the time set last.

    Moving a deadline to later, which every heartbeat does, costs one dict entry: the heap's old entry is put right when it
    comes to the top.
    """

    __slots__ = ("_due", "_heap", "_number", "_queued")

    def __init__(self) -> None:
        self._due: dict[K, int] = {}
        self._queued: dict[K, int] = {}
        self._heap: list[tuple[int, int, K]] = []
        self._number = count()

    def set(self, key: K, due_ms: int) -> None:
        """Make `key` due at `due_ms`, in place of any earlier setting."""
        self._due[key] = due_ms
        queued = self._queued.get(key)
        if queued is None or due_ms < queued:
            self._queue(key, due_ms)

    def cancel(self, key: K) -> None:
        """Forget `key`; no harm when it isn't there."""
        self._due.pop(key, None)

    def shift(self, milliseconds: int) -> None:
        """Make every key due so much later, or earlier when negative."""
        self._due = {key: due_ms + milliseconds for key, due_ms in self._due.items()}
        self._queued.clear()
        self._heap.clear()
        for key, due_ms in self._due.items():
            self._queue(key, due_ms)

    def __contains__(self, key: K) -> bool:
        return key in self._due

    def __len__(self) -> int:
        return len(self._due)

    @property
    def next_ms(self) -> int | None:
        """When the next key is due; None without keys."""
        while self._heap:
            due_ms, _, key = self._heap[0]
            if self._due.get(key) == due_ms:
                return due_ms
            self._settle()
        return None

    def pop_due(self, now_ms: int) -> Iterator[K]:
        """Yield the keys due at or before `now_ms`, earliest first; those set meanwhile are yielded too, if they are due."""
        while (due_ms := self.next_ms) is not None and due_ms <= now_ms:
            key = heappop(self._heap)[2]
            del self._queued[key]
            del self._due[key]
            yield key

    def _queue(self, key: K, due_ms: int) -> None:
        self._queued[key] = due_ms
        heappush(self._heap, (due_ms, next(self._number), key))

    def _settle(self) -> None:
        """Take the top entry, which is out of date, away; put it in again where its key is due later."""
        due_ms, _, key = heappop(self._heap)
        if self._queued.get(key) != due_ms:
            return  # superseded by an earlier one that has been queued since
        del self._queued[key]
        later = self._due.get(key)
        if later is not None:
            self._queue(key, later)
