"""Znode paths as the client judges them, with the reason, and the walk below one.

Sources: common/PathUtils.java and ZKUtil.java (ZooKeeper 3.5.9).
"""

from __future__ import annotations

from kafkacli.zkshell.errors import CommandError, OperationError
from kafkacli.zookeeper.protocol import Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kafkacli.zkshell.znodes import Znodes


def why_invalid(path: str) -> str:
    """Return why a path can't be a znode's, in the original's words; '' when it can."""
    if not path:
        return "Path length must be > 0"
    if path[0] != "/":
        return "Path must start with / character"
    if path == "/":
        return ""
    if path[-1] == "/":
        return "Path must not end with / character"
    units = path.encode("utf-16-be", "surrogatepass")
    characters = [chr(units[index] << 8 | units[index + 1]) for index in range(0, len(units), 2)]  # as Java counts
    for index, character in enumerate(characters[1:], 1):
        reason = ""
        if character == "\0":
            reason = "null character not allowed"
        elif character == "/" and characters[index - 1] == "/":
            reason = "empty node name specified"
        elif character == "." and _ends_relative_name(characters, index):
            reason = "relative paths not allowed"
        elif (
            character <= "\x1f"
            or "\x7f" <= character <= "\x9f"
            or "\ud800" <= character <= "\uf8ff"
            or character >= "\ufff0"
        ):
            reason = "invalid character"
        if reason:
            return f'Invalid path string "{path}" caused by {reason} @{index}'
    return ""


def _ends_relative_name(characters: list[str], index: int) -> bool:
    """Whether the dot at `index` is the last of a name that is `.` or `..`."""
    if index + 1 < len(characters) and characters[index + 1] != "/":
        return False
    start = index - 1 if characters[index - 1] == "." else index
    return characters[start - 1] == "/"


def check_path(path: str) -> None:
    """Raise CommandError with the reason when a path can't be a znode's."""
    if reason := why_invalid(path):
        raise CommandError(reason)


def walk(znodes: Znodes, path: str, *, watch: bool = False) -> Iterator[str]:
    """Yield a path and all below it: a znode's children in order, then what is below each. Raises OperationError."""
    check_path(path)
    znodes.get(path, watch=watch)
    yield path
    yield from _below(znodes, path, watch)


def _below(znodes: Znodes, path: str, watch: bool) -> Iterator[str]:
    try:
        names = sorted(znodes.children(path, watch=watch)[0])
    except OperationError as error:
        if error.code == Error.NO_NODE:  # gone since it was listed
            return
        raise
    children = [f"{path.rstrip('/')}/{name}" for name in names]
    yield from children
    for child in children:
        yield from _below(znodes, child, watch)
