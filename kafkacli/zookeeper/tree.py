"""The tree of znodes, and how a logged transaction changes it.

`DataTree.apply` is the only way to change the tree, when a request is served and when the log is played back, so that
both give the same tree. Played back over a snapshot that was taken while changes went on, a transaction may find its
change already there: it is then skipped, as in the original.
Source: DataTree.java, DataNode.java, EphemeralType.java (3.5.9).
"""

from __future__ import annotations

from collections.abc import Iterable

from kafkacli.zookeeper.acl import OPEN_ACL_UNSAFE, READ_ACL_UNSAFE, AclList, AclTable
from kafkacli.zookeeper.jute import Record, layout_of
from kafkacli.zookeeper.paths import CONFIG_PATH, QUOTA_PATH
from kafkacli.zookeeper.protocol import (
    TXN_RECORDS,
    Acl,
    CheckVersionTxn,
    CreateContainerTxn,
    CreateTtlTxn,
    CreateTxn,
    DeleteTxn,
    Error,
    ErrorTxn,
    KeeperError,
    MultiTxn,
    OpCode,
    SetAclTxn,
    SetDataTxn,
    Stat,
    TxnHeader,
)
from kafkacli.zookeeper.quotas import Quotas
from kafkacli.zookeeper.watches import Watches

CONTAINER_OWNER = -(1 << 63)
_TTL_MASK = 0xFF << 56
MAX_TTL_MS = (1 << 40) - 1
_pack_stat = layout_of(Stat).pack


def ttl_owner(ttl_ms: int) -> int:
    """Return the ephemeral owner that stands for a time to live."""
    return (_TTL_MASK | ttl_ms) - (1 << 64)


def ttl_of(owner: int) -> int | None:
    """Return the time to live, in ms, that an ephemeral owner stands for, None for any other owner."""
    if owner & _TTL_MASK == _TTL_MASK:
        return owner & MAX_TTL_MS
    return None


class Znode:
    """One znode; `cversion` counts creations of children, as on disk."""

    __slots__ = (
        "acl", "aversion", "children", "ctime", "cversion", "czxid", "data", "ephemeral_owner", "mtime", "mzxid",
        "pzxid", "version",
    )  # fmt: skip

    def __init__(self, data: bytes | None, acl: AclList, owner: int = 0, zxid: int = 0, time_ms: int = 0) -> None:
        self.data = data
        self.acl = acl
        self.czxid = self.mzxid = self.pzxid = zxid
        self.ctime = self.mtime = time_ms
        self.version = self.cversion = self.aversion = 0
        self.ephemeral_owner = owner
        self.children: set[str] | None = None

    @property
    def child_count(self) -> int:
        """How many children there are."""
        return len(self.children) if self.children else 0


class TxnResult:
    """What a transaction did."""

    __slots__ = ("err", "path", "results", "stat", "type")

    def __init__(self, txn_type: int) -> None:
        self.type = txn_type
        self.err = 0
        self.path = ""
        self.stat: bytes | None = None
        self.results: list[TxnResult] = []  # a multi's


