"""Our console consumer and Apache's in one group of a real cluster of two brokers: every record comes once, whoever joins,
leaves or dies meanwhile, a broker among them.
"""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from kafkacli.interchange.partitioner import partition_of
from tests.support.apache import Apache, ApacheCluster, start_cluster, stop_cluster
from tests.support.console import ours, produce
from tests.support.waiting import until

pytestmark = [
    pytest.mark.apache,
    pytest.mark.timeout(600),
    pytest.mark.long("rebalances of Apache's consumers take minutes"),
]
PARTITIONS = 6


def _two_ports() -> int:
    """The first of two ports behind each other that nobody listens on."""
    while True:
        with socket.create_server(("localhost", 0)) as first:
            port: int = first.getsockname()[1]
            with suppress(OSError), socket.create_server(("localhost", port + 1)):
                return port


@contextmanager
def _two_brokers(directory: Path) -> Iterator[ApacheCluster]:
    """A real cluster that survives the death of one broker."""
    factors = [f"--property={name}=2" for name in ("offsets.topic.replication.factor", "default.replication.factor")]
    words = ["--brokers", "2", "--port", str(_two_ports())]
    cluster = start_cluster(directory, *words, "--property=offsets.topic.num.partitions=4", *factors)
    try:
        yield cluster
    finally:
        stop_cluster(directory)


@pytest.fixture(scope="module")
def two_brokers(apache: Apache, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApacheCluster]:
    """A cluster of which no broker dies."""
    with _two_brokers(tmp_path_factory.mktemp("two")) as cluster:
        yield cluster


class Group:
    """Members that read a topic into files. sent: how many records there are."""

    def __init__(self, cluster: ApacheCluster, apache: Apache, folder: Path, name: str, strategy: str) -> None:
        self.bootstrap, self.name, self.folder, self.apache = cluster.bootstrap, name, folder, apache
        self.strategy = f"org.apache.kafka.clients.consumer.{strategy}"
        self.members: list[subprocess.Popen[bytes]] = []
        self.in_java: set[int] = set()
        """Which members are Apache's."""
        self.sent = 0
        words = ["--create", "--topic", name, "--partitions", str(PARTITIONS), "--replication-factor", "2"]
        self.run("topics", *words)

    def run(self, tool: str, *words: str) -> str:
        done = subprocess.run(
            [*ours(tool), "--bootstrap-server", self.bootstrap, *words], capture_output=True, text=True, check=False
        )
        return done.stdout

    def join(self, *, in_java: bool) -> subprocess.Popen[bytes]:
        """Let another member come."""
        words = ["--bootstrap-server", self.bootstrap, "--topic", self.name, "--group", self.name, "--from-beginning"]
        for value in (f"partition.assignment.strategy={self.strategy}", "auto.commit.interval.ms=200"):
            words += ["--consumer-property", value]
        script = "kafka-console-consumer.sh"
        command = self.apache.command(script, *words) if in_java else [*ours("console-consumer"), *words]
        with open(self.folder / f"out-{len(self.members)}", "wb") as out:
            member = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, start_new_session=True)
        if in_java:
            self.in_java.add(len(self.members))
        self.members.append(member)
        return member

    def send(self, count: int = 60) -> None:
        """Send records, by turns to the partitions."""
        lines = b"".join(b"%d:%d\n" % (number, number) for number in range(self.sent, self.sent + count))
        words = ("--property", "parse.key=true", "--property", "key.separator=:", "--message-send-max-retries", "1000")
        done = produce(self.bootstrap, self.name, lines, "--request-required-acks", "-1", *words)
        assert done.status == 0
        assert "ERROR" not in done.err
        self.sent += count

    def is_settled(self, count: int) -> bool:
        """Whether so many members share the partitions; sends some more."""
        self.send()
        words = ("--describe", "--group", self.name, "--members", "--output", "json")
        rows: list[dict[str, Any]] = json.loads(self.run("consumer-groups", *words) or "[]")
        numbers = [int(row["partition_count"]) for row in rows]
        return len(rows) == count and sum(numbers) == PARTITIONS and max(numbers) - min(numbers) <= 1

    def read(self) -> list[int]:
        """Every record that a member has printed."""
        files = [self.folder / f"out-{number}" for number in range(len(self.members))]
        return sorted(int(line) for file in files for line in file.read_bytes().split())

    def twice(self) -> dict[int, list[int]]:
        """The records that came more than once, by the member that gave their partition away: it printed the one before."""
        printed: list[list[set[int]]] = [[set() for _ in self.members] for _ in range(PARTITIONS)]
        for member in range(len(self.members)):
            for line in (self.folder / f"out-{member}").read_bytes().split():
                printed[partition_of(line, PARTITIONS)][member].add(int(line))
        found: dict[int, list[int]] = {}
        for by_member in printed:
            giver = -1
            for number in sorted(set().union(*by_member)):
                holders = [member for member, own in enumerate(by_member) if number in own]
                if len(holders) == 1:
                    giver = holders[0]
                else:
                    found.setdefault(giver, []).append(number)
        return found

    def close(self) -> None:
        """End what is left."""
        self.end([member for member in self.members if member.poll() is None])

    def end(self, members: Sequence[subprocess.Popen[bytes]]) -> None:
        """Let members leave."""
        for member in members:
            os.killpg(member.pid, signal.SIGTERM)
        for member in members:
            member.wait(60)


@pytest.mark.parametrize("in_java", [False, True], ids=["ours-leads", "java-leads"])
@pytest.mark.parametrize("strategy", ["RangeAssignor", "StickyAssignor", "CooperativeStickyAssignor"])
def test_members_come_and_go(
    two_brokers: ApacheCluster, apache: Apache, tmp_path: Path, strategy: str, *, in_java: bool
) -> None:
    with closing(Group(two_brokers, apache, tmp_path, f"{strategy}-{in_java}", strategy)) as group:
        _come_and_go(group, in_java=in_java)


def _come_and_go(group: Group, *, in_java: bool) -> None:
    group.join(in_java=in_java)
    until(lambda: group.is_settled(1), 60)
    second = group.join(in_java=not in_java)
    until(lambda: group.is_settled(2), 60)
    third = group.join(in_java=False)
    until(lambda: group.is_settled(3), 60)
    group.end([third])
    until(lambda: group.is_settled(2), 60)
    group.end([second])
    until(lambda: group.is_settled(1), 60)
    until(lambda: set(group.read()) >= set(range(group.sent)), 60)
    twice = group.twice()
    if group.strategy.endswith(".CooperativeStickyAssignor"):
        # Java commits before it joins and reads on while the others do; what it gives away then, it doesn't commit again
        # (ConsumerCoordinator.onJoinComplete of 2.6.2). Ours does.
        twice = {member: records for member, records in twice.items() if member not in group.in_java}
    assert twice == {}
    assert set(group.read()) == set(range(group.sent))


def test_a_broker_dies(apache: Apache, tmp_path: Path) -> None:
    with (
        _two_brokers(tmp_path / "two") as cluster,
        closing(Group(cluster, apache, tmp_path, "survivors", "RangeAssignor")) as group,
    ):
        group.join(in_java=False)
        group.join(in_java=False)
        until(lambda: group.is_settled(2), 60)
        os.kill(int((cluster.directory / "broker-0.pid").read_text()), signal.SIGKILL)
        for _ in range(5):
            group.send()
        until(lambda: set(group.read()) == set(range(group.sent)), 120)
