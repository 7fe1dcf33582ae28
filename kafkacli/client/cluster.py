"""A cluster as the tools see it: bootstrap list, metadata, the right broker for each call, and another try where one helps.

The rules are the Java AdminClient's: within its timeout a call is tried again after a lost connection, a controller or
coordinator that moved, and errors that pass. Between tries it waits for the retry backoff.
"""

from __future__ import annotations

import time

from kafkacli.client.connection import AuthenticationFailed, ConnectFailed, Connection, UnsupportedApi, resolve
from kafkacli.client.settings import ClientSettings, SettingsError
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.wire.messages.metadata import (
    MetadataRequest,
    MetadataRequestTopic,
    MetadataResponse,
    MetadataResponseTopic,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Self, TypeVar

    from kafkacli.wire.api_keys import ApiKey

    T = TypeVar("T")

MOVED_CONTROLLER = frozenset((ErrorCode.NOT_CONTROLLER,))
MOVED_COORDINATOR = frozenset(
    (ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, ErrorCode.COORDINATOR_NOT_AVAILABLE, ErrorCode.NOT_COORDINATOR)
)


class TryAgain(Exception):
    """A try of a call failed in a way that may pass; the argument is the error that stays if it doesn't."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


class CallTimedOut(Exception):
    """A call did not succeed within its timeout; the cause says what the last try met."""


class ClientFailure(Exception):
    """What the Java client throws as a plain KafkaException; the text is its own."""


class Cluster:
    """The brokers behind a bootstrap list, connected to when they are needed.

    bootstrap: Kafka's bootstrap.servers. report: told, once, why a call has to wait.
    Raises SettingsError for a list that Kafka's clients refuse.
    """

    def __init__(
        self, bootstrap: str, settings: ClientSettings | None = None, report: Callable[[str], None] | None = None
    ) -> None:
        self.settings = settings or ClientSettings()
        self._report = report
        self._given = bootstrap
        self._bootstrap = self._resolvable(parse_bootstrap(bootstrap))
        self._connections: dict[tuple[str, int], Connection] = {}
        self._metadata: MetadataResponse | None = None
        self.coordinators: dict[str, int] = {}
        """Group id to the broker that was its coordinator when last heard of; empty after an error that may come from this."""

    def another(self) -> Cluster:
        """Return the same cluster with connections of its own, for another thread."""
        return Cluster(self._given, self.settings, self._report)

    def close(self) -> None:
        """Close every connection."""
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def call(self, name: str, attempt: Callable[[float], T]) -> T:
        """Return what `attempt(deadline)` does, tried again while it meets trouble that may pass.

        name: what the Java client calls it, for the text of a timeout.
        deadline: of the monotonic clock. `attempt` raises ConnectFailed or TryAgain for another try.
        Raises CallTimedOut; AuthenticationFailed at once, as nothing of that passes.
        """
        deadline = time.monotonic() + self.settings.api_timeout_ms / 1000
        backoff = self.settings.retry_backoff_ms / 1000
        tries = 1
        while True:
            try:
                return attempt(deadline)
            except AuthenticationFailed as refusal:
                self.tell_refusal(refusal)
                raise
            except UnsupportedApi as missing:
                if self._report is not None:
                    from kafkacli.client.releases import lack

                    self._report(f"{missing.address}: {lack(missing.key)} (protocol version)")
                raise
            except ConnectFailed as error:
                self._forget(error.address)
                trouble: Exception = error
                self._tell(error)
            except TryAgain as again:
                self._forget_who_is_who()
                trouble = again.error
                tries += 1
            if time.monotonic() + backoff >= deadline:
                raise CallTimedOut(_timeout_text(name, tries, self.settings.retry_backoff_ms)) from trouble
            time.sleep(backoff)

    def knows(self, key: ApiKey) -> bool:
        """Whether the brokers have an API. Raises CallTimedOut."""
        return self.call("apiVersions", lambda deadline: key in self.any(deadline).versions)

    # --- which broker; each raises ConnectFailed

    def any(self, deadline: float) -> Connection:
        """Return a connection to some broker."""
        for connection in self._connections.values():
            return connection
        failures: list[ConnectFailed] = []
        for host, port in self._bootstrap:
            try:
                return self._connection(host, port, deadline)
            except AuthenticationFailed:
                raise
            except ConnectFailed as error:
                failures.append(error)
        raise failures[0]

    def broker(self, node_id: int, deadline: float) -> Connection:
        """Return a connection to a broker by its id, at its advertised address. Raises TryAgain when there is none."""
        host, port = self.address(node_id, deadline)
        try:
            return self._connection(host, port, deadline)
        except AuthenticationFailed:
            raise
        except ConnectFailed as error:
            reason = f"broker {node_id} advertises this address, and {error.stage} fails: {error.reason}"
            raise ConnectFailed("advertised address", error.address, reason) from error

    def address(self, node_id: int, deadline: float) -> tuple[str, int]:
        """Return the (host, port) that a broker advertises. Raises TryAgain when there is no such broker."""
        for broker in self.metadata(deadline).brokers:
            if broker.node_id == node_id:
                return broker.host, broker.port
        raise TryAgain(ApiError(ErrorCode.BROKER_NOT_AVAILABLE))

    def controller(self, deadline: float) -> Connection:
        """Return a connection to the controller. Raises TryAgain while there is none."""
        return self.broker(self.metadata(deadline).controller_id, deadline)

    def metadata(self, deadline: float) -> MetadataResponse:
        """Return the brokers and the controller, as heard last, asked for again after an error that may come from old ones."""
        if self._metadata is None:
            self._metadata = self.any(deadline).send(MetadataRequest(topics=[]), MetadataResponse, deadline)
        return self._metadata

    def topic_metadata(self, topics: Iterable[str] | None, deadline: float) -> MetadataResponse:
        """Return the metadata of these topics, or of all when None; topics are not created by asking."""
        connection = self.any(deadline)
        self._metadata = connection.send(_metadata_request(connection, topics), MetadataResponse, deadline)
        return self._metadata

    def each_topic(
        self, topics: Iterable[str] | None, take: Callable[[MetadataResponseTopic, memoryview], None], deadline: float
    ) -> int:
        """As `topic_metadata`, but each topic is handed over, with its bytes, instead of kept.

        Returns the version of the answer, which `decode_struct` needs to read the bytes again.
        """
        connection = self.any(deadline)
        self._metadata = connection.send_for(
            _metadata_request(connection, topics),
            MetadataResponse,
            MetadataResponseTopic,
            lambda _, topic, data: take(topic, data),
            deadline,
        )
        return connection.version_of(MetadataRequest)

    def _resolvable(self, servers: list[tuple[str, int]]) -> list[tuple[str, int]]:
        kept = []
        for host, port in servers:
            try:
                resolve(host, port)
            except (OSError, UnicodeError):
                if self._report is not None:
                    self._report(f"{host}:{port}: the name can't be resolved (DNS)")
            else:
                kept.append((host, port))
        if not kept:
            raise SettingsError("No resolvable bootstrap urls given in bootstrap.servers")
        return kept

    def _connection(self, host: str, port: int, deadline: float) -> Connection:
        connection = self._connections.get((host, port))
        if connection is None:
            connection = self._connections[host, port] = Connection(host, port, self.settings, deadline)
        return connection

    def _forget_who_is_who(self) -> None:
        self._metadata = None
        self.coordinators.clear()

    def _forget(self, address: str) -> None:
        self._forget_who_is_who()
        for key, connection in list(self._connections.items()):
            if connection.address == address:
                connection.close()
                del self._connections[key]

    def tell_refusal(self, refusal: AuthenticationFailed, *, whole: bool = False) -> None:
        """Report what Java's message of it leaves out; whole: all of it, as another message takes its place."""
        if self._report is not None:
            refusal.tell(self._report, whole=whole)

    def _tell(self, trouble: ConnectFailed) -> None:
        if self._report is not None:
            self._report(f"{trouble}; trying for up to {self.settings.api_timeout_ms / 1000:g} s")
            self._report = None


def check(code: int, message: str | None = None, *, passing: frozenset[ErrorCode] = frozenset()) -> None:
    """Raise ApiError unless `code` is NONE.

    message: the broker's own, None or '' for the table's. passing: errors that become TryAgain.
    """
    if code == ErrorCode.NONE:
        return
    error = ApiError(code, message or None)
    raise TryAgain(error) if code in passing else error


def _metadata_request(connection: Connection, topics: Iterable[str] | None) -> MetadataRequest:
    wanted = None if topics is None else [MetadataRequestTopic(name=name) for name in topics]
    # versions below 4 know nothing but to create topics
    return MetadataRequest(topics=wanted, allow_auto_topic_creation=connection.version_of(MetadataRequest) < 4)


def _timeout_text(name: str, tries: int, backoff_ms: int) -> str:
    now = int(time.time() * 1000)
    return (
        f"Call(callName={name}, deadlineMs={now - 1}, tries={tries}, nextAllowedTryMs={now + backoff_ms})"
        f" timed out at {now} after {tries} attempt(s)"
    )


def parse_bootstrap(text: str) -> list[tuple[str, int]]:
    """Return the (host, port) pairs of a bootstrap.servers list. Raises SettingsError with Kafka's text."""
    servers: list[tuple[str, int]] = []
    for url in text.split(","):
        url = url.strip()
        if not url:
            continue
        host, colon, port = url.removeprefix("PLAINTEXT://").rpartition(":")
        host = host.removeprefix("[").removesuffix("]")
        if not colon or not host or not port.isdecimal():
            raise SettingsError(f"Invalid url in bootstrap.servers: {url}")
        if int(port) > 65535:
            raise SettingsError(f"Invalid port in bootstrap.servers: {url}")
        servers.append((host, int(port)))
    if not servers:
        raise SettingsError("No resolvable bootstrap urls given in bootstrap.servers")
    return servers
