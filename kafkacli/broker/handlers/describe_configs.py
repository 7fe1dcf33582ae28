"""DescribeConfigs (32), versions 0-3: the configs of topics, of this broker and its loggers.

v1 sources and synonyms (KIP-226); v3 types and documentation (KIP-569).
Source: Apache `AdminManager.describeConfigs`.
"""

from kafkacli.broker.config_descriptions import describe_broker, describe_default, describe_loggers, describe_topic
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.broker.resources import Resource, ResourceType, broker_id, check_allowed, error_text
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.registry.topic_rules import check_name
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResource,
    DescribeConfigsResourceResult,
    DescribeConfigsResponse,
    DescribeConfigsResult,
)

Alike = dict[tuple[tuple[tuple[str, str], ...], tuple[str, ...] | None], list[DescribeConfigsResourceResult]]
"""What was said of topics in one answer, by their own configs and the names that were asked for: most topics are alike."""


@handles(ApiKey.DESCRIBE_CONFIGS, versions=(0, 3))
async def handle(request: DescribeConfigsRequest, context: RequestContext) -> DescribeConfigsResponse:
    results = []
    alike: Alike = {}
    for asked in request.resources:
        result = DescribeConfigsResult(
            error_message=None, resource_type=asked.resource_type, resource_name=asked.resource_name
        )
        try:
            result.configs = await _describe(asked, request, context, alike)
        except ApiError as error:
            result.error_code, result.error_message = error.code, error_text(error)
        results.append(result)
    return DescribeConfigsResponse(results=results)


async def _describe(
    asked: DescribeConfigsResource, request: DescribeConfigsRequest, context: RequestContext, alike: Alike
) -> list[DescribeConfigsResourceResult]:
    broker = context.broker
    resource = Resource(asked.resource_type, asked.resource_name)
    check_allowed(resource, context, alter=False)
    names = asked.configuration_keys
    told = {"synonyms": request.include_synonyms, "documentation": request.include_documentation}
    if resource.type == ResourceType.TOPIC:
        check_name(resource.name)
        if resource.name not in broker.metadata:
            raise ApiError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
        overrides = await broker.controller.topic_overrides(resource.name)
        key = (tuple(sorted(overrides.items())), None if names is None else tuple(names))
        if key not in alike:
            alike[key] = describe_topic(broker.config, overrides, names, **told)
        return alike[key]
    if resource.type == ResourceType.BROKER_LOGGER:
        _check_own(resource, context, "Broker id must not be empty", "")
        return describe_loggers(names)
    if resource.type != ResourceType.BROKER:
        raise ApiError(ErrorCode.INVALID_REQUEST, f"Unsupported resource type: {resource.type_name}")
    if not resource.name:
        return describe_default(broker.config, names, **told)
    _check_own(resource, context, "", " or empty string,")
    return describe_broker(broker.config, names, **told)


def _check_own(resource: Resource, context: RequestContext, if_empty: str, allowed: str) -> None:
    """Raise ApiError unless the resource is this broker's."""
    node_id = context.broker.node_id
    if not resource.name:
        raise ApiError(ErrorCode.INVALID_REQUEST, if_empty)
    if broker_id(resource) != node_id:
        raise ApiError(
            ErrorCode.INVALID_REQUEST,
            f"Unexpected broker id, expected {node_id}{allowed} but received {resource.name}",
        )
