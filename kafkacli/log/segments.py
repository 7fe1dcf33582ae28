"""The segments of one log, in the order of their offsets, and those on their way out."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from operator import attrgetter
from random import Random

from kafkacli.log.filesystem import FileSystem
from kafkacli.log.log_config import LogConfig
from kafkacli.log.segment import (
    CLEANED_SUFFIX,
    DELETED_SUFFIX,
    SEGMENT_SUFFIXES,
    SWAP_SUFFIX,
    Segment,
    file_name,
)

_BASE_OFFSET = attrgetter("base_offset")


class Segments:
    """A log's segments; the last one is the active one. Deleted ones lose their names at once, their files later."""

    __slots__ = ("_deleted", "_filesystem", "_random", "_segments", "config", "directory", "revision")

    def __init__(self, filesystem: FileSystem, directory: str, config: LogConfig, random: Random) -> None:
        """directory: the partition's. random: for segment.jitter.ms."""
        self._filesystem = filesystem
        self._random = random
        self.directory = directory
        self.config = config
        self._segments: list[Segment] = []
        self._deleted: list[tuple[int, Segment]] = []
        self.revision = 0  # another one after segments were taken out, or all were closed

    def __len__(self) -> int:
        return len(self._segments)

    def __iter__(self) -> Iterator[Segment]:
        return iter(self._segments)

    @property
    def active(self) -> Segment:
        """The segment that is appended to."""
        return self._segments[-1]

    @property
    def first(self) -> Segment:
        """The oldest segment."""
        return self._segments[0]

    @property
    def size(self) -> int:
        """Bytes of all `.log` files."""
        return sum(segment.size for segment in self._segments)

    def open(self, base_offset: int, now_ms: int, suffix: str = "") -> Segment:
        """Open a segment's files, or make them, without adding it."""
        config = self.config
        jitter_ms = min(config.segment_jitter_ms, config.segment_ms)
        return Segment(
            self._filesystem,
            self.directory,
            base_offset,
            config,
            now_ms=now_ms,
            roll_jitter_ms=self._random.randrange(jitter_ms) if jitter_ms else 0,
            suffix=suffix,
        )

    def begin(self, base_offset: int, now_ms: int) -> Segment:
        """Make a new active segment; when the disk refuses one (OSError) no file of it is left."""
        try:
            segment = self.open(base_offset, now_ms)
        except OSError:
            self.remove_files(base_offset, "")
            raise
        self.add(segment)
        return segment

    def add(self, segment: Segment) -> None:
        """Add a segment, in the place of one with the same base offset if there is one."""
        number = bisect_right(self._segments, segment.base_offset, key=_BASE_OFFSET)
        if number and self._segments[number - 1].base_offset == segment.base_offset:
            self._segments[number - 1] = segment
        else:
            self._segments.insert(number, segment)

    def floor(self, offset: int) -> Segment | None:
        """Return the segment that `offset` lies in: the last one whose base offset is not beyond it."""
        segments = self._segments
        if segments and offset >= segments[-1].base_offset:
            return segments[-1]
        number = bisect_right(segments, offset, key=_BASE_OFFSET)
        return segments[number - 1] if number else None

    def after(self, segment: Segment) -> Segment | None:
        """Return the next segment, or None behind the active one."""
        number = bisect_right(self._segments, segment.base_offset, key=_BASE_OFFSET)
        return self._segments[number] if number < len(self._segments) else None

    def below(self, offset: int) -> Segment | None:
        """Return the last segment whose base offset is less than `offset`."""
        return self.floor(offset - 1)

    def between(self, start: int, end: int) -> list[Segment]:
        """Return the segments with offsets from `start` (inclusive) to `end` (exclusive)."""
        if start >= end:
            return []
        first = self.floor(start)
        least = first.base_offset if first else start
        return [segment for segment in self._segments if least <= segment.base_offset < end]

    def delete(self, segments: Iterable[Segment], now_ms: int) -> None:
        """Take segments out: their files are renamed now, and removed after file.delete.delay.ms by `delete_due`."""
        self.revision += 1
        for segment in list(segments):
            if segment in self._segments:
                self._segments.remove(segment)
            segment.close_files()
            segment.rename_suffix("", DELETED_SUFFIX)
            self._deleted.append((now_ms + self.config.file_delete_delay_ms, segment))

    def replace(self, new: list[Segment], old: list[Segment], now_ms: int) -> None:
        """Put new segments, whose files are `.cleaned` and synced, in the place of those that they were made of.

        Whatever step is the last one before a crash, the next start finds either the old ones or goes on with the new.
        """
        for segment in reversed(new):
            segment.close_files()
            segment.rename_suffix(CLEANED_SUFFIX, SWAP_SUFFIX)
        self.delete(old, now_ms)
        for segment in new:
            segment.rename_suffix(SWAP_SUFFIX, "")
            self.add(segment)

    def remove_files(self, base_offset: int, suffix: str) -> None:
        """Remove a segment's files of that suffix, where there are any."""
        for kind in SEGMENT_SUFFIXES:
            self._filesystem.unlink(f"{self.directory}/{file_name(base_offset, kind)}{suffix}")

    def delete_due(self, now_ms: int) -> int:
        """Remove the files of deleted segments whose delay is over; returns how many segments."""
        due = [entry for entry in self._deleted if entry[0] <= now_ms]
        for entry in due:
            entry[1].remove()
            self._deleted.remove(entry)
        return len(due)

    def move_directory(self, directory: str) -> None:
        """Follow the partition's directory, which was renamed."""
        self.revision += 1
        self.directory = directory
        for segment in (*self._segments, *(segment for _, segment in self._deleted)):
            segment.move_directory(directory)

    def close(self) -> None:
        """Trim every segment and give the handles back."""
        self.revision += 1
        for segment in self._segments:
            segment.close()

    def close_files(self) -> None:
        """Give the handles back and change nothing on disk."""
        self.revision += 1
        for segment in self._segments:
            segment.close_files()
