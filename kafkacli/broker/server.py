"""The listening sockets: bind, serve, stop; the connections of all listeners and their limits.

Kafka binds before it registers itself and serves when it is ready: `bind`, then `serve`.
Source: Apache `SocketServer.scala` (Acceptor, ConnectionQuotas).
"""

import asyncio
import logging
import socket
from collections import Counter, deque
from collections.abc import Sequence
from typing import Any

from kafkacli.broker.accept_errors import AcceptErrors
from kafkacli.broker.broker import Broker
from kafkacli.broker.connection import Connection
from kafkacli.broker.dispatch import import_handlers
from kafkacli.broker.listeners import Listener, java_address

log = logging.getLogger("kafka.network.SocketServer")


class BindError(OSError):
    """A listener's address can't be had; the text is Kafka's."""


class ConnectionLimits:
    """How many connections there may be, how long they may be idle, how large their requests and buffers.

    max_connections_per_ip_overrides: by host name or address. max_connections_of: by listener (KIP-402).
    protected_listener: the one whose connections come before all others when there are too many.
    max_queued_bytes: of large requests that are received or handled at one time, -1 for any number.
    send_buffer_bytes, receive_buffer_bytes: of a socket, -1 for what the system finds right.
    Raises BindError for a name that nobody knows.
    """

    __slots__ = (
        "max_connections",
        "max_connections_of",
        "max_connections_per_ip",
        "max_idle_ms",
        "max_queued_bytes",
        "max_request_bytes",
        "overrides",
        "protected_listener",
        "receive_buffer_bytes",
        "send_buffer_bytes",
    )

    def __init__(
        self,
        *,
        max_request_bytes: int = 104857600,
        max_idle_ms: int = 600000,
        max_connections: int = 2147483647,
        max_connections_per_ip: int = 2147483647,
        max_connections_per_ip_overrides: dict[str, int] | None = None,
        max_connections_of: dict[str, int] | None = None,
        protected_listener: str | None = None,
        max_queued_bytes: int = -1,
        send_buffer_bytes: int = -1,
        receive_buffer_bytes: int = -1,
    ) -> None:
        self.max_request_bytes = max_request_bytes
        self.max_idle_ms = max_idle_ms
        self.max_connections = max_connections
        self.max_connections_per_ip = max_connections_per_ip
        self.max_connections_of = max_connections_of or {}
        self.protected_listener = protected_listener
        self.max_queued_bytes = max_queued_bytes
        self.send_buffer_bytes = send_buffer_bytes
        self.receive_buffer_bytes = receive_buffer_bytes
        self.overrides = {_address_of(host): count for host, count in (max_connections_per_ip_overrides or {}).items()}


class RequestMemory:
    """The memory for large requests of all connections: who finds it used up waits until another's request is done.

    Like Kafka's pool it may be exceeded once: there is room for the next request while any is left.
    """

    def __init__(self, max_bytes: int) -> None:
        """max_bytes: below 1 there is no limit."""
        self._left = max_bytes if max_bytes > 0 else 2**63
        self.is_limited = max_bytes > 0
        self._held: dict[Connection, int] = {}
        self._waiting: dict[Connection, None] = {}

    def take(self, connection: Connection, size: int) -> bool:
        """Give a connection memory in place of what it has. False: it is told by `start` when to ask again."""
        if self._left + self._held.get(connection, 0) <= 0:
            self._waiting[connection] = None
            return False
        self._left += self._held.get(connection, 0) - size
        self._held[connection] = size
        return True

    def give_back(self, connection: Connection) -> None:
        """Take back what a connection has, if anything, and let the others go on."""
        self._waiting.pop(connection, None)
        size = self._held.pop(connection, 0)
        self._left += size
        if size and self._waiting:
            waiting, self._waiting = self._waiting, {}
            for each in waiting:
                each.start()


