"""ControlledShutdown (7), versions 0-3: a broker asks the controller to let others lead before it stops.

v0 has a header without a client id; v2 broker epoch (KIP-380); v3 flexible.
Source: Apache `KafkaApis.handleControlledShutdownRequest`.
"""

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.controlled_shutdown import (
    ControlledShutdownRequest,
    ControlledShutdownResponse,
    RemainingPartition,
)


@handles(ApiKey.CONTROLLED_SHUTDOWN, versions=(0, 3))
async def handle(request: ControlledShutdownRequest, context: RequestContext) -> ControlledShutdownResponse:
    try:
        context.check(Operation.CLUSTER_ACTION, ResourceType.CLUSTER)
        remaining = await context.broker.administration.shut_down(request.broker_id, request.broker_epoch)
    except ApiError as error:
        moved = error.code == ErrorCode.NOT_CONTROLLER  # told in other words to brokers
        return ControlledShutdownResponse(error_code=ErrorCode.STALE_CONTROLLER_EPOCH if moved else error.code)
    return ControlledShutdownResponse(
        remaining_partitions=[
            RemainingPartition(topic_name=partition.topic, partition_index=partition.partition)
            for partition in remaining
        ]
    )
