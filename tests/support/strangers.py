"""Servers that are no Kafka: one that says the same to everybody, and one that never says anything."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

HTTP = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"


@contextmanager
def stranger(reply: bytes | None) -> Iterator[int]:
    """Serve on a free port of loopback: `reply` to the first bytes of each connection, then its end; None: nothing at all."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, reply), daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
    thread.join(10)


def _serve(listener: socket.socket, reply: bytes | None) -> None:
    silent = []  # kept open
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            break
        if reply is None:
            silent.append(connection)
            continue
        with connection, suppress(OSError):
            connection.recv(1024)
            connection.sendall(reply)
    for connection in silent:
        connection.close()
