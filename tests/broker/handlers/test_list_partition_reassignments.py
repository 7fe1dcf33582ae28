"""ListPartitionReassignments: nothing is being moved."""

from kafkacli.errors import ErrorCode
from kafkacli.wire.messages.list_partition_reassignments import (
    ListPartitionReassignmentsRequest,
    ListPartitionReassignmentsResponse,
)
from tests.support.broker import RunningBroker
from tests.support.raw import RawClient


def ask(broker: RunningBroker) -> ListPartitionReassignmentsResponse:
    with RawClient(broker.port) as client:
        return client.ask(ListPartitionReassignmentsRequest(), ListPartitionReassignmentsResponse, 0)


def test_there_are_none(broker: RunningBroker) -> None:
    response = ask(broker)
    assert (response.error_code, response.error_message, response.topics) == (0, "", [])


def test_only_the_controller_knows(not_controller: RunningBroker) -> None:
    response = ask(not_controller)
    assert response.error_code == ErrorCode.NOT_CONTROLLER
    assert response.error_message == "This is not the correct controller for this cluster."
