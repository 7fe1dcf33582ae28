"""Partition reassignment: replicas move, and the move is over when every target replica is in sync.

Wanted by `/admin/reassign_partitions`, kept in the topic's znode as adding and removing replicas meanwhile; what is done or
can't be done is taken out of the request. Source: Apache `KafkaController.scala` (onPartitionReassignment), KIP-455.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

from kafkacli.controller import znodes
from kafkacli.controller.znodes import ReplicaAssignment, TopicPartition
from kafkacli.controller.zookeeper_client import Watch

if TYPE_CHECKING:
    from kafkacli.controller.controller import Controller

_log = logging.getLogger("kafka.controller.KafkaController")


class Reassignments:
    """One look at what is wanted and what is under way."""

    def __init__(self, controller: Controller) -> None:
        self._controller = controller
        self._state = controller.state

    async def advance(self, watch: Watch) -> None:
        """Start what is wanted, finish what can be finished; `watch` is called when more is wanted."""
        zookeeper = self._controller.zookeeper
        requested = await zookeeper.exists(znodes.REASSIGN_PARTITIONS, watch=watch) is not None
        if requested:
            data, _ = await zookeeper.get(znodes.REASSIGN_PARTITIONS)
            await self._start(znodes.decode_reassignment(data))
        for partition in self._state.partitions():
            assignment = self._state.assignment(partition)
            if assignment is not None and assignment.is_being_reassigned and self._is_in_sync(partition, assignment):
                await self._finish(partition, assignment)
        await self._controller.continue_deletions()
        if requested and await zookeeper.exists(znodes.REASSIGN_PARTITIONS) is None:
            await self.advance(watch)

    async def _start(self, wanted: Mapping[TopicPartition, tuple[int, ...]]) -> None:
        left = dict(wanted)
        for partition, target in wanted.items():
            current = self._state.assignment(partition)
            if current is None or partition.topic in self._state.deleting or not target:
                _log.warning(
                    "[Controller id=%d] Failed reassignment of %s through zk: The partition does not exist.",
                    self._controller.broker_id,
                    partition,
                )
                del left[partition]
                continue
            moving = current.reassigned_to(target)
            if moving != current:
                self._state.topics[partition.topic][partition.partition] = moving
                await self._controller.write_assignment(partition.topic)
                if state := self._state.next_epoch(partition):
                    await self._controller.write_states({partition: state})
            if self._is_in_sync(partition, moving):
                await self._finish(partition, moving)
                del left[partition]
        if not left:
            await self._controller.delete_admin_request(znodes.REASSIGN_PARTITIONS)
        elif left != dict(wanted):
            await self._controller.set_admin_request(znodes.REASSIGN_PARTITIONS, znodes.encode_reassignment(left))

    def _is_in_sync(self, partition: TopicPartition, assignment: ReplicaAssignment) -> bool:
        state = self._state.leaders.get(partition)
        return state is not None and set(assignment.target) <= set(state.isr)

    async def _finish(self, partition: TopicPartition, assignment: ReplicaAssignment) -> None:
        target = assignment.target
        self._state.topics[partition.topic][partition.partition] = ReplicaAssignment(target)
        state = self._state.next_epoch(partition)
        assert state is not None  # it is in sync
        isr = tuple(replica for replica in state.isr if replica in target)
        leader = state.leader if state.leader in target else next(r for r in target if r in isr)
        await self._controller.write_states({partition: state._replace(leader=leader, isr=isr)})
        if self._controller.broker_id in assignment.removing:
            self._controller.stop_replica(partition)
        await self._controller.write_assignment(partition.topic)
        _log.info(
            "[Controller id=%d] Reassignment of %s to %s is complete",
            self._controller.broker_id,
            partition,
            ",".join(map(str, target)),
        )
