"""One client connection: bytes in, frames out, one request at a time in order.

    frame     INT32 size, then that many bytes: header and body (`wire/header.py`)

Bytes are received into one buffer and stay there: a request's records are views of it until they are in the log. It begins
small, for clients that say little. A frame larger than the buffer gets one of its size, into which its rest is received, and
which takes no more memory than has come. While a request is being
answered or parked, whatever the client sends is received only as far as it came in one piece; then reading pauses, until
the answer is written. The same when the client doesn't read its answers: records that aren't sent yet wait in their file.
A frame that can't be a request closes this connection, with one line in the log.
Source: Apache `SocketServer.scala` (Processor), `NetworkReceive.java`, `RequestHeader.java`, `RequestContext.java`.
"""

import asyncio
import logging
import mmap
import socket
from collections import deque
from collections.abc import Awaitable
from contextlib import suppress
from struct import Struct
from time import monotonic
from typing import TYPE_CHECKING, cast

from kafkacli.broker.dispatch import FLEXIBLE_FROM, ROUTES, CloseConnection, RequestContext, Route
from kafkacli.broker.handlers.api_versions import unsupported_version_response
from kafkacli.broker.listeners import java_address
from kafkacli.broker.quotas import Usage
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.header import RequestHeader, read_request_header, response_has_tags
from kafkacli.wire.primitives import Buffer, Deferred, Part, WireError
from kafkacli.wire.schema import Message

if TYPE_CHECKING:
    from kafkacli.broker.server import Server

log = logging.getLogger("kafka.server.KafkaApis")

FIRST_BUFFER_BYTES = 4 * 1024
BUFFER_BYTES = 64 * 1024
KEPT_BUFFER_BYTES = 2 * 1024 * 1024  # a buffer made for a large frame serves the next ones up to this size

SENT_BYTES = 1024 * 1024  # of records that are read and handed to the kernel at once: sendfile is several times slower
WAITING_BYTES = 64 * 1024  # that the transport copies of what the kernel didn't take; the rest stays where it is

_MOST_PARTS = 1024  # that one sendmsg takes (IOV_MAX)
_MORE = getattr(socket, "MSG_MORE", 0)  # what stands before records goes out with them
_SMALL_BYTES = 2048
_IN_MEMORY = (bytes, bytearray, memoryview)
_SIZE = Struct(">i")
_SIZE_AND_ID = Struct(">ii")


