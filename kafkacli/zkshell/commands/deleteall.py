"""deleteall: remove a znode and all below it."""

from __future__ import annotations

from kafkacli.zkshell.command import Command
from kafkacli.zkshell.parse import DRY_RUN, Options
from kafkacli.zkshell.paths import check_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.zkshell.parse import Parsed
    from kafkacli.zkshell.znodes import Znodes


def _run(znodes: Znodes, parsed: Parsed) -> None:
    delete_all(znodes, parsed.words[1])


def delete_all(znodes: Znodes, path: str) -> None:
    """Remove a znode and all below it, the deepest first, siblings by name. Raises CommandError and OperationError."""
    check_path(path)
    found = [path]
    for node in found:
        found += [f"{node}/{name}" for name in sorted(znodes.children(node)[0], reverse=True)]
    for node in reversed(found):
        znodes.delete(node)


COMMAND = Command("deleteall", "path", _run, Options((DRY_RUN,)))
