"""CreateTopics (19), versions 0-5.

v1 validate only, error messages; v2 throttle time; v4 -1 partitions or replicas are the broker's defaults (KIP-464);
v5 flexible, and the answer carries partitions, replication factor and configs (KIP-525).
Source: Apache `KafkaApis.handleCreateTopicsRequest`; the checks of each topic are the controller's.
"""

from collections import Counter

from kafkacli.authorizer.acls import Operation, ResourceType
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
    all_allowed = context.allows(Operation.CREATE, ResourceType.CLUSTER)
    allowed = {name for name in counts if all_allowed or context.allows(Operation.CREATE, ResourceType.TOPIC, name)}
    asked = {topic.name: topic for topic in request.topics if counts[topic.name] == 1 and topic.name in allowed}
    created = await controller.create_topics(
        list(asked.values()),
        timeout_ms=request.timeout_ms,
        validate_only=request.validate_only,
    )
    results = {result.name: result for result in created}
    for result in created:
        if not result.error_code:
            result.error_message = None
    for name, count in counts.items():
        if count > 1:
            results[name] = _failed(name, ErrorCode.INVALID_REQUEST, "Found multiple entries for this topic.")
        elif name not in allowed:
            results[name] = _failed(name, ErrorCode.TOPIC_AUTHORIZATION_FAILED, "Authorization failed.")
        concealable = not results[name].error_code or name not in asked
        if concealable and not context.allows(Operation.DESCRIBE_CONFIGS, ResourceType.TOPIC, name):
            _conceal(results[name])
    return CreateTopicsResponse(topics=[results[topic.name] for topic in request.topics])


def _conceal(result: CreatableTopicResult) -> None:
    """Don't tell of a topic's configs."""
    result.topic_config_error_code = ErrorCode.TOPIC_AUTHORIZATION_FAILED
    result.num_partitions = result.replication_factor = -1
    result.configs = []


def _failed(name: str, error: ErrorCode, message: str) -> CreatableTopicResult:
    return CreatableTopicResult(name=name, error_code=error, error_message=message)
