"""--dry-run: it says what would be done, on our broker and on the real one, and nothing of it is done."""

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from kafkacli import console
from kafkacli.client.cluster import Cluster
from kafkacli.client.groups import committed_offsets
from kafkacli.client.offsets import EARLIEST, LATEST, list_offsets
from kafkacli.client.registry import Registry
from kafkacli.client.zookeeper_session import NoNode
from kafkacli.output.changes import Changes
from tests.output.test_schemas import COMMANDS, words, words_of
from tests.support.documents import checked, document
from tests.support.kafka import Kafka
from tests.support.tools import Tools

# a dry run → what it says, and does not do
SAID = {
    "kafka-topics --create --topic NEW --partitions 2 --config retention.ms=5 --dry-run --bootstrap-server BROKERS": (
        "Would create topic NEW: partitions=2, replication_factor=default, retention.ms=5\n"
    ),
    "kafka-topics --alter --topic TOPIC --partitions 5 --dry-run --bootstrap-server BROKERS": (
        "Would alter topic TOPIC: partitions=5\n"
    ),
    "kafka-topics --delete --topic TOPIC --dry-run --zookeeper ZOOKEEPER": "Would delete topic TOPIC\n",
    "kafka-consumer-groups --delete --group EMPTY --dry-run --bootstrap-server BROKERS": "Would delete group EMPTY\n",
    "kafka-delete-records --offset-json-file RECORDS --dry-run --bootstrap-server BROKERS": (
        "Would delete records TOPIC-0: records=1, low_watermark=1\n"
    ),
    "kafka-consumer-groups --delete-offsets --group EMPTY --topic TOPIC --dry-run --bootstrap-server BROKERS": (
        "Would delete offset EMPTY: topic=TOPIC, partition=0\nWould delete offset EMPTY: topic=TOPIC, partition=1\n"
    ),
}
# a dry run of what would not work → what is said of that
REFUSED = {
    "kafka-leader-election --election-type preferred --topic NEW --partition 0 --dry-run --bootstrap-server BROKERS": (
        "Partition NEW-0 does not exist"
    ),
    "kafka-topics --create --topic TOPIC --dry-run --bootstrap-server BROKERS": "Topic 'TOPIC' already exists.",
    "kafka-topics --create --topic NEW --config x=y --dry-run --bootstrap-server BROKERS": "Unknown topic config name: x",
    "kafka-topics --alter --topic TOPIC --partitions 1 --dry-run --bootstrap-server BROKERS": "InvalidPartitionsException",
    "kafka-topics --delete --topic NEW --dry-run --bootstrap-server BROKERS": "Topic 'NEW' does not exist as expected",
    "kafka-topics --create --topic TOPIC --partitions 1 --replication-factor 1 --dry-run --zookeeper ZOOKEEPER": (
        "Topic 'TOPIC' already exists."
    ),
    "kafka-consumer-groups --delete --group NEW --dry-run --bootstrap-server BROKERS": "GroupIdNotFoundException",
    "kafka-consumer-groups --delete-offsets --group NEW --topic TOPIC --dry-run --bootstrap-server BROKERS": (
        "'NEW' does not exist."
    ),
}


# what is done after it was said, line by line
DONE = (
    "kafka-topics --create --topic NEW --partitions 2 --replication-factor 1 --config retention.ms=5 --bootstrap-server BROKERS",
    "kafka-topics --create --topic NEW --partitions 2 --replication-factor 1 --zookeeper ZOOKEEPER",
    "kafka-topics --alter --topic TOPIC --partitions 5 --bootstrap-server BROKERS",
    "kafka-topics --alter --topic TOPIC --partitions 5 --config retention.ms=7 --zookeeper ZOOKEEPER",
    "kafka-topics --delete --topic TOPIC --bootstrap-server BROKERS",
    "kafka-topics --delete --topic TOPIC --zookeeper ZOOKEEPER",
    "kafka-consumer-groups --delete --group EMPTY --bootstrap-server BROKERS",
    "kafka-consumer-groups --delete-offsets --group EMPTY --topic TOPIC:0 --bootstrap-server BROKERS",
    "kafka-configs --alter --topic TOPIC --add-config segment.ms=7 --delete-config retention.ms --bootstrap-server BROKERS",
    (
        "kafka-configs --alter --broker NODE --add-config log.cleaner.threads=2 --bootstrap-server BROKERS\n"
        "kafka-configs --alter --broker NODE --delete-config log.cleaner.threads --bootstrap-server BROKERS"
    ),
    "kafka-configs --alter --client EMPTY --add-config producer_byte_rate=7 --bootstrap-server BROKERS",
    "kafka-configs --alter --entity-type topics --entity-name TOPIC --add-config segment.ms=7 --zookeeper ZOOKEEPER",
    (
        "kafka-reassign-partitions --execute --throttle 7 --reassignment-json-file PLAN --bootstrap-server BROKERS\n"
        "kafka-reassign-partitions --cancel --reassignment-json-file PLAN --bootstrap-server BROKERS"
    ),
)


