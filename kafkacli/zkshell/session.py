"""A session with ZooKeeper, as the shell needs one: blocking calls, events as they come, a state to show.

kazoo connects, keeps the session alive and reconnects. The requests are the records of `zookeeper/protocol.py`, as kazoo has
no create of containers and TTLs and no removal of watches. What it lacks besides is added here: after a reconnection the watches
are set again, and a call fails with ConnectionLoss when a round over all servers failed, where kazoo would wait on.
Events are told in kazoo's connection thread, so that an event comes before the reply to the call that caused it.
Source: ClientCnxn.java (ZooKeeper 3.5.9) for states and events.
"""

from __future__ import annotations

import logging
import socket
import threading
from contextlib import suppress
from time import monotonic

from kazoo.client import KazooClient
from kazoo.exceptions import AuthFailedError, ZookeeperError
from kazoo.protocol.states import EventType, KazooState, KeeperState
from kazoo.retry import KazooRetry

from kafkacli.client.zookeeper_handler import SecureHandler
from kafkacli.zkshell.errors import OperationError
from kafkacli.zookeeper.protocol import AuthPacket, Error, OpCode, PathTypeRequest, SetWatches, WatcherType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    from kafkacli.client.zookeeper_security import ZooKeeperLogin
    from kafkacli.zookeeper.jute import Record

    class Answer(Protocol):
        """Where kazoo puts what became of a request."""

        def set(self, value: Any) -> None:
            """Take the record."""

        def set_exception(self, exception: Exception) -> None:
            """Take the failure."""


_PATIENCE_S = 5.0  # without an answer for so long, a line says so
_END_OF_TRY_S = 0.5  # a try to connect may have so long to notice that nobody wants it any more
_RETRY_S = 0.1, 1.0  # between rounds over the servers: at first, at most
_STATES = {KeeperState.CONNECTED: ("CONNECTED", "SyncConnected"),
           KeeperState.CONNECTED_RO: ("CONNECTEDREADONLY", "ConnectedReadOnly")}  # fmt: skip
_EVENTS = {EventType.CREATED: "NodeCreated", EventType.DELETED: "NodeDeleted",
           EventType.CHANGED: "NodeDataChanged", EventType.CHILD: "NodeChildrenChanged"}  # fmt: skip


