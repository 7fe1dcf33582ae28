"""How the shell shows what ZooKeeper holds: Stats, data, permissions, events.

Sources: cli/StatPrinter.java, cli/GetAclCommand.java, WatchedEvent.java (ZooKeeper 3.5.9).
"""

from __future__ import annotations

import time

from kafkacli import console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.zookeeper.protocol import Stat

PERMISSIONS = {"c": 4, "d": 8, "r": 1, "w": 2, "a": 16}  # in the order in which they are shown


def print_stat(stat: Stat) -> None:
    """Write a Stat, a line for each field."""
    console.write(
        f"cZxid = {hexadecimal(stat.czxid)}\n"
        f"ctime = {_date(stat.ctime)}\n"
        f"mZxid = {hexadecimal(stat.mzxid)}\n"
        f"mtime = {_date(stat.mtime)}\n"
        f"pZxid = {hexadecimal(stat.pzxid)}\n"
        f"cversion = {stat.cversion}\n"
        f"dataVersion = {stat.version}\n"
        f"aclVersion = {stat.aversion}\n"
        f"ephemeralOwner = {hexadecimal(stat.ephemeral_owner)}\n"
        f"dataLength = {stat.data_length}\n"
        f"numChildren = {stat.num_children}\n"
    )


def data_text(data: bytes | None) -> str:
    """Return a znode's data as text; what isn't UTF-8 is replaced."""
    return "null" if data is None else data.decode("utf-8", "replace")


def permission_letters(perms: int) -> str:
    """Return permissions as letters."""
    return "".join(letter for letter, bit in PERMISSIONS.items() if perms & bit)


def print_event(state: str, event_type: str, path: str | None) -> None:
    """Write an event, at once."""
    console.write(f"\nWATCHER::\n\nWatchedEvent state:{state} type:{event_type} path:{path or 'null'}\n")
    console.flush()


def hexadecimal(number: int) -> str:
    """Return a zxid or session id as Java's Long.toHexString shows it, after 0x."""
    return hex(number & 0xFFFF_FFFF_FFFF_FFFF)


def _date(time_ms: int) -> str:
    return time.strftime("%a %b %d %H:%M:%S %Z %Y", time.localtime(time_ms // 1000))
