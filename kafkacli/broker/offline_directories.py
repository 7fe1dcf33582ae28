"""A log directory that fails while the broker runs: what was in it answers KAFKA_STORAGE_ERROR, the rest goes on (KIP-112).

The controller hears of it by a znode under /log_dir_event_notification. Without any directory left the broker stops.
Source: Apache `ReplicaManager.handleLogDirFailure`, `LogManager.handleLogDirFailure`, `KafkaZkClient.propagateLogDirEvent`.
"""

from __future__ import annotations

import asyncio
import logging

from kafkacli.broker.broker import Broker
from kafkacli.config_types import Since
from kafkacli.controller.zookeeper_client import ZooKeeperClient, ZooKeeperError
from kafkacli.registry import znodes

_log = logging.getLogger("kafka.server.ReplicaManager")


class AllDirectoriesFailed(Exception):
    """The broker can't go on without the directory; the text is Kafka's."""


class OfflineDirectories:
    """Takes failed directories of a broker out of use, on its loop."""

    def __init__(self, broker: Broker, zookeeper: ZooKeeperClient) -> None:
        self._broker = broker
        self._zookeeper = zookeeper
        self._loop = asyncio.get_running_loop()
        self._notices: set[asyncio.Task[None]] = set()
        self._all_failed: asyncio.Future[None] = self._loop.create_future()
        broker.partitions.log_dirs.failures.failed = self._failed

    def stop(self) -> None:
        """Take no more directories out of use."""
        self._broker.partitions.log_dirs.failures.failed = lambda directory: None
        for notice in self._notices:
            notice.cancel()
        if not self._all_failed.cancel() and not self._all_failed.cancelled():
            self._all_failed.exception()  # told by now, or nobody waits for it

    async def wait(self) -> None:
        """Return never; raise AllDirectoriesFailed when no directory is left, or other brokers would not understand."""
        await asyncio.shield(self._all_failed)

    def _failed(self, directory: str) -> None:
        """Hear of a failure in any thread, in the middle of whatever met it."""
        self._loop.call_soon_threadsafe(self._take_offline, directory)

    def _take_offline(self, directory: str) -> None:
        broker = self._broker
        log_dirs = broker.partitions.log_dirs
        if directory not in log_dirs.online:
            return
        who = f"[ReplicaManager broker={broker.node_id}]"
        _log.warning("%s Stopping serving replicas in dir %s", who, directory)
        text = ""
        if log_dirs.online == [directory]:
            text = f"Shutdown broker because all log dirs in {', '.join(log_dirs.directories)} have failed"
        elif not broker.config.speaks(Since.OFFLINE_DIRECTORIES):
            text = f"Halting broker because dir {directory} is offline"
        if text:
            error = AllDirectoriesFailed(text)
            logging.getLogger("kafka.log.LogManager").critical("%s", error)
            log_dirs.take_offline(directory)
            self._all_failed.set_exception(error)
            return
        unmoved = broker.moves.leave(directory)
        gone = broker.partitions.take_offline(directory)
        for partition in gone:
            broker.moves.forget(partition.topic, partition.partition)
            broker.leadership.went_offline(partition)
        _log.warning(
            "%s Broker %d stopped fetcher for partitions %s and stopped moving logs for partitions %s because they are in "
            "the failed log directory %s.",
            who,
            broker.node_id,
            ",".join(partition.log.name for partition in gone),
            ",".join(unmoved),
            directory,
        )
        notice = self._loop.create_task(self._notify())
        self._notices.add(notice)
        notice.add_done_callback(self._notices.discard)
        _log.warning("%s Stopped serving replicas in dir %s", who, directory)

    async def _notify(self) -> None:
        try:
            await self._zookeeper.create(
                f"{znodes.LOG_DIR_EVENTS}/{znodes.LOG_DIR_EVENT_PREFIX}",
                znodes.encode_log_dir_event(self._broker.node_id),
                sequence=True,
            )
        except ZooKeeperError as error:
            _log.error("Can't tell the controller of a failed log directory: %s", error)
