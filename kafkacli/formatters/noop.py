"""kafka.tools.NoOpMessageFormatter: shows nothing."""

from __future__ import annotations

from kafkacli.formatters import Formatter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from confluent_kafka import Message


class NoOpFormatter(Formatter):
    """For counting, and for measuring without the cost of printing."""

    def text(self, _record: Message) -> bytes:
        """Return nothing."""
        return b""

    def texts(self, _records: Sequence[Message]) -> bytes:
        """Return nothing."""
        return b""
