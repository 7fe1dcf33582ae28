"""DeleteGroups (42), versions 0-2: remove groups without members, with their offsets (KIP-229).

v1 throttle only after the answer (KIP-219); v2 flexible. Source: Apache `KafkaApis.handleDeleteGroupsRequest`.
"""

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.errors import ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.delete_groups import DeletableGroupResult, DeleteGroupsRequest, DeleteGroupsResponse


@handles(ApiKey.DELETE_GROUPS, versions=(0, 2))
def handle(request: DeleteGroupsRequest, context: RequestContext) -> DeleteGroupsResponse:
    names = list(dict.fromkeys(request.groups_names))
    allowed = [name for name in names if context.allows(Operation.DELETE, ResourceType.GROUP, name)]
    errors = dict.fromkeys(names, ErrorCode.GROUP_AUTHORIZATION_FAILED)
    errors |= context.broker.groups.delete_groups(allowed)
    return DeleteGroupsResponse(
        results=[DeletableGroupResult(group_id=group_id, error_code=error) for group_id, error in errors.items()]
    )
