"""The brokers of a cluster as conversations (`tasks.py`) see them: they wait here for connections and for answers."""

from __future__ import annotations

import time

from kafkacli.client.connection import ConnectFailed
from kafkacli.client.tasks import Reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    from kafkacli.client.link import Link
    from kafkacli.client.links import Address, Links
    from kafkacli.client.tasks import Steps
    from kafkacli.wire.schema import Message

    M = TypeVar("M", bound=Message)

ASKING = "asking"
"""The purpose of small questions: metadata, offsets, who coordinates. Others have a connection to themselves."""


class Brokers:
    """The brokers behind connections. timeout_s: for an answer."""

    def __init__(self, links: Links, timeout_s: float) -> None:
        self.links = links
        self.timeout_s = timeout_s

    def any(self) -> Steps[Link]:
        """Return a connection for small questions to some broker, however long that takes."""
        links = self.links
        while (link := links.any(time.monotonic(), ASKING)) is None:
            now = time.monotonic()
            yield links.coming(ASKING) or now + links.any_delay(now, ASKING)
        return link

    def node(self, node_id: int, purpose: str) -> Steps[Link]:
        """Return a connection to a broker by its id. Raises ConnectFailed."""
        address = self.links.nodes.get(node_id)
        if address is None:
            raise ConnectFailed("advertised address", f"broker {node_id}", "no broker has this id now")
        return (yield from self.at(address, purpose))

    def at(self, address: Address, purpose: str) -> Steps[Link]:
        """Return a connection to an address, made when it may be tried again. Raises ConnectFailed."""
        while True:
            now = time.monotonic()
            link = self.links.to(address, now, purpose)
            if link is None:
                yield now + self.links.delay(address, now)
                continue
            if not link.is_settled:
                yield link
            if link.is_up:
                return link
            raise _failure_of(link)

    def ask(self, link: Link, request: Message, answer: type[M], timeout_s: float | None = None) -> Steps[M]:
        """Send a request; return its answer. Raises ConnectFailed, WireError when the broker lacks the API.

        Who stops waiting ends the connection: what comes after it would have to wait for the answer.
        """
        reply = Reply(answer)
        link.send(request, reply, self.timeout_s if timeout_s is None else timeout_s)
        try:
            yield reply
        except GeneratorExit:
            if not reply.is_settled:
                link.close()
            raise
        if reply.answer is None:
            raise _failure_of(link)
        found: M = reply.answer
        return found


def _failure_of(link: Link) -> ConnectFailed:
    return link.failure or ConnectFailed("TCP", f"{link.host}:{link.port}", "the connection was closed")
