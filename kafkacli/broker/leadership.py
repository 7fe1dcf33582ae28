"""What the controller tells this broker: LeaderAndIsr, StopReplica and UpdateMetadata, as calls on the loop.

Source: Apache `ReplicaManager.scala` (becomeLeaderOrFollower, stopReplicas), `MetadataCache.scala` (updateMetadata).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Final

from kafkacli.broker.broker import Broker
from kafkacli.broker.metadata import BrokerNode, Endpoint, PartitionMetadata
from kafkacli.broker.topic_configs import log_config
from kafkacli.config_types import ConfigError
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.registry.assignment import LiveBroker
from kafkacli.registry.znodes import BrokerRegistration, LeaderAndIsr, ReplicaAssignment, TopicPartition
from kafkacli.replica.partition import LeadershipState, Partition

UNKNOWN_EPOCH: Final = -1

_log = logging.getLogger("state.change.logger")


class Leadership:
    """The controller's word, carried out on `broker`'s partitions and metadata.

    became_leader, resigned: called with a partition that this broker leads from now on, or leads no more.
    deleted: called with a topic that is no more, and the numbers of its partitions.
    """

    def __init__(self, broker: Broker, own_configs: dict[str, dict[str, str]]) -> None:
        """own_configs: those of each topic, as last heard of; here come those of topics whose logs are made."""
        self._broker = broker
        self._own_configs = own_configs
        self._controller_epoch = 0
        self._waiting: dict[TopicPartition, Callable[[], ErrorCode]] = {}
        self.became_leader: list[Callable[[Partition], None]] = []
        self.resigned: list[Callable[[Partition], None]] = []
        self.deleted: list[Callable[[str, list[int]], None]] = []

    # --- what the controller asks

    def live_brokers(self) -> list[LiveBroker]:
        """The live brokers by id."""
        return [LiveBroker(node.node_id, node.rack) for node in self._broker.metadata.brokers()]

    def has_topic(self, topic: str) -> bool:
        """Whether the topic is known."""
        return topic in self._broker.metadata

    def has_leaders(self, topic: str, partitions: int) -> bool:
        """Whether that many partitions of the topic have a leader."""
        known = self._broker.metadata.partitions(topic)
        return sum(state.leader >= 0 for state in known.values()) >= partitions

    # --- what it says

    def check_controller(self, epoch: int, broker_epoch: int) -> None:
        """Hear a controller out, or raise ApiError: STALE_CONTROLLER_EPOCH for a superseded one, STALE_BROKER_EPOCH.

        broker_epoch: the registration of this broker that it knows, -1 for an old controller, which doesn't say (KIP-380).
        """
        if broker_epoch != UNKNOWN_EPOCH and broker_epoch < self._broker.epoch:
            raise ApiError(ErrorCode.STALE_BROKER_EPOCH)
        if epoch < self._controller_epoch:
            raise ApiError(ErrorCode.STALE_CONTROLLER_EPOCH)
        self._controller_epoch = epoch

    def set_controller(self, broker_id: int | None, epoch: int) -> None:
        """Take note of who is the controller; epoch: that of the last controller in this process."""
        self._broker.metadata.controller_id = broker_id
        self._controller_epoch = max(self._controller_epoch, epoch)

    def set_brokers(self, brokers: Mapping[int, BrokerRegistration]) -> None:
        """Take note of the live brokers."""
        self._broker.metadata.set_brokers(
            BrokerNode(
                broker_id,
                {name: Endpoint(host, port) for name, _, host, port in registration.endpoints},
                registration.rack,
            )
            for broker_id, registration in brokers.items()
        )

    def set_partition(
        self,
        partition: TopicPartition,
        state: LeaderAndIsr,
        assignment: ReplicaAssignment,
        overrides: Mapping[str, str],
        *,
        is_new: bool,
    ) -> ErrorCode:
        """Lead or follow a partition of its own; says so (KAFKA_STORAGE_ERROR) when it is in a directory that has failed.

        overrides: the topic's own configs, for a log that is made now. is_new: whether there never was one.
        """
        if self._broker.node_id in assignment.replicas:
            self.host(partition, state, assignment.replicas, overrides, is_new=is_new)
        return ErrorCode.KAFKA_STORAGE_ERROR if self._offline(partition, assignment) else ErrorCode.NONE

    def make_known(self, states: Mapping[TopicPartition, tuple[LeaderAndIsr, ReplicaAssignment]]) -> None:
        """Tell clients of these states from now on, of all at once: none sees a part of a topic."""
        for partition, (state, assignment) in states.items():
            offline = self._offline(partition, assignment)
            self.know(
                partition, PartitionMetadata(state.leader, state.leader_epoch, state.isr, assignment.replicas, offline)
            )

    def told_all(self) -> None:
        """Take note that every partition there is has been told of: one that isn't known isn't there."""
        self._broker.metadata.is_complete = True

    def _offline(self, partition: TopicPartition, assignment: ReplicaAssignment) -> tuple[int, ...]:
        node_id = self._broker.node_id
        if node_id in assignment.replicas and self._broker.partitions.is_offline(*partition):
            return (node_id,)
        return ()

    def know(self, partition: TopicPartition, state: PartitionMetadata) -> None:
        """Answer with this state of a partition from now on."""
        self._broker.metadata.update_partition(*partition, state)
        self._broker.purgatory.notify(*partition)

    def host(
        self,
        partition: TopicPartition,
        state: LeaderAndIsr,
        replicas: tuple[int, ...],
        overrides: Mapping[str, str],
        *,
        is_new: bool,
    ) -> ErrorCode:
        """Lead or follow a partition of this broker. Its log is made where there is none; says why it can't be.

        Where the disk had no room for it, `try_again` may succeed.
        """
        broker = self._broker
        self._waiting.pop(partition, None)
        before = broker.partitions.find(*partition)
        if before is None:
            self._own_configs[partition.topic] = dict(overrides)
        was_leader = before is not None and before.is_leader
        said = LeadershipState(
            state.leader, state.leader_epoch, state.isr, replicas, state.version, state.controller_epoch
        )
        leads = state.leader == broker.node_id
        change = broker.partitions.become_leader if leads else broker.partitions.become_follower
        try:
            hosted = change(*partition, said, log_config(broker.config, overrides), broker.now_ms(), is_new=is_new)
        except (ApiError, ConfigError) as error:
            _log.error("[Broker id=%d] Can't host partition %s: %s", broker.node_id, partition, error)
            if not broker.partitions.is_offline(*partition):
                self._waiting[partition] = lambda: self.host(
                    partition, state, replicas, self._own_configs.get(partition.topic, {}), is_new=is_new
                )
            return ErrorCode.KAFKA_STORAGE_ERROR
        broker.moves.resume(hosted)
        if hosted.is_leader and not was_leader:
            _log.info(
                "[Broker id=%d] Leader %s starts at leader epoch %d from offset %d with high watermark %d ISR [%s]",
                broker.node_id,
                partition,
                state.leader_epoch,
                hosted.log.log_end_offset,
                hosted.high_watermark,
                ",".join(map(str, state.isr)),
            )
            for listener in self.became_leader:
                listener(hosted)
        elif was_leader and not hosted.is_leader:
            for listener in self.resigned:
                listener(hosted)
        return ErrorCode.NONE

    def try_again(self) -> None:
        """Host the partitions for whose logs there was no room."""
        for host in list(self._waiting.values()):
            host()

    def stop_replica(self, partition: TopicPartition, *, delete: bool) -> ErrorCode:
        """Have the replica no more; says when its disk refuses."""
        broker = self._broker
        self._waiting.pop(partition, None)
        hosted = broker.partitions.find(*partition)
        broker.moves.forget(*partition)
        try:
            broker.partitions.stop_replica(*partition, broker.now_ms(), delete=delete)
        except ApiError as error:
            _log.error("[Broker id=%d] Can't delete partition %s: %s", broker.node_id, partition, error)
            return ErrorCode.KAFKA_STORAGE_ERROR
        finally:
            self._resign(partition, hosted)
        return ErrorCode.NONE

    def went_offline(self, partition: Partition) -> None:
        """A partition was in a log directory that has failed: clients that wait for it are told."""
        self._resign(TopicPartition(partition.topic, partition.partition), partition)

    def _resign(self, partition: TopicPartition, hosted: Partition | None) -> None:
        if hosted is not None:
            for listener in self.resigned:
                listener(hosted)
        self._broker.purgatory.notify(*partition)

    def forget_topic(self, topic: str) -> None:
        """Know of the topic no more."""
        self.forget_partitions(topic, list(self._broker.metadata.partitions(topic)))

    def forget_partitions(self, topic: str, numbers: list[int]) -> None:
        """Know of these partitions of a topic no more."""
        for number in numbers:
            self._broker.purgatory.notify(topic, number)
            self._broker.metadata.remove_partition(topic, number)
        for listener in self.deleted:
            listener(topic, numbers)