class DataTree:
    """All znodes by path."""

    def __init__(self, watches: Watches | None = None, *, extended_types: bool = False) -> None:
        """Start with the znodes that every server has.

        watches: fired by changes.
        extended_types: whether owners may stand for times to live (extendedTypesEnabled).
        """
        self.watches = watches or Watches()
        self.extended_types = extended_types
        self.acls = AclTable()
        self.last_zxid = 0
        self.nodes: dict[str, Znode] = {}
        self.quotas = Quotas(self.nodes)
        self.ephemerals: dict[int, set[str]] = {}
        self.containers: set[str] = set()
        self.ttls: set[str] = set()
        self.put("", Znode(b"", self.acls.use(OPEN_ACL_UNSAFE)))
        for path in ("/zookeeper", QUOTA_PATH, CONFIG_PATH):
            self.put(path, Znode(b"", self.acls.use(OPEN_ACL_UNSAFE)))
        self._set_acl(SetAclTxn(CONFIG_PATH, list(READ_ACL_UNSAFE), -1))

    def clear(self) -> None:
        """Drop every znode, before a snapshot is put in."""
        self.nodes.clear()
        self.ephemerals.clear()
        self.containers.clear()
        self.ttls.clear()
        self.acls = AclTable()

    def put(self, path: str, node: Znode) -> None:
        """Put a whole znode in; the root's path is "". Raises KeyError when its parent is missing."""
        self.nodes[path] = node
        if not path:
            self.nodes["/"] = node
            return
        parent, _, name = path.rpartition("/")
        above = self.nodes[parent]
        if above.children is None:
            above.children = set()
        above.children.add(name)
        self._note_owner(path, node.ephemeral_owner)

    def lookup(self, path: str) -> Znode:
        """Return a znode; raise KeeperError NO_NODE where there is none."""
        node = self.nodes.get(path)
        if node is None:
            raise KeeperError(Error.NO_NODE)
        return node

    def has(self, path: str) -> bool:
        """Tell whether a znode is there."""
        return path in self.nodes

    def is_ephemeral(self, owner: int) -> bool:
        """Tell whether an owner is a session."""
        return owner != 0 and owner != CONTAINER_OWNER and not (self.extended_types and ttl_of(owner) is not None)

    def stat(self, node: Znode) -> bytes:
        """Return a znode's encoded Stat as clients see it."""
        children = len(node.children) if node.children else 0
        owner = node.ephemeral_owner
        return _pack_stat(
            node.czxid,
            node.mzxid,
            node.ctime,
            node.mtime,
            node.version,
            node.cversion * 2 - children,  # clients count removals too
            node.aversion,
            owner if owner and self.is_ephemeral(owner) else 0,
            len(node.data) if node.data else 0,
            children,
            node.pzxid,
        )

    def apply(self, header: TxnHeader, txn: Record) -> TxnResult:
        """Do what a transaction says; an error is in the result, not raised."""
        result = self._apply_one(header, header.type, txn)
        if header.zxid > self.last_zxid:
            self.last_zxid = header.zxid
        return result

    def kill_session(self, session_id: int, zxid: int) -> None:
        """Remove a session's ephemeral znodes."""
        for path in self.ephemerals.pop(session_id, ()):
            try:
                self._delete(path, zxid)
            except KeeperError:
                continue  # a fuzzy snapshot's: deleted already

    def _apply_one(self, header: TxnHeader, txn_type: int, txn: Record) -> TxnResult:
        result = TxnResult(txn_type)
        zxid, time_ms = header.zxid, header.time_ms
        try:
            if isinstance(txn, CreateTxn):
                owner = header.client_id if txn.ephemeral else 0
                self._create(result, txn.path, txn.data, txn.acl, owner, txn.parent_cversion, zxid, time_ms)
            elif isinstance(txn, SetDataTxn):
                result.path, result.stat = txn.path, self._set_data(txn, zxid, time_ms)
            elif isinstance(txn, DeleteTxn):
                result.path = txn.path
                self._delete(txn.path, zxid)
            elif isinstance(txn, MultiTxn):
                self._apply_multi(result, header, txn)
            elif isinstance(txn, ErrorTxn):
                result.err = txn.err
            elif isinstance(txn, CheckVersionTxn):
                result.path = txn.path
            elif isinstance(txn, SetAclTxn):
                result.path, result.stat = txn.path, self._set_acl(txn)
            elif isinstance(txn, CreateContainerTxn):
                self._create(result, txn.path, txn.data, txn.acl, CONTAINER_OWNER, txn.parent_cversion, zxid, time_ms)
            elif isinstance(txn, CreateTtlTxn):
                owner = ttl_owner(txn.ttl)
                self._create(result, txn.path, txn.data, txn.acl, owner, txn.parent_cversion, zxid, time_ms)
            elif txn_type == OpCode.CLOSE_SESSION:
                self.kill_session(header.client_id, zxid)
        except KeeperError as error:
            result.err = error.code
        return result

    def _apply_multi(self, result: TxnResult, header: TxnHeader, multi: MultiTxn) -> None:
        failed = any(txn.type == OpCode.ERROR for txn in multi.txns)
        after = False
        for txn in multi.txns:
            if failed and txn.type != OpCode.ERROR:
                code = Error.RUNTIME_INCONSISTENCY if after else Error.OK
                part = self._apply_one(header, OpCode.ERROR, ErrorTxn(code))
            else:
                after = after or txn.type == OpCode.ERROR
                record = TXN_RECORDS[txn.type].decode_whole(txn.data or b"")
                part = self._apply_one(header, txn.type, record)
            result.results.append(part)
            result.err = result.err or part.err

    def _create(
        self, result: TxnResult, path: str, data: bytes | None, acl: Iterable[Acl], owner: int, parent_cversion: int,
        zxid: int, time_ms: int,
    ) -> None:  # fmt: skip
        result.path = path
        parent_path, _, name = path.rpartition("/")
        parent = self.lookup(parent_path)
        if parent.children is None:
            parent.children = set()
        if name in parent.children:
            if parent_cversion > parent.cversion:  # the snapshot has the child, but not yet the parent's count of it
                parent.cversion, parent.pzxid = parent_cversion, zxid
            raise KeeperError(Error.NODE_EXISTS)
        parent.cversion = parent.cversion + 1 if parent_cversion == -1 else parent_cversion
        parent.pzxid = zxid
        node = self.nodes[path] = Znode(data, self.acls.use(acl), owner, zxid, time_ms)
        parent.children.add(name)
        if owner:
            self._note_owner(path, owner)
        if result.type != OpCode.CREATE:  # whose reply has none
            result.stat = self.stat(node)
        self.quotas.created(path)
        self.watches.created(path, parent_path or "/")

    def _delete(self, path: str, zxid: int) -> None:
        parent_path, _, name = path.rpartition("/")
        parent = self.lookup(parent_path)
        if parent.children:
            parent.children.discard(name)
        parent.pzxid = max(parent.pzxid, zxid)
        node = self.lookup(path)
        del self.nodes[path]
        self.acls.release(node.acl)
        owner = node.ephemeral_owner
        if owner:
            self.containers.discard(path)
            self.ttls.discard(path)
            paths = self.ephemerals.get(owner)
            if paths:
                paths.discard(path)
                if not paths:
                    del self.ephemerals[owner]
        self.quotas.deleted(path, node.data)
        self.watches.deleted(path, parent_path or "/")

    def _set_data(self, txn: SetDataTxn, zxid: int, time_ms: int) -> bytes:
        node = self.lookup(txn.path)
        if self.quotas.paths:
            self.quotas.changed(txn.path, 0, len(txn.data or b"") - len(node.data or b""))
        node.data, node.version, node.mzxid, node.mtime = txn.data, txn.version, zxid, time_ms
        stat = self.stat(node)
        self.watches.changed(txn.path)
        return stat

    def _set_acl(self, txn: SetAclTxn) -> bytes:
        node = self.lookup(txn.path)
        before, node.acl = node.acl, self.acls.use(txn.acl)
        self.acls.release(before)
        node.aversion = txn.version
        return self.stat(node)

    def _note_owner(self, path: str, owner: int) -> None:
        if not owner:
            return
        if self.is_ephemeral(owner):
            self.ephemerals.setdefault(owner, set()).add(path)
        elif owner == CONTAINER_OWNER:
            self.containers.add(path)
        else:
            self.ttls.add(path)
