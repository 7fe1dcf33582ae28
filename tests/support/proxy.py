"""A way to a broker that counts what is asked of it and can be slow: what a cluster across a bad line looks like to a tool."""

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from kafkacli.errors import ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.api_versions import ApiVersionsResponse, ApiVersionsResponseKey
from tests.support.scripted_broker import framed


class Proxy:
    """Listens on `port` and hands requests to the broker on port `target`.

    target may be set after the start. counts: requests by API. delay: seconds before a request of this API is handed on.
    versions: what it says of the broker's APIs in place of the broker, None for nothing.
    told: of each request with its API, without the size before it. refused: APIs whose requests end their connection. held: whether a request of this API is kept until the client goes.
    cut: where the connection ends at a Produce request, by its number: "request", in the middle of it, "answer", when the
    broker has taken it and before its answer; "" nowhere.
    """

    def __init__(self) -> None:
        self.counts: Counter[ApiKey] = Counter()
        self.target = 0
        self.delay: Callable[[ApiKey], float] = lambda key: 0.0
        self.told: Callable[[ApiKey, bytes], object] = lambda key, request: None
        self.refused: frozenset[ApiKey] = frozenset()
        self.versions: dict[ApiKey, int] | None = None
        self.held: Callable[[ApiKey], bool] = lambda key: False
        self.cut: Callable[[int], str] = lambda number: ""
        self._lost: set[socket.socket] = set()
        self.seen = threading.Event()
        """Set by each request."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets: list[socket.socket] = []
        self._is_closed, self._closing = False, threading.Lock()
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """End every connection, and each that comes yet."""
        with self._closing:
            self._is_closed = True
            _end(self._listener, *self._sockets)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                try:
                    broker = socket.create_connection(("127.0.0.1", self.target))
                except OSError:
                    client.close()
                    raise
                with self._closing:
                    self._sockets += [client, broker]
                    if self._is_closed:
                        _end(client, broker)
                        return
                threading.Thread(target=self._requests, args=(client, broker), daemon=True).start()
                threading.Thread(target=self._answers, args=(broker, client), daemon=True).start()

    def _requests(self, client: socket.socket, broker: socket.socket) -> None:
        with suppress(OSError, ValueError), client.makefile("rb") as stream:
            while len(head := stream.read(4)) == 4:
                request = stream.read(int.from_bytes(head, "big"))
                key = ApiKey(int.from_bytes(request[:2], "big"))
                self.counts[key] += 1
                self.told(key, request)
                self.seen.set()
                if key in self.refused:
                    break
                if key == ApiKey.API_VERSIONS and self.versions is not None:
                    client.sendall(_versions_answer(request, self.versions))
                    continue
                if self.held(key):
                    stream.read()
                    break
                time.sleep(self.delay(key))
                cut = self.cut(self.counts[key]) if key is ApiKey.PRODUCE else ""
                if cut == "request":
                    broker.sendall((head + request)[: len(request) // 2])
                    client.shutdown(socket.SHUT_RDWR)
                    break
                if cut == "answer":
                    self._lost.add(client)
                broker.sendall(head + request)
        with suppress(OSError):
            broker.shutdown(socket.SHUT_RDWR)

    def _answers(self, broker: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while (data := broker.recv(1 << 16)) and client not in self._lost:
                client.sendall(data)
        with suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)


def _end(*sockets: socket.socket) -> None:
    for one in sockets:
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()


def _versions_answer(request: bytes, newest: dict[ApiKey, int]) -> bytes:
    """An answer that the broker has these APIs up to these versions, and from 0 on."""
    version = int.from_bytes(request[2:4], "big")
    rows = [ApiVersionsResponseKey(api_key=key, min_version=0, max_version=high) for key, high in newest.items()]
    if version > newest[ApiKey.API_VERSIONS]:
        return framed(ApiVersionsResponse(error_code=ErrorCode.UNSUPPORTED_VERSION, api_keys=rows), 0, request)
    return framed(ApiVersionsResponse(api_keys=rows), version, request)


@contextmanager
def proxy() -> Iterator[Proxy]:
    """A proxy that is closed at the end."""
    made = Proxy()
    try:
        yield made
    finally:
        made.close()
