"""Show what a command found in the form that --output asks for; imported only when that isn't plain.

Arrays are written record by record, however many come; only a table has to know them all, for its widths. In a record a field
may be an iterator in place of a list, which is then never held either.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from kafkacli import console
from kafkacli.output.schema import OBJECT
from kafkacli.output.schemas import SCHEMAS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kafkacli.output.table import Record


def show(name: str, records: Iterable[Record]) -> None:
    """Write the document of a run. name: of the schema; records: one where the schema says that it is one object."""
    if SCHEMAS[name].shape == OBJECT and console.form() != "table":
        for record in records:
            for line in _yaml(record) if console.form() == "yaml" else [_json(record)]:
                console.data(line)
        return
    array = Array(name)
    for record in records:
        array.add(record)
    array.end()


class Array:
    """The document of a run whose records come one after the other. Nothing is written before the first, or the end."""

    __slots__ = ("_held", "_is_empty", "_left", "_schema")

    def __init__(self, name: str) -> None:
        self._schema = SCHEMAS[name]
        self._is_empty = True
        self._left = ""  # of the last record in JSON, behind which stands a comma or nothing
        self._held: list[Record] = []  # for a table

    def add(self, record: Record) -> None:
        """Take the next record."""
        form = console.form()
        if form == "table":
            self._held.append({key: list(it) if isinstance(it, Iterator) else it for key, it in record.items()})
        elif form == "yaml":
            for line in _yaml([record]):
                console.data(line)
        else:
            console.data("[" if self._is_empty else f"{self._left},")
            pieces = _pieces(record)
            self._left = f"  {next(pieces)}"
            for piece in pieces:
                console.data(self._left, end="")
                self._left = piece
        self._is_empty = False

    def end(self) -> None:
        """Write what is left; no record may follow."""
        if console.form() == "table":
            from kafkacli.output.table import show_table

            show_table(self._schema.fields, self._held)
        elif self._is_empty:
            console.data("[]")
        elif console.form() != "yaml":
            console.data(f"{self._left}\n]")


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
            for line in ("---", *_yaml(record)):
                console.data(line)
        else:
            console.data(_json(record))
        self._is_first = False


def _yaml(value: object) -> Iterator[str]:
    from kafkacli.output.yaml import yaml_lines

    return yaml_lines(value)


def _pieces(record: Record) -> Iterator[str]:
    """Yield a record as JSON, an item at a time of what comes from iterators."""
    if not any(isinstance(value, Iterator) for value in record.values()):
        yield _json(record)
        return
    before = "{"
    for key, value in record.items():
        yield f"{before}{_json(key)}: "
        before = ", "
        if isinstance(value, Iterator):
            yield "["
            for number, item in enumerate(value):
                yield f", {_json(item)}" if number else _json(item)
            yield "]"
        else:
            yield _json(value)
    yield "}"


def _json(value: object) -> str:
    """JSON that the encoding of stdout can hold; bytes of arguments that are no text stand escaped."""
    is_utf8 = (sys.stdout.encoding or "").lower() in ("utf-8", "utf8")
    text = json.dumps(value, ensure_ascii=not is_utf8)
    return text if text.isascii() or text.isprintable() else json.dumps(value)
