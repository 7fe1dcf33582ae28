"""A cluster that is broken in some way gets the right answer: what of it can be said with brokers that a test scripts."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from kafkacli.client.checkup import Checkup, cluster_finding, controller_finding, misspelt
from kafkacli.client.diagnosis import Finding
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.api_versions import ApiVersionsResponse, ApiVersionsResponseKey
from kafkacli.wire.messages.describe_groups import DescribeGroupsRequest
from kafkacli.wire.messages.fetch import FetchRequest
from kafkacli.wire.messages.find_coordinator import FindCoordinatorRequest, FindCoordinatorResponse
from kafkacli.wire.messages.metadata import (
    MetadataRequest,
    MetadataResponse,
    MetadataResponseBroker,
    MetadataResponsePartition,
    MetadataResponseTopic,
)
from tests.support.scripted_broker import framed, scripted_broker, versions_answer
from tests.support.secured import free_ports
from tests.support.strangers import HTTP, stranger

KINDS = (MetadataRequest, FetchRequest, FindCoordinatorRequest, DescribeGroupsRequest)
Brokers = list[tuple[int, str, int]]


def findings(servers: str, patience_s: float = 0.3, **more: Any) -> list[Finding]:
    return list(Checkup(servers, {}, patience_s=patience_s, **more).run())


def failure(servers: str, patience_s: float = 0.3, **more: Any) -> Finding:
    """The one that is not ok."""
    (found,) = [each for each in findings(servers, patience_s, **more) if not each.is_ok]
    return found


@contextmanager
def broker(
    brokers: Callable[[int], Brokers] = lambda port: [(1, "127.0.0.1", port)],
    controller: int = 1,
    cluster_id: str = "here",
    topics: list[MetadataResponseTopic] | None = None,
) -> Iterator[int]:
    """A broker with these brokers in its metadata, made from its own port."""
    at: list[int] = []

    def answer(key: int, version: int, request: bytes) -> bytes:
        if key == ApiKey.API_VERSIONS:
            return versions_answer(request, version, *KINDS)
        if key == ApiKey.FIND_COORDINATOR:
            return framed(FindCoordinatorResponse(error_code=15, node_id=-1, host="", port=-1), version, request)
        rows = [MetadataResponseBroker(node_id=number, host=host, port=port) for number, host, port in brokers(at[0])]
        found = MetadataResponse(brokers=rows, controller_id=controller, cluster_id=cluster_id, topics=topics or [])
        return framed(found, version, request)

    with scripted_broker(answer) as port:
        at.append(port)
        yield port


def test_all_is_well() -> None:
    with broker() as port:
        found = findings(f"127.0.0.1:{port}", patience_s=5)
    assert [(each.stage, each.text) for each in found] == [
        ("DNS", "127.0.0.1 is 127.0.0.1"),
        ("TCP", "connected"),
        ("protocol version", "the broker speaks the versions of Kafka 2.3 to 2.6"),
        ("cluster", "1 broker"),
        ("controller", "is the controller"),
        ("advertised address", f"advertises 127.0.0.1:{port}, and answers there"),
    ]
    assert all(each.is_ok for each in found)


def test_an_unknown_host() -> None:
    found = failure("nowhere.invalid:9092")
    assert (found.stage, found.subject) == ("DNS", "nowhere.invalid:9092")
    assert "can't be resolved" in found.text
    assert found.remedy.startswith("Mend the name in --bootstrap-server")


def test_a_closed_port() -> None:
    (closed,) = free_ports(1)
    found = findings(f"127.0.0.1:{closed}")
    assert [(each.stage, each.is_ok) for each in found] == [("DNS", True), ("TCP", False)]
    assert found[-1].text == "connection refused"
    assert "Nothing listens on that port" in found[-1].remedy


def test_a_port_that_never_answers() -> None:
    with stranger(None) as port:
        found = failure(f"127.0.0.1:{port}", patience_s=0.1)
    assert (found.stage, found.text) == ("protocol version", "no answer in time")
    assert "accepts and says nothing" in found.remedy


def test_an_http_server() -> None:
    with stranger(HTTP) as port:
        found = failure(f"127.0.0.1:{port}")
    assert found.stage == "protocol version"
    assert found.remedy.startswith("An HTTP server listens there")


def test_a_zookeeper() -> None:
    with stranger(b"srvr is not executed because it is not in the whitelist.\n") as port:
        assert failure(f"127.0.0.1:{port}").remedy.startswith("ZooKeeper listens there: give the brokers' port")


def test_a_server_that_is_none_of_these() -> None:
    with stranger(b"220 mail.example.com ESMTP\r\n") as port:
        assert failure(f"127.0.0.1:{port}").remedy == "This is no Kafka broker: mend --bootstrap-server."


def test_a_broker_from_before_the_versions_were_told() -> None:
    def answer(key: int, version: int, request: bytes) -> bytes | None:
        if key != ApiKey.METADATA or version:
            return None
        return framed(MetadataResponse(), 0, request)

    with scripted_broker(answer) as port:
        found = failure(f"127.0.0.1:{port}")
    assert found.stage == "protocol version"
    assert found.remedy == "The broker is older than Kafka 0.10, which knows no ApiVersions: upgrade it."


@pytest.mark.parametrize(
    ("fetch", "release", "is_ok"),
    [(2, "0.10.0 or earlier", False), (3, "0.10.1 or 0.10.2", False), (5, "0.11", True), (12, "2.7 to 3.0", True)],
)
def test_the_age_of_a_broker(fetch: int, release: str, is_ok: bool) -> None:
    def answer(key: int, version: int, request: bytes) -> bytes | None:
        if key != ApiKey.API_VERSIONS:
            return None
        rows = [
            ApiVersionsResponseKey(api_key=key, min_version=0, max_version=high)
            for key, high in ((ApiKey.FETCH, fetch), (ApiKey.METADATA, 1), (ApiKey.API_VERSIONS, 0))
        ]
        return framed(ApiVersionsResponse(api_keys=rows), version, request)

    with scripted_broker(answer) as port:
        found = findings(f"127.0.0.1:{port}")[2]
    assert (found.stage, found.text) == ("protocol version", f"the broker speaks the versions of Kafka {release}")
    assert found.is_ok is is_ok
    assert is_ok or found.remedy.startswith("Upgrade the broker")


def test_a_listener_that_wants_a_login() -> None:
    def answer(key: int, version: int, request: bytes) -> bytes | None:
        return versions_answer(request, version, *KINDS) if key == ApiKey.API_VERSIONS else None

    with scripted_broker(answer) as port:
        found = failure(f"127.0.0.1:{port}")
    assert found.stage == "SASL"
    assert found.remedy.startswith("Set security.protocol=SASL_PLAINTEXT")


def test_a_controllers_port() -> None:
    with scripted_broker(lambda _, version, request: versions_answer(request, version, FetchRequest)) as port:
        found = failure(f"127.0.0.1:{port}")
    assert (found.stage, found.text) == ("protocol version", "The broker does not support METADATA")
    assert "the port of a controller" in found.remedy


def test_a_property_that_is_misspelt() -> None:
    (found,) = misspelt({"sasl.jass.config": "x", "acks": "all", "my.own": "y", "ssl.truststore.location": "z"})
    assert (found.stage, found.subject) == ("properties", "sasl.jass.config")
    assert found.remedy.startswith("Call it sasl.jaas.config")


def test_an_advertised_host_that_is_unknown() -> None:
    with broker(lambda _: [(1, "inside.invalid", 9092)]) as port:
        found = failure(f"127.0.0.1:{port}")
    assert (found.stage, found.subject) == ("advertised address", "broker 1")
    assert found.text.startswith("advertises inside.invalid:9092, where DNS fails: the name can't be resolved")
    assert "Mend the name in advertised.listeners in the server.properties of broker 1" in found.remedy


def test_an_advertised_port_that_is_closed() -> None:
    (closed,) = free_ports(1)
    with broker(lambda port: [(1, "127.0.0.1", port), (2, "127.0.0.1", closed)]) as port:
        found = failure(f"127.0.0.1:{port}")
    assert (found.stage, found.subject) == ("advertised address", "broker 2")
    assert found.text == f"advertises 127.0.0.1:{closed}, where TCP fails: connection refused"
    assert "mend advertised.listeners in the server.properties of broker 2" in found.remedy


def test_localhost_advertised_to_others() -> None:
    def resolve(host: str, port: int) -> list[Any]:
        address = "127.0.0.1" if host == "localhost" else "192.0.2.7"  # as if this machine was another one
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    (closed,) = free_ports(1)
    at_home = [closed]
    with broker(lambda _: [(1, "localhost", at_home[0])]) as port:
        found = failure(f"127.0.0.1:{port}", resolve=resolve)
        assert found.stage == "advertised address"
        assert found.text == (
            f"advertises localhost:{closed}, every client's own machine, not the one that was asked: where TCP fails:"
            " connection refused"
        )
        assert found.remedy == (
            "Name an address that clients can reach in advertised.listeners in the server.properties of broker 1."
        )
        with broker(cluster_id="of this machine") as at_home[0]:
            found = failure(f"127.0.0.1:{port}", resolve=resolve)
        assert "not the one that was asked: where another cluster answers: of this machine" in found.text


def test_an_advertised_address_of_another_cluster() -> None:
    with broker(cluster_id="there") as other, broker(lambda _: [(1, "127.0.0.1", other)]) as port:
        found = failure(f"127.0.0.1:{port}", patience_s=5)
    assert found.text == f"advertises 127.0.0.1:{other}, where another cluster answers: there"


def test_an_address_that_two_brokers_advertise() -> None:
    with broker(lambda port: [(1, "127.0.0.1", port), (2, "127.0.0.1", port)]) as port:
        found = [each for each in findings(f"127.0.0.1:{port}") if not each.is_ok]
    assert [each.subject for each in found] == ["broker 1", "broker 2"]
    assert found[0].text.endswith("as other brokers do: 1, 2")


@pytest.mark.parametrize(("controller", "text"), [(-1, ""), (5, "; broker 5, which was it last, is not up")])
def test_no_controller(controller: int, text: str) -> None:
    with broker(controller=controller) as port:
        found = failure(f"127.0.0.1:{port}")
    assert (found.stage, found.text) == ("controller", f"the cluster has no controller{text}")
    assert "zookeeper.connect" in found.remedy
    assert not controller_finding(MetadataResponse(controller_id=controller)).is_ok


def test_servers_of_two_clusters_and_no_brokers() -> None:
    two = {"a:1": MetadataResponse(cluster_id="A"), "b:1": MetadataResponse(cluster_id="B")}
    assert cluster_finding(two).text == "the servers belong to several clusters: a:1 is of A, b:1 is of B"
    assert "knows no brokers" in cluster_finding({"a:1": MetadataResponse(cluster_id="A")}).text


@pytest.mark.parametrize(
    ("properties", "remedy"),
    [
        ({"security.protocol": "SSL", "ssl.truststore.location": "/none"}, "Correct ssl.truststore.location"),
        ({"security.protocol": "SSL", "ssl.keystore.location": "/none"}, "Correct ssl.keystore.location"),
        ({"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN"}, "Correct sasl.jaas.config"),
        ({"security.protocol": "TLS"}, "Correct that property of the client."),
    ],
)
def test_properties_that_no_client_takes(properties: dict[str, str], remedy: str) -> None:
    (found,) = Checkup("127.0.0.1:1", properties).run()
    assert found.stage == "properties"
    assert found.remedy.startswith(remedy)


def test_a_topic_that_is_missing_or_has_no_leader() -> None:
    row = MetadataResponsePartition(
        partition_index=3, leader_id=-1, replica_nodes=[1], isr_nodes=[], offline_replicas=[1]
    )
    for topic, text in (
        (MetadataResponseTopic(error_code=3, name="t", partitions=[]), "does not exist"),
        (MetadataResponseTopic(error_code=0, name="t", partitions=[row]), "has no leader for partitions [3]"),
    ):
        with broker(topics=[topic]) as port:
            found = failure(f"127.0.0.1:{port}", topics=["t"])
        assert (found.stage, found.subject, found.text) == ("topic", "t", text)


def test_a_group_without_coordinator() -> None:
    with broker() as port:
        found = failure(f"127.0.0.1:{port}", groups=["g"])
    assert (found.stage, found.subject) == ("group", "g")
    assert "offsets.topic.replication.factor" in found.remedy
