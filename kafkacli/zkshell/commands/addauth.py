"""addauth: prove an identity to the server."""

from __future__ import annotations

from kafkacli.zkshell.command import Command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.zkshell.parse import Parsed
    from kafkacli.zkshell.znodes import Znodes


def _run(znodes: Znodes, parsed: Parsed) -> None:
    scheme = parsed.words[1]
    znodes.session.add_auth(scheme, parsed.words[2] if len(parsed.words) > 2 else None)


COMMAND = Command("addauth", "scheme auth", _run)
