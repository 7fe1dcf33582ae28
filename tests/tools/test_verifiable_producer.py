"""kafka-verifiable-producer.sh against a broker of this process."""

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from kafkacli.exits import Exit
from tests.support.broker import RunningBroker
from tests.support.console import Running, consume
from tests.support.documents import document, in_other_forms
from tests.support.tools import Tools

SENT = "producer_send_success"


class Producing:
    """Sends to topic `numbers` of one broker."""

    def __init__(self, tools: Tools, broker: RunningBroker) -> None:
        self._tools = tools
        self.bootstrap = broker.bootstrap
        broker.create_topic("numbers")

    def run(self, *words: str, topic: str = "numbers") -> list[dict[str, Any]]:
        """Return the events of a run."""
        options = ("--topic", topic, "--bootstrap-server", self.bootstrap)
        status, out, _ = self._tools.run("kafka-verifiable-producer", *options, *words)
        assert status == Exit.OK
        return [json.loads(line) for line in out.splitlines()]


@pytest.fixture
def producing(tools: Tools, broker: RunningBroker) -> Producing:
    return Producing(tools, broker)


def test_events(producing: Producing) -> None:
    events = producing.run("--max-messages", "2")
    assert [list(event) for event in events[:2]] == [
        ["timestamp", "name"],
        ["timestamp", "name", "key", "value", "offset", "partition", "topic"],
    ]
    assert [event["name"] for event in events] == ["startup_complete", SENT, SENT, "shutdown_complete", "tool_data"]
    assert [(event["key"], event["value"], event["offset"]) for event in events[1:3]] == [
        (None, "0", 0),
        (None, "1", 1),
    ]
    assert {name: events[-1][name] for name in ("sent", "acked", "target_throughput")} == {
        "sent": 2,
        "acked": 2,
        "target_throughput": -1,
    }
    assert events[-1]["avg_throughput"] > 0


def test_acks_are_those_that_are_wanted(producing: Producing, broker: RunningBroker) -> None:
    broker.create_topic("needs-two", min_insync_replicas="2")
    events = producing.run("--max-messages", "1", "--acks", "1", topic="needs-two")
    assert [event["name"] for event in events] == ["startup_complete", SENT, "shutdown_complete", "tool_data"]
    events = producing.run("--max-messages", "1", topic="needs-two")  # all of them
    assert events[1]["exception"] == "class org.apache.kafka.common.errors.NotEnoughReplicasException"


def test_documents(producing: Producing, tools: Tools) -> None:
    command = ("--topic", "numbers", "--bootstrap-server", producing.bootstrap, "--max-messages", "2")
    found = document(tools, "verifiable-events", "kafka-verifiable-producer", *command)
    assert [event["name"] for event in found] == ["startup_complete", SENT, SENT, "shutdown_complete", "tool_data"]
    assert found[2]["details"] == {"key": None, "value": "1", "offset": 1, "partition": 0, "topic": "numbers"}
    group = (*command[:4], "--group-id", "g", "--max-messages", "2")
    events = document(tools, "verifiable-events", "kafka-verifiable-consumer", *group)
    assert "records_consumed" in [event["name"] for event in events]
    read, rows = in_other_forms(tools, "verifiable-events", "kafka-verifiable-producer", *command)
    assert ([event["name"] for event in read], len(rows)) == ([event["name"] for event in found], 5)


def test_keys_prefix_and_create_time(producing: Producing) -> None:
    words = (
        "--max-messages 3 --value-prefix 7 --repeating-keys 2 --message-create-time 1000000 --acks 1 --throughput 500"
    )
    events = producing.run(*words.split())
    assert [(event["key"], event["value"]) for event in events[1:4]] == [("0", "7.0"), ("1", "7.1"), ("0", "7.2")]
    assert events[-1]["target_throughput"] == 500
    shown = ("--topic", "numbers", "--from-beginning", "--max-messages", "1", "--property", "print.timestamp=true")
    assert consume(producing.bootstrap, *shown).out.startswith(b"CreateTime:1000000\t7.")


def test_records_that_are_not_taken(producing: Producing, tmp_path: Path) -> None:
    path = tmp_path / "producer.properties"
    path.write_text("max.request.size=1000\n")
    events = producing.run("--max-messages", "1", "--producer.config", str(path), topic="no topic")
    assert list(events[1]) == ["timestamp", "name", "topic", "key", "value", "exception", "message"]
    assert events[1]["name"] == "producer_send_error"
    assert events[1]["exception"] == "class org.apache.kafka.common.errors.InvalidTopicException"
    assert events[1]["message"] == "Invalid topics: [no topic]"
    assert (events[-1]["sent"], events[-1]["acked"], events[-1]["avg_throughput"]) == (1, 0, 0.0)


def test_a_signal_ends_it_after_what_was_sent(producing: Producing) -> None:
    words = ("--topic", "numbers", "--broker-list", producing.bootstrap, "--throughput", "100")
    running = Running("kafka-verifiable-producer", *words)
    running.wait_for(SENT.encode())
    done = running.stop(signal.SIGTERM)
    assert done.status == Exit.TERMINATED
    events = [json.loads(line) for line in done.out.splitlines()]
    assert [event["name"] for event in events[-2:]] == ["shutdown_complete", "tool_data"]
    assert events[-1]["sent"] == events[-1]["acked"] == sum(event["name"] == SENT for event in events)


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("--broker-list b:1", "verifiable-producer: error: argument --topic is required\n"),
        (
            "--topic t",
            "verifiable-producer: error: one of the arguments --bootstrap-server --broker-list is required\n",
        ),
        ("--topic t --broker-list b:1 --producer.config /none", "verifiable-producer: error: /none\n"),
        (
            "--topic t --broker-list b:1 --acks 2",
            "verifiable-producer: error: argument --acks: invalid choice: '2' (choose from {0,1,-1})\n",
        ),
        (
            "--topic t --broker-list b",
            'Exception in thread "main" org.apache.kafka.common.config.ConfigException: Invalid url in bootstrap.servers: b\n',
        ),
    ],
)
def test_refused_command_lines(tools: Tools, words: str, error: str) -> None:
    done = tools.run("kafka-verifiable-producer", *words.split())
    assert (done.status, done.out) == (Exit.FAILURE, "")
    assert done.err.endswith(error)
