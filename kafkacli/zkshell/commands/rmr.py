"""rmr: the old name of deleteall."""

from __future__ import annotations

from kafkacli import console
from kafkacli.zkshell.command import Command
from kafkacli.zkshell.commands.deleteall import delete_all
from kafkacli.zkshell.parse import DRY_RUN, Options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.zkshell.parse import Parsed
    from kafkacli.zkshell.znodes import Znodes


def _run(znodes: Znodes, parsed: Parsed) -> None:
    console.err("The command 'rmr' has been deprecated. Please use 'deleteall' instead.")
    delete_all(znodes, parsed.words[1])


COMMAND = Command("rmr", "path", _run, Options((DRY_RUN,)))
