"""setAcl: say who may do what with a znode, or with it and all below it."""

from __future__ import annotations

from kafkacli import console
from kafkacli.zkshell.acl import parse_acl
from kafkacli.zkshell.command import Command
from kafkacli.zkshell.errors import OperationError, java_integer
from kafkacli.zkshell.parse import DRY_RUN, Options
from kafkacli.zkshell.paths import walk
from kafkacli.zkshell.printing import print_stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.zkshell.parse import Parsed
    from kafkacli.zkshell.znodes import Znodes


def _run(znodes: Znodes, parsed: Parsed) -> None:
    path = parsed.words[1]
    acl = parse_acl(parsed.words[2])
    version = java_integer(parsed.options.get("v", "-1"))
    if "R" not in parsed:
        stat = znodes.set_acl(path, acl, version)
        if parsed.wants_json:
            from kafkacli.zkshell.json_output import print_json, stat_value

            print_json({"path": path, "stat": stat_value(stat)})
        elif "s" in parsed:
            print_stat(stat)
        return
    for found in walk(znodes, path):
        try:
            znodes.set_acl(found, acl, version)
        except OperationError as error:
            console.write(str(error))  # without a line's end, as the original


COMMAND = Command(
    "setAcl", "[-s] [-v version] [-R] path acl", _run, Options(("s", "R", DRY_RUN), ("v", "output")), minimum=3
)
