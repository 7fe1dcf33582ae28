"""sync: answered once everything before it is on disk, which one server gives by its order alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkacli.zookeeper.ops import reads
from kafkacli.zookeeper.protocol import OpCode, PathRequest

if TYPE_CHECKING:
    from kafkacli.zookeeper.pipeline import Client
    from kafkacli.zookeeper.tree import DataTree


@reads(OpCode.SYNC, "SYNC", PathRequest)
def sync(request: PathRequest, _: DataTree, __: Client) -> bytes:
    """Answer with the path that was asked."""
    return request.encode()
