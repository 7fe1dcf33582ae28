"""What a partition's log knows of itself: how it is opened, its configuration, offsets and figures.

`PartitionLog` adds what changes it. Source: Kafka's Log.scala.
"""

from functools import partial
from random import Random

from kafkacli.errors import ApiError, ErrorCode
from kafkacli.log.directory_failures import DirectoryFailures
from kafkacli.log.directory_name import FUTURE_SUFFIX
from kafkacli.log.filesystem import FileSystem
from kafkacli.log.flush import Flushed
from kafkacli.log.leader_epoch_checkpoint import open_leader_epochs
from kafkacli.log.log_config import LogConfig
from kafkacli.log.producer_state import ProducerState
from kafkacli.log.reader import LogReader
from kafkacli.log.recalled_batches import recall_batches
from kafkacli.log.recovery import Recovery, rebuild_producer_state
from kafkacli.log.segments import Segments
from kafkacli.log.storage_guard import guarded


class LogState:
    """A partition's log as far as it is looked at. `segments` and `producers` are for others to look at only."""

    __slots__ = (
        "_failures",
        "_filesystem",
        "_first_unstable_offset",
        "_flushed",
        "_high_watermark",
        "_leader_epochs",
        "_reader",
        "_rules",
        "directory",
        "log_end_offset",
        "log_start_offset",
        "partition",
        "producers",
        "segments",
        "topic",
    )

    def __init__(
        self,
        filesystem: FileSystem,
        directory: str,
        topic: str,
        partition: int,
        config: LogConfig,
        *,
        now_ms: int,
        random: Random,
        failures: DirectoryFailures,
        log_start_offset: int = 0,
        recovery_point: int = 0,
        clean: bool = False,
        producer_id_expiration_ms: int = 7 * 24 * 60 * 60 * 1000,
    ) -> None:
        """Open the log in `directory`, or begin one there; recover it unless `clean`.

        failures: hears of the disk's errors. log_start_offset, recovery_point: as the log directory's checkpoints say, 0
        where they don't.
        """
        self._failures = failures
        self._filesystem = filesystem
        self.directory = directory
        self.topic = topic
        self.partition = partition
        filesystem.make_directories(directory)
        self._leader_epochs = open_leader_epochs(filesystem, directory, config.magic)
        self._rules = config.append_rules(self.name)
        self.segments = Segments(filesystem, directory, config, random)
        self._reader = LogReader(self.segments, partial(self.storage_error, "reading from"))

        def new_producer_state() -> ProducerState:
            return ProducerState(filesystem, directory, f"{topic}-{partition}", producer_id_expiration_ms)

        self.log_end_offset = Recovery(
            filesystem,
            self.segments,
            new_producer_state,
            self._leader_epochs,
            log_start_offset=log_start_offset,
            recovery_point=recovery_point,
            now_ms=now_ms,
        ).run(clean=clean)
        self.log_start_offset = max(log_start_offset, self.segments.first.base_offset)
        # unlike Kafka after a crash: recovery has read the log, but nobody has synced it
        recovered = self.log_end_offset if clean else min(recovery_point, self.log_end_offset)
        self._flushed = Flushed(filesystem, self.segments, max(recovered, self.log_start_offset), now_ms)
        self._leader_epochs.forget_beyond(self.log_end_offset)
        self._leader_epochs.truncate_from_start(self.log_start_offset)
        self._high_watermark = self.log_start_offset
        self._first_unstable_offset: int | None = None
        self.producers = new_producer_state()
        self._rebuild_producers(self.log_end_offset, now_ms, clean=clean)
        self.segments.close_files()  # opened again with the first use: a start doesn't need one for each segment

    def __repr__(self) -> str:
        return (
            f"Log(dir={self.directory}, topic={self.topic}, partition={self.partition}, "
            f"highWatermark={self.high_watermark}, lastStableOffset={self.last_stable_offset}, "
            f"logStartOffset={self.log_start_offset}, logEndOffset={self.log_end_offset})"
        )

    # -- configuration and figures

    @property
    def config(self) -> LogConfig:
        """The configuration; setting it takes effect with the next append."""
        return self.segments.config

    @config.setter
    @guarded("changing the configuration of")
    def config(self, config: LogConfig) -> None:
        if (config.magic >= 2) != (self.config.magic >= 2):
            self._leader_epochs = open_leader_epochs(self._filesystem, self.directory, config.magic)
        self.segments.config = config
        self._rules = config.append_rules(self.name)

    @property
    def name(self) -> str:
        """TOPIC-PARTITION."""
        return f"{self.topic}-{self.partition}"

    @property
    def parent(self) -> str:
        """The log directory that the partition's directory lies in."""
        return self.directory.rpartition("/")[0]

    @property
    def is_future(self) -> bool:
        """Whether it is a replica on its way from another log directory."""
        return self.directory.endswith(FUTURE_SUFFIX)

    @property
    def size(self) -> int:
        """Bytes of record batches on disk."""
        return self.segments.size

    @property
    def recovery_point(self) -> int:
        """Everything below this offset is on disk."""
        return self._flushed.recovery_point

    @property
    def high_watermark(self) -> int:
        """The offset behind the last record that every in-sync replica has."""
        return self._high_watermark

    @property
    def last_stable_offset(self) -> int:
        """Up to here read_committed consumers read: the first open transaction, or the high watermark (KIP-98)."""
        unstable = self._first_unstable_offset
        if unstable is None or unstable >= self._high_watermark:
            return self._high_watermark
        return max(unstable, self.log_start_offset)

    def update_high_watermark(self, offset: int) -> int:
        """Set the high watermark, within the log; returns it."""
        offset = min(max(offset, self.log_start_offset), self.log_end_offset)
        self._high_watermark = offset
        self._first_unstable_offset = self.producers.high_watermark_moved(offset)
        return offset

    def maybe_increment_high_watermark(self, offset: int) -> bool:
        """Move the high watermark up to `offset`; says whether it moved."""
        if offset <= self._high_watermark:
            return False
        self.update_high_watermark(offset)
        return True

    def _rebuild_producers(self, end_offset: int, now_ms: int, *, clean: bool) -> None:
        rebuild_producer_state(
            self.segments,
            self.producers,
            end_offset,
            log_start_offset=self.log_start_offset,
            clean=clean,
            now_ms=now_ms,
        )
        if not clean:
            recall_batches(self.segments, self.producers)
        self._first_unstable_offset = self.producers.first_unstable_offset

    def storage_error(self, doing: str, error: OSError) -> ApiError:
        """Take note of an error of the disk; return what to raise. doing: what failed, up to the partition's name."""
        message = f"Error while {doing} {self.name} in dir {self.parent}"
        self._failures.note(self.parent, message, error)
        return ApiError(ErrorCode.KAFKA_STORAGE_ERROR, message)
