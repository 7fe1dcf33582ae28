"""Partition reassignment: replicas move, and the move is over when every target replica is in sync.

Wanted by `/admin/reassign_partitions`, kept in the topic's znode as adding and removing replicas meanwhile; what is done or
can't be done is taken out of the request. Source: Apache `KafkaController.scala` (onPartitionReassignment), KIP-455.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from kafkacli.controller.cluster_state import ClusterState
from kafkacli.controller.decrees import Decrees
from kafkacli.controller.zookeeper_client import Watch, ZooKeeperClient
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.registry import znodes
from kafkacli.registry.znodes import ReplicaAssignment, TopicPartition

_log = logging.getLogger("kafka.controller.KafkaController")

Wanted = dict[TopicPartition, tuple[int, ...]]


class Reassignments:
    """The moves of one controllership."""

    def __init__(self, zookeeper: ZooKeeperClient, state: ClusterState, decrees: Decrees, broker_id: int) -> None:
        self._zookeeper = zookeeper
        self._state = state
        self._decrees = decrees
        self._broker_id = broker_id

    async def advance(self, watch: Watch) -> None:
        """Start what is wanted, finish what can be finished; `watch` is called when something else is wanted."""
        wanted: Wanted = {}
        while await self._zookeeper.exists(znodes.REASSIGN_PARTITIONS, watch) is not None:
            data, _ = await self._zookeeper.get(znodes.REASSIGN_PARTITIONS)
            wanted = znodes.decode_reassignment(data)
            left = {partition: target for partition, target in wanted.items() if await self._start(partition, target)}
            if left:
                await self._finish_ready()
                left = {partition: target for partition, target in left.items() if self._is_moving(partition)}
            if left == wanted:
                return
            if left:
                await self._decrees.replace(znodes.REASSIGN_PARTITIONS, znodes.encode_reassignment(left))
                return
            await self._decrees.delete([znodes.REASSIGN_PARTITIONS])
        await self._finish_ready()

    async def _start(self, partition: TopicPartition, target: tuple[int, ...]) -> bool:
        """Let the replicas move; False when there is no such partition to move."""
        current = self._state.assignment(partition)
        if current is None or partition.topic in self._state.deleting or not target:
            _log.warning(
                "[Controller id=%d] Failed reassignment of %s through zk: The partition does not exist.",
                self._broker_id,
                partition,
            )
            return False
        moving = current.reassigned_to(target)
        if moving != current:
            self._state.topics[partition.topic][partition.partition] = moving
            await self._decrees.write_assignment(partition.topic)
            if state := self._state.next_epoch(partition):
                await self._decrees.write_states({partition: state})
        return True

    async def alter(
        self, wanted: Mapping[TopicPartition, Sequence[int] | None]
    ) -> dict[TopicPartition, ApiError | None]:
        """Move replicas as AlterPartitionReassignments asks; None in place of replicas: back to where they were.

        Returns what is wrong with each. A wish for the same partition under /admin is withdrawn.
        """
        results: dict[TopicPartition, ApiError | None] = {}
        for partition, target in wanted.items():
            try:
                moving = self._plan(partition, target)
                await self._withdraw(partition)
                await self._move(partition, moving)
                results[partition] = None
            except ApiError as error:
                results[partition] = error
        return results

    def _plan(self, partition: TopicPartition, target: Sequence[int] | None) -> ReplicaAssignment:
        current = self._state.assignment(partition) or ReplicaAssignment(())
        if target is None:
            if not current.is_being_reassigned:
                raise ApiError(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS)
            return current.reassigned_to(current.origin)
        shown = f"ArrayBuffer({', '.join(map(str, target))})"
        moving = current.reassigned_to(target)
        wrong = ""
        if not target:
            wrong = "Empty replica list specified in partition reassignment."
        elif len(set(target)) < len(target):
            wrong = f"Duplicate replica ids in partition reassignment replica list: {shown}"
        elif min(target) < 0:
            wrong = f"Invalid broker id in replica list: {shown}"
        elif not all(map(self._state.is_live, moving.adding)):
            live = ", ".join(str(broker) for broker in self._state.brokers if self._state.is_live(broker))
            wrong = (
                "Replica assignment has brokers that are not alive. Replica list: "
                f"ArrayBuffer({', '.join(map(str, moving.adding))}), live broker list: Set({live})"
            )
        if wrong:
            raise ApiError(ErrorCode.INVALID_REPLICA_ASSIGNMENT, wrong)
        return moving

    async def _withdraw(self, partition: TopicPartition) -> None:
        if await self._zookeeper.exists(znodes.REASSIGN_PARTITIONS) is None:
            return
        data, _ = await self._zookeeper.get(znodes.REASSIGN_PARTITIONS)
        left = znodes.decode_reassignment(data)
        if left.pop(partition, None) is None:
            return
        if left:
            await self._decrees.replace(znodes.REASSIGN_PARTITIONS, znodes.encode_reassignment(left))
        else:
            await self._decrees.delete([znodes.REASSIGN_PARTITIONS])

    async def _move(self, partition: TopicPartition, moving: ReplicaAssignment) -> None:
        current, state = self._state.assignment(partition), self._state.leaders.get(partition)
        if current is None or partition.topic in self._state.deleting:
            raise ApiError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "The partition does not exist.")
        if state is not None and set(moving.target) <= set(state.isr):
            await self._finish(partition, moving)
        else:
            await self._start(partition, moving.target)

    def listed(self, partitions: Sequence[TopicPartition] | None) -> dict[TopicPartition, ReplicaAssignment]:
        """Return those of the partitions, None: of all, whose replicas are moving."""
        return {
            partition: assignment
            for partition in (self._state.partitions() if partitions is None else partitions)
            if (assignment := self._state.assignment(partition)) is not None and assignment.is_being_reassigned
        }

    def _is_moving(self, partition: TopicPartition) -> bool:
        assignment = self._state.assignment(partition)
        return assignment is not None and assignment.is_being_reassigned

    async def _finish_ready(self) -> None:
        for partition in self._state.partitions():
            assignment, state = self._state.assignment(partition), self._state.leaders.get(partition)
            if assignment is None or state is None or not assignment.is_being_reassigned:
                continue
            if set(assignment.target) <= set(state.isr):
                await self._finish(partition, assignment)

    async def _finish(self, partition: TopicPartition, assignment: ReplicaAssignment) -> None:
        target = assignment.target
        self._state.topics[partition.topic][partition.partition] = ReplicaAssignment(target)
        state = self._state.next_epoch(partition)
        assert state is not None  # it has in-sync replicas
        isr = tuple(replica for replica in state.isr if replica in target)
        leader = state.leader if state.leader in target else next(replica for replica in target if replica in isr)
        await self._decrees.write_states({partition: state._replace(leader=leader, isr=isr)})
        if self._broker_id in assignment.removing:
            self._decrees.stop_replica(partition)
        await self._decrees.write_assignment(partition.topic)
        _log.info(
            "[Controller id=%d] Reassignment of %s to %s is complete",
            self._broker_id,
            partition,
            ",".join(map(str, target)),
        )
