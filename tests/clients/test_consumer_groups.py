"""Consumer groups as people use them: who reads what, who takes over, where a group goes on. Real clients, real processes."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.apache import Apache
from tests.support.java import compiled, kafka_jars, run_java
from tests.support.server import Server, make_server
from tests.support.waiting import until

pytestmark = pytest.mark.foreign
PARTITIONS = range(3)
FORMATTER = "kafka.coordinator.group.GroupMetadataManager$"

# A member in a process of its own, so that it can die: reads until its stdin ends, says what it owns and reads.
MEMBER = """
import sys, threading
from confluent_kafka import Consumer
bootstrap, group, topic = sys.argv[1:]
consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": group, "auto.offset.reset": "earliest",
                     "session.timeout.ms": 6000, "heartbeat.interval.ms": 200, "broker.address.family": "v4"})
def owns(consumer, partitions):
    print("owns", *sorted(one.partition for one in partitions), flush=True)
consumer.subscribe([topic], on_assign=owns)
stop = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
while not stop.is_set():
    message = consumer.poll(0.1)
    if message is not None and message.error() is None:
        print("read", message.partition(), message.value().decode(), flush=True)
consumer.close()
"""


class Member:
    """One consumer process; `owned`: the partitions of its last assignment, None before the first."""

    def __init__(self, server: Server, group: str, topic: str, output: Path) -> None:
        self._output = output
        with output.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", MEMBER, server.bootstrap, group, topic], stdin=subprocess.PIPE, stdout=log
            )

    def lines(self, word: str) -> list[list[str]]:
        lines = [line.split() for line in self._output.read_text().splitlines()]
        return [line[1:] for line in lines if line[0] == word]

    @property
    def owned(self) -> list[int] | None:
        owns = self.lines("owns")
        return [int(partition) for partition in owns[-1]] if owns else None

    def leave(self) -> None:
        """End as a consumer should."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(30)

    def die(self) -> None:
        self._process.kill()
        self._process.wait(30)
        if self._process.stdin is not None:
            self._process.stdin.close()


@pytest.fixture
def member(server: Server, tmp_path: Path) -> Iterator[Callable[[str, str], Member]]:
    """Starts members; those that still run at the end are killed."""
    members: list[Member] = []

    def begin(group: str, topic: str) -> Member:
        members.append(Member(server, group, topic, tmp_path / f"member-{len(members)}"))
        return members[-1]

    yield begin
    for each in members:
        each.die()


def make_topic(server: Server, topic: str) -> None:
    from confluent_kafka.admin import AdminClient, NewTopic

    admin = AdminClient({"bootstrap.servers": server.bootstrap, "broker.address.family": "v4"})
    admin.create_topics([NewTopic(topic, len(PARTITIONS), 1)])[topic].result(30)


def produce(server: Server, topic: str, *values: str) -> None:
    """Write each value to every partition."""
    from confluent_kafka import Producer

    producer = Producer({"bootstrap.servers": server.bootstrap, "broker.address.family": "v4"})
    for value in values:
        for partition in PARTITIONS:
            producer.produce(topic, value, partition=partition)
    assert producer.flush(30) == 0


def shared_out(members: list[Member]) -> bool:
    """Whether every partition has its one owner, and everybody has been told."""
    owned = [each.owned for each in members]
    return None not in owned and sorted(partition for one in owned for partition in one or []) == list(PARTITIONS)


