"""ApiVersions: what is registered is what is told."""

import pytest

from kafkacli.broker.dispatch import ROUTES
from kafkacli.errors import ErrorCode
from kafkacli.wire.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from tests.support.broker import RunningBroker
from tests.support.raw import RawClient


@pytest.mark.parametrize("version", range(4))
def test_tells_every_registered_range(broker: RunningBroker, version: int) -> None:
    with RawClient(broker.port) as client:
        request = ApiVersionsRequest(client_software_name="test-client", client_software_version="1.0")
        response = client.ask(request, ApiVersionsResponse, version)
    told = [(key.api_key, key.min_version, key.max_version) for key in response.api_keys]
    assert told == sorted((key, route.low, route.high) for key, route in ROUTES.items())
    assert (0, 0, 8) in told
    assert (1, 0, 11) in told


@pytest.mark.parametrize(("name", "software_version"), [("", "1"), ("a", ""), ("-a", "1"), ("a b", "1"), ("a", "1/2")])
def test_the_clients_names_are_checked(broker: RunningBroker, name: str, software_version: str) -> None:
    with RawClient(broker.port) as client:
        request = ApiVersionsRequest(client_software_name=name, client_software_version=software_version)
        response = client.ask(request, ApiVersionsResponse, 3)
        assert (response.error_code, response.api_keys) == (ErrorCode.INVALID_REQUEST, [])
