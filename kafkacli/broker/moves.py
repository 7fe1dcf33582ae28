"""Replicas that move between the log directories of this broker (KIP-113).

    AlterReplicaLogDirs      a future log in the other directory, TOPIC-P.UUID-future
    in the background        what the log has is appended to it, a chunk in each turn of the loop, one partition at a time
    caught up                it takes the log's place, whose directory is renamed to -delete

A move that was under way when the broker stopped goes on when the partition is hosted again. Meanwhile the log isn't cleaned.
Source: Apache `ReplicaManager.alterReplicaLogDirs`, `ReplicaAlterLogDirsThread.scala`, `ReplicationQuotaManager.scala`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from kafkacli.broker.broker import Broker
from kafkacli.broker.quotas import Rate, Windows
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.log.directory_name import FUTURE_SUFFIX, NAME_MAXIMUM
from kafkacli.log.partition_log import PartitionLog
from kafkacli.record.batch import read_header
from kafkacli.replica.partition import Partition

_log = logging.getLogger("kafka.server.ReplicaAlterLogDirsManager")
_replica_log = logging.getLogger("kafka.server.ReplicaManager")

_UNIQUE_LENGTH: Final = 33  # a point and the digits of a UUID

Key = tuple[str, int]


class ReplicaMoves:
    """The moves of one broker.

    limit: bytes by the second for all of them (replica.alter.log.dirs.io.max.bytes.per.second), asked for each chunk.
    """

    def __init__(self, broker: Broker, limit: Callable[[], int]) -> None:
        config = broker.config
        self._broker = broker
        self._limit = limit
        self._under_way: dict[Key, PartitionLog] = {}
        self._task: asyncio.Task[None] | None = None
        self._rate = SimpleRate(
            Windows(
                config.integer("alter.log.dirs.replication.quota.window.num"),
                config.integer("alter.log.dirs.replication.quota.window.size.seconds") * 1000,
            ),
            broker.now_ms(),
        )

    # -- begin and end

    def alter(self, topic: str, index: int, directory: str) -> None:
        """Move a replica to a log directory, or have it made there when there is none yet.

        Raises ApiError INVALID_TOPIC_EXCEPTION for a name that is too long, LOG_DIR_NOT_FOUND, KAFKA_STORAGE_ERROR,
        REPLICA_NOT_AVAILABLE and UNKNOWN_TOPIC_OR_PARTITION where there is none yet.
        """
        broker = self._broker
        partitions, log_dirs = broker.partitions, broker.partitions.log_dirs
        if len(f"{topic}-{index}{FUTURE_SUFFIX}") + _UNIQUE_LENGTH > NAME_MAXIMUM:
            raise ApiError(ErrorCode.INVALID_TOPIC_EXCEPTION, "The topic name is too long.")
        if not log_dirs.is_online(directory):
            raise ApiError(ErrorCode.KAFKA_STORAGE_ERROR, f"Log directory {directory} is offline")
        partitions.check_online(topic, index)
        partition = partitions.find(topic, index)
        future = log_dirs.future(topic, index)
        if partition is not None and future is not None and future.parent != directory:
            self._under_way.pop((topic, index), None)
            log_dirs.delete_future(topic, index, broker.now_ms())
            future = None
        log_dirs.prefer(topic, index, directory)
        if partition is None:
            try:
                broker.partition(topic, index)
            except ApiError as error:
                if error.code == ErrorCode.NOT_LEADER_OR_FOLLOWER:
                    raise ApiError(ErrorCode.REPLICA_NOT_AVAILABLE) from error
                raise
        elif partition.log.parent == directory:
            _replica_log.info(
                "[Partition %s broker=%d] Current log directory %s is same as requested log dir %s. Skipping future replica "
                "creation.",
                partition.log.name,
                broker.node_id,
                directory,
                directory,
            )
        elif future is None:
            self._begin(partition)

    def resume(self, partition: Partition) -> None:
        """Go on with a move of a partition that is hosted now, if one was under way when the broker stopped."""
        if self._broker.partitions.log_dirs.future(partition.topic, partition.partition) is not None:
            try:
                self._begin(partition)
            except ApiError as error:
                _log.error("Can't go on to move %s: %s", partition.log.name, error)

    def _begin(self, partition: Partition) -> None:
        log = partition.log
        future = self._broker.partitions.future(partition, log.config, self._broker.now_ms())
        truncate_to_common(log, future, self._broker.now_ms())
        log.abort_cleaning()
        self._under_way[partition.topic, partition.partition] = future
        _log.info(
            "[ReplicaAlterLogDirsManager on broker %d] Added log dir fetcher for partition %s from offset %d to %s",
            self._broker.node_id,
            log.name,
            future.log_end_offset,
            future.directory,
        )
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    def forget(self, topic: str, index: int) -> None:
        """Leave off with a partition, which is there no more."""
        self._under_way.pop((topic, index), None)

    def leave(self, directory: str) -> list[str]:
        """Leave off with the moves into a log directory that has failed; returns the partitions' names."""
        gone = [key for key, future in self._under_way.items() if future.parent == directory]
        return [self._under_way.pop(key).name for key in gone]

    async def stop(self) -> None:
        """Leave off; what is there goes on after the next start."""
        self._under_way.clear()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    # -- copy

    async def _run(self) -> None:
        broker = self._broker
        while self._under_way:
            key = min(self._under_way)
            name = f"{key[0]}-{key[1]}"
            _log.info(
                "[ReplicaAlterLogDirsThread] Beginning/resuming copy of partition %s from offset %d. Including this "
                "partition, there are %d remaining partitions to copy by this thread.",
                name,
                self._under_way[key].log_end_offset,
                len(self._under_way),
            )
            while (future := self._under_way.get(key)) is not None:
                if self._rate.measure(broker.now_ms()) > self._limit():
                    await asyncio.sleep(broker.config.integer("replica.fetch.backoff.ms") / 1000)
                    continue
                try:
                    self._copy(key, future)
                except ApiError as error:
                    self._under_way.pop(key, None)
                    _log.error("Can't move %s to %s: %s", name, future.parent, error)
                except Exception:
                    self._under_way.pop(key, None)
                    _log.exception("Can't move %s to %s", name, future.parent)
                await asyncio.sleep(0)

    def _copy(self, key: Key, future: PartitionLog) -> None:
        """Copy the next chunk; put the future log in its log's place when that was the last."""
        broker = self._broker
        partition = broker.partitions.get(*key)
        copied = copy_chunk(partition.log, future, broker.config.integer("replica.fetch.max.bytes"), broker.now_ms())
        self._rate.record(copied, broker.now_ms())
        if future.log_end_offset == partition.log.log_end_offset:
            del self._under_way[key]
            partition.log = broker.partitions.log_dirs.replace_with_future(*key, broker.now_ms())


