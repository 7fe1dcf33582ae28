"""The cleaner's round over all logs: the dirtiest one that is due is cleaned, and the compacted ones' retention applied.

How far each log is clean stands in `cleaner-offset-checkpoint`. A log that can't be cleaned, for records that make no sense,
is left alone until the next start; one whose disk has no room is tried again. Source: Kafka's LogCleaner.scala
(CleanerThread), LogCleanerManager.scala.
"""

import logging
from collections.abc import Callable, Generator
from functools import partial
from typing import Any, NamedTuple

from kafkacli.errors import ApiError, ErrorCode
from kafkacli.log.cleanable import Cleanable, cleanable_part, first_dirty_offset
from kafkacli.log.cleaner import Cleaner, CleaningAborted, Pause
from kafkacli.log.index_file import CorruptIndex
from kafkacli.log.log_dirs import LogDirs
from kafkacli.log.offset_checkpoint import CLEANER_CHECKPOINT, TopicPartition
from kafkacli.log.partition_log import PartitionLog
from kafkacli.log.retention import apply_retention
from kafkacli.record.batch import RecordError

_LOGGER = logging.getLogger(__name__)


class CleanerSettings(NamedTuple):
    """What `log.cleaner.*` says: memory for the offset map (bytes, and how full it may be), bytes read at a time."""

    dedupe_buffer_bytes: int = 128 * 1024 * 1024
    load_factor: float = 0.9
    io_buffer_bytes: int = 512 * 1024


class LogCleaner:
    """Cleans the logs of `log_dirs`. `bytes_moved`: read and written so far, for a limit on them."""

    def __init__(self, log_dirs: LogDirs, now_ms: Callable[[], int]) -> None:
        """now_ms: the clock."""
        self._log_dirs = log_dirs
        self._now_ms = now_ms
        self._uncleanable: set[TopicPartition] = set()
        self._cleaner: Cleaner | None = None
        self._bytes_moved = 0

    @property
    def bytes_moved(self) -> int:
        """Bytes read and written by all cleanings."""
        current = self._cleaner
        return self._bytes_moved + (current.bytes_read + current.bytes_kept if current is not None else 0)

    def round(self, settings: CleanerSettings) -> Generator[Pause, Any, bool]:
        """Clean the dirtiest log that is due, if any; returns whether there was one. Yields as `Cleaner.run` does."""
        cleanable = yield from self._filthiest()
        if cleanable is not None:
            yield from self._clean(cleanable, settings)
        for log in self._compacted():
            try:
                apply_retention(log, self._now_ms())
            except ApiError as error:
                _LOGGER.debug("%s", error)  # the error of the disk was told
            yield None
        return cleanable is not None

    def _compacted(self) -> list[PartitionLog]:
        return [
            log
            for log in self._log_dirs
            if log.config.is_compacted
            and not log.is_future
            and self._log_dirs.future(log.topic, log.partition) is None
            and (log.topic, log.partition) not in self._uncleanable
        ]

    def _filthiest(self) -> Generator[Pause, Any, Cleanable | None]:
        checkpoints: dict[TopicPartition, int] = {}
        for directory in self._log_dirs.directories:
            checkpoints |= self._log_dirs.checkpoints.read(directory, CLEANER_CHECKPOINT)
        best: Cleanable | None = None
        for log in self._compacted():
            yield None
            checkpoint = checkpoints.get((log.topic, log.partition))
            dirty = first_dirty_offset(log, checkpoint)
            if checkpoint is not None and dirty != checkpoint:
                yield from self._write_checkpoint(log, dirty)
            found = cleanable_part(log, dirty, self._now_ms())
            if found.is_due and (best is None or found.ratio > best.ratio):
                best = found
        return best

    def _clean(self, cleanable: Cleanable, settings: CleanerSettings) -> Generator[Pause, Any, None]:
        log = cleanable.log
        started_ms = self._now_ms()
        _LOGGER.info("Beginning cleaning of log %s.", log.name)
        cleaner = self._cleaner = Cleaner(
            self._log_dirs.filesystem,
            cleanable,
            started_ms,
            map_bytes=settings.dedupe_buffer_bytes * settings.load_factor,
            chunk_bytes=settings.io_buffer_bytes // 2,
        )
        try:
            yield from cleaner.run()
        except CleaningAborted:
            _LOGGER.info("The cleaning for partition %s is aborted", log.name)
        except OSError as error:
            message = f"Failed to clean up log for {log.name} in dir {log.parent} due to IOException"
            self._log_dirs.failures.note(log.parent, message, error)
        except (RecordError, CorruptIndex, ApiError) as error:
            if isinstance(error, ApiError) and error.code == ErrorCode.KAFKA_STORAGE_ERROR:
                return
            self._uncleanable.add((log.topic, log.partition))
            _LOGGER.warning(
                "Unexpected exception thrown when cleaning log %s. Marking its partition (%s) as uncleanable: %s",
                log,
                log.name,
                error,
            )
        else:
            yield from self._write_checkpoint(log, cleaner.next_dirty_offset)
            _LOGGER.info(
                "Cleaned log %s (dirty section = [%d, %d]) in %.1f seconds: %d messages in %d bytes, of which %d in %d "
                "bytes stay; buffer utilization %.1f%%",
                log.name,
                cleanable.first_dirty_offset,
                cleaner.next_dirty_offset,
                (self._now_ms() - started_ms) / 1000,
                cleaner.records_read,
                cleaner.bytes_read,
                cleaner.records_kept,
                cleaner.bytes_kept,
                cleaner.map.utilization * 100,
            )
        finally:
            self._cleaner = None
            self._bytes_moved += cleaner.bytes_read + cleaner.bytes_kept

    def _write_checkpoint(self, log: PartitionLog, offset: int) -> Generator[Pause, Any, None]:
        """Write down how far the log is clean, in another thread: checkpoints are synced."""
        yield partial(
            self._log_dirs.checkpoints.update, log.parent, CLEANER_CHECKPOINT, (log.topic, log.partition), offset
        )
        if self._log_dirs.get(log.topic, log.partition) is not log:  # deleted meanwhile
            key = log.topic, log.partition
            yield partial(self._log_dirs.checkpoints.update, log.parent, CLEANER_CHECKPOINT, key, None)
