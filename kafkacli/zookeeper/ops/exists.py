"""exists: a znode's Stat, and a watch for its creation, change or removal; needs no permission."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkacli.zookeeper.ops import reads
from kafkacli.zookeeper.protocol import Error, KeeperError, OpCode, PathWatchRequest

if TYPE_CHECKING:
    from kafkacli.zookeeper.pipeline import Client
    from kafkacli.zookeeper.tree import DataTree


@reads(OpCode.EXISTS, "EXIS", PathWatchRequest)
def exists(request: PathWatchRequest, tree: DataTree, client: Client) -> bytes:
    """Answer with the Stat; the watch is set on a missing znode too."""
    if "\0" in request.path:
        raise KeeperError(Error.BAD_ARGUMENTS)
    if request.watch:
        tree.watches.data.add(request.path, client)
    return tree.stat(tree.lookup(request.path))  # a StatResponse
