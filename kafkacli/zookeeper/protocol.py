"""ZooKeeper's protocol: op codes, error table, and every record of wire and files, one declaration each.

    frame    = int length, then a ConnectRequest (first one of a connection) or RequestHeader and the op's request
    reply    = int length, then a ConnectResponse or ReplyHeader and, when its err is 0, the op's response
    event    = a reply with xid -1 and zxid -1 that carries a WatcherEvent
    ping     = xid -2, auth = xid -4, setWatches = xid -8; other xids count up from 1 as the client likes

Both connect records may be followed by a boolean `readOnly` (clients since 3.4).
Source: zookeeper.jute, ZooDefs.java, KeeperException.java (3.5.9).
"""

from __future__ import annotations

import struct
from enum import IntEnum, IntFlag

from kafkacli.zookeeper.jute import Boolean, Buffer, Int, Long, Record, Ustring, Vector

EVENT_XID = -1
PING_XID = -2


class OpCode(IntEnum):
    """What a request or a transaction does."""

    NOTIFICATION = 0
    CREATE = 1
    DELETE = 2
    EXISTS = 3
    GET_DATA = 4
    SET_DATA = 5
    GET_ACL = 6
    SET_ACL = 7
    GET_CHILDREN = 8
    SYNC = 9
    PING = 11
    GET_CHILDREN2 = 12
    CHECK = 13
    MULTI = 14
    CREATE2 = 15
    RECONFIG = 16
    CHECK_WATCHES = 17
    REMOVE_WATCHES = 18
    CREATE_CONTAINER = 19
    DELETE_CONTAINER = 20
    CREATE_TTL = 21
    AUTH = 100
    SET_WATCHES = 101
    SASL = 102
    CREATE_SESSION = -10
    CLOSE_SESSION = -11
    ERROR = -1


class Error(IntEnum):
    """The codes of replies."""

    OK = 0
    SYSTEM_ERROR = -1
    RUNTIME_INCONSISTENCY = -2
    DATA_INCONSISTENCY = -3
    CONNECTION_LOSS = -4
    MARSHALLING_ERROR = -5
    UNIMPLEMENTED = -6
    OPERATION_TIMEOUT = -7
    BAD_ARGUMENTS = -8
    UNKNOWN_SESSION = -12
    NEW_CONFIG_NO_QUORUM = -13
    RECONFIG_IN_PROGRESS = -14
    API_ERROR = -100
    NO_NODE = -101
    NO_AUTH = -102
    BAD_VERSION = -103
    NO_CHILDREN_FOR_EPHEMERALS = -108
    NODE_EXISTS = -110
    NOT_EMPTY = -111
    SESSION_EXPIRED = -112
    INVALID_CALLBACK = -113
    INVALID_ACL = -114
    AUTH_FAILED = -115
    SESSION_MOVED = -118
    NOT_READ_ONLY = -119
    EPHEMERAL_ON_LOCAL_SESSION = -120
    NO_WATCHER = -121
    REQUEST_TIMEOUT = -122
    RECONFIG_DISABLED = -123
    SESSION_CLOSED_REQUIRE_SASL_AUTH = -124


class KeeperError(Exception):
    """An operation that the server refuses; the reply carries the code."""

    def __init__(self, code: Error) -> None:
        super().__init__(code.name)
        self.code = code


class EventType(IntEnum):
    """What a watch tells."""

    NODE_CREATED = 1
    NODE_DELETED = 2
    NODE_DATA_CHANGED = 3
    NODE_CHILDREN_CHANGED = 4


class WatcherType(IntEnum):
    """The watches that checkWatches and removeWatches are about."""

    CHILDREN = 1
    DATA = 2
    ANY = 3


SYNC_CONNECTED = 3  # the state that every event carries


class Perms(IntFlag):
    """What an ACL entry allows."""

    READ = 1
    WRITE = 2
    CREATE = 4
    DELETE = 8
    ADMIN = 16
    ALL = 31


class CreateFlag(IntEnum):
    """The kinds of znodes that a create may ask for."""

    PERSISTENT = 0
    EPHEMERAL = 1
    PERSISTENT_SEQUENTIAL = 2
    EPHEMERAL_SEQUENTIAL = 3
    CONTAINER = 4
    PERSISTENT_WITH_TTL = 5
    PERSISTENT_SEQUENTIAL_WITH_TTL = 6


class Id(Record):
    scheme: Ustring
    id: Ustring


class Acl(Record):
    perms: Int
    id: Id


class Stat(Record):
    czxid: Long
    mzxid: Long
    ctime: Long
    mtime: Long
    version: Int
    cversion: Int
    aversion: Int
    ephemeral_owner: Long
    data_length: Int
    num_children: Int
    pzxid: Long


class StatPersisted(Record):
    czxid: Long
    mzxid: Long
    ctime: Long
    mtime: Long
    version: Int
    cversion: Int
    aversion: Int
    ephemeral_owner: Long
    pzxid: Long


class ConnectRequest(Record):
    protocol_version: Int
    last_zxid_seen: Long
    timeout_ms: Int
    session_id: Long
    password: Buffer


class ConnectResponse(Record):
    protocol_version: Int
    timeout_ms: Int
    session_id: Long
    password: Buffer