class SimpleRate(Rate):
    """A mean over the time that was measured, at least one window: what brokers limit replication by."""

    __slots__ = ()

    def span_ms(self, now_ms: int) -> int:
        """Return the time that the rate is the mean of."""
        super().span_ms(now_ms)
        return max(now_ms - min(start for start, _ in self._samples), self._windows.size_ms)


def truncate_to_common(log: PartitionLog, future: PartitionLog, now_ms: int) -> None:
    """Cut off what the future log has and the log hasn't, by their leader epochs (KIP-101)."""
    while (epoch := future.latest_epoch) is not None and (latest := log.latest_epoch) is not None:
        found = log.end_offset_for_epoch(min(epoch, latest))
        if found is None:
            break
        own = future.end_offset_for_epoch(found.epoch)
        future.truncate_to(min(found.start_offset, own.start_offset if own is not None else 0), now_ms)
        if found.epoch == epoch:
            return
    future.truncate_to(log.high_watermark, now_ms)


def copy_chunk(log: PartitionLog, future: PartitionLog, maximum_bytes: int, now_ms: int) -> int:
    """Append to the future log what comes next in the log; returns the bytes. Both begin at the same offset then.

    Raises ApiError, KAFKA_STORAGE_ERROR among others.
    """
    if future.log_end_offset < log.log_start_offset:
        future.truncate_fully_and_start_at(log.log_start_offset, now_ms)
    records = memoryview(log.read(future.log_end_offset, maximum_bytes, up_to=log.log_end_offset).records)
    if records:
        header = read_header(records)
        begin = header.base_offset if header.magic >= 2 else future.log_end_offset
        if begin < future.log_end_offset and not future.size:  # the log starts in the middle of a batch
            future.truncate_fully_and_start_at(begin, now_ms)
        future.append_as_follower(records, now_ms)
    future.update_high_watermark(log.high_watermark)
    if log.log_start_offset > future.log_start_offset:
        future.delete_records(log.log_start_offset)
    return len(records)
