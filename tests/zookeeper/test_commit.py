"""Group commit: nothing leaves before what it depends on is on disk; many transactions share one write."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from kafkacli.zookeeper.commit import GroupCommit
from kafkacli.zookeeper.txnlog import Collected, TxnLog
from tests.support.loop import on_loop


class HeldLog(TxnLog):
    """A log whose writes wait until the test lets them."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory, preallocated_bytes=0)
        self.threads: set[int] = set()
        self.may_write = threading.Semaphore(0)
        self.batches: list[int] = []
        self.error: OSError | None = None

    def write(self, collected: Collected) -> None:
        self.threads.add(threading.get_ident())
        assert self.may_write.acquire(timeout=10)
        if self.error is not None:
            raise self.error
        self.batches.append(sum(len(entries) for _, entries in collected))
        super().write(collected)


class Sink:
    """An outlet that keeps what it is given."""

    def __init__(self) -> None:
        self.written: list[bytes | None] = []
        self.flushed = 0

    def write(self, frame: bytes | None, waited_ms: float) -> None:
        assert waited_ms >= 0
        self.written.append(frame)

    def flush(self) -> None:
        self.flushed = len(self.written)


class Parts:
    """A commit with its log, and what it reported."""

    def __init__(self, directory: Path, *, small_batch: int = -1, patience_seconds: float = 0.002) -> None:
        self.log = HeldLog(directory)
        self.failures: list[BaseException] = []
        self.releases = 0
        self.commit = GroupCommit(
            self.log,
            asyncio.get_running_loop(),
            most_frames=3,
            small_batch=small_batch,
            patience_seconds=patience_seconds,
            on_failure=self.failures.append,
            on_release=self._released,
        )

    def _released(self) -> None:
        self.releases += 1

    async def end(self) -> None:
        self.log.may_write.release(1000)
        await self.commit.drain()
        self.commit.close()
        self.log.close()


@on_loop
async def test_without_a_transaction_frames_leave_at_once(tmp_path: Path) -> None:
    parts, sink = Parts(tmp_path), Sink()
    parts.commit.send(sink, b"a")
    parts.commit.send(sink, None)
    assert (sink.written, sink.flushed) == ([b"a", None], 0)  # its owner does, after the last one
    await parts.end()


@on_loop
async def test_frames_wait_for_the_transactions_before_them_and_only_those(tmp_path: Path) -> None:
    parts, sink = Parts(tmp_path), Sink()
    commit = parts.commit
    commit.append(1, b"1")
    commit.send(sink, b"after 1")
    await asyncio.sleep(0)  # the first batch is on its way
    commit.send(sink, b"after 1 too")
    commit.append(2, b"2")
    commit.append(3, b"3")
    commit.send(sink, b"after 3")
    assert (sink.written, commit.waiting, commit.is_full) == ([], 3, False)
    commit.send(sink, b"after 3 too")
    assert commit.is_full
    parts.log.may_write.release()
    while parts.releases == 0:
        await asyncio.sleep(0.001)
    assert sink.written == [b"after 1", b"after 1 too"]
    assert sink.flushed == 2
    parts.log.may_write.release()
    await commit.drain()
    assert sink.written == [b"after 1", b"after 1 too", b"after 3", b"after 3 too"]
    assert parts.log.batches == [1, 2]
    await parts.end()


@on_loop
async def test_durable_waits_for_what_is_logged(tmp_path: Path) -> None:
    parts = Parts(tmp_path)
    await parts.commit.durable()
    parts.commit.append(1, b"1")
    waiting = asyncio.ensure_future(parts.commit.durable())
    await asyncio.sleep(0.01)
    assert not waiting.done()
    parts.log.may_write.release()
    await waiting
    assert parts.log.batches == [1]
    await parts.end()


@on_loop
async def test_a_small_batch_is_written_by_the_loop_itself(tmp_path: Path) -> None:
    parts, sink = Parts(tmp_path, small_batch=1), Sink()
    parts.log.may_write.release(3)
    parts.commit.append(1, b"1")
    parts.commit.send(sink, b"after 1")
    await parts.commit.drain()
    assert parts.log.threads == {threading.get_ident()}
    parts.commit.append(2, b"2")
    for frame in (b"after 2", b"after 2 too"):
        parts.commit.send(sink, frame)
    await parts.commit.drain()
    assert len(parts.log.threads) == 2  # that one was larger
    assert sink.written == [b"after 1", b"after 2", b"after 2 too"]
    await parts.end()


@pytest.mark.parametrize("patient", [True, False])
@on_loop
async def test_the_loop_waits_for_a_slow_disk_only_as_long_as_it_may(tmp_path: Path, patient: bool) -> None:
    parts, sink = Parts(tmp_path, small_batch=1, patience_seconds=1 if patient else 0.002), Sink()
    parts.commit.append(1, b"1")
    parts.commit.send(sink, b"after 1")
    threading.Timer(0.05, parts.log.may_write.release).start()
    await parts.commit.drain()
    parts.log.threads.clear()
    parts.log.may_write.release()
    parts.commit.append(2, b"2")
    parts.commit.send(sink, b"after 2")
    await parts.commit.drain()
    assert (threading.get_ident() in parts.log.threads) is patient
    await parts.end()


@pytest.mark.parametrize("small_batch", [-1, 1])
@on_loop
async def test_when_the_log_fails_nothing_is_promised_any_more(tmp_path: Path, small_batch: int) -> None:
    parts, sink = Parts(tmp_path, small_batch=small_batch), Sink()
    parts.log.error = OSError("disk full")
    parts.commit.append(1, b"1")
    parts.commit.send(sink, b"never")
    parts.log.may_write.release()
    await parts.commit.drain()
    parts.commit.append(2, b"2")
    parts.commit.send(sink, b"never either")
    for _ in range(3):
        await asyncio.sleep(0)
    assert sink.written == []
    assert parts.failures == [parts.log.error]
    await parts.end()
    with pytest.raises(RuntimeError):
        parts.commit._executor.submit(print)
