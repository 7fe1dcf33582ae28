"""kafka-verifiable-consumer.sh against a broker of this process."""

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from kafkacli.exits import Exit
from tests.support.broker import RunningBroker
from tests.support.console import Running, produce
from tests.support.tools import Outcome, Tools


class Consuming:
    """Reads topic `letters` of one broker, which holds a, b and c."""

    def __init__(self, tools: Tools, broker: RunningBroker) -> None:
        self._tools = tools
        self.bootstrap = broker.bootstrap
        broker.create_topic("letters")
        assert produce(broker.bootstrap, "letters", b"a\nb\nc\n").status == Exit.OK

    def run(self, *words: str, group: str = "g") -> Outcome:
        options = ("--topic", "letters", "--broker-list", self.bootstrap, "--group-id", group)
        return self._tools.run("kafka-verifiable-consumer", *options, *words)


@pytest.fixture
def consuming(tools: Tools, broker: RunningBroker) -> Consuming:
    return Consuming(tools, broker)


def events(out: str | bytes) -> list[tuple[str, dict[str, Any]]]:
    """Return names and fields, without times."""
    rows = [json.loads(line) for line in out.splitlines()]
    return [(row.pop("name"), {name: value for name, value in row.items() if name != "timestamp"}) for row in rows]


ONE = {"topic": "letters", "partition": 0}


def test_events(consuming: Consuming) -> None:
    status, out, err = consuming.run("--max-messages", "2")
    assert (status, err) == (Exit.OK, "")
    found = events(out)
    assert [name for name, _ in found] == [
        "startup_complete",
        "partitions_assigned",
        "records_consumed",
        "offsets_committed",
        "partitions_revoked",
        "shutdown_complete",
    ]
    assert found[1][1] == found[4][1] == {"partitions": [ONE]}
    assert found[2][1]["partitions"] == [{**ONE, "count": 2, "minOffset": 0, "maxOffset": 1}]
    assert found[3][1] == {"offsets": [{**ONE, "offset": 2}], "success": True}
    again = events(consuming.run("--max-messages", "1").out)
    assert again[2][1] == {"count": 1, "partitions": [{**ONE, "count": 1, "minOffset": 2, "maxOffset": 2}]}


def test_each_record(consuming: Consuming) -> None:
    found = events(consuming.run("--max-messages", "3", "--verbose").out)
    records = [fields for name, fields in found if name == "record_data"]
    assert records == [{"key": None, "value": value, **ONE, "offset": at} for at, value in enumerate("abc")]


def test_the_consumer_may_commit_by_itself(consuming: Consuming) -> None:
    found = events(consuming.run("--max-messages", "3", "--enable-autocommit").out)
    assert "offsets_committed" not in [name for name, _ in found]
    words = ("--topic", "letters", "--bootstrap-server", consuming.bootstrap, "--group-id", "g")
    running = Running("kafka-verifiable-consumer", *words)
    running.wait_for(b"partitions_assigned")
    done = running.stop(signal.SIGTERM)
    assert done.status == Exit.TERMINATED
    assert [name for name, _ in events(done.out)] == [
        "startup_complete",
        "partitions_assigned",
        "partitions_revoked",
        "shutdown_complete",
    ]


def test_no_offset_and_no_policy_ends_it(consuming: Consuming, tmp_path: Path) -> None:
    path = tmp_path / "consumer.properties"
    path.write_text("client.id=me\n")
    words = "--reset-policy none --session-timeout 7000 --group-instance-id i"
    status, out, err = consuming.run(*words.split(), "--consumer.config", str(path))
    assert status == Exit.OK
    assert events(out)[-1] == ("shutdown_complete", {})
    assert "ERROR Error during processing, terminating consumer process: " in err
    assert "NoOffsetForPartitionException" in err


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("--topic t --broker-list b:1", "verifiable-consumer: error: argument --group-id is required\n"),
        ("--topic t --group-id g --broker-list b:1 --consumer.config /none", "verifiable-consumer: error: /none\n"),
        (
            "--topic t --group-id g --broker-list 127.0.0.1:1 --reset-policy middle",
            "Invalid value middle for configuration auto.offset.reset: String must be one of: latest, earliest, none\n",
        ),
        (
            "--topic t --group-id g --broker-list 127.0.0.1:1 --assignment-strategy no.such.Class",
            "org.apache.kafka.clients.consumer.CooperativeStickyAssignor.\n",
        ),
    ],
)
def test_refused_command_lines(tools: Tools, words: str, error: str) -> None:
    done = tools.run("kafka-verifiable-consumer", *words.split())
    assert (done.status, done.out) == (Exit.FAILURE, "")
    assert done.err.endswith(error)


def test_a_static_member_stays(consuming: Consuming, tools: Tools) -> None:
    assert consuming.run("--max-messages", "1", "--group-instance-id", "me").status == Exit.OK
    words = ("--bootstrap-server", consuming.bootstrap, "--describe", "--group", "g", "--members")
    assert " me " in tools.run("kafka-consumer-groups", *words).out


def test_the_group_gets_the_session_timeout(consuming: Consuming) -> None:
    done = consuming.run("--max-messages", "1", "--session-timeout", "5999")  # brokers give no less than 6 s
    assert done.status == Exit.OK  # as the original's
    assert "InvalidSessionTimeoutException" in done.err
    assert [name for name, _ in events(done.out)] == ["startup_complete", "shutdown_complete"]
