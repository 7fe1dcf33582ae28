"""set: replace a znode's data."""

from __future__ import annotations

from kafkacli.zkshell.command import Command
from kafkacli.zkshell.errors import java_integer
from kafkacli.zkshell.parse import DRY_RUN, Options
from kafkacli.zkshell.printing import print_stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.zkshell.parse import Parsed
    from kafkacli.zkshell.znodes import Znodes


def _run(znodes: Znodes, parsed: Parsed) -> None:
    data = parsed.words[2].encode("utf-8", "surrogateescape")
    stat = znodes.set(parsed.words[1], data, java_integer(parsed.options.get("v", "-1")))
    if parsed.wants_json:
        from kafkacli.zkshell.json_output import print_json, stat_value

        print_json({"path": parsed.words[1], "stat": stat_value(stat)})
    elif "s" in parsed:
        print_stat(stat)


COMMAND = Command("set", "[-s] [-v version] path data", _run, Options(("s", DRY_RUN), ("v", "output")), minimum=3)
