"""AlterClientQuotas (49), version 0: set and remove quotas of users and clients (KIP-546).

Source: Apache `KafkaApis.handleAlterClientQuotasRequest`, `AdminManager.alterClientQuotas`.
"""

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.broker.resources import error_text
from kafkacli.errors import ApiError
from kafkacli.registry.client_quotas import altered, entity_of
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.alter_client_quotas import (
    AlterClientQuotasRequest,
    AlterClientQuotasRequestEntryData,
    AlterClientQuotasResponse,
    AlterClientQuotasResponseEntityData,
    AlterClientQuotasResponseEntryData,
)


@handles(ApiKey.ALTER_CLIENT_QUOTAS, versions=(0, 0))
async def handle(request: AlterClientQuotasRequest, context: RequestContext) -> AlterClientQuotasResponse:
    response = AlterClientQuotasResponse()
    for entry in request.entries:
        parts = [(part.entity_type, part.entity_name) for part in entry.entity]
        result = AlterClientQuotasResponseEntryData(
            error_message=None,
            entity=[AlterClientQuotasResponseEntityData(entity_type=kind, entity_name=name) for kind, name in parts],
        )
        try:
            await _alter(entry, parts, context, validate_only=request.validate_only)
        except ApiError as error:
            result.error_code, result.error_message = error.code, error_text(error)
        response.entries.append(result)
    return response


async def _alter(
    entry: AlterClientQuotasRequestEntryData,
    parts: list[tuple[str, str | None]],
    context: RequestContext,
    *,
    validate_only: bool,
) -> None:
    context.check(Operation.ALTER_CONFIGS, ResourceType.CLUSTER)
    administration = context.broker.administration
    entity = entity_of(parts)
    changes = [(change.key, None if change.remove else change.value) for change in entry.ops]
    configs = altered(entity, await administration.entity_configs(entity.path), changes)
    if not validate_only:
        await administration.set_entity_configs(entity.path, configs)
