"""Znodes of our broker beside those of a real one, and Apache's `kafka-topics.sh --zookeeper`, which talks to no broker."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kazoo.client import KazooClient, TransactionRequest

from tests.support.apache import Apache, ApacheCluster, start_cluster, stop_cluster
from tests.support.server import Server, make_server
from tests.support.tools import Tools, tools
from tests.support.waiting import until

__all__ = ["tools"]
pytestmark = pytest.mark.apache

# What differs from run to run: ids, times, addresses, epochs.
VARYING = {"timestamp", "id", "port", "controller_epoch", "broker", "brokerid", "leader", "isr", "endpoints", "host"}
VARYING |= {"block_start", "block_end"}


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = make_server(tmp_path_factory.mktemp("ours"))
    server.start()
    yield server
    server.stop()


def shape(value: Any) -> Any:
    """What a value is like: keys in their order with values, where they don't vary, and types where they do."""
    if isinstance(value, dict):
        return [
            (key, type(inner).__name__ if key in VARYING else ["replicas"] if key.isdigit() else shape(inner))
            for key, inner in value.items()
        ]
    return value


def znodes(address: str, *topics: str) -> dict[str, Any]:
    """Every znode of Kafka's, without other tests' topics and configs; broker ids in paths are N."""
    client = KazooClient(address)
    client.start()
    found: dict[str, Any] = {}

    def walk(path: str) -> None:
        parts = path.split("/")
        of_a_topic = parts[1:3] in (["brokers", "topics"], ["config", "topics"]) and len(parts) > 3
        if path.startswith("/zookeeper") or (of_a_topic and parts[3] not in topics):
            return
        if path.startswith(("/config/changes/", "/admin/delete_topics/", "/config/brokers/", "/consumers/")):
            return
        data, stat = client.get(path)
        text = None if data is None else data.decode()
        name = "/brokers/ids/N" if path.startswith("/brokers/ids/") else path
        try:
            content = shape(json.loads(text)) if text else text
        except ValueError:
            content = text
        if name == "/controller_epoch":
            content = "epoch"
        acls = [(acl.perms, acl.id.scheme, acl.id.id) for acl in client.get_acls(path)[0]]
        found[name] = content, bool(stat.ephemeralOwner), acls
        for child in client.get_children(path):
            walk(f"{path.rstrip('/')}/{child}")

    walk("/")
    client.stop()
    client.close()
    return found


@pytest.fixture(scope="module")
def fresh(apache: Apache, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApacheCluster]:
    """A real cluster that tests elsewhere have not written to."""
    directory = tmp_path_factory.mktemp("fresh") / "apache"
    yield start_cluster(directory)
    stop_cluster(directory)


