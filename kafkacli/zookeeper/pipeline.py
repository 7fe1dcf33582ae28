"""A request's way through the server: validate → transaction → log → tree → reply.

Every write becomes a transaction with the next zxid, a refused one too (an error transaction), as in the original. It is
appended to the log and applied to the tree at once; what is sent from then on, replies and events alike, waits in the
commit (`append` and the clients' `send` share it) until the transaction is on disk. Nobody so sees a change that a crash
could take back, and validation needs no second picture of the tree.
Source: PrepRequestProcessor.java, FinalRequestProcessor.java, ZooKeeperServer.java (3.5.9).
"""

from __future__ import annotations

import struct
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from kafkacli.zookeeper import ops
from kafkacli.zookeeper.acl import OPEN_ACL_UNSAFE, check
from kafkacli.zookeeper.jute import JuteError, Record, layout_of
from kafkacli.zookeeper.protocol import (
    PING_XID,
    Acl,
    CloseSessionTxn,
    CreateSessionTxn,
    DeleteTxn,
    Error,
    ErrorTxn,
    Id,
    KeeperError,
    OpCode,
    TxnHeader,
    reply_frame,
)
from kafkacli.zookeeper.sessions import Sessions
from kafkacli.zookeeper.tree import DataTree, TxnResult

_HEADER = struct.Struct(">ii")
_pack_txn_header = layout_of(TxnHeader).pack


class Rules:
    """What configuration changes about operations."""

    __slots__ = ("extended_types", "reconfig_enabled", "skip_acl", "super_digest")

    def __init__(
        self,
        *,
        extended_types: bool = False,
        reconfig_enabled: bool = False,
        skip_acl: bool = False,
        super_digest: str | None = None,
    ) -> None:
        self.extended_types = extended_types
        self.reconfig_enabled = reconfig_enabled
        self.skip_acl = skip_acl
        self.super_digest = super_digest


class Client(ABC):
    """Who asks, under which rules, and takes replies and events: a connection."""

    __slots__ = ("ids", "last_op", "last_xid", "last_zxid", "rules", "session_id", "timeout_ms")

    def __init__(self, ids: list[Id], rules: Rules) -> None:
        """Begin without a session."""
        self.ids = ids
        self.rules = rules
        self.session_id = 0
        self.timeout_ms = 0
        self.last_op: str | None = None
        self.last_xid = self.last_zxid = 0

    def demand(self, acl: Sequence[Acl], permission: int) -> None:
        """Raise KeeperError NO_AUTH unless the client has one of the permissions."""
        if acl is not OPEN_ACL_UNSAFE and not self.rules.skip_acl:
            check(acl, permission, self.ids)

    @abstractmethod
    def send(self, frame: bytes) -> None:
        """Send a whole frame after everything sent before."""

    @abstractmethod
    def close(self) -> None:
        """Close after everything sent before has left."""


class Pipeline:
    """Serves requests on a tree."""

    def __init__(
        self,
        tree: DataTree,
        sessions: Sessions,
        *,
        append: Callable[[int, bytes], None],
        wall_ms: Callable[[], int],
        rules: Rules | None = None,
    ) -> None:
        """Go on after the tree's last zxid.

        append: takes zxid and bytes (header and record) of each transaction.
        wall_ms: the time of day, in ms, that transactions are stamped with.
        """
        self.tree = tree
        self.sessions = sessions
        self.rules = rules or Rules()
        self.zxid = tree.last_zxid
        self._append = append
        self._wall_ms = wall_ms

    def create_session(self, client: Client, timeout_ms: int, now_ms: int) -> None:
        """Give a client a new session, logged."""
        session = self.sessions.create(timeout_ms, now_ms)
        client.session_id = session.session_id
        self._commit(session.session_id, 0, OpCode.CREATE_SESSION, CreateSessionTxn(timeout_ms))

    def close_session(self, session_id: int, xid: int = 0) -> None:
        """End a session with its ephemeral znodes, logged."""
        self._commit(session_id, xid, OpCode.CLOSE_SESSION, CloseSessionTxn())
        self.sessions.remove(session_id)

    def delete_container(self, path: str) -> None:
        """Remove a container or TTL znode that has had its time; one that is in use again stays."""
        try:
            node = self.tree.lookup(path)
            if node.child_count:
                raise KeeperError(Error.NOT_EMPTY)
            if self.tree.is_ephemeral(node.ephemeral_owner):
                raise KeeperError(Error.BAD_VERSION)
        except KeeperError:
            return
        self._commit(0, 0, OpCode.DELETE_CONTAINER, DeleteTxn(path))

    def process(self, client: Client, frame: bytes, now_ms: int) -> None:
        """Serve one request; `frame` is a RequestHeader and what follows it.

        Raises JuteError for a frame without a whole header, or one whose authentication packet is malformed.
        """
        try:
            xid, code = _HEADER.unpack_from(frame)
        except struct.error:
            raise JuteError(f"a frame of {len(frame)} bytes holds no request header") from None
        if code in ops.HANDSHAKES:
            ops.HANDSHAKES[code](self, client, xid, frame[8:])
            return
        if not self.sessions.touch(client.session_id, client.timeout_ms, now_ms):
            return  # expired: the connection is about to be closed
        if xid >= 0:  # not a ping's: the last real operation is wanted
            client.last_xid = xid
        if (write := ops.WRITES.get(code)) is not None:
            self._write(client, xid, write, frame)
        elif (read := ops.READS.get(code)) is not None:
            self._read(client, xid, read, frame)
        elif code == OpCode.PING:
            client.last_op = "PING"
            client.send(reply_frame(PING_XID, self.tree.last_zxid, Error.OK))
        elif code == OpCode.CLOSE_SESSION:
            client.last_op = "CLOS"
            self.close_session(client.session_id, xid)
            client.send(reply_frame(xid, self.tree.last_zxid, Error.OK))
            client.close()
        else:
            client.send(reply_frame(xid, -1, Error.UNIMPLEMENTED))
            client.close()
        client.last_zxid = self.tree.last_zxid

    def _read(self, client: Client, xid: int, op: ops.Read, frame: bytes) -> None:
        client.last_op = op.short_name
        err, body = Error.OK, b""
        try:
            request, _ = op.request.decode(frame, 8)
            body = op.answer(request, self.tree, client)
        except KeeperError as error:
            err = error.code
        except JuteError:
            err = Error.MARSHALLING_ERROR
        client.send(reply_frame(xid, self.tree.last_zxid, err, body))

    def _write(self, client: Client, xid: int, op: ops.Write, frame: bytes) -> None:
        client.last_op = op.short_name
        code, body = op.code, b""
        request = None
        try:
            request, _ = op.request.decode(frame, 8)
            txn: Record = op.prepare(request, self.tree, client)
        except KeeperError as error:
            code, txn = OpCode.ERROR, ErrorTxn(error.code)
        except JuteError:
            code, txn = OpCode.ERROR, ErrorTxn(Error.MARSHALLING_ERROR)
        result = self._commit(client.session_id, xid, code, txn)
        err = result.err
        if code != OpCode.ERROR:
            body, err = op.reply(request, result), Error.OK if code == OpCode.MULTI else err
        client.send(reply_frame(xid, self.tree.last_zxid, err, body))

    def _commit(self, session_id: int, xid: int, code: int, txn: Record) -> TxnResult:
        zxid = self.zxid = self.zxid + 1
        time_ms = self._wall_ms()
        self._append(zxid, _pack_txn_header(session_id, xid, zxid, time_ms, code) + txn.encode())
        return self.tree.apply(TxnHeader(session_id, xid, zxid, time_ms, code), txn)
