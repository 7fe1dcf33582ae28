"""Why no broker lets a client in."""

import socket
import threading

import pytest

from kafkacli.client.diagnosis import why_not
from kafkacli.wire.messages.list_groups import ListGroupsRequest
from tests.support.scripted_broker import scripted_broker, versions_answer
from tests.support.secured import free_ports


def broker(_key: int, version: int, request: bytes) -> bytes:
    return versions_answer(request, version, ListGroupsRequest)


def test_the_first_failure_counts_unless_a_broker_answers() -> None:
    (closed,) = free_ports(1)
    with scripted_broker(broker) as port:
        nobody, somebody = f"localhost:{closed}", f"127.0.0.1:{port}"
        assert why_not({"bootstrap.servers": f"{nobody},{somebody}", "client.id": "x"}) is None
        failure = why_not({"bootstrap.servers": nobody})
        assert failure is not None
        assert (failure.stage, failure.address) == ("TCP", nobody)


@pytest.mark.parametrize("protocol", ["SSL", " ssl"])
def test_the_properties_count(protocol: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def close_at_once() -> None:
            listener.accept()[0].close()

        thread = threading.Thread(target=close_at_once)
        thread.start()
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        failure = why_not({"bootstrap.servers": address, "security.protocol": protocol})
        thread.join(10)
    assert failure is not None
    assert failure.stage == "TLS"
    assert "may not speak TLS" in failure.reason
