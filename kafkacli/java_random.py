"""java.util.Random: the same numbers from the same seed.

Source: the generator that its documentation fixes, a 48 bit linear congruential one.
"""

from __future__ import annotations

_MULTIPLIER = 0x5DEECE66D
_MASK = (1 << 48) - 1


class JavaRandom:
    """Numbers that begin with `seed`."""

    def __init__(self, seed: int) -> None:
        self._state = (seed ^ _MULTIPLIER) & _MASK

    def next_int(self, bound: int) -> int:
        """Return a number from 0 to `bound` - 1. Raises ValueError, with Java's text, when there is none."""
        if bound <= 0:
            raise ValueError("bound must be positive")
        bits = self._next()
        if bound & (bound - 1) == 0:
            return (bound * bits) >> 31
        while bits - (number := bits % bound) + bound - 1 >= 1 << 31:
            bits = self._next()
        return number

    def _next(self) -> int:
        self._state = (self._state * _MULTIPLIER + 0xB) & _MASK
        return self._state >> 17
