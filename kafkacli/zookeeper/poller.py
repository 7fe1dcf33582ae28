"""Sockets by the dozen on an asyncio loop: one wake-up of the loop serves everybody who is ready.

asyncio gives every ready socket a callback of its own, and its transports copy and book-keep; for requests of a hundred
bytes that is half the work. Here all sockets stand in one selector, which itself is the one file that the loop watches.
"""

from __future__ import annotations

import asyncio
from selectors import DefaultSelector
from typing import Protocol

_MOST_ROUNDS = 8  # before others of the loop have their turn


class Handler(Protocol):
    """Who is told that a socket is ready."""

    def fileno(self) -> int:
        """The socket's descriptor."""

    def ready(self, events: int) -> None:
        """Act on EVENT_READ, EVENT_WRITE or both; not raise."""


class Poller:
    """Tells handlers when their sockets can be read or written."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._selector = DefaultSelector()
        self._watched: dict[Handler, int] = {}
        loop.add_reader(self._selector, self._turn)

    def watch(self, handler: Handler, events: int) -> None:
        """Tell a handler of these events from now on; 0: of none, also before its socket is closed."""
        before = self._watched.get(handler, 0)
        if events == before:
            return
        if not events:
            del self._watched[handler]
            self._selector.unregister(handler)
            return
        self._watched[handler] = events
        if before:
            self._selector.modify(handler, events, handler)
        else:
            self._selector.register(handler, events, handler)

    def close(self) -> None:
        """Watch nothing any more."""
        self._loop.remove_reader(self._selector)
        self._selector.close()

    def _turn(self) -> None:
        """Serve who is ready, and who has become so meanwhile: a write to disk that follows then serves them all."""
        for _ in range(_MOST_ROUNDS):
            ready = self._selector.select(0)
            for key, events in ready:
                key.data.ready(events)
            if not ready:
                return
