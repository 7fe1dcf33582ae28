"""DeleteRecords (21), versions 0-2: move a partition's beginning up to an offset; -1 is the high watermark (KIP-107).

v1 throttling as elsewhere; v2 flexible. Done when every replica that lives has moved, which a single one has at once.
Source: Apache `ReplicaManager.deleteRecords`.
"""

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.broker.metadata import INTERNAL_TOPICS
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.delete_records import (
    DeleteRecordsPartition,
    DeleteRecordsPartitionResult,
    DeleteRecordsRequest,
    DeleteRecordsResponse,
    DeleteRecordsTopicResult,
)


@handles(ApiKey.DELETE_RECORDS, versions=(0, 2))
def handle(request: DeleteRecordsRequest, context: RequestContext) -> DeleteRecordsResponse:
    return DeleteRecordsResponse(
        topics=[
            DeleteRecordsTopicResult(
                name=topic.name, partitions=[_delete(topic.name, part, context) for part in topic.partitions]
            )
            for topic in request.topics
        ]
    )


def _delete(topic: str, part: DeleteRecordsPartition, context: RequestContext) -> DeleteRecordsPartitionResult:
    result = DeleteRecordsPartitionResult(partition_index=part.partition_index, low_watermark=-1)
    try:
        context.check(Operation.DELETE, ResourceType.TOPIC, topic)
        partition = context.broker.partition(topic, part.partition_index)
        if topic in INTERNAL_TOPICS:
            raise ApiError(ErrorCode.INVALID_TOPIC_EXCEPTION, f"Cannot delete records of internal topic {topic}")
        result.low_watermark = partition.delete_records(part.offset)
    except ApiError as error:
        result.error_code = error.code
    return result
