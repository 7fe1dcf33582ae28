"""--dry-run of the shell's commands: they go their way, ask the server what is there, and say what they would change.

What can't be seen without doing it: whether the ACLs of znodes allow it, and what others do in between.
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.zkshell.errors import OperationError
from kafkacli.zkshell.paths import check_path
from kafkacli.zkshell.znodes import SEQUENTIAL, Znodes
from kafkacli.zookeeper.protocol import Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kafkacli.zookeeper.protocol import Acl, CreateFlag, Stat


class DryRun(Znodes):
    """The znodes as they would be: nothing is changed, and a line says what would be.

    tells: whether lines are written; not where a document is. Raises what the server would answer.
    """

    is_dry_run = True

    def __init__(self, session: Any, *, tells: bool) -> None:
        super().__init__(session)
        self._tells = tells
        self._made: set[str] = set()
        self._gone: set[str] = set()

    def create(self, path: str, data: bytes | None, acl: list[Acl], kind: CreateFlag, ttl_ms: int | None = None) -> str:
        """Say that a znode would be created; returns its path, without the number of a sequential one."""
        check_path(f"{path}1" if kind in SEQUENTIAL else path)
        if not acl:
            raise OperationError(Error.INVALID_ACL, None)
        parent = path.rpartition("/")[0] or "/"
        if parent not in self._made:
            stat = self.exists(parent)
            if stat is None:
                raise OperationError(Error.NO_NODE, path)
            if stat.ephemeral_owner:
                raise OperationError(Error.NO_CHILDREN_FOR_EPHEMERALS, path)
        if kind not in SEQUENTIAL and (path in self._made or self.exists(path) is not None):
            raise OperationError(Error.NODE_EXISTS, path)
        self._made.add(path)
        self._say("create", path)
        return path

    def delete(self, path: str, version: int = -1) -> None:
        """Say that a znode would be deleted."""
        self._check_version(self._there(path).version, version, path)
        if self.children(path)[0]:
            raise OperationError(Error.NOT_EMPTY, path)
        self._gone.add(path)
        self._say("delete", path)

    def set(self, path: str, data: bytes, version: int = -1) -> Stat:
        """Say that data would be replaced; returns the Stat as it is."""
        stat = self._there(path)
        self._check_version(stat.version, version, path)
        self._say("set", path)
        return stat

    def set_acl(self, path: str, acl: list[Acl], version: int = -1) -> Stat:
        """Say that an ACL would be replaced; returns the Stat as it is."""
        stat = self._there(path)
        if not acl:
            raise OperationError(Error.INVALID_ACL, path)
        self._check_version(stat.aversion, version, path)
        self._say("set the ACL of", path)
        return stat

    def children(self, path: str, *, watch: bool = False) -> tuple[list[str], Stat]:
        """Return what would be left of a znode's children, and its Stat."""
        names, stat = super().children(path, watch=watch)
        return [name for name in names if f"{path.rstrip('/')}/{name}" not in self._gone], stat

    def _there(self, path: str) -> Stat:
        stat = self.exists(path)
        if stat is None:
            raise OperationError(Error.NO_NODE, path)
        return stat

    @staticmethod
    def _check_version(actual: int, wanted: int, path: str) -> None:
        if wanted not in (-1, actual):
            raise OperationError(Error.BAD_VERSION, path)

    def _say(self, what: str, path: str) -> None:
        if self._tells:
            console.out(f"Would {what} {path}")
