"""Our own ways to show a record: by a format string of kcat's, as a line of JSON, a document of YAML or a row."""

from __future__ import annotations

import json

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


class YamlFormatter(Formatter):
    """Shows records as documents of YAML (--output yaml), of the fields that a line of JSON has."""

    def __init__(self) -> None:
        super().__init__({})

    def text(self, record: FetchedRecord) -> bytes:
        """Return a record as a document."""
        from kafkacli.output.yaml import to_yaml

        return f"---\n{to_yaml(json.loads(to_line(record)))}".encode()


class TableFormatter(Formatter):
    """Shows records as rows (--output table), the headings before the first; bytes that are no UTF-8 are in base64."""

    def __init__(self) -> None:
        super().__init__({})
        self._is_first = True

    def text(self, record: FetchedRecord) -> bytes:
        """Return a record as a row."""
        from kafkacli.output.schema import Field
        from kafkacli.output.table import streamed

        shown = json.loads(to_line(record))
        shown["headers"] = [{header["key"]: header["value"]} for header in shown["headers"]]
        kinds = {name: "integer" if name in ("partition", "offset", "timestamp") else "string" for name in shown}
        rows = streamed([Field(name, kind, "") for name, kind in kinds.items()], shown, is_first=self._is_first)
        self._is_first = False
        return "".join(f"{row}\n" for row in rows).encode()
