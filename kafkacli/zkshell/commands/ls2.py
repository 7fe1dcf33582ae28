"""ls2: the old way to have a znode's children with its Stat; in the server's order."""

from __future__ import annotations

from kafkacli import console
from kafkacli.zkshell.command import Command
from kafkacli.zkshell.parse import Options
from kafkacli.zkshell.printing import print_stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.zkshell.parse import Parsed
    from kafkacli.zkshell.znodes import Znodes


def _run(znodes: Znodes, parsed: Parsed) -> None:
    console.err("'ls2' has been deprecated. Please use 'ls [-s] path' instead.")
    children, stat = znodes.children(parsed.words[1], watch=len(parsed.words) > 2)
    if parsed.wants_json:
        from kafkacli.zkshell.json_output import print_json, stat_value

        print_json({"path": parsed.words[1], "children": sorted(children), "stat": stat_value(stat)})
        return
    console.out(f"[{', '.join(children)}]")
    print_stat(stat)


COMMAND = Command("ls2", "path [watch]", _run, Options(valued=("output",)))
