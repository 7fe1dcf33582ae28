"""A ZooKeeper client that sends and receives records as they are, and may break every rule."""

from __future__ import annotations

import socket
from typing import TypeVar

from kafkacli.zookeeper.jute import Record
from kafkacli.zookeeper.protocol import (
    EVENT_XID,
    ConnectRequest,
    ConnectResponse,
    OpCode,
    ReplyHeader,
    RequestHeader,
    WatcherEvent,
)

_R = TypeVar("_R", bound=Record)
_SECONDS = 15


class RawClient:
    """One connection; events that come before a reply are kept in `events`."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), _SECONDS)
        self._stream = self.socket.makefile("rb")
        self._xid = 0
        self.events: list[WatcherEvent] = []
        self.last_zxid = 0
        self.session_id = 0
        self.password: bytes = bytes(16)

    def connect(
        self, *, timeout_ms: int = 10_000, session_id: int = 0, password: bytes | None = None, last_zxid: int = 0
    ) -> ConnectResponse:
        """Ask for a session, a new one by default."""
        request = ConnectRequest(0, last_zxid, timeout_ms, session_id, password or bytes(16))
        self.send_frame(request.encode() + b"\0")
        response = ConnectResponse.decode_whole(self.receive_frame())
        self.session_id, self.password = response.session_id, response.password or b""
        return response

    def send_frame(self, content: bytes) -> None:
        """Send bytes with their length before them."""
        self.socket.sendall(len(content).to_bytes(4, "big") + content)

    def receive_frame(self) -> bytes:
        """Return the next frame; raise EOFError when the server has closed."""
        head = self._read(4)
        return self._read(int.from_bytes(head, "big"))

    def send(self, code: int, request: Record | bytes = b"", xid: int | None = None) -> int:
        """Send a request; return its xid."""
        if xid is None:
            self._xid += 1
            xid = self._xid
        body = request if isinstance(request, bytes) else request.encode()
        self.send_frame(RequestHeader(xid, code).encode() + body)
        return xid

    def receive(self) -> tuple[ReplyHeader, bytes]:
        """Return header and body of the next reply."""
        while True:
            frame = self.receive_frame()
            header, position = ReplyHeader.decode(frame)
            if header.xid != EVENT_XID:
                self.last_zxid = header.zxid
                return header, frame[position:]
            self.events.append(WatcherEvent.decode_whole(frame, position))

    def call(self, code: int, request: Record | bytes = b"", xid: int | None = None) -> tuple[int, bytes]:
        """Send a request; return its error and the response's bytes."""
        sent = self.send(code, request, xid)
        header, body = self.receive()
        assert header.xid == sent
        return header.err, body

    def get(self, response: type[_R], code: int, request: Record | bytes) -> _R:
        """Send a request that must go well; return its response."""
        err, body = self.call(code, request)
        assert err == 0
        return response.decode_whole(body)

    def ping(self) -> None:
        """Wait for a ping's answer: every event before it has come then."""
        assert self.call(OpCode.PING, xid=-2) == (0, b"")

    def is_closed(self) -> bool:
        """Tell whether the server has closed, once everything sent before is read."""
        try:
            while True:
                self.receive_frame()
        except (EOFError, ConnectionError):
            return True

    def close(self) -> None:
        """Close without a word."""
        self._stream.close()
        self.socket.close()

    def _read(self, count: int) -> bytes:
        content = self._stream.read(count)
        if len(content) < count:
            raise EOFError
        return content
