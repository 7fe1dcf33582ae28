"""The controller's edge: one queue of events, handled one at a time; election, watches, and what is written and sent.

What happens in ZooKeeper and what the broker reports becomes an event; an event reads, asks `ClusterState` for the decision,
writes it, and then tells the broker (LeaderAndIsr, StopReplica and UpdateMetadata as calls on the loop). A broker that is not
the controller only watches `/controller`. Source: Apache `KafkaController.scala`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Protocol

from kafkacli.controller import znodes
from kafkacli.controller.cluster_state import ClusterState
from kafkacli.controller.config_changes import read_configs
from kafkacli.controller.znodes import BrokerRegistration, LeaderAndIsr, ReplicaAssignment, TopicPartition
from kafkacli.controller.zookeeper_client import (
    BadVersion,
    Check,
    ConnectionLost,
    Create,
    Delete,
    NodeExists,
    NoNode,
    Set,
    Stat,
    Step,
    Watch,
    ZooKeeperClient,
    ZooKeeperError,
)

_log = logging.getLogger("kafka.controller.KafkaController")

STEPS_AT_ONCE = 300  # of one multi: far below ZooKeeper's frame limit of 1 MiB
Event = Callable[[], Awaitable[None]]


class LocalBroker(Protocol):
    """What the controller tells the broker in its own process; all on the loop, nothing waits."""

    def set_controller(self, broker_id: int | None) -> None:
        """Take note of who is the controller."""

    def set_brokers(self, brokers: Mapping[int, BrokerRegistration]) -> None:
        """Take note of the live brokers."""

    def set_partition(
        self,
        partition: TopicPartition,
        state: LeaderAndIsr,
        assignment: ReplicaAssignment,
        overrides: Mapping[str, str],
    ) -> None:
        """Lead, follow or only know a partition; overrides: the topic's own configs, for a log that is made now."""

    def stop_replica(self, partition: TopicPartition, *, delete: bool) -> None:
        """Have the replica no more."""

    def forget_topic(self, topic: str) -> None:
        """Know of the topic no more."""


