"""From a configuration to a registered broker, and back: every stage in its order, named when it fails.

    log directories   locked first, so that a second server on them can touch nothing
    ZooKeeper         the one that answers at zookeeper.connect, or the embedded one; cluster id, broker id
    logs              loaded, recovered where the last stop was none
    listeners         bound; nothing is answered yet
    registration      /brokers/ids/N, waited for where a broker that died still holds it
    controller        elected or followed; partitions taken over
    check             /brokers/ids/N read back through ZooKeeper

What a failed start has made, and was not there before, is removed again. Source: Apache `KafkaServer.scala` (startup,
shutdown), whose texts the errors have.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from kafkacli.broker import embedded_zookeeper
from kafkacli.broker.authorization import make_authorizer
from kafkacli.broker.broker import Broker, wall_clock_ms
from kafkacli.broker.configs import KafkaConfig
from kafkacli.broker.dynamic_configs import DynamicConfigs
from kafkacli.broker.embedded_zookeeper import EmbeddedZooKeeper
from kafkacli.broker.groups import Groups
from kafkacli.broker.leadership import Leadership
from kafkacli.broker.listeners import Listener
from kafkacli.broker.metadata import MetadataCache
from kafkacli.broker.moves import ReplicaMoves
from kafkacli.broker.offline_directories import OfflineDirectories
from kafkacli.broker.outwait import outwait
from kafkacli.broker.periodic import Periodic
from kafkacli.broker.purgatory import Purgatory
from kafkacli.broker.server import Server
from kafkacli.broker.settings import connection_limits, topic_settings
from kafkacli.broker.topic_configs import log_config
from kafkacli.broker.transactions import Transactions
from kafkacli.config_types import Since
from kafkacli.controller import registration
from kafkacli.controller.acl_store import AclStore
from kafkacli.controller.administration import Administration
from kafkacli.controller.config_changes import ConfigChanges
from kafkacli.controller.controller import Controller
from kafkacli.controller.registration import NODE_EXISTS, AlreadyRegistered
from kafkacli.controller.topics import Topics
from kafkacli.controller.zookeeper_client import ZooKeeperClient, ZooKeeperError
from kafkacli.coordinator.group_records import OFFSETS_TOPIC
from kafkacli.coordinator.transaction_records import TRANSACTIONS_TOPIC
from kafkacli.errors import ApiError
from kafkacli.log.directory_locks import DirectoryLocks
from kafkacli.log.filesystem import OsFileSystem
from kafkacli.log.log_dirs import LogDirs
from kafkacli.log.meta_properties import (
    BrokerMetadata,
    check_broker_id,
    check_cluster_id,
    read_metadata,
    write_metadata,
)
from kafkacli.registry import znodes
from kafkacli.registry.znodes import BrokerRegistration
from kafkacli.replica.partitions import Partitions

_log = logging.getLogger("kafka.server.KafkaServer")


class StartError(Exception):
    """The start failed; str() names the stage and says why, in Kafka's words where it has any."""

    def __init__(self, stage: str, error: Exception) -> None:
        super().__init__(f"{stage}: {error}")
        self.stage = stage


class ZooKeeperChoice(NamedTuple):
    """embedded: whether it may be brought along; data_dir: where it keeps its data, None for the default."""

    embedded: bool = True
    data_dir: str | None = None


