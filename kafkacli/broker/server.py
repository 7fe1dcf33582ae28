"""The listening sockets: bind, serve, stop; the connections of all listeners and their limits.

Kafka binds before it registers itself and serves when it is ready: `bind`, then `serve`.
Source: Apache `SocketServer.scala` (Acceptor, ConnectionQuotas).
"""

import asyncio
import logging
import socket
from collections import Counter, deque
from collections.abc import Sequence

from kafkacli.broker.broker import Broker
from kafkacli.broker.connection import Connection
from kafkacli.broker.dispatch import import_handlers
from kafkacli.broker.listeners import Listener, java_address

log = logging.getLogger("kafka.network.SocketServer")


class BindError(OSError):
    """A listener's address can't be had; the text is Kafka's."""


class ConnectionLimits:
    """How many connections there may be and how long they may be idle.

    max_connections_per_ip_overrides: by host name or address. Raises BindError for a name that nobody knows.
    """

    __slots__ = ("max_connections", "max_connections_per_ip", "max_idle_ms", "max_request_bytes", "overrides")

    def __init__(
        self,
        *,
        max_request_bytes: int = 104857600,
        max_idle_ms: int = 600000,
        max_connections: int = 2147483647,
        max_connections_per_ip: int = 2147483647,
        max_connections_per_ip_overrides: dict[str, int] | None = None,
    ) -> None:
        self.max_request_bytes = max_request_bytes
        self.max_idle_ms = max_idle_ms
        self.max_connections = max_connections
        self.max_connections_per_ip = max_connections_per_ip
        self.overrides = {_address_of(host): count for host, count in (max_connections_per_ip_overrides or {}).items()}


class Server:
    """All listeners of a broker. One loop; `broker` may be given its listeners only after `bind`, when ports are known."""

    def __init__(self, broker: Broker, limits: ConnectionLimits | None = None) -> None:
        import_handlers()
        self.broker = broker
        self.limits = limits or ConnectionLimits()
        self._sockets: list[tuple[Listener, socket.socket]] = []
        self._servers: list[asyncio.Server] = []
        self._connections: dict[Connection, None] = {}
        self._waiting: deque[Connection] = deque()
        self._per_ip: Counter[str] = Counter()
        self._idle_timer: asyncio.TimerHandle | None = None
        self._next_index = 0

    def bind(self, listeners: Sequence[Listener]) -> list[Listener]:
        """Bind every listener; nothing is served yet, but clients can already connect and wait.

        Returns the listeners with the ports that the system chose for port 0 (the advertised one follows when it is 0).
        Raises BindError, with nothing left bound.
        """
        try:
            for listener in listeners:
                bound = _bind(listener)
                port = bound.getsockname()[1]
                advertised = listener.advertised_port or port
                self._sockets.append((listener._replace(port=port, advertised_port=advertised), bound))
        except BindError:
            self._close_sockets()
            raise
        return [listener for listener, _ in self._sockets]

    async def serve(self) -> None:
        """Begin to answer on every bound listener."""
        loop = asyncio.get_running_loop()
        for listener, bound in self._sockets:

            def connection(name: str = listener.name) -> Connection:
                return Connection(self, name)

            self._servers.append(await loop.create_server(connection, sock=bound))
        self._sockets = []

    async def stop(self) -> None:
        """Take no more connections and end those there are; answers being written go out first where they can."""
        for server in self._servers:
            server.close()
        self._close_sockets()
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        for connection in list(self._connections):
            connection.close()
        for waiting in list(self._waiting):
            waiting.close()
        await asyncio.sleep(0)
        for server in self._servers:
            await server.wait_closed()

    def _close_sockets(self) -> None:
        for _, bound in self._sockets:
            bound.close()
        self._sockets = []

    # --- what connections report

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
        if len(self._connections) >= self.limits.max_connections:
            self._waiting.append(connection)
            return False
        self._admit(connection)
        return True

    def _admit(self, connection: Connection) -> None:
        self._connections[connection] = None
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
            if self._waiting:
                following = self._waiting.popleft()
                self._admit(following)
                following.start()
        else:
            self._waiting.remove(connection)

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


def _bind(listener: Listener) -> socket.socket:
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
