"""kafka-e2e-latency.sh against both servers, and kafka.tools.EndToEndLatency beside it."""

import re
from pathlib import Path

import pytest

from kafkacli.exits import Exit
from tests.support.apache import Apache
from tests.support.documents import document
from tests.support.kafka import Kafka
from tests.support.tools import Tools

SHAPE = re.compile(
    r"(?:Topic \"(?P<made>\S+)\" does not exist\. Will create topic with 1 partition\(s\) and replication factor = 1\n)?"
    r"0\t\d+\.\d+(?:E-\d+)?\nAvg latency: \d+\.\d{4} ms\n\nPercentiles: 50th = \d+, 99th = \d+, 99\.9th = \d+\n"
)


def test_a_topic_that_has_to_be_made(kafka: Kafka, tools: Tools) -> None:
    topic = kafka.new_name()
    status, out, err = tools.run("kafka-e2e-latency", kafka.bootstrap, topic, "3", "all", "10")
    assert (status, err) == (Exit.OK, "")
    found = SHAPE.fullmatch(out)
    assert found is not None
    assert found["made"] == topic
    ends = tools.run("get-offsets", "--broker-list", kafka.bootstrap, "--topic", topic)
    assert ends.out == f"{topic}:0:3\n"


def test_a_topic_with_partitions_and_a_properties_file(kafka: Kafka, tools: Tools, tmp_path: Path) -> None:
    topic = kafka.create_topic(3, records=2)
    properties = tmp_path / "client.properties"
    properties.write_text("bootstrap.servers=nowhere:1\nclient.id=latency\n")
    done = tools.run("kafka-e2e-latency", kafka.bootstrap, topic, "2", "1", "100", str(properties))
    assert done.status == Exit.OK, done.err
    assert SHAPE.fullmatch(done.out)
    words = ("--bootstrap-server", kafka.bootstrap, "--all-groups", "--describe")
    rows = [line.split() for line in tools.run("kafka-consumer-groups", *words).out.splitlines() if topic in line]
    assert len(rows) == 3
    assert all(row[0].startswith("test-group-") and row[5] == "0" for row in rows)


REFUSED = [
    (("b:1", "t", "1", "1"), "USAGE: java kafka.tools.EndToEndLatency$ broker_list topic num_messages producer_acks"),
    (("b:1", "t", "x", "1", "1"), 'Exception in thread "main" java.lang.NumberFormatException: For input string: "x"'),
    (
        ("b:1", "t", "1", "0", "1"),
        'Exception in thread "main" java.lang.IllegalArgumentException: Latency testing requ',
    ),
    (("b:1", "t", "1", "1", "1", "/no"), 'Exception in thread "main" java.nio.file.NoSuchFileException: /no'),
]


@pytest.mark.parametrize(("words", "error"), REFUSED)
def test_refused_command_lines(tools: Tools, words: tuple[str, ...], error: str) -> None:
    done = tools.run("kafka-e2e-latency", *words)
    assert (done.status, done.out) == (Exit.FAILURE, "")
    assert done.err.startswith(error)


@pytest.mark.apache
@pytest.mark.parametrize(("words", "error"), REFUSED)
def test_apache_refuses_them_in_the_same_words(apache: Apache, words: tuple[str, ...], error: str) -> None:
    done = apache.run("kafka-run-class.sh", "kafka.tools.EndToEndLatency", *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(error)


@pytest.mark.apache
def test_apache_prints_the_same_shape(kafka: Kafka, apache: Apache) -> None:
    topic = kafka.new_name()
    done = apache.run("kafka-run-class.sh", "kafka.tools.EndToEndLatency", kafka.bootstrap, topic, "2", "1", "10")
    assert done.returncode == 0, done.stderr
    assert SHAPE.fullmatch(done.stdout)


def test_no_records_have_no_percentiles(kafka: Kafka, tools: Tools) -> None:
    topic = kafka.create_topic()
    done = tools.run("kafka-e2e-latency", kafka.bootstrap, topic, "0", "1", "10")
    assert (done.status, done.out) == (Exit.FAILURE, "Avg latency: NaN ms\n\n")
    assert "ArrayIndexOutOfBoundsException: Index 0 out of bounds for length 0" in done.err


def test_help(tools: Tools) -> None:
    done = tools.run("kafka-e2e-latency", "--help")
    assert done.status == Exit.OK
    assert done.out.startswith("usage: kafka-e2e-latency.sh [--output FORM] BROKERS TOPIC NUMBER ACKS SIZE [FILE]")


def test_a_document(kafka: Kafka, tools: Tools) -> None:
    topic = kafka.create_topic()
    found = document(tools, "e2e-latency", "kafka-e2e-latency", kafka.bootstrap, topic, "3", "all", "10")
    assert found["records"] == 3
    assert found["average_latency_ms"] > 0
    assert set(found["latency_ms"]) == {"p50", "p99", "p99.9"}
    words = ("--output=table", kafka.bootstrap, topic, "1", "1", "10")
    heading, row = tools.run("kafka-e2e-latency", *words).out.splitlines()
    assert heading.split() == ["RECORDS", "AVERAGE_LATENCY_MS", "LATENCY_MS"]
    assert row.split()[0] == "1"
    refused = tools.run("kafka-e2e-latency", kafka.bootstrap, topic, "--output", "xml", "1", "1", "10")
    assert (refused.status, refused.out) == (Exit.FAILURE, "")
    assert refused.err == "kafka-e2e-latency: --output is one of plain, json, yaml, table, not 'xml'\n"
