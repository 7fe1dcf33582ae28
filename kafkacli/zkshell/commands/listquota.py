"""listquota: a path's quota, and what is used of it."""

from __future__ import annotations

from kafkacli import console
from kafkacli.zkshell.command import Command
from kafkacli.zkshell.errors import OperationError
from kafkacli.zkshell.parse import Options
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
    if parsed.wants_json:
        _print_json(znodes, path, quota_path)
        return
    console.err(f"absolute path is {quota_path}/{LIMITS}")
    try:
        for kind, name in (("quota", LIMITS), ("stat", STATS)):
            console.out(f"Output {kind} for {path} {Track.decode(znodes.get(f'{quota_path}/{name}')[0])}")
    except OperationError as error:
        if error.code != Error.NO_NODE:
            raise
        console.err(f"quota for {path} does not exist.")


def _print_json(znodes: Znodes, path: str, quota_path: str) -> None:
    from kafkacli.zkshell.json_output import print_json

    found: list[int | None] = []
    for name in (LIMITS, STATS):
        try:
            track = Track.decode(znodes.get(f"{quota_path}/{name}")[0])
        except OperationError as error:
            if error.code != Error.NO_NODE:
                raise
            found += [None, None]
        else:
            found += [None if number == -1 else number for number in (track.count, track.byte_count)]
    names = ("countLimit", "bytesLimit", "count", "bytes")
    print_json({"path": path, **dict(zip(names, found, strict=True))})


COMMAND = Command("listquota", "path", _run, Options(valued=("output",)))
