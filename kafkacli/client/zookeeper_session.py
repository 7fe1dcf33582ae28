"""A session with ZooKeeper over one connection, blocking: a request, then its answer. Nothing runs besides.

For commands that ask, answer and end, whose time would mostly go into the import of kazoo. A connection that is lost fails the
call that waits on it; the next call begins another session. So does a call after a pause in which the server may have ended it.
Source: ClientCnxn.java, ZooKeeperSaslClient.java (ZooKeeper 3.5.9).
"""

from __future__ import annotations

import socket
import time

from kafkacli.zookeeper.jute import JuteError
from kafkacli.zookeeper.protocol import (
    EVENT_XID,
    PING_XID,
    AuthPacket,
    ConnectRequest,
    ConnectResponse,
    Error,
    OpCode,
    ReplyHeader,
    RequestHeader,
    SaslToken,
    WatcherEvent,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from kafkacli.client.zookeeper_security import ZooKeeperLogin
    from kafkacli.zookeeper.jute import Record

DEFAULT_PORT = 2181
_AUTH_XID = -4
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.05, 1.0  # between rounds over the servers
_LARGEST_FRAME = 64 << 20
_LONGEST_GOODBYE_S = 2.0
_LOGIN_SERVER = "zk-sasl-md5"  # what the servers call themselves in DIGEST-MD5, wherever they are


class ZooKeeperError(Exception):
    """ZooKeeper refused an operation, or the connection is gone. path: None when there is none."""

    def __init__(self, code: int, path: str | None = None) -> None:
        try:
            words = Error(code).name.replace("_", " ").title().replace(" ", "")
        except ValueError:
            words = f"Unknown error {code}"
        super().__init__(f"KeeperErrorCode = {words}" + (f" for {path}" if path else ""))
        self.code = code


class NoNode(ZooKeeperError):
    """There is no such znode, or no parent for it."""


class NodeExists(ZooKeeperError):
    """The znode is there already."""


class BadVersion(ZooKeeperError):
    """Somebody else has changed the znode."""


_CLASSES: dict[int, type[ZooKeeperError]] = {
    Error.NO_NODE: NoNode,
    Error.NODE_EXISTS: NodeExists,
    Error.BAD_VERSION: BadVersion,
}


class NotConnected(Exception):
    """No server answered in time."""


class HungUp(ConnectionError):
    """A server that ends a connection in the clear instead of greeting."""

    def __init__(self, why: ConnectionError) -> None:
        super().__init__(f"{why}; does this port speak TLS (zookeeper.ssl.client.enable)?")


class LoginFailed(Exception):
    """The servers know no such user or password, or no logins at all."""


class ZooKeeperSession:
    """One session; `open` before the first call.

    connect: host:port,.../chroot. timeout_s: of the session, and for an answer. tell: takes each event of a watch.
    Raises ValueError for servers that can't be.
    """

    def __init__(
        self,
        connect: str,
        timeout_s: float,
        login: ZooKeeperLogin,
        tell: Callable[[WatcherEvent], None] | None = None,
    ) -> None:
        servers, slash, rest = connect.partition("/")
        self.servers = [host_and_port(server.strip()) for server in servers.split(",")]
        self.chroot = (slash + rest).rstrip("/")
        self._timeout_s = timeout_s
        self._login = login
        self._tell = tell
        self._credentials: list[AuthPacket] = []
        self._socket: socket.socket | None = None
        self._received = bytearray()
        self._xid = 0
        self._has_fired = False
        self._lives_s = 0.0  # how long the server keeps the session without a word of ours
        self._last_sent = 0.0

    @property
    def is_open(self) -> bool:
        """Whether there is a connection, as far as it was seen."""
        return self._socket is not None

    def open(
        self,
        timeout_s: float,
        *,
        rounds: int | None = None,
        patience_s: float = 1.0,
        report: Callable[[OSError | None], None] | None = None,
    ) -> None:
        """Connect to the first server that answers, over and over.

        rounds: over the servers; None for as many as there is time for. report: is told once when nothing has answered for
        `patience_s`, with what is wrong where that is known. Raises NotConnected, whose cause is the last failure, LoginFailed,
        and TlsError where another try is of no use.
        """
        now = time.monotonic()
        deadline, slow_at = now + timeout_s, now + patience_s
        pause = _FIRST_PAUSE_S
        trouble: OSError | None = None
        while True:
            waiting = list(self.servers)
            while waiting:
                limit = deadline if report is None else min(slow_at, deadline)
                left = max(limit - time.monotonic(), 0.001) / len(waiting)
                try:
                    self._begin(*waiting[0], left)
                    return
                except OSError as error:
                    self.drop()
                    if getattr(error, "refused", False):
                        raise
                    trouble = error
                if report is not None and slow_at <= time.monotonic() < deadline:
                    report(trouble)
                    report = None
                    if isinstance(trouble, TimeoutError):
                        continue  # it may be slow only: once more, with more time
                waiting.pop(0)
            rounds = None if rounds is None else rounds - 1
            left = deadline - time.monotonic()
            if left <= 0 or rounds == 0:
                raise NotConnected from trouble
            time.sleep(min(pause, left))
            pause = min(pause * 2, _LONGEST_PAUSE_S)

    def close(self) -> None:
        """End the session: its ephemeral znodes and watches go."""
        if self._socket is not None:
            try:
                self._socket.settimeout(_LONGEST_GOODBYE_S)
                self._ask(OpCode.CLOSE_SESSION, b"")
            except (OSError, JuteError, ZooKeeperError):
                pass  # it ends by itself, then
            self.drop()

    def drop(self) -> None:
        """Let the connection go without a word; the server keeps the session for its timeout."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    # --- calls

    def call(self, op: OpCode, request: Record, path: str | None, response: type[Record] | None = None) -> Any:
        """Ask the server and wait for its answer: the record, None where there is none.

        path: what an error names. Raises ZooKeeperError, also where another session has to begin and can't.
        """
        if self._socket is not None and time.monotonic() - self._last_sent > self._lives_s / 2:
            self.close()
        try:
            if self._socket is None:
                self.open(self._timeout_s)
            error, body = self._ask(op, request.encode())
            if error:
                raise _CLASSES.get(error, ZooKeeperError)(error, path)
            return None if response is None else response.decode_whole(body)
        except LoginFailed:
            raise ZooKeeperError(Error.AUTH_FAILED, path) from None
        except (OSError, JuteError, NotConnected):
            self.drop()
            raise ZooKeeperError(Error.CONNECTION_LOSS, path) from None

    def add_auth(self, scheme: str, credentials: str | None) -> None:
        """Prove an identity, now and in sessions that have to begin later. Raises ZooKeeperError."""
        packet = AuthPacket(0, scheme, None if credentials is None else credentials.encode())
        self._credentials.append(packet)
        if self._socket is not None:
            self._prove(packet)

    def await_event(self, seconds: float) -> bool:
        """Wait until a watch has fired since the last time, or the seconds end. The session is kept alive meanwhile.

        Returns whether one has. Raises ZooKeeperError when the connection is lost.
        """
        deadline = time.monotonic() + seconds
        try:
            while not self._has_fired and (left := deadline - time.monotonic()) > 0:
                if self._socket is None:
                    raise ConnectionError
                self._socket.settimeout(min(left, self._lives_s / 3))
                try:
                    self._take_event(self._frame())
                except TimeoutError:
                    self._send(PING_XID, OpCode.PING, b"")
        except (OSError, JuteError):
            self.drop()
            raise ZooKeeperError(Error.CONNECTION_LOSS) from None
        has_fired, self._has_fired = self._has_fired, False
        return has_fired

    # --- the connection

    def _begin(self, host: str, port: int, timeout_s: float) -> None:
        """Begin a session with one server. Raises OSError, LoginFailed."""
        name: Any = host.encode() if host.isascii() else host  # bytes save the import of the IDNA tables
        connected = socket.create_connection((name, port), timeout_s)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._login.tls is not None:
            from kafkacli.client.tls import wrap

            try:
                connected = wrap(connected, host, self._login.tls)
            except OSError:
                connected.close()
                raise
        self._socket = connected
        self._received.clear()
        self._xid = 0
        request = ConnectRequest(0, 0, int(self._timeout_s * 1000), 0, bytes(16)).encode() + b"\0"
        connected.sendall(len(request).to_bytes(4, "big") + request)
        self._last_sent = time.monotonic()
        try:
            answer = ConnectResponse.decode_whole(self._greeting())
            if answer.timeout_ms <= 0:
                raise ConnectionError("the session was refused")
            connected.settimeout(self._timeout_s)
            self._lives_s = answer.timeout_ms / 1000
            if self._login.sasl is not None:
                self._log_in(self._login.sasl, host)
            for packet in self._credentials:
                self._prove(packet)
        except JuteError as error:
            raise ConnectionError(f"no ZooKeeper listens there: {error}") from None
        except ZooKeeperError as error:
            raise ConnectionError(str(error)) from None

    def _greeting(self) -> bytes:
        try:
            return self._frame()
        except ConnectionError as error:
            if self._login.tls is not None:
                raise
            raise HungUp(error) from None

    def _log_in(self, options: dict[str, Any], host: str) -> None:
        from puresasl.client import SASLClient

        exchange: Any = SASLClient(host=_LOGIN_SERVER if options["mechanism"] == "DIGEST-MD5" else host, **options)
        challenge: bytes | None = None
        while not exchange.complete:
            try:
                answer = exchange.process(challenge)
                if exchange.complete and not answer:
                    break
                error, body = self._ask(OpCode.SASL, SaslToken(answer or b"").encode())
            except Exception as trouble:  # puresasl raises what it likes, and a server may just hang up
                raise LoginFailed from trouble
            if error:
                raise LoginFailed
            challenge = SaslToken.decode_whole(body).token

    def _prove(self, packet: AuthPacket) -> None:
        self._send(_AUTH_XID, OpCode.AUTH, packet.encode())
        if error := self._answer(_AUTH_XID)[0]:
            raise ZooKeeperError(error)

    def _ask(self, op: OpCode, request: bytes) -> tuple[int, bytes]:
        """Send a request; return the error code and the bytes of its answer."""
        self._xid += 1
        if self._socket is not None and op != OpCode.CLOSE_SESSION:
            self._socket.settimeout(self._timeout_s)
        self._send(self._xid, op, request)
        return self._answer(self._xid)

    def _answer(self, xid: int) -> tuple[int, bytes]:
        while True:
            frame = self._frame()
            header, position = ReplyHeader.decode(frame)
            if header.xid == xid:
                return header.err, frame[position:]
            self._take_event(frame)

    def _take_event(self, frame: bytes) -> None:
        header, position = ReplyHeader.decode(frame)
        if header.xid == EVENT_XID:
            event = WatcherEvent.decode_whole(frame, position)
            self._has_fired = True
            if self._tell is not None:
                self._tell(event)

    def _send(self, xid: int, op: OpCode, request: bytes) -> None:
        if self._socket is None:
            raise ConnectionError
        frame = RequestHeader(xid, op).encode() + request
        self._socket.sendall(len(frame).to_bytes(4, "big") + frame)
        self._last_sent = time.monotonic()

    def _frame(self) -> bytes:
        """Return the next frame, without its length. Raises OSError, also where the connection ends."""
        received = self._received
        while len(received) < 4 or len(received) < 4 + (length := int.from_bytes(received[:4], "big")):
            if len(received) >= 4 and length > _LARGEST_FRAME:
                raise ConnectionError(f"a frame of {length} bytes")
            chunk = self._socket.recv(1 << 16) if self._socket is not None else b""
            if not chunk:
                raise ConnectionError("the server has closed the connection")
            received += chunk
        frame = bytes(received[4 : 4 + length])
        del received[: 4 + length]
        return frame


def host_and_port(server: str) -> tuple[str, int]:
    """Return the parts of host:port; a host alone means ZooKeeper's port. Raises ValueError."""
    host, colon, port = server.rpartition(":")
    if not colon or (host.count(":") and not host.endswith("]")):
        host, port = server, str(DEFAULT_PORT)
    if not host or not port.isdecimal() or int(port) > 65535:
        raise ValueError(f"{server}: a ZooKeeper server is named as host:port")
    return host.removeprefix("[").removesuffix("]"), int(port)
