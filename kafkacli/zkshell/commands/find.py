"""find: the paths below a znode that fit."""

from __future__ import annotations

from kafkacli import console
from kafkacli.zkshell.command import Command
from kafkacli.zkshell.parse import Options
from kafkacli.zkshell.scan import readable, scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kafkacli.zkshell.parse import Parsed
    from kafkacli.zkshell.znodes import Znodes


def _run(znodes: Znodes, parsed: Parsed) -> None:
    if not parsed.wants_json:
        for path in _find(znodes, parsed):
            console.out(path)
        return
    from kafkacli.zkshell.json_output import json_array

    with json_array() as add:
        for path in _find(znodes, parsed):
            add(path)


def _find(znodes: Znodes, parsed: Parsed) -> Iterator[str]:
    from fnmatch import fnmatchcase

    pattern = parsed.options.get("name", "*")
    for entry in readable(scan(znodes, parsed.words[1], max_depth=parsed.number("depth"))):
        if fnmatchcase(entry.name, pattern) and (entry.is_ephemeral or "ephemeral" not in parsed):
            yield entry.path


COMMAND = Command(
    "find",
    "[--name GLOB] [--ephemeral] [--depth N] [--output FORM] path",
    _run,
    Options(("ephemeral",), ("name", "depth", "output")),
    summary="List the znodes below a path whose name fits a pattern.",
)
