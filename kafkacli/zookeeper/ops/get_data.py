"""getData: a znode's data and Stat, and a watch for its change or removal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkacli.zookeeper.ops import reads
from kafkacli.zookeeper.protocol import GetDataResponse, OpCode, PathWatchRequest, Perms

if TYPE_CHECKING:
    from kafkacli.zookeeper.pipeline import Caller, Client
    from kafkacli.zookeeper.tree import DataTree


@reads(OpCode.GET_DATA, "GETD", PathWatchRequest)
def get_data(request: PathWatchRequest, tree: DataTree, client: Client, caller: Caller) -> bytes:
    """Answer with data and Stat."""
    node = tree.lookup(request.path)
    caller.demand(node.acl, Perms.READ)
    if request.watch:
        tree.watches.data.add(request.path, client)
    return GetDataResponse(node.data, tree.stat(node)).encode()
