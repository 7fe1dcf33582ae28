"""The offset checkpoints of all log directories, one of each name in each; what a disk refuses is told and left as it is."""

import logging
from collections.abc import Collection, Mapping
from threading import Lock

from kafkacli.log.checkpoint_file import CorruptCheckpoint
from kafkacli.log.directory_failures import DirectoryFailures
from kafkacli.log.filesystem import FileSystem
from kafkacli.log.offset_checkpoint import OFFSET_CHECKPOINTS, OffsetCheckpoint, TopicPartition

_LOGGER = logging.getLogger(__name__)


class DirectoryCheckpoints:
    """Reads and writes them by directory and name."""

    __slots__ = ("_failures", "_files", "_filesystem", "_update_lock")

    def __init__(self, filesystem: FileSystem, failures: DirectoryFailures) -> None:
        """failures: hears of the disk's errors."""
        self._filesystem = filesystem
        self._failures = failures
        self._files: dict[tuple[str, str], OffsetCheckpoint] = {}
        self._update_lock = Lock()

    def open(self, directory: str) -> None:
        """Make a directory's files where missing; OSError when the disk refuses."""
        for name in OFFSET_CHECKPOINTS:
            self._files[directory, name] = OffsetCheckpoint(self._filesystem, f"{directory}/{name}")

    def read(self, directory: str, name: str) -> dict[TopicPartition, int]:
        """Return a directory's checkpoint by its name; nothing, and a line in the log, when it can't be read."""
        file = self._files.get((directory, name))
        try:
            return file.read() if file is not None else {}
        except CorruptCheckpoint as error:
            _LOGGER.warning("Error occurred while reading %s file of directory %s: %s", name, directory, error)
        except OSError as error:
            self._failures.note(directory, f"Error while reading checkpoint file {directory}/{name}", error)
        return {}

    def write(self, directory: str, name: str, offsets: Mapping[TopicPartition, int]) -> None:
        """Replace a checkpoint."""
        try:
            self._files[directory, name].write(offsets)
        except OSError as error:
            self._failures.note(directory, f"Disk error while writing to {name} file in directory {directory}", error)

    def update(self, directory: str, name: str, key: TopicPartition, offset: int | None) -> None:
        """Change one entry of a checkpoint, None removes it; may be called in any thread."""
        with self._update_lock:
            offsets = self.read(directory, name)
            if offsets.get(key) != offset:
                if offset is None:
                    del offsets[key]
                else:
                    offsets[key] = offset
                self.write(directory, name, offsets)

    def remove(self, directory: str, name: str, keys: Collection[TopicPartition]) -> None:
        """Remove entries of a checkpoint, where they are; may be called in any thread."""
        with self._update_lock:
            offsets = self.read(directory, name)
            kept = {key: offset for key, offset in offsets.items() if key not in keys}
            if len(kept) < len(offsets):
                self.write(directory, name, kept)

    def move(self, name: str, key: TopicPartition, source: str, target: str) -> None:
        """Move an entry, where there is one, to the same checkpoint of another directory."""
        offset = self.read(source, name).get(key)
        if offset is not None:
            self.update(target, name, key, offset)
            self.update(source, name, key, None)
