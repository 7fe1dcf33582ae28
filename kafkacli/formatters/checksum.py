"""kafka.tools.ChecksumMessageFormatter: a line `TOPIC:checksum:0` a record, TOPIC being a property.

The console consumer of 2.6.2 hands on records whose checksum it has set to 0.
"""

from __future__ import annotations

from kafkacli.formatters import Formatter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kafkacli.client.chunks import FetchedRecord


class ChecksumFormatter(Formatter):
    """Prints the same line for each record."""

    def __init__(self, properties: Mapping[str, str]) -> None:
        super().__init__(properties)
        topic = f"{properties['topic']}:" if "topic" in properties else ""
        self._line = f"{topic}checksum:0\n".encode()

    def text(self, _record: FetchedRecord) -> bytes:
        """Return that line."""
        return self._line
