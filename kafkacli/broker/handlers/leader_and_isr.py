"""LeaderAndIsr (4), versions 0-4: the controller says which partitions this broker leads and which it follows.

v1 whether a partition is new; v2 broker epoch (KIP-380), partitions by topic; v3 adding and removing replicas (KIP-455);
v4 flexible. Source: Apache `KafkaApis.handleLeaderAndIsrRequest`, `ReplicaManager.becomeLeaderOrFollower`.
"""

from collections.abc import Iterator

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.registry.znodes import LeaderAndIsr, TopicPartition
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.leader_and_isr import (
    LeaderAndIsrPartitionError,
    LeaderAndIsrPartitionState,
    LeaderAndIsrRequest,
    LeaderAndIsrResponse,
)


@handles(ApiKey.LEADER_AND_ISR, versions=(0, 4))
async def handle(request: LeaderAndIsrRequest, context: RequestContext) -> LeaderAndIsrResponse:
    asked = list(_states(request))
    try:
        context.check(Operation.CLUSTER_ACTION, ResourceType.CLUSTER)
        context.broker.leadership.check_controller(request.controller_epoch, request.broker_epoch)
    except ApiError as error:
        return LeaderAndIsrResponse(
            error_code=error.code, partition_errors=[_result(partition, error.code) for partition, _ in asked]
        )
    return LeaderAndIsrResponse(
        partition_errors=[_result(partition, await _follow(partition, state, context)) for partition, state in asked]
    )


def _states(request: LeaderAndIsrRequest) -> Iterator[tuple[TopicPartition, LeaderAndIsrPartitionState]]:
    for state in request.ungrouped_partition_states:
        yield TopicPartition(state.topic_name, state.partition_index), state
    for topic in request.topic_states:
        for state in topic.partition_states:
            yield TopicPartition(topic.topic_name, state.partition_index), state


async def _follow(partition: TopicPartition, state: LeaderAndIsrPartitionState, context: RequestContext) -> int:
    broker = context.broker
    overrides = await broker.controller.topic_overrides(partition.topic)
    hosted = broker.partitions.find(*partition)
    if hosted is not None and state.leader_epoch <= hosted.leader_epoch:
        return ErrorCode.STALE_CONTROLLER_EPOCH
    if broker.node_id not in state.replicas:
        return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    said = LeaderAndIsr(state.leader, state.leader_epoch, tuple(state.isr), state.controller_epoch, state.zk_version)
    return broker.leadership.host(partition, said, tuple(state.replicas), overrides, is_new=state.is_new)


def _result(partition: TopicPartition, error: int) -> LeaderAndIsrPartitionError:
    return LeaderAndIsrPartitionError(topic_name=partition.topic, partition_index=partition.partition, error_code=error)
