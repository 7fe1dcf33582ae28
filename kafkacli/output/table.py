"""Records as a table: a row for each, or for each record of the list inside; rich on a terminal, aligned text elsewhere."""

from __future__ import annotations

import json

from kafkacli import console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Literal

    from kafkacli.output.schema import Field

    Record = Mapping[str, object]

_GAP = "  "
_FOLDED = 24  # columns that a longer text keeps where a terminal is narrow
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
    _show(columns(fields), rows(fields, records), [_is_numeric(field) for field in _leaves(fields)])


def show_rows(headings: Sequence[str], records: Sequence[Record]) -> None:
    """Write a table of records that have some of these fields each, and no schema."""
    cells = [[_cell(record.get(heading)) for heading in headings] for record in records]
    kinds = [{type(record.get(heading)) for record in records} for heading in headings]
    _show(headings, cells, [kind <= {int, type(None)} for kind in kinds])


def _show(headings: Sequence[str], cells: Sequence[Sequence[str]], numeric: Sequence[bool]) -> None:
    if console.is_terminal():
        _show_rich(headings, cells, numeric)
        return
    lines = [[heading.upper() for heading in headings], *cells]
    widths = [max(len(line[number]) for line in lines) for number in range(len(headings))]
    for line in lines:
        console.data(_aligned(line, widths, numeric))


def show_streamed(fields: Sequence[Field], record: Record, *, is_first: bool) -> None:
    """Write one record of a stream to stdout, the headings before the first."""
    for line in streamed(fields, record, is_first=is_first):
        console.data(line)


def streamed(fields: Sequence[Field], record: Record, *, is_first: bool) -> list[str]:
    """Return the lines of one record of a stream, the headings before the first."""
    headings = [heading.upper() for heading in columns(fields)]
    widths = [max(_STREAMED, len(heading)) for heading in headings]
    numeric = [_is_numeric(field) for field in _leaves(fields)]
    return [_aligned(line, widths, numeric) for line in ([headings] if is_first else []) + rows(fields, [record])]


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
    """Fit a table to the terminal: headings fold at their words, long text at its commas or the column's edge.

    Where that is not enough, columns go that say nothing in any row; then each row becomes a block of lines.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    width = console.width()
    found = [
        _Column(heading.replace("_", " "), [row[number] for row in cells], is_whole=numeric[number])
        for number, heading in enumerate(headings)
    ]
    widths = _fitted(found, width)
    if widths is None:
        found = [column for column in found if any(cell != "-" for cell in column.cells)] or found
        widths = _fitted(found, width)
    shown: Text | Table
    if widths is None:
        longest = max(len(column.heading) for column in found)
        blocks = [
            Text("\n").join(
                Text.assemble((f"{column.heading:<{longest}}", "bold cyan"), _GAP, column.cells[number])
                for column in found
            )
            for number in range(len(cells))
        ]
        shown = Text("\n\n").join(blocks)
    else:
        shown = Table(box=None, padding=(0, len(_GAP), 0, 0), pad_edge=False, header_style="bold cyan")
        for column, columns_wide in zip(found, widths, strict=True):
            justify: Literal["left", "right"] = "right" if column.is_whole else "left"
            shown.add_column(column.heading, justify=justify, overflow="fold", width=columns_wide)
        for number in range(len(cells)):
            shown.add_row(*(Text(column.cells[number]) for column in found))
    terminal = Console(width=width)
    with terminal.capture() as captured:
        terminal.print(shown)
    console.data("\n".join(line.rstrip() for line in captured.get().splitlines()))


class _Column:
    """A column on a terminal. is_whole: its cells must not be folded. least, most: its width, folded and not."""

    def __init__(self, heading: str, cells: Sequence[str], *, is_whole: bool) -> None:
        self.heading = heading
        self.cells = [cell if len(cell) <= _FOLDED else cell.replace(",", ", ") for cell in cells]
        self.is_whole = is_whole
        longest = max(map(len, self.cells), default=0)
        self.most = max(len(heading), longest)
        self.least = max(*map(len, heading.split(" ")), longest if is_whole else min(longest, _FOLDED))


def _fitted(found: Sequence[_Column], width: int) -> list[int] | None:
    """Return how wide each column may be, None when they don't fit."""
    spare = width - len(_GAP) * (len(found) - 1) - sum(column.least for column in found)
    if spare < 0:
        return None
    widths = []
    for column in found:
        more = min(spare, column.most - column.least)
        widths.append(column.least + more)
        spare -= more
    return widths
