"""import: what `export` wrote, created below a path; what is there already is set."""

from __future__ import annotations

import sys

from kafkacli import console
from kafkacli.zkshell.command import Command
from kafkacli.zkshell.copies import plant
from kafkacli.zkshell.errors import CommandError
from kafkacli.zkshell.exported import read_znodes
from kafkacli.zkshell.parse import DRY_RUN, Options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.zkshell.parse import Parsed
    from kafkacli.zkshell.znodes import Znodes


def _run(znodes: Znodes, parsed: Parsed) -> None:
    _, top, file = parsed.words[:3]
    if file == "-":
        planted = plant(znodes, top, read_znodes(sys.stdin, "stdin"))
    else:
        try:
            with open(file, encoding="utf-8") as stream:
                planted = plant(znodes, top, read_znodes(stream, file))
        except OSError as error:
            raise CommandError(f"import: {console.reason(error)}") from None
    planted.show(as_json=parsed.wants_json)


COMMAND = Command(
    "import",
    "[--dry-run] [--output FORM] path file|-",
    _run,
    Options((DRY_RUN,), ("output",)),
    minimum=3,
    summary="Create or set a subtree from what export wrote.",
)
