"""Show what a command found in the form that --output asks for; imported only when that isn't plain."""

from __future__ import annotations

import json
import sys

from kafkacli import console
from kafkacli.output.schema import OBJECT
from kafkacli.output.schemas import SCHEMAS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kafkacli.output.table import Record


def show(name: str, records: Sequence[Record]) -> None:
    """Write the document of a run. name: of the schema; records: one where the schema says that it is one object."""
    schema = SCHEMAS[name]
    form = console.form()
    if form == "table":
        from kafkacli.output.table import show_table

        show_table(schema.fields, records)
        return
    document = records[0] if schema.shape == OBJECT else list(records)
    if form == "yaml":
        from kafkacli.output.yaml import to_yaml

        console.data(to_yaml(document).rstrip("\n"))
    elif isinstance(document, list) and document:
        console.data("[\n" + ",\n".join(f"  {_json(record)}" for record in document) + "\n]")
    else:
        console.data(_json(document))


class Stream:
    """Shows records one by one, as they come."""

    __slots__ = ("_is_first", "_schema")

    def __init__(self, name: str) -> None:
        self._schema = SCHEMAS[name]
        self._is_first = True

    def show(self, record: Record) -> None:
        """Write a record: a line of JSON, a document of YAML, a row."""
        form = console.form()
        if form == "table":
            from kafkacli.output.table import show_streamed

            show_streamed(self._schema.fields, record, is_first=self._is_first)
        elif form == "yaml":
            from kafkacli.output.yaml import to_yaml

            console.data("---\n" + to_yaml(record).rstrip("\n"))
        else:
            console.data(_json(record))
        self._is_first = False


def _json(value: object) -> str:
    """JSON that the encoding of stdout can hold; bytes of arguments that are no text stand escaped."""
    is_utf8 = (sys.stdout.encoding or "").lower() in ("utf-8", "utf8")
    text = json.dumps(value, ensure_ascii=not is_utf8)
    return text if text.isascii() or text.isprintable() else json.dumps(value)
