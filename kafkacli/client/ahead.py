"""Long questions cut into parts, of which the next are asked while one is looked at.

A broker works on the requests of one connection one after the other; where each takes it long (it reads the configuration of
every topic from ZooKeeper), several connections are answered side by side.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, TypeVar

    from kafkacli.client.cluster import Cluster

    P = TypeVar("P")
    T = TypeVar("T")

LANES = 4  # connections


def answers(cluster: Cluster, parts: Sequence[P], ask: Callable[[Cluster, P], T]) -> Iterator[T]:
    """Yield what `ask` gives for each of the parts, in their order; each connection keeps one answer waiting, at most.

    ask: is called in a thread of its own, with a cluster that has connections of its own. What it raises is raised here, in
    place of its answer. One part alone is asked of `cluster` itself, here.
    """
    if len(parts) < 2:
        yield from (ask(cluster, part) for part in parts)
        return
    lanes = [_Lane(cluster.another(), parts[number::LANES], ask) for number in range(min(LANES, len(parts)))]
    try:
        for number in range(len(parts)):
            yield lanes[number % LANES].next()
    finally:
        for lane in lanes:
            lane.close()


class _Lane:
    """One connection's parts, asked one after the other."""

    def __init__(self, cluster: Cluster, parts: Sequence[Any], ask: Callable[[Cluster, Any], Any]) -> None:
        from queue import SimpleQueue
        from threading import Semaphore, Thread

        self._cluster = cluster
        self._answers: SimpleQueue[tuple[Any, BaseException | None]] = SimpleQueue()
        self._may_ask = Semaphore(1)
        self._is_closed = False
        Thread(target=self._run, args=(parts, ask), daemon=True).start()

    def next(self) -> Any:
        """Wait for the next answer; raises what was raised in its place."""
        answer, error = self._answers.get()
        if error is not None:
            raise error
        self._may_ask.release()
        return answer

    def close(self) -> None:
        """Ask no more; what is on its way ends by itself."""
        self._is_closed = True
        self._may_ask.release()

    def _run(self, parts: Sequence[Any], ask: Callable[[Cluster, Any], Any]) -> None:
        for part in parts:
            self._may_ask.acquire()
            if self._is_closed:
                break
            try:
                self._answers.put((ask(self._cluster, part), None))
            except BaseException as error:  # raised again by who waits for the answer
                self._answers.put((None, error))
                break
        self._cluster.close()
