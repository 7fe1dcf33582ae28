"""SyncGroup (14), versions 0-5: the leader brings the assignment, every member gets its part.

v1 throttle time; v3 static members (KIP-345); v4 flexible; v5 protocol type and name, which must be there (KIP-559).
Source: Apache `KafkaApis.handleSyncGroupRequest`.
"""

from collections.abc import Awaitable

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.coordinator.requests import SyncGroup
from kafkacli.errors import ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.sync_group import SyncGroupRequest, SyncGroupResponse


@handles(ApiKey.SYNC_GROUP, versions=(0, 5))
def handle(request: SyncGroupRequest, context: RequestContext) -> SyncGroupResponse | Awaitable[SyncGroupResponse]:
    if not context.knows_member(request.group_instance_id):
        return SyncGroupResponse(error_code=ErrorCode.UNSUPPORTED_VERSION)
    if context.header.api_version >= 5 and (request.protocol_type is None or request.protocol_name is None):
        return SyncGroupResponse(error_code=ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
    if not context.allows(Operation.READ, ResourceType.GROUP, request.group_id):
        return SyncGroupResponse(error_code=ErrorCode.GROUP_AUTHORIZATION_FAILED)
    return _sync(request, context)


async def _sync(request: SyncGroupRequest, context: RequestContext) -> SyncGroupResponse:
    synced = await context.broker.groups.sync(
        SyncGroup(
            group_id=request.group_id,
            generation_id=request.generation_id,
            member_id=request.member_id,
            group_instance_id=request.group_instance_id,
            protocol_type=request.protocol_type,
            protocol_name=request.protocol_name,
            assignments={entry.member_id: entry.assignment for entry in request.assignments},
        )
    )
    return SyncGroupResponse(
        error_code=synced.error,
        protocol_type=synced.protocol_type,
        protocol_name=synced.protocol_name,
        assignment=synced.assignment,
    )
