"""One client's connection: bytes in, frames to the pipeline, frames out.

The first four bytes are either a four-letter word or the length of a ConnectRequest; after that every frame is a request.
What can't be read closes this connection, with a log line, and nothing else. Reading pauses while the client doesn't take
what it is sent, or while too many replies wait for the disk.
Source: NIOServerCnxn.java, ZooKeeperServer.processConnectRequest (3.5.9).
"""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, cast

from kafkacli.zookeeper import four_letter
from kafkacli.zookeeper.jute import JuteError
from kafkacli.zookeeper.protocol import ConnectRequest, ConnectResponse, Id
from kafkacli.zookeeper.sessions import password_of
from kafkacli.zookeeper.stats import Stats

if TYPE_CHECKING:
    from kafkacli.zookeeper.server import ZooKeeperServer

_CLOSING_SECONDS = 10  # for what is still to be sent

_FLUSH_BYTES = 64 * 1024


class Connection(asyncio.Protocol):
    """The pipeline's client and the commit's outlet for one socket."""

    def __init__(self, server: ZooKeeperServer) -> None:
        self._server = server
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._needed = 4  # bytes until something can be done
        self._outgoing: list[bytes] = []
        self._outgoing_bytes = 0
        self._connected = False  # a ConnectRequest was accepted
        self._closing = False
        self._pauses: set[str] = set()
        self._timer: asyncio.TimerHandle | None = None
        self.address = ""
        self.port = 0
        self.session_id = 0
        self.timeout_ms = 0
        self.ids: list[Id] = []
        self.last_op: str | None = None
        self.last_xid = self.last_zxid = 0
        self.heard_ms = server.now_ms()
        self.outstanding = 0
        self.established_ms = server.wall_ms()
        self.stats = Stats()

    @property
    def interest(self) -> int:
        """What the connection waits for, in Java's bits: 1 to read, 4 to write."""
        return (0 if self._pauses or self._closing else 1) | (4 if "writing" in self._pauses else 0)

    @property
    def last_response_ms(self) -> int:
        """When the last reply left, in ms of the server's steady clock; 0: none yet."""
        return self.heard_ms + int(self.stats.latency_last_ms) if self.stats.sent else 0

    def reset_stats(self) -> None:
        """Begin again to count."""
        self.stats.reset()
        self.last_op, self.last_xid, self.last_zxid = "NA", -1, -1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Register with the server, unless the address has too many connections."""
        self._transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        if peer is None:  # gone already
            self._transport.abort()
            return
        self.address, self.port = peer[0], peer[1]
        self.ids = [Id("ip", self.address)]
        if self._server.register(self):
            if self._server.config.keep_alive:
                transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            seconds = self._server.config.sessionless_timeout_ms / 1000
            self._timer = self._server.loop.call_later(seconds, self._end_sessionless)
        else:
            self._closing = True
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Take the watches away; the session lives on until its timeout."""
        self._closing = True
        if self._timer is not None:
            self._timer.cancel()
        self._buffer.clear()
        self._outgoing.clear()
        self._server.unregister(self)

    def data_received(self, data: bytes) -> None:
        """Take what came; serve every whole frame."""
        if self._closing:
            return
        self._buffer += data
        if len(self._buffer) >= self._needed and not self._pauses:
            self._work()

    def _work(self) -> None:
        """Serve the frames that the buffer holds, until a pause."""
        buffer, position = self._buffer, 0
        self._needed = 4
        try:
            while len(buffer) - position >= 4 and not self._pauses:
                word = bytes(buffer[position : position + 4])
                if not self._connected and word in four_letter.WORDS:
                    self._answer_word(word.decode(), bytes(buffer[position + 4 :]))
                    return
                length = int.from_bytes(word, "big", signed=True)
                if not 0 <= length <= self._server.config.max_buffer_bytes:
                    raise JuteError(f"Len error {length}")
                end = position + 4 + length
                if end > len(buffer):
                    self._needed = end - position
                    break
                frame = bytes(buffer[position + 4 : end])
                position = end
                if not self._serve(frame):
                    return
                if self._outgoing_bytes > _FLUSH_BYTES:
                    self.flush()  # which may begin a pause
                if self._server.is_throttling(self):
                    self._pause("commit")
        except JuteError as error:
            self.fail(str(error))
            return
        finally:
            self._server.commit.flush()
        del buffer[:position]

    def eof_received(self) -> None:
        """Close: a client that sends no more goes."""

    def pause_writing(self) -> None:
        """Read no requests from a client that doesn't read replies."""
        self._pause("writing")

    def resume_writing(self) -> None:
        """Go on."""
        self.resume("writing")

    def resume(self, reason: str = "commit") -> None:
        """End a pause; reading goes on when no other reason is left."""
        self._pauses.discard(reason)
        if self._pauses or self._closing or self._transport is None:
            return
        if len(self._buffer) >= self._needed:
            self._work()
        if not self._pauses and not self._closing:
            self._transport.resume_reading()

    def send(self, frame: bytes) -> None:
        """Send a frame when what it tells is on disk."""
        if not self._closing:
            self.outstanding += 1
            self._server.commit.send(self, frame)

    def close(self) -> None:
        """Close when everything sent before has left."""
        if not self._closing:
            self._closing = True
            self._server.commit.send(self, None)

    def drop(self) -> None:
        """Close at once."""
        self._closing = True
        if self._transport is not None:
            self._transport.abort()

    def fail(self, reason: str) -> None:
        """Close at once, with a log line."""
        self._server.logger.getChild("NIOServerCnxn").warning(
            "Exception causing close of session 0x%x: %s", self.session_id & 0xFFFFFFFFFFFFFFFF, reason
        )
        self.drop()

    def write(self, frame: bytes | None, waited_ms: float) -> None:
        """Put a frame into the outgoing buffer; None: close when it has left."""
        if frame is None:
            self.flush()
            if self._transport is not None:
                self._transport.close()
                if self._timer is not None:
                    self._timer.cancel()
                self._timer = self._server.loop.call_later(_CLOSING_SECONDS, self._transport.abort)
            return
        self._outgoing.append(frame)
        self._outgoing_bytes += len(frame)
        self.outstanding -= 1
        self.stats.note_sent(len(frame) - 4, waited_ms)
        self._server.stats.note_sent(len(frame) - 4, waited_ms)

    def flush(self) -> None:
        """Hand the outgoing buffer to the socket."""
        if self._outgoing and self._transport is not None:
            content = b"".join(self._outgoing)
            self._outgoing.clear()
            self._outgoing_bytes = 0
            self._transport.write(content)

    def _serve(self, frame: bytes) -> bool:
        """Serve a frame; False when none may follow."""
        server = self._server
        server.stats.received += 1
        self.stats.received += 1
        self.heard_ms = server.now_ms()
        if self._connected:
            server.pipeline.process(self, frame, self.heard_ms)
        else:
            self._connect(frame)
        return not self._closing

    def _connect(self, frame: bytes) -> None:
        request, position = ConnectRequest.decode(frame)
        knows_read_only = len(frame) > position
        server = self._server
        if request.last_zxid_seen > server.pipeline.tree.last_zxid:
            server.logger.getChild("ZooKeeperServer").info(
                "Refusing session request for client /%s:%d as it has seen zxid 0x%x our last zxid is 0x%x "
                "client must try another server",
                self.address, self.port, request.last_zxid_seen, server.pipeline.tree.last_zxid,
            )  # fmt: skip
            self.drop()
            return
        self._connected = True
        self.timeout_ms = server.sessions.negotiate(request.timeout_ms)
        now_ms = self.heard_ms
        valid = True
        if request.session_id == 0:
            server.pipeline.create_session(self, self.timeout_ms, now_ms)
            self.last_op = "SESS"
        elif request.password == password_of(request.session_id) and server.sessions.touch(
            request.session_id, self.timeout_ms, now_ms
        ):
            self.session_id = request.session_id
        else:
            valid = False
            server.logger.getChild("ZooKeeperServer").info(
                "Invalid session 0x%x for client /%s:%d, probably expired",
                request.session_id & 0xFFFFFFFFFFFFFFFF, self.address, self.port,
            )  # fmt: skip
        if valid:
            response = ConnectResponse(0, self.timeout_ms, self.session_id, password_of(self.session_id))
            server.attach(self)
        else:
            response = ConnectResponse(0, 0, 0, bytes(16))
        body = response.encode() + (b"\0" if knows_read_only else b"")
        self.send(len(body).to_bytes(4, "big") + body)
        if self._timer is not None:
            self._timer.cancel()
        if not valid:
            self.close()

    def _answer_word(self, word: str, rest: bytes) -> None:
        self._closing = True
        self._server.logger.getChild("NIOServerCnxn").info(
            "Processing %s command from /%s:%d", word, self.address, self.port
        )
        for stats in (self.stats, self._server.stats):
            stats.received += 1
        self._outgoing.append(four_letter.answer(self._server, word, rest).encode())
        for stats in (self.stats, self._server.stats):
            stats.sent += 1
        self.write(None, 0)

    def _end_sessionless(self) -> None:
        if not self._connected:
            self.drop()

    def _pause(self, reason: str) -> None:
        self._pauses.add(reason)
        if self._transport is not None and not self._closing:
            self._transport.pause_reading()
