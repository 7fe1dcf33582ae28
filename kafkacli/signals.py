"""SIGINT and SIGTERM for tools that have something to finish before they end: the first is noted, the second ends at once."""

from __future__ import annotations

import os
import signal

from kafkacli.exits import Exit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType, TracebackType
    from typing import Any, Self

_STATUS = {signal.SIGINT: Exit.INTERRUPTED, signal.SIGTERM: Exit.TERMINATED}


class Ended(BaseException):
    """What `check` raises after a signal. No Exception, so that nothing takes it for an error."""


class EndingSignals:
    """While it is in force, the first signal is kept in `status`, the exit status it calls for.

    A program has to look at it from time to time, where it may well end; `descriptor` wakes one that waits.
    """

    def __init__(self) -> None:
        self.status: Exit | None = None
        self._before: dict[signal.Signals, Any] = {}
        self._pipe: tuple[int, int] | None = None
        self._woken_before = -1

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._handle) for number in _STATUS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if self._pipe is not None:
            signal.set_wakeup_fd(self._woken_before)
            for descriptor in self._pipe:
                os.close(descriptor)

    def check(self) -> None:
        """Raise Ended if a signal has come."""
        if self.status is not None:
            raise Ended

    def descriptor(self) -> int:
        """Return a descriptor that can be read once a signal has come; nobody has to read it."""
        if self._pipe is None:
            self._pipe = os.pipe()
            os.set_blocking(self._pipe[1], False)
            self._woken_before = signal.set_wakeup_fd(self._pipe[1], warn_on_full_buffer=False)
        return self._pipe[0]

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        for each in _STATUS:
            signal.signal(each, signal.SIG_DFL)
        self.status = _STATUS[signal.Signals(number)]
