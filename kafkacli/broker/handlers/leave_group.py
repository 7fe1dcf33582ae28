"""LeaveGroup (13), versions 0-4: members say goodbye, or are removed.

v1 throttle time; v3 several members, by member or instance id, with an error for each (KIP-345); v4 flexible.
Source: Apache `KafkaApis.handleLeaveGroupRequest`, `LeaveGroupResponse.java`.
"""

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.coordinator.requests import LeavingMember
from kafkacli.errors import ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.leave_group import LeaveGroupRequest, LeaveGroupResponse, MemberResponse


@handles(ApiKey.LEAVE_GROUP, versions=(0, 4))
def handle(request: LeaveGroupRequest, context: RequestContext) -> LeaveGroupResponse:
    if not context.allows(Operation.READ, ResourceType.GROUP, request.group_id):
        return LeaveGroupResponse(error_code=ErrorCode.GROUP_AUTHORIZATION_FAILED)
    groups = context.broker.groups
    if context.header.api_version < 3:
        left = groups.leave(request.group_id, [LeavingMember(request.member_id)])
        return LeaveGroupResponse(error_code=left.error or (left.members[0].error if left.members else 0))
    left = groups.leave(
        request.group_id, [LeavingMember(member.member_id, member.group_instance_id) for member in request.members]
    )
    return LeaveGroupResponse(
        error_code=left.error,
        members=[
            MemberResponse(
                member_id=member.member_id, group_instance_id=member.group_instance_id, error_code=member.error
            )
            for member in left.members
        ],
    )
