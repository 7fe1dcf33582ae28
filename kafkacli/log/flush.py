"""A flush in three steps, so that the slow one may run in another thread: collect the files, sync them, take note."""

from collections.abc import Iterable

from kafkacli.log.filesystem import FileSystem


class Flush:
    """Files of a log to be synced; `offset`: up to which the log is on disk when they are."""

    __slots__ = ("_filesystem", "_paths", "offset")

    def __init__(self, filesystem: FileSystem, offset: int, paths: Iterable[str]) -> None:
        """paths: a file that is gone by the time of the sync was deleted, and needs none."""
        self._filesystem = filesystem
        self._paths = tuple(paths)
        self.offset = offset

    def sync(self) -> None:
        """Sync the files; touches nothing but its own handles. OSError when the disk refuses."""
        for path in self._paths:
            try:
                handle = self._filesystem.open(path)
            except FileNotFoundError:
                continue
            try:
                self._filesystem.fsync(handle)
            finally:
                self._filesystem.close(handle)
