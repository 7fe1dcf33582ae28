"""A broker's log directories: lock, partitions in them, checkpoints, clean stop, and the periodic work.

Nothing here waits or looks at a clock: the broker's loop calls the periodic methods (`retention`, `pending_flushes`,
`checkpoint_recovery_points`, `checkpoint_log_start_offsets`, `delete_due_files`, `expire_producers`) with the time. Source:
Kafka's LogManager.scala.
"""

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from threading import Lock
from uuid import UUID

from kafkacli.errors import ApiError, ErrorCode
from kafkacli.log.checkpoint_file import CorruptCheckpoint
from kafkacli.log.filesystem import FileSystem, write_file
from kafkacli.log.flush import Flush
from kafkacli.log.log_config import LogConfig
from kafkacli.log.offset_checkpoint import (
    CLEANER_CHECKPOINT,
    LOG_START_CHECKPOINT,
    OFFSET_CHECKPOINTS,
    RECOVERY_POINT_CHECKPOINT,
    OffsetCheckpoint,
    TopicPartition,
)
from kafkacli.log.partition_log import PartitionLog
from kafkacli.log.retention import apply_retention

_LOGGER = logging.getLogger(__name__)

LOCK_FILE = ".lock"
CLEAN_SHUTDOWN_FILE = ".kafka_cleanshutdown"
DELETE_SUFFIX = "-delete"
FUTURE_SUFFIX = "-future"
_MARKED_NAME = re.compile(r"(\S+)-(\S+)\.(\S+)-(?:delete|future)")
_NAME_MAXIMUM = 255


class LogDirsError(Exception):
    """The log directories can't be used; the text is Kafka's and names the directory."""


def parse_directory_name(directory: str) -> TopicPartition:
    """Return (topic, partition) of a partition's directory, also of one marked for deletion; LogDirsError otherwise."""
    name = whole = directory.rpartition("/")[2]
    if whole.endswith((DELETE_SUFFIX, FUTURE_SUFFIX)):
        name = whole.rpartition(".")[0] if _MARKED_NAME.fullmatch(whole) else ""
    topic, _, partition = name.rpartition("-")
    if not topic or not re.fullmatch(r"[+-]?\d+", partition):
        raise LogDirsError(
            f"Found directory {directory}, '{whole}' is not in the form of topic-partition or "
            "topic-partition.uniqueId-delete (if marked for deletion).\n"
            "Kafka's log directories (and children) should only contain Kafka topic data."
        )
    return topic, int(partition)


def _recovery_point(log: PartitionLog) -> int:
    return log.recovery_point


def _log_start_offset(log: PartitionLog) -> int | None:
    return log.log_start_offset if log.log_start_offset > log.segments.first.base_offset else None


class DirectoryLocks:
    """The `.lock` files of the log directories, held until `release` or the end of the process."""

    __slots__ = ("_filesystem", "_held", "directories")

    def __init__(self, filesystem: FileSystem, directories: Sequence[str]) -> None:
        """Make the directories where missing and lock them; LogDirsError when one is taken, given twice or unusable."""
        self._filesystem = filesystem
        self._held: list[tuple[str, int]] = []
        self.directories = tuple(directory.rstrip("/") or "/" for directory in directories)
        try:
            for directory in self.directories:
                self._take(directory)
        except BaseException:
            self.release()
            raise

    def _take(self, directory: str) -> None:
        filesystem = self._filesystem
        try:
            filesystem.make_directories(directory)
            real_paths = [filesystem.real_path(other) for other in self.directories]
            if len(set(real_paths)) < len(real_paths):
                raise LogDirsError(f"Duplicate log directory found: {', '.join(self.directories)}")
            path = f"{directory}/{LOCK_FILE}"
            handle = filesystem.lock(path)
        except OSError as error:
            raise LogDirsError(f"Failed to create or validate data directory {directory}: {error.strerror}") from error
        if handle is None:
            raise LogDirsError(
                f"Failed to acquire lock on file .lock in {directory}. A Kafka instance in another process or thread is "
                "using this directory."
            )
        self._held.append((path, handle))

    def release(self) -> None:
        """Give the locks back."""
        while self._held:
            self._filesystem.unlock(*self._held.pop())


