"""What the active controller knows of the cluster, and what follows from it: no IO, no clock.

The controller fills it from ZooKeeper and asks it what to write and to send next. Source: Apache `ControllerContext.scala`,
`Election.scala` (which replica leads), `PartitionStateMachine.scala`, `TopicDeletionManager.scala`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

from kafkacli.registry.znodes import BrokerRegistration, LeaderAndIsr, ReplicaAssignment, TopicPartition

NO_LEADER = -1


class ClusterState:
    """Live brokers, topics with their assignments, leaders, and deletions in progress."""

    def __init__(self) -> None:
        self.epoch = 0
        self.epoch_version = 0
        self.brokers: dict[int, BrokerRegistration] = {}
        self.broker_epochs: dict[int, int] = {}
        self.shutting_down: set[int] = set()
        self.topics: dict[str, dict[int, ReplicaAssignment]] = {}
        self.leaders: dict[TopicPartition, LeaderAndIsr] = {}
        self.deleting: set[str] = set()
        self._offline: set[tuple[int, TopicPartition]] = set()

    def set_brokers(self, brokers: Mapping[int, BrokerRegistration], epochs: Mapping[int, int]) -> None:
        """Take note of the registered brokers; epochs: the czxid of each one's znode. One that is new isn't shutting down."""
        self.shutting_down = {
            broker for broker in self.shutting_down if epochs.get(broker) == self.broker_epochs[broker]
        }
        self._offline = {
            (broker, partition)
            for broker, partition in self._offline
            if epochs.get(broker) == self.broker_epochs.get(broker)
        }
        self.brokers, self.broker_epochs = dict(brokers), dict(epochs)

    def is_live(self, broker_id: int) -> bool:
        """Whether the broker may lead: it is registered and not about to stop."""
        return broker_id in self.brokers and broker_id not in self.shutting_down

    def set_online(self, broker_id: int, partition: TopicPartition, is_online: bool) -> bool:
        """Take note of whether a broker's replica is in a directory that works; says whether it went offline just now."""
        replica = broker_id, partition
        if is_online:
            self._offline.discard(replica)
            return False
        was_online = replica not in self._offline
        self._offline.add(replica)
        return was_online

    def is_online(self, broker_id: int, partition: TopicPartition) -> bool:
        """Whether a live broker's replica may lead: its log directory hasn't failed."""
        return self.is_live(broker_id) and (broker_id, partition) not in self._offline

    def _online(self, brokers: Iterable[int], partition: TopicPartition) -> list[int]:
        return [broker for broker in brokers if self.is_online(broker, partition)]

    def partitions_on(self, brokers: Container[int]) -> list[TopicPartition]:
        """Return the partitions that have a replica on one of the brokers."""
        return [
            TopicPartition(topic, number)
            for topic, numbers in self.topics.items()
            for number, assignment in numbers.items()
            if any(replica in brokers for replica in assignment.replicas)
        ]

    def dead_replicas(self) -> list[int]:
        """Return the brokers that have replicas but aren't there."""
        assigned = (assignment.replicas for numbers in self.topics.values() for assignment in numbers.values())
        return sorted({broker for replicas in assigned for broker in replicas} - self.brokers.keys())

    def partitions(self) -> list[TopicPartition]:
        """Every known partition."""
        return [TopicPartition(topic, number) for topic, numbers in self.topics.items() for number in numbers]

    def partitions_of(self, topic: str) -> list[TopicPartition]:
        return [TopicPartition(topic, number) for number in self.topics.get(topic, ())]

    def assignment(self, partition: TopicPartition) -> ReplicaAssignment | None:
        return self.topics.get(partition.topic, {}).get(partition.partition)

    def changed_topics(self, names: Iterable[str]) -> tuple[list[str], list[str]]:
        """Return the new and the vanished topics, when `names` are all there are now."""
        current = set(names)
        return sorted(current - self.topics.keys()), sorted(self.topics.keys() - current)

    def forget_topic(self, topic: str) -> None:
        for partition in self.partitions_of(topic):
            self.leaders.pop(partition, None)
        self.topics.pop(topic, None)
        self.deleting.discard(topic)

    def new_partitions(self, topic: str, assignment: Mapping[int, ReplicaAssignment]) -> list[TopicPartition]:
        """Return the partitions of the assignment that are not known yet."""
        known = self.topics.get(topic, {})
        return [TopicPartition(topic, number) for number in assignment if number not in known]

    def first_state(self, partition: TopicPartition) -> LeaderAndIsr | None:
        """Return the state that a new partition begins with: its live replicas, led by the first; None when none lives."""
        assignment = self.assignment(partition)
        live = list(filter(self.is_live, assignment.replicas)) if assignment else []
        return LeaderAndIsr(live[0], 0, tuple(live), self.epoch) if live else None

    def leaderless(self, partitions: Iterable[TopicPartition]) -> list[TopicPartition]:
        """Return those of the partitions whose leader is gone or was never chosen."""
        return [
            partition
            for partition in partitions
            if partition.topic not in self.deleting
            and (
                (state := self.leaders.get(partition)) is None
                or state.leader not in self.brokers
                or (state.leader, partition) in self._offline
            )
        ]

    def without_offline(self) -> dict[TopicPartition, LeaderAndIsr]:
        """Return the states of the partitions that have just lost their leader with its log directory."""
        return {
            partition: changed
            for broker, partition in self._offline
            if (state := self.leaders.get(partition)) is not None
            and state.leader == broker
            and partition.topic not in self.deleting
            and (changed := self.without_leader(partition)) is not None
        }

    def elect(self, partition: TopicPartition, *, unclean: bool = False) -> LeaderAndIsr | None:
        """Return the state with a new leader, the first live replica in the ISR; None when there is none to elect.

        unclean: any live replica may lead when none of the ISR lives.
        """
        assignment, state = self.assignment(partition), self.leaders.get(partition)
        if assignment is None or state is None:
            return None
        live = self._online(assignment.replicas, partition)
        in_sync = [replica for replica in live if replica in state.isr]
        if in_sync:
            isr = tuple(self._online(state.isr, partition))
            return self._next(state, in_sync[0], isr)
        return self._next(state, live[0], (live[0],)) if unclean and live else None

    def elect_preferred(self, partition: TopicPartition) -> LeaderAndIsr | None:
        """Return the state led by the first replica of the assignment; None when it leads already or can't."""
        assignment, state = self.assignment(partition), self.leaders.get(partition)
        if assignment is None or state is None:
            return None
        preferred = assignment.replicas[0]
        if state.leader == preferred or not self.is_online(preferred, partition) or preferred not in state.isr:
            return None
        return self._next(state, preferred, state.isr)

    def without_leader(self, partition: TopicPartition) -> LeaderAndIsr | None:
        """Return the state of a partition that nobody can lead or whose topic is being deleted; its in-sync replicas stay."""
        state = self.leaders.get(partition)
        return None if state is None else self._next(state, NO_LEADER, state.isr)

    def without_replica(self, partition: TopicPartition, replica: int) -> LeaderAndIsr | None:
        """Return the state without a replica in the ISR, where the last one stays; None when it isn't there."""
        state = self.leaders.get(partition)
        if state is None or replica not in state.isr:
            return None
        leader = NO_LEADER if replica == state.leader else state.leader
        return self._next(state, leader, tuple(other for other in state.isr if other != replica) or state.isr)

    def next_epoch(self, partition: TopicPartition) -> LeaderAndIsr | None:
        """Return the state with the same leader in a new epoch, for a changed assignment."""
        state = self.leaders.get(partition)
        return None if state is None else self._next(state, state.leader, state.isr)

    def _next(self, state: LeaderAndIsr, leader: int, isr: tuple[int, ...]) -> LeaderAndIsr:
        return LeaderAndIsr(leader, state.leader_epoch + 1, isr, self.epoch, state.version)

    def is_deletable(self, topic: str) -> bool:
        """Whether every replica of the topic lives and none is being moved."""
        return all(
            not assignment.is_being_reassigned
            and all(
                replica in self.brokers and (replica, TopicPartition(topic, number)) not in self._offline
                for replica in assignment.replicas
            )
            for number, assignment in self.topics.get(topic, {}).items()
        )
