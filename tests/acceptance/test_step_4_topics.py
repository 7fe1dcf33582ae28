"""Step 4: the life of a topic by `kafka-topics.sh`, with --zookeeper and --bootstrap-server, ours and Apache's."""

from collections.abc import Callable, Iterator

import pytest

from tests.support.apache import Apache
from tests.support.tutorial import Tutorial
from tests.support.waiting import until

Said = tuple[str, int]


def life(topic: str, where: list[str]) -> Iterator[tuple[list[str], str]]:
    """Each command of a topic's life, and what it says."""
    row = "\tTopic: {topic}\tPartition: {number}\tLeader: 1\tReplicas: 1\tIsr: 1\n"
    marked = (
        f"Topic {topic} is marked for deletion.\n"
        "Note: This will have no impact if delete.topic.enable is not set to true.\n"
    )
    at_zookeeper = where[0] == "--zookeeper"
    configs = "" if at_zookeeper else "segment.bytes=1073741824"
    yield (
        ["--create", "--replication-factor", "1", "--partitions", "1", "--topic", topic],
        f"Created topic {topic}.\n",
    )
    yield (
        ["--describe", "--topic", topic],
        f"Topic: {topic}\tPartitionCount: 1\tReplicationFactor: 1\tConfigs: {configs}\n"
        + row.format(topic=topic, number=0),
    )
    yield (
        ["--alter", "--partitions", "3", "--topic", topic],
        "WARNING: If partitions are increased for a topic that has a key, the partition logic or ordering of the messages "
        "will be affected\nAdding partitions succeeded!\n"
        if at_zookeeper
        else "",
    )
    yield (
        ["--describe", "--topic", topic],
        f"Topic: {topic}\tPartitionCount: 3\tReplicationFactor: 1\tConfigs: {configs}\n"
        + "".join(row.format(topic=topic, number=number) for number in range(3)),
    )
    yield ["--delete", "--topic", topic], marked if at_zookeeper else ""


def lives_and_dies(running: Tutorial, topic: str, where: list[str], run: Callable[..., Said]) -> None:
    for words, said in life(topic, where):
        assert run("kafka-topics.sh", *where, *words) == (said, 0), words
        if words[0] == "--alter":  # the controller acts on the znode by and by
            until(lambda: len(list((running.directory / "kafka-logs").glob(f"{topic}-*"))) == 3)
    until(lambda: topic not in run("kafka-topics.sh", *where, "--list")[0].splitlines())
    assert not list((running.directory / "kafka-logs").glob(f"{topic}-[0-9]"))


@pytest.fixture(params=["--zookeeper", "--bootstrap-server"])
def where(running: Tutorial, request: pytest.FixtureRequest) -> list[str]:
    return [request.param, running.zookeeper if request.param == "--zookeeper" else running.bootstrap]


def test_ours(running: Tutorial, where: list[str]) -> None:
    def run(script: str, *arguments: str) -> Said:
        done = running.run(script, *arguments)
        return done.stdout, done.returncode

    lives_and_dies(running, f"ours{where[0]}", where, run)


@pytest.mark.apache
def test_apaches(running: Tutorial, where: list[str], apache: Apache) -> None:
    def run(script: str, *arguments: str) -> Said:
        done = apache.run(script, *arguments)
        return done.stdout, done.returncode

    lives_and_dies(running, f"apaches{where[0]}", where, run)
