"""The `.lock` files: a log directory belongs to one server at a time. Source: Kafka's LogManager.scala (lockLogDirs)."""

import logging
from collections.abc import Sequence

from kafkacli.log.filesystem import FileSystem

_LOGGER = logging.getLogger(__name__)

LOCK_FILE = ".lock"


class LogDirsError(Exception):
    """The log directories can't be used; the text is Kafka's and names the directory."""


class DirectoryLocks:
    """The locks of the log directories, held until `release` or the end of the process.

    failed: directories that can't be used, and why; the broker does without them.
    """

    __slots__ = ("_filesystem", "_held", "directories", "failed")

    def __init__(self, filesystem: FileSystem, directories: Sequence[str]) -> None:
        """Make the directories where missing and lock them.

        Raises LogDirsError when one is taken or given twice, and when none is usable.
        """
        self._filesystem = filesystem
        self._held: dict[str, int] = {}
        self.directories = tuple(directory.rstrip("/") or "/" for directory in directories)
        self.failed: dict[str, Exception] = {}
        try:
            self._take_all()
        except BaseException:
            self.release()
            raise

    def _take_all(self) -> None:
        real_paths = set()
        reasons: list[str] = []
        for directory in self.directories:
            try:
                self._filesystem.make_directories(directory)
                real_path = self._filesystem.real_path(directory)
                if real_path in real_paths:
                    raise LogDirsError(f"Duplicate log directory found: {', '.join(self.directories)}")
                real_paths.add(real_path)
                self._take(directory)
            except OSError as error:
                self.failed[directory] = error
                reasons.append(f"Failed to create or validate data directory {directory}: {error.strerror}")
        if len(reasons) == len(self.directories):
            raise LogDirsError("\n".join(reasons))
        for reason in reasons:
            _LOGGER.error("%s", reason)

    def _take(self, directory: str) -> None:
        handle = self._filesystem.lock(f"{directory}/{LOCK_FILE}")
        if handle is None:
            raise LogDirsError(
                f"Failed to acquire lock on file .lock in {directory}. A Kafka instance in another process or thread is "
                "using this directory."
            )
        self._held[directory] = handle

    def give_up(self, directory: str, error: Exception) -> None:
        """Do without a directory whose `meta.properties` can't be read; raises `error` when there is no other."""
        if len(self.failed) + 1 == len(self.directories):
            raise error
        _LOGGER.error("Fail to read meta.properties under log directory %s: %s", directory, error)
        self.release_one(directory)
        self.failed[directory] = error

    def release_one(self, directory: str) -> None:
        """Give one lock back, of a directory that has failed; a disk that refuses even that is left alone."""
        handle = self._held.pop(directory, None)
        if handle is not None:
            self._filesystem.unlock(f"{directory}/{LOCK_FILE}", handle)

    def release(self) -> None:
        """Give the locks back."""
        for directory in list(self._held):
            self.release_one(directory)
