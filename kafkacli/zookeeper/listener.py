"""Where clients connect to: sockets bound to the client port, and taking connections from them.

Source: NIOServerCnxnFactory.java (3.5.9).
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import socket
from collections.abc import Callable
from selectors import EVENT_READ

from kafkacli.zookeeper.poller import Poller

_DEFAULT_BACKLOG = 100
_SCARCE = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_SCARCE_SECONDS = 1.0


def bind(host: str | None, port: int) -> list[socket.socket]:
    """Return sockets bound to a port on the first address of a name; None: on every address, IPv4 first as in Java.

    port: 0 lets the system choose one, the same for all. Raises OSError; its text says where.
    """
    infos = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    infos.sort(key=lambda info: info[0] != socket.AF_INET)
    sockets: list[socket.socket] = []
    bound_port = port
    try:
        for family, kind, protocol, _, address in infos:
            if host and sockets:
                break
            try:
                bound = socket.socket(family, kind, protocol)
            except OSError:
                continue  # a family that this machine lacks
            sockets.append(bound)
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            bound.bind((address[0], bound_port, *address[2:]))
            bound_port = bound.getsockname()[1]
    except OSError as error:
        for bound in sockets:
            bound.close()
        where = f"{host or '0.0.0.0'}:{port}"
        raise OSError(error.errno, f"can't listen on {where}: {os.strerror(error.errno or 0)}") from None
    return sockets


class Listener:
    """Takes connections from one bound socket, until `close`."""

    def __init__(
        self,
        bound: socket.socket,
        backlog: int,
        poller: Poller,
        accepted: Callable[[socket.socket, str, int], None],
        logger: logging.Logger,
    ) -> None:
        """Listen.

        backlog: connections that may wait; 0 or less: the default.
        accepted: takes each connection, with the client's address and port.
        """
        self._socket = bound
        self._backlog = backlog if backlog > 0 else _DEFAULT_BACKLOG
        self._poller = poller
        self._accepted = accepted
        self._logger = logger
        bound.setblocking(False)
        bound.listen(self._backlog)
        poller.watch(self, EVENT_READ)

    def fileno(self) -> int:
        """The socket's descriptor; -1: it is closed."""
        return self._socket.fileno()

    def ready(self, _: int) -> None:
        """Take who waits, as many as may."""
        for _ in range(self._backlog):
            try:
                accepted, (host, port, *_) = self._socket.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                if error.errno not in _SCARCE:
                    raise
                self._logger.getChild("NIOServerCnxnFactory").warning("Error accepting new connections: %s", error)
                self._poller.watch(self, 0)
                asyncio.get_running_loop().call_later(_SCARCE_SECONDS, self._go_on)
                return
            self._accepted(accepted, host, port)

    def close(self) -> None:
        """Listen no more."""
        if self._socket.fileno() >= 0:
            self._poller.watch(self, 0)
            self._socket.close()

    def _go_on(self) -> None:
        if self._socket.fileno() >= 0:
            self._poller.watch(self, EVENT_READ)
