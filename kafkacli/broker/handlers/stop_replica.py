"""StopReplica (5), versions 0-3: the controller takes replicas from this broker.

v1 broker epoch (KIP-380), partitions by topic; v2 flexible; v3 leader epochs, and delete or not for each partition (KIP-570).
Source: Apache `KafkaApis.handleStopReplicaRequest`, `ReplicaManager.stopReplicas`.
"""

from collections.abc import Iterator

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.registry.znodes import TopicPartition
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.stop_replica import (
    StopReplicaPartitionError,
    StopReplicaPartitionState,
    StopReplicaRequest,
    StopReplicaResponse,
)

_UNCHECKED = (-1, -2)  # leader epochs: of a controller that doesn't say, and of a topic that is being deleted


@handles(ApiKey.STOP_REPLICA, versions=(0, 3))
def handle(request: StopReplicaRequest, context: RequestContext) -> StopReplicaResponse:
    try:
        context.check(Operation.CLUSTER_ACTION, ResourceType.CLUSTER)
        context.broker.leadership.check_controller(request.controller_epoch, request.broker_epoch)
    except ApiError as error:
        return StopReplicaResponse(error_code=error.code)
    return StopReplicaResponse(
        partition_errors=[
            StopReplicaPartitionError(
                topic_name=partition.topic,
                partition_index=partition.partition,
                error_code=_stop(partition, state, context),
            )
            for partition, state in _states(request)
        ]
    )


def _states(request: StopReplicaRequest) -> Iterator[tuple[TopicPartition, StopReplicaPartitionState]]:
    old = StopReplicaPartitionState(delete_partition=request.delete_partitions)
    for partition in request.ungrouped_partitions:
        yield TopicPartition(partition.topic_name, partition.partition_index), old
    for topic in request.topics:
        for index in topic.partition_indexes:
            yield TopicPartition(topic.name, index), old
    for stopped in request.topic_states:
        for state in stopped.partition_states:
            yield TopicPartition(stopped.topic_name, state.partition_index), state


def _stop(partition: TopicPartition, state: StopReplicaPartitionState, context: RequestContext) -> ErrorCode:
    broker = context.broker
    hosted = broker.partitions.find(*partition)
    epoch = state.leader_epoch
    if hosted is not None and epoch not in _UNCHECKED and epoch <= hosted.leader_epoch:
        return ErrorCode.FENCED_LEADER_EPOCH
    if state.delete_partition:
        return broker.leadership.stop_replica(partition, delete=True)
    broker.purgatory.notify(*partition)
    return ErrorCode.NONE
