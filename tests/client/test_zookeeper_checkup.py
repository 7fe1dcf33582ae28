"""ZooKeeper looked at: which cluster it holds, or why it doesn't answer."""

from kafkacli.client.diagnosis import Finding
from kafkacli.client.zookeeper_checkup import zookeeper_findings
from kafkacli.wire.messages.metadata import MetadataResponse
from tests.support.broker import NODE_ID, RunningBroker, broker
from tests.support.secured import free_ports
from tests.support.strangers import HTTP, stranger

__all__ = ["broker"]


def last(connect: str, cluster: MetadataResponse | None = None, patience_s: float = 5) -> Finding:
    return list(zookeeper_findings(connect, cluster, patience_s))[-1]


def test_the_brokers_own(broker: RunningBroker) -> None:
    found = last(broker.zookeeper)
    assert found.is_ok
    assert found.text.endswith(f", brokers {NODE_ID}")
    assert not last(broker.zookeeper, MetadataResponse(cluster_id="another")).is_ok


def test_another_path(broker: RunningBroker) -> None:
    found = last(f"{broker.zookeeper}/elsewhere")
    assert found.text == "no Kafka cluster is registered below /elsewhere"
    assert "zookeeper.connect in server.properties" in found.remedy


def test_a_closed_port() -> None:
    (closed,) = free_ports(1)
    found = last(f"127.0.0.1:{closed}")
    assert (found.stage, found.text) == ("TCP", "connection refused")
    assert "clientPort" in found.remedy


def test_a_name_that_is_unknown() -> None:
    found = last("nowhere.invalid:2181")
    assert (found.stage, found.subject) == ("DNS", "nowhere.invalid:2181")
    assert "--zookeeper" in found.remedy


def test_something_else() -> None:
    with stranger(HTTP) as port:
        found = last(f"127.0.0.1:{port}", patience_s=0.2)
    assert found.stage == "ZooKeeper"
    assert found.remedy.startswith("An HTTP server listens there")
    assert found.text.startswith("Timed out waiting for connection")  # the address is the subject