class RequestHeader(Record):
    xid: Int
    type: Int


class ReplyHeader(Record):
    xid: Int
    zxid: Long
    err: Int


class MultiHeader(Record):
    type: Int
    done: Boolean
    err: Int


class AuthPacket(Record):
    type: Int
    scheme: Ustring
    auth: Buffer


class PathWatchRequest(Record):
    """exists, getData, getChildren and getChildren2 ask the same way."""

    path: Ustring
    watch: Boolean


class PathVersionRequest(Record):
    """delete and check ask the same way."""

    path: Ustring
    version: Int


class PathRequest(Record):
    """sync and getACL ask the same way; sync answers with the same record."""

    path: Ustring


class SetDataRequest(Record):
    path: Ustring
    data: Buffer
    version: Int


class CreateRequest(Record):
    path: Ustring
    data: Buffer
    acl: Vector[Acl]
    flags: Int


class CreateTtlRequest(Record):
    path: Ustring
    data: Buffer
    acl: Vector[Acl]
    flags: Int
    ttl: Long


class SetAclRequest(Record):
    path: Ustring
    acl: Vector[Acl]
    version: Int


class SetWatches(Record):
    relative_zxid: Long
    data_watches: Vector[Ustring]
    exist_watches: Vector[Ustring]
    child_watches: Vector[Ustring]


class PathTypeRequest(Record):
    """checkWatches and removeWatches ask the same way; type: a WatcherType."""

    path: Ustring
    type: Int


class ReconfigRequest(Record):
    joining_servers: Ustring
    leaving_servers: Ustring
    new_members: Ustring
    current_config_id: Long


class SaslToken(Record):
    token: Buffer


class WatcherEvent(Record):
    type: Int
    state: Int
    path: Ustring


class CreateResponse(Record):
    path: Ustring


class Create2Response(Record):
    path: Ustring
    stat: Stat


class StatResponse(Record):
    """exists, setData and setACL answer the same way."""

    stat: Stat


class GetDataResponse(Record):
    data: Buffer
    stat: Stat


class GetChildrenResponse(Record):
    children: Vector[Ustring]


class GetChildren2Response(Record):
    children: Vector[Ustring]
    stat: Stat


class GetAclResponse(Record):
    acl: Vector[Acl]
    stat: Stat


class ErrorResponse(Record):
    err: Int


class FileHeader(Record):
    magic: Int
    version: Int
    dbid: Long


class TxnHeader(Record):
    client_id: Long
    cxid: Int
    zxid: Long
    time_ms: Long
    type: Int


class CreateTxn(Record):
    path: Ustring
    data: Buffer
    acl: Vector[Acl]
    ephemeral: Boolean
    parent_cversion: Int


class CreateTxnV0(Record):
    path: Ustring
    data: Buffer
    acl: Vector[Acl]
    ephemeral: Boolean


class CreateTtlTxn(Record):
    path: Ustring
    data: Buffer
    acl: Vector[Acl]
    parent_cversion: Int
    ttl: Long


class CreateContainerTxn(Record):
    path: Ustring
    data: Buffer
    acl: Vector[Acl]
    parent_cversion: Int


class DeleteTxn(Record):
    path: Ustring


class SetDataTxn(Record):
    path: Ustring
    data: Buffer
    version: Int


class CheckVersionTxn(Record):
    path: Ustring
    version: Int


class SetAclTxn(Record):
    path: Ustring
    acl: Vector[Acl]
    version: Int


class CreateSessionTxn(Record):
    timeout_ms: Int


class ErrorTxn(Record):
    err: Int


class Txn(Record):
    type: Int
    data: Buffer


class MultiTxn(Record):
    txns: Vector[Txn]


class CloseSessionTxn(Record):
    """Nothing: a closeSession is its header alone."""


TXN_RECORDS: dict[int, type[Record]] = {
    OpCode.CREATE: CreateTxn,
    OpCode.CREATE2: CreateTxn,
    OpCode.CREATE_TTL: CreateTtlTxn,
    OpCode.CREATE_CONTAINER: CreateContainerTxn,
    OpCode.DELETE: DeleteTxn,
    OpCode.DELETE_CONTAINER: DeleteTxn,
    OpCode.SET_DATA: SetDataTxn,
    OpCode.RECONFIG: SetDataTxn,
    OpCode.SET_ACL: SetAclTxn,
    OpCode.CHECK: CheckVersionTxn,
    OpCode.CREATE_SESSION: CreateSessionTxn,
    OpCode.CLOSE_SESSION: CloseSessionTxn,
    OpCode.ERROR: ErrorTxn,
    OpCode.MULTI: MultiTxn,
}


_REPLY = struct.Struct(">iiqi")
_EVENT_HEADER = _REPLY.pack(0, EVENT_XID, -1, 0)[4:]


def reply_frame(xid: int, zxid: int, err: int, body: bytes = b"") -> bytes:
    """Return a whole reply: its length, its header and the response's bytes."""
    return _REPLY.pack(16 + len(body), xid, zxid, err) + body


def event_frame(event: EventType, path: str) -> bytes:
    """Return the whole frame that tells a client of a fired watch."""
    body = _EVENT_HEADER + WatcherEvent(event, SYNC_CONNECTED, path).encode()
    return len(body).to_bytes(4, "big") + body
