"""kafka-reassign-partitions.sh --bootstrap-server."""

import json
from pathlib import Path

import pytest

from kafkacli.client.cluster import Cluster
from kafkacli.client.configs import BROKER, TOPIC, describe_configs
from kafkacli.client.log_dirs import describe_log_dirs
from kafkacli.client.reassignments import Reassignment
from tests.support.apache import ApacheCluster
from tests.support.documents import document
from tests.support.kafka import Kafka, wait_for
from tests.support.tools import Outcome, Tools


class Reassign:
    """Runs kafka-reassign-partitions.sh against a broker, with a file of rows (partition, replicas, directories)."""

    def __init__(self, tools: Tools, kafka: Kafka, directory: Path) -> None:
        self._tools = tools
        self._bootstrap = kafka.bootstrap
        self._path = directory / "r.json"

    def __call__(self, words: str, topic: str = "", *rows: tuple[int, list[int], list[str] | None]) -> Outcome:
        line = ["--bootstrap-server", self._bootstrap, *words.split()]
        if rows:
            listed = [
                {"topic": topic, "partition": number, "replicas": replicas, **({"log_dirs": paths} if paths else {})}
                for number, replicas, paths in rows
            ]
            self._path.write_text(json.dumps({"version": 1, "partitions": listed}))
            line += ["--reassignment-json-file", str(self._path)]
        return self._tools.run("kafka-reassign-partitions.sh", *line)


@pytest.fixture
def real(apache_cluster: ApacheCluster) -> Kafka:
    return Kafka(apache_cluster.bootstrap, apache_cluster.zookeeper, 0)


@pytest.fixture
def on_real(tools: Tools, real: Kafka, tmp_path: Path) -> Reassign:
    return Reassign(tools, real, tmp_path)


@pytest.fixture
def reassign(tools: Tools, kafka: Kafka, tmp_path: Path) -> Reassign:
    return Reassign(tools, kafka, tmp_path)


def failed(thrown: str) -> Outcome:
    return Outcome(1, f"Error: {thrown.split(': ', 1)[1]}\n{thrown}\n\n", "")


def test_a_plan_is_generated(reassign: Reassign, kafka: Kafka, tmp_path: Path) -> None:
    name, node = kafka.create_topic(2), kafka.broker_id
    path = tmp_path / "t.json"
    path.write_text(f'{{"topics": [{{"topic": "{name}"}}]}}')
    done = reassign(f"--generate --topics-to-move-json-file {path} --broker-list {node}")
    assert done.status == 0
    first, current, empty, second, proposed = done.out.splitlines()
    assert (first, empty) == ("Current partition replica assignment", "")
    assert second == "Proposed partition reassignment configuration"
    assert current == proposed
    assert [row["replicas"] for row in json.loads(current)["partitions"]] == [[node], [node]]


def test_nothing_moves(reassign: Reassign) -> None:
    assert reassign("--list") == (0, "No partition reassignments found.\n", "")


def test_what_can_not_be_moved(reassign: Reassign, kafka: Kafka) -> None:
    name, node = kafka.create_topic(), kafka.broker_id
    unknown = reassign("--execute", name, (0, [99], None))
    assert unknown == failed("kafka.common.AdminCommandFailedException: Unknown broker id 99")
    absent = reassign("--execute", name, (9, [node], None))
    assert absent.status == 1
    assert absent.out.endswith(f"\nError reassigning partition(s):\n{name}-9: The partition does not exist.\n")
    nowhere = reassign("--execute", "none", (0, [node], None))
    assert nowhere.out.startswith("Error: org.apache.kafka.common.errors.UnknownTopicOrPartitionException: ")
    assert "\njava.util.concurrent.ExecutionException: org.apache.kafka.common.errors.Unknown" in nowhere.out


def dynamic(cluster: Cluster, kind: int, name: str) -> dict[str, str | None]:
    entries = describe_configs(cluster, kind, name, synonyms=False)
    return {
        entry.name: entry.value
        for entry in entries
        if entry.source.startswith("DYNAMIC_") and "throttled" in entry.name
    }


