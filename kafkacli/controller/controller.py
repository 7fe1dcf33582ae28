"""The controller's edge: one queue of events, handled one at a time, and the election at `/controller`.

What happens in ZooKeeper becomes an event; those of the active controller are in `cluster_events.py`. A broker that is not
the controller only watches `/controller`. Source: Apache `KafkaController.scala`, `ControllerEventManager.scala`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from kafkacli.controller.cluster_events import ClusterEvents
from kafkacli.controller.cluster_state import ClusterState
from kafkacli.controller.decrees import ControllerMoved
from kafkacli.controller.local_broker import LocalBroker
from kafkacli.controller.zookeeper_client import (
    BadVersion,
    ConnectionLost,
    Create,
    NodeExists,
    NoNode,
    Set,
    Stat,
    Watch,
    ZooKeeperClient,
)
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.registry import znodes

T = TypeVar("T")

_log = logging.getLogger("kafka.controller.KafkaController")

Event = Callable[[], Awaitable[None]]


class _Watch:
    """Enqueues an event; equal for the same event, so that a path is watched once however often it is read."""

    __slots__ = ("_controller", "_key")

    def __init__(
        self, controller: Controller, event: Callable[..., Awaitable[None]], arguments: tuple[str, ...]
    ) -> None:
        self._controller = controller
        self._key = event, arguments

    def __call__(self) -> None:
        event, arguments = self._key
        self._controller.enqueue(lambda: event(*arguments))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Watch) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


class Controller:
    """The election and the events of the controller on this broker.

    now_ms: the clock. unclean: as in ClusterEvents.
    """

    def __init__(
        self,
        zookeeper: ZooKeeperClient,
        broker_id: int,
        broker: LocalBroker,
        now_ms: Callable[[], int],
        *,
        delete_topic_enable: bool = True,
        unclean: Callable[[Mapping[str, str]], bool] = lambda overrides: False,
    ) -> None:
        self.zookeeper = zookeeper
        self.broker_id = broker_id
        self.controller_id: int | None = None
        self._broker = broker
        self._now_ms = now_ms
        self._delete_topic_enable = delete_topic_enable
        self._unclean = unclean
        self._state = ClusterState()
        self._cluster: ClusterEvents | None = None
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._waiting: set[asyncio.Future[None]] = set()

    @property
    def is_active(self) -> bool:
        """Whether this broker is the controller now."""
        return self.controller_id == self.broker_id

    # --- the queue

    async def start(self) -> None:
        """Take part in the election, and return when it is decided and, if won, every partition has been taken over."""
        self._task = asyncio.create_task(self._run())
        await self.submit(self.elect)

    async def stop(self) -> None:
        """Handle no more events."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for future in self._waiting:
            future.cancel()

    def enqueue(self, event: Event) -> None:
        """Have an event handled after those that came before."""
        self._events.put_nowait(event)

    def configs_changed(self, entity: str, configs: dict[str, str]) -> None:
        """Have the active controller act on an entity's changed configs."""

        async def event() -> None:
            if self.is_active and self._cluster is not None:
                await self._cluster.configs_changed(entity, configs)

        self.enqueue(event)

    async def submit(self, event: Event) -> None:
        """Have an event handled and wait for its end. Raises what it raises."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def handled() -> None:
            try:
                await event()
            except BaseException as error:
                if not done.done():
                    done.set_exception(ConnectionLost() if isinstance(error, asyncio.CancelledError) else error)
                raise
            if not done.done():
                done.set_result(None)

        self.enqueue(handled)
        await done

    async def ask(self, question: Callable[[ClusterEvents], Awaitable[T]]) -> T:
        """Have a question answered as the next event, and return the answer. Raises its ApiError, or NOT_CONTROLLER."""
        answers: list[T | ApiError] = []

        async def event() -> None:
            try:
                answers.append(await question(self.cluster))
            except ApiError as error:  # the asker's business, no failure of the event
                answers.append(error)

        await self.submit(event)
        answer = answers[0]
        if isinstance(answer, ApiError):
            raise answer
        return answer

    @property
    def cluster(self) -> ClusterEvents:
        """What the active controller knows and does. Raises ApiError NOT_CONTROLLER."""
        if not self.is_active or self._cluster is None:
            raise ApiError(ErrorCode.NOT_CONTROLLER)
        return self._cluster

    async def wait_until(self, condition: Callable[[], bool], timeout_ms: int) -> bool:
        """Wait until a condition holds after some event; False when the time is over first."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_ms / 1000
        while not condition():
            future: asyncio.Future[None] = loop.create_future()
            self._waiting.add(future)
            try:
                async with asyncio.timeout_at(deadline):
                    await future
            except TimeoutError:
                return condition()
            finally:
                self._waiting.discard(future)
        return True

    async def _run(self) -> None:
        while True:
            event = await self._events.get()
            try:
                await event()
            except ControllerMoved:
                _log.info("[Controller id=%d] Controller moved to another broker", self.broker_id)
                self.controller_id = None
                self.enqueue(self.elect)
            except ConnectionLost as error:  # `reconnected` begins anew
                _log.debug("[Controller id=%d] %s", self.broker_id, error)
            except Exception:
                _log.exception("[Controller id=%d] Error processing event", self.broker_id)
            for future in self._waiting:
                if not future.done():
                    future.set_result(None)

    # --- election

    def reconnected(self, is_new_session: bool) -> None:
        """The connection came back: every watch is gone. A new session has lost the controllership too."""
        if is_new_session:
            self.controller_id = None
        self.enqueue(self.elect)

    async def elect(self) -> None:
        """Become the controller when there is none; take over, also again after watches and events were lost."""
        watch = _Watch(self, self._controller_changed, ())
        if await self.zookeeper.exists(znodes.CONTROLLER, watch) is None:
            await self._try_to_win()
        await self._read_controller()
        if self.is_active:
            await self._take_over()

    async def _controller_changed(self) -> None:
        was_active = self.is_active
        await self._read_controller()
        if was_active and not self.is_active:
            _log.info("[Controller id=%d] Resigned", self.broker_id)
        if not (was_active and self.is_active):
            await self.elect()

    async def _read_controller(self) -> None:
        try:
            data, _ = await self.zookeeper.get(znodes.CONTROLLER, _Watch(self, self._controller_changed, ()))
            self.controller_id = znodes.decode_controller(data or b"")
        except NoNode:
            self.controller_id = None
        self._broker.set_controller(self.controller_id, self._state.epoch)

    async def _try_to_win(self) -> None:
        try:
            data, stat = await self.zookeeper.get(znodes.CONTROLLER_EPOCH)
            epoch, version = int(data or b"0"), stat.version
        except NoNode:
            await self.zookeeper.ensure(znodes.CONTROLLER_EPOCH, b"0")
            epoch, version = 0, 0
        try:
            _, written = await self.zookeeper.multi(
                [
                    Create(znodes.CONTROLLER, znodes.encode_controller(self.broker_id, self._now_ms()), ephemeral=True),
                    Set(znodes.CONTROLLER_EPOCH, str(epoch + 1).encode(), version),
                ]
            )
        except (NodeExists, BadVersion):
            return
        assert isinstance(written, Stat)
        self._state.epoch, self._state.epoch_version = epoch + 1, written.version
        _log.info(
            "[Controller id=%d] %d successfully elected as the controller. Epoch incremented to %d and epoch zk version "
            "is now %d",
            self.broker_id,
            self.broker_id,
            epoch + 1,
            written.version,
        )

    async def _take_over(self) -> None:
        before, self._state = self._state, ClusterState()
        self._state.epoch, self._state.epoch_version = before.epoch, before.epoch_version
        state = self._state

        def watch(event: Callable[..., Awaitable[None]], *arguments: str) -> Watch:
            async def happened(*arguments: str) -> None:
                if self.is_active and self._state is state:
                    await event(*arguments)

            return _Watch(self, happenings.setdefault(event, happened), arguments)

        happenings: dict[Callable[..., Awaitable[None]], Callable[..., Awaitable[None]]] = {}
        events = ClusterEvents(
            self.zookeeper,
            self._broker,
            state,
            watch,
            broker_id=self.broker_id,
            delete_topic_enable=self._delete_topic_enable,
            unclean=self._unclean,
        )
        self._cluster = events
        await events.take_over()
        for topic in before.topics.keys() - state.topics.keys():
            self._broker.forget_topic(topic)
        _log.info("[Controller id=%d] Ready to serve as the new controller with epoch %d", self.broker_id, state.epoch)
