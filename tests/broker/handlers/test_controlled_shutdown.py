"""ControlledShutdown of the only broker: it may stop, and leads nothing new."""

import pytest

from kafkacli.errors import ErrorCode
from kafkacli.wire.messages.controlled_shutdown import ControlledShutdownRequest, ControlledShutdownResponse
from tests.support.broker import NODE_ID, RunningBroker
from tests.support.raw import RawClient


def ask(broker: RunningBroker, version: int = 3) -> ControlledShutdownResponse:
    request = ControlledShutdownRequest(broker_id=NODE_ID)
    if version >= 2:
        request.broker_epoch = broker.broker.epoch
    with RawClient(broker.port) as client:
        return client.ask(request, ControlledShutdownResponse, version)


@pytest.mark.parametrize("version", [0, 3])
def test_the_only_broker_may_stop(broker: RunningBroker, version: int) -> None:
    broker.create_topic("t")
    response = ask(broker, version)
    assert (response.error_code, response.remaining_partitions) == (0, [])


def test_only_the_controller_can_say(not_controller: RunningBroker) -> None:
    assert ask(not_controller).error_code == ErrorCode.STALE_CONTROLLER_EPOCH
