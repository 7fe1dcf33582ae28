"""delquota: remove a path's quota, or one of its two limits."""

from __future__ import annotations

from kafkacli import console
from kafkacli.zkshell.command import Command
from kafkacli.zkshell.parse import DRY_RUN, Options
from kafkacli.zkshell.quotas import LIMITS, Track, remove_quota
from kafkacli.zookeeper.paths import QUOTA_PATH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.zkshell.parse import Parsed
    from kafkacli.zkshell.znodes import Znodes


def _run(znodes: Znodes, parsed: Parsed) -> None:
    path = parsed.words[1]
    limits = parsed.options.keys() - {DRY_RUN}
    if not limits and len(parsed.words) > 2:
        return
    limits_path = f"{QUOTA_PATH}{path}/{LIMITS}"
    if znodes.exists(limits_path) is None:
        console.out(f"Quota does not exist for {path}")
        return
    limit = Track.decode(znodes.get(limits_path)[0])
    if not limits:
        remove_quota(znodes, path)
        return
    if "b" in parsed:
        limit.byte_count = -1
    else:
        limit.count = -1
    znodes.set(limits_path, limit.encode())


COMMAND = Command(
    "delquota", "[-n|-b] path", _run, Options(("b", "n", DRY_RUN), group={"b": "bytes quota", "n": "num quota"})
)
