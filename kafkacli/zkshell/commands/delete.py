"""delete: remove one znode."""

from __future__ import annotations

from kafkacli import console
from kafkacli.zkshell.command import Command
from kafkacli.zkshell.errors import java_integer
from kafkacli.zkshell.parse import DRY_RUN, Options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.zkshell.parse import Parsed
    from kafkacli.zkshell.znodes import Znodes


def _run(znodes: Znodes, parsed: Parsed) -> None:
    if len(parsed.words) > 2:  # the version given so has no effect
        console.err("'delete path [version]' has been deprecated. Please use 'delete [-v version] path' instead.")
    znodes.delete(parsed.words[1], java_integer(parsed.options.get("v", "-1")))


COMMAND = Command("delete", "[-v version] path", _run, Options((DRY_RUN,), ("v",)))
