"""What the active controller decrees: written to ZooKeeper under its epoch, then told to the broker.

Every write checks the version of `/controller_epoch` in the same transaction, so that a controller that was superseded
changes nothing. Source: Apache `KafkaZkClient.scala` (retryRequestsUntilConnected with the epoch's version).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from kafkacli.controller.cluster_state import ClusterState
from kafkacli.controller.local_broker import LocalBroker
from kafkacli.controller.zookeeper_client import (
    Check,
    Create,
    Delete,
    Set,
    Step,
    ZooKeeperClient,
    ZooKeeperError,
)
from kafkacli.errors import ErrorCode
from kafkacli.registry import znodes
from kafkacli.registry.znodes import LeaderAndIsr, TopicPartition

STEPS_AT_ONCE: Final = 300  # of one transaction: far below ZooKeeper's frame limit of 1 MiB


class ControllerMoved(Exception):
    """Another broker has become the controller; what was to be written was not."""


class Decrees:
    """The writes of one controllership over `state`. overrides: each topic's own configs, for logs that are made.

    went_offline: called when the broker's replica turns out to be in a log directory that has failed.
    """

    def __init__(
        self,
        zookeeper: ZooKeeperClient,
        broker: LocalBroker,
        state: ClusterState,
        broker_id: int,
        went_offline: Callable[[], None],
    ) -> None:
        self._broker_id = broker_id
        self._went_offline = went_offline
        self._new: set[TopicPartition] = set()
        self._zookeeper = zookeeper
        self._broker = broker
        self._state = state
        self.overrides: dict[str, dict[str, str]] = {}

    async def write(self, steps: Sequence[Step]) -> None:
        """Do the steps, or none of each few hundred. Raises ControllerMoved, ZooKeeperError."""
        guard = Check(znodes.CONTROLLER_EPOCH, self._state.epoch_version)
        for start in range(0, len(steps), STEPS_AT_ONCE):
            try:
                await self._zookeeper.multi([guard, *steps[start : start + STEPS_AT_ONCE]])
            except ZooKeeperError as error:
                _, stat = await self._zookeeper.get(znodes.CONTROLLER_EPOCH)
                if stat.version != self._state.epoch_version:
                    raise ControllerMoved from error
                raise

    async def create_states(self, states: Mapping[TopicPartition, LeaderAndIsr]) -> None:
        """Write the first states of new partitions."""
        parents = [f"{znodes.topic_path(topic)}/partitions" for topic in sorted({part.topic for part in states})]
        known = await asyncio.gather(*map(self._zookeeper.exists, parents))
        steps: list[Step] = [Create(path) for path, stat in zip(parents, known, strict=True) if stat is None]
        for partition, state in states.items():
            path = znodes.state_path(partition)
            steps += [Create(path.rpartition("/")[0]), Create(path, znodes.encode_state(state))]
        await self.write(steps)
        self._state.leaders.update(states)
        self._new.update(states)

    async def write_states(self, states: Mapping[TopicPartition, LeaderAndIsr]) -> None:
        """Write changed states, and tell of each unless its topic is being deleted."""
        await self.write(
            [Set(znodes.state_path(part), znodes.encode_state(state), state.version) for part, state in states.items()]
        )
        for partition, state in states.items():
            self._state.leaders[partition] = state._replace(version=state.version + 1)
            if partition.topic not in self._state.deleting:
                self.tell(partition)

    async def write_assignment(self, topic: str) -> None:
        """Write the topic's assignment as it is known here."""
        await self.write([Set(znodes.topic_path(topic), znodes.encode_topic(self._state.topics[topic]))])

    async def delete(self, paths: Sequence[str]) -> None:
        """Delete requests that have been done."""
        await self.write([Delete(path) for path in paths])

    async def replace(self, path: str, data: bytes) -> None:
        """Replace a request with what is left of it."""
        await self.write([Set(path, data)])

    def tell(self, partition: TopicPartition) -> None:
        """Tell the broker of a partition's state."""
        self._set(partition)
        self._make_known((partition,))

    async def tell_all(self, partitions: Collection[TopicPartition]) -> None:
        """Tell the broker of these partitions' states; clients hear of them when it has them all.

        The loop's other work has its turn after each one, which may take as long as making a log does. Clients that met a
        topic with some of its partitions would place keys by their number.
        """
        for partition in partitions:
            self._set(partition)
            await asyncio.sleep(0)
        self._make_known(partitions)
        self._broker.told_all()

    def _set(self, partition: TopicPartition) -> None:
        state, assignment = self._state.leaders.get(partition), self._state.assignment(partition)
        if state is not None and assignment is not None:
            overrides = self.overrides.get(partition.topic, {})
            is_new = partition in self._new
            self._new.discard(partition)
            error = self._broker.set_partition(partition, state, assignment, overrides, is_new=is_new)
            if self._state.set_online(self._broker_id, partition, error != ErrorCode.KAFKA_STORAGE_ERROR):
                self._went_offline()

    def _make_known(self, partitions: Collection[TopicPartition]) -> None:
        found = ((part, self._state.leaders.get(part), self._state.assignment(part)) for part in partitions)
        self._broker.make_known(
            {
                part: (state, assignment)
                for part, state, assignment in found
                if state is not None and assignment is not None
            }
        )

    def stop_replica(self, partition: TopicPartition) -> None:
        """Have the broker delete its replica."""
        self._broker.stop_replica(partition, delete=True)

    def forget_topic(self, topic: str) -> None:
        """Have the broker know of the topic no more."""
        self._broker.forget_topic(topic)
