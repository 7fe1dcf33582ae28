"""listquota: a path's quota, and what is used of it."""

from __future__ import annotations

from kafkacli import console
from kafkacli.zkshell.command import Command
from kafkacli.zkshell.errors import OperationError
from kafkacli.zkshell.quotas import LIMITS, STATS, Track
from kafkacli.zookeeper.paths import QUOTA_PATH
from kafkacli.zookeeper.protocol import Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.zkshell.parse import Parsed
    from kafkacli.zkshell.znodes import Znodes


def _run(znodes: Znodes, parsed: Parsed) -> None:
    path = parsed.words[1]
    quota_path = QUOTA_PATH + path
    console.err(f"absolute path is {quota_path}/{LIMITS}")
    try:
        for kind, name in (("quota", LIMITS), ("stat", STATS)):
            console.out(f"Output {kind} for {path} {Track.decode(znodes.get(f'{quota_path}/{name}')[0])}")
    except OperationError as error:
        if error.code != Error.NO_NODE:
            raise
        console.err(f"quota for {path} does not exist.")


COMMAND = Command("listquota", "path", _run)
