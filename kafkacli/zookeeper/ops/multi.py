"""multi: several operations, all or none, in one transaction.

    request  = ( MultiHeader(op code, done=0, err=-1) request of that op )* MultiHeader(-1, done=1, -1)
    response = ( MultiHeader(op code or -1, done=0, err) response of that op )* MultiHeader(-1, done=1, -1)

May hold create, create2 (taken as a create), createContainer, createTTL, delete, setData and check. If one is refused, every result is an
ErrorResponse: 0 for those before it, its code, RUNTIME_INCONSISTENCY for those after it.
Source: MultiTransactionRecord.java, MultiResponse.java (3.5.9).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from kafkacli.zookeeper.acl import AclList
from kafkacli.zookeeper.jute import JuteError, Record
from kafkacli.zookeeper.ops import WRITES, NodeView, View, writes
from kafkacli.zookeeper.ops.check import check
from kafkacli.zookeeper.ops.create import path_and_stat_reply
from kafkacli.zookeeper.paths import parent_of
from kafkacli.zookeeper.protocol import (
    CreateContainerTxn,
    CreateFlag,
    CreateRequest,
    CreateTtlRequest,
    CreateTtlTxn,
    CreateTxn,
    DeleteTxn,
    Error,
    ErrorResponse,
    ErrorTxn,
    KeeperError,
    MultiHeader,
    MultiTxn,
    OpCode,
    PathVersionRequest,
    SetDataRequest,
    SetDataTxn,
    Txn,
)
from kafkacli.zookeeper.tree import CONTAINER_OWNER, ttl_owner

if TYPE_CHECKING:
    from kafkacli.zookeeper.pipeline import Client
    from kafkacli.zookeeper.tree import TxnResult

Part: TypeAlias = tuple[OpCode, Record]

_REQUESTS: dict[int, type[Record]] = {
    OpCode.CREATE: CreateRequest,
    OpCode.CREATE2: CreateRequest,
    OpCode.CREATE_CONTAINER: CreateRequest,
    OpCode.CREATE_TTL: CreateTtlRequest,
    OpCode.DELETE: PathVersionRequest,
    OpCode.SET_DATA: SetDataRequest,
    OpCode.CHECK: PathVersionRequest,
}
_END = MultiHeader(-1, True, -1).encode()


class MultiRequest:
    """The parts of a request, read as a record is."""

    @classmethod
    def decode(cls, data: bytes, position: int = 0) -> tuple[list[Part], int]:
        """Return the parts and the position after them; raise JuteError for an op that may not stand in one."""
        parts: list[Part] = []
        header, position = MultiHeader.decode(data, position)
        while not header.done:
            record = _REQUESTS.get(header.type)
            if record is None:
                raise JuteError(f"op {header.type} can't be part of a multi")
            request, position = record.decode(data, position)
            parts.append(_part(OpCode(header.type), request))
            header, position = MultiHeader.decode(data, position)
        return parts, position


def _part(code: OpCode, request: Record) -> Part:
    """Return a part as the original takes it: which kind of create it is follows from the flags alone."""
    if not isinstance(request, CreateRequest | CreateTtlRequest):
        return code, request
    if request.flags in (CreateFlag.PERSISTENT_WITH_TTL, CreateFlag.PERSISTENT_SEQUENTIAL_WITH_TTL):
        return OpCode.CREATE_TTL, request
    code = OpCode.CREATE_CONTAINER if request.flags == CreateFlag.CONTAINER else OpCode.CREATE
    return code, CreateRequest(request.path, request.data, request.acl, request.flags)


def reply(parts: list[Part], result: TxnResult) -> bytes:
    """Return the response: one result for each part."""
    return b"".join(_result(code, part) for (code, _), part in zip(parts, result.results, strict=True)) + _END


def _result(code: OpCode, part: TxnResult) -> bytes:
    if part.type == OpCode.ERROR:
        return MultiHeader(OpCode.ERROR, False, part.err).encode() + ErrorResponse(part.err).encode()
    if code in (OpCode.CREATE_CONTAINER, OpCode.CREATE_TTL):
        return MultiHeader(OpCode.CREATE2, False, 0).encode() + path_and_stat_reply(None, part)
    body = b"" if code == OpCode.CHECK else WRITES[code].reply(None, part)
    return MultiHeader(code, False, 0).encode() + body


@writes(OpCode.MULTI, "MULT", MultiRequest, reply)
def multi(parts: list[Part], view: View, caller: Client) -> Record:
    """Prepare every part on what those before it will leave; a refusal stands in the transaction, it isn't raised."""
    picture = _Picture(view)
    txns: list[Txn] = []
    failed = False
    for code, request in parts:
        if failed:
            txns.append(Txn(OpCode.ERROR, ErrorTxn(Error.RUNTIME_INCONSISTENCY).encode()))
            continue
        if code == OpCode.CREATE_TTL and not isinstance(request, CreateTtlRequest):
            raise JuteError("a create with a time to live, but without saying which")
        try:
            prepare = check if code == OpCode.CHECK else WRITES[code].prepare
            txn = prepare(request, picture, caller)  # type: ignore[arg-type]  # each with the record of its table row
        except KeeperError as error:
            failed = True
            txns.append(Txn(OpCode.ERROR, ErrorTxn(error.code).encode()))
        else:
            picture.add(txn, caller.session_id)
            txns.append(Txn(code, txn.encode()))
    return MultiTxn(txns)


