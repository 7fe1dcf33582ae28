"""DescribeClientQuotas (48), version 0: the quotas of users and clients (KIP-546).

Source: Apache `KafkaApis.handleDescribeClientQuotasRequest`, `AdminManager.describeClientQuotas`.
"""

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.broker.resources import error_text
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.java_hash import hash_map_order
from kafkacli.registry.client_quotas import Filter, quota_values
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.describe_client_quotas import (
    DescribeClientQuotasRequest,
    DescribeClientQuotasResponse,
    EntityData,
    EntryData,
    ValueData,
)

EXACT, DEFAULT, ANY = 0, 1, 2
_BUCKETS = 16  # of the Properties that the values come from, by whose order tools that show them can tell


@handles(ApiKey.DESCRIBE_CLIENT_QUOTAS, versions=(0, 0))
async def handle(request: DescribeClientQuotasRequest, context: RequestContext) -> DescribeClientQuotasResponse:
    try:
        context.check(Operation.DESCRIBE_CONFIGS, ResourceType.CLUSTER)
        wanted = _filter(request)
    except ApiError as error:
        return DescribeClientQuotasResponse(error_code=error.code, error_message=error_text(error), entries=None)
    entries = [
        EntryData(
            entity=[EntityData(entity_type=kind, entity_name=name) for kind, name in entity.parts()],
            values=[ValueData(key=key, value=values[key]) for key in hash_map_order(values, _BUCKETS)],
        )
        for entity, configs in (await context.broker.administration.client_quotas()).items()
        if wanted.matches(entity) and (values := quota_values(configs))
    ]
    return DescribeClientQuotasResponse(error_message=None, entries=entries)


def _filter(request: DescribeClientQuotasRequest) -> Filter:
    for component in request.components:
        match, kind = component.match, component.match_type
        if kind not in (EXACT, DEFAULT, ANY) or (kind == EXACT and match is None):
            raise ApiError(ErrorCode.UNKNOWN_SERVER_ERROR)
    return Filter(
        [
            (component.entity_type, component.match_type == ANY, None if component.match_type else component.match)
            for component in request.components
        ],
        strict=request.strict,
    )
