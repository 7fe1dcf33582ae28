"""getData: a znode's data and Stat, and a watch for its change or removal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkacli.zookeeper.jute import pack_buffer
from kafkacli.zookeeper.ops import reads
from kafkacli.zookeeper.protocol import OpCode, PathWatchRequest, Perms

if TYPE_CHECKING:
    from kafkacli.zookeeper.pipeline import Client
    from kafkacli.zookeeper.tree import DataTree


@reads(OpCode.GET_DATA, "GETD", PathWatchRequest)
def get_data(request: PathWatchRequest, tree: DataTree, client: Client) -> bytes:
    """Answer with data and Stat."""
    node = tree.lookup(request.path)
    client.demand(node.acl, Perms.READ)
    if request.watch:
        tree.watches.data.add(request.path, client)
    return pack_buffer(node.data) + tree.stat(node)  # a GetDataResponse
