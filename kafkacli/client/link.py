"""A connection to a broker on which several requests are on the way at once; nothing here waits.

It is made by a thread of its own, with all that a `Connection` takes, and then driven by whoever watches its descriptor
(`links.py`). Answers come in the order of the requests, as brokers promise.
"""

from __future__ import annotations

import math
import os
import socket
from collections import deque
from threading import Thread
from time import monotonic

from kafkacli.client.connection import MAX_RESPONSE_BYTES, ConnectFailed, Connection
from kafkacli.wire.codec import decode, encode_parts, newest_common_version
from kafkacli.wire.header import read_response_header, request_head
from kafkacli.wire.primitives import WireError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from kafkacli.client.settings import ClientSettings
    from kafkacli.client.traffic import NodeTraffic
    from kafkacli.wire.primitives import Buffer
    from kafkacli.wire.schema import Message

    M = TypeVar("M", bound=Message)
    Answered = Callable[[memoryview | None, int], None]
    """Told of a request's answer: its frame without size, None when the connection was lost; and the version."""

_RECEIVE = 1 << 16  # bytes; what is longer is received where it stays
_MOST_PARTS = 64  # handed over in one call of the system


class Request:
    """One that is on the way. by: when its answer has to be there, of the monotonic clock. left: bytes still to be sent."""

    __slots__ = ("answered", "by", "correlation_id", "is_answered", "left", "sent", "version")

    def __init__(
        self, correlation_id: int, version: int, answered: Answered, sent: float, by: float, *, is_answered: bool
    ) -> None:
        self.correlation_id = correlation_id
        self.version = version
        self.answered = answered
        self.sent = sent
        self.by = by
        self.is_answered = is_answered
        self.left = 0


