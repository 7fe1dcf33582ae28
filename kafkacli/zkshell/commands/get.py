"""get: a znode's data."""

from __future__ import annotations

from kafkacli import console
from kafkacli.zkshell.command import Command
from kafkacli.zkshell.errors import CommandError, OperationError
from kafkacli.zkshell.parse import Options
from kafkacli.zkshell.printing import data_text, print_stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.zkshell.parse import Parsed
    from kafkacli.zkshell.znodes import Znodes


def _run(znodes: Znodes, parsed: Parsed) -> None:
    try:
        data, stat = znodes.get(parsed.words[1], watch="w" in parsed)
    except OperationError as error:
        raise CommandError(error.java_text) from None  # the one command that shows it so
    if parsed.wants_json:
        from kafkacli.zkshell.json_output import data_fields, print_json, stat_value

        print_json({"path": parsed.words[1], **data_fields(data), "stat": stat_value(stat)})
        return
    console.out(data_text(data))
    if "s" in parsed:
        print_stat(stat)


COMMAND = Command("get", "[-s] [-w] path", _run, Options("sw", ("output",)), old_watch="[-s] [-w] path")
