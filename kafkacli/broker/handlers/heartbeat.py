"""Heartbeat (12), versions 0-4: a member is alive, and hears whether to join again.

v1 throttle time; v3 static members (KIP-345); v4 flexible. Source: Apache `KafkaApis.handleHeartbeatRequest`.
"""

from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.heartbeat import HeartbeatRequest, HeartbeatResponse


@handles(ApiKey.HEARTBEAT, versions=(0, 4))
def handle(request: HeartbeatRequest, context: RequestContext) -> HeartbeatResponse:
    error = context.broker.groups.heartbeat(
        request.group_id, request.member_id, request.group_instance_id, request.generation_id
    )
    return HeartbeatResponse(error_code=error)
