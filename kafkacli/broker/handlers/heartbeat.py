"""Heartbeat (12), versions 0-4: a member is alive, and hears whether to join again.

v1 throttle time; v3 static members (KIP-345); v4 flexible. Source: Apache `KafkaApis.handleHeartbeatRequest`.
"""

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.errors import ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.heartbeat import HeartbeatRequest, HeartbeatResponse


@handles(ApiKey.HEARTBEAT, versions=(0, 4))
def handle(request: HeartbeatRequest, context: RequestContext) -> HeartbeatResponse:
    if not context.knows_member(request.group_instance_id):
        return HeartbeatResponse(error_code=ErrorCode.UNSUPPORTED_VERSION)
    if not context.allows(Operation.READ, ResourceType.GROUP, request.group_id):
        return HeartbeatResponse(error_code=ErrorCode.GROUP_AUTHORIZATION_FAILED)
    error = context.broker.groups.heartbeat(
        request.group_id, request.member_id, request.group_instance_id, request.generation_id
    )
    return HeartbeatResponse(error_code=error)
