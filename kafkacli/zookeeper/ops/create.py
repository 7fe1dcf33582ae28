"""create, create2, createContainer, createTTL: a new znode.

create answers with the path, the others (3.5) with path and Stat. A sequential znode's name gets ten digits: the
parent's count of creations so far. Container and TTL znodes are removed by the server when they have stood empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkacli.zookeeper.acl import expand
from kafkacli.zookeeper.jute import Record, pack_string
from kafkacli.zookeeper.ops import View, writes
from kafkacli.zookeeper.paths import parent_of, validate_path
from kafkacli.zookeeper.protocol import (
    Acl,
    CreateContainerTxn,
    CreateFlag,
    CreateRequest,
    CreateTtlRequest,
    CreateTtlTxn,
    CreateTxn,
    Error,
    KeeperError,
    OpCode,
    Perms,
)
from kafkacli.zookeeper.tree import MAX_TTL_MS

if TYPE_CHECKING:
    from kafkacli.zookeeper.pipeline import Client
    from kafkacli.zookeeper.tree import TxnResult

_FLAGS = {flag.value: flag for flag in CreateFlag}
_EPHEMERAL = (CreateFlag.EPHEMERAL, CreateFlag.EPHEMERAL_SEQUENTIAL)
_SEQUENTIAL = (
    CreateFlag.PERSISTENT_SEQUENTIAL,
    CreateFlag.EPHEMERAL_SEQUENTIAL,
    CreateFlag.PERSISTENT_SEQUENTIAL_WITH_TTL,
)
_WITH_TTL = (CreateFlag.PERSISTENT_WITH_TTL, CreateFlag.PERSISTENT_SEQUENTIAL_WITH_TTL)


def path_reply(_: object, result: TxnResult) -> bytes:
    """Return the response of create."""
    return pack_string(result.path)  # a CreateResponse


def path_and_stat_reply(_: object, result: TxnResult) -> bytes:
    """Return the response of the later ones."""
    assert result.stat is not None
    return pack_string(result.path) + result.stat  # a Create2Response


@writes(OpCode.CREATE, "CREA", CreateRequest, path_reply)
@writes(OpCode.CREATE2, "CREA", CreateRequest, path_and_stat_reply)
def create(request: CreateRequest, view: View, caller: Client) -> Record:
    """Prepare a persistent or ephemeral znode."""
    flag, path, acl, cversion = _prepare(request, -1, view, caller)
    return CreateTxn(path, request.data, acl, flag in _EPHEMERAL, cversion)


@writes(OpCode.CREATE_CONTAINER, "CREA", CreateRequest, path_and_stat_reply)
def create_container(request: CreateRequest, view: View, caller: Client) -> Record:
    """Prepare a container znode."""
    _, path, acl, cversion = _prepare(request, -1, view, caller)
    return CreateContainerTxn(path, request.data, acl, cversion)


@writes(OpCode.CREATE_TTL, "CREA", CreateTtlRequest, path_and_stat_reply)
def create_ttl(request: CreateTtlRequest, view: View, caller: Client) -> Record:
    """Prepare a znode with a time to live; a kind without one is refused (3.5.9 would end over it)."""
    if request.flags not in _WITH_TTL:
        raise KeeperError(Error.BAD_ARGUMENTS)
    _, path, acl, cversion = _prepare(request, request.ttl, view, caller)
    return CreateTtlTxn(path, request.data, acl, cversion, request.ttl)


def _prepare(
    request: CreateRequest | CreateTtlRequest, ttl_ms: int, view: View, caller: Client
) -> tuple[CreateFlag, str, list[Acl], int]:
    """Return flag, path, stored ACL and the parent's new cversion."""
    flag = _FLAGS.get(request.flags)
    if flag is None:
        raise KeeperError(Error.BAD_ARGUMENTS)
    if flag in _WITH_TTL and not caller.rules.extended_types:
        raise KeeperError(Error.UNIMPLEMENTED)
    if not 0 < ttl_ms <= MAX_TTL_MS if flag in _WITH_TTL else ttl_ms >= 0:
        raise KeeperError(Error.BAD_ARGUMENTS)
    path = request.path
    parent_path = parent_of(path)
    acl = expand(request.acl, caller.ids)
    parent = view.lookup(parent_path)
    caller.demand(parent.acl, Perms.CREATE)
    if flag in _SEQUENTIAL:
        path = f"{path}{parent.cversion:010d}"
    validate_path(path)
    if view.has(path):
        raise KeeperError(Error.NODE_EXISTS)
    if view.is_ephemeral(parent.ephemeral_owner):
        raise KeeperError(Error.NO_CHILDREN_FOR_EPHEMERALS)
    return flag, path, acl, parent.cversion + 1
