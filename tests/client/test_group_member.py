"""Members of a group, against a broker of this process. With members in Java: tests/clients/test_consumer_groups.py."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kafkacli.client.consuming import RecordConsumer
from kafkacli.client.records import RecordError
from tests.support.broker import RunningBroker

CLASSES = "org.apache.kafka.clients.consumer."
PARTITIONS = [("shared", number) for number in range(4)]


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBroker]:
    """A broker that lets members be short of time."""
    running = RunningBroker(tmp_path_factory.mktemp("impatient") / "log", {"group.min.session.timeout.ms": "100"})
    running.create_topic("shared", 4)
    yield running
    running.stop()


class Going:
    """A member whose receiving goes on in a thread, and what it was told."""

    def __init__(self, broker: RunningBroker, group: str, **properties: str) -> None:
        named = {name.replace("_", "."): value for name, value in properties.items()}
        self.has: set[tuple[str, int]] = set()
        self.told: list[tuple[str, int]] = []
        self.said: list[str] = []
        self.error = ""
        self.consumer = RecordConsumer(
            {"bootstrap.servers": broker.bootstrap, "group.id": group, "heartbeat.interval.ms": "20", **named},
            lambda level, text: self.said.append(text),
            assigned=self._assigned,
            revoked=self._revoked,
        )
        self.consumer.subscribe("shared")
        self.receives = True
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _assigned(self, partitions: list[tuple[str, int]]) -> None:
        self.told.append(("+", len(partitions)))
        self.has |= set(partitions)

    def _revoked(self, partitions: list[tuple[str, int]]) -> None:
        self.told.append(("-", len(partitions)))
        self.has -= set(partitions)

    def _run(self) -> None:
        try:
            while self.receives:
                self.consumer.receive(None, 0.02)
        except RecordError as error:
            self.error = str(error)

    def pause(self) -> None:
        self.receives = False
        self._thread.join()

    def close(self) -> None:
        self.pause()
        self.consumer.close()


def until_shared(*members: Going) -> None:
    """Wait until every partition has one reader, and the members about as many."""
    deadline = time.monotonic() + 20
    while sorted(each for member in members for each in member.has) != PARTITIONS or not all(
        member.has for member in members
    ):
        assert time.monotonic() < deadline, [(member.has, member.error) for member in members]
        time.sleep(0.005)


@pytest.mark.parametrize("name", ["Range", "RoundRobin", "Sticky", "CooperativeSticky"])
def test_members_that_come_and_go(impatient: RunningBroker, name: str) -> None:
    strategy = f"{CLASSES}{name}Assignor"
    first = Going(impatient, name, partition_assignment_strategy=strategy)
    until_shared(first)
    second = Going(impatient, name, partition_assignment_strategy=strategy)
    until_shared(first, second)
    third = Going(impatient, name, partition_assignment_strategy=strategy)
    until_shared(first, second, third)
    if name == "CooperativeSticky":
        assert ("-", 4) not in first.told  # it never gave everything up
    second.close()
    until_shared(first, third)
    for member in (first, third):
        member.close()
        assert member.has == set()
        assert member.error == ""


def test_who_reads_slowly_stays_a_member(impatient: RunningBroker) -> None:
    slow = Going(impatient, "slow", session_timeout_ms="1000")
    until_shared(slow)
    slow.pause()  # as somebody whose stdout is blocked
    told = list(slow.told)
    time.sleep(2.1)
    slow.consumer.receive(None, 0.1)
    assert slow.told == told
    slow.close()


def test_who_never_asks_for_more_leaves(impatient: RunningBroker) -> None:
    asleep = Going(impatient, "asleep", session_timeout_ms="300", max_poll_interval_ms="200")
    until_shared(asleep)
    asleep.pause()
    other = Going(impatient, "asleep", session_timeout_ms="300")
    until_shared(other)
    assert "consumer poll timeout has expired" in asleep.said[0]
    other.close()
    asleep.close()


def test_a_member_with_a_name_of_its_own_is_awaited(impatient: RunningBroker) -> None:
    first = Going(impatient, "static", group_instance_id="one", session_timeout_ms="5000")
    until_shared(first)
    first.close()
    again = Going(impatient, "static", group_instance_id="one", session_timeout_ms="5000")
    until_shared(again)
    assert again.told == [("+", 4)]  # without a rebalance that others would notice
    twin = Going(impatient, "static", group_instance_id="one", session_timeout_ms="5000")
    until_shared(twin)
    deadline = time.monotonic() + 10
    while not again.error and time.monotonic() < deadline:
        time.sleep(0.005)
    assert "FencedInstanceIdException" in again.error
    twin.close()
    again.close()


def test_who_leaves_while_it_joins_does_not_wait_for_the_others(impatient: RunningBroker) -> None:
    slow = Going(impatient, "joining", session_timeout_ms="5000")
    until_shared(slow)
    slow.pause()  # its heartbeats go on, but it doesn't join again
    other = Going(impatient, "joining", session_timeout_ms="5000")
    deadline = time.monotonic() + 10
    while other.consumer._coordinator is None or not other.consumer._coordinator.member_id:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    begin = time.monotonic()
    other.close()
    assert time.monotonic() - begin < 3
    slow.close()


def test_what_the_group_refuses(impatient: RunningBroker, tmp_path: Path) -> None:
    hasty = Going(impatient, "hasty", session_timeout_ms="50")
    hasty._thread.join(10)
    assert hasty.error.startswith("org.apache.kafka.common.errors.InvalidSessionTimeoutException: ")
    hasty.close()
