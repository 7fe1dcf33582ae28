"""How much of long work is done, for a person at a terminal: on a line of stderr that goes away again, never in a pipe."""

from __future__ import annotations

import sys
from time import monotonic

from kafkacli import console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

_FIRST = 1.0  # seconds of work before something is shown
_AGAIN = 0.1  # seconds between two looks of it


class Progress:
    """Shows how many of `total` things are done; nothing where stderr is no terminal, or stdout shows lines on one meanwhile.

    what: their name. lines: whether the work writes lines to stdout.
    """

    def __init__(self, what: str, total: int, *, lines: bool = False) -> None:
        self._what = what
        self._total = max(total, 1)
        self._is_shown = sys.stderr.isatty() and not console.is_quiet() and not (lines and sys.stdout.isatty())
        self._next = monotonic() + _FIRST
        self._is_drawn = False

    def tell(self, done: int) -> None:
        """Take note that so many things are done; cheap."""
        if not self._is_shown or (now := monotonic()) < self._next:
            return
        self._next, self._is_drawn = now + _AGAIN, True
        sys.stderr.write(f"\r{done:,} of {self._total:,} {self._what} ({100 * done // self._total} %)\x1b[K")
        sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away, until it is shown again: other lines of stderr come."""
        if self._is_drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._is_drawn = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()
