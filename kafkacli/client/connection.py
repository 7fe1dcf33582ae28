"""One blocking connection to a broker, for the tools: connect, agree on versions, send a request, wait for its answer.

A failure names the stage that failed, so that the one line a person sees says where to look.
"""

from __future__ import annotations

import math
import socket
import time
from functools import partial

from kafkacli import __version__
from kafkacli.errors import ErrorCode
from kafkacli.wire.codec import decode, decode_each, newest_common_version
from kafkacli.wire.header import encode_request, read_response_header
from kafkacli.wire.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from kafkacli.wire.primitives import WireError
from kafkacli.wire.schema import Message, Struct, Versions

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Sequence
    from typing import Any, TypeVar

    from kafkacli.client.security import Security
    from kafkacli.client.settings import ClientSettings
    from kafkacli.client.tls import TlsError
    from kafkacli.wire.api_keys import ApiKey

    M = TypeVar("M", bound=Message)

MAX_RESPONSE_BYTES = 1 << 30
_MAX_FIRST_BYTES = 1 << 20  # of an answer to ApiVersions; other servers' greetings, taken for a size, are more
_TLS_ALERT = 0x150303  # what a TLS server answers to what isn't TLS begins so, where a size is expected
_TLS_REFUSED = "SslAuthenticationException"
_SHARE_OF_LOGIN = 0.85  # of its time, as in Java at least
_ON_THE_WAY = 64  # small requests that may wait for their answers at once


def _tell_nobody(_count: int) -> None:
    pass


class ConnectFailed(Exception):
    """No connection, or it was lost. stage: DNS, TCP, TLS, SASL, protocol version or advertised address."""

    def __init__(self, stage: str, address: str, reason: str) -> None:
        super().__init__(f"{address}: {reason} ({stage})")
        self.stage = stage
        self.address = address
        self.reason = reason


class AuthenticationFailed(ConnectFailed):
    """One side refused the other: another try is of no use.

    exception: what Java throws for it, of org.apache.kafka.common.errors. java_text: its message, which may say less.
    """

    def __init__(self, stage: str, address: str, reason: str, exception: str, java_text: str) -> None:
        super().__init__(stage, address, reason)
        self.exception_name = exception
        self.java_text = java_text
        self._is_told = False

    def tell(self, report: Callable[[str], None], *, whole: bool = False) -> None:
        """Report, once, what Java's message leaves out; from then on str() is that message alone.

        whole: report it even if nothing is left out, as the message goes under in another one.
        """
        if not self._is_told and (whole or self.java_text != self.reason):
            report(str(self))
            self._is_told = True
            self.args = (self.java_text,)


class UnsupportedApi(WireError):
    """A broker lacks an API, or the versions of it that we have."""

    def __init__(self, key: ApiKey, address: str) -> None:
        super().__init__(f"The broker does not support {key.name}")
        self.key = key
        self.address = address