def test_partitions_are_shared_out_and_the_surplus_takes_over(
    server: Server, member: Callable[[str, str], Member]
) -> None:
    topic = "groups-shared"
    make_topic(server, topic)
    members = [member("shared", topic) for _ in range(4)]
    until(lambda: shared_out(members), 30)
    assert sorted(len(each.owned or []) for each in members) == [0, 1, 1, 1]
    produce(server, topic, "first")
    until(lambda: sum(len(each.lines("read")) for each in members) == 3)
    by_owner = {each: sorted(int(line[0]) for line in each.lines("read")) for each in members}
    assert all(read == each.owned for each, read in by_owner.items())
    leaving = next(each for each in members if each.owned)
    leaving.leave()
    members.remove(leaving)
    until(lambda: shared_out(members), 30)
    assert [len(each.owned or []) for each in members] == [1, 1, 1]
    members.pop().die()
    until(lambda: shared_out(members), 30)
    assert sorted(len(each.owned or []) for each in members) == [1, 2]


def test_groups_do_not_disturb_each_other(server: Server, member: Callable[[str, str], Member]) -> None:
    topic = "groups-apart"
    make_topic(server, topic)
    one, other = member("apart-one", topic), member("apart-other", topic)
    until(lambda: shared_out([one]) and shared_out([other]), 30)
    produce(server, topic, "a", "b")
    until(lambda: len(one.lines("read")) == len(other.lines("read")) == 6)


Happening = tuple[str, str, list[int]]


def test_librdkafkas_members_give_up_only_what_others_get(server: Server) -> None:
    from confluent_kafka import Consumer

    topic = "groups-cooperative"
    make_topic(server, topic)
    seen: list[Happening] = []
    owned: dict[str, set[int]] = {"first": set(), "second": set()}

    def member(name: str) -> Consumer:
        def changed(sign: str) -> Callable[[Consumer, list[Any]], None]:
            def noted(_: Consumer, partitions: list[Any]) -> None:
                numbers = sorted(each.partition for each in partitions)
                owned[name] = owned[name] | set(numbers) if sign == "+" else owned[name] - set(numbers)
                seen.extend([(name, sign, numbers)] if numbers else [])

            return noted

        config = {"bootstrap.servers": server.bootstrap, "broker.address.family": "v4", "group.id": topic}
        strategy = {"partition.assignment.strategy": "cooperative-sticky", "heartbeat.interval.ms": 100}
        consumer = Consumer(config | strategy)
        consumer.subscribe([topic], on_assign=changed("+"), on_revoke=changed("-"))
        return consumer

    def shared(*members: Consumer, first: int, second: int) -> bool:
        for each in members:
            each.poll(0.05)
        return (len(owned["first"]), len(owned["second"])) == (first, second)

    one = member("first")
    until(lambda: shared(one, first=3, second=0), 30)
    other = member("second")
    until(lambda: shared(one, other, first=2, second=1), 30)
    other.close()
    until(lambda: shared(one, first=3, second=0), 30)
    one.close()
    (moved,) = next(numbers for name, sign, numbers in seen if (name, sign) == ("first", "-"))
    assert seen == [
        ("first", "+", [0, 1, 2]),
        ("first", "-", [moved]),
        ("second", "+", [moved]),
        ("second", "-", [moved]),
        ("first", "+", [moved]),
        ("first", "-", [0, 1, 2]),
    ]


@pytest.mark.apache
def test_javas_members_give_up_only_what_others_get(server: Server, apache: Apache, tmp_path: Path) -> None:
    topic = "groups-java-cooperative"
    make_topic(server, topic)
    command = compiled("Client", kafka_jars("2.6.2"), tmp_path)
    done = run_java(command, "cooperate", server.bootstrap, topic, topic, str(len(PARTITIONS)))
    assert done.returncode == 0, done.stderr
    lines = [line.split(" ") for line in done.stdout.splitlines()]
    seen = [(name, what, numbers) for name, what, numbers in lines if numbers]
    (moved,) = (numbers for name, what, numbers in seen if (name, what) == ("second", "assigned"))
    assert len(moved) == 1
    assert seen == [
        ("first", "assigned", "0,1,2"),
        ("first", "revoked", moved),
        ("second", "assigned", moved),
        ("second", "revoked", moved),
        ("first", "assigned", moved),
        ("first", "revoked", "0,1,2"),
    ]


