"""The seam to ZooKeeper: kazoo's asynchronous calls as coroutines of the event loop.

ZooKeeper may be served by the very loop that asks it, so nothing here waits on that loop: kazoo's threads talk to the
server, and every answer, watch and change of the session is handed back with `call_soon_threadsafe`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kazoo.client import KazooClient

Watch = Callable[[], None]


class ZooKeeperError(Exception):
    """ZooKeeper refused, or can't be reached; the class says why."""


class NoNode(ZooKeeperError):
    """The path does not exist."""


class NodeExists(ZooKeeperError):
    """The path exists already."""


class NotEmpty(ZooKeeperError):
    """The znode has children."""


class BadVersion(ZooKeeperError):
    """The znode has another version than the one that was to be changed."""


class ConnectionLost(ZooKeeperError):
    """The connection or the session ended before the answer came."""


class Stat(NamedTuple):
    """What matters of a znode's stat."""

    czxid: int
    version: int
    ephemeral_owner: int
    created_ms: int


class Create(NamedTuple):
    """One step of `multi`."""

    path: str
    data: bytes | None = None
    ephemeral: bool = False


class Set(NamedTuple):
    """One step of `multi`; version -1: whatever it is."""

    path: str
    data: bytes
    version: int = -1


class Check(NamedTuple):
    """One step of `multi`: the path has this version."""

    path: str
    version: int


class Delete(NamedTuple):
    """One step of `multi`."""

    path: str
    version: int = -1


Step = Create | Set | Check | Delete


class _Watcher:
    """A watch as kazoo calls it, in its thread. Equal for equal watches, so that kazoo keeps one for each path."""

    __slots__ = ("_loop", "watch")

    def __init__(self, loop: asyncio.AbstractEventLoop, watch: Watch) -> None:
        self._loop = loop
        self.watch = watch

    def __call__(self, event: Any) -> None:
        if event.type != "NONE":  # NONE: the connection went, the znode did not change
            self._loop.call_soon_threadsafe(self.watch)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Watcher) and self.watch == other.watch

    def __hash__(self) -> int:
        return hash(self.watch)


