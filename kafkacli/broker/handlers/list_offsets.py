"""ListOffsets (2), versions 0-5: offsets by time; -1 is the end, -2 the beginning.

v0 several offsets of segments for one time; v1 one record's offset and timestamp (KIP-79); v2 throttle time, isolation level;
v4 leader epochs (KIP-320); v5 OFFSET_NOT_AVAILABLE (KIP-207).
Source: Apache `KafkaApis.handleListOffsetRequest`, `ReplicaManager.fetchOffsetForTimestamp`.
"""

from collections import Counter

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.replica.partition import Isolation
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.list_offsets import (
    ListOffsetPartition,
    ListOffsetPartitionResponse,
    ListOffsetRequest,
    ListOffsetResponse,
    ListOffsetTopicResponse,
)

CONSUMER = -1  # replica ids
DEBUGGING = -2
READ_COMMITTED = 1


@handles(ApiKey.LIST_OFFSETS, versions=(0, 5))
def handle(request: ListOffsetRequest, context: RequestContext) -> ListOffsetResponse:
    asked = Counter((topic.name, part.partition_index) for topic in request.topics for part in topic.partitions)
    find = _offsets_before if context.header.api_version == 0 else _offset
    topics = []
    for topic in request.topics:
        results = {}
        is_allowed = context.allows(Operation.DESCRIBE, ResourceType.TOPIC, topic.name)
        for part in topic.partitions:
            index = part.partition_index
            if not is_allowed:
                results[index] = _failed(part, ErrorCode.TOPIC_AUTHORIZATION_FAILED)
                continue
            if asked[topic.name, index] > 1 and context.header.api_version > 0:
                results[index] = _failed(part, ErrorCode.INVALID_REQUEST)
                continue
            try:
                results[index] = find(topic.name, part, request, context)
            except ApiError as error:
                results[index] = _failed(part, _code_for(error.code, context.header.api_version))
        topics.append(ListOffsetTopicResponse(name=topic.name, partitions=list(results.values())))
    return ListOffsetResponse(topics=topics)


def _offset(
    topic: str, part: ListOffsetPartition, request: ListOffsetRequest, context: RequestContext
) -> ListOffsetPartitionResponse:
    isolation = None
    if request.replica_id == CONSUMER:
        committed = request.isolation_level == READ_COMMITTED
        isolation = Isolation.READ_COMMITTED if committed else Isolation.READ_UNCOMMITTED
    found = context.broker.partition(topic, part.partition_index).list_offset(
        part.timestamp,
        isolation,
        current_leader_epoch=part.current_leader_epoch if context.header.api_version >= 4 else None,
        only_leader=request.replica_id != DEBUGGING,
    )
    if found is None:
        return _failed(part, ErrorCode.NONE)
    return ListOffsetPartitionResponse(
        partition_index=part.partition_index,
        timestamp=found.timestamp,
        offset=found.offset,
        leader_epoch=-1 if found.leader_epoch is None else found.leader_epoch,
    )


def _offsets_before(
    topic: str, part: ListOffsetPartition, request: ListOffsetRequest, context: RequestContext
) -> ListOffsetPartitionResponse:
    offsets = context.broker.partition(topic, part.partition_index).offsets_before(
        part.timestamp,
        part.max_num_offsets,
        context.broker.now_ms(),
        from_consumer=request.replica_id == CONSUMER,
    )
    return ListOffsetPartitionResponse(partition_index=part.partition_index, old_style_offsets=offsets)


def _failed(part: ListOffsetPartition, error: int) -> ListOffsetPartitionResponse:
    return ListOffsetPartitionResponse(partition_index=part.partition_index, error_code=error, leader_epoch=-1)


def _code_for(code: int, version: int) -> int:
    if code == ErrorCode.OFFSET_NOT_AVAILABLE and version < 5:
        return ErrorCode.LEADER_NOT_AVAILABLE
    return code
