"""The ZooKeeper server on an asyncio loop: start, serve, stop.

    server = ZooKeeperServer(ZooKeeperConfig("data", client_port=0))
    await server.start()
    ... server.port ...
    await server.stop()

Only this file and its neighbours `listener`, `poller`, `connection` and `commit` know of sockets, clocks and threads. The
log is written in one thread of its own, snapshots in another; everything else happens on the loop that called `start`.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import random
import socket
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from kafkacli.zookeeper.commit import GroupCommit
from kafkacli.zookeeper.config import ZooKeeperConfig
from kafkacli.zookeeper.connection import Connection
from kafkacli.zookeeper.listener import Listener, bind
from kafkacli.zookeeper.pipeline import Pipeline, Rules
from kafkacli.zookeeper.poller import Poller
from kafkacli.zookeeper.purge import purge
from kafkacli.zookeeper.recovery import DataDirectoryError, Recovered, recover
from kafkacli.zookeeper.sessions import Sessions
from kafkacli.zookeeper.snapshot import SnapshotFile, encode_snapshot
from kafkacli.zookeeper.stats import ServerStats
from kafkacli.zookeeper.tree import ttl_of
from kafkacli.zookeeper.txnlog import TxnLog

if TYPE_CHECKING:
    from kafkacli.zookeeper.admin_server import AdminServer

_REPLAYED_BEFORE_SNAPSHOT = 1000  # a start that had to play back more of the log writes a snapshot
_DEFAULT_ADMIN_PORT = 8080
_PATIENCE_SECONDS = 0.002  # that the loop waits for the disk
_PATIENCE_SECONDS_ALONE = 0.02
_TRACE_MASK = 306  # what the original traces by default; kept for `gtmk` and `stmk`, nothing is traced


class ZooKeeperServer:
    """A standalone ZooKeeper server."""

    pipeline: Pipeline
    sessions: Sessions
    commit: GroupCommit
    poller: Poller
    loop: asyncio.AbstractEventLoop

    def __init__(self, config: ZooKeeperConfig, *, alone: bool = False, logger: logging.Logger | None = None) -> None:
        """Prepare a server; nothing is opened before `start`.

        alone: whether nobody else uses the loop, which may then wait for a slow disk.
        logger: parent of the loggers used, which are named as the original's classes.
        """
        self.config = config
        self._patience_seconds = _PATIENCE_SECONDS_ALONE if alone else _PATIENCE_SECONDS
        self.logger = logger or logging.getLogger("org.apache.zookeeper.server")
        self.port = 0  # bound by `start`
        self.connections: dict[Connection, None] = {}
        self.stats = ServerStats()
        self.trace_mask: int = _TRACE_MASK
        self.slow_syncs = 0  # that took longer than fsync.warningthresholdms
        self.failure: BaseException | None = None
        self._addresses: dict[str, int] = {}
        self._by_session: dict[int, Connection] = {}
        self._throttled: dict[Connection, None] = {}
        self._listeners: list[Listener] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._snapshot_task: asyncio.Task[None] | None = None
        self.admin: AdminServer | None = None  # where the configuration wants one
        self._lock: list[int] = []
        self._snapshot_after = 0  # the zxid after which the next one is taken
        self._stopping: asyncio.Task[None] | None = None
        self._stopped = asyncio.Event()

    async def start(self, *, close_sessions: Iterable[int] = ()) -> None:
        """Recover the data and listen.

        close_sessions: ids of sessions to end, logged, before the first client can connect; unknown ones are passed over.
        Raises OSError (the port is in use: its text says which), DataDirectoryError, CorruptFile, AdminServerError.
        """
        self.loop = asyncio.get_running_loop()
        config = self.config
        self.logger.getChild("ZooKeeperServer").info(
            "Created server with tickTime %d minSessionTimeout %d maxSessionTimeout %d datadir %s snapdir %s",
            config.tick_time_ms, config.min_session_timeout_ms, config.max_session_timeout_ms, config.log_path,
            config.snapshot_path,
        )  # fmt: skip
        sockets = bind(config.client_port_address, config.client_port)
        self.port = sockets[0].getsockname()[1]
        self.poller = Poller(self.loop)
        self.logger.getChild("NIOServerCnxnFactory").info(
            "binding to port %s:%d", config.client_port_address or "0.0.0.0/0.0.0.0", self.port
        )
        try:
            recovered = self._recover()
            self._assemble(recovered)
            for session_id in close_sessions:
                if session_id in self.sessions:
                    self.close_session(session_id)
            await self.commit.drain()
            if self.failure is not None:
                raise self.failure
            if recovered.replayed > _REPLAYED_BEFORE_SNAPSHOT:
                await self._snapshot()
            await self._start_admin()
            for bound in sockets:
                self._listeners.append(Listener(bound, config.listen_backlog, self.poller, self._accepted, self.logger))
        except BaseException:
            for bound in sockets:
                bound.close()
            await self.stop()
            raise
        self._tasks = [self.loop.create_task(self._expire()), self.loop.create_task(self._remove_containers())]
        if self.config.purge_interval_hours > 0:
            self._tasks.append(self.loop.create_task(self._purge()))

    async def _start_admin(self) -> None:
        """Start the admin server; where nobody asked for its port, another's being there first is no error."""
        config = self.config
        if not config.admin_enabled:
            return
        from kafkacli.zookeeper.admin_server import AdminServer, AdminServerError

        self.admin = AdminServer(self)
        try:
            await self.admin.start()
        except AdminServerError as error:
            self.admin = None
            if config.admin_port != _DEFAULT_ADMIN_PORT:
                raise
            self.logger.getChild("admin.JettyAdminServer").warning(
                "%s. The server goes on without; admin.serverPort gives it another port, admin.enableServer=false none",
                error,
            )

    async def stop(self) -> None:
        """Close everything; what was accepted is on disk. Sessions go on with the next start."""
        if self._stopping is None:
            self._stopping = asyncio.get_running_loop().create_task(self._stop())
        await asyncio.shield(self._stopping)

    async def _stop(self) -> None:
        for listener in self._listeners:
            listener.close()
        self._listeners = []
        if self.admin is not None:
            await self.admin.stop()
            self.admin = None
        tasks = [*self._tasks, *([self._snapshot_task] if self._snapshot_task else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._tasks, self._snapshot_task = [], None
        if hasattr(self, "commit"):
            await self.commit.drain()
        for connection in list(self.connections):
            connection.drop()
        if hasattr(self, "commit"):
            self.commit.close()
            self._log.close()
            self.poller.close()
        for descriptor in self._lock:
            os.close(descriptor)
        self._lock = []
        self._stopped.set()

    async def wait_stopped(self) -> None:
        """Wait until `stop` has run, by whomever; raise what made the server stop by itself."""
        await self._stopped.wait()
        if self.failure is not None:
            raise self.failure

    def close_session(self, session_id: int) -> None:
        """End a session: log it, remove its ephemeral znodes, close its connection."""
        self.logger.getChild("ZooKeeperServer").info("Closing session 0x%x", session_id & 0xFFFFFFFFFFFFFFFF)
        self.pipeline.close_session(session_id)
        connection = self._by_session.pop(session_id, None)
        if connection is not None:
            connection.close()

    def now_ms(self) -> int:
        """Return the steady clock of sessions, in ms."""
        return time.monotonic_ns() // 1_000_000

    def wall_ms(self) -> int:
        """Return the time of day, in ms."""
        return time.time_ns() // 1_000_000

    def _accepted(self, accepted: socket.socket, address: str, port: int) -> None:
        Connection(self, accepted, address, port).open()

    def register(self, connection: Connection) -> bool:
        """Take a new connection in; False when its address has too many."""
        limit, count = self.config.max_client_connections, self._addresses.get(connection.address, 0)
        if limit and count >= limit:
            self.logger.getChild("NIOServerCnxnFactory").warning(
                "Too many connections from /%s - max is %d", connection.address, limit
            )
            return False
        self._addresses[connection.address] = count + 1
        self.connections[connection] = None
        return True

    def unregister(self, connection: Connection) -> None:
        """Forget a closed connection and its watches; a second time changes nothing."""
        if connection not in self.connections:
            return
        del self.connections[connection]
        self._addresses[connection.address] -= 1
        if not self._addresses[connection.address]:
            del self._addresses[connection.address]
        self._throttled.pop(connection, None)
        if self._by_session.get(connection.session_id) is connection:
            del self._by_session[connection.session_id]
        self.pipeline.tree.watches.forget(connection)

    def attach(self, connection: Connection) -> None:
        """Make a connection its session's; the one that had it is closed."""
        before = self._by_session.get(connection.session_id)
        self._by_session[connection.session_id] = connection
        if before is not None:
            before.drop()

    def reset_connections(self) -> None:
        """Begin again to count what each connection does."""
        for connection in self.connections:
            connection.reset_stats()

    def throttle(self, connection: Connection) -> None:
        """Resume a connection when the disk has caught up."""
        self._throttled[connection] = None

    def _recover(self) -> Recovered:
        config = self.config
        directories = {config.snapshot_path: None, config.log_path: None}
        for directory in directories:
            if not config.make_directories and not directory.exists():
                raise DataDirectoryError(
                    f"Missing data directory {directory}, automatic data directory creation is disabled "
                    "(datadir.autocreate). Please create this directory manually."
                )
            directory.mkdir(parents=True, exist_ok=True)
            self._take_lock(directory)
        if config.snapshot_path != config.log_path:
            _check_kind(config.log_path, "snapshot", "Log directory has snapshot files")
            _check_kind(config.snapshot_path, "log", "Snapshot directory has log files")
        return recover(
            config.snapshot_path,
            config.log_path,
            self.logger.getChild("persistence.FileSnap"),
            extended_types=config.extended_types,
            trust_empty=config.trust_empty_snapshot,
        )

    def _take_lock(self, directory: Path) -> None:
        descriptor = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
        self._lock.append(descriptor)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DataDirectoryError(f"{directory}: another ZooKeeper server uses this data directory") from None

    def _assemble(self, recovered: Recovered) -> None:
        config, tree = self.config, recovered.tree
        self.sessions = Sessions(
            tick_ms=config.tick_time_ms,
            min_timeout_ms=config.min_session_timeout_ms,
            max_timeout_ms=config.max_session_timeout_ms,
            now_ms=self.now_ms(),
            first_id_ms=self.wall_ms(),
        )
        for session_id, timeout_ms in recovered.sessions.items():
            self.sessions.add(session_id, timeout_ms, self.now_ms())
        self._log = TxnLog(
            config.log_path,
            preallocated_bytes=config.preallocated_kib * 1024,
            force_sync=config.force_sync,
            slow_sync_ms=config.fsync_warning_ms,
            on_slow_sync=self._note_slow_sync,
        )
        self.commit = GroupCommit(
            self._log,
            self.loop,
            most_frames=config.outstanding_limit,
            patience_seconds=self._patience_seconds,
            on_failure=self._fail,
            on_release=self._release,
        )
        self.pipeline = Pipeline(
            tree,
            self.sessions,
            append=self.commit.append,
            wall_ms=self.wall_ms,
            rules=Rules(
                extended_types=config.extended_types,
                reconfig_enabled=config.reconfig_enabled,
                skip_acl=config.skip_acl,
                super_digest=config.super_digest,
            ),
        )
        self._plan_snapshot()

    def _plan_snapshot(self) -> None:
        half = self.config.snapshot_count // 2
        self._snapshot_after = self.pipeline.zxid + half + random.randrange(half)

    def _begin_snapshot(self) -> None:
        self._plan_snapshot()
        if self._snapshot_task is None:
            self._snapshot_task = self.loop.create_task(self._snapshot())
            self._snapshot_task.add_done_callback(self._end_snapshot)

    def _end_snapshot(self, task: asyncio.Task[None]) -> None:
        self._snapshot_task = None
        if not task.cancelled() and (error := task.exception()) is not None:
            self.logger.getChild("ZooKeeperServer").error(
                "Severe unrecoverable error, a snapshot could not be written: %s", error
            )

    async def _snapshot(self) -> None:
        """Write a snapshot, some hundred znodes at a time; the log goes on in a new file."""
        zxid = self.pipeline.tree.last_zxid
        self._log.roll()
        file = SnapshotFile(self.config.snapshot_path, zxid)
        self.logger.getChild("persistence.FileTxnSnapLog").info("Snapshotting: 0x%x to %s", zxid, file.path)
        try:
            sessions = ((session.session_id, session.timeout_ms) for session in self.sessions)
            for piece in encode_snapshot(self.pipeline.tree, sessions):
                await self.loop.run_in_executor(None, file.write, piece)
            await self.commit.durable()  # a change that it holds and the log lacks must not come back from it
            await self.loop.run_in_executor(None, file.finish)
        finally:
            file.close()

    async def _expire(self) -> None:
        while True:
            await asyncio.sleep(max(self.sessions.next_check_ms - self.now_ms(), 0) / 1000)
            for session in self.sessions.expired(self.now_ms()):
                self.logger.getChild("ZooKeeperServer").info(
                    "Expiring session 0x%x, timeout of %dms exceeded",
                    session.session_id & 0xFFFFFFFFFFFFFFFF, session.timeout_ms,
                )  # fmt: skip
                self.close_session(session.session_id)

    async def _remove_containers(self) -> None:
        """Remove containers that lost their last child, and TTL znodes that stood empty for their time."""
        tree, pause = self.pipeline.tree, 60 / max(self.config.container_max_per_minute, 1)
        while True:
            await asyncio.sleep(self.config.container_check_ms / 1000)
            for path in [*tree.containers, *tree.ttls]:
                node = tree.nodes.get(path)
                if node is None or node.child_count:
                    continue
                ttl_ms = ttl_of(node.ephemeral_owner) if path in tree.ttls else None
                if node.cversion > 0 if ttl_ms is None else self.wall_ms() - node.mtime > ttl_ms:
                    self.logger.getChild("ContainerManager").info("Attempting to delete candidate container: %s", path)
                    self.pipeline.delete_container(path)
                    await asyncio.sleep(pause)

    async def _purge(self) -> None:
        while True:
            purge(self.config.snapshot_path, self.config.log_path, self.config.purge_retain_count)
            await asyncio.sleep(self.config.purge_interval_hours * 3600)

    def _note_slow_sync(self, taken_ms: int, size: int) -> None:
        self.slow_syncs += 1
        self.logger.getChild("persistence.FileTxnLog").warning(
            "fsync-ing the write ahead log took %dms which will adversely effect operation latency. "
            "File size is %d bytes. See the ZooKeeper troubleshooting guide",
            taken_ms, size,
        )  # fmt: skip

    def _release(self) -> None:
        if self.pipeline.zxid > self._snapshot_after:
            self._begin_snapshot()
        throttled, self._throttled = self._throttled, {}
        for connection in throttled:
            connection.resume()

    def _fail(self, error: BaseException) -> None:
        """Stop by itself: the log can't be written, and nothing may be promised any more."""
        self.failure = error
        self.logger.getChild("ZooKeeperServer").error("Severe unrecoverable error, from the transaction log: %s", error)
        if self._listeners and self._stopping is None:
            self._stopping = self.loop.create_task(self._stop())


def _check_kind(directory: Path, prefix: str, complaint: str) -> None:
    if any(path.name.startswith(f"{prefix}.") for path in directory.iterdir()):
        raise DataDirectoryError(f"{directory}: {complaint}. Check if dataLogDir and dataDir configuration is correct.")
