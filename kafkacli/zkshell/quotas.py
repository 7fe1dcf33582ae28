"""Quotas: znodes below /zookeeper/quota that mirror the path, with `zookeeper_limits` and `zookeeper_stats` at its end.

Both hold `count=N,bytes=N`, -1 for no limit.
Sources: Quotas.java, StatsTrack.java, cli/SetQuotaCommand.java, cli/DelQuotaCommand.java (ZooKeeper 3.5.9).
"""

from __future__ import annotations

from kafkacli.zkshell.errors import OperationError, java_integer
from kafkacli.zookeeper.acl import OPEN_ACL_UNSAFE
from kafkacli.zookeeper.paths import QUOTA_PATH
from kafkacli.zookeeper.protocol import CreateFlag, Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.zkshell.znodes import Znodes

LIMITS = "zookeeper_limits"
STATS = "zookeeper_stats"


class Track:
    """The content of a quota's znode: a number of znodes and of bytes."""

    __slots__ = ("byte_count", "count")

    def __init__(self, count: int = -1, byte_count: int = -1) -> None:
        self.count = count
        self.byte_count = byte_count

    @classmethod
    def decode(cls, data: bytes | None) -> Track:
        """Read it. Raises ValueError."""
        text = (data or b"").decode("utf-8", "replace")
        parts = [part.split("=") for part in text.split(",")]
        if len(parts) != 2 or any(len(part) < 2 for part in parts):
            raise ValueError(f"invalid string {text}")
        return cls(java_integer(parts[0][1]), java_integer(parts[1][1], 64))

    def __str__(self) -> str:
        return f"count={self.count},bytes={self.byte_count}"

    def encode(self) -> bytes:
        """Return the bytes for the znode."""
        return str(self).encode()


def set_quota(znodes: Znodes, path: str, limit: Track) -> None:
    """Limit what may be at a path and below; -1 leaves that limit as it is.

    Raises ValueError when the path isn't there, or one above or below it has a quota.
    """
    if znodes.exists(path) is None:
        raise ValueError(f"{path} does not exist.")
    _check_no_quota_near(znodes, path)
    for ancestor in (QUOTA_PATH.rpartition("/")[0], QUOTA_PATH):  # below a chroot they may be missing
        _create_if_absent(znodes, ancestor, None)
    quota_path = QUOTA_PATH
    for name in path.split("/")[1:]:
        quota_path += f"/{name}"
        _create_if_absent(znodes, quota_path, None)
    if _create_if_absent(znodes, f"{quota_path}/{LIMITS}", limit.encode()):
        _create_if_absent(znodes, f"{quota_path}/{STATS}", Track(0, 0).encode())
        return
    current = Track.decode(znodes.get(f"{quota_path}/{LIMITS}")[0])
    if limit.byte_count != -1:
        current.byte_count = limit.byte_count
    if limit.count != -1:
        current.count = limit.count
    znodes.set(f"{quota_path}/{LIMITS}", current.encode())


def remove_quota(znodes: Znodes, path: str) -> None:
    """Remove a path's quota, and the znodes above it that are of no use any more."""
    quota_path = QUOTA_PATH + path
    for name in znodes.children(quota_path)[0]:
        znodes.delete(f"{quota_path}/{name}")
    while quota_path != QUOTA_PATH and not znodes.children(quota_path)[0]:
        znodes.delete(quota_path)
        quota_path = quota_path.rpartition("/")[0]


def _check_no_quota_near(znodes: Znodes, path: str) -> None:
    for name in _children(znodes, QUOTA_PATH + path):
        if not name.startswith("zookeeper_"):
            raise ValueError(f"{path} has child {name} which has a quota")
    quota_path = QUOTA_PATH
    for part in filter(None, path.split("/")):
        quota_path += f"/{part}"
        names = _children(znodes, quota_path)
        if not names:
            return
        if LIMITS in names:
            raise ValueError(f"{path} has a parent {quota_path} which has a quota")


def _children(znodes: Znodes, path: str) -> list[str]:
    try:
        return znodes.children(path)[0]
    except OperationError as error:
        if error.code == Error.NO_NODE:
            return []
        raise


def _create_if_absent(znodes: Znodes, path: str, data: bytes | None) -> bool:
    try:
        znodes.create(path, data, list(OPEN_ACL_UNSAFE), CreateFlag.PERSISTENT)
    except OperationError as error:
        if error.code == Error.NODE_EXISTS:
            return False
        raise
    return True
