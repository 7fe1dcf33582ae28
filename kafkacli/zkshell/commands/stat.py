"""stat: a znode's Stat."""

from __future__ import annotations

from kafkacli.zkshell.command import Command
from kafkacli.zkshell.errors import OperationError
from kafkacli.zkshell.parse import Options
from kafkacli.zkshell.printing import print_stat
from kafkacli.zookeeper.protocol import Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.zkshell.parse import Parsed
    from kafkacli.zkshell.znodes import Znodes


def _run(znodes: Znodes, parsed: Parsed) -> None:
    path = parsed.words[1]
    stat = znodes.exists(path, watch="w" in parsed)
    if stat is None:
        raise OperationError(Error.NO_NODE, path)
    if parsed.wants_json:
        from kafkacli.zkshell.json_output import print_json, stat_value

        print_json({"path": path, "stat": stat_value(stat)})
        return
    print_stat(stat)


COMMAND = Command("stat", "[-w] path", _run, Options("w", ("output",)), old_watch="[-w] path")
