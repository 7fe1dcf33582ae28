"""tree: a znode and all below it, drawn."""

from __future__ import annotations

import sys

from kafkacli import console
from kafkacli.zkshell.command import Command
from kafkacli.zkshell.parse import Options
from kafkacli.zkshell.scan import readable, scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kafkacli.zkshell.parse import Parsed
    from kafkacli.zkshell.scan import Entry
    from kafkacli.zkshell.znodes import Znodes

_LINES = ("├── ", "└── ", "│   ")
_LINES_IN_ASCII = ("|-- ", "`-- ", "|   ")


def _run(znodes: Znodes, parsed: Parsed) -> None:
    wants_json = parsed.wants_json
    entries = readable(scan(znodes, parsed.words[1], max_depth=parsed.number("depth")))
    if wants_json:
        _print_json(entries)
        return
    inner, last, passing = _LINES if "utf" in (sys.stdout.encoding or "").lower() else _LINES_IN_ASCII
    margins: list[str] = []  # of the levels above
    for entry in entries:
        mark = " (ephemeral)" if entry.is_ephemeral else ""
        if entry.depth == 0:
            console.out(entry.path)
            continue
        del margins[entry.depth - 1 :]
        console.out(f"{''.join(margins)}{last if entry.is_last else inner}{entry.name}{mark}")
        margins.append("    " if entry.is_last else passing)


def _print_json(entries: Iterator[Entry]) -> None:
    """Write nested objects as the walk goes: name, ephemeral, children."""
    from kafkacli.zkshell.json_output import json_text

    depth = -1
    try:
        for entry in entries:
            if entry.depth <= depth:
                console.write("]}" * (depth - entry.depth + 1) + ",")
            if entry.depth:
                console.write("\n" + " " * entry.depth)
            fields = json_text({"name": entry.name if entry.depth else entry.path, "ephemeral": entry.is_ephemeral})
            console.write(f'{fields[:-1]}, "children": [')
            depth = entry.depth
    finally:
        if depth >= 0:
            console.out("]}" * (depth + 1))


COMMAND = Command(
    "tree",
    "[--depth N] [--output FORM] path",
    _run,
    Options(valued=("depth", "output")),
    summary="Draw a znode and all below it.",
)