@pytest.mark.apache
def test_throttles_come_and_go(on_real: Reassign, real: Kafka) -> None:
    name = real.create_topic(2)
    with Cluster(real.bootstrap) as cluster:
        done = on_real("--execute --throttle 5000", name, (1, [0], None), (0, [0], None))
        assert done.status == 0
        assert done.out.splitlines()[-3:] == [
            "Warning: You must run --verify periodically, until the reassignment completes, to ensure the throttle is removed.",
            "The inter-broker throttle limit was set to 5000 B/s",
            f"Successfully started partition reassignments for {name}-0,{name}-1",
        ]
        assert dynamic(cluster, TOPIC, name) == {
            "leader.replication.throttled.replicas": "0:0,1:0",
            "follower.replication.throttled.replicas": "",
        }
        rates = {f"{side}.replication.throttled.rate": "5000" for side in ("leader", "follower")}
        wait_for(lambda: dynamic(cluster, BROKER, "0") == rates)  # the broker hears of it through ZooKeeper
        complete = f"Status of partition reassignment:\nReassignment of partition {name}-0 is complete.\n\n"
        kept = on_real("--verify --preserve-throttles", name, (0, [0], None))
        assert kept == (0, complete, "")
        assert dynamic(cluster, BROKER, "0") == rates
        cleared = f"Clearing broker-level throttles on broker 0\nClearing topic-level throttles on topic {name}\n"
        assert on_real("--verify", name, (0, [0], None)) == (0, complete + cleared, "")
        wait_for(lambda: dynamic(cluster, BROKER, "0") == dynamic(cluster, TOPIC, name) == {})
        nothing = "None of the specified partition reassignments are active.\nNone of the specified partition moves are active.\n"
        assert on_real("--cancel", name, (0, [0], None)) == (0, nothing + cleared, "")


@pytest.mark.apache
def test_replicas_move_between_directories(on_real: Reassign, real: Kafka) -> None:
    name = real.create_topic()
    with Cluster(real.bootstrap) as cluster:
        (directory,) = describe_log_dirs(cluster, 0)
    here = directory.path
    done = on_real("--execute --replica-alter-log-dirs-throttle 9000", name, (0, [0], [here]))
    assert done.out.endswith(
        "The replica-alter-dir throttle limit was set to 9000 B/s\n"
        f"Successfully started partition reassignment for {name}-0\n"
        f"Successfully started log directory move for: {name}-0-0\n"
    )
    there = on_real("--verify", name, (0, [0], [here])).out
    assert f"\nReassignment of replica {name}-0-0 completed successfully.\nClearing" in there
    other = on_real("--verify", name, (0, [0], ["/no"])).out
    assert f"\nPartition {name}-0 on broker 0 is not being moved from log dir {here} to /no.\n" in other
    lost = on_real("--verify", name, (9, [0], [here])).out
    assert (
        f"\nPartition {name}-9 is not found in any live log dir on broker 0. "
        "There is likely an offline log directory on the broker.\n"
    ) in lost
    refused = on_real("--execute", name, (0, [0], ["/no"]))
    assert refused.status == 1
    assert refused.out.endswith(
        f"Error: Failed to alter dir for {name}-0-0\n"
        f"kafka.common.AdminCommandFailedException: Failed to alter dir for {name}-0-0\n\n"
    )


@pytest.mark.apache
def test_a_partition_just_beyond_the_last_is_the_originals_trap(on_real: Reassign, real: Kafka) -> None:
    name = real.create_topic(2)
    thrown = "java.lang.IndexOutOfBoundsException: Index 2 out of bounds for length 2"
    assert on_real("--verify", name, (2, [0], None)) == failed(thrown)
    beyond = on_real("--verify", name, (3, [0, 0], None))
    assert f"no active reassignment of partition {name}-3, but replica set is  rather than 0,0.\n" in beyond.out


def test_the_document_of_moves(kafka: Kafka, tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    command = ("kafka-reassign-partitions", "--list", "--bootstrap-server", kafka.bootstrap)
    assert document(tools, "reassignments", *command) == []
    row = Reassignment([1, 2], [2], [1])
    monkeypatch.setattr("kafkacli.tools.reassign_broker.list_reassignments", lambda _: {("t", 0): row})
    (found,) = document(tools, "reassignments", *command)
    assert (found["replicas"], found["adding_replicas"], found["removing_replicas"]) == ([1, 2], [2], [1])
