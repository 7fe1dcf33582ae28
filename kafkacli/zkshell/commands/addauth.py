"""addauth: prove an identity to the server."""

from __future__ import annotations

from kafkacli.zkshell.command import Command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.zkshell.parse import Parsed
    from kafkacli.zkshell.znodes import Znodes


def _run(znodes: Znodes, parsed: Parsed) -> None:
    scheme, *rest = (word.encode("utf-8", "replace").decode() for word in parsed.words[1:3])
    znodes.session.add_auth(scheme, rest[0] if rest else None)


COMMAND = Command("addauth", "scheme auth", _run)
