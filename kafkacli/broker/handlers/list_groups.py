"""ListGroups (16), versions 0-4: the groups that this broker is the coordinator of.

v1 throttle time; v3 flexible; v4 states, and only some of them (KIP-518). Source: Apache `KafkaApis.handleListGroupsRequest`.
"""

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.list_groups import ListedGroup, ListGroupsRequest, ListGroupsResponse


@handles(ApiKey.LIST_GROUPS, versions=(0, 4))
def handle(request: ListGroupsRequest, context: RequestContext) -> ListGroupsResponse:
    all_allowed = context.allows(Operation.DESCRIBE, ResourceType.CLUSTER)
    error, groups = context.broker.groups.list_groups(request.states_filter)
    return ListGroupsResponse(
        error_code=error,
        groups=[
            ListedGroup(group_id=group.group_id, protocol_type=group.protocol_type, group_state=group.state)
            for group in groups
            if all_allowed or context.allows(Operation.DESCRIBE, ResourceType.GROUP, group.group_id)
        ],
    )
