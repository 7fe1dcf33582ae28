"""setACL: a new ACL for a znode; its version is the Stat's aversion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkacli.zookeeper.acl import expand
from kafkacli.zookeeper.jute import Record
from kafkacli.zookeeper.ops import View, stat_reply, writes
from kafkacli.zookeeper.paths import validate_path
from kafkacli.zookeeper.protocol import Error, KeeperError, OpCode, Perms, SetAclRequest, SetAclTxn

if TYPE_CHECKING:
    from kafkacli.zookeeper.pipeline import Client


@writes(OpCode.SET_ACL, "SETA", SetAclRequest, stat_reply)
def set_acl(request: SetAclRequest, view: View, caller: Client) -> Record:
    """Prepare the change; the version must match unless it is -1."""
    validate_path(request.path)
    acl = expand(request.acl, caller.ids)
    node = view.lookup(request.path)
    caller.demand(node.acl, Perms.ADMIN)
    if request.version not in (-1, node.aversion):
        raise KeeperError(Error.BAD_VERSION)
    return SetAclTxn(request.path, acl, node.aversion + 1)
