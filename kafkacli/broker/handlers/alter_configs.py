"""AlterConfigs (33), versions 0-1: give topics or brokers new configs in place of all they had (KIP-133).

Source: Apache `KafkaApis.handleAlterConfigsRequest`.
"""

from kafkacli.broker.config_alterations import set_configs
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.broker.resources import Resource, ResourceType, check_allowed, error_text
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.alter_configs import (
    AlterConfigsRequest,
    AlterConfigsResourceResponse,
    AlterConfigsResponse,
)

NOT_FOR_LOGGERS = "AlterConfigs is deprecated and does not support the resource type BROKER_LOGGER"


@handles(ApiKey.ALTER_CONFIGS, versions=(0, 1))
async def handle(request: AlterConfigsRequest, context: RequestContext) -> AlterConfigsResponse:
    responses = []
    for asked in request.resources:
        response = AlterConfigsResourceResponse(
            error_message=None, resource_type=asked.resource_type, resource_name=asked.resource_name
        )
        configs = [(config.name, config.value) for config in asked.configs]
        try:
            resource = Resource(asked.resource_type, asked.resource_name)
            if resource.type == ResourceType.BROKER_LOGGER:
                raise ApiError(ErrorCode.INVALID_REQUEST, NOT_FOR_LOGGERS)
            check_allowed(resource, context, alter=True)
            await set_configs(context.broker, resource, configs, validate_only=request.validate_only)
        except ApiError as error:
            response.error_code, response.error_message = error.code, error_text(error)
        responses.append(response)
    return AlterConfigsResponse(responses=responses)
