"""IncrementalAlterConfigs (44), versions 0-1: set, delete, append or subtract single configs of topics, brokers, loggers (KIP-339, KIP-412).

v1 flexible. Source: Apache `KafkaApis.handleIncrementalAlterConfigsRequest`.
"""

from kafkacli.broker.config_alterations import Change, Operation, change_configs
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.broker.resources import Resource, check_allowed, error_text
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.incremental_alter_configs import (
    AlterConfigsResource,
    AlterConfigsResourceResponse,
    IncrementalAlterConfigsRequest,
    IncrementalAlterConfigsResponse,
)


@handles(ApiKey.INCREMENTAL_ALTER_CONFIGS, versions=(0, 1))
async def handle(request: IncrementalAlterConfigsRequest, context: RequestContext) -> IncrementalAlterConfigsResponse:
    responses = []
    for asked in request.resources:
        response = AlterConfigsResourceResponse(
            error_message=None, resource_type=asked.resource_type, resource_name=asked.resource_name
        )
        try:
            resource = Resource(asked.resource_type, asked.resource_name)
            check_allowed(resource, context, alter=True)
            await change_configs(context.broker, resource, _changes(asked), validate_only=request.validate_only)
        except ApiError as error:
            response.error_code, response.error_message = error.code, error_text(error)
        responses.append(response)
    return IncrementalAlterConfigsResponse(responses=responses)


def _changes(asked: AlterConfigsResource) -> list[Change]:
    known = Operation._value2member_map_
    unknown = [config.config_operation for config in asked.configs if config.config_operation not in known]
    if unknown:
        raise ApiError(ErrorCode.INVALID_REQUEST, f"Unknown operation {unknown[0]}")
    return [Change(config.name, config.config_operation, config.value) for config in asked.configs]
