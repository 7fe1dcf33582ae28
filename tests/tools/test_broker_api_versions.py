"""kafka-broker-api-versions.sh."""

import pytest

from kafkacli.tools.broker_api_versions import versions_text
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.metadata import MetadataRequest, MetadataResponse, MetadataResponseBroker
from kafkacli.wire.schema import Versions
from tests.support.apache import Apache
from tests.support.kafka import Kafka
from tests.support.scripted_broker import framed, scripted_broker, versions_answer
from tests.support.tools import Tools


def test_versions_are_shown_by_key() -> None:
    theirs = {3: Versions(2, 12), 0: Versions(9, 10), 50: Versions(0, 0), 18: Versions(0, 3), 27: Versions(0, 0)}
    rows = versions_text(theirs).splitlines()
    assert (rows[0], rows[-1], len(rows)) == ("(", ")", len(ApiKey) + 3)
    assert rows[1] == "\tProduce(0): 9 to 10 [unusable: node too new],"
    assert rows[2] == "\tFetch(1): UNSUPPORTED,"
    assert rows[4] == "\tMetadata(3): 2 to 12 [usable: 9],"
    assert rows[28] == "\tWriteTxnMarkers(27): 0 [usable: 0],"
    assert rows[-2] == "\tUNKNOWN(50): 0"


def test_a_broker_says_its_versions(kafka: Kafka, tools: Tools) -> None:
    done = tools.run("kafka-broker-api-versions.sh", "--bootstrap-server", kafka.bootstrap)
    assert (done.status, done.err) == (0, "")
    first, *rows = done.out.splitlines()
    assert first.endswith(f" (id: {kafka.broker_id} rack: null) -> (")
    assert "\tFetch(1): 0 to 11 [usable: 11]," in rows
    assert rows[-1] == ")"


def test_a_broker_that_is_down_has_an_error(tools: Tools) -> None:
    def answer(key: int, version: int, request: bytes) -> bytes:
        if key == ApiKey.API_VERSIONS:
            return versions_answer(request, version, MetadataRequest)
        brokers = [
            MetadataResponseBroker(node_id=2, host="127.0.0.1", port=1, rack="r2"),
            MetadataResponseBroker(node_id=1, host="127.0.0.1", port=port),
        ]
        return framed(MetadataResponse(brokers=brokers, controller_id=1), version, request)

    with scripted_broker(answer) as port:
        done = tools.run("kafka-broker-api-versions.sh", "--bootstrap-server", f"127.0.0.1:{port}")
    assert done.status == 0
    rows = done.out.splitlines()
    assert rows[0] == f"127.0.0.1:{port} (id: 1 rack: null) -> ("
    assert rows[-1] == ("127.0.0.1:1 (id: 2 rack: r2) -> ERROR: org.apache.kafka.common.errors.DisconnectException")
    assert "connection refused" in done.err


def test_no_broker_at_all_ends_at_once(tools: Tools) -> None:
    done = tools.run("kafka-broker-api-versions.sh", "--bootstrap-server", "127.0.0.1:1")
    assert (done.status, done.out) == (1, "")
    assert "connection refused (TCP)" in done.err


@pytest.mark.apache
def test_both_say_the_same(apache: Apache, kafka: Kafka, tools: Tools) -> None:
    words = ["--bootstrap-server", kafka.bootstrap]
    theirs = apache.run("kafka-broker-api-versions.sh", *words)
    assert tools.run("kafka-broker-api-versions.sh", *words).out == theirs.stdout
