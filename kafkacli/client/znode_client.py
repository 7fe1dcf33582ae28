"""What a tool does with znodes: ZooKeeper's operations below a session's chroot, one call each."""

from __future__ import annotations

from contextlib import suppress

from kafkacli.client.zookeeper_session import NodeExists, NoNode, ZooKeeperSession
from kafkacli.zookeeper.protocol import (
    Acl,
    CreateFlag,
    CreateRequest,
    CreateResponse,
    GetAclResponse,
    GetChildrenResponse,
    GetDataResponse,
    Id,
    OpCode,
    PathRequest,
    PathVersionRequest,
    PathWatchRequest,
    Perms,
    SetAclRequest,
    SetDataRequest,
    StatResponse,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kafkacli.zookeeper.protocol import Stat

_ANYONE = Id("world", "anyone")
OPEN_ACL_UNSAFE = (Acl(Perms.ALL, _ANYONE),)
READ_ACL_UNSAFE = (Acl(Perms.READ, _ANYONE),)
CREATOR_ALL_ACL = (Acl(Perms.ALL, Id("auth", "")),)


class ZnodeClient:
    """Znodes by their paths below the chroot. Every method raises ZooKeeperError, and what begins another session raises where one must.

    default_acl: of znodes that are made without one.
    """

    def __init__(self, session: ZooKeeperSession, default_acl: Sequence[Acl] = OPEN_ACL_UNSAFE) -> None:
        self.session = session
        self._default_acl = default_acl

    def exists(self, path: str, *, watch: bool = False) -> Stat | None:
        """Return a znode's Stat, None where there is none. watch: have an event come of its creation, change or deletion."""
        try:
            answer: StatResponse = self.session.call(
                OpCode.EXISTS, PathWatchRequest(self._at(path), watch), path, StatResponse
            )
        except NoNode:
            return None
        return answer.stat

    def get(self, path: str) -> tuple[bytes | None, Stat]:
        """Return a znode's data and Stat."""
        answer: GetDataResponse = self.session.call(
            OpCode.GET_DATA, PathWatchRequest(self._at(path), False), path, GetDataResponse
        )
        return answer.data, answer.stat

    def get_children(self, path: str) -> list[str]:
        """Return the names of a znode's children."""
        answer: GetChildrenResponse = self.session.call(
            OpCode.GET_CHILDREN, PathWatchRequest(self._at(path), False), path, GetChildrenResponse
        )
        return answer.children

    def create(
        self,
        path: str,
        data: bytes | None = b"",
        *,
        acl: Sequence[Acl] | None = None,
        sequence: bool = False,
        makepath: bool = False,
    ) -> str:
        """Make a persistent znode, and with `makepath` those above it. Returns its path, which `sequence` gives a number."""
        kind = CreateFlag.PERSISTENT_SEQUENTIAL if sequence else CreateFlag.PERSISTENT
        request = CreateRequest(self._at(path), data, list(acl or self._default_acl), kind)
        try:
            answer: CreateResponse = self.session.call(OpCode.CREATE, request, path, CreateResponse)
        except NoNode:
            if not makepath:
                raise
            self.ensure_path(path.rpartition("/")[0])
            answer = self.session.call(OpCode.CREATE, request, path, CreateResponse)
        return answer.path.removeprefix(self.session.chroot)

    def ensure_path(self, path: str) -> None:
        """Make a znode and those above it, as far as they aren't there."""
        if self.exists(path or "/") is not None:
            return
        if path.strip("/"):
            self.ensure_path(path.rpartition("/")[0])
        with suppress(NodeExists):
            self.create(path)

    def set(self, path: str, data: bytes, version: int = -1) -> None:
        """Replace a znode's data. version: which it must have, -1 for any."""
        self.session.call(OpCode.SET_DATA, SetDataRequest(self._at(path), data, version), path, StatResponse)

    def delete(self, path: str, version: int = -1) -> None:
        """Delete a znode. version: which its data must have, -1 for any."""
        self.session.call(OpCode.DELETE, PathVersionRequest(self._at(path), version), path)

    def get_acls(self, path: str) -> tuple[list[Acl], Stat]:
        """Return a znode's access control list and Stat."""
        answer: GetAclResponse = self.session.call(OpCode.GET_ACL, PathRequest(self._at(path)), path, GetAclResponse)
        return answer.acl, answer.stat

    def set_acls(self, path: str, acl: Sequence[Acl]) -> None:
        """Replace a znode's access control list."""
        self.session.call(OpCode.SET_ACL, SetAclRequest(self._at(path), list(acl), -1), path, StatResponse)

    def _at(self, path: str) -> str:
        chroot = self.session.chroot
        return (chroot + path).rstrip("/") or "/" if chroot else path
