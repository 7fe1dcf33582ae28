"""What is said while no broker lets a client in: after five seconds, once, at which stage it is."""

from __future__ import annotations

import time

from kafkacli.client.connection import AuthenticationFailed, ConnectFailed
from kafkacli.client.java_errors import cause_text
from kafkacli.client.records import TIMEOUT, NotConnected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.records import Notice

_PATIENCE_S = 5.0


class Patience:
    """Hears of connections that fail and are made. limit_ms: give up after so long without a broker, None: never.

    is_alone: whether no broker is there. refusal: set once one side refused the other.
    """

    def __init__(self, notice: Notice, limit_ms: int | None = None) -> None:
        self._notice = notice
        self._limit_ms = limit_ms
        self._since = time.monotonic()
        self._said = False
        self._stage = ""
        self.refusal: AuthenticationFailed | None = None
        self.is_alone = True

    def failed(self, failure: ConnectFailed) -> None:
        """Take note of a connection that failed or was lost."""
        if isinstance(failure, AuthenticationFailed):
            self.refusal = failure
        self._stage = str(failure)
        if not self.is_alone:
            self.is_alone = True
            self._since = time.monotonic()

    def connected(self) -> None:
        """Take note that a broker is there."""
        self.is_alone = False
        self._stage = ""

    def refused(self) -> str:
        """Return the exception of a refusal, '' when there was none; what Java's message leaves out is said."""
        failure = self.refusal
        if failure is None:
            return ""
        text = cause_text(failure)
        failure.tell(lambda reason: self._notice("ERROR", reason))
        return text

    def look(self) -> None:
        """Say what is wrong when it is time. Raises NotConnected at the limit."""
        if not self._stage:
            return
        waited = time.monotonic() - self._since
        limit_s = None if self._limit_ms is None else self._limit_ms / 1000
        if waited < (_PATIENCE_S if limit_s is None else min(limit_s, _PATIENCE_S)):
            return
        if limit_s is not None and waited >= limit_s:
            raise NotConnected(f"{TIMEOUT}: No broker answered within {self._limit_ms} ms: {self._stage}")
        self.say()

    def say(self) -> None:
        """Say what is wrong, if something is and it wasn't said yet."""
        if self._stage and not self._said:
            self._said = True
            self._notice("WARN", f"No broker answers. {self._stage}")
