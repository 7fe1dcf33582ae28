"""Documents that differ from run to run: what the perf tests measure, and the batches and records of a segment."""

import pytest

from tests.support.broker import RunningBroker
from tests.support.documents import document
from tests.support.kafka import Kafka
from tests.support.tools import Tools


def test_what_is_measured(kafka: Kafka, tools: Tools) -> None:
    topic = kafka.create_topic(records=2)
    words = ("--topic", topic, "--num-records", "3", "--record-size", "10", "--throughput", "-1")
    props = ("--producer-props", f"bootstrap.servers={kafka.bootstrap}")
    sent = document(tools, "producer-perf", "kafka-producer-perf-test", *words, *props)
    assert sent["records"] == 3
    assert set(sent["latency_ms"]) == {"p50", "p95", "p99", "p99.9"}
    where = ("--bootstrap-server", kafka.bootstrap)
    read = document(tools, "consumer-perf", "kafka-consumer-perf-test", "--topic", topic, "--messages", "5", *where)
    assert (read["records"], read["bytes"]) == (5, 3 * 10 + 2 * len("value"))


@pytest.mark.parametrize("options", [[], ["--print-data-log"]])
def test_the_batches_of_a_segment_are_lines(options: list[str], broker: RunningBroker, tools: Tools) -> None:
    kafka = Kafka(broker.bootstrap, broker.zookeeper, 7)
    topic = kafka.create_topic(records=2)
    path = broker.directory / f"{topic}-0" / f"{0:020}.log"
    batch, *records = document(tools, "dump-log", "kafka-dump-log", "--files", str(path), *options)
    assert (batch["type"], batch["offset"], batch["last_offset"], batch["valid"]) == ("batch", 0, 1, True)
    shown = [(record["type"], record["offset"], record["key"], record["value"]) for record in records]
    assert shown == ([("record", 0, None, "value"), ("record", 1, None, "value")] if options else [])
    table = tools.run("kafka-dump-log", "--files", str(path), *options, "--output", "table").out.splitlines()
    assert table[0].split()[:3] == ["FILE", "TYPE", "OFFSET"]
    assert len(table) == 1 + 1 + len(records)
