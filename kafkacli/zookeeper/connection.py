"""One client's connection: bytes in, frames to the pipeline, frames out.

The first four bytes are either a four-letter word or the length of a ConnectRequest; after that every frame is a request.
What can't be read closes this connection, with a log line, and nothing else. Reading pauses while the client doesn't take
what it is sent, or while too many replies wait for the disk.
Source: NIOServerCnxn.java, ZooKeeperServer.processConnectRequest (3.5.9).
"""

from __future__ import annotations

import asyncio
import socket
import struct
from selectors import EVENT_READ, EVENT_WRITE
from typing import TYPE_CHECKING

from kafkacli.zookeeper import four_letter
from kafkacli.zookeeper.jute import JuteError
from kafkacli.zookeeper.pipeline import Client
from kafkacli.zookeeper.protocol import ConnectRequest, ConnectResponse, Id
from kafkacli.zookeeper.sessions import password_of
from kafkacli.zookeeper.stats import Stats

if TYPE_CHECKING:
    from kafkacli.zookeeper.server import ZooKeeperServer

_CLOSING_SECONDS = 10  # for what is still to be sent

_READ_BYTES = 64 * 1024
_FLUSH_BYTES = 64 * 1024
_length_at = struct.Struct(">i").unpack_from


class Connection(Client):
    """The pipeline's client, the poller's handler and the commit's outlet for one socket."""

    __slots__ = (
        "_buffer", "_closing", "_connected", "_ending", "_needed", "_outgoing", "_outgoing_bytes", "_server", "_socket",
        "_throttled", "_timer", "_unsent", "address", "established_ms", "heard_ms", "outstanding", "port", "stats",
    )  # fmt: skip

    def __init__(self, server: ZooKeeperServer, accepted: socket.socket, address: str, port: int) -> None:
        """Take over a socket; nothing happens before `open`."""
        super().__init__([Id("ip", address)], server.pipeline.rules)
        self._server = server
        self._socket = accepted
        self._buffer: bytearray | None = None  # a frame's beginning, or what a pause holds up
        self._needed = 4  # bytes in it until something can be done
        self._outgoing: list[bytes] = []
        self._outgoing_bytes = 0
        self._unsent: bytearray | None = None  # what the socket didn't take; nothing is read meanwhile
        self._throttled = False  # nothing is read until the disk has caught up
        self._connected = False  # a ConnectRequest was accepted
        self._closing = False  # no more requests are served
        self._ending = False  # and nothing is sent after what is unsent
        self._timer: asyncio.TimerHandle | None = None
        self.address = address
        self.port = port
        self.heard_ms = server.now_ms()
        self.outstanding = 0
        self.established_ms = server.wall_ms()
        self.stats = Stats()

    @property
    def interest(self) -> int:
        """What the connection waits for, in Java's bits: 1 to read, 4 to write."""
        return (0 if self._is_paused or self._closing else 1) | (4 if self._unsent else 0)

    @property
    def last_response_ms(self) -> int:
        """When the last reply left, in ms of the server's steady clock; 0: none yet."""
        return self.heard_ms + int(self.stats.latency_last_ms) if self.stats.sent else 0

    def reset_stats(self) -> None:
        """Begin again to count."""
        self.stats.reset()
        self.last_op, self.last_xid, self.last_zxid = "NA", -1, -1

    def fileno(self) -> int:
        """The socket's descriptor; -1: it is closed."""
        return self._socket.fileno()

    def open(self) -> None:
        """Register with the server, unless the address has too many connections, and read."""
        try:
            self._socket.setblocking(False)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._server.config.keep_alive:
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        except OSError:  # gone already: macOS tells so here
            self._socket.close()
            return
        if not self._server.register(self):
            self._socket.close()
            return
        seconds = self._server.config.sessionless_timeout_ms / 1000
        self._timer = self._server.loop.call_later(seconds, self._end_sessionless)
        self._await()

    def ready(self, events: int) -> None:
        """Write and read what can be."""
        try:
            if events & EVENT_WRITE:
                self._send_rest()
            if events & EVENT_READ:
                if self._throttled or self._unsent is not None:
                    self._await()  # no more of these
                else:
                    self._receive()
        except Exception:
            self._server.logger.getChild("NIOServerCnxn").exception("Unexpected exception")
            self.drop()

    def resume(self) -> None:
        """Go on after `throttle`."""
        self._throttled = False
        self._go_on()

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
        """Close at once and take the watches away; the session lives on until its timeout."""
        if self._socket.fileno() < 0:
            return
        self._closing = True
        if self._timer is not None:
            self._timer.cancel()
        self._server.poller.watch(self, 0)
        self._socket.close()
        self._buffer = self._unsent = None
        self._outgoing.clear()
        self._server.unregister(self)

    def fail(self, reason: str) -> None:
        """Close at once, with a log line."""
        self._server.logger.getChild("NIOServerCnxn").warning(
            "Exception causing close of session 0x%x: %s", self.session_id & 0xFFFFFFFFFFFFFFFF, reason
        )
        self.drop()

    def write(self, frame: bytes | None, waited_ms: float) -> None:
        """Put a frame into the outgoing buffer; None: close when it has left."""
        if frame is None:
            self._end()
            return
        self._outgoing.append(frame)
        size = len(frame)
        self._outgoing_bytes += size
        self.outstanding -= 1
        self.stats.note_sent(waited_ms)
        self._server.stats.note_reply(size - 4, waited_ms)

    def flush(self) -> None:
        """Hand the outgoing buffer to the socket."""
        content = b"".join(self._outgoing)
        self._outgoing.clear()
        self._outgoing_bytes = 0
        if self._unsent is not None:
            self._unsent += content
        elif 0 <= (sent := self._send(content)) < len(content):
            self._unsent = bytearray(memoryview(content)[sent:])
            self._await()

    @property
    def _is_paused(self) -> bool:
        return self._throttled or self._unsent is not None

    def _await(self) -> None:
        """Have the poller tell what is waited for now."""
        reading = 0 if self._is_paused else EVENT_READ
        self._server.poller.watch(self, reading | (EVENT_WRITE if self._unsent else 0))

    def _receive(self) -> None:
        """Take what came; serve every whole frame."""
        try:
            data = self._socket.recv(_READ_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""  # closed as well as by an end
        if not data:
            self.drop()
        elif self._closing:
            return  # unread, it would take what is still to be sent along
        elif self._buffer is None:
            self._work(data)
        else:
            self._buffer += data
            self._work_buffer()

    def _go_on(self) -> None:
        """Serve what a pause has held up, and read again, unless there is another."""
        if not self._is_paused and not self._closing:
            self._work_buffer()
        if self._socket.fileno() >= 0:
            self._await()

    def _work_buffer(self) -> None:
        """Serve what has been kept, if it is enough."""
        if self._buffer is not None and len(self._buffer) >= self._needed:
            content, self._buffer = bytes(self._buffer), None
            self._work(content)

    def _work(self, content: bytes) -> None:
        """Serve the frames that the bytes begin with, until a pause; keep the rest."""
        server = self._server
        commit, process, most = server.commit, server.pipeline.process, server.config.max_buffer_bytes
        position, size = 0, len(content)
        now_ms = self.heard_ms = server.now_ms()
        self._needed = 4
        if not self._connected and content[:4] in four_letter.WORDS:
            self._answer_word(content[:4].decode(), content[4:])
            return
        try:
            while size - position >= 4:
                (length,) = _length_at(content, position)
                if not 0 <= length <= most:
                    raise JuteError(f"Len error {length}")
                end = position + 4 + length
                if end > size:
                    self._needed = end - position
                    break
                frame = content[position + 4 : end]
                position = end
                server.stats.received += 1
                self.stats.received += 1
                if self._connected:
                    process(self, frame, now_ms)
                else:
                    self._connect(frame)
                if self._outgoing_bytes > _FLUSH_BYTES:
                    self.flush()  # which may begin a pause
                if commit.is_full:
                    self._throttled = True
                    server.throttle(self)
                    break
                if self._closing or self._unsent is not None:
                    break
        except JuteError as error:
            self.fail(str(error))
            return
        if self._outgoing:
            self.flush()
        if position < size and not self._closing:
            self._buffer = bytearray(memoryview(content)[position:])

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
            stats.note_word()
        self._end()

    def _end(self) -> None:
        """Close when what was written has left, or after a while."""
        self._ending = True
        self.flush()
        if self._unsent is None:
            self.drop()
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._server.loop.call_later(_CLOSING_SECONDS, self.drop)

    def _end_sessionless(self) -> None:
        if not self._connected:
            self.drop()

    def _send_rest(self) -> None:
        """Send what the socket didn't take before."""
        if self._unsent is None:
            return
        sent = self._send(self._unsent)
        if sent < 0:
            return
        del self._unsent[:sent]
        if self._unsent:
            return
        self._unsent = None
        if self._ending:
            self.drop()
        else:
            self._go_on()

    def _send(self, content: bytes | bytearray) -> int:
        """Return how many bytes the socket took, -1 when it is gone."""
        try:
            return self._socket.send(content)
        except (BlockingIOError, InterruptedError):
            return 0
        except OSError:
            self.drop()
            return -1
