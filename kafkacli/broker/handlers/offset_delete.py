"""OffsetDelete (47), version 0: remove a group's offsets of topics that it doesn't read (KIP-496).

Source: Apache `KafkaApis.handleOffsetDeleteRequest`.
"""

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.coordinator.offsets import TopicPartition
from kafkacli.errors import ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.offset_delete import (
    OffsetDeleteRequest,
    OffsetDeleteResponse,
    OffsetDeleteResponsePartition,
    OffsetDeleteResponseTopic,
)


@handles(ApiKey.OFFSET_DELETE, versions=(0, 0))
def handle(request: OffsetDeleteRequest, context: RequestContext) -> OffsetDeleteResponse:
    metadata = context.broker.metadata
    asked = [
        TopicPartition(topic.name, partition.partition_index)
        for topic in request.topics
        for partition in topic.partitions
    ]
    if not context.allows(Operation.DELETE, ResourceType.GROUP, request.group_id):
        return OffsetDeleteResponse(error_code=ErrorCode.GROUP_AUTHORIZATION_FAILED)
    refused = {
        partition: ErrorCode.TOPIC_AUTHORIZATION_FAILED
        for partition in asked
        if not context.allows(Operation.READ, ResourceType.TOPIC, partition.topic)
    }
    known = [
        partition for partition in asked if partition not in refused and metadata.partition(*partition) is not None
    ]
    error, errors = context.broker.groups.delete_offsets(request.group_id, known)
    if error is not ErrorCode.NONE:
        return OffsetDeleteResponse(error_code=error)
    errors = {**errors, **refused}
    topics: dict[str, list[OffsetDeleteResponsePartition]] = {}
    for partition in dict.fromkeys(asked):
        topics.setdefault(partition.topic, []).append(
            OffsetDeleteResponsePartition(
                partition_index=partition.partition,
                error_code=errors.get(partition, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
            )
        )
    return OffsetDeleteResponse(
        topics=[OffsetDeleteResponseTopic(name=name, partitions=partitions) for name, partitions in topics.items()]
    )
