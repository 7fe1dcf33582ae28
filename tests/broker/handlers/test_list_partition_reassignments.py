"""ListPartitionReassignments: nothing is being moved."""

from kafkacli.errors import ErrorCode
from kafkacli.wire.messages.list_partition_reassignments import (
    ListPartitionReassignmentsRequest,
    ListPartitionReassignmentsResponse,
)
from tests.support.broker import RunningBroker
from tests.support.raw import RawClient


def test_only_the_controller_knows(broker: RunningBroker) -> None:
    with RawClient(broker.port) as client:
        request = ListPartitionReassignmentsRequest()
        response = client.ask(request, ListPartitionReassignmentsResponse, 0)
        assert (response.error_code, response.error_message, response.topics) == (0, "", [])
        broker.controller.is_active = False
        response = client.ask(request, ListPartitionReassignmentsResponse, 0)
        assert response.error_code == ErrorCode.NOT_CONTROLLER
        assert response.error_message == "This is not the correct controller for this cluster."
