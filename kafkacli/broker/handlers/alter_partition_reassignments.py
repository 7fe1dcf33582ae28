"""AlterPartitionReassignments (45), version 0: move replicas to other brokers, or stop moving them (KIP-455).

Source: Apache `KafkaApis.handleAlterPartitionReassignmentsRequest`.
"""

from collections import defaultdict
from collections.abc import Mapping

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.registry.znodes import TopicPartition
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.alter_partition_reassignments import (
    AlterPartitionReassignmentsRequest,
    AlterPartitionReassignmentsResponse,
    ReassignablePartitionResponse,
    ReassignableTopicResponse,
)


@handles(ApiKey.ALTER_PARTITION_REASSIGNMENTS, versions=(0, 0))
async def handle(
    request: AlterPartitionReassignmentsRequest, context: RequestContext
) -> AlterPartitionReassignmentsResponse:
    wanted = {
        TopicPartition(topic.name, partition.partition_index): partition.replicas
        for topic in request.topics
        for partition in topic.partitions
    }
    if not context.allows(Operation.ALTER, ResourceType.CLUSTER):
        refusal = ApiError(ErrorCode.CLUSTER_AUTHORIZATION_FAILED)
        response = _response(dict.fromkeys(wanted, refusal))
        response.error_code, response.error_message = refusal.code, str(refusal)
        return response
    try:
        results = await context.broker.administration.alter_reassignments(wanted)
    except ApiError as error:
        return AlterPartitionReassignmentsResponse(error_code=error.code, error_message=str(error))
    return _response(results)


def _response(results: Mapping[TopicPartition, ApiError | None]) -> AlterPartitionReassignmentsResponse:
    by_topic = defaultdict(list)
    for partition, wrong in results.items():
        result = ReassignablePartitionResponse(partition_index=partition.partition, error_message=None)
        if wrong is not None:
            result.error_code, result.error_message = wrong.code, str(wrong)
        by_topic[partition.topic].append(result)
    return AlterPartitionReassignmentsResponse(
        responses=[ReassignableTopicResponse(name=topic, partitions=found) for topic, found in by_topic.items()],
    )
