"""CreatePartitions (37), versions 0-2 (KIP-195). v2 flexible.

Source: Apache `KafkaApis.handleCreatePartitionsRequest`; the checks of each topic are the controller's.
"""

from collections import Counter

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.errors import ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.create_partitions import (
    CreatePartitionsRequest,
    CreatePartitionsResponse,
    CreatePartitionsTopicResult,
)


@handles(ApiKey.CREATE_PARTITIONS, versions=(0, 2))
async def handle(request: CreatePartitionsRequest, context: RequestContext) -> CreatePartitionsResponse:
    controller = context.broker.controller
    counts = Counter(topic.name for topic in request.topics)
    if not controller.is_active:
        return CreatePartitionsResponse(
            results=[CreatePartitionsTopicResult(name=name, error_code=ErrorCode.NOT_CONTROLLER) for name in counts]
        )
    refused = {
        name: CreatePartitionsTopicResult(
            name=name,
            error_code=ErrorCode.TOPIC_AUTHORIZATION_FAILED,
            error_message="The topic authorization is failed.",
        )
        for name, count in counts.items()
        if count == 1 and not context.allows(Operation.ALTER, ResourceType.TOPIC, name)
    }
    results = await controller.create_partitions(
        [topic for topic in request.topics if counts[topic.name] == 1 and topic.name not in refused],
        timeout_ms=request.timeout_ms,
        validate_only=request.validate_only,
    )
    duplicates = [
        CreatePartitionsTopicResult(
            name=name, error_code=ErrorCode.INVALID_REQUEST, error_message="Duplicate topic in request."
        )
        for name, count in counts.items()
        if count > 1
    ]
    return CreatePartitionsResponse(results=[*results, *refused.values(), *duplicates])
