"""Waiting for sockets without going to sleep at once, as long as sleep would be shorter than falling asleep and waking up.

A client that sends its next request as soon as it has an answer is back after some 40 microseconds. To put a processor to sleep
and wake it for that costs more than twice as much on virtual machines, and the client waits for it. So the server looks again
for a moment before it sleeps, but only while requests come that closely, and not after it has looked in vain.
"""

from __future__ import annotations

from selectors import DefaultSelector
from time import monotonic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from selectors import SelectorKey

LOOK = 60e-6  # seconds; what a client on another processor needs from an answer to its next request, and some more
CLOSE = 100e-6  # a wait shorter than this, sleep included, is one in a row of close requests
PAUSE = 16  # waits that sleep at once after one that looked in vain: at most a small share of the time is wasted


class EagerSelector(DefaultSelector):
    """The system's selector, which looks for `LOOK` seconds before it sleeps when the last wait was a short one.

    looks: how many waits did so, ended or not.
    """

    def __init__(self) -> None:
        super().__init__()
        self.looks = 0
        self._is_close = False
        self._pause = 0

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        """As the system's. timeout: seconds, None: for ever."""
        if timeout is not None and timeout <= 0:
            return super().select(timeout)
        begin = monotonic()
        if self._is_close and (timeout is None or timeout > LOOK):
            self.looks += 1
            look = super().select
            until = begin + LOOK
            while not (ready := look(0)) and monotonic() < until:
                pass
            if ready:
                return ready
            self._is_close = False
            self._pause = PAUSE
            return look(None if timeout is None else timeout - LOOK)
        ready = super().select(timeout)
        if self._pause:
            self._pause -= 1
        else:
            self._is_close = monotonic() - begin < CLOSE
        return ready