class Connection(asyncio.BufferedProtocol):
    """The protocol object of one accepted socket."""

    def __init__(self, server: "Server", listener: str) -> None:
        self._server = server
        self.listener = listener
        self._loop = asyncio.get_running_loop()
        self._max_request_bytes = server.limits.max_request_bytes
        self._buffer: bytearray | mmap.mmap = bytearray(FIRST_BUFFER_BYTES)
        self._view = memoryview(self._buffer)
        self._start = 0  # of the first frame that isn't handled yet
        self._end = 0  # of what was received
        self._pending: asyncio.Future[Message | None] | None = None
        self._output: list[Part] = []  # answers of this turn
        self._output_bytes = 0
        self._unsent: deque[Part] = deque()  # behind what the transport has
        self._ending = False  # closes when all is sent
        self._writable = True
        self._reading = True
        self._throttled: asyncio.TimerHandle | None = None
        self._charged: tuple[Usage, int] | None = None  # who pays for sending, and since when
        self._starved = False  # waits for memory
        self._accepted = False
        self._socket: socket.socket | None = None
        self.client_host = ""
        self.connection_id = ""
        self.last_active = 0.0

    @property
    def busy(self) -> bool:
        """Whether a request is being answered."""
        return self._pending is not None or self._throttled is not None

    # --- asyncio's calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(0)
        peer = transport.get_extra_info("peername") or ("", 0)
        here = transport.get_extra_info("sockname") or ("", 0)
        self.client_host = java_address(peer[0])
        self.connection_id = f"{here[0]}:{here[1]}-{self.client_host}:{peer[1]}-{self._server.next_index()}"
        accepted = transport.get_extra_info("socket")
        if self._server.limits.send_buffer_bytes > 0:
            accepted.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self._server.limits.send_buffer_bytes)
        if transport.get_extra_info("sslcontext") is None:
            self._socket = socket.socket(accepted.family, accepted.type, accepted.proto, accepted.fileno())
        self.last_active = monotonic()
        self._accepted = True
        if not self._server.connected(self):
            self._pause()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._socket is not None:
            self._socket.detach()  # the transport closes it
            self._socket = None
        self._forget_parked()
        self._unsent.clear()
        self._server.memory.give_back(self)
        if self._throttled is not None:
            self._throttled.cancel()
        if self._accepted:
            self._server.disconnected(self)

    def get_buffer(self, sizehint: int) -> memoryview:
        if self._end == len(self._buffer):
            self._make_room(self._end - self._start + 1)
        return self._view[self._end :]

    def buffer_updated(self, nbytes: int) -> None:
        self._end += nbytes
        self.last_active = monotonic()
        if self._pending is not None or self._throttled is not None or not self._writable:
            self._pause()
        else:
            self._process()

    def pause_writing(self) -> None:
        self._writable = False

    def resume_writing(self) -> None:
        self._writable = True
        self._drain()
        if self._writable:
            self._continue()

    # --- the server's calls

    def start(self) -> None:
        """Begin to read after a wait for a free place, or go on after one for memory."""
        self._starved = False
        self._continue()

    def reject(self) -> None:
        """End a connection that was never accepted."""
        self._accepted = False
        self._transport.abort()

    def close(self) -> None:
        """End the connection; what a client hasn't received by now is lost to it."""
        self._forget_parked()
        self._unsent.clear()
        self._transport.close()

    def _forget_parked(self) -> None:
        """Take back what only waits. A handler that is at work (it creates a topic, say) goes on without its client."""
        if self._pending is not None and not isinstance(self._pending, asyncio.Task):
            self._pending.cancel()

    # --- receiving

    def _pause(self) -> None:
        if self._reading and not self._transport.is_closing():
            self._reading = False
            self._transport.pause_reading()

    def _continue(self) -> None:
        if self.busy or self._transport.is_closing():
            return
        self._process()
        if (
            not self.busy
            and self._writable
            and not self._reading
            and not self._starved
            and not self._transport.is_closing()
        ):
            self._reading = True
            self._transport.resume_reading()

    def _make_room(self, needed: int) -> None:
        """Let the buffer hold `needed` bytes from the first unhandled frame on; a parked request's bytes stay as they are."""
        received = self._view[self._start : self._end]
        if needed <= len(self._buffer) and self._pending is None:
            self._view[: len(received)] = received
        else:
            self._buffer = bytearray(BUFFER_BYTES) if needed <= BUFFER_BYTES else _empty(needed)
            self._view = memoryview(self._buffer)
            self._view[: len(received)] = received
        self._start, self._end = 0, len(received)

    def _process(self) -> None:
        """Handle every whole frame received, until one has to wait."""
        size = 0
        while self._pending is None and self._writable and self._throttled is None:
            start = self._start
            received = self._end - start
            if received < 4:
                break
            (size,) = _SIZE.unpack_from(self._buffer, start)
            if not 0 <= size <= self._max_request_bytes:
                larger = f" larger than {self._max_request_bytes}" if size > 0 else ""
                self._refuse(f"Invalid receive (size = {size}{larger})")
                return
            end = start + 4 + size
            if received < 4 + size:
                if end > len(self._buffer):
                    if 4 + size > BUFFER_BYTES and not self._server.memory.take(self, 4 + size):
                        self._starved = True
                        self._pause()
                        break
                    self._make_room(4 + size)
                break
            self._start = end
            self._handle(self._view[start + 4 : end])
            if self._output_bytes >= BUFFER_BYTES:
                self._flush()
            if self._transport.is_closing():
                return
        self._flush()
        if self._start == self._end and self._pending is None:
            self._start = self._end = 0
            if len(self._buffer) > BUFFER_BYTES and (
                size < BUFFER_BYTES or len(self._buffer) > KEPT_BUFFER_BYTES or self._server.memory.is_limited
            ):
                self._buffer = bytearray(BUFFER_BYTES)
                self._view = memoryview(self._buffer)
                self._server.memory.give_back(self)

    def _refuse(self, reason: str) -> None:
        self._flush()
        log.warning(
            "Unexpected error from /%s (%s); closing connection: %s", self.client_host, self.connection_id, reason
        )
        self._transport.abort()

    # --- one request

    def _handle(self, frame: memoryview) -> None:
        try:
            header, position = read_request_header(frame, FLEXIBLE_FROM)
            route = self._route(header)
            if route is None:
                return
            usage = self._server.broker.quotas.usage(header, len(frame))
            request = route.decode(frame, header.api_version, position)
        except WireError as error:
            self._refuse(f"Error parsing request: {error}")
            return
        if usage is not None:
            usage.decoded()
        context = RequestContext(self._server.broker, header, self.client_host, self.listener, "User:ANONYMOUS", usage)
        try:
            answer = route.handle(request, context)
        except Exception as error:
            self._failed(header, error)
            return
        if usage is not None:
            usage.handled()
        if answer is None:
            if usage is not None:
                self._throttle(usage, None)
        elif isinstance(answer, Message):
            self._send(answer, header, route, usage)
        else:
            self._park(answer, header, route, usage)

    def _route(self, header: RequestHeader) -> Route | None:
        """The way to the handler, or None when the request is answered or refused already."""
        route = ROUTES.get(header.api_key)
        if route is None:
            self._refuse(f"Unknown API key {header.api_key}")
        elif not route.low <= header.api_version <= route.high:
            if header.api_key == ApiKey.API_VERSIONS:
                unsupported = header._replace(api_version=0)
                self._send(unsupported_version_response(), unsupported, route)
            else:
                self._refuse(
                    f"Error getting request for apiKey: {ApiKey(header.api_key).name}, apiVersion: {header.api_version}, "
                    f"connectionId: {self.connection_id}, listenerName: {self.listener}, principal: User:ANONYMOUS"
                )
            return None
        return route

    def _park(
        self, answer: Awaitable[Message | None], header: RequestHeader, route: Route, usage: Usage | None
    ) -> None:
        if usage is not None and not isinstance(answer, asyncio.Future):
            answer = usage.timed(answer)
        self._pending = pending = asyncio.ensure_future(answer)
        if isinstance(pending, asyncio.Task):
            self._server.at_work(pending)

        def answered(_done: object) -> None:
            self._pending = None
            if pending.cancelled():
                return
            error = pending.exception()
            if error is not None:
                self._failed(header, error)
                return
            if self._transport.is_closing():
                return
            response = pending.result()
            if response is not None:
                self._send(response, header, route, usage)
            self._continue()

        pending.add_done_callback(answered)

    def _failed(self, header: RequestHeader, error: BaseException) -> None:
        if isinstance(error, CloseConnection):
            log.info("Closing connection %s: %s", self.connection_id, error)
        else:
            log.error(
                "Error when handling request: clientId=%s, correlationId=%d, api=%s, version=%d",
                header.client_id,
                header.correlation_id,
                ApiKey(header.api_key).name,
                header.api_version,
                exc_info=error,
            )
        self._flush()
        if self._unsent:
            self._ending = True
        else:
            self._transport.close()

    # --- sending

    def _throttle(self, usage: Usage, response: Message | None) -> None:
        """Charge the client for a request, and let it wait when that was too much: its answer goes out at once."""
        wait_ms = usage.charge(response, self._server.broker.now_ms())
        if wait_ms > 0:
            log.debug("Channel throttled: %s for %d ms", self.connection_id, wait_ms)
            self._throttled = self._loop.call_later(wait_ms / 1000, self._unthrottle)

    def _unthrottle(self) -> None:
        self._throttled = None
        self._continue()

    def _send(self, response: Message, header: RequestHeader, route: Route, usage: Usage | None = None) -> None:
        if usage is not None:
            self._throttle(usage, response)
            self._charged = usage, usage.clock()
        try:
            parts = route.encode(response, header.api_version)
        except WireError as error:
            self._failed(header, error)
            return
        tags = b"\0" if response_has_tags(type(response), header.api_version) else b""
        size = 4 + len(tags) + sum(map(len, parts))
        self._output.append(_SIZE_AND_ID.pack(size, header.correlation_id) + tags)
        self._output += parts
        self._output_bytes += 4 + size

    def _flush(self) -> None:
        """Send this turn's answers, behind those that are still being sent."""
        if self._output:
            self._unsent += self._output
            self._output.clear()
            self._output_bytes = 0
            self._drain()
            if self._charged is not None:
                usage, since = self._charged
                self._charged = None
                usage.sent(since, self._server.broker.now_ms())

    def _drain(self) -> None:
        """Hand to the kernel what it takes; of the rest a piece goes into the transport, which tells when that is gone.

        `Transport.writelines` would do, but joins the parts before Python 3.12.
        """
        unsent = self._unsent
        to = self._socket
        while unsent and self._writable and not self._transport.is_closing():
            try:
                if parts := _next_parts(unsent):
                    flags = _MORE if unsent else 0
                    sent = 0
                    if to is not None:
                        with suppress(BlockingIOError, InterruptedError):
                            sent = to.send(parts[0], flags) if len(parts) == 1 else to.sendmsg(parts, (), flags)
                    if len(parts) > 1 or sent < len(parts[0]):
                        self._keep(parts, sent)
                else:
                    records = cast("Deferred", unsent[0])
                    piece = memoryview(records.take(SENT_BYTES if to is not None else WAITING_BYTES))
                    if to is not None:
                        with suppress(BlockingIOError, InterruptedError):
                            piece = piece[to.send(piece) :]
                    if piece:
                        records.give_back(max(0, len(piece) - WAITING_BYTES))
                        self._transport.write(piece[:WAITING_BYTES])
                    if not len(records):
                        unsent.popleft()
            except OSError as error:
                log.debug("Connection %s ends while it is sent to: %s", self.connection_id, error)
                self._transport.abort()
                return
        if self._ending and not unsent:
            self._transport.close()

    def _keep(self, parts: list[Buffer], sent: int) -> None:
        """Give the transport a piece of what is behind the first `sent` bytes; the rest is the next to be sent."""
        rest: list[Part] = []
        for part in parts:
            if sent < len(part):
                rest.append(memoryview(part)[sent:])
            sent = max(0, sent - len(part))
        if rest:
            self._unsent.extendleft(reversed(rest))
            first = cast("memoryview", self._unsent.popleft())
            if len(first) > WAITING_BYTES:
                self._unsent.appendleft(first[WAITING_BYTES:])
            self._transport.write(first[:WAITING_BYTES])


def _next_parts(unsent: "deque[Part]") -> list[Buffer]:
    """Take what is in memory from the front of what is to be sent: runs of small parts joined, large ones as they are."""
    parts: list[Buffer] = []
    small: list[Buffer] = []
    while unsent and len(parts) < _MOST_PARTS - 1:
        part = unsent[0]
        if not isinstance(part, _IN_MEMORY):
            break
        unsent.popleft()
        if len(part) < _SMALL_BYTES:
            small.append(part)
            continue
        if small:
            parts.append(b"".join(small))
            small = []
        parts.append(part)
    if small:
        parts.append(b"".join(small))
    return parts


def _empty(size: int) -> mmap.mmap:
    """Return a buffer that takes memory only as far as it is written to."""
    return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANON)