def test_znodes_are_the_real_brokers_field_by_field(apache: Apache, fresh: ApacheCluster, ours: Server) -> None:
    name = "znodes-compared"
    for address in (fresh.zookeeper, ours.zookeeper):
        made = apache.run(
            "kafka-topics.sh", "--zookeeper", address, "--create", "--topic", name, "--partitions", "1",
            "--replication-factor", "1", "--config", "retention.ms=1000",
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        until(lambda: f"/brokers/topics/{name}/partitions/0/state" in znodes(address, name))  # noqa: B023
    real, mine = znodes(fresh.zookeeper, name), znodes(ours.zookeeper, name)
    assert mine.keys() == real.keys()
    for path, expected in real.items():
        assert mine[path] == expected, path


def write_topic(steps: TransactionRequest, topic: str, replicas: list[int], leader: int, isr: list[int]) -> None:
    """Write a topic of one partition in this state, its leader epoch 3."""
    path = f"/brokers/topics/{topic}"
    state = {"controller_epoch": 1, "leader": leader, "version": 1, "leader_epoch": 3, "isr": isr}
    steps.create(path, json.dumps({"version": 1, "partitions": {"0": replicas}}).encode())
    steps.create(f"{path}/partitions", b"")
    steps.create(f"{path}/partitions/0", b"")
    steps.create(f"{path}/partitions/0/state", json.dumps(state).encode())


def leaderless(zookeeper: KazooClient, topic: str) -> None:
    """Write a topic whose only in-sync replica was on a broker that has died; the living one has the other replica."""
    (alive,) = map(int, zookeeper.get_children("/brokers/ids"))
    steps = zookeeper.transaction()
    write_topic(steps, topic, [99, alive], -1, [99])
    steps.commit()


# Replicas, leader and ISR as a controller finds them, then leader, leader epoch and ISR as it leaves them (the epoch found
# is 3): A is the living broker, 98 and 99 have died.
A = 0
FOUND_AND_LEFT = [
    ([A], A, [A], (A, 3, [A])),
    ([A], -1, [A], (A, 4, [A])),
    ([99], 99, [99], (-1, 4, [99])),
    ([99], -1, [99], (-1, 4, [99])),
    ([99, A], 99, [99], (-1, 4, [99])),
    ([99, A], 99, [99, A], (A, 5, [A])),
    ([A, 99], A, [A, 99], (A, 4, [A])),
    ([A, 99], A, [A], (A, 3, [A])),
    ([98, 99, A], A, [98, 99, A], (A, 5, [A])),
]


def test_a_new_controller_leaves_the_states_that_the_real_one_leaves(fresh: ApacheCluster, ours: Server) -> None:
    for address in (fresh.zookeeper, ours.zookeeper):
        zookeeper = KazooClient(address)
        zookeeper.start()
        (alive,) = map(int, zookeeper.get_children("/brokers/ids"))
        named = {A: alive}
        topics = [f"taken-over-{number}" for number in range(len(FOUND_AND_LEFT))]
        steps = zookeeper.transaction()
        steps.delete("/controller")  # before the topics, of which the old controller so hears too late
        for topic, (replicas, leader, isr, _) in zip(topics, FOUND_AND_LEFT, strict=True):
            ids = [[named.get(broker, broker) for broker in brokers] for brokers in (replicas, isr)]
            write_topic(steps, topic, ids[0], named.get(leader, leader), ids[1])

        def left() -> list[tuple[int, int, list[int]]]:
            states = [json.loads(zookeeper.get(f"/brokers/topics/{topic}/partitions/0/state")[0]) for topic in topics]  # noqa: B023
            back = {alive: A}  # noqa: B023
            return [
                (
                    back.get(state["leader"], state["leader"]),
                    state["leader_epoch"],
                    [back.get(broker, broker) for broker in state["isr"]],
                )
                for state in states
            ]

        steps.commit()
        until(lambda: left()[-1] == FOUND_AND_LEFT[-1][-1] and left()[5] == FOUND_AND_LEFT[5][-1])
        assert left() == [expected for _, _, _, expected in FOUND_AND_LEFT]
        for topic in topics:
            zookeeper.create(f"/admin/delete_topics/{topic}")
        zookeeper.stop()
        zookeeper.close()


def test_an_empty_partitions_leader_epoch_is_in_its_file_as_in_the_real_brokers(
    fresh: ApacheCluster, ours: Server, tools: Tools
) -> None:
    files = []
    for bootstrap, logs in ((fresh.bootstrap, fresh.log_directory), (ours.bootstrap, ours.log_directory)):
        create = ("--create", "--topic", "without-records", "--partitions", "2", "--replication-factor", "1")
        assert tools.run("kafka-topics.sh", "--bootstrap-server", bootstrap, *create).status == 0
        files.append([(logs / f"without-records-{n}" / "leader-epoch-checkpoint").read_bytes() for n in range(2)])
    assert files == [[b"0\n1\n0 0\n"] * 2] * 2


def test_unclean_elections_take_place_as_soon_as_they_are_allowed(
    fresh: ApacheCluster, ours: Server, tools: Tools
) -> None:
    topics = [f"leaderless-{number}" for number in range(3)]

    def led(zookeeper: KazooClient) -> list[bool]:
        states = [json.loads(zookeeper.get(f"/brokers/topics/{topic}/partitions/0/state")[0]) for topic in topics]
        return [state["isr"] == [state["leader"]] for state in states]

    for bootstrap, address in ((fresh.bootstrap, fresh.zookeeper), (ours.bootstrap, ours.zookeeper)):
        zookeeper = KazooClient(address)
        zookeeper.start()
        for topic in topics:
            leaderless(zookeeper, topic)
        zookeeper.delete("/controller")  # the next one reads the states that are there

        def configure(*entity: str, allowed: bool) -> None:
            change = ("--alter", "--add-config", f"unclean.leader.election.enable={str(allowed).lower()}")
            command = ("kafka-configs.sh", "--bootstrap-server", bootstrap, *entity, *change)  # noqa: B023
            until(lambda: tools.run(*command).status == 0)  # once the topic is known

        configure("--entity-type", "topics", "--entity-name", topics[0], allowed=True)
        until(lambda: led(zookeeper) == [True, False, False])  # noqa: B023
        configure("--entity-type", "topics", "--entity-name", topics[1], allowed=False)
        configure("--entity-type", "brokers", "--entity-default", allowed=True)
        until(lambda: led(zookeeper) == [True, False, True])  # noqa: B023
        configure("--entity-type", "brokers", "--entity-default", allowed=False)
        for topic in topics:
            zookeeper.create(f"/admin/delete_topics/{topic}")
        zookeeper.stop()
        zookeeper.close()


def test_apaches_kafka_topics_over_zookeeper_acts_on_our_broker(apache: Apache, ours: Server, tmp_path: Path) -> None:
    def topics(*arguments: str) -> str:
        done = apache.run("kafka-topics.sh", "--zookeeper", ours.zookeeper, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def directories() -> set[str]:
        return {path.name for path in ours.log_directory.glob("over-zookeeper-*") if not path.name.endswith("-delete")}

    one = ("--topic", "over-zookeeper")
    assert (
        topics("--create", *one, "--partitions", "2", "--replication-factor", "1") == "Created topic over-zookeeper.\n"
    )
    until(lambda: directories() == {"over-zookeeper-0", "over-zookeeper-1"})
    assert "over-zookeeper" in topics("--list").split()
    topics("--alter", *one, "--partitions", "3")
    until(lambda: "over-zookeeper-2" in directories())
    described = topics("--describe", *one)
    assert "\tTopic: over-zookeeper\tPartition: 2\tLeader: 1\tReplicas: 1\tIsr: 1\n" in described
    over_broker = apache.run("kafka-topics.sh", "--bootstrap-server", ours.bootstrap, "--describe", *one)
    assert over_broker.stdout.splitlines()[1:] == described.splitlines()[1:]
    topics("--delete", *one)
    until(lambda: directories() == set())
    assert "over-zookeeper" not in topics("--list").split()
