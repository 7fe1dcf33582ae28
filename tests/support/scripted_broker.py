"""A listener whose answers a test writes itself: what a broker that misbehaves, or none at all, says to a client."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from kafkacli.wire.codec import decode
from kafkacli.wire.header import encode_response, read_request_header
from kafkacli.wire.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse, ApiVersionsResponseKey
from kafkacli.wire.schema import Message

Answer = Callable[[int, int, bytes], bytes | None]
"""From (API key, version, whole request without its size) to the bytes to send; None ends the connection."""


@contextmanager
def scripted_broker(answer: Answer) -> Iterator[int]:
    """Serve on a free port of loopback, each connection in a thread; gives the port."""
    connections: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_accept, args=(listener, answer, connections), daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
    thread.join(10)
    for connection in connections:
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, answer: Answer, connections: list[socket.socket]) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            break
        connections.append(connection)
        threading.Thread(target=_serve, args=(connection, answer), daemon=True).start()


def _serve(connection: socket.socket, answer: Answer) -> None:
    with connection, connection.makefile("rb") as stream, suppress(OSError):
        while len(head := stream.read(4)) == 4:
            request = stream.read(int.from_bytes(head, "big"))
            key, version = int.from_bytes(request[:2], "big"), int.from_bytes(request[2:4], "big")
            reply = answer(key, version, request)
            if reply is None:
                break
            connection.sendall(reply)


def correlation_id(request: bytes) -> int:
    """The correlation id of a request."""
    return int.from_bytes(request[4:8], "big")


def framed(message: Message, version: int, request: bytes) -> bytes:
    """A response frame to a request."""
    return b"".join(encode_response(message, version, correlation_id(request)))


def versions_answer(request: bytes, version: int, *known: type[Message]) -> bytes:
    """The ApiVersions response of a broker that knows all versions of these requests, and ApiVersions."""
    kinds: list[type[Message]] = [ApiVersionsRequest, *known]
    rows = [
        ApiVersionsResponseKey(
            api_key=kind.api_key, min_version=kind.valid_versions.low, max_version=kind.valid_versions.high
        )
        for kind in kinds
    ]
    return framed(ApiVersionsResponse(api_keys=rows), version, request)


def read_request(request: bytes, kind: type[Message]) -> Message:
    """The body of a request."""
    version = int.from_bytes(request[2:4], "big")
    flexible = {int(kind.api_key): kind.flexible_versions.low} if version in kind.flexible_versions else {}
    _, position = read_request_header(request, flexible)
    return decode(kind, request, version, position)
