"""SIGINT and SIGTERM for tools that have something to finish before they end: the first is noted, the second ends at once."""

from __future__ import annotations

import signal

from kafkacli.exits import Exit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType, TracebackType
    from typing import Any, Self

_STATUS = {signal.SIGINT: Exit.INTERRUPTED, signal.SIGTERM: Exit.TERMINATED}


class Ended(BaseException):
    """A signal came while `EndingSignals(interrupts=True)` was in force. No Exception, so that nothing takes it for an error."""


class EndingSignals:
    """While it is in force, the first signal is kept in `status`, the exit status it calls for.

    interrupts: raise Ended where the program stands; otherwise it has to look at `status` from time to time.
    """

    def __init__(self, *, interrupts: bool) -> None:
        self.status: Exit | None = None
        self._interrupts = interrupts
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._handle) for number in _STATUS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        for each in _STATUS:
            signal.signal(each, signal.SIG_DFL)
        self.status = _STATUS[signal.Signals(number)]
        if self._interrupts:
            raise Ended
