"""SaslHandshake on a listener without SASL."""

import pytest

from kafkacli.errors import ErrorCode
from kafkacli.wire.messages.sasl_handshake import SaslHandshakeRequest, SaslHandshakeResponse
from tests.support.broker import RunningBroker
from tests.support.raw import RawClient


@pytest.mark.parametrize("version", [0, 1])
def test_is_refused(broker: RunningBroker, version: int) -> None:
    with RawClient(broker.port) as client:
        response = client.ask(SaslHandshakeRequest(mechanism="PLAIN"), SaslHandshakeResponse, version)
        assert (response.error_code, response.mechanisms) == (ErrorCode.ILLEGAL_SASL_STATE, [])