class LogDirs:
    """All partition logs of a broker, over one or more directories."""

    __slots__ = (
        "_checkpoints",
        "_deleted",
        "_locks",
        "_logs",
        "_random",
        "_update_lock",
        "default_config",
        "directories",
        "filesystem",
        "producer_id_expiration_ms",
    )

    def __init__(
        self,
        locks: DirectoryLocks,
        *,
        filesystem: FileSystem,
        random: Random,
        default_config: LogConfig,
        producer_id_expiration_ms: int,
    ) -> None:
        """Use `LogDirs.open`."""
        self.filesystem = filesystem
        self._locks = locks
        self._random = random
        self.directories = locks.directories
        self.default_config = default_config
        self.producer_id_expiration_ms = producer_id_expiration_ms
        self._logs: dict[TopicPartition, PartitionLog] = {}
        self._deleted: list[tuple[int, str]] = []  # when it is to be removed, and the directory
        self._update_lock = Lock()
        self._checkpoints = {
            (directory, name): OffsetCheckpoint(filesystem, f"{directory}/{name}")
            for directory in self.directories
            for name in OFFSET_CHECKPOINTS
        }

    @classmethod
    def open(
        cls,
        directories: Sequence[str] | DirectoryLocks,
        *,
        filesystem: FileSystem,
        now_ms: int,
        random: Random,
        default_config: LogConfig,
        topic_configs: Mapping[str, LogConfig] | None = None,
        producer_id_expiration_ms: int = 7 * 24 * 60 * 60 * 1000,
    ) -> "LogDirs":
        """Lock the directories (or take over locks that are held), and load every partition in them.

        directories: absolute paths. random: for new names and segment.jitter.ms. topic_configs: where topics differ from
        `default_config`. producer_id_expiration_ms: transactional.id.expiration.ms.
        Raises LogDirsError; locks taken here are given back then.
        """
        locks = directories if isinstance(directories, DirectoryLocks) else DirectoryLocks(filesystem, directories)
        try:
            opened = cls(
                locks,
                filesystem=filesystem,
                random=random,
                default_config=default_config,
                producer_id_expiration_ms=producer_id_expiration_ms,
            )
            for directory in opened.directories:
                opened._load(directory, topic_configs or {}, now_ms)
        except BaseException:
            if locks is not directories:
                locks.release()
            raise
        return opened

    def _load(self, directory: str, topic_configs: Mapping[str, LogConfig], now_ms: int) -> None:
        filesystem = self.filesystem
        marker = f"{directory}/{CLEAN_SHUTDOWN_FILE}"
        clean = filesystem.exists(marker)
        if clean:
            _LOGGER.info("Skipping recovery for all logs in %s since clean shutdown file was found", directory)
        else:
            _LOGGER.info("Attempting recovery for all logs in %s since no clean shutdown file was found", directory)
        recovery_points = self.read_checkpoint(directory, RECOVERY_POINT_CHECKPOINT)
        log_start_offsets = self.read_checkpoint(directory, LOG_START_CHECKPOINT)
        for name in filesystem.names(directory):
            path = f"{directory}/{name}"
            if not filesystem.is_directory(path):
                continue
            key = parse_directory_name(path)
            if name.endswith(FUTURE_SUFFIX):
                _LOGGER.warning("Leaving %s alone: a move between log directories that was not finished", path)
                continue
            if name.endswith(DELETE_SUFFIX):
                self._deleted.append((now_ms + self.default_config.file_delete_delay_ms, path))
                continue
            try:
                log = self._open_log(
                    path,
                    key,
                    topic_configs.get(key[0], self.default_config),
                    now_ms,
                    log_start_offset=log_start_offsets.get(key, 0),
                    recovery_point=recovery_points.get(key, 0),
                    clean=clean,
                )
            except (OSError, ValueError, ApiError, CorruptCheckpoint) as error:
                raise LogDirsError(f"Error while loading log dir {path}: {error}") from error
            if key in self._logs:
                raise LogDirsError(
                    f"Duplicate log directories for {key[0]}-{key[1]} are found in both {path} and "
                    f"{self._logs[key].directory}."
                )
            self._logs[key] = log
        filesystem.unlink(marker)

    def _open_log(
        self,
        path: str,
        key: TopicPartition,
        config: LogConfig,
        now_ms: int,
        *,
        log_start_offset: int = 0,
        recovery_point: int = 0,
        clean: bool = False,
    ) -> PartitionLog:
        return PartitionLog(
            self.filesystem,
            path,
            *key,
            config,
            now_ms=now_ms,
            random=self._random,
            log_start_offset=log_start_offset,
            recovery_point=recovery_point,
            clean=clean,
            producer_id_expiration_ms=self.producer_id_expiration_ms,
        )

    # -- logs

    def __iter__(self) -> Iterator[PartitionLog]:
        return iter(list(self._logs.values()))

    def __len__(self) -> int:
        return len(self._logs)

    def get(self, topic: str, partition: int) -> PartitionLog | None:
        """Return the log, or None when this broker has none of that name."""
        return self._logs.get((topic, partition))

    def in_directory(self, directory: str) -> list[PartitionLog]:
        """Return the logs that live in one of the log directories."""
        return [log for log in self._logs.values() if log.parent == directory]

    def create(self, topic: str, partition: int, config: LogConfig, now_ms: int) -> PartitionLog:
        """Return the log, made when it isn't there, in the directory with the fewest partitions.

        KAFKA_STORAGE_ERROR when the disk refuses; nothing is left behind then.
        """
        key = topic, partition
        log = self._logs.get(key)
        if log is not None:
            return log
        counts = dict.fromkeys(self.directories, 0)
        for other in self._logs.values():
            counts[other.parent] += 1
        path = f"{min(counts, key=counts.__getitem__)}/{topic}-{partition}"
        try:
            log = self._open_log(path, key, config, now_ms)
        except OSError as error:
            self.filesystem.remove_tree(path)
            _LOGGER.error("Error while creating log for %s-%d in dir %s: %s", topic, partition, path, error)
            raise ApiError(
                ErrorCode.KAFKA_STORAGE_ERROR, f"Error while creating log for {topic}-{partition} in dir {path}"
            ) from error
        self._logs[key] = log
        _LOGGER.info("Created log for partition %s-%d in %s", topic, partition, path)
        return log

    def delete(self, topic: str, partition: int, now_ms: int) -> None:
        """Take the log out and rename its directory; `delete_due_files` removes it after file.delete.delay.ms."""
        log = self._logs.pop((topic, partition), None)
        if log is None:
            return
        parent = log.parent
        suffix = f"-{partition}.{UUID(int=self._random.getrandbits(128), version=4).hex}{DELETE_SUFFIX}"
        log.close_files()
        log.rename_directory(f"{parent}/{topic[: _NAME_MAXIMUM - len(suffix)]}{suffix}")
        self._write_checkpoint(parent, RECOVERY_POINT_CHECKPOINT, _recovery_point)
        self._write_checkpoint(parent, LOG_START_CHECKPOINT, _log_start_offset)
        self.update_checkpoint(parent, CLEANER_CHECKPOINT, (topic, partition), None)
        self._deleted.append((now_ms + self.default_config.file_delete_delay_ms, log.directory))
        _LOGGER.info(
            "Log for partition %s-%d is renamed to %s and is scheduled for deletion", topic, partition, log.directory
        )

    # -- checkpoints

    def read_checkpoint(self, directory: str, name: str) -> dict[TopicPartition, int]:
        """Return a log directory's checkpoint by its name; nothing, and a warning in the log, when it isn't whole."""
        try:
            return self._checkpoints[directory, name].read()
        except CorruptCheckpoint as error:
            _LOGGER.warning("Error occurred while reading %s file of directory %s: %s", name, directory, error)
            return {}

    def update_checkpoint(self, directory: str, name: str, key: TopicPartition, offset: int | None) -> None:
        """Change one entry of a checkpoint, None removes it; may be called in any thread."""
        with self._update_lock:
            offsets = self.read_checkpoint(directory, name)
            if offsets.get(key) != offset:
                if offset is None:
                    del offsets[key]
                else:
                    offsets[key] = offset
                self._checkpoints[directory, name].write(offsets)

    def write_checkpoints(self, name: str, offset_of: Callable[[PartitionLog], int | None]) -> None:
        """Write the checkpoint `name` in each directory; offset_of: None leaves the log out."""
        for directory in self.directories:
            self._write_checkpoint(directory, name, offset_of)

    def _write_checkpoint(self, directory: str, name: str, offset_of: Callable[[PartitionLog], int | None]) -> None:
        offsets = {(log.topic, log.partition): offset_of(log) for log in self.in_directory(directory)}
        self._checkpoints[directory, name].write({key: offset for key, offset in offsets.items() if offset is not None})

    # -- periodic work

    def retention(self, now_ms: int) -> int:
        """Delete old segments (log.retention.check.interval.ms); returns how many. Compacted logs are the cleaner's."""
        return sum(apply_retention(log, now_ms) for log in self if not log.config.is_compacted)

    def pending_flushes(self, now_ms: int) -> list[tuple[PartitionLog, Flush]]:
        """Return the flushes that are due: call `sync` of each, in any thread, then the log's `flushed`."""
        pending = ((log, log.pending_flush(now_ms)) for log in self)
        return [(log, flush) for log, flush in pending if flush is not None]

    def checkpoint_recovery_points(self) -> None:
        """Write down how far each log is on disk (log.flush.offset.checkpoint.interval.ms)."""
        self.write_checkpoints(RECOVERY_POINT_CHECKPOINT, _recovery_point)
        for log in self:
            log.delete_old_snapshots()

    def checkpoint_log_start_offsets(self) -> None:
        """Write down log start offsets (log.flush.start.offset.checkpoint.interval.ms)."""
        self.write_checkpoints(LOG_START_CHECKPOINT, _log_start_offset)

    def delete_due_files(self, now_ms: int) -> int:
        """Remove the files of deleted segments and partitions whose delay is over; returns how many of both."""
        removed = sum(log.delete_due_files(now_ms) for log in self)
        for entry in [entry for entry in self._deleted if entry[0] <= now_ms]:
            self._deleted.remove(entry)
            self.filesystem.remove_tree(entry[1])
            removed += 1
            _LOGGER.info("Deleted log for partition %s-%d in %s.", *parse_directory_name(entry[1]), entry[1])
        return removed

    def expire_producers(self, now_ms: int) -> None:
        """Forget idle producers of every log (each 10 minutes in Kafka)."""
        for log in self:
            log.producers.expire(now_ms)

    # -- stop

    def close(self, now_ms: int, *, clean: bool = True) -> None:
        """Sync and close every log, write the checkpoints and the clean shutdown marker, give the locks back.

        clean: False leaves the disk as it is, as after a crash.
        """
        try:
            if clean:
                for log in self:
                    log.flush(now_ms)
                    log.close()
                self.checkpoint_recovery_points()
                self.checkpoint_log_start_offsets()
                for directory in self.directories:
                    write_file(self.filesystem, f"{directory}/{CLEAN_SHUTDOWN_FILE}", b"")
        finally:
            for log in self:
                log.close_files()
            self._locks.release()
