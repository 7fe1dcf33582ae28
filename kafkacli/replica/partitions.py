"""All partitions that this broker has a replica of, and their high watermarks on disk."""

from collections.abc import Callable, Iterator

from kafkacli.errors import ApiError, ErrorCode
from kafkacli.log.log_config import LogConfig
from kafkacli.log.log_dirs import LogDirs
from kafkacli.log.offset_checkpoint import REPLICATION_CHECKPOINT
from kafkacli.log.partition_log import PartitionLog
from kafkacli.replica.partition import LeadershipState, Partition


class Partitions:
    """The broker's partitions. `listeners` are called with a partition whose high watermark or log start has moved."""

    __slots__ = ("_high_watermarks", "_log_dirs", "_node_id", "_offline", "_partitions", "listeners")

    def __init__(self, log_dirs: LogDirs, node_id: int) -> None:
        """log_dirs: open; its logs become partitions when the controller says so."""
        self._log_dirs = log_dirs
        self._node_id = node_id
        self._partitions: dict[tuple[str, int], Partition] = {}
        self._offline: set[tuple[str, int]] = set()  # in a directory that has failed
        self._high_watermarks = {  # as checkpointed, in each directory
            directory: log_dirs.checkpoints.read(directory, REPLICATION_CHECKPOINT) for directory in log_dirs.online
        }
        self.listeners: list[Callable[[Partition], None]] = []

    def __iter__(self) -> Iterator[Partition]:
        return iter(list(self._partitions.values()))

    def __len__(self) -> int:
        return len(self._partitions)

    @property
    def log_dirs(self) -> LogDirs:
        """The log directories below."""
        return self._log_dirs

    def find(self, topic: str, partition: int) -> Partition | None:
        """Return the partition, or None."""
        return self._partitions.get((topic, partition))

    def get(self, topic: str, partition: int) -> Partition:
        """Return the partition; raises ApiError UNKNOWN_TOPIC_OR_PARTITION, KAFKA_STORAGE_ERROR in a failed directory."""
        self.check_online(topic, partition)
        found = self._partitions.get((topic, partition))
        if found is None:
            raise ApiError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
        return found

    def is_offline(self, topic: str, partition: int) -> bool:
        """Whether the partition is in a directory that has failed."""
        return (topic, partition) in self._offline

    def check_online(self, topic: str, partition: int) -> None:
        """Raise ApiError KAFKA_STORAGE_ERROR for a partition in a directory that has failed."""
        if self.is_offline(topic, partition):
            raise ApiError(
                ErrorCode.KAFKA_STORAGE_ERROR, f"Partition {topic}-{partition} is in an offline log directory"
            )

    def become_leader(
        self,
        topic: str,
        partition: int,
        state: LeadershipState,
        config: LogConfig,
        now_ms: int,
        *,
        is_new: bool = True,
    ) -> Partition:
        """Lead the partition from now on; its log is made where there is none.

        is_new: whether there never was one. KAFKA_STORAGE_ERROR when it can't be made.
        """
        found = self._host(topic, partition, config, now_ms, is_new=is_new)
        if state.leader_epoch >= found.leader_epoch:
            found.become_leader(state)
        return found

    def become_follower(
        self,
        topic: str,
        partition: int,
        state: LeadershipState,
        config: LogConfig,
        now_ms: int,
        *,
        is_new: bool = True,
    ) -> Partition:
        """Stop leading: another broker leads, or none (`state.leader` -1)."""
        found = self._host(topic, partition, config, now_ms, is_new=is_new)
        if state.leader_epoch >= found.leader_epoch:
            found.become_follower(state)
        return found

    def _host(self, topic: str, partition: int, config: LogConfig, now_ms: int, *, is_new: bool) -> Partition:
        key = topic, partition
        self.check_online(topic, partition)
        found = self._partitions.get(key)
        if found is None:
            try:
                log = self._log_dirs.create(topic, partition, config, now_ms, is_new=is_new)
            except ApiError:
                if not is_new and len(self._log_dirs.online) < len(self._log_dirs.directories):
                    self._offline.add(key)
                raise
            log.update_high_watermark(self._checkpointed(log))
            found = self._partitions[key] = Partition(log, self._node_id, self.listeners)
        return found

    def _checkpointed(self, log: PartitionLog) -> int:
        return self._high_watermarks.get(log.parent, {}).pop((log.topic, log.partition), 0)

    def future(self, partition: Partition, config: LogConfig, now_ms: int) -> PartitionLog:
        """Return the log that is to take the partition's log's place, made where there is none.

        KAFKA_STORAGE_ERROR when it can't be.
        """
        log = self._log_dirs.future(partition.topic, partition.partition)
        if log is None:
            return self._log_dirs.create_future(partition.topic, partition.partition, config, now_ms)
        log.update_high_watermark(self._checkpointed(log))
        return log

    def take_offline(self, directory: str) -> list[Partition]:
        """Have what is in a directory that has failed no more; returns the partitions whose logs were there."""
        gone = [partition for partition in self if partition.log.parent == directory]
        for partition in gone:
            key = partition.topic, partition.partition
            del self._partitions[key]
            self._offline.add(key)
        self._log_dirs.take_offline(directory)
        return gone

    def stop_replica(self, topic: str, partition: int, now_ms: int, *, delete: bool) -> None:
        """Have the partition no more; delete: its log goes too. KAFKA_STORAGE_ERROR in a directory that has failed."""
        self.check_online(topic, partition)
        self._partitions.pop((topic, partition), None)
        if delete:
            self._log_dirs.delete(topic, partition, now_ms)
            self._log_dirs.delete_future(topic, partition, now_ms)

    def checkpoint_high_watermarks(self) -> None:
        """Write the high watermarks down (replica.high.watermark.checkpoint.interval.ms, and at a clean stop)."""
        hosted = self._partitions
        self._log_dirs.write_checkpoints(
            REPLICATION_CHECKPOINT, lambda log: log.high_watermark if (log.topic, log.partition) in hosted else None
        )
