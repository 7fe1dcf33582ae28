"""A session for one command: it connects when it is asked, in the thread that asks, and needs no kazoo.

To the commands it is what `session.Session` is. Those in `commands.BRIEF` need no more.
"""

from __future__ import annotations

from kafkacli.client.zookeeper_session import LoginFailed, NotConnected, ZooKeeperError, ZooKeeperSession
from kafkacli.zkshell.errors import OperationError
from kafkacli.zookeeper.protocol import Error, OpCode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from kafkacli.client.zookeeper_security import ZooKeeperLogin
    from kafkacli.zookeeper.jute import Record
    from kafkacli.zookeeper.protocol import WatcherEvent

PATIENCE_S = 5.0  # without an answer for so long, a line says so
_EVENTS = {1: "NodeCreated", 2: "NodeDeleted", 3: "NodeDataChanged", 4: "NodeChildrenChanged"}


class BriefSession:
    """One session. The arguments are those of `session.Session`."""

    def __init__(
        self,
        servers: str,
        chroot: str,
        *,
        timeout_ms: int,
        tell: Callable[[str, str, str | None], None],
        warn: Callable[[str], None],
        login: ZooKeeperLogin,
    ) -> None:
        self.chroot = chroot
        self.state = "CONNECTING"
        self.made_ephemerals = False
        self._servers = servers
        self._tell = tell
        self._warn = warn
        self._timeout_s = timeout_ms / 1000
        self._session = ZooKeeperSession(servers, self._timeout_s, login, self._on_event)

    @property
    def is_alive(self) -> bool:
        """Whether the session can still be used; it may have to connect first."""
        return self.state not in ("CLOSED", "AUTH_FAILED")

    @property
    def is_connected(self) -> bool:
        """Whether a server answers now."""
        return self._session.is_open

    def await_connected(self, _patience_s: float) -> bool:
        """Return whether a server answers: nothing is under way that could change it."""
        return self.is_connected

    def close(self) -> None:
        """End the session; its ephemeral znodes go."""
        self._session.close()
        self._enter("CLOSED", "Closed")

    def leave(self) -> None:
        """Let the connection go; the session lives on for its timeout."""
        self._session.drop()

    def call(
        self, op: OpCode, request: Record, path: str | None, response: type[Record] | None = None, watch: int = 0
    ) -> Any:
        """Ask the server and wait for its answer. Raises OperationError. watch: told to the server by the request.

        Returns the record; None for exists on a path that isn't there, as kazoo has it.
        """
        del watch
        if not self._session.is_open:
            self._connect(path)
        try:
            return self._session.call(op, request, path, response)
        except ZooKeeperError as error:
            if op == OpCode.EXISTS and error.code == Error.NO_NODE:
                return None
            if not self._session.is_open:
                self._enter("CONNECTING", "Disconnected")
            raise OperationError(error.code, path) from None

    def watch_creation(self, path: str) -> None:
        """Do nothing: the server watches, and no reconnection has to set the watch again."""

    def _connect(self, path: str | None) -> None:
        def slow(_trouble: OSError | None) -> None:
            self._warn(f"{self._servers}: no answer to the connection yet")

        timeout_s = self._timeout_s * len(self._session.servers)
        try:
            self._session.open(timeout_s, rounds=1, patience_s=PATIENCE_S, report=slow)
        except LoginFailed as error:
            if isinstance(error.__cause__, ValueError):  # it says something, as Kerberos does
                self._warn(f"{self._servers}: {error.__cause__}")
            self._enter("AUTH_FAILED", "AuthFailed")
            raise OperationError(Error.SESSION_EXPIRED, path) from None
        except (NotConnected, OSError) as error:
            trouble = error if hasattr(error, "refused") else error.__cause__ or error
            self._warn(f"{self._servers}: no ZooKeeper answers: {getattr(trouble, 'strerror', None) or trouble}")
            raise OperationError(Error.CONNECTION_LOSS, path) from None
        self._enter("CONNECTED", "SyncConnected")

    def _on_event(self, event: WatcherEvent) -> None:
        self._tell("SyncConnected", _EVENTS[event.type], event.path.removeprefix(self.chroot) or "/")

    def _enter(self, state: str, event_state: str) -> None:
        self.state = state
        self._tell(event_state, "None", None)
