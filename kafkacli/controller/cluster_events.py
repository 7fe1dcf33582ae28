"""What the active controller does when something happens in the cluster: brokers, topics, partitions, requests under /admin.

Each method is one event: it reads ZooKeeper and watches for the next time, asks `ClusterState` for the decision, and decrees
it. Source: Apache `KafkaController.scala` (onControllerFailover, process…), `TopicDeletionManager.scala`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from kafkacli.controller.cluster_state import ClusterState
from kafkacli.controller.config_changes import read_configs
from kafkacli.controller.decrees import Decrees
from kafkacli.controller.elections import Elections
from kafkacli.controller.local_broker import LocalBroker
from kafkacli.controller.reassignments import Reassignments
from kafkacli.controller.zookeeper_client import NoNode, Watch, ZooKeeperClient
from kafkacli.registry import znodes
from kafkacli.registry.znodes import TopicPartition

_log = logging.getLogger("kafka.controller.KafkaController")


class ClusterEvents:
    """The events of one controllership, which lasts as long as nobody else is elected.

    watch: makes a watch that has a method called, with further arguments, as the next event, while this broker is the
    controller. unclean: whether a topic with these own configs may get a leader that is not in sync.
    """

    def __init__(
        self,
        zookeeper: ZooKeeperClient,
        broker: LocalBroker,
        state: ClusterState,
        watch: Callable[..., Watch],
        *,
        broker_id: int,
        delete_topic_enable: bool,
        unclean: Callable[[Mapping[str, str]], bool],
    ) -> None:
        self._zookeeper = zookeeper
        self._broker = broker
        self._state = state
        self._watch = watch
        self._broker_id = broker_id
        self._delete_topic_enable = delete_topic_enable
        self._unclean = unclean
        self._decrees = Decrees(zookeeper, broker, state, broker_id, watch(self.replicas_went_offline))
        self.reassignments = Reassignments(zookeeper, state, self._decrees, broker_id)
        self.elections = Elections(state, self._decrees, broker_id)

    async def take_over(self) -> None:
        """Read the cluster and set every watch."""
        for notifications in (znodes.ISR_CHANGES, znodes.LOG_DIR_EVENTS):
            for name in await self._zookeeper.children(notifications):
                await self._zookeeper.delete(f"{notifications}/{name}")
        await self._read_brokers()
        found = await self._read_topics()
        await self._leave_isr(self._state.dead_replicas())
        await self._bring_online(found, tell=found)
        events: Sequence[Callable[[], Awaitable[None]]] = (
            self.isr_changed,
            self.directories_failed,
            self.deletions_changed,
            self.reassignments_changed,
            self.election_wanted,
        )
        for event in events:
            await event()

    # --- brokers

    async def brokers_changed(self) -> None:
        """Brokers came, went, or changed their addresses."""
        before = self._state.brokers
        await self._read_brokers()
        await self._bring_online(self._state.partitions(), tell=())
        await self._leave_isr(sorted(before.keys() - self._state.brokers.keys()))
        await self._continue_deletions()

    async def _read_brokers(self) -> None:
        watch = self._watch(self.brokers_changed)
        brokers, epochs = {}, {}
        for broker_id in sorted(map(int, await self._zookeeper.children(znodes.BROKER_IDS, watch))):
            try:
                data, stat = await self._zookeeper.get(znodes.broker_path(broker_id), watch)
                brokers[broker_id] = znodes.decode_broker(data or b"")
                epochs[broker_id] = stat.czxid
            except (NoNode, ValueError) as error:
                _log.debug("[Controller id=%d] Broker %d: %s", self._broker_id, broker_id, error)
        self._state.set_brokers(brokers, epochs)
        self._broker.set_brokers(brokers)

    # --- topics and partitions

    async def topics_changed(self) -> None:
        """Topics were created, or their znodes are gone."""
        found = await self._read_topics()
        await self._bring_online(found, tell=found)

    async def _read_topics(self) -> list[TopicPartition]:
        """Read the topics that are new, forget those that are gone; return the new ones' partitions."""
        names = await self._zookeeper.children(znodes.TOPICS, self._watch(self.topics_changed))
        new, vanished = self._state.changed_topics(names)
        for topic in vanished:
            self._forget(topic)
        if new or vanished:
            _log.info(
                "[Controller id=%d] New topics: [%s], deleted topics: [%s]",
                self._broker_id,
                ", ".join(new),
                ", ".join(vanished),
            )
        await asyncio.gather(*map(self._read_topic, new))
        return [partition for topic in new for partition in self._state.partitions_of(topic)]

    async def _read_topic(self, topic: str) -> None:
        try:
            data, _ = await self._zookeeper.get(znodes.topic_path(topic), self._watch(self.partitions_changed, topic))
        except NoNode:
            return
        self._state.topics[topic] = znodes.decode_topic(data)
        self._decrees.overrides[topic] = await read_configs(self._zookeeper, f"topics/{topic}")
        if await self._zookeeper.exists(f"{znodes.topic_path(topic)}/partitions") is not None:
            await asyncio.gather(*map(self._read_state, self._state.partitions_of(topic)))

    async def _read_state(self, partition: TopicPartition) -> None:
        try:
            data, stat = await self._zookeeper.get(znodes.state_path(partition))
            self._state.leaders[partition] = znodes.decode_state(data or b"", stat.version)
        except NoNode:
            self._state.leaders.pop(partition, None)

    async def partitions_changed(self, topic: str) -> None:
        """The topic's assignment was changed: partitions were added."""
        if topic not in self._state.topics:
            return
        try:
            data, _ = await self._zookeeper.get(znodes.topic_path(topic), self._watch(self.partitions_changed, topic))
        except NoNode:
            return
        assignment = znodes.decode_topic(data)
        added = self._state.new_partitions(topic, assignment)
        shown = ", ".join(map(str, added))
        if added and topic in self._state.deleting:
            _log.warning(
                "[Controller id=%d] Skipping adding partitions %s since their topic is being deleted",
                self._broker_id,
                shown,
            )
            await self._decrees.write_assignment(topic)
        elif added:
            _log.info("[Controller id=%d] New partitions to be added %s", self._broker_id, shown)
            self._decrees.overrides[topic] = await read_configs(self._zookeeper, f"topics/{topic}")
            self._state.topics[topic] |= {partition.partition: assignment[partition.partition] for partition in added}
            await self._bring_online(added, tell=added)

    async def _bring_online(self, partitions: Sequence[TopicPartition], *, tell: Sequence[TopicPartition]) -> None:
        """Give those that have no state their first, those without a living leader another; tell of these and of `tell`."""
        first = {
            partition: state
            for partition in partitions
            if partition not in self._state.leaders and (state := self._state.first_state(partition))
        }
        await self._decrees.create_states(first)
        await self._elect_leaderless(partitions)
        await self._decrees.tell_all(dict.fromkeys((*tell, *first)))

    async def _elect_leaderless(self, partitions: Sequence[TopicPartition]) -> None:
        states = {}
        for partition in self._state.leaderless(partitions):
            unclean = self._unclean(self._decrees.overrides.get(partition.topic, {}))
            if state := self._state.elect(partition, unclean=unclean):
                states[partition] = state
        await self._decrees.write_states(states)

    async def _leave_isr(self, brokers: Sequence[int]) -> None:
        """Take the replicas of brokers that aren't there, one by one, out of the ISRs: each is a leader epoch of its own."""
        for broker_id in brokers:
            states = {
                partition: state
                for partition in self._state.partitions()
                if partition.topic not in self._state.deleting
                and (state := self._state.without_replica(partition, broker_id))
            }
            await self._decrees.write_states(states)

    async def configs_changed(self, entity: str, configs: dict[str, str]) -> None:
        """A topic or brokers have other configs (`topics/T`, `brokers/1`), by which leaders may be found that weren't before."""
        kind, _, name = entity.partition("/")
        if kind == "topics" and name in self._state.topics:
            self._decrees.overrides[name] = configs
            await self._elect_leaderless(self._state.partitions_of(name))
        elif kind == "brokers":
            await self._elect_leaderless(self._state.partitions())

    async def isr_changed(self) -> None:
        """Leaders have changed in-sync replicas, and say so in notifications, which are removed."""
        for name in await self._zookeeper.children(znodes.ISR_CHANGES, self._watch(self.isr_changed)):
            path = f"{znodes.ISR_CHANGES}/{name}"
            data, _ = await self._zookeeper.get(path)
            for partition in znodes.decode_partitions(data):
                await self._read_state(partition)
                self._decrees.tell(partition)
            await self._zookeeper.delete(path)
        await self.reassignments_changed()

    async def directories_failed(self) -> None:
        """Log directories of brokers have failed, as notifications say, which are removed: which replicas were in them?"""
        names = await self._zookeeper.children(znodes.LOG_DIR_EVENTS, self._watch(self.directories_failed))
        brokers = set()
        for name in names:
            data, _ = await self._zookeeper.get(f"{znodes.LOG_DIR_EVENTS}/{name}")
            brokers.add(znodes.decode_log_dir_event(data or b""))
        if brokers:
            shown = ",".join(map(str, sorted(brokers)))
            _log.info("[Controller id=%d] Handling log directory failure for brokers %s", self._broker_id, shown)
        for partition in self._state.partitions_on(brokers):
            self._decrees.tell(partition)
        for name in names:
            await self._zookeeper.delete(f"{znodes.LOG_DIR_EVENTS}/{name}")

    async def replicas_went_offline(self) -> None:
        """Replicas are in log directories that have failed: others lead their partitions, or nobody."""
        await self._elect_leaderless(self._state.partitions())
        await self._decrees.write_states(self._state.without_offline())

    def _forget(self, topic: str) -> None:
        self._state.forget_topic(topic)
        self._decrees.overrides.pop(topic, None)
        self._broker.forget_topic(topic)

    # --- requests under /admin

    async def deletions_changed(self) -> None:
        """Topics were marked for deletion."""
        names = await self._zookeeper.children(znodes.DELETE_TOPICS, self._watch(self.deletions_changed))
        wanted = [name for name in names if name in self._state.topics]
        if missing := [name for name in names if name not in self._state.topics]:
            shown = ",".join(missing)
            _log.warning("[Controller id=%d] Ignoring request to delete non-existing topics %s", self._broker_id, shown)
            await self._decrees.delete([f"{znodes.DELETE_TOPICS}/{name}" for name in missing])
        if wanted and not self._delete_topic_enable:
            shown = ", ".join(wanted)
            _log.info("[Controller id=%d] Removing %s since delete topic is disabled", self._broker_id, shown)
            await self._decrees.delete([f"{znodes.DELETE_TOPICS}/{name}" for name in wanted])
        elif wanted:
            shown = ",".join(wanted)
            _log.info("[Controller id=%d] Starting topic deletion for topics %s", self._broker_id, shown)
            self._state.deleting.update(wanted)
            await self._continue_deletions()

    async def _continue_deletions(self) -> None:
        """Delete the topics that wait for it and whose replicas all live."""
        for topic in sorted(self._state.deleting):
            if self._state.is_deletable(topic):
                await self._delete_topic(topic)

    async def _delete_topic(self, topic: str) -> None:
        partitions = self._state.partitions_of(topic)
        self._broker.forget_topic(topic)
        await self._decrees.write_states(
            {partition: state for partition in partitions if (state := self._state.without_leader(partition))}
        )
        for partition in partitions:
            self._decrees.stop_replica(partition)
        for path in (
            znodes.topic_path(topic),
            znodes.config_path(f"topics/{topic}"),
            f"{znodes.DELETE_TOPICS}/{topic}",
        ):
            await self._zookeeper.delete_recursive(path)
        self._forget(topic)
        _log.info("[Topic Deletion Manager %d] Deletion of topic %s successfully completed", self._broker_id, topic)

    async def election_wanted(self) -> None:
        """Preferred leaders are wanted back."""
        path = znodes.PREFERRED_REPLICA_ELECTION
        while await self._zookeeper.exists(path, self._watch(self.election_wanted)) is not None:
            data, _ = await self._zookeeper.get(path)
            partitions = znodes.decode_partitions(data)
            await self._decrees.write_states(
                {partition: state for partition in partitions if (state := self._state.elect_preferred(partition))}
            )
            await self._decrees.delete([path])

    async def reassignments_changed(self) -> None:
        """Replicas are to move, or those that move have caught up."""
        await self.reassignments.advance(self._watch(self.reassignments_changed))
        await self._continue_deletions()
