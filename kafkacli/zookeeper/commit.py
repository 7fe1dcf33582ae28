"""Group commit: what is sent waits for the transactions before it, and many of those share one fsync.

While one batch is on its way to disk, in a thread of its own, the next one collects. Frames to send are kept with the
newest batch that they may depend on, and leave, in order, when it is on disk; without a batch they leave at once.

A small batch is written by the loop's own thread as long as the disk is quick: handing it over and back takes about as
long as a quick disk does, and what comes meanwhile would have to wait for the disk all the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Protocol

from kafkacli.zookeeper.txnlog import Collected, TxnLog

_MOST_BYTES = 16 * 1024 * 1024
_SMALL_BATCH = 64  # frames that wait
_MEMORY = 0.9  # how much of that average stays at each batch


class Outlet(Protocol):
    """Where frames leave: a connection."""

    def write(self, frame: bytes | None, waited_ms: float) -> None:
        """Put a frame into the outgoing buffer; None: close when it is empty."""

    def flush(self) -> None:
        """Hand the outgoing buffer to the socket."""


class GroupCommit:
    """Holds frames back until the log is on disk."""

    def __init__(
        self,
        log: TxnLog,
        loop: asyncio.AbstractEventLoop,
        *,
        most_frames: int,
        small_batch: int = _SMALL_BATCH,
        patience_seconds: float,
        on_failure: Callable[[BaseException], None],
        on_release: Callable[[], None],
    ) -> None:
        """Serve one loop.

        most_frames: how many may be held back before it `is_full`.
        small_batch: with how many frames waiting the loop's own thread may write; -1: it never does.
        patience_seconds: how long the disk may take, on average, for the loop's own thread to write.
        on_failure: called once, when the log can't be written; nothing is sent any more.
        on_release: called after each batch that has come to disk.
        """
        self._log = log
        self._loop = loop
        self._most_frames = most_frames
        self.waiting = 0  # frames held back
        self._small_batch = small_batch
        self._patience_seconds = patience_seconds
        self.is_full = False  # so much is held back that no more should be asked for
        self._waiting_bytes = 0
        self._disk_seconds = 0.0  # that a batch took lately
        self._on_failure = on_failure
        self._on_release = on_release
        self._executor = ThreadPoolExecutor(1, "zookeeper-sync")
        self._collecting = False  # a transaction waits to be taken
        self._writing = False
        self._scheduled = False
        self._failed = False
        self._behind: list[tuple[Outlet, bytes | None, float]] = []  # of the batch on its way
        self._next: list[tuple[Outlet, bytes | None, float]] = []  # of the batch that collects
        self._idle = asyncio.Event()
        self._idle.set()

    def append(self, zxid: int, body: bytes) -> None:
        """Log a transaction; what is sent from now on waits for it, for ever when the log has failed."""
        if self._failed:
            return
        self._log.append(zxid, body)
        if self._collecting:
            return
        self._collecting = True
        self._idle.clear()
        if not self._writing and not self._scheduled:
            self._scheduled = True
            self._loop.call_soon(self._start)

    def send(self, outlet: Outlet, frame: bytes | None) -> None:
        """Send a frame, None to close, when everything before it is on disk; if it is, the outlet isn't flushed."""
        if self._collecting:
            held = self._next
        elif self._writing:
            held = self._behind
        else:
            if not self._failed:
                outlet.write(frame, 0)
            return
        held.append((outlet, frame, monotonic()))
        self.waiting += 1
        if frame is not None:
            self._waiting_bytes += len(frame)
        if self.waiting > self._most_frames or self._waiting_bytes > _MOST_BYTES:
            self.is_full = True

    async def durable(self) -> None:
        """Wait until the transactions logged so far are on disk; for ever when the log has failed."""
        mark = _Mark(self._loop)
        self.send(mark, b"")
        await mark.reached

    async def drain(self) -> None:
        """Wait until nothing is held back, or the log has failed."""
        await self._idle.wait()

    def close(self) -> None:
        """End the thread; call `drain` before."""
        self._executor.shutdown()

    def _start(self) -> None:
        self._scheduled = False
        self._collecting, self._writing = False, True
        self._behind, self._next = self._next, []
        if len(self._behind) <= self._small_batch and self._disk_seconds < self._patience_seconds:
            try:
                self._write(self._log.take())
            except OSError as error:
                self._done(error)
            else:
                self._done(None)
            return
        future = self._executor.submit(self._write, self._log.take())
        future.add_done_callback(lambda done: self._loop.call_soon_threadsafe(self._done, done.exception()))

    def _write(self, collected: Collected) -> None:
        begin = monotonic()
        self._log.write(collected)
        self._disk_seconds += (1 - _MEMORY) * (monotonic() - begin - self._disk_seconds)

    def _done(self, error: BaseException | None) -> None:
        self._writing = False
        if error is not None:
            self._failed, self._collecting = True, False
            self._behind, self._next, self.waiting = [], [], 0
            self._idle.set()
            self._on_failure(error)
            return
        released, self._behind = self._behind, []
        self.waiting -= len(released)
        now = monotonic()
        outlets: dict[Outlet, None] = {}
        for outlet, frame, since in released:
            if frame is not None:
                self._waiting_bytes -= len(frame)
            outlet.write(frame, (now - since) * 1000)
            outlets[outlet] = None
        self.is_full = self.waiting > self._most_frames or self._waiting_bytes > _MOST_BYTES
        if self._collecting:
            self._scheduled = True
            self._loop.call_soon(self._start)
        else:
            self._idle.set()
        for outlet in outlets:
            outlet.flush()
        self._on_release()


class _Mark:
    """An outlet that only notes that its turn has come."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.reached: asyncio.Future[None] = loop.create_future()

    def write(self, _: bytes | None, __: float) -> None:
        if not self.reached.done():
            self.reached.set_result(None)

    def flush(self) -> None:
        """Nothing to hand over."""
