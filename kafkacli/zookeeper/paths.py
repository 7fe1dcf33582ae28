"""Znode paths: which are allowed, and where one's parent is.

Source: PathUtils.java (3.5.9).
"""

from __future__ import annotations

import re

from kafkacli.zookeeper.protocol import Error, KeeperError

QUOTA_PATH = "/zookeeper/quota"
CONFIG_PATH = "/zookeeper/config"
SPECIAL_PATHS = frozenset(("/", "/zookeeper", QUOTA_PATH, CONFIG_PATH))

# Java looks at UTF-16 units: the halves of characters beyond U+FFFF lie in the refused range.
_PATH = re.compile(
    r"/|(?:/(?!\.\.?(?:/|\Z))[^/\x00-\x1f\x7f-\x9f\ud800-\uf8ff\ufff0-\U0010ffff]+)+",
)


def validate_path(path: str) -> None:
    """Raise KeeperError BAD_ARGUMENTS for a path that no znode can have."""
    if not _PATH.fullmatch(path):
        raise KeeperError(Error.BAD_ARGUMENTS)


def parent_of(path: str) -> str:
    """Return the path of the parent; raise KeeperError BAD_ARGUMENTS where there is no slash, or a NUL."""
    slash = path.rfind("/")
    if slash < 0 or "\0" in path:
        raise KeeperError(Error.BAD_ARGUMENTS)
    return path[:slash] or "/"