class ControllerMoved(Exception):
    """Another broker has become the controller; what was to be written was not."""


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
    """Election and the events of the controller on this broker.

    now_ms: the clock. delete_topic_enable: `delete.topic.enable`.
    """

    def __init__(
        self,
        zookeeper: ZooKeeperClient,
        broker_id: int,
        broker: LocalBroker,
        now_ms: Callable[[], int],
        *,
        delete_topic_enable: bool = True,
    ) -> None:
        self.zookeeper = zookeeper
        self.broker_id = broker_id
        self.state = ClusterState()
        self.controller_id: int | None = None
        self._broker = broker
        self._now_ms = now_ms
        self._delete_topic_enable = delete_topic_enable
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._overrides: dict[str, dict[str, str]] = {}
        self._waiting: set[asyncio.Future[None]] = set()

    @property
    def is_active(self) -> bool:
        """Whether this broker is the controller now."""
        return self.controller_id == self.broker_id

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

    async def submit(self, event: Event) -> None:
        """Have an event handled and wait for its end."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def handled() -> None:
            try:
                await event()
            except Exception as error:
                if not done.done():
                    done.set_exception(error)
                raise
            if not done.done():
                done.set_result(None)

        self.enqueue(handled)
        await done

    def reconnected(self, is_new_session: bool) -> None:
        """The connection came back: every watch is gone. A new session has lost the controllership too."""
        if is_new_session:
            self.controller_id = None
        self.enqueue(self.elect)

    async def wait_until(self, condition: Callable[[], bool], timeout_ms: int) -> bool:
        """Wait until a condition holds after some event; False when the time is over first."""
        deadline = asyncio.get_running_loop().time() + timeout_ms / 1000
        while not condition():
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
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
            self.notify()

    def notify(self) -> None:
        """Have those in `wait_until` look again."""
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    def _watch(self, event: Callable[..., Awaitable[None]], *arguments: str) -> Watch:
        return _Watch(self, event, arguments)

    # --- election

    async def elect(self) -> None:
        """Become the controller when there is none."""
        if await self.zookeeper.exists(znodes.CONTROLLER, watch=self._watch(self._controller_changed)) is None:
            await self._try_to_win()
        await self._read_controller()
        if self.is_active:
            await self._take_over()

    async def _controller_changed(self) -> None:
        was_active = self.is_active
        await self._read_controller()
        if was_active and not self.is_active:
            _log.info("[Controller id=%d] Resigned", self.broker_id)
        if self.controller_id is None:
            await self.elect()
        else:
            await self.zookeeper.exists(znodes.CONTROLLER, watch=self._watch(self._controller_changed))

    async def _read_controller(self) -> None:
        try:
            data, _ = await self.zookeeper.get(znodes.CONTROLLER)
            self.controller_id = znodes.decode_controller(data or b"")
        except NoNode:
            self.controller_id = None
        self._broker.set_controller(self.controller_id)

    async def _try_to_win(self) -> None:
        try:
            data, stat = await self.zookeeper.get(znodes.CONTROLLER_EPOCH)
            epoch, version = int(data or b"0"), stat.version
        except NoNode:
            await self.zookeeper.ensure(znodes.CONTROLLER_EPOCH, b"0")
            epoch, version = 0, 0
        steps: list[Step] = [
            Create(znodes.CONTROLLER, znodes.encode_controller(self.broker_id, self._now_ms()), ephemeral=True),
            Set(znodes.CONTROLLER_EPOCH, str(epoch + 1).encode(), version),
        ]
        try:
            _, written = await self.zookeeper.multi(steps)
        except (NodeExists, BadVersion):
            return
        assert isinstance(written, Stat)
        self.state.epoch, self.state.epoch_version = epoch + 1, written.version
        _log.info(
            "[Controller id=%d] %d successfully elected as the controller. Epoch incremented to %d and epoch zk version "
            "is now %d",
            self.broker_id,
            self.broker_id,
            epoch + 1,
            written.version,
        )

    async def _take_over(self) -> None:
        """Read the cluster and set all watches; also after a reconnection, when watches are gone and events were missed."""
        epoch, version = self.state.epoch, self.state.epoch_version
        self.state = ClusterState()
        self.state.epoch, self.state.epoch_version = epoch, version
        for notifications in (znodes.ISR_CHANGES, znodes.LOG_DIR_EVENTS):
            for name in await self.zookeeper.children(notifications):
                await self.zookeeper.delete(f"{notifications}/{name}")
        await self._read_brokers()
        await self._topics_changed()
        for event in (self._isr_changed, self._deletions_changed, self.reassignments_changed, self._election_wanted):
            await event()
        _log.info("[Controller id=%d] Ready to serve as the new controller with epoch %d", self.broker_id, epoch)

    # --- events

    async def _brokers_changed(self) -> None:
        if self.is_active:
            await self._read_brokers()
            await self._elect_leaderless()
            await self.continue_deletions()

    async def _read_brokers(self) -> None:
        names = await self.zookeeper.children(znodes.BROKER_IDS, watch=self._watch(self._brokers_changed))
        brokers = {}
        for broker_id in sorted(map(int, names)):
            try:
                data, _ = await self.zookeeper.get(znodes.broker_path(broker_id), self._watch(self._brokers_changed))
                brokers[broker_id] = znodes.decode_broker(data or b"")
            except (NoNode, ValueError) as error:
                _log.debug("[Controller id=%d] Broker %d: %s", self.broker_id, broker_id, error)
        self.state.brokers = brokers
        self._broker.set_brokers(brokers)

    async def _topics_changed(self) -> None:
        if not self.is_active:
            return
        names = await self.zookeeper.children(znodes.TOPICS, watch=self._watch(self._topics_changed))
        new, vanished = self.state.changed_topics(names)
        for topic in vanished:
            self._forget(topic)
        if new or vanished:
            _log.info(
                "[Controller id=%d] New topics: [%s], deleted topics: [%s]",
                self.broker_id,
                ", ".join(new),
                ", ".join(vanished),
            )
        await asyncio.gather(*map(self._read_topic, new))
        await self._bring_online([part for topic in new for part in self.state.partitions_of(topic)])

    async def _read_topic(self, topic: str) -> None:
        try:
            data, _ = await self.zookeeper.get(
                znodes.topic_path(topic), watch=self._watch(self._partitions_changed, topic)
            )
        except NoNode:
            return
        self.state.topics[topic] = znodes.decode_topic(data)
        self._overrides[topic] = await read_configs(self.zookeeper, f"topics/{topic}")
        await asyncio.gather(*map(self._read_state, self.state.partitions_of(topic)))

    async def _read_state(self, partition: TopicPartition) -> None:
        try:
            data, stat = await self.zookeeper.get(znodes.state_path(partition))
            self.state.leaders[partition] = znodes.decode_state(data or b"", stat.version)
        except NoNode:
            self.state.leaders.pop(partition, None)

    async def _partitions_changed(self, topic: str) -> None:
        if not self.is_active or topic not in self.state.topics:
            return
        try:
            data, _ = await self.zookeeper.get(
                znodes.topic_path(topic), watch=self._watch(self._partitions_changed, topic)
            )
        except NoNode:
            return
        assignment = znodes.decode_topic(data)
        added = self.state.new_partitions(topic, assignment)
        if topic in self.state.deleting:
            if added:
                _log.warning(
                    "[Controller id=%d] Skipping adding partitions %s for topic %s since it is currently being deleted",
                    self.broker_id,
                    ",".join(str(partition.partition) for partition in added),
                    topic,
                )
                await self._write([Set(znodes.topic_path(topic), znodes.encode_topic(self.state.topics[topic]))])
        elif added:
            _log.info("[Controller id=%d] New partitions to be added %s", self.broker_id, ", ".join(map(str, added)))
            self.state.topics[topic] |= {partition.partition: assignment[partition.partition] for partition in added}
            await self._bring_online(added)

    async def _isr_changed(self) -> None:
        if not self.is_active:
            return
        for name in await self.zookeeper.children(znodes.ISR_CHANGES, watch=self._watch(self._isr_changed)):
            path = f"{znodes.ISR_CHANGES}/{name}"
            data, _ = await self.zookeeper.get(path)
            for partition in znodes.decode_partitions(data):
                await self._read_state(partition)
                self.tell(partition)
            await self.zookeeper.delete(path)
        await self.reassignments_changed()

    async def _deletions_changed(self) -> None:
        if not self.is_active:
            return
        names = await self.zookeeper.children(znodes.DELETE_TOPICS, watch=self._watch(self._deletions_changed))
        if missing := [name for name in names if name not in self.state.topics]:
            _log.warning(
                "[Controller id=%d] Ignoring request to delete non-existing topics %s",
                self.broker_id,
                ",".join(missing),
            )
            await self._write([Delete(f"{znodes.DELETE_TOPICS}/{name}") for name in missing])
        wanted = [name for name in names if name in self.state.topics]
        if wanted and not self._delete_topic_enable:
            _log.info(
                "[Controller id=%d] Removing %s since delete topic is disabled", self.broker_id, ", ".join(wanted)
            )
            await self._write([Delete(f"{znodes.DELETE_TOPICS}/{name}") for name in wanted])
        elif wanted:
            _log.info("[Controller id=%d] Starting topic deletion for topics %s", self.broker_id, ",".join(wanted))
            self.state.deleting.update(wanted)
            await self.continue_deletions()

    async def continue_deletions(self) -> None:
        """Delete the topics that wait for it and whose replicas all live."""
        for topic in sorted(self.state.deleting):
            if self.state.is_deletable(topic):
                await self._delete_topic(topic)

    async def _delete_topic(self, topic: str) -> None:
        partitions = self.state.partitions_of(topic)
        self._broker.forget_topic(topic)
        await self.write_states({part: state for part in partitions if (state := self.state.without_leader(part))})
        for partition in partitions:
            self._broker.stop_replica(partition, delete=True)
        await self.zookeeper.delete_recursive(znodes.topic_path(topic))
        await self.zookeeper.delete_recursive(znodes.config_path(f"topics/{topic}"))
        await self.zookeeper.delete_recursive(f"{znodes.DELETE_TOPICS}/{topic}")
        self._forget(topic)
        _log.info("[Topic Deletion Manager %d] Deletion of topic %s successfully completed", self.broker_id, topic)

    def _forget(self, topic: str) -> None:
        self.state.forget_topic(topic)
        self._overrides.pop(topic, None)
        self._broker.forget_topic(topic)

    async def _election_wanted(self) -> None:
        path = znodes.PREFERRED_REPLICA_ELECTION
        if not self.is_active or await self.zookeeper.exists(path, self._watch(self._election_wanted)) is None:
            return
        data, _ = await self.zookeeper.get(path)
        partitions = znodes.decode_partitions(data)
        await self.write_states({part: state for part in partitions if (state := self.state.elect_preferred(part))})
        await self._write([Delete(path)])
        await self._election_wanted()

    async def reassignments_changed(self) -> None:
        """Move on with what `/admin/reassign_partitions` wants, and with the moves that topics are in already."""
        from kafkacli.controller.reassignments import Reassignments

        if self.is_active:
            await Reassignments(self).advance(self._watch(self.reassignments_changed))

    # --- what is written and told

    async def _bring_online(self, partitions: Iterable[TopicPartition]) -> None:
        """Give new partitions their first state, and tell of all."""
        partitions = list(partitions)
        unborn = [partition for partition in partitions if partition not in self.state.leaders]
        first = {partition: state for partition in unborn if (state := self.state.first_state(partition))}
        await self._create_states(first)
        await self._elect_leaderless()
        for partition in partitions:
            self.tell(partition)

    async def _elect_leaderless(self) -> None:
        states = {}
        for partition in self.state.leaderless():
            unclean = self._overrides.get(partition.topic, {}).get("unclean.leader.election.enable") == "true"
            if state := self.state.elect(partition, unclean=unclean):
                states[partition] = state
        await self.write_states(states)

    async def _create_states(self, states: Mapping[TopicPartition, LeaderAndIsr]) -> None:
        steps: list[Step] = []
        for topic in {partition.topic for partition in states}:
            if await self.zookeeper.exists(f"{znodes.topic_path(topic)}/partitions") is None:
                steps.append(Create(f"{znodes.topic_path(topic)}/partitions"))
        for partition, state in states.items():
            path = znodes.state_path(partition)
            steps += [Create(path.rpartition("/")[0]), Create(path, znodes.encode_state(state))]
        await self._write(steps)
        self.state.leaders.update(states)

    async def write_states(self, states: Mapping[TopicPartition, LeaderAndIsr]) -> None:
        """Write changed states, and tell of each unless its topic is being deleted."""
        await self._write(
            [Set(znodes.state_path(part), znodes.encode_state(state), state.version) for part, state in states.items()]
        )
        for partition, state in states.items():
            self.state.leaders[partition] = state._replace(version=state.version + 1)
            if partition.topic not in self.state.deleting:
                self.tell(partition)

    async def write_assignment(self, topic: str) -> None:
        """Write the topic's assignment as it is known here."""
        await self._write([Set(znodes.topic_path(topic), znodes.encode_topic(self.state.topics[topic]))])

    async def _write(self, steps: Sequence[Step]) -> None:
        """Write as the controller of this epoch. Raises ControllerMoved when there is a later one."""
        guard = Check(znodes.CONTROLLER_EPOCH, self.state.epoch_version)
        for start in range(0, len(steps), STEPS_AT_ONCE):
            try:
                await self.zookeeper.multi([guard, *steps[start : start + STEPS_AT_ONCE]])
            except ZooKeeperError as error:
                _, stat = await self.zookeeper.get(znodes.CONTROLLER_EPOCH)
                if stat.version != self.state.epoch_version:
                    raise ControllerMoved from error
                raise

    def tell(self, partition: TopicPartition) -> None:
        """Tell the broker of a partition's state."""
        state, assignment = self.state.leaders.get(partition), self.state.assignment(partition)
        if state is not None and assignment is not None:
            self._broker.set_partition(partition, state, assignment, self._overrides.get(partition.topic, {}))

    def stop_replica(self, partition: TopicPartition) -> None:
        """Have the broker delete its replica of a partition that has moved away."""
        self._broker.stop_replica(partition, delete=True)

    async def delete_admin_request(self, path: str) -> None:
        """Delete a request under /admin that has been done."""
        await self._write([Delete(path)])

    async def set_admin_request(self, path: str, data: bytes) -> None:
        """Replace a request under /admin with what is left of it."""
        await self._write([Set(path, data)])
