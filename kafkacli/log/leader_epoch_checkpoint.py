"""`leader-epoch-checkpoint`, in each partition's directory: with which offset each leader epoch began (KIP-101).

    entry: leader epoch, start offset      (in a checkpoint file, see checkpoint_file.py)

Both grow from entry to entry. Source: Kafka's LeaderEpochFileCache.scala and LeaderEpochCheckpointFile.scala.
"""

from typing import NamedTuple

from kafkacli.log.checkpoint_file import create_checkpoint, malformed_line, read_checkpoint, write_checkpoint
from kafkacli.log.filesystem import FileSystem

LEADER_EPOCH_CHECKPOINT = "leader-epoch-checkpoint"

UNDEFINED_EPOCH = -1
UNDEFINED_EPOCH_OFFSET = -1


class EpochEntry(NamedTuple):
    """A leader epoch and the offset of its first record."""

    epoch: int
    start_offset: int


class LeaderEpochs:
    """The leader epochs of a partition, kept in memory and in the file, which is synced: it is written only when it changes.

    recorded_epoch: the latest epoch, when the file has it.
    """

    __slots__ = ("_filesystem", "_in_file", "entries", "latest_epoch", "path", "recorded_epoch")

    def __init__(self, filesystem: FileSystem, directory: str) -> None:
        """Read the file in the partition's `directory`, or make it; CorruptCheckpoint when it isn't whole."""
        self._filesystem = filesystem
        self.path = f"{directory}/{LEADER_EPOCH_CHECKPOINT}"
        create_checkpoint(filesystem, self.path)
        self.entries: list[EpochEntry] = []
        for epoch, start_offset in read_checkpoint(filesystem, self.path, 2):
            try:
                self.entries.append(EpochEntry(int(epoch), int(start_offset)))
            except ValueError:
                raise malformed_line(self.path, f"{epoch} {start_offset}") from None
        self._in_file: list[EpochEntry] | None = self.entries or None  # as synced; None: not even that there are none
        self.latest_epoch = self.recorded_epoch = self.entries[-1].epoch if self.entries else UNDEFINED_EPOCH

    def begin(self, epoch: int, start_offset: int) -> None:
        """Do as `assign`, at the end of the log, whose next record is the epoch's first.

        The first epoch of a log is synced with that record only: a tool that makes thousands of partitions doesn't wait
        for the disk with each, and a crash before it loses nothing that the next start wouldn't forget.
        """
        entries = self._with(epoch, start_offset)
        if len(entries) > 1:
            self._write(entries)
        elif entries != self._in_file:
            self._in_file = None
            write_checkpoint(self._filesystem, self.path, map(_line, entries), sync=False)
        self._take(entries)

    def assign(self, epoch: int, start_offset: int) -> None:
        """Note that `epoch` began with `start_offset`; entries that contradict it go."""
        self._write(self._with(epoch, start_offset))

    def _with(self, epoch: int, start_offset: int) -> list[EpochEntry]:
        if self.entries:
            last = self.entries[-1]
            if last.epoch == epoch and start_offset >= last.start_offset:
                return self.entries
        kept = [entry for entry in self.entries if entry.epoch < epoch and entry.start_offset < start_offset]
        return [*kept, EpochEntry(epoch, start_offset)]

    def end_offset_for(self, epoch: int, log_end_offset: int) -> EpochEntry:
        """Return the largest epoch not beyond `epoch`, and the offset behind its last record.

        Undefined (-1, -1) for an epoch beyond the latest; for one before the first: itself with the first one's start.
        """
        if epoch == UNDEFINED_EPOCH or epoch > self.latest_epoch:
            return EpochEntry(UNDEFINED_EPOCH, UNDEFINED_EPOCH_OFFSET)
        if epoch == self.latest_epoch:
            return EpochEntry(epoch, log_end_offset)
        following = next(number for number, entry in enumerate(self.entries) if entry.epoch > epoch)
        found = self.entries[following - 1].epoch if following else epoch
        return EpochEntry(found, self.entries[following].start_offset)

    def truncate_from_end(self, end_offset: int) -> None:
        """Forget the epochs that began at or beyond `end_offset`."""
        if self.entries and self.entries[-1].start_offset >= end_offset:
            self._write([entry for entry in self.entries if entry.start_offset < end_offset])

    def forget_beyond(self, end_offset: int) -> None:
        """Do as `truncate_from_end`, when the log is opened; the file follows with the next `assign`.

        Nothing is appended before that, and the next start would forget the same. An empty log, whose only epoch would go
        and come again, so costs no sync.
        """
        self._take([entry for entry in self.entries if entry.start_offset < end_offset])

    def truncate_from_start(self, start_offset: int) -> None:
        """Forget the epochs that ended before `start_offset`; the one it lies in begins with it from now on."""
        before = [entry for entry in self.entries if entry.start_offset <= start_offset]
        if before and (len(before) > 1 or before[0].start_offset != start_offset):
            first = EpochEntry(before[-1].epoch, start_offset)
            self._write([first, *(entry for entry in self.entries if entry.start_offset > start_offset)])

    def clear(self) -> None:
        """Forget every epoch."""
        self._write([])

    def move_directory(self, directory: str) -> None:
        """Follow the partition's directory, which was renamed."""
        self.path = f"{directory}/{LEADER_EPOCH_CHECKPOINT}"

    def _write(self, entries: list[EpochEntry]) -> None:
        if entries != self._in_file:
            write_checkpoint(self._filesystem, self.path, map(_line, entries))
            self._in_file = entries
        self._take(entries)
        self.recorded_epoch = self.latest_epoch

    def _take(self, entries: list[EpochEntry]) -> None:
        self.entries = entries
        self.latest_epoch = entries[-1].epoch if entries else UNDEFINED_EPOCH
        self.recorded_epoch = UNDEFINED_EPOCH


def _line(entry: EpochEntry) -> str:
    return f"{entry.epoch} {entry.start_offset}"


class NoLeaderEpochs(LeaderEpochs):
    """For message formats that don't know leader epochs: none is ever noted, and there is no file."""

    __slots__ = ()

    def __init__(self, filesystem: FileSystem, directory: str) -> None:
        """Remove the file, from a time when the format was a newer one."""
        self._filesystem = filesystem
        self.path = f"{directory}/{LEADER_EPOCH_CHECKPOINT}"
        self.entries = []
        self._in_file = None
        self.latest_epoch = self.recorded_epoch = UNDEFINED_EPOCH
        filesystem.unlink(self.path)

    def begin(self, epoch: int, start_offset: int) -> None:
        """Note nothing."""

    def _write(self, entries: list[EpochEntry]) -> None:
        """Note nothing."""


def open_leader_epochs(filesystem: FileSystem, directory: str, magic: int) -> LeaderEpochs:
    """Return a log's leader epochs; magic: of its record format. CorruptCheckpoint when the file isn't whole."""
    return (LeaderEpochs if magic >= 2 else NoLeaderEpochs)(filesystem, directory)
