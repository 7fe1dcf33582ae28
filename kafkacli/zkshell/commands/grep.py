"""grep: the lines of data below a znode that fit a pattern. None is a failure without words, as grep's own is."""

from __future__ import annotations

import re

from kafkacli import console
from kafkacli.zkshell.command import Command
from kafkacli.zkshell.errors import CommandError
from kafkacli.zkshell.parse import Options
from kafkacli.zkshell.scan import readable, scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kafkacli.zkshell.parse import Parsed
    from kafkacli.zkshell.znodes import Znodes


def _run(znodes: Znodes, parsed: Parsed) -> None:
    try:
        pattern = re.compile(parsed.words[1], re.IGNORECASE if "i" in parsed else 0)
    except re.error as error:
        raise CommandError(f"grep: {parsed.words[1]}: {error}") from None
    found = _find(znodes, parsed.words[2], pattern, names_only="l" in parsed)
    matched = False
    if parsed.wants_json:
        from kafkacli.zkshell.json_output import json_array

        with json_array() as add:
            for path, line in found:
                matched = True
                add({"path": path} if line is None else {"path": path, "line": line})
    else:
        for path, line in found:
            matched = True
            console.out(path if line is None else f"{path}: {line}")
    if not matched:
        raise CommandError("")


def _find(znodes: Znodes, top: str, pattern: re.Pattern[str], *, names_only: bool) -> Iterator[tuple[str, str | None]]:
    """Yield path and line, which is None when only names are wanted."""
    for entry in readable(scan(znodes, top, data=True)):
        for line in (entry.data or b"").decode("utf-8", "replace").splitlines():
            if pattern.search(line):
                yield entry.path, None if names_only else line
                if names_only:
                    break


COMMAND = Command(
    "grep",
    "[-i] [-l] [--output FORM] pattern path",
    _run,
    Options("il", ("output",)),
    minimum=3,
    summary="Search the data below a path for a regular expression.",
)
