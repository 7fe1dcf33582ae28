"""A flush in three steps, so that the slow one may run in another thread: collect the files, sync them, take note."""

from collections.abc import Iterable

from kafkacli.log.filesystem import FileSystem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.log.segment import Segment
    from kafkacli.log.segments import Segments


class Flush:
    """Files of a log to be synced; `offset`: up to which the log is on disk when they are."""

    __slots__ = ("_filesystem", "_paths", "directory", "offset")

    def __init__(self, filesystem: FileSystem, offset: int, paths: Iterable[str]) -> None:
        """paths, in one directory: a file that is gone by the time of the sync was deleted or moved, and needs none."""
        self._filesystem = filesystem
        self._paths = tuple(paths)
        self.directory = self._paths[0].rpartition("/")[0] if self._paths else ""
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


class Flushed:
    """How far a log is on disk. `recovery_point`: everything below it is, and recovery after a crash begins there."""

    __slots__ = ("_filesystem", "_last_flush_ms", "_segments", "recovery_point", "rolled_offset")

    def __init__(self, filesystem: FileSystem, segments: "Segments", recovery_point: int, now_ms: int) -> None:
        """segments: the log's, as they come and go."""
        self._filesystem = filesystem
        self._segments = segments
        self._last_flush_ms = now_ms
        self.recovery_point = recovery_point
        self.rolled_offset = segments.active.base_offset

    def pending(self, end_offset: int, flush_ms: int, now_ms: int) -> Flush | None:
        """Return the flush that is due, of rolled segments or by time, or None."""
        if end_offset > self.recovery_point and now_ms - self._last_flush_ms >= flush_ms:
            return self.up_to(end_offset)
        if self.rolled_offset > self.recovery_point:
            return self.up_to(self.rolled_offset)
        return None

    def up_to(self, offset: int) -> Flush:
        """Return a flush of what isn't on disk yet."""
        segments = self._segments.between(self.recovery_point, offset)
        return Flush(self._filesystem, offset, [path for segment in segments for path in segment.paths])

    def of_segment(self, segment: "Segment") -> Flush:
        """Return a flush of one segment, whatever of it was synced before."""
        return Flush(self._filesystem, segment.base_offset, segment.paths)

    def done(self, flush: Flush, now_ms: int) -> None:
        """Take note that a flush was synced."""
        if self.recovery_point < flush.offset:
            self.recovery_point = flush.offset
            self._last_flush_ms = now_ms

    def truncated(self, end_offset: int) -> None:
        """Follow the log's end downwards."""
        self.recovery_point = min(self.recovery_point, end_offset)
        self.rolled_offset = min(self.rolled_offset, end_offset)

    def least_needed_segment(self) -> int:
        """Return the offset from which on producer snapshots are needed."""
        segments = self._segments
        previous = segments.below(segments.active.base_offset) or segments.active
        recovered_from = segments.below(self.recovery_point)
        least = recovered_from.base_offset if recovered_from is not None else self.recovery_point
        return min(least, previous.base_offset)