@pytest.fixture
def names(kafka: Kafka, tmp_path: Path) -> dict[str, str]:
    """What the words in capitals stand for."""
    topic, empty = kafka.create_topic(2, records=3, retention_ms="9000000000000"), kafka.new_name()
    kafka.commit(empty, topic, 1, 0)
    return words_of(kafka, tmp_path, topic, empty)


def state(kafka: Kafka, names: dict[str, str]) -> dict[str, Any]:
    """All that a cluster keeps in ZooKeeper but of other tests' topics, and what a group has committed."""
    found: dict[str, Any] = {}
    with Registry(kafka.zookeeper) as registry:
        client: Any = registry._client
        waiting = ["/brokers/topics", "/config", "/admin", "/kafka-acl", "/kafka-acl-extended", "/delegation_token"]
        while waiting:
            path = waiting.pop()
            is_of_others = re.search(r"/(name-\S+|__\w+)", path) and not any(name in path for name in names.values())
            if is_of_others:
                continue
            with suppress(NoNode):  # not there, or the broker removes it just now
                data, stat = client.get(path)
                waiting += [f"{path}/{child}" for child in client.get_children(path)]
                found[path] = (data, stat.mzxid)
    with Cluster(kafka.bootstrap) as cluster:
        found["committed"] = committed_offsets(cluster, names["EMPTY"])
        partitions = [(names["TOPIC"], number) for number in (0, 1)]
        if kafka.has_topic(names["TOPIC"]):
            found["offsets"] = [list_offsets(cluster, partitions, place) for place in (EARLIEST, LATEST)]
    return found


@pytest.mark.parametrize("command", [*SAID, *(line for line in COMMANDS["changes"] + COMMANDS["moves"])])
def test_a_dry_run_changes_nothing(command: str, tools: Tools, kafka: Kafka, names: dict[str, str]) -> None:
    before = state(kafka, names)
    done = tools.run(*words(command, names))
    assert (done.status, done.err) == (0, "")
    assert "Would " in done.out or command.startswith(("copy", "export"))
    if command in SAID:
        assert done.out == re.sub("NEW|TOPIC|EMPTY", lambda found: names[found[0]], SAID[command])
    assert state(kafka, names) == before


@pytest.mark.parametrize("command", DONE)
def test_what_is_said_is_what_is_done(command: str, tools: Tools, kafka: Kafka, names: dict[str, str]) -> None:
    for line in (words(each, names) for each in command.splitlines()):
        before = state(kafka, names)
        said = document(tools, "changes", *line, "--dry-run")
        assert said
        assert state(kafka, names) == before
        done = tools.run(*line, "--output", "json")
        assert done.status == 0, done
        assert checked("changes", done.out) == [{**row, "done": True} for row in said]
        if line[0] != "kafka-reassign-partitions":  # to where it is already: only the throttles change something
            assert state(kafka, names) != before


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (
            "kafka-leader-election --election-type preferred --topic TOPIC --partition 0 --dry-run --bootstrap-server BROKERS",
            "Would change nothing\n",
        ),
        (
            "kafka-preferred-replica-election --dry-run --bootstrap-server BROKERS",
            "This tool is deprecated. Please use kafka-leader-election tool. Tracking issue: KAFKA-8405\nWould change nothing\n",
        ),
    ],
)
def test_where_nothing_would_be_done_that_is_said(
    command: str, said: str, tools: Tools, kafka: Kafka, names: dict[str, str]
) -> None:
    assert tools.run(*words(command, names)) == (0, said, "")


def test_a_preferred_election_in_zookeeper_is_not_started(tools: Tools, kafka: Kafka, names: dict[str, str]) -> None:
    before = state(kafka, names)
    done = tools.run("kafka-preferred-replica-election", "--dry-run", "--zookeeper", kafka.zookeeper)
    assert done.status == 0
    assert f"Would elect leader {names['TOPIC']}-0\n" in done.out
    assert state(kafka, names) == before


@pytest.mark.parametrize("command", REFUSED)
def test_a_dry_run_finds_what_would_not_work(command: str, tools: Tools, kafka: Kafka, names: dict[str, str]) -> None:
    done = tools.run(*words(command, names))
    said = re.sub("NEW|TOPIC|EMPTY", lambda found: names[found[0]], REFUSED[command])
    assert done.status == 1
    assert said in done.out + done.err
    assert "Would" not in done.out


def test_what_is_done_is_told_in_the_form_that_is_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    changes = Changes(dry_run=False)
    changes.add("create", "topic", "t", partitions=2, replication_factor=None)
    changes.fail("create", "topic", "u", "Why not.")
    assert changes.has_failed
    changes.show()
    assert capsys.readouterr().out == ""
    console.set_form("json")
    changes.show()
    console.prepare()
    assert capsys.readouterr().out == (
        '[\n  {"action": "create", "resource": "topic", "name": "t", "details": {"partitions": "2",'
        ' "replication_factor": null}, "done": true, "error": null},\n'
        '  {"action": "create", "resource": "topic", "name": "u", "details": {}, "done": false, "error": "Why not."}\n]\n'
    )
