"""A client that sends what a test tells it to, right or wrong."""

import socket
from typing import Self, TypeVar

from kafkacli.wire import codec
from kafkacli.wire.header import encode_request, read_response_header
from kafkacli.wire.schema import Message

M = TypeVar("M", bound=Message)


class RawClient:
    """One socket to a server; closed with the test by `with`."""

    def __init__(self, port: int, timeout: float = 40, client_id: str = "raw") -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self._client_id = client_id
        self._correlation_id = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.socket.sendall(data)

    def request(self, message: Message, version: int) -> int:
        """Send a request; returns its correlation id."""
        self._correlation_id += 1
        self.send(encode_request(message, version, self._correlation_id, self._client_id))
        return self._correlation_id

    def frame(self) -> bytes:
        """Receive one frame, without its size. Raises EOFError when the server closed the connection."""
        return self._exactly(int.from_bytes(self._exactly(4), "big"))

    def response(self, kind: type[M], version: int) -> M:
        """Receive one response."""
        frame = self.frame()
        correlation_id, position = read_response_header(frame, kind, version)
        self.last_correlation_id = correlation_id
        return codec.decode(kind, frame, version, position)

    def ask(self, message: Message, kind: type[M], version: int) -> M:
        """Send a request and receive its response."""
        expected = self.request(message, version)
        response = self.response(kind, version)
        assert self.last_correlation_id == expected
        return response

    def is_closed(self) -> bool:
        """Wait for the server to end the connection; data before the end is dropped."""
        try:
            while self.socket.recv(65536):
                pass
        except ConnectionResetError:
            pass
        return True

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            try:
                more = self.socket.recv(size - len(data))
            except ConnectionResetError as error:
                raise EOFError from error
            if not more:
                raise EOFError
            data += more
        return data
