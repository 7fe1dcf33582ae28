"""auth: a connection proves an identity (digest), or asks for the one it has (ip).

Answered with AUTH_FAILED and a closed connection for an unknown scheme, and for digest without credentials.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkacli.zookeeper.acl import digest_of
from kafkacli.zookeeper.ops import handshakes
from kafkacli.zookeeper.protocol import AuthPacket, Error, Id, OpCode, reply_frame

if TYPE_CHECKING:
    from kafkacli.zookeeper.pipeline import Client, Pipeline


@handshakes(OpCode.AUTH)
def authenticate(pipeline: Pipeline, client: Client, xid: int, body: bytes) -> None:
    """Add what was proved to the client's ids."""
    packet = AuthPacket.decode_whole(body)
    if packet.scheme == "digest" and packet.auth is not None:
        digest = digest_of(packet.auth)
        if digest == pipeline.rules.super_digest:
            _add(client, Id("super", ""))
        _add(client, Id("digest", digest))
    elif packet.scheme != "ip":
        client.send(reply_frame(xid, 0, Error.AUTH_FAILED))
        client.close()
        return
    client.send(reply_frame(xid, 0, Error.OK))


def _add(client: Client, identity: Id) -> None:
    if identity not in client.ids:
        client.ids.append(identity)
