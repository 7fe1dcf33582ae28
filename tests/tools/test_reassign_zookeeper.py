"""kafka-reassign-partitions.sh --zookeeper, on our server and on the real one."""

import json
from pathlib import Path

import pytest

from kafkacli.client.registry import Registry
from tests.support.kafka import Kafka, wait_for
from tests.support.tools import Outcome, Tools

FIRST = "Warning: --zookeeper is deprecated, and will be removed in a future version of Kafka.\n"
INCOMPLETE = (
    "Warning: because you are using the deprecated --zookeeper option, the results "
    "may be incomplete.  Use --bootstrap-server instead for more accurate results.\n"
)


class Reassign:
    """Runs kafka-reassign-partitions.sh against ZooKeeper, with a file of rows (partition, replicas)."""

    def __init__(self, tools: Tools, kafka: Kafka, directory: Path) -> None:
        self._tools = tools
        self._zookeeper = kafka.zookeeper
        self._path = directory / "r.json"

    def __call__(self, words: str, topic: str = "", *rows: tuple[int, list[int]], more: str = "") -> Outcome:
        line = ["--zookeeper", self._zookeeper, *words.split()]
        if rows:
            directories = {"log_dirs": [more]} if more else {}
            listed = [{"topic": topic, "partition": each, "replicas": ids, **directories} for each, ids in rows]
            self._path.write_text(json.dumps({"partitions": listed}))
            line += ["--reassignment-json-file", str(self._path)]
        return self._tools.run("kafka-reassign-partitions.sh", *line)


@pytest.fixture
def reassign(tools: Tools, kafka: Kafka, tmp_path: Path) -> Reassign:
    return Reassign(tools, kafka, tmp_path)


def test_partitions_are_moved_and_watched(reassign: Reassign, kafka: Kafka) -> None:
    name, node = kafka.create_topic(2), kafka.broker_id
    with Registry(kafka.zookeeper) as registry:
        wait_for(lambda: registry.reassignment() is None)
        done = reassign("--execute --throttle 6000", name, (1, [node]), (0, [node]))
        assert done.status == 0
        assert done.out.endswith(
            "The inter-broker throttle limit was set to 6000 B/s\n"
            f"Successfully started partition reassignments for {name}-0,{name}-1\n"
        )
        assert registry.config(f"topics/{name}") == {
            "leader.replication.throttled.replicas": f"0:{node},1:{node}",
            "follower.replication.throttled.replicas": "",
        }
        rates = dict.fromkeys(("leader.replication.throttled.rate", "follower.replication.throttled.rate"), "6000")
        assert registry.config(f"brokers/{node}") == rates
        wait_for(lambda: registry.reassignment() is None)
        kept = reassign("--verify --preserve-throttles", name, (0, [node]))
        complete = (
            f"{FIRST}{INCOMPLETE}Status of partition reassignment:\nReassignment of partition {name}-0 is complete.\n"
        )
        assert kept == (0, complete, "")
        cleared = f"Clearing broker-level throttles on broker {node}\nClearing topic-level throttles on topic {name}\n"
        assert reassign("--verify", name, (0, [node])) == (0, complete + cleared, "")
        assert registry.config(f"topics/{name}") == registry.config(f"brokers/{node}") == {}


def test_what_can_not_be_moved(reassign: Reassign, kafka: Kafka) -> None:
    name, node = kafka.create_topic(), kafka.broker_id

    def failed(message: str) -> Outcome:
        return Outcome(1, f"{FIRST}Error: {message}\nkafka.common.AdminCommandFailedException: {message}\n\n", "")

    absent = f"The proposed assignment contains non-existent partitions: List({name}-7, {name}-8)"
    assert reassign("--execute", name, (7, [node]), (0, [node]), (8, [node])) == failed(absent)
    unknown = "The proposed assignment contains non-existent brokerIDs: 98,99"
    assert reassign("--execute", name, (0, [99, node, 98])) == failed(unknown)
    directories = "bootstrap-server needs to be provided when replica reassignments are present."
    for action in ("--execute", "--verify"):
        assert reassign(action, name, (0, [node]), more="/d") == failed(directories)


def test_a_plan_is_generated(reassign: Reassign, kafka: Kafka, tmp_path: Path) -> None:
    name, node = kafka.create_topic(), kafka.broker_id
    path = tmp_path / "t.json"
    path.write_text(f'{{"topics": [{{"topic": "{name}"}}, {{"topic": "none"}}]}}')
    done = reassign(f"--generate --topics-to-move-json-file {path} --broker-list {node} --disable-rack-aware")
    assert done.status == 0
    rows = json.loads(done.out.splitlines()[2])["partitions"]
    assert rows == [{"topic": name, "partition": 0, "replicas": [node], "log_dirs": ["any"]}]


def test_one_reassignment_at_a_time(reassign: Reassign, kafka: Kafka, monkeypatch: pytest.MonkeyPatch) -> None:
    name = kafka.create_topic()
    monkeypatch.setattr(Registry, "reassignment", lambda _: {})
    done = reassign("--execute", name, (0, [kafka.broker_id]))
    assert done.status == 1
    assert done.out.splitlines()[1].startswith("Cannot execute because there is an existing partition assignment.  Use")
