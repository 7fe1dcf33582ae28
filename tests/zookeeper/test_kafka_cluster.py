"""Real Kafka brokers live on our ZooKeeper server: two of 2.6.2 through death, return, reassignment; one of 3.9.1."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from tests.support.apache import SHARED, VERSION, Apache, ApacheCluster, start_cluster, stop_cluster
from tests.support.waiting import until
from tests.support.zookeeper import RunningZooKeeper

pytestmark = pytest.mark.apache

ROUNDS = int(os.environ.get("KAFKACLI_CLUSTER_ROUNDS", "1"))
TOPIC = "two-copies"
_SECONDS = 60
_QUIET = {"broker.address.family": "v4", "log_level": 0}


@pytest.fixture
def zookeeper(tmp_path: Path) -> Iterator[RunningZooKeeper]:
    """Ours, with short ticks: a dead broker is known as dead soon."""
    running = RunningZooKeeper(tmp_path / "zookeeper", tick_time_ms=500)
    yield running
    running.close()


@pytest.fixture
def brokers(apache: Apache, zookeeper: RunningZooKeeper, tmp_path: Path) -> Iterator[ApacheCluster]:
    directory = tmp_path / "cluster"
    options = ("--zookeeper", zookeeper.address, "--brokers", "2", "--property", "zookeeper.session.timeout.ms=2000")
    cluster = start_cluster(directory, *options, "--property", "controlled.shutdown.enable=false")
    yield cluster
    stop_cluster(directory)


def start_again(cluster: ApacheCluster, broker: int) -> None:
    """Start a broker that was killed, so that the cluster's own `stop` finds it."""
    with (cluster.directory / f"broker-{broker}.log").open("ab") as log:
        process = subprocess.Popen(
            [str(SHARED / "apache" / "run"), VERSION, "kafka-server-start.sh",
             str(cluster.directory / f"broker-{broker}.properties")],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            env={**os.environ, "KAFKA_HEAP_OPTS": "-Xmx512M -Xms128M"},
        )  # fmt: skip
    (cluster.directory / f"broker-{broker}.pid").write_text(f"{process.pid}\n")
    process.returncode = 0  # the cluster's `stop` ends it


def produce(bootstrap: str, topic: str, values: list[str]) -> None:
    client = Producer({"bootstrap.servers": bootstrap, "acks": "all", **_QUIET})
    failed: list[object] = []
    for value in values:
        client.produce(topic, value, on_delivery=lambda error, _: failed.append(error) if error else None)
    assert client.flush(_SECONDS) == 0
    assert failed == []


def consume(bootstrap: str, topic: str, count: int) -> list[str]:
    client = Consumer({"bootstrap.servers": bootstrap, "group.id": "reader", "enable.auto.commit": False, **_QUIET})
    client.assign([TopicPartition(topic, 0, 0)])
    found: list[str] = []

    def enough() -> bool:
        for message in client.consume(1000, timeout=0.2):
            value = message.value()
            if message.error() is None and value is not None:
                found.append(value.decode())
        return len(found) >= count

    until(enough, _SECONDS)
    client.close()
    return found


def placement(admin: AdminClient, topic: str) -> tuple[int, list[int], list[int]]:
    """Leader, replicas and in-sync replicas of partition 0; leader -2 where it isn't known now."""
    try:
        partition = admin.list_topics(topic, timeout=5).topics[topic].partitions.get(0)
    except Exception:  # librdkafka's, while the broker that it asked is going
        return -2, [], []
    return (partition.leader, sorted(partition.replicas), sorted(partition.isrs)) if partition else (-2, [], [])


def settled(admin: AdminClient, wanted: Callable[[tuple[int, list[int], list[int]]], bool]) -> int:
    """Wait for a placement; return its leader."""
    until(lambda: wanted(placement(admin, TOPIC)), _SECONDS)
    return placement(admin, TOPIC)[0]


def test_two_brokers_fail_over_come_back_and_move_partitions(
    apache: Apache, brokers: ApacheCluster, zookeeper: RunningZooKeeper
) -> None:
    admin = AdminClient({"bootstrap.servers": brokers.bootstrap, "topic.metadata.refresh.interval.ms": 200, **_QUIET})
    admin.create_topics([NewTopic(TOPIC, 1, 2)])[TOPIC].result(_SECONDS)
    leader = settled(admin, lambda now: now[0] >= 0 and now[2] == [0, 1])
    sent: list[str] = []
    for number in range(ROUNDS):
        sent += (some := [f"{number}-{index}" for index in range(200)])
        produce(brokers.bootstrap, TOPIC, some)
        pid = int((brokers.directory / f"broker-{leader}.pid").read_text())
        os.kill(pid, signal.SIGKILL)
        dead, leader = leader, 1 - leader
        settled(admin, lambda now, wanted=leader: now[0] == wanted and now[2] == [wanted])  # type: ignore[misc]
        sent += (some := [f"{number}-{index} alone" for index in range(200)])
        produce(brokers.bootstrap, TOPIC, some)
        assert consume(brokers.bootstrap, TOPIC, len(sent)) == sent
        start_again(brokers, dead)
        settled(admin, lambda now: now[2] == [0, 1])
    moved = {"topic": TOPIC, "partition": 0, "replicas": [1 - leader]}
    plan = brokers.directory / "plan.json"
    plan.write_text(json.dumps({"version": 1, "partitions": [moved]}))
    arguments = ("--zookeeper", brokers.zookeeper, "--reassignment-json-file", str(plan))
    assert "Successfully started" in apache.run("kafka-reassign-partitions.sh", *arguments, "--execute").stdout
    assert settled(admin, lambda now: now[1:] == ([1 - leader], [1 - leader])) == 1 - leader
    assert consume(brokers.bootstrap, TOPIC, len(sent)) == sent
    admin.delete_topics([TOPIC])[TOPIC].result(_SECONDS)
    tree = zookeeper.server.pipeline.tree.nodes
    until(lambda: f"/brokers/topics/{TOPIC}" not in tree and f"/admin/delete_topics/{TOPIC}" not in tree, _SECONDS)


def test_a_broker_of_3_9_1_serves_a_topic(apache: Apache, zookeeper: RunningZooKeeper, tmp_path: Path) -> None:
    directory = tmp_path / "later"
    cluster = start_cluster(directory, "--version", "3.9.1", "--zookeeper", zookeeper.address)
    try:
        admin = AdminClient({"bootstrap.servers": cluster.bootstrap, **_QUIET})
        admin.create_topics([NewTopic("later", 1, 1)])["later"].result(_SECONDS)
        sent = [str(number) for number in range(500)]
        produce(cluster.bootstrap, "later", sent)
        assert consume(cluster.bootstrap, "later", 500) == sent
        state = zookeeper.server.pipeline.tree.nodes["/brokers/topics/later/partitions/0/state"].data
        assert state is not None
        assert json.loads(state)["leader"] == 0
        admin.delete_topics(["later"])["later"].result(_SECONDS)
        until(lambda: "/brokers/topics/later" not in zookeeper.server.pipeline.tree.nodes, _SECONDS)
    finally:
        stop_cluster(directory)
