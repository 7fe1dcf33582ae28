"""The broker in the controller's own process, as the controller sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from kafkacli.errors import ErrorCode
from kafkacli.registry.znodes import BrokerRegistration, LeaderAndIsr, ReplicaAssignment, TopicPartition


class LocalBroker(Protocol):
    """What the controller tells it: LeaderAndIsr, StopReplica and UpdateMetadata as calls on the loop; nothing waits."""

    def set_controller(self, broker_id: int | None, epoch: int) -> None:
        """Take note of who is the controller; epoch: that of the last controller in this process."""

    def set_brokers(self, brokers: Mapping[int, BrokerRegistration]) -> None:
        """Take note of the live brokers."""

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

    def make_known(self, states: Mapping[TopicPartition, tuple[LeaderAndIsr, ReplicaAssignment]]) -> None:
        """Tell clients of these states from now on, of all at once: none sees a part of a topic."""

    def told_all(self) -> None:
        """Take note that every partition there is has been told of: one that isn't known isn't there."""

    def stop_replica(self, partition: TopicPartition, *, delete: bool) -> ErrorCode:
        """Have the replica no more; says when its disk refuses."""

    def forget_topic(self, topic: str) -> None:
        """Know of the topic no more."""
