"""CreateTopics (19), versions 0-5.

v1 validate only, error messages; v2 throttle time; v4 -1 partitions or replicas are the broker's defaults (KIP-464);
v5 flexible, and the answer carries partitions, replication factor and configs (KIP-525).
Source: Apache `KafkaApis.handleCreateTopicsRequest`; the checks of each topic are the controller's.
"""

from collections import Counter

from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.errors import ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.create_topics import (
    CreatableTopicResult,
    CreateTopicsRequest,
    CreateTopicsResponse,
)


@handles(ApiKey.CREATE_TOPICS, versions=(0, 5))
async def handle(request: CreateTopicsRequest, context: RequestContext) -> CreateTopicsResponse:
    controller = context.broker.controller
    counts = Counter(topic.name for topic in request.topics)
    if not controller.is_active:
        return CreateTopicsResponse(
            topics=[_failed(topic.name, ErrorCode.NOT_CONTROLLER, "") for topic in request.topics]
        )
    created = await controller.create_topics(
        [topic for topic in request.topics if counts[topic.name] == 1],
        timeout_ms=request.timeout_ms,
        validate_only=request.validate_only,
    )
    results = {result.name: result for result in created}
    for result in created:
        if not result.error_code:
            result.error_message = None
    twice = "Found multiple entries for this topic."
    return CreateTopicsResponse(
        topics=[
            results.get(topic.name) or _failed(topic.name, ErrorCode.INVALID_REQUEST, twice) for topic in request.topics
        ]
    )


def _failed(name: str, error: ErrorCode, message: str) -> CreatableTopicResult:
    return CreatableTopicResult(name=name, error_code=error, error_message=message)
