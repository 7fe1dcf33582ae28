"""du: how many znodes and bytes of data there are in a subtree and in those below it."""

from __future__ import annotations

from kafkacli.zkshell.command import Command
from kafkacli.zkshell.parse import Options
from kafkacli.zkshell.scan import readable, scan
from kafkacli.zkshell.tables import print_table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kafkacli.zkshell.parse import Parsed
    from kafkacli.zkshell.scan import Entry
    from kafkacli.zkshell.znodes import Znodes


class _Total:
    """A subtree's sums."""

    __slots__ = ("data_bytes", "path", "znodes")

    def __init__(self, path: str) -> None:
        self.path = path
        self.znodes = self.data_bytes = 0


def _run(znodes: Znodes, parsed: Parsed) -> None:
    wants_json = parsed.wants_json
    shown_depth = parsed.number("depth")
    if shown_depth is None:
        shown_depth = 1
    totals: list[_Total] = []
    try:
        _count(readable(scan(znodes, parsed.words[1])), shown_depth, totals)
    finally:
        if totals:  # of what could be read
            _show(totals, wants_json)


def _count(entries: Iterable[Entry], shown_depth: int, totals: list[_Total]) -> None:
    """Add a total for each znode down to a depth, and count what is in it and below."""
    above: list[_Total] = []  # those that the walk is in
    for entry in entries:
        if entry.depth <= shown_depth:
            del above[entry.depth :]
            above.append(_Total(entry.path))
            totals.append(above[-1])
        for total in above:
            total.znodes += 1
            total.data_bytes += entry.stat.data_length


def _show(totals: list[_Total], wants_json: bool) -> None:
    if wants_json:
        from kafkacli.zkshell.json_output import print_json

        print_json([{"path": total.path, "znodes": total.znodes, "bytes": total.data_bytes} for total in totals])
    else:
        print_table(("BYTES", "ZNODES", "PATH"), [(total.data_bytes, total.znodes, total.path) for total in totals])


COMMAND = Command(
    "du",
    "[--depth N] [--output FORM] path",
    _run,
    Options(valued=("depth", "output")),
    summary="Count the znodes and their bytes of data below a path.",
)