def read(server: Server, topic: str, group: str, count: int, **settings: Any) -> list[bytes]:
    """Read `count` records as a group of one, commit and leave."""
    from confluent_kafka import Consumer

    consumer = Consumer(
        {
            "bootstrap.servers": server.bootstrap,
            "broker.address.family": "v4",
            "group.id": group,
            "enable.auto.commit": False,
            **settings,
        }
    )
    consumer.subscribe([topic])
    values: list[bytes] = []

    def enough() -> bool:
        values.extend(message.value() for message in consumer.consume(count - len(values), timeout=0.5))
        return len(values) >= count

    until(enough, 30)
    consumer.commit(asynchronous=False)
    consumer.close()
    return values


def test_offsets_and_groups_survive_a_kill(tmp_path: Path) -> None:
    server = make_server(tmp_path)
    try:
        server.start()
        make_topic(server, "t")
        produce(server, "t", "a", "b")
        assert sorted(read(server, "t", "g", 6, **{"auto.offset.reset": "earliest"})) == [b"a"] * 3 + [b"b"] * 3
        server.stop(signal.SIGKILL)
        server.start()
        produce(server, "t", "c")
        assert read(server, "t", "g", 3, **{"auto.offset.reset": "earliest"}) == [b"c"] * 3
    finally:
        server.stop()


@pytest.mark.apache
def test_apaches_consumer_and_group_tool(server: Server, apache: Apache) -> None:
    topic = "groups-apache"
    make_topic(server, topic)
    produce(server, topic, "a", "b")
    where = ["--bootstrap-server", server.bootstrap]
    consume = [*where, "--topic", topic, "--group", "apache"]
    first = apache.run("kafka-console-consumer.sh", *consume, "--from-beginning", "--max-messages", "6")
    assert (sorted(first.stdout.split()), first.stderr) == (
        ["a"] * 3 + ["b"] * 3,
        "Processed a total of 6 messages\n",
    )
    assert "apache" in apache.run("kafka-consumer-groups.sh", *where, "--list").stdout.split()
    produce(server, topic, "c")
    described = apache.run("kafka-consumer-groups.sh", *where, "--describe", "--group", "apache").stdout
    rows = sorted(line.split()[1:6] for line in described.splitlines() if line.startswith("apache "))
    assert rows == [[topic, str(partition), "2", "3", "1"] for partition in PARTITIONS]
    second = apache.run("kafka-console-consumer.sh", *consume, "--max-messages", "3")
    assert second.stdout.split() == ["c"] * 3
    moved = ["--reset-offsets", "--to-earliest", "--group", "apache", "--topic", topic, "--execute"]
    assert apache.run("kafka-consumer-groups.sh", *where, *moved).stdout.count(topic) == 3
    options = ["--topic", "__consumer_offsets", "--from-beginning", "--timeout-ms", "3000", "--formatter"]
    offsets = apache.run("kafka-console-consumer.sh", *where, *options, FORMATTER + "OffsetsMessageFormatter").stdout
    lines = offsets.splitlines()
    for partition in PARTITIONS:
        mine = [line for line in lines if line.startswith(f"[apache,{topic},{partition}]::OffsetAndMetadata(offset=")]
        assert [line.partition("offset=")[2].partition(",")[0] for line in mine][-2:] == ["3", "0"]
    lives = apache.run(
        "kafka-console-consumer.sh", *where, *options, FORMATTER + "GroupMetadataMessageFormatter"
    ).stdout
    states = [
        line.partition("currentState=")[2].partition(",")[0]
        for line in lives.splitlines()
        if "(groupId=apache," in line
    ]
    assert states[:2] == ["Stable", "Empty"]
    deleted = apache.run("kafka-consumer-groups.sh", *where, "--delete", "--group", "apache")
    assert deleted.stdout == "Deletion of requested consumer groups ('apache') was successful.\n"
