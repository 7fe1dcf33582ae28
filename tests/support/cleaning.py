"""Driving the cleaner in a test, a slice after the other or up to a crash."""

from collections.abc import Generator
from typing import Any, TypeVar

from kafkacli.log.cleaner import Pause
from kafkacli.log.log_cleaner import CleanerSettings, LogCleaner
from kafkacli.log.log_dirs import LogDirs
from tests.support.logs import NOW_MS
from tests.support.memory_filesystem import MemoryFileSystem

Result = TypeVar("Result")


def drive(work: Generator[Pause, Any, Result]) -> Result:
    """Run the work to its end, what belongs into other threads too."""
    answer = None
    while True:
        try:
            step = work.send(answer)
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]
        answer = step() if step is not None else None


def clean(dirs: LogDirs, now_ms: int = NOW_MS, settings: CleanerSettings | None = None) -> bool:
    """One round of the cleaner; whether it cleaned a log."""
    cleaner = LogCleaner(dirs, lambda: now_ms)
    return drive(cleaner.round(settings or CleanerSettings()))


class Crash(BaseException):
    """The process ends here: nothing in it runs any more."""


class CrashingFileSystem(MemoryFileSystem):
    """Ends the process at the operation that `crash_after` counts down to; dead until `restart`."""

    def __init__(self) -> None:
        super().__init__()
        self.crash_after: int | None = None

    def restart(self) -> None:
        """A new process finds the files as they are."""
        self.crash_after = None
        self.kill()

    def _count(self) -> None:
        if self.crash_after is not None:
            if self.crash_after <= 0:
                raise Crash
            self.crash_after -= 1

    def pwrite(self, handle: int, data: bytes | bytearray | memoryview, position: int, /) -> int:
        self._count()
        return super().pwrite(handle, data, position)

    def truncate(self, handle: int, size: int, /) -> None:
        self._count()
        super().truncate(handle, size)

    def fsync(self, handle: int, /) -> None:
        self._count()
        super().fsync(handle)

    def rename(self, source: str, target: str, /) -> None:
        self._count()
        super().rename(source, target)

    def unlink(self, path: str) -> None:
        self._count()
        super().unlink(path)
