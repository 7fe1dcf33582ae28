"""sync: wait until the server has caught up with its leader."""

from __future__ import annotations

from kafkacli import console
from kafkacli.zkshell.command import Command
from kafkacli.zkshell.errors import OperationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.zkshell.parse import Parsed
    from kafkacli.zkshell.znodes import Znodes


def _run(znodes: Znodes, parsed: Parsed) -> None:
    try:
        znodes.sync(parsed.words[1])
    except OperationError as error:
        console.out(f"Sync has failed. rc={int(error.code)}")
    else:
        console.out("Sync is OK")


COMMAND = Command("sync", "path", _run)