class Server:
    """All listeners of a broker. One loop; `broker` may be given its listeners only after `bind`, when ports are known."""

    def __init__(self, broker: Broker, limits: ConnectionLimits | None = None) -> None:
        import_handlers()
        self.broker = broker
        self.limits = limits or ConnectionLimits()
        self.memory = RequestMemory(self.limits.max_queued_bytes)
        self._sockets: list[tuple[Listener, socket.socket]] = []
        self._servers: dict[str, tuple[Listener, asyncio.Server]] = {}
        self._connections: dict[Connection, None] = {}
        self._waiting: deque[Connection] = deque()
        self._at_work: set[asyncio.Task[Any]] = set()
        self._per_ip: Counter[str] = Counter()
        self._per_listener: Counter[str] = Counter()
        self._idle_timer: asyncio.TimerHandle | None = None
        self._next_index = 0
        self._accept_errors = AcceptErrors()

    def bind(self, listeners: Sequence[Listener]) -> list[Listener]:
        """Bind every listener; nothing is served yet, but clients can already connect and wait.

        Returns the listeners with the ports that the system chose for port 0 (the advertised one follows when it is 0).
        Raises BindError, with nothing left bound.
        """
        try:
            for listener in listeners:
                bound = _bind(listener, self.limits.receive_buffer_bytes)
                port = bound.getsockname()[1]
                advertised = listener.advertised_port or port
                self._sockets.append((listener._replace(port=port, advertised_port=advertised), bound))
        except BindError:
            self._close_sockets()
            raise
        return [listener for listener, _ in self._sockets]

    async def serve(self) -> None:
        """Begin to answer on every bound listener."""
        asyncio.get_running_loop().set_exception_handler(self._accept_errors)
        for listener, bound in self._sockets:
            await self._serve(listener, bound)
        self._sockets = []

    async def _serve(self, listener: Listener, bound: socket.socket) -> None:
        serving = await asyncio.get_running_loop().create_server(lambda: Connection(self, listener.name), sock=bound)
        self._servers[listener.name] = listener, serving

    async def set_listeners(self, listeners: Sequence[Listener]) -> list[Listener]:
        """Serve these listeners, known by their names, and no others; those there are stay where they are bound.

        Returns them with their ports. Raises BindError with nothing changed.
        """
        wanted = {listener.name: listener for listener in listeners}
        added = [listener for listener in listeners if listener.name not in self._servers]
        self.bind(added)
        for name in [name for name in self._servers if name not in wanted]:
            _, removed = self._servers.pop(name)
            removed.close()
            for connection in [each for each in (*self._connections, *self._waiting) if each.listener == name]:
                connection.close()
        await self.serve()
        for name, (bound, serving) in self._servers.items():
            told = wanted[name]
            advertised = told.advertised_port or bound.port
            kept = bound._replace(advertised_host=told.advertised_host, advertised_port=advertised)
            self._servers[name] = kept, serving
        return [self._servers[listener.name][0] for listener in listeners]

    async def stop(self) -> None:
        """Take no more connections, end those there are and the handlers at work; answers being written go out first."""
        for _, server in self._servers.values():
            server.close()
        self._close_sockets()
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        for connection in list(self._connections):
            connection.close()
        for waiting in list(self._waiting):
            waiting.close()
        for handler in self._at_work:
            handler.cancel()
        await asyncio.gather(*self._at_work, return_exceptions=True)
        await asyncio.sleep(0)
        for _, server in self._servers.values():
            await server.wait_closed()

    def _close_sockets(self) -> None:
        for _, bound in self._sockets:
            bound.close()
        self._sockets = []

    # --- what connections report

    def at_work(self, handler: asyncio.Task[Any]) -> None:
        """A handler has begun work that may outlive its connection, but not the server."""
        self._at_work.add(handler)
        handler.add_done_callback(self._at_work.discard)

    def connected(self, connection: Connection) -> bool:
        """A new connection asks whether it may read now. False: it waits its turn, or has been closed."""
        host = connection.client_host
        limit = self.limits.overrides.get(host, self.limits.max_connections_per_ip)
        if self._per_ip[host] >= limit:
            log.info(
                "Rejected connection from /%s, address already has the configured maximum of %d connections.",
                host,
                limit,
            )
            connection.reject()
            return False
        self._per_ip[host] += 1
        if not self._has_place(connection.listener):
            self._waiting.append(connection)
            return False
        self._admit(connection)
        return True

    def set_limits(self, limits: ConnectionLimits) -> None:
        """Go by other limits from now on; what waits for a place may have one now."""
        self.limits = limits
        self._admit_waiting()

    def _has_place(self, listener: str) -> bool:
        limits = self.limits
        if self._per_listener[listener] >= limits.max_connections_of.get(listener, 2**31 - 1):
            return False
        return listener == limits.protected_listener or len(self._connections) < limits.max_connections

    def _admit(self, connection: Connection) -> None:
        self._connections[connection] = None
        self._per_listener[connection.listener] += 1
        limits = self.limits
        if len(self._connections) > limits.max_connections:  # a protected one came: who was idle longest gives way
            others = [each for each in self._connections if each.listener != limits.protected_listener]
            if others:
                min(others, key=lambda each: each.last_active).close()
        if self._idle_timer is None and self.limits.max_idle_ms >= 0:
            self._idle_timer = asyncio.get_running_loop().call_later(self.limits.max_idle_ms / 1000, self._close_idle)

    def disconnected(self, connection: Connection) -> None:
        """An accepted connection is gone; the next that waits may read."""
        host = connection.client_host
        self._per_ip[host] -= 1
        if not self._per_ip[host]:
            del self._per_ip[host]
        if connection in self._connections:
            del self._connections[connection]
            self._per_listener[connection.listener] -= 1
            self._admit_waiting()
        else:
            self._waiting.remove(connection)

    def _admit_waiting(self) -> None:
        for waiting in list(self._waiting):
            if self._has_place(waiting.listener):
                self._waiting.remove(waiting)
                self._admit(waiting)
                waiting.start()

    def next_index(self) -> int:
        """A number that tells apart connections with the same addresses."""
        self._next_index += 1
        return self._next_index - 1

    def _close_idle(self) -> None:
        self._idle_timer = None
        loop = asyncio.get_running_loop()
        allowed = self.limits.max_idle_ms / 1000
        now = loop.time()
        oldest = now
        for connection in list(self._connections):
            if connection.busy:
                continue
            if now - connection.last_active >= allowed:
                log.debug("About to close the idle connection %s", connection.connection_id)
                connection.close()
            else:
                oldest = min(oldest, connection.last_active)
        if self._connections:
            self._idle_timer = loop.call_later(max(oldest + allowed - now, 0.001), self._close_idle)


def _address_of(host: str) -> str:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise BindError(f"max.connections.per.ip.overrides names {host}, which is no known address") from error
    return java_address(
        str(min(found, key=lambda info: info[0] is not socket.AF_INET)[4][0])
    )  # IPv4 first, as Java does


def _bind(listener: Listener, receive_buffer_bytes: int) -> socket.socket:
    if listener.security_protocol != "PLAINTEXT":
        raise BindError(
            f"Listener {listener.name} asks for security protocol {listener.security_protocol}; only PLAINTEXT is served."
        )
    host = listener.host or "::"
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    if not listener.host and not socket.has_dualstack_ipv6():
        host, family = "0.0.0.0", socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family is socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if not listener.host else 1)
        if receive_buffer_bytes > 0:  # connections have it from the socket that accepts them
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)
        bound.bind((host, listener.port))
        bound.listen(50)
    except OSError as error:
        bound.close()
        reason = (error.strerror or str(error)) if not isinstance(error, socket.gaierror) else "Unresolved address"
        raise BindError(
            f"Socket server failed to bind to {listener.host or '0.0.0.0'}:{listener.port}: {reason}."
        ) from error
    bound.setblocking(False)
    return bound
