"""ZooKeeper's operations, each with the checks that the Java client makes before it asks the server.

Source: ZooKeeper.java (3.5.9).
"""

from __future__ import annotations

from kafkacli.zkshell.errors import CommandError, OperationError
from kafkacli.zkshell.paths import check_path
from kafkacli.zookeeper.paths import CONFIG_PATH
from kafkacli.zookeeper.protocol import (
    Acl,
    CreateFlag,
    CreateRequest,
    CreateResponse,
    CreateTtlRequest,
    Error,
    GetAclResponse,
    GetChildren2Response,
    GetDataResponse,
    OpCode,
    PathRequest,
    PathVersionRequest,
    PathWatchRequest,
    SetAclRequest,
    SetDataRequest,
    Stat,
    StatResponse,
    WatcherType,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_TTL_MS = (1 << 40) - 1
SEQUENTIAL = (
    CreateFlag.PERSISTENT_SEQUENTIAL,
    CreateFlag.EPHEMERAL_SEQUENTIAL,
    CreateFlag.PERSISTENT_SEQUENTIAL_WITH_TTL,
)
_EPHEMERAL = (CreateFlag.EPHEMERAL, CreateFlag.EPHEMERAL_SEQUENTIAL)


class Znodes:
    """The znodes below a session's chroot. Every method raises CommandError for a bad path, and OperationError."""

    is_dry_run = False

    def __init__(self, session: Any) -> None:
        self.session = session

    def create(self, path: str, data: bytes | None, acl: list[Acl], kind: CreateFlag, ttl_ms: int | None = None) -> str:
        """Create a znode and return its path, which a sequential one learns so. ttl_ms: with the kinds that have a TTL."""
        check_path(f"{path}1" if kind in SEQUENTIAL else path)
        if not acl:
            raise OperationError(Error.INVALID_ACL, None)
        request: CreateRequest | CreateTtlRequest
        if ttl_ms is not None:
            request = CreateTtlRequest(self.on_server(path), data, acl, kind, ttl_ms)
            op = OpCode.CREATE_TTL
        else:
            request = CreateRequest(self.on_server(path), data, acl, kind)
            op = OpCode.CREATE_CONTAINER if kind == CreateFlag.CONTAINER else OpCode.CREATE
        self.session.made_ephemerals |= kind in _EPHEMERAL
        answer: CreateResponse = self.session.call(op, request, path, CreateResponse)
        return answer.path.removeprefix(self.session.chroot) or "/"

    def delete(self, path: str, version: int = -1) -> None:
        """Delete a znode. version: which its data must have, -1 for any."""
        self._ask(OpCode.DELETE, path, PathVersionRequest(self._checked(path), version))

    def exists(self, path: str, *, watch: bool = False) -> Stat | None:
        """Return a znode's Stat, None when it isn't there. watch: be told of its creation, change or deletion."""
        server_path = self._checked(path)
        request = PathWatchRequest(server_path, watch)
        answer: StatResponse | None = self.session.call(
            OpCode.EXISTS, request, path, StatResponse, WatcherType.DATA if watch else 0
        )
        if answer is not None:
            return answer.stat
        if watch:
            self.session.watch_creation(server_path)
        return None

    def get(self, path: str, *, watch: bool = False) -> tuple[bytes | None, Stat]:
        """Return a znode's data and Stat. watch: be told of its change or deletion."""
        return self._get(self._checked(path), path, watch)

    def get_config(self, *, watch: bool = False) -> tuple[bytes | None, Stat]:
        """Return the ensemble's configuration and its Stat; the chroot doesn't count."""
        return self._get(CONFIG_PATH, CONFIG_PATH, watch)

    def set(self, path: str, data: bytes, version: int = -1) -> Stat:
        """Replace a znode's data. version: which the data must have, -1 for any."""
        request = SetDataRequest(self._checked(path), data, version)
        answer: StatResponse = self.session.call(OpCode.SET_DATA, request, path, StatResponse)
        return answer.stat

    def children(self, path: str, *, watch: bool = False) -> tuple[list[str], Stat]:
        """Return the names of a znode's children as the server has them, and its Stat. watch: be told of a change."""
        request = PathWatchRequest(self._checked(path), watch)
        answer: GetChildren2Response = self.session.call(
            OpCode.GET_CHILDREN2, request, path, GetChildren2Response, WatcherType.CHILDREN if watch else 0
        )
        return answer.children, answer.stat

    def get_acl(self, path: str) -> tuple[list[Acl], Stat]:
        """Return a znode's ACL and Stat."""
        request = PathRequest(self._checked(path))
        answer: GetAclResponse = self.session.call(OpCode.GET_ACL, request, path, GetAclResponse)
        return answer.acl, answer.stat

    def set_acl(self, path: str, acl: list[Acl], version: int = -1) -> Stat:
        """Replace a znode's ACL. version: which the ACL must have, -1 for any."""
        server_path = self._checked(path)
        if not acl:
            raise OperationError(Error.INVALID_ACL, path)
        request = SetAclRequest(server_path, acl, version)
        answer: StatResponse = self.session.call(OpCode.SET_ACL, request, path, StatResponse)
        return answer.stat

    def sync(self, path: str) -> None:
        """Wait until the server has caught up with the leader."""
        self._ask(OpCode.SYNC, path, PathRequest(self._checked(path)))

    def remove_watches(self, path: str, kind: int, *, locally: bool) -> None:
        """Give up watches on a path. kind: a WatcherType. locally: even if the server can't be told."""
        self.session.remove_watches(self._checked(path), path, kind, locally=locally)

    def reconfigure(
        self, joining: str | None, leaving: str | None, members: str | None, version: int
    ) -> tuple[bytes | None, Stat]:
        """Change the ensemble; strings as in its configuration, None for no change. Returns the new one and its Stat."""
        from kazoo.protocol.serialization import Reconfig  # its strings may be null

        data, stat = self.session.submit(Reconfig(joining, leaving, members, version), None)
        return data, Stat(*stat)

    def _get(self, server_path: str, path: str, watch: bool) -> tuple[bytes | None, Stat]:
        request = PathWatchRequest(server_path, watch)
        answer: GetDataResponse = self.session.call(
            OpCode.GET_DATA, request, path, GetDataResponse, WatcherType.DATA if watch else 0
        )
        return answer.data, answer.stat

    def _ask(self, op: OpCode, path: str, request: PathRequest | PathVersionRequest) -> None:
        self.session.call(op, request, path)

    def _checked(self, path: str) -> str:
        check_path(path)
        return self.on_server(path)

    def on_server(self, path: str) -> str:
        """Return the path that the server knows a path by."""
        return path if not self.session.chroot else self.session.chroot + (path if path != "/" else "")


def check_ttl(ttl_ms: int) -> None:
    """Raise CommandError for a TTL (milliseconds) that no znode can have."""
    if not 0 < ttl_ms <= MAX_TTL_MS:
        raise CommandError(f"ttl must be positive and cannot be larger than: {MAX_TTL_MS}")
