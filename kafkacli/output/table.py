"""Records as a table: a row for each, or for each record of the list inside; rich on a terminal, aligned text elsewhere."""

from __future__ import annotations

import json

from kafkacli import console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kafkacli.output.schema import Field

    Record = Mapping[str, object]

_GAP = "  "
_STREAMED = 12  # least columns of a cell of a stream, whose widest isn't known


def columns(fields: Sequence[Field]) -> list[str]:
    """Return the headings: the fields, those of a list of records in place of the list."""
    return [name for field in fields for name in (columns(field.fields) if field.is_list_of_records else [field.name])]


def rows(fields: Sequence[Field], records: Iterable[Record]) -> list[list[str]]:
    """Return the cells. What stands beside a list of records is said again in each of its rows."""
    found: list[list[str]] = []
    for record in records:
        found += _rows(fields, record)
    return found


def show_table(fields: Sequence[Field], records: Iterable[Record]) -> None:
    """Write a table to stdout."""
    headings, cells = columns(fields), rows(fields, records)
    numeric = [_is_numeric(field) for field in _leaves(fields)]
    if console.is_terminal():
        _show_rich(headings, cells, numeric)
        return
    lines = [[heading.upper() for heading in headings], *cells]
    widths = [max(len(line[number]) for line in lines) for number in range(len(headings))]
    for line in lines:
        console.data(_aligned(line, widths, numeric))


def show_streamed(fields: Sequence[Field], record: Record, *, is_first: bool) -> None:
    """Write one record of a stream to stdout, the headings before the first."""
    headings = [heading.upper() for heading in columns(fields)]
    widths = [max(_STREAMED, len(heading)) for heading in headings]
    for line in ([headings] if is_first else []) + rows(fields, [record]):
        console.data(_aligned(line, widths, [_is_numeric(field) for field in _leaves(fields)]))


def _aligned(line: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> str:
    cells = zip(line, widths, numeric, strict=True)
    return _GAP.join(f"{cell:>{width}}" if right else f"{cell:<{width}}" for cell, width, right in cells).rstrip()


def _leaves(fields: Sequence[Field]) -> list[Field]:
    return [leaf for field in fields for leaf in (_leaves(field.fields) if field.is_list_of_records else [field])]


def _is_numeric(field: Field) -> bool:
    return field.kind.rstrip("?") in ("integer", "number")


def _rows(fields: Sequence[Field], record: Record) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for field in fields:
        value = record[field.name]
        if field.is_list_of_records and isinstance(value, list):
            inner = rows(field.fields, value) or [["-"] * len(columns(field.fields))]
            found = [[*row, *more] for row in found for more in inner]
        else:
            found = [[*row, _cell(value)] for row in found]
    return found


def _cell(value: object) -> str:
    if value is None or value in ([], {}, ""):
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ",".join(f"{key}={_cell(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return ",".join(map(_cell, value))
    text = str(value)
    return text if text.isprintable() else json.dumps(text)


def _show_rich(headings: Sequence[str], cells: Sequence[Sequence[str]], numeric: Sequence[bool]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=None, pad_edge=False, header_style="bold cyan")
    for heading, right in zip(headings, numeric, strict=True):
        shown.add_column(heading, justify="right" if right else "left", overflow="fold")
    for row in cells:
        shown.add_row(*map(Text, row))
    terminal = Console(width=console.width())
    with terminal.capture() as captured:
        terminal.print(shown)
    console.data(captured.get().rstrip("\n"))
