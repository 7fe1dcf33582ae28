"""cp: copy a znode, or with -r all below it too; data and ACLs. What is there already is set."""

from __future__ import annotations

from kafkacli.zkshell.command import Command
from kafkacli.zkshell.copies import plant, take_up
from kafkacli.zkshell.errors import CommandError
from kafkacli.zkshell.parse import DRY_RUN, Options
from kafkacli.zkshell.paths import check_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.zkshell.parse import Parsed
    from kafkacli.zkshell.znodes import Znodes


def _run(znodes: Znodes, parsed: Parsed) -> None:
    source, target = parsed.words[1:3]
    check_path(source)
    check_path(target)
    if f"{target}/".startswith(f"{source.rstrip('/')}/"):
        raise CommandError(f"cp: {target} is {source} or below it")
    plant(znodes, target, take_up(znodes, source, max_depth=None if "r" in parsed else 0)).show(
        as_json=parsed.wants_json
    )


COMMAND = Command(
    "cp",
    "[-r] [--dry-run] [--output FORM] source target",
    _run,
    Options(("r", DRY_RUN), ("output",)),
    minimum=3,
    summary="Copy a znode with its ACL; -r: and all below it.",
)
