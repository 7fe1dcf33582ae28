"""What the broker does by the clock: retention, compaction, flushes, checkpoints, removal of deleted files.

Source: Apache `LogManager.startup`, `ReplicaManager.startHighWatermarkCheckPointThread` (periods and their properties).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from kafkacli.broker.broker import Broker
from kafkacli.broker.cleaning import Cleaning

_log = logging.getLogger("kafka.log.LogManager")

FIRST_MS: Final = 30_000  # as Kafka waits before the first time of its log tasks
ROLLED_SEGMENTS_MS: Final = 5_000  # Kafka syncs a rolled segment in the background; here the flusher comes by for it
DELETED_FILES_MS: Final = 5_000
HOSTING_MS: Final = 5_000  # how often partitions are tried again for whose logs there was no room
PRODUCER_EXPIRATION_MS: Final = 600_000
LONGEST_TIMER_MS: Final = 24 * 3_600_000  # a timer can't be set for ever; those come round again and find nothing due


class Periodic:
    """The timers of one broker."""

    def __init__(self, broker: Broker) -> None:
        config, logs = broker.config, broker.partitions.log_dirs
        self._broker = broker
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._flush: asyncio.Task[None] | None = None
        self._work: dict[str, tuple[int, Callable[[], object]]] = {
            "log-retention": (
                config.integer("log.retention.check.interval.ms"),
                lambda: logs.retention(broker.now_ms()),
            ),
            "log-flusher": (
                min(config.integer("log.flush.scheduler.interval.ms"), ROLLED_SEGMENTS_MS),
                self._start_flush,
            ),
            "recovery-point-checkpoint": (
                config.integer("log.flush.offset.checkpoint.interval.ms"),
                logs.checkpoint_recovery_points,
            ),
            "log-start-offset-checkpoint": (
                config.integer("log.flush.start.offset.checkpoint.interval.ms"),
                logs.checkpoint_log_start_offsets,
            ),
            "hosting": (HOSTING_MS, lambda: broker.leadership.try_again()),
            "delete-logs": (DELETED_FILES_MS, self._delete_logs),
            "producer-expiration": (PRODUCER_EXPIRATION_MS, lambda: logs.expire_producers(broker.now_ms())),
            "high-watermark-checkpoint": (
                config.integer("replica.high.watermark.checkpoint.interval.ms"),
                self._checkpoint_high_watermarks,
            ),
        }
        self.cleaning = Cleaning(broker)
        self._moved = False
        broker.partitions.listeners.append(self._note_moved)

    def start(self) -> None:
        """Set every timer, and begin to clean."""
        self.cleaning.start()
        for name, (period_ms, _) in self._work.items():
            self._set(name, FIRST_MS if period_ms > FIRST_MS else period_ms)

    async def stop(self) -> None:
        """Cancel every timer, and wait for a flush that is under way."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        await self.cleaning.stop()
        if self._flush is not None:
            await self._flush

    def _set(self, name: str, delay_ms: int) -> None:
        delay = max(min(delay_ms, LONGEST_TIMER_MS), 1) / 1000
        self._timers[name] = asyncio.get_running_loop().call_later(delay, self._run, name)

    def _run(self, name: str) -> None:
        period_ms, work = self._work[name]
        try:
            if period_ms <= LONGEST_TIMER_MS:
                work()
        except Exception:
            _log.exception("Uncaught exception in scheduled task '%s'", name)
        self._set(name, period_ms)

    def _note_moved(self, _partition: object) -> None:
        self._moved = True

    def _delete_logs(self) -> None:
        logs = self._broker.partitions.log_dirs
        logs.forget_deleted()
        logs.delete_due_files(self._broker.now_ms())

    def _checkpoint_high_watermarks(self) -> None:
        if self._moved:
            self._moved = False
            self._broker.partitions.checkpoint_high_watermarks()
        else:
            self._broker.partitions.log_dirs.check()

    def _start_flush(self) -> None:
        if self._flush is None or self._flush.done():
            self._flush = asyncio.get_running_loop().create_task(self._flush_due())

    async def _flush_due(self) -> None:
        loop = asyncio.get_running_loop()
        for log, flush in self._broker.partitions.log_dirs.pending_flushes(self._broker.now_ms()):
            try:
                await loop.run_in_executor(None, flush.sync)
            except OSError as error:
                log.storage_error("flushing log for", error)
            else:
                log.flushed(flush, self._broker.now_ms())
