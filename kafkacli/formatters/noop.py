"""kafka.tools.NoOpMessageFormatter: shows nothing."""

from __future__ import annotations

from kafkacli.formatters import Formatter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.chunks import FetchedRecord, Run


class NoOpFormatter(Formatter):
    """For counting, and for measuring without the cost of printing."""

    def text(self, _record: FetchedRecord) -> bytes:
        """Return nothing."""
        return b""

    def texts(self, _records: Run) -> bytes:
        """Return nothing."""
        return b""
