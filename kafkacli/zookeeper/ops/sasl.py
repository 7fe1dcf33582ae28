"""sasl: the server has no SASL login, and answers as the original without one does: an empty token, no identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkacli.zookeeper.ops import handshakes
from kafkacli.zookeeper.protocol import Error, OpCode, SaslToken, reply_frame

if TYPE_CHECKING:
    from kafkacli.zookeeper.pipeline import Client, Pipeline


@handshakes(OpCode.SASL)
def answer(_: Pipeline, client: Client, xid: int, body: bytes) -> None:
    """Take the client's token and give none back."""
    SaslToken.decode_whole(body)
    client.send(reply_frame(xid, 0, Error.OK, SaslToken(None).encode()))
