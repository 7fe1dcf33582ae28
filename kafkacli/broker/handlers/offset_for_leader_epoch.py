"""OffsetForLeaderEpoch (23), versions 0-3: where a leader epoch ended, to find out what was truncated (KIP-101, KIP-320).

v1 the epoch found; v2 throttle time, the client's current leader epoch; v3 replica id.
Source: Apache `ReplicaManager.lastOffsetForLeaderEpoch`.
"""

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.offset_for_leader_epoch import (
    OffsetForLeaderEpochRequest,
    OffsetForLeaderEpochResponse,
    OffsetForLeaderPartition,
    OffsetForLeaderPartitionResult,
    OffsetForLeaderTopicResult,
)


@handles(ApiKey.OFFSET_FOR_LEADER_EPOCH, versions=(0, 3))
def handle(request: OffsetForLeaderEpochRequest, context: RequestContext) -> OffsetForLeaderEpochResponse:
    return OffsetForLeaderEpochResponse(
        topics=[
            OffsetForLeaderTopicResult(
                name=topic.name, partitions=[_end(topic.name, part, context) for part in topic.partitions]
            )
            for topic in request.topics
        ]
    )


def _end(topic: str, part: OffsetForLeaderPartition, context: RequestContext) -> OffsetForLeaderPartitionResult:
    result = OffsetForLeaderPartitionResult(
        error_code=ErrorCode.NONE, partition_index=part.partition_index, leader_epoch=-1, end_offset=-1
    )
    try:
        if not context.allows(Operation.CLUSTER_ACTION, ResourceType.CLUSTER):
            context.check(Operation.DESCRIBE, ResourceType.TOPIC, topic)
        found = context.broker.partition(topic, part.partition_index).end_offset_for_leader_epoch(
            part.leader_epoch, current_leader_epoch=part.current_leader_epoch
        )
    except ApiError as error:
        result.error_code = error.code
    else:
        if found is not None:
            result.leader_epoch, result.end_offset = found.epoch, found.start_offset
    return result