class Link:
    """A connection to one broker that is being made, takes requests (`is_up`), or is gone (`is_closed`, why: `failure`).

    connect_s: seconds that the whole way to a usable connection may take, and another login too. traffic: counts what goes
    over it. send_buffer, receive_buffer: bytes of the socket's, -1: the system's choice.
    """

    def __init__(
        self,
        host: str,
        port: int,
        settings: ClientSettings,
        connect_s: float,
        traffic: NodeTraffic,
        *,
        send_buffer: int = -1,
        receive_buffer: int = -1,
    ) -> None:
        self.host, self.port = host, port
        self.failure: ConnectFailed | None = None
        self.is_up = False
        self.is_closed = False
        self.paused_until = 0.0
        """When the broker wants to hear more, of the monotonic clock; who sends keeps to it."""
        self.descriptor = -1
        """What is to be watched for reading, and for writing too while there is something `outgoing`; -1 once it is closed."""
        self.outgoing: deque[tuple[memoryview, Request]] = deque()
        """What the system didn't take yet."""
        self.used = monotonic()
        """When it was made, or something was sent or came last."""
        self.traffic = traffic
        self._settings = settings
        self._connect_s = connect_s
        self._buffers = ((socket.SO_SNDBUF, send_buffer), (socket.SO_RCVBUF, receive_buffer))
        self._connection: Connection | None = None
        self._socket: socket.socket | None = None
        self._is_tls = False
        self._log_in_at = math.inf
        self._correlation_id = 0
        self._has_answered = False
        self._waiting: deque[Request] = deque()
        self._buffer = memoryview(b"")
        self._filled = 0  # bytes at the beginning of it: a size that hasn't come as a whole
        self._frame: memoryview | None = None  # one that is longer than what has come of it
        self._rest = memoryview(b"")  # what is missing of it
        self._begin(self._connect)

    # --- on the way to a connection

    def _begin(self, work: Callable[[], None]) -> None:
        """Do something in a thread, as names and handshakes block; `_made` is readable when that has ended."""
        self._made, self._making = os.pipe()
        self.descriptor = self._made
        Thread(target=self._make, args=(work,), daemon=True).start()

    def _make(self, work: Callable[[], None]) -> None:
        try:
            work()
        except ConnectFailed as failure:
            self.failure = failure
        except Exception as error:  # a thread has nobody else to tell
            self.failure = ConnectFailed("TCP", f"{self.host}:{self.port}", str(error))
        finally:
            if self.is_closed and self._connection is not None:
                self._connection.close()
            os.close(self._making)

    def _connect(self) -> None:
        self._connection = Connection(self.host, self.port, self._settings, monotonic() + self._connect_s)

    def _log_in(self) -> None:
        assert self._connection is not None
        self._connection.log_in_again(self._correlation_id, monotonic() + self._connect_s)

    def _take_connection(self) -> None:
        os.close(self._made)
        self._made = -1
        connection = self._connection
        if connection is None or self.failure is not None:
            self.close()
            return
        self._correlation_id, connected = connection.hand_over()
        self._log_in_at = connection.log_in_at
        connected.setblocking(False)
        if self._socket is None:
            for name, size in self._buffers:
                if size >= 0:
                    connected.setsockopt(socket.SOL_SOCKET, name, size)
            self._socket = connected
            self._is_tls = hasattr(connected, "pending")
            self._buffer = memoryview(bytearray(_RECEIVE))
            self.traffic.connects += 1
        self.descriptor = connected.fileno()
        self.is_up = True

    def keep_logged_in(self, now: float) -> None:
        """Take no more requests when the login ends soon, and log in again once all are answered (KIP-368).

        To be called before it is used, so that one that isn't is left alone.
        """
        if now >= self._log_in_at:
            self.is_up = False
            if not self._waiting and self._made < 0 and not self.is_closed:
                self._begin(self._log_in)

    # --- what a watcher calls

    def fileno(self) -> int:
        """Return `descriptor`, for who waits for it alone."""
        return self.descriptor

    @property
    def is_settled(self) -> bool:
        """Whether it is clear if it can be used."""
        return self.is_up or self.is_closed

    @property
    def on_the_way(self) -> int:
        """How many requests wait for their answers, or to be sent."""
        return len(self._waiting)

    @property
    def deadline(self) -> float | None:
        """When the oldest request has to be answered; None without one."""
        return self._waiting[0].by if self._waiting else None

    def readable(self) -> None:
        """Take what has come."""
        if self._made >= 0:
            self._take_connection()
            return
        connected = self._socket
        assert connected is not None
        while True:
            view = self._buffer[self._filled :] if self._frame is None else self._rest
            try:
                count = connected.recv_into(view)
            except BlockingIOError:
                return
            except OSError as error:
                if not _is_pending(error):
                    self._end(error)
                return
            if not count:
                self._end(None)
                return
            self.traffic.bytes_in += count
            self._take_bytes(count)
            if not self._waiting or (count < len(view) and not self._is_tls):
                return  # no more can be there

    def writable(self) -> None:
        """Send what there is to send, as far as the system takes it."""
        connected = self._socket
        if connected is None:
            return
        while self.outgoing:
            try:
                sent = self._write(connected)
            except BlockingIOError:
                return
            except OSError as error:
                if not _is_pending(error):
                    self._end(error)
                return
            self.traffic.bytes_out += sent
            self._drop(sent)

    def send(
        self, message: Message, answered: Answered, timeout_s: float, *, version: int = -1, is_answered: bool = True
    ) -> None:
        """Send a request; what the system doesn't take now goes when it is writable.

        version: the newest that both sides have when -1. is_answered: False when the broker will say nothing; then `answered`
        is told an empty frame when all is sent. Raises WireError when the broker doesn't have the API or these fields.
        """
        if version < 0:
            version = self.version_of(type(message))
        body = encode_parts(message, version)
        self._correlation_id += 1
        head = request_head(message, version, self._correlation_id, self._settings.client_id, sum(map(len, body)))
        now = self.used = monotonic()
        request = Request(self._correlation_id, version, answered, now, now + timeout_s, is_answered=is_answered)
        for part in _gathered([head, *body]):
            request.left += len(part)
            self.outgoing.append((memoryview(part), request))
        self._waiting.append(request)
        self.traffic.requests += 1
        self.writable()

    def version_of(self, kind: type[Message]) -> int:
        """Return the newest version of an API that both sides have. Raises WireError."""
        assert self._connection is not None
        return self._connection.version_of(kind)

    def newest(self, kind: type[Message]) -> int:
        """Return the newest version of an API that both sides have, -1 when there is none."""
        assert self._connection is not None
        theirs = self._connection.versions.get(kind.api_key)
        newest = None if theirs is None else newest_common_version(kind, theirs)
        return -1 if newest is None else newest

    def has(self, kind: type[Message], version: int) -> bool:
        """Whether the broker has an API at this version or a later one that we know."""
        return self.newest(kind) >= version

    def check_time(self, now: float) -> None:
        """Give the connection up when an answer is overdue; go on with a login that waited for the last answer."""
        if self._waiting:
            if now >= self._waiting[0].by:
                self.lose("no answer in time")
        elif not self.is_up:
            self.keep_logged_in(now)

    def lose(self, reason: str) -> None:
        """Close the connection; every request on the way is told."""
        self.failure = ConnectFailed("TCP", f"{self.host}:{self.port}", reason)
        self.close()

    def _end(self, error: OSError | None) -> None:
        assert self._connection is not None
        self.failure = self._connection.lost(error, has_answered=self._has_answered)
        self.close()

    def close(self) -> None:
        """Close the connection; requests on the way are told that it is lost."""
        if self.is_closed:
            return
        self.is_closed = True
        self.is_up = False
        self.descriptor = -1
        self.traffic.disconnects += self._socket is not None
        if self._connection is not None:
            self._connection.close()
        if self._made >= 0:
            os.close(self._made)
            self._made = -1
        waiting, self._waiting = self._waiting, deque()
        self.outgoing.clear()
        for request in waiting:
            request.answered(None, request.version)

    # --- bytes

    def _write(self, connected: socket.socket) -> int:
        if self._is_tls:  # it can't gather
            return connected.send(self.outgoing[0][0])
        parts = [part for part, _ in self.outgoing] if len(self.outgoing) <= _MOST_PARTS else self._first_parts()
        return connected.sendmsg(parts) if len(parts) > 1 else connected.send(parts[0])

    def _first_parts(self) -> list[memoryview]:
        return [self.outgoing[number][0] for number in range(_MOST_PARTS)]

    def _drop(self, sent: int) -> None:
        """Take away what was sent."""
        while sent:
            part, request = self.outgoing[0]
            taken = min(sent, len(part))
            sent -= taken
            request.left -= taken
            if taken < len(part):
                self.outgoing[0] = (part[taken:], request)
                return
            self.outgoing.popleft()
            if not request.left and not request.is_answered:
                self._waiting.remove(request)
                request.answered(memoryview(b""), request.version)

    def _take_bytes(self, count: int) -> None:
        """Take in so many bytes that have come."""
        frame = self._frame
        if frame is None:
            self._take_frames(self._filled + count)
            return
        self._rest = self._rest[count:]
        if not len(self._rest):
            self._frame = None
            self._take(frame)

    def _take_frames(self, end: int) -> None:
        """Take what the buffer holds up to its byte `end`."""
        buffer = self._buffer
        position = 0
        frames: list[memoryview] = []
        while end - position >= 4:
            size = int.from_bytes(buffer[position : position + 4], "big", signed=True)
            if not 4 <= size <= MAX_RESPONSE_BYTES:
                self.lose(f"this is no Kafka broker: an answer of {size} bytes")
                return
            position += 4
            there = end - position
            if there < size:
                self._frame = memoryview(bytearray(size))
                self._frame[:there] = buffer[position:end]
                self._rest = self._frame[there:]
                position = end
                break
            frames.append(memoryview(bytes(buffer[position : position + size])))
            position += size
        self._filled = end - position
        if self._filled:
            buffer[: self._filled] = bytes(buffer[position:end])
        for frame in frames:
            if self.is_closed:
                return
            self._take(frame)

    def _take(self, frame: memoryview) -> None:
        if not self._waiting or int.from_bytes(frame[:4], "big", signed=True) != self._waiting[0].correlation_id:
            self.lose("this is no Kafka broker: an answer to something else")
            return
        request = self._waiting.popleft()
        self._has_answered = True
        self.traffic.answers += 1
        now = self.used = monotonic()
        self.traffic.round_trips.add(now - request.sent)
        try:
            request.answered(frame, request.version)
        except WireError as error:
            self.lose(f"an answer that is no answer: {error}")


def decoded(kind: type[M], frame: memoryview, version: int) -> M:
    """Return the answer that a frame holds. Raises WireError."""
    _, position = read_response_header(frame, kind, version)
    return decode(kind, frame, version, position)


def _gathered(parts: list[Buffer]) -> list[Buffer]:
    """Join what stands between large buffers, which stay as they are."""
    gathered: list[Buffer] = []
    small: list[Buffer] = []
    for part in parts:
        if len(part) < 4096:
            small.append(part)
            continue
        if small:
            gathered.append(b"".join(small))
            small = []
        gathered.append(part)
    if small:
        gathered.append(b"".join(small))
    return gathered


def _is_pending(error: OSError) -> bool:
    """Whether TLS only has to wait for the socket."""
    return type(error).__name__ in ("SSLWantReadError", "SSLWantWriteError")
