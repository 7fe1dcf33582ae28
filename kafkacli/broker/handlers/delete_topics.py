"""DeleteTopics (20), versions 0-4. v1 throttle time; v3 TOPIC_DELETION_DISABLED; v4 flexible.

Source: Apache `KafkaApis.handleDeleteTopicsRequest`.
"""

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.errors import ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.delete_topics import DeletableTopicResult, DeleteTopicsRequest, DeleteTopicsResponse


@handles(ApiKey.DELETE_TOPICS, versions=(0, 4))
async def handle(request: DeleteTopicsRequest, context: RequestContext) -> DeleteTopicsResponse:
    broker = context.broker
    names = list(dict.fromkeys(request.topic_names))
    if not broker.controller.is_active:
        return _all(names, ErrorCode.NOT_CONTROLLER)
    if not broker.config.flag("delete.topic.enable"):
        old = context.header.api_version < 3
        return _all(names, ErrorCode.INVALID_REQUEST if old else ErrorCode.TOPIC_DELETION_DISABLED)
    results = {
        name: DeletableTopicResult(name=name, error_code=ErrorCode.TOPIC_AUTHORIZATION_FAILED)
        for name in names
        if not context.allows(Operation.DELETE, ResourceType.TOPIC, name)
    }
    known = [name for name in names if name in broker.metadata and name not in results]
    if known:
        deleted = await broker.controller.delete_topics(known, timeout_ms=request.timeout_ms)
        results |= {result.name: result for result in deleted}
    unknown = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    return DeleteTopicsResponse(
        responses=[results.get(name) or DeletableTopicResult(name=name, error_code=unknown) for name in names]
    )


def _all(names: list[str], error: ErrorCode) -> DeleteTopicsResponse:
    return DeleteTopicsResponse(responses=[DeletableTopicResult(name=name, error_code=error) for name in names])
