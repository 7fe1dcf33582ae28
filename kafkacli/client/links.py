"""A producer's connections: one to each broker it has to do with, made when needed, again after a while when one is lost.

Source: Apache `NetworkClient` and `ClusterConnectionStates` of 2.6.2: which broker is asked, how long it waits between tries.
"""

from __future__ import annotations

from kafkacli.client.link import Link

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.connection import ConnectFailed
    from kafkacli.client.settings import ClientSettings
    from kafkacli.client.traffic import Traffic

    Address = tuple[str, int]

_NEVER = 3600.0  # seconds
_FACTOR = 2


class Links:
    """Times in seconds of the monotonic clock. bootstrap: the first brokers to ask; they are nodes -1, -2, ….

    backoff_s, most_backoff_s: between two tries to connect to the same broker, growing. idle_s: when an unused one is closed.
    """

    def __init__(
        self,
        bootstrap: list[Address],
        settings: ClientSettings,
        traffic: Traffic,
        *,
        backoff_s: float,
        most_backoff_s: float,
        connect_s: float,
        send_buffer: int,
        receive_buffer: int,
    ) -> None:
        self.trouble: ConnectFailed | None = None
        """What the last try to connect met; None once one was made."""
        self.since: float | None = None
        """Since when there is no connection, None while there is one."""
        self._bootstrap = {-1 - number: address for number, address in enumerate(bootstrap)}
        self._settings = settings
        self._traffic = traffic
        self._backoff_s = backoff_s
        self._most_backoff_s = most_backoff_s
        self._connect_s = connect_s
        self._buffers = (send_buffer, receive_buffer)
        self._links: dict[int, Link] = {}
        self._failures: dict[int, int] = {}
        self._next_try: dict[int, float] = {}
        self._turn = 0

    def open(self) -> list[Link]:
        """Return those that are to be watched."""
        return [link for link in self._links.values() if link.fileno() >= 0]

    def to(self, node: int, address: Address, now: float) -> Link | None:
        """Return the connection to a broker, which may still be in the making; None when it is too early for another try."""
        link = self._links.get(node)
        if link is not None and (link.host, link.port) == address:
            return link
        if link is not None:  # it has moved
            link.close()
            del self._links[node]
        elif now < self._next_try.get(node, 0.0):
            return None
        send_buffer, receive_buffer = self._buffers
        link = self._links[node] = Link(
            *address,
            self._settings,
            self._connect_s,
            self._traffic.node(node),
            send_buffer=send_buffer,
            receive_buffer=receive_buffer,
        )
        if self.since is None and not any(one.is_up for one in self._links.values()):
            self.since = now
        return link

    def any(self, brokers: dict[int, Address], now: float) -> Link | None:
        """Return a connection to some broker that can be used now; None when one is to be made first, which is begun."""
        up = [link for link in self._links.values() if link.is_up]
        if up:
            return min(up, key=lambda link: link.on_the_way)
        if any(not link.is_closed for link in self._links.values()):
            return None
        nodes = list((brokers or self._bootstrap).items())
        for number in range(len(nodes)):
            node, address = nodes[(self._turn + number) % len(nodes)]
            if self.to(node, address, now) is not None:
                self._turn += number + 1
                return None
        if brokers:  # they may all be gone, and others there
            for node, address in self._bootstrap.items():
                if self.to(node, address, now) is not None:
                    return None
        return None

    def any_delay(self, now: float) -> float:
        """Return the seconds until `any` can do more than now, if nothing happens before."""
        if self._links:
            return _NEVER
        return max(0.001, min(self._next_try.values(), default=now) - now)

    def delay(self, node: int, now: float) -> float:
        """Return the seconds until `to` makes another try."""
        return _NEVER if node in self._links else max(0.001, self._next_try.get(node, now) - now)

    def look_after(self, now: float) -> list[tuple[int, ConnectFailed]]:
        """Forget lost connections, and those whose answers are overdue; return them with the reasons."""
        lost: list[tuple[int, ConnectFailed]] = []
        for node, link in list(self._links.items()):
            link.check_time(now)
            if link.is_up:
                self._failures.pop(node, None)
                self.trouble = self.since = None
            if not link.is_closed:
                continue
            del self._links[node]
            failures = self._failures[node] = self._failures.get(node, -1) + 1
            self._next_try[node] = now + min(self._backoff_s * _FACTOR ** min(failures, 30), self._most_backoff_s)
            if link.failure is not None:
                self.trouble = link.failure
                lost.append((node, link.failure))
            if self.since is None and not any(one.is_up for one in self._links.values()):
                self.since = now
        return lost

    def next_deadline(self, now: float) -> float:
        """Return the seconds until an answer is overdue."""
        deadlines = [link.deadline for link in self._links.values() if link.deadline is not None]
        return max(0.0, min(deadlines) - now) if deadlines else _NEVER

    def close(self) -> None:
        """Close them all."""
        for link in list(self._links.values()):
            link.close()
        self._links.clear()
