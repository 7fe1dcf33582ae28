"""getChildren, and getChildren2 which adds the Stat; both may leave a child watch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkacli.zookeeper.jute import pack_string, pack_vector
from kafkacli.zookeeper.ops import reads
from kafkacli.zookeeper.protocol import OpCode, PathWatchRequest, Perms

if TYPE_CHECKING:
    from kafkacli.zookeeper.pipeline import Client
    from kafkacli.zookeeper.tree import DataTree, Znode


@reads(OpCode.GET_CHILDREN, "GETC", PathWatchRequest)
def get_children(request: PathWatchRequest, tree: DataTree, client: Client) -> bytes:
    """Answer with the names, in no order."""
    return pack_vector(list(_look(request, tree, client).children or ()), pack_string)  # a GetChildrenResponse


@reads(OpCode.GET_CHILDREN2, "GETC", PathWatchRequest)
def get_children2(request: PathWatchRequest, tree: DataTree, client: Client) -> bytes:
    """Answer with the names, in no order, and the Stat."""
    node = _look(request, tree, client)
    return pack_vector(list(node.children or ()), pack_string) + tree.stat(node)  # a GetChildren2Response


def _look(request: PathWatchRequest, tree: DataTree, client: Client) -> Znode:
    node = tree.lookup(request.path)
    client.demand(node.acl, Perms.READ)
    if request.watch:
        tree.watches.children.add(request.path, client)
    return node
