"""The registry refuses what can't be served."""

import pytest

from kafkacli.broker import dispatch
from kafkacli.broker.dispatch import FLEXIBLE_FROM, ROUTES, RequestContext, handles
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.heartbeat import HeartbeatRequest, HeartbeatResponse


def handler(request: HeartbeatRequest, context: RequestContext) -> HeartbeatResponse:
    return HeartbeatResponse()


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty one."""
    monkeypatch.setattr(dispatch, "ROUTES", {})
    monkeypatch.setattr(dispatch, "FLEXIBLE_FROM", {})


@pytest.mark.usefixtures("registry")
def test_registers_a_handler() -> None:
    assert handles(ApiKey.HEARTBEAT, versions=(1, 4))(handler) is handler
    route = dispatch.ROUTES[ApiKey.HEARTBEAT]
    assert (route.request, route.low, route.high, route.handle) == (HeartbeatRequest, 1, 4, handler)
    assert dispatch.FLEXIBLE_FROM == {ApiKey.HEARTBEAT: 4}


@pytest.mark.usefixtures("registry")
def test_two_handlers_for_one_api_stop_the_import() -> None:
    handles(ApiKey.HEARTBEAT, versions=(0, 4))(handler)
    with pytest.raises(ValueError, match="HEARTBEAT has two handlers"):
        handles(ApiKey.HEARTBEAT, versions=(0, 4))(handler)


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("versions", [(2, 1), (0, 99), (-1, 1)])
def test_a_range_that_makes_no_sense_stops_the_import(versions: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="HEARTBEAT can't be served in versions"):
        handles(ApiKey.HEARTBEAT, versions=versions)(handler)


@pytest.mark.usefixtures("registry")
def test_the_request_must_be_the_apis_own() -> None:
    with pytest.raises(ValueError, match="HeartbeatRequest is no request of SYNC_GROUP"):
        handles(ApiKey.SYNC_GROUP, versions=(0, 1))(handler)


def test_every_handler_module_registers_its_api() -> None:
    """The module is named after the API."""
    from pathlib import Path

    import kafkacli.broker.handlers

    dispatch.import_handlers()
    modules = {path.stem for path in Path(kafkacli.broker.handlers.__path__[0]).glob("[a-z]*.py")}
    assert modules == {ApiKey(key).name.lower() for key in ROUTES}
    assert set(FLEXIBLE_FROM) <= set(ROUTES)
