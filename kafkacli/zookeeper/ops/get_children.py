"""getChildren, and getChildren2 which adds the Stat; both may leave a child watch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkacli.zookeeper.ops import reads
from kafkacli.zookeeper.protocol import GetChildren2Response, GetChildrenResponse, OpCode, PathWatchRequest, Perms

if TYPE_CHECKING:
    from kafkacli.zookeeper.pipeline import Caller, Client
    from kafkacli.zookeeper.tree import DataTree, Znode


@reads(OpCode.GET_CHILDREN, "GETC", PathWatchRequest)
def get_children(request: PathWatchRequest, tree: DataTree, client: Client, caller: Caller) -> bytes:
    """Answer with the names, in no order."""
    return GetChildrenResponse(list(_look(request, tree, client, caller).children or ())).encode()


@reads(OpCode.GET_CHILDREN2, "GETC", PathWatchRequest)
def get_children2(request: PathWatchRequest, tree: DataTree, client: Client, caller: Caller) -> bytes:
    """Answer with the names, in no order, and the Stat."""
    node = _look(request, tree, client, caller)
    return GetChildren2Response(list(node.children or ()), tree.stat(node)).encode()


def _look(request: PathWatchRequest, tree: DataTree, client: Client, caller: Caller) -> Znode:
    node = tree.lookup(request.path)
    caller.demand(node.acl, Perms.READ)
    if request.watch:
        tree.watches.children.add(request.path, client)
    return node
