"""All partitions that this broker has a replica of, and their high watermarks on disk."""

from collections.abc import Callable, Iterator

from kafkacli.errors import ApiError, ErrorCode
from kafkacli.log.log_config import LogConfig
from kafkacli.log.log_dirs import LogDirs
from kafkacli.log.offset_checkpoint import REPLICATION_CHECKPOINT
from kafkacli.replica.partition import LeadershipState, Partition


class Partitions:
    """The broker's partitions. `listeners` are called with a partition whose high watermark or log start has moved."""

    __slots__ = ("_high_watermarks", "_log_dirs", "_node_id", "_partitions", "listeners")

    def __init__(self, log_dirs: LogDirs, node_id: int) -> None:
        """log_dirs: open; its logs become partitions when the controller says so."""
        self._log_dirs = log_dirs
        self._node_id = node_id
        self._partitions: dict[tuple[str, int], Partition] = {}
        self._high_watermarks: dict[tuple[str, int], int] = {}  # as checkpointed, of partitions not heard of yet
        for directory in log_dirs.directories:
            self._high_watermarks |= log_dirs.read_checkpoint(directory, REPLICATION_CHECKPOINT)
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
        """Return the partition; raises ApiError UNKNOWN_TOPIC_OR_PARTITION."""
        found = self._partitions.get((topic, partition))
        if found is None:
            raise ApiError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
        return found

    def become_leader(
        self, topic: str, partition: int, state: LeadershipState, config: LogConfig, now_ms: int
    ) -> Partition:
        """Lead the partition from now on; its log is made where there is none. KAFKA_STORAGE_ERROR when it can't be."""
        found = self._host(topic, partition, config, now_ms)
        if state.leader_epoch >= found.leader_epoch:
            found.become_leader(state)
        return found

    def become_follower(
        self, topic: str, partition: int, state: LeadershipState, config: LogConfig, now_ms: int
    ) -> Partition:
        """Stop leading: another broker leads, or none (`state.leader` -1)."""
        found = self._host(topic, partition, config, now_ms)
        if state.leader_epoch >= found.leader_epoch:
            found.become_follower(state)
        return found

    def _host(self, topic: str, partition: int, config: LogConfig, now_ms: int) -> Partition:
        key = topic, partition
        found = self._partitions.get(key)
        if found is None:
            log = self._log_dirs.create(topic, partition, config, now_ms)
            log.update_high_watermark(self._high_watermarks.pop(key, 0))
            found = self._partitions[key] = Partition(log, self._node_id, self.listeners)
        return found

    def stop_replica(self, topic: str, partition: int, now_ms: int, *, delete: bool) -> None:
        """Have the partition no more; delete: its log goes too."""
        self._partitions.pop((topic, partition), None)
        if delete:
            self._log_dirs.delete(topic, partition, now_ms)

    def checkpoint_high_watermarks(self) -> None:
        """Write the high watermarks down (replica.high.watermark.checkpoint.interval.ms, and at a clean stop)."""
        hosted = self._partitions
        self._log_dirs.write_checkpoints(
            REPLICATION_CHECKPOINT, lambda log: log.high_watermark if (log.topic, log.partition) in hosted else None
        )
