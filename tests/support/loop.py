"""An event loop in a thread of its own, so that blocking clients and a server on asyncio meet in one test."""

import asyncio
import functools
import gc
import logging
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, ParamSpec, TypeVar

import pytest

P = ParamSpec("P")
T = TypeVar("T")


class LoopThread:
    """Runs an event loop until `stop`."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, T], timeout: float = 30) -> T:
        """Run a coroutine on the loop and return its result."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout)

    def stop(self) -> None:
        """End the loop and its thread; fails when what ran there has left tasks behind."""
        left = self.run(_end_tasks())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()
        assert not left, f"tasks that nobody ended: {left}"


async def _end_tasks() -> list[str]:
    """End the loop's other tasks; returns those that didn't end by themselves within a moment."""
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    if not tasks:
        return []
    _, left = await asyncio.wait(tasks, timeout=1)
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    return [repr(task.get_coro()) for task in left]


class DestroyedTasks(logging.Handler):
    """Notes what asyncio says of tasks that were thrown away before their end."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.notes: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage().startswith("Task was destroyed"):
            self.notes.append(record.getMessage())


@pytest.fixture(scope="session", autouse=True)
def no_task_is_destroyed() -> Iterator[None]:
    """Fail a run, at its end, in which a task was thrown away: whoever began it should have waited for it or ended it."""
    destroyed, logger = DestroyedTasks(), logging.getLogger("asyncio")
    logger.addHandler(destroyed)
    yield
    gc.collect()
    logger.removeHandler(destroyed)
    assert not destroyed.notes, "\n".join(destroyed.notes)


def on_loop(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run an `async def` test on a loop of its own."""

    @functools.wraps(test)
    def run(*arguments: P.args, **named: P.kwargs) -> None:
        asyncio.run(test(*arguments, **named))

    return run
