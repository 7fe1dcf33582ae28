"""ListPartitionReassignments (46), version 0: the partitions whose replicas are being moved (KIP-455).

`kafka-topics --describe` asks for them. Source: Apache `KafkaApis.handleListPartitionReassignmentsRequest`.
"""

from collections import defaultdict

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.errors import ApiError
from kafkacli.registry.znodes import TopicPartition
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.list_partition_reassignments import (
    ListPartitionReassignmentsRequest,
    ListPartitionReassignmentsResponse,
    OngoingPartitionReassignment,
    OngoingTopicReassignment,
)


@handles(ApiKey.LIST_PARTITION_REASSIGNMENTS, versions=(0, 0))
async def handle(
    request: ListPartitionReassignmentsRequest, context: RequestContext
) -> ListPartitionReassignmentsResponse:
    asked = None
    if request.topics is not None:
        asked = [TopicPartition(topic.name, index) for topic in request.topics for index in topic.partition_indexes]
    try:
        context.check(Operation.DESCRIBE, ResourceType.CLUSTER)
        moving = await context.broker.administration.reassignments(asked)
    except ApiError as error:
        return ListPartitionReassignmentsResponse(error_code=error.code, error_message=str(error))
    by_topic = defaultdict(list)
    for partition, assignment in moving.items():
        by_topic[partition.topic].append(
            OngoingPartitionReassignment(
                partition_index=partition.partition,
                replicas=list(assignment.replicas),
                adding_replicas=list(assignment.adding),
                removing_replicas=list(assignment.removing),
            )
        )
    return ListPartitionReassignmentsResponse(
        topics=[OngoingTopicReassignment(name=topic, partitions=found) for topic, found in by_topic.items()],
    )