class Connection:
    """A connection to one broker. `send` raises ConnectFailed when it can't be made or is lost; then it is of no more use.

    host, port: as given or advertised. deadline: of the monotonic clock, for the whole way to a usable connection.
    log_in_at: when it has to log in again, of the same clock.
    """

    __slots__ = ("_correlation_id", "_socket", "address", "host", "log_in_at", "port", "settings", "stage", "versions")

    def __init__(self, host: str, port: int, settings: ClientSettings, deadline: float) -> None:
        self.address = f"{host}:{port}"
        self.host = host
        self.port = port
        self.settings = settings
        self.stage = "TCP"
        self._correlation_id = 0
        self.log_in_at = math.inf
        self._socket: socket.socket = self._connect(host, port, deadline)
        self.versions: dict[int, Versions] = {}
        try:
            security = settings.security
            if security is not None and security.tls is not None:
                self._start_tls(host, security.tls)
            self.stage = "protocol version"
            self._agree_on_versions(deadline)
            if security is not None and security.mechanism:
                self._log_in(security, deadline)
            self.stage = "TCP"
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection; doing so again is no error."""
        self._socket.close()

    def hand_over(self) -> tuple[int, socket.socket]:
        """Return the last correlation id and the socket, for one who goes on with it in another way (`link.py`)."""
        return self._correlation_id, self._socket

    def log_in_again(self, correlation_id: int, deadline: float) -> None:
        """Log in again on a socket that was handed over, with no answer on the way (KIP-368). Raises ConnectFailed.

        correlation_id: the last one that was used on it.
        """
        assert self.settings.security is not None
        self._correlation_id = correlation_id
        self._log_in(self.settings.security, deadline)
        self.stage = "TCP"

    def lost(self, error: OSError | None, *, has_answered: bool) -> ConnectFailed:
        """Return what it means that the socket failed, or was closed when there is no error.

        has_answered: whether anything was answered since the connection is usable.
        """
        if error is not None:
            return self._lost(error)
        return self._failed("the broker closed the connection" + ("" if has_answered else self._hint()))

    def send(self, request: Message, answer: type[M], deadline: float, version: int | None = None) -> M:
        """Send a request and return its answer.

        answer: the response class of the request. deadline: of the monotonic clock; the request timeout ends it earlier.
        version: the newest that both sides have when None.
        Raises ConnectFailed; WireError when the broker doesn't have the API or the fields that are set.
        """
        if version is None:
            version = self.version_of(type(request))
        return self._decoded(self._exchange(request, version, deadline), answer, version)

    def send_for(
        self,
        request: Message,
        answer: type[M],
        element: type[Struct],
        take: Callable[[Any, Any, memoryview], None],
        deadline: float,
    ) -> M:
        """As `send`, for large answers: each of their structs of class `element` is handed over, as by `decode_each`."""
        version = self.version_of(type(request))
        frame = self._exchange(request, version, deadline)
        return self._decoded(frame, answer, version, partial(decode_each, element=element, take=take))

    def send_each(
        self, requests: Sequence[Message], answer: type[M], deadline: float, tell: Callable[[int], None] = _tell_nobody
    ) -> list[M]:
        """Send small requests of one kind, many before their answers have come; return the answers in order.

        Arguments and errors as of `send`; the request timeout is that of one answer. tell: told how many came, now and then.
        """
        version = self.version_of(type(requests[0])) if requests else 0
        answers: list[M] = []
        for start in range(0, len(requests), _ON_THE_WAY):
            self._stay_logged_in(deadline)
            some = requests[start : start + _ON_THE_WAY]
            for sent in [self._sent(request, version, self._by(deadline)) for request in some]:
                answers.append(self._decoded(self._received(sent, self._by(deadline)), answer, version))
            tell(len(answers))
        return answers

    @property
    def is_to_log_in(self) -> bool:
        """Whether it has to log in again with the next request, before which no answer may be on the way (KIP-368)."""
        return time.monotonic() >= self.log_in_at and self.settings.security is not None

    def begin(self, request: Message, deadline: float) -> int:
        """Send a request as `send` does; return its number, by which `take` gives its answer."""
        self._stay_logged_in(deadline)
        return self._sent(request, self.version_of(type(request)), self._by(deadline))

    def take(self, number: int, request: type[Message], answer: type[M], deadline: float) -> M:
        """Wait for the answer to what was begun first of all that has no answer yet. request: its class."""
        return self._decoded(self._received(number, self._by(deadline)), answer, self.version_of(request))

    def version_of(self, kind: type[Message]) -> int:
        """Return the newest version of an API that both sides have. Raises WireError."""
        theirs = self.versions.get(kind.api_key)
        version = None if theirs is None else newest_common_version(kind, theirs)
        if version is None:
            raise UnsupportedApi(kind.api_key, self.address)
        return version

    # --- on the way to a usable connection

    def _connect(self, host: str, port: int, deadline: float) -> socket.socket:
        try:
            addresses = resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise ConnectFailed("DNS", self.address, f"the name can't be resolved: {_reason(error)}") from error
        problem: OSError | None = None
        for family, kind, protocol, _, address in addresses:
            connected = socket.socket(family, kind, protocol)
            try:
                connected.settimeout(self._seconds_left(deadline))
                connected.connect(address)
                connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as error:
                connected.close()
                problem = error
            else:
                return connected
        raise ConnectFailed("TCP", self.address, _reason(problem)) from problem

    def _start_tls(self, host: str, context: ssl.SSLContext) -> None:
        from kafkacli.client.tls import TlsError, wrap

        self.stage = "TLS"
        try:
            self._socket = wrap(self._socket, host, context)
        except TlsError as error:
            raise self._tls_failed(error) from error
        except OSError as error:
            raise self._failed(_reason(error)) from error

    def _log_in(self, security: Security, deadline: float) -> None:
        from kafkacli.client.sasl import authenticate

        self.stage = "SASL"
        self.log_in_at = math.inf
        now = time.monotonic()
        if lifetime_ms := authenticate(self, security, self.host, deadline):
            self.log_in_at = now + _SHARE_OF_LOGIN * lifetime_ms / 1000

    def _stay_logged_in(self, deadline: float) -> None:
        """Log in again before the login ends (KIP-368); no answer may be on the way. Raises ConnectFailed."""
        if time.monotonic() >= self.log_in_at:
            self.log_in_again(self._correlation_id, deadline)

    def _agree_on_versions(self, deadline: float) -> None:
        version = ApiVersionsRequest.valid_versions.high
        request = ApiVersionsRequest(client_software_name="kafkacli", client_software_version=__version__)
        while True:
            frame = self._exchange(request, version, deadline)
            try:
                _, position = read_response_header(frame, ApiVersionsResponse, version)
                if int.from_bytes(frame[position : position + 2], "big", signed=True) == ErrorCode.UNSUPPORTED_VERSION:
                    if version == 0:
                        raise self._failed("the broker refuses every version of ApiVersions")
                    request, version = ApiVersionsRequest(), 0
                    continue
                response = decode(ApiVersionsResponse, frame, version, position)
            except WireError as error:
                raise self._failed(f"this is no Kafka broker: {error}") from error
            self.versions = {row.api_key: Versions(row.min_version, row.max_version) for row in response.api_keys}
            return

    # --- frames

    def _exchange(self, request: Message, version: int, deadline: float) -> memoryview:
        self._stay_logged_in(deadline)
        deadline = self._by(deadline)
        return self._received(self._sent(request, version, deadline), deadline)

    def _sent(self, request: Message, version: int, deadline: float) -> int:
        """Send a request; return its correlation id."""
        self._send(self._numbered(request, version), deadline)
        return self._correlation_id

    def _numbered(self, request: Message, version: int) -> bytes:
        self._correlation_id += 1
        return encode_request(request, version, self._correlation_id, self.settings.client_id)

    def _send(self, data: bytes, deadline: float) -> None:
        try:
            self._socket.settimeout(self._seconds_left(deadline))
            self._socket.sendall(data)
        except OSError as error:
            raise self._lost(error) from error

    def _received(self, correlation_id: int, deadline: float) -> memoryview:
        """Wait for the next answer, which has to be the one to this request; return its frame."""
        try:
            size = int.from_bytes(self._receive(4, deadline), "big", signed=True)
            if size >> 8 == _TLS_ALERT and not self.versions:
                reason = "this port speaks TLS; security.protocol says it does not"
                raise AuthenticationFailed("TLS", self.address, reason, _TLS_REFUSED, reason)
            if not 4 <= size <= (MAX_RESPONSE_BYTES if self.versions else _MAX_FIRST_BYTES):
                raise self._failed(f"this is no Kafka broker: an answer of {size} bytes")
            frame = self._receive(size, deadline)
        except OSError as error:
            raise self._lost(error) from error
        if int.from_bytes(frame[:4], "big", signed=True) != correlation_id:
            raise self._failed("this is no Kafka broker: an answer to something else")
        return frame

    def _decoded(self, frame: memoryview, answer: type[M], version: int, read: Callable[..., M] = decode) -> M:
        try:
            _, position = read_response_header(frame, answer, version)
            return read(answer, frame, version, position=position)
        except WireError as error:
            raise self._failed(f"an answer that is no answer: {error}") from error

    def _by(self, deadline: float) -> float:
        """Return when a request that is sent now has to be answered."""
        return min(deadline, time.monotonic() + self.settings.request_timeout_ms / 1000)

    def _receive(self, size: int, deadline: float) -> memoryview:
        data = bytearray(size)
        view = memoryview(data)
        done = 0
        while done < size:
            self._socket.settimeout(self._seconds_left(deadline))
            count = self._socket.recv_into(view[done:])
            if not count:
                raise self._failed("the broker closed the connection" + self._hint())
            done += count
        return view

    def _seconds_left(self, deadline: float) -> float:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        return left

    def _lost(self, error: OSError) -> ConnectFailed:
        if isinstance(error, TimeoutError):
            return self._failed("no answer in time")
        if not self.versions and hasattr(error, "reason"):
            from kafkacli.client.tls import explained

            # in TLS 1.3 the client's certificate is refused after the handshake
            return self._tls_failed(explained(error, self.host), "Failed to process post-handshake messages")
        return self._failed(_reason(error))

    def _hint(self) -> str:
        """Say what may be behind a connection that is closed without a word."""
        security = self.settings.security
        if self.versions and (security is None or not security.mechanism):
            return "; does this port want a login (security.protocol=SASL_…)?"
        return "" if self.versions or security is not None else "; does this port speak TLS (security.protocol=SSL)?"

    def _failed(self, reason: str) -> ConnectFailed:
        return ConnectFailed(self.stage, self.address, reason)

    def _tls_failed(self, error: TlsError, java_text: str = "SSL handshake failed") -> ConnectFailed:
        if error.refused:
            return AuthenticationFailed("TLS", self.address, str(error), _TLS_REFUSED, java_text)
        return ConnectFailed("TLS", self.address, str(error))


def resolve(host: str, port: int) -> list[tuple[int, int, int, str, tuple[Any, ...]]]:
    """Return the addresses of a host, as `getaddrinfo`. Raises OSError and UnicodeError."""
    # A name in bytes saves the import of the IDNA tables.
    name = host.encode() if host.isascii() else host
    return list(socket.getaddrinfo(name, port, type=socket.SOCK_STREAM))


def _reason(error: Exception | None) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
