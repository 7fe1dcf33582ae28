"""ls: the children of a znode, or all below it."""

from __future__ import annotations

from kafkacli import console
from kafkacli.zkshell.command import Command
from kafkacli.zkshell.errors import CommandError
from kafkacli.zkshell.parse import Options
from kafkacli.zkshell.paths import walk
from kafkacli.zkshell.printing import print_stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.zkshell.parse import Parsed
    from kafkacli.zkshell.znodes import Znodes

_OPTIONS = {"?": "help", "R": "recurse", "s": "stat", "w": "watch"}


def _run(znodes: Znodes, parsed: Parsed) -> None:
    if "?" in parsed:
        console.out("usage: ls [options] path")
        for letter, meaning in _OPTIONS.items():
            console.out(f" -{letter}   {meaning}")
    if len(parsed.words) < 2:
        raise CommandError(f"{COMMAND.name} {COMMAND.usage}")
    path, watch = parsed.words[1], "w" in parsed
    if parsed.wants_json:
        _print_json(znodes, path, watch, deep="R" in parsed)
        return
    if "R" in parsed:
        for found in walk(znodes, path, watch=watch):
            console.out(found)
        return
    children, stat = znodes.children(path, watch=watch)
    console.write(f"[{', '.join(sorted(children))}]")
    if "s" in parsed:
        print_stat(stat)
    console.write("\n")


def _print_json(znodes: Znodes, path: str, watch: bool, *, deep: bool) -> None:
    """Write the children by name with the Stat, or an array of the path and all below it."""
    from kafkacli.zkshell.json_output import json_array, print_json, stat_value

    if not deep:
        children, stat = znodes.children(path, watch=watch)
        print_json({"path": path, "children": sorted(children), "stat": stat_value(stat)})
        return
    with json_array() as add:
        for found in walk(znodes, path, watch=watch):
            add(found)


COMMAND = Command(
    "ls", "[-s] [-w] [-R] path", _run, Options("".join(_OPTIONS), ("output",)), minimum=1, old_watch="[-w] path"
)