class ZooKeeperClient:
    """One session with ZooKeeper.

    hosts: `zookeeper.connect` with its chroot. Make it and use it on the running loop.
    on_connected: called on the loop after each later reconnection, with whether the session is a new one; every watch set
    before is gone then.
    """

    def __init__(
        self,
        hosts: str,
        session_timeout_ms: int,
        *,
        on_connected: Callable[[bool], None] | None = None,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._hosts, _, chroot = hosts.partition("/")
        self.chroot = f"/{chroot}".rstrip("/")
        self.session_timeout_ms = session_timeout_ms
        self._on_connected = on_connected
        self._connected: asyncio.Future[None] = self._loop.create_future()
        self._session: int | None = None
        self._closed = False
        self._client: KazooClient | None = None

    @property
    def session_id(self) -> int:
        """The id of the present session, or the last one, signed as ZooKeeper shows it in ephemeralOwner."""
        assert self._session is not None
        return self._session

    @property
    def _kazoo(self) -> Any:
        assert self._client is not None
        return self._client

    async def connect(self, timeout_ms: int) -> None:
        """Open the session and make the chroot.

        Raises ConnectionLost when no server answers within the time.
        """
        await self._loop.run_in_executor(None, import_kazoo)  # takes a tenth of a second; the loop goes on serving
        from kazoo.client import KazooClient, KazooState
        from kazoo.retry import KazooRetry

        retry = KazooRetry(max_tries=-1, delay=0.01, backoff=2, max_delay=1, interrupt=lambda: self._closed)
        self._client = KazooClient(
            self._hosts, timeout=self.session_timeout_ms / 1000, connection_retry=retry, randomize_hosts=False
        )

        def state_changed(state: str) -> None:  # in kazoo's thread
            if state == KazooState.CONNECTED:
                self._loop.call_soon_threadsafe(self._now_connected)

        self._client.add_listener(state_changed)
        self._client.start_async()
        try:
            async with asyncio.timeout(timeout_ms / 1000):
                await asyncio.shield(self._connected)
        except TimeoutError:
            raise ConnectionLost(f"Timed out waiting for connection to {self._hosts}") from None
        if self.chroot:
            await self.ensure(self.chroot, chrooted=False)

    def _now_connected(self) -> None:
        identity = self._kazoo.client_id
        if self._closed or identity is None:  # lost again already
            return
        is_new, self._session = identity[0] != self._session, identity[0]
        if not self._connected.done():
            self._connected.set_result(None)
        elif self._on_connected is not None:
            self._on_connected(is_new)

    async def close(self) -> None:
        """End the session, which removes its ephemeral znodes, and kazoo's threads with it."""
        self._closed = True
        if self._client is not None:
            await self._loop.run_in_executor(None, _close, self._client)
            self._client = None

    async def get(self, path: str, watch: Watch | None = None) -> tuple[bytes | None, Stat]:
        """Return a znode's data and stat; `watch` is called on the loop at its next change. Raises NoNode."""
        data, stat = await self._call("get_async", self._path(path), watch=self._watch(watch))
        return data, _stat(stat)

    async def exists(self, path: str, watch: Watch | None = None) -> Stat | None:
        """Return a znode's stat, or None; `watch` is called when it is made, changed or deleted."""
        stat = await self._call("exists_async", self._path(path), watch=self._watch(watch))
        return None if stat is None else _stat(stat)

    async def children(self, path: str, watch: Watch | None = None) -> list[str]:
        """Return the names of a znode's children; `watch` is called at the next one that comes or goes. Raises NoNode."""
        names = await self._call("get_children_async", self._path(path), watch=self._watch(watch))
        return [str(name) for name in names]

    async def create(self, path: str, data: bytes | None = None, *, sequence: bool = False) -> str:
        """Make a persistent znode and return its path. Raises NodeExists, NoNode when the parent isn't there."""
        made = await self._call("create_async", self._path(path), data, sequence=sequence)
        return str(made)[len(self.chroot) :]

    async def ensure(self, path: str, data: bytes | None = None, *, chrooted: bool = True) -> None:
        """Make a persistent znode and the parents it lacks; an existing one is left as it is."""
        full = self._path(path) if chrooted else path
        try:
            await self._call("create_async", full, data)
        except NodeExists:
            return
        except NoNode:
            parent = full.rpartition("/")[0]
            await self.ensure(parent, chrooted=False)
            await self.ensure(full, data, chrooted=False)

    async def set(self, path: str, data: bytes, version: int = -1) -> Stat:
        """Replace a znode's data; version -1: whatever it is. Raises NoNode, BadVersion."""
        return _stat(await self._call("set_async", self._path(path), data, version))

    async def delete(self, path: str, version: int = -1) -> None:
        """Delete a znode. Raises NoNode, BadVersion, NotEmpty."""
        await self._call("delete_async", self._path(path), version)

    async def delete_recursive(self, path: str) -> None:
        """Delete a znode with all below it; nothing happens when it isn't there."""
        try:
            for name in await self.children(path):
                await self.delete_recursive(f"{path}/{name}")
            await self.delete(path)
        except NoNode:
            return

    async def multi(self, steps: Sequence[Step]) -> list[Any]:
        """Do all steps or none; a `Set` gives its Stat. Raises what the first failing step would."""
        from kazoo.protocol.serialization import Create as KazooCreate
        from kazoo.security import OPEN_ACL_UNSAFE

        transaction = self._kazoo.transaction()
        for step in steps:
            path = self._path(step.path)
            if isinstance(step, Create):
                # Transaction.create refuses a znode without data, which Kafka makes here.
                transaction.operations.append(KazooCreate(path, step.data, OPEN_ACL_UNSAFE, int(step.ephemeral)))
            elif isinstance(step, Set):
                transaction.set_data(path, step.data, step.version)
            elif isinstance(step, Check):
                transaction.check(path, step.version)
            else:
                transaction.delete(path, step.version)
        results = await self._result(transaction.commit_async())
        for result in results:
            if isinstance(result, Exception) and type(result).__name__ not in _PASSED_BY:
                raise _translated(result)
        return [_stat(result) if isinstance(step, Set) else result for step, result in zip(steps, results, strict=True)]

    def _path(self, path: str) -> str:
        return self.chroot + path if path != "/" else self.chroot or "/"

    def _watch(self, watch: Watch | None) -> _Watcher | None:
        return None if watch is None else _Watcher(self._loop, watch)

    async def _call(self, name: str, *arguments: Any, **named: Any) -> Any:
        return await self._result(getattr(self._kazoo, name)(*arguments, **named))

    async def _result(self, asked: Any) -> Any:
        future: asyncio.Future[Any] = self._loop.create_future()

        def settle() -> None:
            if not future.done():
                if asked.successful():
                    future.set_result(asked.value)
                else:
                    future.set_exception(_translated(asked.exception))

        def answered(_: Any) -> None:  # in kazoo's thread
            self._loop.call_soon_threadsafe(settle)

        asked.rawlink(answered)
        return await future


_PASSED_BY = ("RolledBackError", "RuntimeInconsistency")  # steps that failed only because another one did
_TRANSLATED: dict[str, type[ZooKeeperError]] = {
    "NoNodeError": NoNode,
    "NodeExistsError": NodeExists,
    "NotEmptyError": NotEmpty,
    "BadVersionError": BadVersion,
    "ConnectionLoss": ConnectionLost,
    "SessionExpiredError": ConnectionLost,
    "ConnectionClosedError": ConnectionLost,
}


def _translated(error: BaseException) -> ZooKeeperError:
    name = type(error).__name__
    return _TRANSLATED.get(name, ZooKeeperError)(str(error) or name)


def _stat(stat: Any) -> Stat:
    return Stat(stat.czxid, stat.version, stat.ephemeralOwner, stat.ctime)


def import_kazoo() -> None:
    """Import kazoo, which takes a tenth of a second: in any thread, before it is needed."""
    import logging

    import kazoo.client

    # What kazoo says of its tries is said by the broker in Kafka's words.
    logging.getLogger(kazoo.__name__).setLevel(logging.CRITICAL)


def _close(client: Any) -> None:
    client.stop()
    client.close()
