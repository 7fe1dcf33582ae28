"""Reading records from a broker of this process."""

import re
import time

import pytest

from kafkacli.client.consuming import RecordConsumer
from kafkacli.client.records import RecordError
from kafkacli.config_types import ConfigError
from tests.support.broker import RunningBroker
from tests.support.console import produce

LINES = b"a\nb\nc\nd\ne\n"


class Reading:
    """A consumer and what it reported."""

    def __init__(self, bootstrap: str, group: str, **properties: str) -> None:
        self.notices: list[str] = []
        named = {name.replace("_", "."): value for name, value in properties.items()}
        self.consumer = RecordConsumer(
            {"bootstrap.servers": bootstrap, "group.id": group, "auto.offset.reset": "earliest", **named},
            lambda level, text: self.notices.append(f"{level} {text}"),
        )

    def read(self, count: int, handles: bool = True) -> list[bytes | None]:
        """Return the values of the next so many records."""
        values: list[bytes | None] = []
        deadline = time.monotonic() + 20
        while len(values) < count:
            assert time.monotonic() < deadline, self.notices
            values += [value for run in self.consumer.receive(count - len(values), None) for value in run.values()]
            if handles:
                self.consumer.handled()
        return values


@pytest.fixture
def filled(broker: RunningBroker) -> str:
    """A topic with five records; its broker lives in `broker`."""
    assert produce(broker.bootstrap, "five", LINES).status == 0
    return "five"


def test_no_offset_and_no_reset_ends_it(broker: RunningBroker, filled: str) -> None:
    reading = Reading(broker.bootstrap, "g", auto_offset_reset="none")
    reading.consumer.subscribe(filled)
    with pytest.raises(RecordError, match="NoOffsetForPartitionException: Undefined offset with no reset policy"):
        reading.read(1)
    reading.consumer.close()


def test_no_more_than_asked_for(broker: RunningBroker, filled: str) -> None:
    reading = Reading(broker.bootstrap, "g")
    reading.consumer.assign({(filled, 0): 1})
    deadline = time.monotonic() + 20
    while not (runs := reading.consumer.receive(2, None)):
        assert time.monotonic() < deadline
    assert [value for run in runs for value in run.values()] == [b"b", b"c"]
    reading.consumer.close()


def test_topics_that_match_and_those_that_come_later(broker: RunningBroker, filled: str) -> None:
    reading = Reading(broker.bootstrap, "g", metadata_max_age_ms="100")
    reading.consumer.subscribe_matching(re.compile("f.*|__.*").fullmatch)
    assert len(reading.read(5)) == 5
    produce(broker.bootstrap, "four", b"late\n")
    assert reading.read(1) == [b"late"]
    reading.consumer.close()


def test_a_missing_topic_is_asked_for_until_it_is_there(broker: RunningBroker) -> None:
    reading = Reading(broker.bootstrap, "g")
    reading.consumer.subscribe("missing")
    deadline = time.monotonic() + 20
    while not reading.notices:
        assert time.monotonic() < deadline
        assert reading.consumer.receive(None, None) == []
    produce(broker.bootstrap, "missing", b"here\n")
    assert reading.read(1) == [b"here"]
    reading.consumer.close()
    assert all("Error while fetching metadata : {missing=" in notice for notice in reading.notices)


def test_a_missing_topic_is_told_once(broker: RunningBroker) -> None:
    reading = Reading(broker.bootstrap, "g", allow_auto_create_topics="false", retry_backoff_ms="10")
    reading.consumer.subscribe("later")
    deadline = time.monotonic() + 20
    while reading.consumer._view.version < 3:
        assert time.monotonic() < deadline
        reading.consumer.receive(None, None)
    (notice,) = reading.notices
    assert notice.endswith("Error while fetching metadata : {later=UNKNOWN_TOPIC_OR_PARTITION}")
    reading.consumer.close()


def test_a_name_that_no_topic_can_have(broker: RunningBroker) -> None:
    reading = Reading(broker.bootstrap, "g")
    reading.consumer.subscribe("no name")
    with pytest.raises(RecordError, match=r"InvalidTopicException: Invalid topics: \[no name\]"):
        reading.read(1)
    reading.consumer.close()
    assert reading.notices == []


def test_a_cooperative_member(broker: RunningBroker, filled: str) -> None:
    strategy = "org.apache.kafka.clients.consumer.CooperativeStickyAssignor"
    reading = Reading(broker.bootstrap, "g", partition_assignment_strategy=strategy)
    reading.consumer.subscribe(filled)
    assert len(reading.read(5)) == 5
    reading.consumer.close()


def test_wrong_and_unknown_properties() -> None:
    with pytest.raises(ConfigError, match=r"Invalid value x for configuration fetch\.min\.bytes"):
        Reading("localhost:1", "g", fetch_min_bytes="x")
    reading = Reading("localhost:1", "g", foo="1")
    assert reading.notices == ["WARN The configuration 'foo' was supplied but isn't a known config."]
    reading.consumer.close()


def test_it_tells_of_partitions_that_come_and_go_and_commits_when_asked(broker: RunningBroker) -> None:
    broker.create_topic("told", 2)
    told: list[tuple[str, list[tuple[str, int]]]] = []
    properties = {"bootstrap.servers": broker.bootstrap, "group.id": "told", "enable.auto.commit": "false"}
    consumer = RecordConsumer(
        properties,
        lambda *_: None,
        assigned=lambda partitions: told.append(("+", sorted(partitions))),
        revoked=lambda partitions: told.append(("-", sorted(partitions))),
    )
    consumer.subscribe("told")
    deadline = time.monotonic() + 20
    while not told and time.monotonic() < deadline:
        consumer.receive(None, 0.1)
    assert consumer.commit({}) == ""
    assert consumer.commit({("told", 0): 0}) == ""
    assert consumer.commit({("none", 0): 1}) != ""
    consumer.close()
    both = [("told", 0), ("told", 1)]
    assert told == [("+", both), ("-", both)]
