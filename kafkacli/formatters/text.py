"""Our own ways to show a record: by a format string of kcat's, and as a line of JSON."""

from __future__ import annotations

from kafkacli.formatters import Formatter
from kafkacli.interchange.format import parse_format, render
from kafkacli.interchange.json_lines import to_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.chunks import FetchedRecord


class FormatFormatter(Formatter):
    """Shows records by a format string (--format). Raises FormatError for one that can't be read."""

    def __init__(self, text: str) -> None:
        super().__init__({})
        self._parts = parse_format(text)

    def text(self, record: FetchedRecord) -> bytes:
        """Return what the format makes of a record."""
        return render(self._parts, record)


class JsonFormatter(Formatter):
    """Shows records as lines of JSON (--output json)."""

    def __init__(self) -> None:
        super().__init__({})

    def text(self, record: FetchedRecord) -> bytes:
        """Return a record as a line of JSON."""
        return to_line(record)
