"""Why no broker lets a client in."""

from kafkacli.client.diagnosis import STAGES, Way
from kafkacli.client.settings import ClientSettings
from kafkacli.wire.messages.fetch import FetchRequest
from tests.support.scripted_broker import scripted_broker, versions_answer
from tests.support.secured import free_ports


def broker(_key: int, version: int, request: bytes) -> bytes:
    return versions_answer(request, version, FetchRequest)


def test_every_stage_of_a_way_that_is_open() -> None:
    with scripted_broker(broker) as port:
        way = Way("127.0.0.1", port, ClientSettings(), "", 2.0)
    assert way.connection is not None
    way.connection.close()
    assert [finding.stage for finding in way.findings] == ["DNS", "TCP", "protocol version"]
    assert all(finding.is_ok for finding in way.findings)


def test_the_stage_at_which_a_way_ends() -> None:
    (closed,) = free_ports(1)
    way = Way("127.0.0.1", closed, ClientSettings(), "", 2.0)
    assert way.connection is None
    assert [(finding.stage, finding.is_ok) for finding in way.findings] == [("DNS", True), ("TCP", False)]
    assert way.findings[-1].text == "connection refused"
    assert STAGES.index("TCP") == 1