class Session:
    """One session; begins to connect at once, in the background."""

    def __init__(
        self,
        servers: str,
        chroot: str,
        *,
        timeout_ms: int,
        read_only: bool,
        tell: Callable[[str, str, str | None], None],
        warn: Callable[[str], None],
        login: ZooKeeperLogin,
    ) -> None:
        """Start to connect.

        servers: host:port,... chroot: the path before every path, '' for none. timeout_ms: of the session and of each try.
        tell: takes (state, type, path) of every event. warn: takes a line about a connection that doesn't come.
        login: TLS and who we are.
        """
        self.chroot = chroot
        self.state = "CONNECTING"
        self.made_ephemerals = False
        self._servers = servers
        self._tell = tell
        self._warn = warn
        self._changed = threading.Condition()
        self._failed_rounds = 0
        self._lost_watches: tuple[dict[str, Any], dict[str, Any]] | None = None
        self._watches_for_creation: set[str] = set()
        self._told: object = None
        self._reason = _Reason()
        logging.getLogger("kazoo").setLevel(logging.CRITICAL)
        logger = logging.Logger("kafkacli.zkshell", logging.WARNING)
        logger.addHandler(self._reason)
        handler = _DirectHandler(login.tls)
        handler.sleep_func = self._between_rounds  # kazoo wants it to be the retry's
        first, longest = _RETRY_S
        self._client: Any = KazooClient(
            servers + chroot,
            timeout=timeout_ms / 1000,
            handler=handler,
            read_only=read_only,
            randomize_hosts=True,
            logger=logger,
            connection_retry=KazooRetry(
                max_tries=-1, delay=first, backoff=2, max_delay=longest, max_jitter=0, sleep_func=self._between_rounds
            ),
            use_ssl=login.tls is not None,
            sasl_options=login.sasl,
        )
        self._client.add_listener(self._on_state)
        self._client.start_async()

    # --- state

    @property
    def is_alive(self) -> bool:
        """Whether the session can still be used; it may have to connect first."""
        return self.state not in ("CLOSED", "AUTH_FAILED")

    @property
    def is_connected(self) -> bool:
        """Whether a server answers now."""
        return self.state in ("CONNECTED", "CONNECTEDREADONLY")

    def await_connected(self, patience_s: float) -> bool:
        """Wait until the session is connected, a round over the servers fails, or the patience (seconds) ends."""
        with self._changed:
            return self._until_connected(patience_s, self._failed_rounds)

    def close(self) -> None:
        """End the session; its ephemeral znodes go. A try to connect that still goes on is left to end by itself."""
        if self.is_connected:
            self._client.stop()
            self._client.close()
        else:
            self._client._stopped.set()
            self._drop_connection()
            if self._client._connection.connection_stopped.wait(_END_OF_TRY_S):
                self._client._safe_close()
                self._client.close()
        self._enter("CLOSED", "Closed")

    def leave(self) -> None:
        """Do nothing: with the process the connection goes, and the session after its timeout."""

    def _until_connected(self, patience_s: float | None, failed_rounds: int) -> bool:
        """Wait for the connection; None waits for ever. Ends early when more rounds failed than did before."""
        deadline = None if patience_s is None else monotonic() + patience_s
        while not self.is_connected:
            left = None if deadline is None else deadline - monotonic()
            if not self.is_alive or self._failed_rounds > failed_rounds or (left is not None and left <= 0):
                return False
            self._changed.wait(left)
        return True

    def _need_connection(self, path: str | None) -> None:
        with self._changed:
            failed_rounds = self._failed_rounds
            if self._until_connected(_PATIENCE_S, failed_rounds):
                return
            if self.is_alive and self._failed_rounds == failed_rounds:
                self._warn(f"{self._servers}: no answer to the connection yet")
                if self._until_connected(None, failed_rounds):
                    return
        if self.is_alive:
            self._warn(f"{self._servers}: no ZooKeeper answers: {self._reason.text}")
        raise OperationError(Error.CONNECTION_LOSS if self.is_alive else Error.SESSION_EXPIRED, path)

    def _between_rounds(self, seconds: float) -> None:
        with self._changed:
            if self.state == "CONNECTING" and self._reason.text:
                self._failed_rounds += 1
                self._changed.notify_all()
        threading.Event().wait(seconds)

    def _on_state(self, state: str) -> None:
        """React to kazoo's change of state; its finer one says which it is."""
        finer = self._client.client_state
        if not self.is_alive:  # a try that was left to itself
            self._drop_connection()
        elif state == KazooState.CONNECTED:
            self._set_watches_again()
            self._enter(*_STATES[finer])
        elif state == KazooState.SUSPENDED:
            self._lost_watches = dict(self._client._data_watchers), dict(self._client._child_watchers)
            self._enter("CONNECTING", "Disconnected")
        elif finer == KeeperState.EXPIRED_SESSION:
            self._client._stopped.set()  # kazoo would begin another session
            self._enter("CLOSED", "Expired")
        elif finer == KeeperState.AUTH_FAILED:
            self._client._stopped.set()
            self._enter("AUTH_FAILED", "AuthFailed")

    def _drop_connection(self) -> None:
        """Have the connection's thread find its socket closed."""
        connected: socket.socket | None = self._client._connection._socket
        if connected is not None:
            with suppress(OSError):
                connected.shutdown(socket.SHUT_RDWR)

    def _enter(self, state: str, event_state: str) -> None:
        self._tell(event_state, "None", None)
        with self._changed:
            self.state = state
            self._changed.notify_all()

    # --- calls

    def call(
        self, op: OpCode, request: Record, path: str | None, response: type[Record] | None = None, watch: int = 0
    ) -> Any:
        """Ask the server and wait for its answer.

        path: what an error names. response: the record of the answer, None when there is none. watch: a WatcherType
        to be told of a change at the request's path. Returns the record; None for exists on a path that isn't there.
        Raises OperationError.
        """
        return self.submit(_Request(self, op, request, response, watch), path)

    def submit(self, request: Any, path: str | None) -> Any:
        """As `call`, for a request that is kazoo's own."""
        self._need_connection(path)
        result = self._client.handler.async_result()
        self._client._call(request, result)
        try:
            return result.get()
        except ZookeeperError as error:
            raise OperationError(error.code, path) from None

    def begin(self, op: OpCode, request: Record, path: str, response: type[Record], answer: Answer) -> None:
        """As `call`, but without waiting; the answer is told in the connection thread. Raises OperationError."""
        if not self.is_connected:
            self._need_connection(path)
        self._client._call(_Request(self, op, request, response, 0), answer)

    def add_auth(self, scheme: str, credentials: str | None) -> None:
        """Prove an identity, now and after each reconnection. A refusal ends the session; an event tells it."""
        self._client.auth_data.add((scheme, credentials))
        if not self.is_connected:
            return  # it goes with the connection
        data = None if credentials is None else credentials.encode()
        result = self._client.handler.async_result()
        self._client._call(_Request(self, OpCode.AUTH, AuthPacket(0, scheme, data), None, 0), result)
        try:
            result.get()
        except AuthFailedError:  # the event follows, from the connection's thread
            with self._changed:
                while self.is_alive:
                    self._changed.wait()
        except ZookeeperError:
            pass  # the connection is gone; the credentials go with the next one

    # --- watches

    def watch_children(self, path: str) -> None:
        """Note that the server watches a path's children for us. path: the server's. Called in the connection thread."""
        self._client._child_watchers[path].add(self.on_event)

    def watch_creation(self, path: str) -> None:
        """Note that the server watches for us a path that wasn't there. path: the server's."""
        self._watches_for_creation.add(path)

    def remove_watches(self, server_path: str, path: str, kind: int, *, locally: bool) -> None:
        """Give up watches. kind: a WatcherType. locally: even if the server can't be told. Raises OperationError."""
        data, children = self._lost_watches or (self._client._data_watchers, self._client._child_watchers)
        books = [(WatcherType.CHILDREN, children, "ChildWatchRemoved"), (WatcherType.DATA, data, "DataWatchRemoved")]
        found = [(book, event) for bit, book, event in books if kind & bit and book.get(server_path)]
        if not found:
            raise OperationError(Error.NO_WATCHER, path)
        state = "SyncConnected"
        try:
            self.call(OpCode.REMOVE_WATCHES, PathTypeRequest(server_path, kind), path)
        except OperationError:
            if not locally:
                raise
            state = "Disconnected"
        for book, event in found:
            book.pop(server_path, None)
            self._tell(state, event, path)

    def on_event(self, event: Any) -> None:
        """Tell of a watch that fired; one event may come once for the data and once for the children."""
        if event is self._told or event.type == EventType.NONE:
            return
        self._told = event
        self._watches_for_creation.discard(self.chroot + event.path)
        self._tell("SyncConnected", _EVENTS[event.type], event.path)

    def _set_watches_again(self) -> None:
        lost, self._lost_watches = self._lost_watches, None
        if lost is None or not any(lost):
            return
        data, children = lost
        self._client._data_watchers.update(data)
        self._client._child_watchers.update(children)
        creation = self._watches_for_creation & data.keys()
        request = SetWatches(self._client.last_zxid, sorted(data.keys() - creation), sorted(creation), sorted(children))
        self._client._call(_Request(self, OpCode.SET_WATCHES, request, None, 0), self._client.handler.async_result())


