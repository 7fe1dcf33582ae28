"""The operations of clients, one file each, registered here by their decorators.

Three kinds: a read answers from the tree; a write prepares a transaction, which the pipeline logs and applies, and then
replies from its result; a handshake concerns the connection and needs no session's leave.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from kafkacli.zookeeper.acl import AclList
from kafkacli.zookeeper.jute import Record
from kafkacli.zookeeper.protocol import OpCode

if TYPE_CHECKING:
    from kafkacli.zookeeper.pipeline import Client, Pipeline
    from kafkacli.zookeeper.tree import DataTree, TxnResult


class NodeView(Protocol):
    """What validation looks at in a znode."""

    acl: AclList
    version: int
    cversion: int
    aversion: int
    ephemeral_owner: int

    @property
    def child_count(self) -> int:
        """How many children there are."""


class View(Protocol):
    """The znodes as the transaction being prepared will find them: the tree, or a multi's picture of it."""

    def lookup(self, path: str) -> NodeView:
        """Return a znode; raise KeeperError NO_NODE where there is none."""

    def has(self, path: str) -> bool:
        """Tell whether a znode is there."""

    def is_ephemeral(self, owner: int) -> bool:
        """Tell whether an owner is a session."""


class Decodable(Protocol):
    """A record, or what is read like one."""

    @classmethod
    def decode(cls, data: bytes, position: int = 0) -> tuple[Any, int]:
        """Return what stands at a position and the position after it; raise JuteError for what can't be read."""


class Read:
    """An operation that changes nothing on disk."""

    __slots__ = ("answer", "request", "short_name")

    def __init__(
        self, short_name: str, request: type[Record], answer: Callable[[Any, DataTree, Client], bytes]
    ) -> None:
        self.short_name = short_name
        self.request = request
        self.answer = answer


class Write:
    """An operation that becomes a transaction."""

    __slots__ = ("code", "prepare", "reply", "request", "short_name")

    def __init__(
        self,
        code: OpCode,
        short_name: str,
        request: type[Decodable],
        prepare: Callable[[Any, Any, Client], Record],
        reply: Callable[[Any, TxnResult], bytes],
    ) -> None:
        self.code = code
        self.short_name = short_name
        self.request = request
        self.prepare = prepare
        self.reply = reply


_F = TypeVar("_F", bound=Callable[..., Any])

READS: dict[int, Read] = {}
WRITES: dict[int, Write] = {}
HANDSHAKES: dict[int, Callable[[Pipeline, Client, int, bytes], None]] = {}


def reads(code: OpCode, short_name: str, request: type[Record]) -> Callable[[_F], _F]:
    """Register an answer: (request, tree, client) → the response's bytes; raises KeeperError to refuse."""

    def register(answer: _F) -> _F:
        READS[code] = Read(short_name, request, answer)
        return answer

    return register


def writes(
    code: OpCode,
    short_name: str,
    request: type[Decodable],
    reply: Callable[[Any, TxnResult], bytes],
) -> Callable[[_F], _F]:
    """Register a preparation: (request, view, client) → the transaction's record; raises KeeperError to refuse.

    short_name: the four letters that `cons` shows.
    reply: (request, result) → the response's bytes.
    """

    def register(prepare: _F) -> _F:
        WRITES[code] = Write(code, short_name, request, prepare, reply)
        return prepare

    return register


def handshakes(code: OpCode) -> Callable[[_F], _F]:
    """Register a handshake: (pipeline, client, xid, body of the request)."""

    def register(handshake: _F) -> _F:
        HANDSHAKES[code] = handshake
        return handshake

    return register


def no_body(_: object, __: object) -> bytes:
    """Reply with the header alone."""
    return b""


def stat_reply(_: object, result: TxnResult) -> bytes:
    """Reply with the Stat after the change."""
    assert result.stat is not None
    return result.stat


for _name in (
    "auth", "check_watches", "create", "delete", "exists", "get_acl", "get_children", "get_data", "multi", "reconfig",
    "sasl", "set_acl", "set_data", "set_watches", "sync",
):  # fmt: skip
    import_module(f"{__name__}.{_name}")
