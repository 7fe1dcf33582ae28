"""setData: new data for a znode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkacli.zookeeper.jute import Record
from kafkacli.zookeeper.ops import View, stat_reply, writes
from kafkacli.zookeeper.paths import validate_path
from kafkacli.zookeeper.protocol import Error, KeeperError, OpCode, Perms, SetDataRequest, SetDataTxn

if TYPE_CHECKING:
    from kafkacli.zookeeper.pipeline import Client


@writes(OpCode.SET_DATA, "SETD", SetDataRequest, stat_reply)
def set_data(request: SetDataRequest, view: View, caller: Client) -> Record:
    """Prepare the change; the version must match unless it is -1."""
    validate_path(request.path)
    node = view.lookup(request.path)
    caller.demand(node.acl, Perms.WRITE)
    if request.version not in (-1, node.version):
        raise KeeperError(Error.BAD_VERSION)
    return SetDataTxn(request.path, request.data, node.version + 1)