class _Request:
    """A request in the shape that kazoo's connection sends, and registers the watch of."""

    def __init__(
        self, session: Session, op: OpCode, request: Record, response: type[Record] | None, watch: int
    ) -> None:
        self.type = int(op)
        self.path: str = getattr(request, "path", "")
        self.watcher = session.on_event if watch == WatcherType.DATA else None
        self._session = session
        self._request = request
        self._response = response
        self._watches_children = watch == WatcherType.CHILDREN

    def serialize(self) -> bytes:
        """Return the request's bytes."""
        return self._request.encode()

    def deserialize(self, data: bytes, offset: int) -> Record | None:
        """Return the answer; kazoo's own registration knows no watch on children for requests that are not its own."""
        if self._watches_children:
            self._session.watch_children(self.path)
        return self._response.decode_whole(data, offset) if self._response else None


class _DirectHandler(SecureHandler):
    """kazoo's threads, but with watches told in the connection thread, in order with the replies."""

    def dispatch_callback(self, callback: Any) -> None:
        """Call it now."""
        callback.func(*callback.args)


class _Reason(logging.Handler):
    """Keeps what kazoo last said of a failed try."""

    text = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Take a warning of kazoo's connection."""
        message = record.getMessage()
        if message.startswith(("Connection dropped", "Connection time-out", "Cannot resolve")):
            self.text = message.removeprefix("Connection dropped: ").removeprefix("socket connection error: ")
