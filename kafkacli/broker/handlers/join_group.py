"""JoinGroup (11), versions 0-7: take part in a group; answered when the rebalance completes.

v1 rebalance timeout (KIP-62); v2 throttle time; v4 an id first: MEMBER_ID_REQUIRED (KIP-394); v5 static members (KIP-345);
v6 flexible; v7 protocol type, null protocol name (KIP-559). Source: Apache `KafkaApis.handleJoinGroupRequest`.
"""

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.coordinator.requests import JoinGroup
from kafkacli.errors import ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.join_group import JoinGroupRequest, JoinGroupResponse, JoinGroupResponseMember


@handles(ApiKey.JOIN_GROUP, versions=(0, 7))
async def handle(request: JoinGroupRequest, context: RequestContext) -> JoinGroupResponse:
    version = context.header.api_version
    error = ErrorCode.NONE
    if not context.knows_member(request.group_instance_id):
        error = ErrorCode.UNSUPPORTED_VERSION
    elif not context.allows(Operation.READ, ResourceType.GROUP, request.group_id):
        error = ErrorCode.GROUP_AUTHORIZATION_FAILED
    if error:
        return JoinGroupResponse(
            error_code=error, generation_id=-1, protocol_type=None, protocol_name=None if version >= 7 else ""
        )
    joined = await context.broker.groups.join(
        JoinGroup(
            group_id=request.group_id,
            member_id=request.member_id,
            group_instance_id=request.group_instance_id,
            require_member_id=version >= 4 and request.group_instance_id is None,
            client_id=context.header.client_id or "",
            client_host=f"/{context.client_host}",
            rebalance_timeout_ms=request.rebalance_timeout_ms if version >= 1 else request.session_timeout_ms,
            session_timeout_ms=request.session_timeout_ms,
            protocol_type=request.protocol_type,
            protocols=[(protocol.name, protocol.metadata) for protocol in request.protocols],
        )
    )
    return JoinGroupResponse(
        error_code=joined.error,
        generation_id=joined.generation_id,
        protocol_type=joined.protocol_type,
        protocol_name=joined.protocol_name if version >= 7 else joined.protocol_name or "",
        leader=joined.leader,
        member_id=joined.member_id,
        members=[
            JoinGroupResponseMember(
                member_id=member.member_id,
                group_instance_id=member.group_instance_id if version >= 5 else None,
                metadata=member.metadata,
            )
            for member in joined.members
        ],
    )
