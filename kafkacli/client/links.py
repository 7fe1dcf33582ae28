"""A client's connections: made when needed, again after a while when one is lost, and watched all at once.

Source: Apache `NetworkClient`, `ClusterConnectionStates` and `Selector` of 2.6.2: which broker is asked, how long it waits between
tries, when an unused connection is closed.
"""

from __future__ import annotations

import os
import select

from kafkacli.client.link import Link

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kafkacli.client.connection import ConnectFailed
    from kafkacli.client.patience import Patience
    from kafkacli.client.settings import ClientSettings
    from kafkacli.client.traffic import Traffic
    from kafkacli.wire.schema import Message

    Address = tuple[str, int]

CONNECT_S = 10.0  # for the way to a usable connection, with its login; Java's from 2.7 on
_NEVER = 3600.0  # seconds
_FACTOR = 2
_JITTER = 0.2


class Links:
    """Times in seconds of the monotonic clock. bootstrap: the first brokers to ask; they are nodes -1, -2, ….

    patience: hears of connections that are made and lost. traffic: counts. buffers: bytes of a socket's to send and to receive
    with, -1: the system's choice. backoff_s, most_backoff_s: between two tries to connect to the same address, growing.
    idle_s: when an unused one is closed, below 0 for never. nodes: the addresses of brokers by id, once they are known.

    A connection is for a purpose, as answers come in the order of the questions: what has to come soon mustn't be behind what
    may take long. ''  is as good as any other.
    """

    def __init__(
        self,
        bootstrap: list[Address],
        settings: ClientSettings,
        patience: Patience,
        traffic: Traffic,
        buffers: tuple[int, int],
        *,
        backoff_s: float,
        most_backoff_s: float,
        idle_s: float,
    ) -> None:
        self.nodes: dict[int, Address] = {}
        self.has_moved = False
        """Whether the last `wait` did anything."""
        self._bootstrap = bootstrap
        self._settings = settings
        self._patience = patience
        self._traffic = traffic
        self._buffers = buffers
        self._backoff_s = backoff_s
        self._most_backoff_s = max(most_backoff_s, backoff_s)
        self._idle_s = idle_s
        self._links: dict[tuple[str, Address], Link] = {}
        self._failures: dict[Address, tuple[int, float]] = {}  # how many in a row, and when it may be tried again
        self._turn = 0

    # --- which one

    def to(self, address: Address, now: float, purpose: str = "") -> Link | None:
        """Return the connection to a broker, which may still be in the making; None when it is too early for another try."""
        link = self._links.get((purpose, address))
        if link is not None:
            link.keep_logged_in(now)
            return link
        if self.delay(address, now):
            return None
        send_buffer, receive_buffer = self._buffers
        link = self._links[purpose, address] = Link(
            *address,
            self._settings,
            CONNECT_S,
            self._traffic.node(self._number(address)),
            send_buffer=send_buffer,
            receive_buffer=receive_buffer,
        )
        return link

    def any(self, now: float, purpose: str = "") -> Link | None:
        """Return a connection to some broker that can be used now; None when one is to be made first, which is begun."""
        ours = [link for (what, _), link in self._links.items() if what == purpose and not link.is_closed]
        for link in ours:
            link.keep_logged_in(now)
        up = [link for link in ours if link.is_up]
        if up:
            return min(up, key=lambda link: link.on_the_way)
        if ours:
            return None
        known = list(dict.fromkeys(self.nodes.values()))
        first = self._turn % max(len(known or self._bootstrap), 1)
        turn = [*(known or self._bootstrap)[first:], *(known or self._bootstrap)[:first]]
        for address in [*turn, *self._bootstrap]:  # those that are known may all be gone, and others there
            self._turn += 1
            if self.to(address, now, purpose) is not None:
                break
        return None

    def newest(self, kind: type[Message]) -> int:
        """Return the newest version of an API that all connected brokers and we have, -1 when one of them doesn't have it."""
        return min((link.newest(kind) for link in self._links.values() if link.is_up), default=kind.valid_versions.high)

    def coming(self, purpose: str = "") -> Link | None:
        """Return a connection that `any` has begun and that isn't there yet."""
        return next((link for (what, _), link in self._links.items() if what == purpose and not link.is_settled), None)

    def any_delay(self, now: float, purpose: str = "") -> float:
        """Return the seconds until `any` can do more than now, if nothing happens before."""
        if any(what == purpose and not link.is_closed for (what, _), link in self._links.items()):
            return _NEVER
        return max(0.001, min([self.delay(address, now) for address in {*self.nodes.values(), *self._bootstrap}]))

    def delay(self, address: Address, now: float) -> float:
        """Return the seconds until another try to connect to an address may be made."""
        failed = self._failures.get(address)
        return 0.0 if failed is None else max(0.0, failed[1] - now)

    def know(self, nodes: dict[int, Address]) -> None:
        """Take note of the addresses of brokers by id."""
        if nodes != self.nodes:
            self.nodes = nodes
            for (_, address), link in self._links.items():
                link.traffic = self._traffic.node(self._number(address))

    def _number(self, address: Address) -> int:
        for node, where in self.nodes.items():
            if where == address:
                return node
        return -1 - self._bootstrap.index(address) if address in self._bootstrap else -1

    # --- the waiting

    def descriptors(self) -> list[int]:
        """Return what becomes readable when there is something to take in."""
        return [link.descriptor for link in self._links.values() if link.descriptor >= 0]

    def wait(self, seconds: float, descriptors: Iterable[int] = ()) -> bool:
        """Wait until something happens, at most so long; send and take in what can be.

        descriptors: of others, whose readability ends the wait too. Returns whether one of these is readable.
        """
        poller = select.poll()
        watched: dict[int, Link] = {}
        for link in self._links.values():
            if (number := link.descriptor) >= 0:
                watched[number] = link
                poller.register(number, select.POLLIN | select.POLLOUT if link.outgoing else select.POLLIN)
        for number in descriptors:
            poller.register(number, select.POLLIN)
        is_there = False
        happened = poller.poll(max(seconds, 0.0) * 1000)
        self.has_moved = bool(happened)
        for number, events in happened:
            if number not in watched:
                is_there = True
                continue
            link = watched[number]
            if events & select.POLLOUT:
                link.writable()
            if events & ~select.POLLOUT and not link.is_closed:
                link.readable()
        return is_there

    def look_after(self, now: float) -> list[tuple[Address, ConnectFailed]]:
        """Close those whose answers are overdue, and unused ones; forget closed ones, and return those that failed."""
        lost: list[tuple[Address, ConnectFailed]] = []
        is_up = False
        for key, link in list(self._links.items()):
            link.check_time(now)
            if link.is_up:
                is_up = True
                if self._failures:
                    self._failures.pop(key[1], None)
                if now - link.used >= self._idle_s >= 0 and not link.on_the_way:
                    link.close()
            if link.is_closed:
                del self._links[key]
                if link.failure is not None:
                    self._fail(key[1], link.failure, now)
                    lost.append((key[1], link.failure))
        if is_up and self._patience.is_alone:
            self._patience.connected()
        return lost

    def _fail(self, address: Address, failure: ConnectFailed, now: float) -> None:
        count, _ = self._failures.get(address, (0, 0.0))
        pause = min(self._backoff_s * _FACTOR ** min(count, 30), self._most_backoff_s)
        pause *= 1 - _JITTER + 2 * _JITTER * int.from_bytes(os.urandom(2), "big") / 0xFFFF
        self._failures[address] = (count + 1, now + pause)
        self._patience.failed(failure)

    def next_deadline(self, now: float) -> float:
        """Return the seconds until an answer is overdue."""
        deadlines = [link.deadline for link in self._links.values() if link.deadline is not None]
        return max(0.0, min(deadlines) - now) if deadlines else _NEVER

    def close(self) -> None:
        """Close them all."""
        for link in list(self._links.values()):
            link.close()
        self._links.clear()
