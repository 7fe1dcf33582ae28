"""close: end the session, and with it its ephemeral znodes."""

from __future__ import annotations

from kafkacli.zkshell.command import Command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.zkshell.parse import Parsed
    from kafkacli.zkshell.znodes import Znodes


def _run(znodes: Znodes, _parsed: Parsed) -> None:
    znodes.session.close()


COMMAND = Command("close", "", _run, minimum=1)
