"""ListPartitionReassignments (46), version 0 (KIP-455): the partitions that are being moved. None are, for now.

`kafka-topics --describe` asks for them. Source: Apache `KafkaController.listPartitionReassignments`.
"""

from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.errors import ErrorCode, error_info
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.list_partition_reassignments import (
    ListPartitionReassignmentsRequest,
    ListPartitionReassignmentsResponse,
)


@handles(ApiKey.LIST_PARTITION_REASSIGNMENTS, versions=(0, 0))
def handle(request: ListPartitionReassignmentsRequest, context: RequestContext) -> ListPartitionReassignmentsResponse:
    if not context.broker.controller.is_active:
        return ListPartitionReassignmentsResponse(
            error_code=ErrorCode.NOT_CONTROLLER, error_message=error_info(ErrorCode.NOT_CONTROLLER).message
        )
    return ListPartitionReassignmentsResponse()
