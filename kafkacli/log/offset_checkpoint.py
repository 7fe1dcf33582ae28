"""A log directory's offset checkpoints: one offset for each partition in it.

recovery-point-offset-checkpoint  up to here the log is on disk; recovery begins at it after a crash
replication-offset-checkpoint     the high watermark
log-start-offset-checkpoint       log start offsets that lie inside a segment
cleaner-offset-checkpoint         up to here a compacted log is clean

entry: topic, partition, offset        (in a checkpoint file, see checkpoint_file.py)
"""

from collections.abc import Mapping

from kafkacli.log.checkpoint_file import create_checkpoint, malformed_line, read_checkpoint, write_checkpoint
from kafkacli.log.filesystem import FileSystem

RECOVERY_POINT_CHECKPOINT = "recovery-point-offset-checkpoint"
REPLICATION_CHECKPOINT = "replication-offset-checkpoint"
LOG_START_CHECKPOINT = "log-start-offset-checkpoint"
CLEANER_CHECKPOINT = "cleaner-offset-checkpoint"
OFFSET_CHECKPOINTS = (RECOVERY_POINT_CHECKPOINT, REPLICATION_CHECKPOINT, LOG_START_CHECKPOINT, CLEANER_CHECKPOINT)

TopicPartition = tuple[str, int]


class OffsetCheckpoint:
    """One of the files, made empty when it isn't there."""

    __slots__ = ("_filesystem", "path")

    def __init__(self, filesystem: FileSystem, path: str) -> None:
        """path: the file's."""
        self._filesystem = filesystem
        self.path = path
        create_checkpoint(filesystem, path)

    def read(self) -> dict[TopicPartition, int]:
        """Return the offsets; CorruptCheckpoint when the file isn't whole."""
        offsets = {}
        for topic, partition, offset in read_checkpoint(self._filesystem, self.path, 3):
            try:
                offsets[topic, int(partition)] = int(offset)
            except ValueError:
                raise malformed_line(self.path, f"{topic} {partition} {offset}") from None
        return offsets

    def write(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Replace the file."""
        write_checkpoint(
            self._filesystem,
            self.path,
            (f"{topic} {partition} {offset}" for (topic, partition), offset in offsets.items()),
        )
