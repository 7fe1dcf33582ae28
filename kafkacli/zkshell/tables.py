"""Tables: aligned plain text in pipes, with colour on terminals."""

from __future__ import annotations

from kafkacli import console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def print_heading(text: str) -> None:
    """Write the line above a table."""
    if console.is_terminal():
        from rich.text import Text

        _write_rich(Text(text, style="bold cyan"))
    else:
        console.out(text)


def print_table(headers: Sequence[str], rows: Sequence[Sequence[str | int]]) -> None:
    """Write a table; columns of numbers are aligned at the right, and text that starts with ! is a warning."""
    right = [bool(rows) and all(isinstance(row[index], int) for row in rows) for index in range(len(headers))]
    cells = [[str(cell) for cell in row] for row in rows]
    if console.is_terminal():
        _print_rich(headers, cells, right)
        return
    widths = [max(map(len, column)) for column in zip(headers, *cells, strict=True)]
    for row in (headers, *cells):
        parts = [
            cell.rjust(width) if at_right else cell.ljust(width)
            for cell, width, at_right in zip(row, widths, right, strict=True)
        ]
        console.out("  ".join(parts).rstrip())


def _print_rich(headers: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for header, at_right in zip(headers, right, strict=True):
        table.add_column(header, justify="right" if at_right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell, style="bold red" if cell.startswith("!") else "") for cell in row))
    _write_rich(table)


def _write_rich(shown: object) -> None:
    from io import StringIO

    from rich.console import Console

    text = StringIO()
    Console(file=text, force_terminal=True, width=console.width()).print(shown)
    console.write(text.getvalue())
