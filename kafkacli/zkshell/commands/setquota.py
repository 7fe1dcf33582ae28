"""setquota: limit the znodes or the bytes at a path and below."""

from __future__ import annotations

from kafkacli.zkshell.command import Command
from kafkacli.zkshell.errors import java_integer
from kafkacli.zkshell.parse import DRY_RUN, Options
from kafkacli.zkshell.quotas import Track, set_quota

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.zkshell.parse import Parsed
    from kafkacli.zkshell.znodes import Znodes


def _run(znodes: Znodes, parsed: Parsed) -> None:
    if "b" in parsed:
        limit = Track(byte_count=java_integer(parsed.options["b"], 64))
    else:
        limit = Track(count=java_integer(parsed.options["n"]))
    set_quota(znodes, parsed.words[1], limit)


COMMAND = Command(
    "setquota",
    "-n|-b val path",
    _run,
    Options((DRY_RUN,), ("b", "n"), group={"b": "bytes quota", "n": "num quota"}, group_required=True),
)
