"""Keeping records to a number and to an amount of bytes a second.

Core without clock. Whoever was slower than that may not make up for it later, but for the time that a wait may have been late.
"""

from __future__ import annotations

import re

_AHEAD = 0.05  # seconds by which records may go too early, so that not every one is waited for
_SUFFIXES = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}


class RateError(ValueError):
    """A text that is no rate; one line for the user."""


def parse_rate(text: str) -> float:
    """Return what a text such as 500, 10k or 1.5M counts. Raises RateError, for nothing too."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([kmg]?)", text.strip().lower(), re.ASCII)
    rate = float(match[1]) * _SUFFIXES[match[2]] if match else 0.0
    if not rate:
        raise RateError(f"'{text}' is no rate; there are 500, 10k, 1.5M")
    return rate


class Pace:
    """Says of each record how long it has to wait. Rates a second, None: any. start: the time of the beginning, seconds."""

    def __init__(self, records: float | None, size: float | None, start: float) -> None:
        self._record_s = 1 / records if records else 0.0
        self._byte_s = 1 / size if size else 0.0
        self._by_records = self._by_bytes = start  # when the next would go at just these rates

    def take(self, size: int, now: float) -> float:
        """Count in the next record, of so many bytes; return for how many seconds it is to be held back, mostly 0."""
        delay = max(self._by_records, self._by_bytes) - now
        if delay <= _AHEAD:
            delay = 0.0
        least = now + delay - _AHEAD
        self._by_records = max(self._by_records, least) + self._record_s
        self._by_bytes = max(self._by_bytes, least) + size * self._byte_s
        return delay
