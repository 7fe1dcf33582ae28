"""kafka-log-dirs.sh."""

import json

import pytest

from kafkacli.client.log_dirs import LogDir
from kafkacli.tools.log_dirs import document
from kafkacli.wire.messages.describe_log_dirs import DescribeLogDirsPartition, DescribeLogDirsTopic
from tests.support.apache import Apache
from tests.support.kafka import Kafka
from tests.support.tools import Tools


def row(topic: str, partition: int, size: int, lag: int = 0, *, future: bool = False) -> DescribeLogDirsTopic:
    info = DescribeLogDirsPartition(
        partition_index=partition, partition_size=size, offset_lag=lag, is_future_key=future
    )
    return DescribeLogDirsTopic(name=topic, partitions=[info])


def test_the_document_has_the_originals_fields() -> None:
    topics = {"b": row("b", 10, 5, 2, future=True), "a": row("a", 0, 1)}
    topics["b"].partitions += row("b", 9, 1).partitions
    full = LogDir("/d", 0, lambda data: topics[bytes(data).decode()])
    for name in topics:
        full.add(name, memoryview(name.encode()))
    described = {3: [full, LogDir("/e", 56, lambda data: topics[""])], 4: []}
    assert "".join(document(described, {"b"})) == (
        '{"version":1,"brokers":[{"broker":3,"logDirs":[{"logDir":"/d","error":null,"partitions":['
        '{"partition":"b-9","size":1,"offsetLag":0,"isFuture":false},'
        '{"partition":"b-10","size":5,"offsetLag":2,"isFuture":true}]},'
        '{"logDir":"/e","error":"org.apache.kafka.common.errors.KafkaStorageException","partitions":[]}]},'
        '{"broker":4,"logDirs":[]}]}'
    )


@pytest.mark.parametrize(
    ("words", "missing"), [("--describe", "bootstrap-server"), ("--bootstrap-server b:1", "describe")]
)
def test_both_are_needed(tools: Tools, words: str, missing: str) -> None:
    done = tools.run("kafka-log-dirs.sh", *words.split())
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith(f'Missing required argument "[{missing}]"\nusage: kafka-log-dirs.sh ')


def test_a_topic_is_described(kafka: Kafka, tools: Tools) -> None:
    name = kafka.create_topic(2, records=1)
    words = ["--describe", "--bootstrap-server", kafka.bootstrap, "--topic-list", f",{name},"]
    done = tools.run("kafka-log-dirs.sh", *words)
    assert (done.status, done.err) == (0, "")
    first, second, text = done.out.splitlines()
    assert first == "Querying brokers for log directories information"
    assert second == f"Received log directory information from brokers {kafka.broker_id}"
    (broker,) = json.loads(text)["brokers"]
    assert broker["broker"] == kafka.broker_id
    assert [row["partition"] for row in broker["logDirs"][0]["partitions"]] == [f"{name}-0", f"{name}-1"]
    assert tools.run("kafka-log-dirs.sh", *words, "--broker-list", f"{kafka.broker_id}") == done


def test_brokers_are_numbers(kafka: Kafka, tools: Tools) -> None:
    done = tools.run("kafka-log-dirs.sh", "--describe", "--bootstrap-server", kafka.bootstrap, "--broker-list", "x")
    assert done == (1, "", 'kafka-log-dirs.sh: For input string: "x"\n')


def test_a_broker_that_is_not_there_is_waited_for(kafka: Kafka, tools: Tools, tmp_path: object) -> None:
    config = f"{tmp_path}/c.properties"
    with open(config, "w", encoding="utf-8") as file:
        file.write("default.api.timeout.ms=200\nrequest.timeout.ms=100\n")
    words = ["--describe", "--bootstrap-server", kafka.bootstrap, "--command-config", config]
    done = tools.run("kafka-log-dirs.sh", *words, "--broker-list", "99")
    assert (done.status, done.out) == (1, "Querying brokers for log directories information\n")
    assert "describeLogDirs" in done.err


@pytest.mark.apache
def test_both_say_the_same(apache: Apache, kafka: Kafka, tools: Tools) -> None:
    name = kafka.create_topic(records=2)
    words = ["--describe", "--bootstrap-server", kafka.bootstrap, "--topic-list", name]
    assert tools.run("kafka-log-dirs.sh", *words).out == apache.run("kafka-log-dirs.sh", *words).stdout
