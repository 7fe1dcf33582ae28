"""The log cleaner on the broker's loop: compaction in slices of about a millisecond, with pauses between them.

A thread would hold the interpreter for 5 ms at a time while the loop waits for it; a slice ends where we say, and nothing
else touches the segments meanwhile. What waits for the disk or a codec is done in a thread. `log.cleaner.*` act at once,
apart from `log.cleaner.enable`; `log.cleaner.threads` has no meaning here. Source: Kafka's LogCleaner.scala.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Generator
from contextlib import suppress
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from kafkacli.broker.broker import Broker

if TYPE_CHECKING:
    from kafkacli.log.cleaner import Pause
    from kafkacli.log.log_cleaner import CleanerSettings, LogCleaner

_log = logging.getLogger("kafka.log.LogCleaner")

SLICE_SECONDS: Final = 0.001
PAUSE_SECONDS: Final = 0.001
LONGEST_BACKOFF_SECONDS: Final = 24 * 3600


class Cleaning:
    """The cleaner of one broker; nothing where `log.cleaner.enable` is false."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._task: asyncio.Task[None] | None = None
        self._cleaner: LogCleaner
        self._woken = asyncio.Event()
        self.longest_slice_seconds = 0.0

    def start(self) -> None:
        """Begin with the first round."""
        if self._broker.config.flag("log.cleaner.enable"):
            self._task = asyncio.get_running_loop().create_task(self._run())

    def wake(self) -> None:
        """Begin with another round, as Kafka's cleaner does when the broker's configuration has changed."""
        self._woken.set()

    async def stop(self) -> None:
        """Leave off; what was not finished is removed."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        from kafkacli.log.log_cleaner import LogCleaner

        broker = self._broker
        self._cleaner = LogCleaner(broker.partitions.log_dirs, broker.now_ms)
        while True:
            try:
                cleaned = await self._drive(self._cleaner.round(self._settings()))
            except Exception:
                _log.exception("Uncaught exception in the log cleaner")
                cleaned = False
            if not cleaned:
                await self._rest(min(broker.config.integer("log.cleaner.backoff.ms") / 1000, LONGEST_BACKOFF_SECONDS))

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        self._woken.clear()

    def _settings(self) -> CleanerSettings:
        from kafkacli.log.log_cleaner import CleanerSettings

        config = self._broker.config
        return CleanerSettings(
            config.integer("log.cleaner.dedupe.buffer.size"),
            config.value("log.cleaner.io.buffer.load.factor"),
            config.integer("log.cleaner.io.buffer.size"),
        )

    async def _drive(self, work: Generator[Pause, Any, bool]) -> bool:
        """Do the work, slice after slice."""
        loop = asyncio.get_running_loop()
        began, moved_before = perf_counter(), self._cleaner.bytes_moved
        send, answer, failure = work.send, None, None
        try:
            while True:
                start = now = perf_counter()
                step = work.throw(failure) if failure is not None else None
                failure = None
                while step is None and now - start < SLICE_SECONDS:
                    step = send(answer)
                    answer = None
                    now = perf_counter()
                self.longest_slice_seconds = max(self.longest_slice_seconds, now - start)
                if step is None:
                    await asyncio.sleep(PAUSE_SECONDS)
                else:
                    try:
                        answer = await loop.run_in_executor(None, step)
                    except Exception as error:
                        failure = error
                await self._throttle(perf_counter() - began, self._cleaner.bytes_moved - moved_before)
        except StopIteration as stop:
            cleaned: bool = stop.value
            return cleaned
        finally:
            work.close()

    async def _throttle(self, elapsed_seconds: float, moved_bytes: int) -> None:
        """Wait until what was moved is no more than log.cleaner.io.max.bytes.per.second allows."""
        ahead = moved_bytes / self._broker.config.value("log.cleaner.io.max.bytes.per.second") - elapsed_seconds
        if ahead > 0:
            await asyncio.sleep(ahead)
