"""Quotas: how many znodes and bytes lie below a path that has one, and a warning when it is exceeded; nothing is refused.

    /zookeeper/quota/PATH/zookeeper_limits   count=N,bytes=M  what is allowed, -1: anything; its being there makes the quota
    /zookeeper/quota/PATH/zookeeper_stats    count=N,bytes=M  what there is: kept up to date without a transaction, version
                                             or zxid, and counted anew by each start

A change counts for the longest path with a quota that it lies in.
Source: DataTree.updateCount, updateBytes and setupQuota, StatsTrack.java (3.5.9).
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from kafkacli.zookeeper.paths import QUOTA_PATH

if TYPE_CHECKING:
    from kafkacli.zookeeper.tree import Znode

LIMITS_NAME = "zookeeper_limits"
STATS_NAME = "zookeeper_stats"
_BELOW = QUOTA_PATH + "/"
_TRACK = re.compile(rb"[^=,]*=(-?\d+),[^=,]*=(-?\d+)")
_log = logging.getLogger("org.apache.zookeeper.server.DataTree")


class Quotas:
    """The paths with a quota, and the counts kept for them in the tree's own znodes."""

    def __init__(self, nodes: dict[str, Znode]) -> None:
        self._nodes = nodes
        self.paths: set[str] = set()  # that have a quota

    def find(self) -> None:
        """Look for every quota in the tree and count what lies below it."""
        self.paths.clear()
        for path in [path for path in self._nodes if path.endswith("/" + LIMITS_NAME)]:
            if path.startswith(_BELOW):
                self.created(path)
                self._count(path[len(QUOTA_PATH) : -len(LIMITS_NAME) - 1])

    def created(self, path: str) -> None:
        """Take note of a new znode: it may make a quota, or ask for a count; its own size counts."""
        if path.startswith(_BELOW):
            of, _, name = path[len(QUOTA_PATH) :].rpartition("/")
            if name == LIMITS_NAME and of:
                self.paths.add(of)
            elif name == STATS_NAME and of:
                self._count(of)
        if self.paths:
            self.changed(path, 1, len(self._nodes[path].data or b""))

    def deleted(self, path: str, data: bytes | None) -> None:
        """Take note of a znode that went."""
        if path.startswith(_BELOW) and path.endswith("/" + LIMITS_NAME):
            self.paths.discard(path[len(QUOTA_PATH) : -len(LIMITS_NAME) - 1])
        if self.paths:
            self.changed(path, -1, -len(data or b""))

    def changed(self, path: str, count: int, size: int) -> None:
        """Add a difference to the counts of the quota that a path lies in, if any."""
        of = path if self.paths else ""
        while of and of not in self.paths:
            of = of.rpartition("/")[0]
        if not of:
            return
        stats, limits = (self._nodes.get(f"{QUOTA_PATH}{of}/{name}") for name in (STATS_NAME, LIMITS_NAME))
        now, allowed = _read(stats), _read(limits)
        if stats is None or now is None:
            return
        now = (now[0] + count, now[1] + size)
        stats.data = b"count=%d,bytes=%d" % now
        for name, value, limit in zip(("count", "bytes"), now, allowed or (-1, -1), strict=True):
            if -1 < limit < value:
                _log.warning("Quota exceeded: %s %s=%d limit=%d", of, name, value, limit)

    def _count(self, of: str) -> None:
        """Count what lies at and below a path, and write it down."""
        stats = self._nodes.get(f"{QUOTA_PATH}{of}/{STATS_NAME}")
        if stats is None:
            return
        count = size = 0
        rest = [of] if of in self._nodes else []
        while rest:
            path = rest.pop()
            node = self._nodes[path]
            count += 1
            size += len(node.data or b"")
            rest += [f"{path}/{name}" for name in node.children or ()]
        stats.data = b"count=%d,bytes=%d" % (count, size)


def _read(node: Znode | None) -> tuple[int, int] | None:
    """Return count and bytes of a znode's data, None when it is no such pair."""
    match = _TRACK.fullmatch(node.data or b"") if node is not None else None
    return (int(match[1]), int(match[2])) if match else None
