"""No descriptors left for new connections: they wait in the system's queue, and asyncio tries again each second.

It tells so a hundred times at each try, with a traceback; here that is one line now and then.
"""

import asyncio
import logging
from typing import Any

_log = logging.getLogger("kafka.network.Acceptor")

AGAIN_SECONDS = 60
_MESSAGE = "socket.accept() out of system resource"


class AcceptErrors:
    """The exception handler of a loop that accepts connections; all that isn't about this goes to the loop's own."""

    __slots__ = ("_quiet_until",)

    def __init__(self) -> None:
        self._quiet_until = 0.0

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if context.get("message") != _MESSAGE:
            loop.default_exception_handler(context)
            return
        now = loop.time()
        if now >= self._quiet_until:
            self._quiet_until = now + AGAIN_SECONDS
            _log.error("Error while accepting connection: %s; new ones wait until others end", context["exception"])
