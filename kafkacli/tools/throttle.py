"""Keeping a number of records in a second, in the way of the Java tools.

Source: Apache `ThroughputThrottler.java` of 2.6.2.
"""

from __future__ import annotations

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_LEAST_SLEEP_NS = 2_000_000


class Throttle:
    """Slows a loop down to `per_second` rounds, 0: it never goes on, below 0: it isn't slowed.

    wait: how it waits, for at most so many seconds. start: the time of the beginning, seconds since 1970.
    """

    def __init__(self, per_second: int, start: float, wait: Callable[[float], object]) -> None:
        self._per_second = per_second
        self._start_ms = int(start * 1000)
        self._wait = wait
        self._deficit_ns = 0
        self._sleep_ns = 1_000_000_000 // per_second if per_second > 0 else 0

    @property
    def is_off(self) -> bool:
        """Whether it never waits."""
        return self._per_second < 0

    def after(self, rounds: int, now: float, is_ended: Callable[[], bool] = lambda: False) -> None:
        """Wait if it is necessary. rounds: how many lie behind, without this one. now: when it began."""
        if self._per_second < 0:
            return
        elapsed = (int(now * 1000) - self._start_ms) / 1000
        if elapsed <= 0 or rounds / elapsed <= self._per_second:
            return
        while self._per_second == 0 and not is_ended():
            self._wait(0.1)
        self._deficit_ns += self._sleep_ns
        if self._deficit_ns >= _LEAST_SLEEP_NS:
            end = time.monotonic() + self._deficit_ns / 1e9
            while (left := end - time.monotonic()) > 0 and not is_ended():
                self._wait(min(left, 0.1))
            self._deficit_ns = 0
