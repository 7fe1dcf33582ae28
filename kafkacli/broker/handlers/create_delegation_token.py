"""CreateDelegationToken (38), versions 0-2: not on a listener where nobody has proved who they are (KIP-48).

v2 flexible. Source: Apache `KafkaApis.handleCreateTokenRequest`, `allowTokenRequests`.
"""

from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.errors import ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.create_delegation_token import CreateDelegationTokenRequest, CreateDelegationTokenResponse


@handles(ApiKey.CREATE_DELEGATION_TOKEN, versions=(0, 2))
def handle(request: CreateDelegationTokenRequest, context: RequestContext) -> CreateDelegationTokenResponse:
    kind, _, name = context.principal.partition(":")
    return CreateDelegationTokenResponse(
        error_code=ErrorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED,
        principal_type=kind,
        principal_name=name,
        issue_timestamp_ms=-1,
        expiry_timestamp_ms=-1,
        max_timestamp_ms=-1,
    )
