"""A broker's log directories: lock, partitions in them, checkpoints, clean stop, and the periodic work.

Nothing here waits or looks at a clock: the broker's loop calls the periodic methods (`retention`, `pending_flushes`,
`checkpoint_recovery_points`, `checkpoint_log_start_offsets`, `delete_due_files`, `expire_producers`) with the time. Source:
Kafka's LogManager.scala.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random

from kafkacli.errors import ApiError, ErrorCode
from kafkacli.log.checkpoint_file import CorruptCheckpoint
from kafkacli.log.deleted_logs import DeletedLogs
from kafkacli.log.directory_checkpoints import DirectoryCheckpoints
from kafkacli.log.directory_failures import SHORTAGES, DirectoryFailures, explain
from kafkacli.log.directory_locks import DirectoryLocks, LogDirsError
from kafkacli.log.directory_name import (
    DELETE_SUFFIX,
    FUTURE_SUFFIX,
    delete_name,
    future_name,
    parse_directory_name,
)
from kafkacli.log.filesystem import FileSystem, write_file
from kafkacli.log.flush import Flush
from kafkacli.log.log_config import LogConfig
from kafkacli.log.offset_checkpoint import (
    CLEANER_CHECKPOINT,
    LOG_START_CHECKPOINT,
    RECOVERY_POINT_CHECKPOINT,
    TopicPartition,
)
from kafkacli.log.partition_log import PartitionLog
from kafkacli.log.retention import apply_retention

_LOGGER = logging.getLogger(__name__)

CLEAN_SHUTDOWN_FILE = ".kafka_cleanshutdown"


def _recovery_point(log: PartitionLog) -> int:
    return log.recovery_point


def _log_start_offset(log: PartitionLog) -> int | None:
    return log.log_start_offset if log.log_start_offset > log.segments.first.base_offset else None


class LogDirs:
    """All partition logs of a broker, over one or more directories.

    A partition has its log, and while it is moved to another directory a future one there (KIP-113). A directory that has
    failed is left alone until the next start; what was in it can't be reached. failures: hears of the disk's errors.
    """

    __slots__ = (
        "_counts",
        "_deleted",
        "_futures",
        "_locks",
        "_logs",
        "_offline",
        "_preferred",
        "_random",
        "checkpoints",
        "default_config",
        "directories",
        "failures",
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
        self.failures = DirectoryFailures()
        self._offline = set(locks.failed)
        self._logs: dict[TopicPartition, PartitionLog] = {}
        self._futures: dict[TopicPartition, PartitionLog] = {}
        self._preferred: dict[TopicPartition, str] = {}  # where a log is to be made
        self._counts: dict[str, int] = {}  # logs in each directory; empty: to be counted
        self._deleted = DeletedLogs()
        self.checkpoints = DirectoryCheckpoints(filesystem, self.failures)

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
            for directory in opened.online:
                try:
                    opened._load(directory, topic_configs or {}, now_ms)
                except OSError as error:
                    opened._failed_to_load(directory, error)
        except BaseException:
            if locks is not directories:
                locks.release()
            raise
        return opened

    def _load(self, directory: str, topic_configs: Mapping[str, LogConfig], now_ms: int) -> None:
        filesystem = self.filesystem
        self.checkpoints.open(directory)
        marker = f"{directory}/{CLEAN_SHUTDOWN_FILE}"
        clean = filesystem.exists(marker)
        if clean:
            _LOGGER.info("Skipping recovery for all logs in %s since clean shutdown file was found", directory)
        else:
            _LOGGER.info("Attempting recovery for all logs in %s since no clean shutdown file was found", directory)
        recovery_points = self.checkpoints.read(directory, RECOVERY_POINT_CHECKPOINT)
        log_start_offsets = self.checkpoints.read(directory, LOG_START_CHECKPOINT)
        for name in filesystem.names(directory):
            path = f"{directory}/{name}"
            if not filesystem.is_directory(path):
                continue
            key = parse_directory_name(path)
            if name.endswith(DELETE_SUFFIX):
                self._deleted.add(path, now_ms + self.default_config.file_delete_delay_ms)
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
            except (ValueError, ApiError, CorruptCheckpoint) as error:
                raise LogDirsError(f"Error while loading log dir {path}: {error}") from error
            logs = self._futures if name.endswith(FUTURE_SUFFIX) else self._logs
            if key in logs:
                raise LogDirsError(_duplicate(log, logs[key]))
            logs[key] = log
        filesystem.unlink(marker)

    def _failed_to_load(self, directory: str, error: OSError) -> None:
        """Go on without a directory whose disk refuses, if there is another; LogDirsError where it isn't the disk's fault."""
        message = f"Error while loading log dir {directory}"
        if error.errno in SHORTAGES or len(self.online) == 1:
            raise LogDirsError(f"{message}: {explain(error)}") from error
        self.failures.note(directory, message, error)
        self.take_offline(directory)

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
            failures=self.failures,
            log_start_offset=log_start_offset,
            recovery_point=recovery_point,
            clean=clean,
            producer_id_expiration_ms=self.producer_id_expiration_ms,
        )

    # -- logs

    def __iter__(self) -> Iterator[PartitionLog]:
        return iter([*self._logs.values(), *self._futures.values()])

    def __len__(self) -> int:
        return len(self._logs)

    def get(self, topic: str, partition: int) -> PartitionLog | None:
        """Return the log, or None when this broker has none of that name."""
        return self._logs.get((topic, partition))

    def future(self, topic: str, partition: int) -> PartitionLog | None:
        """Return the log that is to take the place of the current one, or None."""
        return self._futures.get((topic, partition))

    def in_directory(self, directory: str) -> list[PartitionLog]:
        """Return the logs that live in one of the log directories, future ones too."""
        return [log for log in self if log.parent == directory]

    def create(
        self, topic: str, partition: int, config: LogConfig, now_ms: int, *, is_new: bool = True
    ) -> PartitionLog:
        """Return the log, made when it isn't there, in the directory asked for or the one with the fewest partitions.

        is_new: whether the partition is; an old one may lie in a directory that has failed.
        KAFKA_STORAGE_ERROR then, and when the disk refuses; nothing is left behind.
        """
        key = topic, partition
        log = self._logs.get(key)
        if log is not None:
            return log
        if self._offline and not is_new:
            raise self._can_not_create(key)
        if self._deleted.is_named(key):
            self.forget_deleted()
        directory = self._preferred.pop(key, None) or self._least_filled()
        log = self._logs[key] = self._create(directory, f"{topic}-{partition}", key, config, now_ms)
        return log

    def _least_filled(self) -> str:
        """Return the directory with the fewest logs: counted once, then kept while logs only come."""
        if not self._counts:
            self._counts = dict.fromkeys(self.online, 0)
            for log in self:
                self._counts[log.parent] += 1
        return min(self._counts, key=self._counts.__getitem__)

    def create_future(self, topic: str, partition: int, config: LogConfig, now_ms: int) -> PartitionLog:
        """Make the log that is to take the place of the current one, in the directory that was asked for.

        KAFKA_STORAGE_ERROR when the disk refuses, or a directory has failed: it may have a future log already.
        """
        key = topic, partition
        if self._offline:
            raise self._can_not_create(key)
        if self._deleted.is_named(key):
            self.forget_deleted()
        log = self._create(self._preferred.pop(key), future_name(topic, partition, self._random), key, config, now_ms)
        self._futures[key] = log
        return log

    def _can_not_create(self, key: TopicPartition) -> ApiError:
        return ApiError(
            ErrorCode.KAFKA_STORAGE_ERROR,
            f"Can not create log for {key[0]}-{key[1]} because log directories {','.join(sorted(self._offline))} are offline",
        )

    def _create(self, directory: str, name: str, key: TopicPartition, config: LogConfig, now_ms: int) -> PartitionLog:
        path = f"{directory}/{name}"
        try:
            log = self._open_log(path, key, config, now_ms)
        except OSError as error:
            message = f"Error while creating log for {key[0]}-{key[1]} in dir {directory}"
            self.failures.note(directory, message, error)
            self._remove_tree(path)
            raise ApiError(ErrorCode.KAFKA_STORAGE_ERROR, message) from error
        if directory in self._counts:
            self._counts[directory] += 1
        _LOGGER.info("Created log for partition %s-%d in %s", *key, path)
        return log

    def delete(self, topic: str, partition: int, now_ms: int) -> None:
        """Take the log out and rename its directory; `delete_due_files` removes it after file.delete.delay.ms.

        The checkpoints follow with `forget_deleted`, once for many. KAFKA_STORAGE_ERROR when the disk refuses.
        """
        log = self._logs.pop((topic, partition), None)
        if log is not None:
            self._retire(log, now_ms)
            _LOGGER.info(
                "Log for partition %s-%d is renamed to %s and is scheduled for deletion",
                topic,
                partition,
                log.directory,
            )

    def _retire(self, log: PartitionLog, now_ms: int) -> None:
        self._counts.clear()
        self._deleted.outdate(log.parent, (log.topic, log.partition))
        log.close_files()
        log.rename_directory(f"{log.parent}/{delete_name(log.topic, log.partition, self._random)}")
        self._deleted.add(log.directory, now_ms + self.default_config.file_delete_delay_ms)

    def forget_deleted(self) -> None:
        """Take the logs that were deleted, however many, out of the checkpoints of their directories."""
        for directory, keys in self._deleted.take_outdated().items():
            self._write_checkpoint(directory, RECOVERY_POINT_CHECKPOINT, _recovery_point)
            self._write_checkpoint(directory, LOG_START_CHECKPOINT, _log_start_offset)
            gone = keys - {(log.topic, log.partition) for log in self.in_directory(directory)}
            self.checkpoints.remove(directory, CLEANER_CHECKPOINT, gone)

    # -- moves between directories

    def prefer(self, topic: str, partition: int, directory: str) -> None:
        """Have the partition's next log, current or future, made in a directory, unless one of its logs is there."""
        key = topic, partition
        if all(log is None or log.parent != directory for log in (self._logs.get(key), self._futures.get(key))):
            self._preferred[key] = directory

    def delete_future(self, topic: str, partition: int, now_ms: int) -> None:
        """Give up a move; KAFKA_STORAGE_ERROR when the disk refuses."""
        log = self._futures.pop((topic, partition), None)
        if log is not None:
            self._retire(log, now_ms)

    def replace_with_future(self, topic: str, partition: int, now_ms: int) -> PartitionLog:
        """Put the future log, which has all that the current one has, in its place; return it.

        KAFKA_STORAGE_ERROR when the disk refuses: of the first step, and nothing has changed; of the second, and only the
        old directory is left where it was.
        """
        key = topic, partition
        source, target = self._logs[key], self._futures[key]
        _LOGGER.info("Attempting to replace current log %s with %s for %s-%d", source, target, topic, partition)
        target.rename_directory(f"{target.parent}/{topic}-{partition}")
        target.update_high_watermark(source.high_watermark)
        self._logs[key] = self._futures.pop(key)
        self.checkpoints.move(CLEANER_CHECKPOINT, key, source.parent, target.parent)
        source.producers.take_snapshot()
        self._retire(source, now_ms)
        _LOGGER.info("The current replica is successfully replaced with the future replica for %s-%d", topic, partition)
        return target

    # -- directories that fail

    @property
    def online(self) -> list[str]:
        """The directories that can be used."""
        return [directory for directory in self.directories if directory not in self._offline]

    def is_online(self, directory: str) -> bool:
        """Whether a directory can be used; ApiError LOG_DIR_NOT_FOUND when it is none of log.dirs."""
        if directory not in self.directories:
            raise ApiError(ErrorCode.LOG_DIR_NOT_FOUND, f"Log dir '{directory}' is not found in the config.")
        return directory not in self._offline

    def check(self) -> None:
        """Look whether the directories are still there."""
        for directory in self.online:
            try:
                self.filesystem.modified_ms(directory)
            except OSError as error:
                self.failures.note(directory, f"Error while looking for log directory {directory}", error)

    def take_offline(self, directory: str) -> None:
        """Use a directory no more: its logs are gone, until the next start."""
        self._offline.add(directory)
        self._counts.clear()
        gone = []
        for logs in (self._logs, self._futures):
            offline = [key for key, log in logs.items() if log.parent == directory]
            gone.append(",".join(f"{topic}-{partition}" for topic, partition in offline))
            for key in offline:
                logs.pop(key).close_files()
        self._deleted.forget(directory)
        _LOGGER.warning(
            "Logs for partitions %s are offline and logs for future partitions %s are offline due to failure on log "
            "directory %s",
            *gone,
            directory,
        )
        self._locks.release_one(directory)

    # -- checkpoints

    def write_checkpoints(self, name: str, offset_of: Callable[[PartitionLog], int | None]) -> None:
        """Write the checkpoint `name` in each directory; offset_of: None leaves the log out."""
        for directory in self.online:
            self._write_checkpoint(directory, name, offset_of)

    def _write_checkpoint(self, directory: str, name: str, offset_of: Callable[[PartitionLog], int | None]) -> None:
        offsets = {(log.topic, log.partition): offset_of(log) for log in self.in_directory(directory)}
        self.checkpoints.write(directory, name, {key: offset for key, offset in offsets.items() if offset is not None})

    # -- periodic work

    def _each(self, work: Callable[[PartitionLog], int | None]) -> int:
        """Do something with each log, and with the others where one's disk refuses; return the sum."""
        total = 0
        for log in self:
            try:
                total += work(log) or 0
            except ApiError as error:
                _LOGGER.debug("%s", error)  # the error of the disk was told
        return total

    def retention(self, now_ms: int) -> int:
        """Delete old segments (log.retention.check.interval.ms); returns how many. Compacted logs are the cleaner's."""
        return self._each(lambda log: None if log.config.is_compacted else apply_retention(log, now_ms))

    def pending_flushes(self, now_ms: int) -> list[tuple[PartitionLog, Flush]]:
        """Return the flushes that are due: call `sync` of each, in any thread, then the log's `flushed`."""
        pending = ((log, log.pending_flush(now_ms)) for log in self)
        return [(log, flush) for log, flush in pending if flush is not None]

    def flush(self, now_ms: int) -> None:
        """Sync every log."""
        self._each(lambda log: log.flush(now_ms))

    def checkpoint_recovery_points(self) -> None:
        """Write down how far each log is on disk (log.flush.offset.checkpoint.interval.ms)."""
        self.write_checkpoints(RECOVERY_POINT_CHECKPOINT, _recovery_point)
        self._each(PartitionLog.delete_old_snapshots)

    def checkpoint_log_start_offsets(self) -> None:
        """Write down log start offsets (log.flush.start.offset.checkpoint.interval.ms)."""
        self.write_checkpoints(LOG_START_CHECKPOINT, _log_start_offset)

    def delete_due_files(self, now_ms: int) -> int:
        """Remove the files of deleted segments and partitions whose delay is over; returns how many of both."""
        removed = self._each(lambda log: log.delete_due_files(now_ms))
        for path in self._deleted.take_due(now_ms):
            if self._remove_tree(path):
                removed += 1
                _LOGGER.info("Deleted log for partition %s-%d in %s.", *parse_directory_name(path), path)
        return removed

    def _remove_tree(self, path: str) -> bool:
        try:
            self.filesystem.remove_tree(path)
        except OSError as error:
            self.failures.note(path.rpartition("/")[0], f"Exception while deleting {path}", error)
            return False
        return True

    def expire_producers(self, now_ms: int) -> None:
        """Forget idle producers of every log (each 10 minutes in Kafka)."""
        for log in self:
            log.producers.expire(now_ms)

    # -- stop

    def close(self, now_ms: int, *, clean: bool = True) -> None:
        """Sync and close every log, write the checkpoints and the clean shutdown marker, give the locks back.

        clean: False leaves the disk as it is, as after a crash; so is a directory whose disk refuses.
        """
        try:
            unclean = set() if clean else set(self.directories)
            for log in self if clean else ():
                try:
                    log.flush(now_ms)
                    log.close()
                except ApiError as error:
                    unclean.add(log.parent)
                    _LOGGER.debug("%s", error)
            if clean:
                self.forget_deleted()
                self.checkpoint_recovery_points()
                self.checkpoint_log_start_offsets()
            for directory in set(self.online) - unclean:
                try:
                    write_file(self.filesystem, f"{directory}/{CLEAN_SHUTDOWN_FILE}", b"")
                except OSError as error:
                    self.failures.note(directory, f"Error while marking {directory} as cleanly shut down", error)
        finally:
            for log in self:
                log.close_files()
            self._locks.release()


def _duplicate(log: PartitionLog, other: PartitionLog) -> str:
    if log.is_future:
        return f"Duplicate log directories found: {log.directory}, {other.directory}"
    return (
        f"Duplicate log directories for {log.name} are found in both {log.directory} and {other.directory}. It is likely "
        "because log directory failure happened while broker was replacing current replica with future replica. Recover "
        "broker from this failure by manually deleting one of the two directories for this partition. It is recommended "
        "to delete the partition in the log directory that is known to have failed recently."
    )
