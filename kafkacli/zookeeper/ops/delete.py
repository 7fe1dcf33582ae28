"""delete: remove a znode without children."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkacli.zookeeper.jute import Record
from kafkacli.zookeeper.ops import View, no_body, writes
from kafkacli.zookeeper.paths import SPECIAL_PATHS, parent_of
from kafkacli.zookeeper.protocol import DeleteTxn, Error, KeeperError, OpCode, PathVersionRequest, Perms

if TYPE_CHECKING:
    from kafkacli.zookeeper.pipeline import Client


@writes(OpCode.DELETE, "DELE", PathVersionRequest, no_body)
def delete(request: PathVersionRequest, view: View, caller: Client) -> Record:
    """Prepare the removal; the version must match unless it is -1."""
    parent_path = parent_of(request.path)
    if request.path in SPECIAL_PATHS:
        raise KeeperError(Error.BAD_ARGUMENTS)
    parent = view.lookup(parent_path)
    node = view.lookup(request.path)
    caller.demand(parent.acl, Perms.DELETE)
    if request.version not in (-1, node.version):
        raise KeeperError(Error.BAD_VERSION)
    if node.child_count:
        raise KeeperError(Error.NOT_EMPTY)
    return DeleteTxn(request.path)
