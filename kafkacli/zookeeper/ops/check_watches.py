"""checkWatches and removeWatches: does this connection watch a path, and watch it no longer; NO_WATCHER if it doesn't."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkacli.zookeeper.ops import reads
from kafkacli.zookeeper.protocol import Error, KeeperError, OpCode, PathTypeRequest, WatcherType

if TYPE_CHECKING:
    from kafkacli.zookeeper.pipeline import Client
    from kafkacli.zookeeper.tree import DataTree


@reads(OpCode.CHECK_WATCHES, "CHKW", PathTypeRequest)
def check(request: PathTypeRequest, tree: DataTree, client: Client) -> bytes:
    """Answer with nothing but the error code."""
    if not any(table.contains(request.path, client) for table in tree.watches.tables(_kind(request))):
        raise KeeperError(Error.NO_WATCHER)
    return b""


@reads(OpCode.REMOVE_WATCHES, "REMW", PathTypeRequest)
def remove(request: PathTypeRequest, tree: DataTree, client: Client) -> bytes:
    """Answer with nothing but the error code."""
    removed = [table.remove(request.path, client) for table in tree.watches.tables(_kind(request))]
    if not any(removed):
        raise KeeperError(Error.NO_WATCHER)
    return b""


def _kind(request: PathTypeRequest) -> int:
    if request.type not in tuple(WatcherType):
        raise KeeperError(Error.MARSHALLING_ERROR)
    return request.type