class _Node:
    """A znode as it will be."""

    __slots__ = ("acl", "aversion", "child_count", "cversion", "ephemeral_owner", "version")

    def __init__(self, acl: AclList, ephemeral_owner: int = 0) -> None:
        self.acl = acl
        self.version = self.cversion = self.aversion = 0
        self.ephemeral_owner = ephemeral_owner
        self.child_count = 0


class _Picture:
    """The tree with the parts prepared so far."""

    def __init__(self, below: View) -> None:
        self._below = below
        self._changed: dict[str, _Node | None] = {}

    def lookup(self, path: str) -> NodeView:
        """Return a znode; raise KeeperError NO_NODE where there will be none."""
        if path not in self._changed:
            return self._below.lookup(path)
        node = self._changed[path]
        if node is None:
            raise KeeperError(Error.NO_NODE)
        return node

    def has(self, path: str) -> bool:
        """Tell whether a znode will be there."""
        return self._changed[path] is not None if path in self._changed else self._below.has(path)

    def is_ephemeral(self, owner: int) -> bool:
        """Tell whether an owner is a session."""
        return self._below.is_ephemeral(owner)

    def add(self, txn: Record, session_id: int) -> None:
        """Take in what a prepared part will change."""
        if isinstance(txn, CreateTxn | CreateContainerTxn | CreateTtlTxn):
            parent = self._copy(parent_of(txn.path))
            parent.cversion = txn.parent_cversion
            parent.child_count += 1
            owner = 0
            if isinstance(txn, CreateContainerTxn):
                owner = CONTAINER_OWNER
            elif isinstance(txn, CreateTtlTxn):
                owner = ttl_owner(txn.ttl)
            elif txn.ephemeral:
                owner = session_id
            self._changed[txn.path] = _Node(tuple(txn.acl), owner)
        elif isinstance(txn, DeleteTxn):
            self._copy(parent_of(txn.path)).child_count -= 1
            self._changed[txn.path] = None
        elif isinstance(txn, SetDataTxn):
            self._copy(txn.path).version = txn.version

    def _copy(self, path: str) -> _Node:
        """Return a znode to change, copied from the tree the first time."""
        node = self._changed.get(path)
        if node is None:
            now = self._below.lookup(path)
            node = self._changed[path] = _Node(now.acl, now.ephemeral_owner)
            node.version, node.cversion, node.aversion = now.version, now.cversion, now.aversion
            node.child_count = now.child_count
        return node
