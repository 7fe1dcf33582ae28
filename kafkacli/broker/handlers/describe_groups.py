"""DescribeGroups (15), versions 0-5: state and members of groups.

v1 throttle time; v3 authorized operations (KIP-430); v4 instance ids (KIP-345); v5 flexible.
Source: Apache `KafkaApis.handleDescribeGroupRequest`, `GroupMetadata.summary`.
"""

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.coordinator.group_coordinator import GroupDescription
from kafkacli.errors import ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.describe_groups import (
    DescribedGroup,
    DescribedGroupMember,
    DescribeGroupsRequest,
    DescribeGroupsResponse,
)


@handles(ApiKey.DESCRIBE_GROUPS, versions=(0, 5))
def handle(request: DescribeGroupsRequest, context: RequestContext) -> DescribeGroupsResponse:
    groups = []
    for group_id in request.groups:
        if not context.allows(Operation.DESCRIBE, ResourceType.GROUP, group_id):
            groups.append(DescribedGroup(error_code=ErrorCode.GROUP_AUTHORIZATION_FAILED, group_id=group_id))
            continue
        described = context.broker.groups.describe_group(group_id)
        group = DescribedGroup(
            error_code=described.error,
            group_id=group_id,
            group_state=described.state,
            protocol_type=described.protocol_type,
            protocol_data=described.protocol,
            members=_members(described),
        )
        if request.include_authorized_operations and described.error is ErrorCode.NONE:
            group.authorized_operations = context.allowed_operations(ResourceType.GROUP, group_id)
        groups.append(group)
    return DescribeGroupsResponse(groups=groups)


def _members(described: GroupDescription) -> list[DescribedGroupMember]:
    protocol = described.protocol  # only a stable group has one, and only then the members' parts of it count
    return [
        DescribedGroupMember(
            member_id=member.member_id,
            group_instance_id=member.group_instance_id,
            client_id=member.client_id,
            client_host=member.client_host,
            member_metadata=member.metadata(protocol) if protocol else b"",
            member_assignment=member.assignment if protocol else b"",
        )
        for member in described.members
    ]
