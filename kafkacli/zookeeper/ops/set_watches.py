"""setWatches: a client that was away sets its watches again, and hears at once of those that should have fired.

A data watch fires when the znode is gone or its mzxid is beyond the zxid the client saw last, an exist watch when the
znode is there, a child watch when it is gone or its pzxid is beyond.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkacli.zookeeper.ops import reads
from kafkacli.zookeeper.protocol import EventType, OpCode, SetWatches, event_frame

if TYPE_CHECKING:
    from kafkacli.zookeeper.pipeline import Client
    from kafkacli.zookeeper.tree import DataTree


@reads(OpCode.SET_WATCHES, "SETW", SetWatches)
def set_watches(request: SetWatches, tree: DataTree, client: Client) -> bytes:
    """Answer with nothing, after the events."""
    nodes, seen = tree.nodes, request.relative_zxid
    for path in request.data_watches:
        if (node := nodes.get(path)) is None:
            client.send(event_frame(EventType.NODE_DELETED, path))
        elif node.mzxid > seen:
            client.send(event_frame(EventType.NODE_DATA_CHANGED, path))
        else:
            tree.watches.data.add(path, client)
    for path in request.exist_watches:
        if path in nodes:
            client.send(event_frame(EventType.NODE_CREATED, path))
        else:
            tree.watches.data.add(path, client)
    for path in request.child_watches:
        if (node := nodes.get(path)) is None:
            client.send(event_frame(EventType.NODE_DELETED, path))
        elif node.pzxid > seen:
            client.send(event_frame(EventType.NODE_CHILDREN_CHANGED, path))
        else:
            tree.watches.children.add(path, client)
    return b""
