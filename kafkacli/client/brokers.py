"""The brokers of a cluster for conversations that don't wait (`tasks.py`): connections by purpose, tried again with growing pauses."""

from __future__ import annotations

import time
from random import random
from socket import SO_RCVBUF, SO_SNDBUF, SOL_SOCKET

from kafkacli.client.connection import ConnectFailed, Connection
from kafkacli.client.tasks import Dial, Exchange

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    from kafkacli.client.patience import Patience
    from kafkacli.client.settings import ClientSettings
    from kafkacli.client.tasks import Steps
    from kafkacli.client.traffic import NodeTraffic, Traffic
    from kafkacli.wire.schema import Message

    M = TypeVar("M", bound=Message)
    Address = tuple[str, int]

ASKING = "asking"
"""The purpose of small questions: metadata, offsets, who coordinates. Others have a connection to themselves."""
_CONNECT_S = 10.0  # for the way to a usable connection, as in Java from 2.7 on


class Brokers:
    """The brokers behind a bootstrap list.

    patience: hears of connections that fail. traffic: counts. buffers: bytes of a socket's to send and to receive with, -1:
    the system's choice. backoff_ms, most_ms: pause before an address is tried again,
    at first and at most.
    """

    def __init__(
        self,
        bootstrap: list[Address],
        settings: ClientSettings,
        patience: Patience,
        traffic: Traffic,
        buffers: tuple[int, int],
        backoff_ms: int,
        most_ms: int,
    ) -> None:
        self._bootstrap = bootstrap
        self._settings = settings
        self._patience = patience
        self._traffic = traffic
        self._buffers = tuple(zip((SO_SNDBUF, SO_RCVBUF), buffers, strict=True))
        self._backoff = backoff_ms / 1000
        self._most = most_ms / 1000
        self._connections: dict[tuple[str, Address], Connection] = {}
        self._busy: set[Connection] = set()
        self._failures: dict[Address, tuple[int, float]] = {}  # how many in a row, and when it may be tried again
        self._turn = 0
        self.nodes: dict[int, Address] = {}
        """Broker id to the address that it advertises."""
        self.timeout_s = settings.request_timeout_ms / 1000

    def close(self) -> None:
        """Close every connection."""
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()

    def any(self) -> Steps[Connection]:
        """Return a connection for small questions to some broker, however long that takes. Raises RecordError."""
        while True:
            addresses = list(dict.fromkeys([*self.nodes.values(), *self._bootstrap]))
            for address in addresses:
                if (connection := self._connections.get((ASKING, address))) is not None:
                    return connection
            now = time.monotonic()
            ready = [address for address in addresses if self._failures.get(address, (0, 0.0))[1] <= now]
            if ready:
                self._turn += 1
                try:
                    return (yield from self.at(ready[self._turn % len(ready)], ASKING))
                except ConnectFailed:
                    continue
            yield min(self._failures[address][1] for address in addresses)

    def node(self, node_id: int, purpose: str) -> Steps[Connection]:
        """Return a connection to a broker by its id. Raises ConnectFailed, RecordError."""
        if node_id not in self.nodes:
            raise ConnectFailed("advertised address", f"broker {node_id}", "no broker has this id now")
        return (yield from self.at(self.nodes[node_id], purpose))

    def at(self, address: Address, purpose: str) -> Steps[Connection]:
        """Return a connection to an address, made when it may be tried again. Raises ConnectFailed, RecordError."""
        key = (purpose, address)
        while key not in self._connections:
            yield self._failures.get(address, (0, 0.0))[1]
            try:
                connection: Connection = yield Dial(*address, self._settings, min(_CONNECT_S, self.timeout_s))
            except ConnectFailed as failure:
                self._note(address, failure)
                raise
            for option, size in self._buffers:
                if size >= 0:
                    connection.hand_over()[1].setsockopt(SOL_SOCKET, option, size)
            self._failures.pop(address, None)
            self._patience.connected()
            counted = self._counted(address)
            counted.connects += 1
            counted.is_up = True
            if key in self._connections:  # somebody else was quicker
                connection.close()
            else:
                self._connections[key] = connection
        return self._connections[key]

    def ask(
        self, connection: Connection, request: Message, answer: type[M], timeout_s: float | None = None
    ) -> Steps[M]:
        """Send a request when it is its turn; return its answer. Raises ConnectFailed, after which the connection is gone."""
        while connection in self._busy:
            yield None
        self._busy.add(connection)
        try:
            exchange = Exchange(connection, request, answer, self.timeout_s if timeout_s is None else timeout_s)
            found: M = yield exchange
        except BaseException as error:
            self.drop(connection, error if isinstance(error, ConnectFailed) else None)
            raise
        finally:
            self._busy.discard(connection)
        self._patience.connected()
        counted = self._counted((connection.host, connection.port))
        counted.requests += 1
        counted.answers += 1
        counted.bytes_out += exchange.sent_bytes
        counted.bytes_in += exchange.size + 4
        counted.round_trips.add(time.monotonic() - exchange.sent)
        return found

    def drop(self, connection: Connection, failure: ConnectFailed | None = None) -> None:
        """Forget a connection that was lost, or has an answer on its way that nobody waits for. Raises RecordError."""
        connection.close()
        for key, one in list(self._connections.items()):
            if one is connection:
                del self._connections[key]
                counted = self._counted(key[1])
                counted.disconnects += 1
                counted.is_up = counted.connects > counted.disconnects
                if failure is not None:
                    self._note(key[1], failure)

    def _counted(self, address: Address) -> NodeTraffic:
        """Return what is counted of the broker at an address; before its id is known it is -1, as in Java."""
        return self._traffic.node(next((node for node, where in self.nodes.items() if where == address), -1))

    def _note(self, address: Address, failure: ConnectFailed) -> None:
        count = self._failures.get(address, (0, 0.0))[0] + 1
        pause = min(self._backoff * 2 ** min(count - 1, 20), max(self._most, self._backoff)) * (0.8 + 0.4 * random())
        self._failures[address] = (count, time.monotonic() + pause)
        self._patience.failed(failure)
