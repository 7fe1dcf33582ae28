"""Leaders that are chosen on request: the preferred ones again, any living one, another one before a broker stops.

Source: Apache `KafkaController.scala` (processReplicaLeaderElection, doControlledShutdown), KIP-460, KIP-380.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Final

from kafkacli.controller.cluster_state import NO_LEADER, ClusterState
from kafkacli.controller.decrees import Decrees
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.registry.znodes import TopicPartition

_log = logging.getLogger("kafka.controller.KafkaController")

UNKNOWN_EPOCH: Final = -1


class Elections:
    """The elections of one controllership."""

    def __init__(self, state: ClusterState, decrees: Decrees, broker_id: int) -> None:
        self._state = state
        self._decrees = decrees
        self._broker_id = broker_id

    async def elect(
        self, partitions: Iterable[TopicPartition], *, unclean: bool
    ) -> dict[TopicPartition, ApiError | None]:
        """Elect the preferred leaders, or (unclean) any living replica where no leader lives; what became of each."""
        results: dict[TopicPartition, ApiError | None] = {}
        states = {}
        for partition in partitions:
            try:
                self._check_needed(partition, unclean=unclean)
            except ApiError as error:
                results[partition] = error
                continue
            state = self._state.elect(partition, unclean=True) if unclean else self._state.elect_preferred(partition)
            if state is None:
                results[partition] = _failed(partition, unclean=unclean)
            else:
                results[partition] = None
                states[partition] = state
        await self._decrees.write_states(states)
        return results

    def _check_needed(self, partition: TopicPartition, *, unclean: bool) -> None:
        """Raise ApiError where there is nothing to elect."""
        assignment, state = self._state.assignment(partition), self._state.leaders.get(partition)
        if assignment is None:
            raise ApiError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "The partition does not exist.")
        if partition.topic in self._state.deleting:
            raise ApiError(ErrorCode.INVALID_TOPIC_EXCEPTION, "The topic is being deleted")
        leader = NO_LEADER if state is None else state.leader
        if self._state.is_live(leader) if unclean else leader == assignment.replicas[0]:
            raise ApiError(ErrorCode.ELECTION_NOT_NEEDED)

    async def shut_down(self, broker_id: int, broker_epoch: int) -> list[TopicPartition]:
        """Let others lead what a broker leads, since it is about to stop; return what it leads all the same.

        broker_epoch: the czxid of its znode, or -1. Raises ApiError for a broker that isn't there or was there earlier.
        """
        current = self._state.broker_epochs.get(broker_id)
        if broker_epoch != UNKNOWN_EPOCH:
            if current is None:
                raise ApiError(ErrorCode.UNKNOWN_SERVER_ERROR)
            if broker_epoch < current:
                raise ApiError(
                    ErrorCode.STALE_BROKER_EPOCH,
                    f"Received controlled shutdown request from an old broker epoch {broker_epoch} for broker {broker_id}. "
                    f"Current broker epoch is {current}.",
                )
        _log.info("[Controller id=%d] Shutting down broker %d", self._broker_id, broker_id)
        if current is None:
            raise ApiError(ErrorCode.BROKER_NOT_AVAILABLE, f"Broker id {broker_id} does not exist.")
        self._state.shutting_down.add(broker_id)
        replicated = [
            partition
            for partition, state in self._state.leaders.items()
            if partition.topic not in self._state.deleting
            and (assignment := self._state.assignment(partition)) is not None
            and len(assignment.replicas) > 1
            and broker_id in assignment.replicas
        ]
        states = {}
        for partition in replicated:
            leads = self._state.leaders[partition].leader == broker_id
            changed = self._state.elect(partition) if leads else self._state.without_replica(partition, broker_id)
            if changed is not None:
                states[partition] = changed
        await self._decrees.write_states(states)
        return [partition for partition in replicated if self._state.leaders[partition].leader == broker_id]


def _failed(partition: TopicPartition, *, unclean: bool) -> ApiError:
    strategy = (
        "OfflinePartitionLeaderElectionStrategy(true)" if unclean else "PreferredReplicaPartitionLeaderElectionStrategy"
    )
    return ApiError(
        ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE if unclean else ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE,
        f"Failed to elect leader for partition {partition} under strategy {strategy}",
    )