class BrokerServer:
    """One broker's life: `start`, then `stop`. Everything happens on the running loop."""

    broker: Broker
    zookeeper: ZooKeeperClient
    controller: Controller
    topics: Topics
    registration: BrokerRegistration

    def __init__(self, config: KafkaConfig, zookeeper: ZooKeeperChoice = ZooKeeperChoice()) -> None:  # noqa: B008
        self.config = config
        self._choice = zookeeper
        self._filesystem = OsFileSystem()
        self._connect = config.text("zookeeper.connect")
        self._stage = ""
        self._periodic: Periodic | None = None
        self._undo: list[Callable[[], Awaitable[None] | None]] = []  # what stops the parts, the first started first
        self._node_id = config.integer("broker.id")
        self._cluster_id = ""
        self._stored = BrokerMetadata()
        self._log_dirs = [os.path.abspath(directory) for directory in config.log_dirs]
        self._session: int | None = None
        self._registered = False
        self._embedded: EmbeddedZooKeeper | None = None
        self._background: set[asyncio.Task[None]] = set()

    # --- start

    async def start(self) -> None:
        """Start, and return when the broker is registered and serves. Raises StartError, with nothing left behind."""
        missing = [_first_missing(directory) for directory in self._log_dirs]
        try:
            for stage, step in (
                ("log directories", self._lock),
                ("ZooKeeper", self._find_zookeeper),
                ("ZooKeeper", self._join_cluster),
                ("logs", self._load_logs),
                ("listeners", self._bind),
                ("registration", self._register),
                ("controller", self._start_controller),
                ("listeners", self._serve),
                ("check", self._check),
            ):
                self._stage = stage
                await step()
        except BaseException as error:
            await self._stop_parts()
            if not self._registered:
                self._remove_new(missing)
            if isinstance(error, Exception):
                raise StartError(self._stage, error) from error
            raise

    async def _lock(self) -> None:
        self._locks = DirectoryLocks(self._filesystem, self._log_dirs)
        self._undo.append(self._locks.release)
        locks = self._locks
        live = [directory for directory in locks.directories if directory not in locks.failed]
        self._stored = read_metadata(self._filesystem, live, locks.give_up)
        self._log_dirs = [directory for directory in live if directory not in locks.failed]
        self._node_id = check_broker_id(self._stored, self._node_id)
        self._session = embedded_zookeeper.read_session(self._log_dirs[0])

    async def _find_zookeeper(self) -> None:
        place = embedded_zookeeper.place_of(self._connect) if self._choice.embedded else None
        if place is not None and place.address is not None and not await embedded_zookeeper.answers(place):
            data_dir = Path(self._choice.data_dir or f"{self._locks.directories[0]}-zookeeper").absolute()
            self._embedded = EmbeddedZooKeeper(place, data_dir)
            self._undo.append(self._embedded.stop)
            await self._embedded.start(self._session)
            self._connect = self._embedded.connect
        _log.info("Connecting to zookeeper on %s", self._connect)
        self.zookeeper = ZooKeeperClient(
            self._connect,
            self.config.integer("zookeeper.session.timeout.ms"),
            on_connected=self._reconnected,
        )
        self._undo.append(self._leave_zookeeper)
        await self.zookeeper.connect(self.config.zookeeper_connection_timeout_ms)

    async def _join_cluster(self) -> None:
        await registration.make_persistent_paths(self.zookeeper)
        self._cluster_id = await registration.cluster_id(self.zookeeper, os.urandom(16))
        _log.info("Cluster ID = %s", self._cluster_id)
        check_cluster_id(self._stored, self._cluster_id)
        if self._node_id < 0:
            self._node_id = await registration.new_broker_id(
                self.zookeeper, self.config.integer("reserved.broker.max.id")
            )

    async def _load_logs(self) -> None:
        config = self.config
        self._dynamic_configs = DynamicConfigs(config, self._node_id)
        await self._dynamic_configs.load(self.zookeeper)
        open_log_dirs = partial(
            LogDirs.open,
            self._locks,
            filesystem=self._filesystem,
            now_ms=wall_clock_ms(),
            random=random.Random(),
            default_config=log_config(config, {}),
            topic_configs={topic: log_config(config, own) for topic, own in self._dynamic_configs.topics.items()},
            producer_id_expiration_ms=config.integer("transactional.id.expiration.ms"),
        )
        # In a thread: a long recovery must not keep the loop from ZooKeeper, which would end the session.
        log_dirs = await asyncio.get_running_loop().run_in_executor(None, open_log_dirs)
        # `close` gives the locks back: the very last thing, so that the next start finds nothing of this run any more.
        self._undo[self._undo.index(self._locks.release)] = lambda: log_dirs.close(wall_clock_ms())
        self._undo.append(lambda: log_dirs.flush(wall_clock_ms()))
        self._log_dirs = log_dirs.online
        self.broker = Broker(
            config=config,
            node_id=self._node_id,
            cluster_id=self._cluster_id,
            partitions=Partitions(log_dirs, self._node_id),
            metadata=MetadataCache(),
            purgatory=Purgatory(asyncio.get_running_loop()),
        )
        self.broker.authorizer = make_authorizer(config)
        self.broker.quotas = self._dynamic_configs.quotas
        self._undo.append(self.broker.partitions.checkpoint_high_watermarks)
        self.broker.leadership = self._leadership = Leadership(self.broker, self._dynamic_configs.topics)
        self.broker.moves = ReplicaMoves(self.broker, lambda: self._dynamic_configs.alter_log_dirs_rate)
        self._undo.append(self.broker.moves.stop)
        self._offline = OfflineDirectories(self.broker, self.zookeeper)
        self._undo.append(self._offline.stop)
        await self._make_coordinators()

    async def _make_coordinators(self) -> None:
        count = partial(registration.partition_count, self.zookeeper)
        groups = Groups(self.broker, await count(OFFSETS_TOPIC, self.config.integer("offsets.topic.num.partitions")))
        transactions = Transactions(
            self.broker,
            await count(TRANSACTIONS_TOPIC, self.config.integer("transaction.state.log.num.partitions")),
        )
        for coordinator in (groups, transactions):
            self._undo.append(coordinator.stop)
            self._leadership.became_leader.append(coordinator.became_leader)
            self._leadership.resigned.append(coordinator.resigned)
        self._leadership.deleted.append(groups.topic_deleted)
        self.broker.groups, self.broker.transactions = groups, transactions

    async def _bind(self) -> None:
        self._server = Server(self.broker, connection_limits(self.config))
        self._undo.append(self._server.stop)
        self.broker.listeners = self._server.bind(self.config.listeners)

    def _own_registration(self) -> BrokerRegistration:
        version = 4 if self.config.speaks(Since.REGISTRATIONS_WITH_RACKS) else 2
        return BrokerRegistration(
            tuple(
                (listener.name, listener.security_protocol, _advertised_host(listener), listener.advertised_port)
                for listener in self.broker.listeners
                if listener.name in self.config.advertised_names
            ),
            self.config.value("broker.rack") if version == 4 else None,
            version,
        )

    async def _register(self) -> None:
        self.registration = self._own_registration()
        await registration.check_addresses(self.zookeeper, self._node_id, self.registration)
        try:
            await self._make_znode()
        except AlreadyRegistered as held:
            await outwait(self.zookeeper, held, self.registration, last_session=self._session)
            await self._register_or_fail()
        self._registered = True
        self._session = self.zookeeper.session_id
        embedded_zookeeper.write_session(self._log_dirs[0], self._session)
        write_metadata(
            self._filesystem, self._log_dirs, BrokerMetadata(self._node_id, self._cluster_id), wall_clock_ms()
        )

    async def _register_or_fail(self) -> None:
        try:
            await self._make_znode()
        except AlreadyRegistered as held:
            _log.error("%s", held)
            raise FileExistsError(f"{NODE_EXISTS} for {held.path}, held by session 0x{held.owner:x}") from None

    async def _make_znode(self, expired_session: int | None = None) -> None:
        self.broker.epoch = await registration.register(
            self.zookeeper, self._node_id, self.registration, wall_clock_ms(), expired_session=expired_session
        )

    async def _start_controller(self) -> None:
        config = self.config
        self.controller = Controller(
            self.zookeeper,
            self._node_id,
            self._leadership,
            wall_clock_ms,
            delete_topic_enable=config.flag("delete.topic.enable"),
            unclean=lambda overrides: log_config(config, overrides).unclean_leader_election_enable,
        )
        self._undo.append(self.controller.stop)
        self.topics = Topics(self.controller, self._leadership, topic_settings(config), random.Random())
        self.broker.controller = self.topics
        self.broker.administration = Administration(self.controller)
        if self.broker.authorizer is not None:
            self.broker.acls = AclStore(self.zookeeper, self.broker.authorizer, self._acls_changed)
            await self.broker.acls.load()
        self._leadership.set_brokers({self._node_id: self.registration})
        await self.controller.start()
        self._config_changes = ConfigChanges(
            self.zookeeper,
            self._apply_configs,
            self._config_changed,
        )
        self.controller.enqueue(self._process_config_changes)
        self.controller.enqueue(self._process_acl_changes)
        self.controller.enqueue(self.topics.reserve_producer_ids)

    def _acls_changed(self) -> None:
        self.controller.enqueue(self._process_acl_changes)

    async def _process_acl_changes(self) -> None:
        if self.broker.authorizer is not None:
            await self.broker.acls.process(wall_clock_ms())

    def _apply_configs(self, entity: str, configs: dict[str, str]) -> None:
        self._dynamic_configs.apply(self.broker.partitions, entity, configs)
        self.controller.configs_changed(entity, configs)

    def _config_changed(self) -> None:
        self.controller.enqueue(self._process_config_changes)

    async def _process_config_changes(self) -> None:
        await self._config_changes.process(wall_clock_ms())
        if self._dynamic_configs.reconfigured:
            self._dynamic_configs.reconfigured = False
            await self._follow_config()

    async def _follow_config(self) -> None:
        """Listen, and limit connections, as the configuration says now; tell the others in the broker's znode."""
        self._server.set_limits(connection_limits(self.config))
        if self._periodic is not None:
            self._periodic.cleaning.wake()
        self.broker.listeners = await self._server.set_listeners(self.config.listeners)
        registered = self._own_registration()
        if registered != self.registration:
            self.registration = registered
            await registration.update(self.zookeeper, self._node_id, registered, wall_clock_ms())
            self._leadership.set_brokers({self._node_id: registered})

    async def _serve(self) -> None:
        self._periodic = Periodic(self.broker)
        self._periodic.start()
        self._undo.append(self._periodic.stop)
        await self._server.serve()
        self._undo.append(self._leave_to_others)
        _log.info("[KafkaServer id=%d] started", self._node_id)

    async def _check(self) -> None:
        path = znodes.broker_path(self._node_id)
        data, stat = await self.zookeeper.get(path)
        if stat.ephemeral_owner != self.zookeeper.session_id or znodes.decode_broker(data or b"") != self.registration:
            raise ValueError(f"{path} does not hold what this broker wrote there")
        _log.info(
            "[KafkaServer id=%d] registered in ZooKeeper: %s has the endpoints %s",
            self._node_id,
            self.zookeeper.chroot + path,
            ", ".join(self.registration.addresses()),
        )

    # --- while it runs

    def _reconnected(self, is_new_session: bool) -> None:
        if not hasattr(self, "controller"):
            return
        if is_new_session:
            _log.warning("[KafkaServer id=%d] The ZooKeeper session has expired; registering anew", self._node_id)
            self.controller.enqueue(self._register_anew)
        self.controller.reconnected(is_new_session)
        self.controller.enqueue(self._process_config_changes)
        self.controller.enqueue(self._process_acl_changes)

    async def _register_anew(self) -> None:
        expired, self._session = self._session, self.zookeeper.session_id
        await self._make_znode(expired)
        embedded_zookeeper.write_session(self._log_dirs[0], self._session)

    async def failed(self) -> None:
        """Wait until the embedded ZooKeeper stops by itself or no log directory is left, and raise why."""
        failures = {asyncio.ensure_future(self._offline.wait())}
        if self._embedded is not None:
            failures.add(asyncio.ensure_future(self._embedded.failed()))
        try:
            done, _ = await asyncio.wait(failures, return_when=asyncio.FIRST_COMPLETED)
            done.pop().result()
        finally:
            for failure in failures:
                failure.cancel()

    # --- stop

    async def stop(self) -> None:
        """Stop cleanly: no more requests, everything on disk, the clean shutdown marker, the ephemeral znodes gone."""
        _log.info("[KafkaServer id=%d] shutting down", self._node_id)
        await self._stop_parts()
        _log.info("[KafkaServer id=%d] shut down completed", self._node_id)

    async def _leave_to_others(self) -> None:
        """Have the controller move what this broker leads, as ControlledShutdown would ask it to."""
        if not self.config.flag("controlled.shutdown.enable") or not self.controller.is_active:
            return
        _log.info("[KafkaServer id=%d] Starting controlled shutdown", self._node_id)
        try:
            # ZooKeeper may be gone: the next attempt, which Kafka makes after this time, would fare no better
            async with asyncio.timeout(self.config.integer("controlled.shutdown.retry.backoff.ms") / 1000):
                remaining = await self.broker.administration.shut_down(self._node_id, self.broker.epoch)
        except (TimeoutError, ApiError, ZooKeeperError):
            _log.warning(
                "[KafkaServer id=%d] Proceeding to do an unclean shutdown as all the controlled shutdown attempts failed",
                self._node_id,
            )
            return
        if remaining:
            shown = ", ".join(map(str, remaining))
            _log.info("[KafkaServer id=%d] Remaining partitions to move: %s", self._node_id, shown)
        else:
            _log.info("[KafkaServer id=%d] Controlled shutdown succeeded", self._node_id)

    async def _stop_parts(self) -> None:
        while self._undo:
            try:
                stopped = self._undo.pop()()
                if stopped is not None:
                    await stopped
            except Exception:
                _log.exception("[KafkaServer id=%d] Error while stopping", self._node_id)

    async def _leave_zookeeper(self) -> None:
        await self.zookeeper.close()
        if self._registered:
            embedded_zookeeper.forget_session(self._log_dirs[0])

    def _remove_new(self, missing: list[str | None]) -> None:
        """Remove the directories that this start has made: no broker was registered, so that no record can be in them."""
        if self._embedded is not None:
            self._embedded.remove_new()
        for first in missing:
            if first is not None:
                self._filesystem.remove_tree(first)


def _first_missing(directory: str) -> str | None:
    """Return the highest directory that would have to be made for this one, None when it is there."""
    missing = None
    while not os.path.exists(directory):
        missing, directory = directory, os.path.dirname(directory)
    return missing


def _advertised_host(listener: Listener) -> str:
    if listener.advertised_host:
        return listener.advertised_host
    import socket

    return socket.getfqdn()
