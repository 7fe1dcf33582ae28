"""Reading records from a broker of this process."""

import re
import time

import pytest

from kafkacli.broker.broker import Broker
from kafkacli.client.chunks import FetchedRecord, Records
from kafkacli.client.consuming import RecordConsumer
from kafkacli.client.records import RecordError
from kafkacli.config_types import ConfigError
from kafkacli.coordinator.group_records import OffsetCommitKey, decode_key
from kafkacli.formatters.offsets import offset_and_metadata
from kafkacli.record.batch import Record, iter_records
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


def commits(broker: RunningBroker) -> list[str]:
    """Every commit that the broker has written, without its time."""

    def written(of: Broker) -> list[Record]:
        logs = [of.partitions.get("__consumer_offsets", number).log for number in range(3)]
        return [one for log in logs for one in iter_records(log.read(0, 1 << 20, up_to=log.log_end_offset).records)]

    lines = []
    for record in broker.on_loop(written):
        key = decode_key(bytes(record.key or b""))
        if isinstance(key, OffsetCommitKey):
            shown = offset_and_metadata(bytes(record.value or b""))
            lines.append(f"[{key.group},{key.topic},{key.partition}]::{re.sub(', metadata=.*', '', shown)}")
    return lines


def test_what_was_handled_is_committed(broker: RunningBroker, filled: str) -> None:
    reading = Reading(broker.bootstrap, "g")
    reading.consumer.subscribe(filled)
    assert reading.read(5) == [b"a", b"b", b"c", b"d", b"e"]
    reading.consumer.stop_here()
    reading.consumer.close()
    assert commits(broker) == ["[g,five,0]::OffsetAndMetadata(offset=5, leaderEpoch=Optional[0]"]


def test_a_commit_before_the_end_has_no_epoch_as_after_javas_seek(broker: RunningBroker, filled: str) -> None:
    reading = Reading(broker.bootstrap, "g")
    reading.consumer.subscribe(filled)
    assert reading.read(2) == [b"a", b"b"]
    reading.consumer.stop_here()
    reading.consumer.close()
    assert commits(broker) == ["[g,five,0]::OffsetAndMetadata(offset=2, leaderEpoch=Optional.empty"]


def test_what_was_not_handled_comes_again(broker: RunningBroker, filled: str) -> None:
    reading = Reading(broker.bootstrap, "g")
    reading.consumer.subscribe(filled)
    records: list[FetchedRecord] = []
    deadline = time.monotonic() + 20
    while len(records) < 5:
        assert time.monotonic() < deadline, reading.notices
        records += [record for run in reading.consumer.receive(None, None) for record in run]
    reading.consumer.handled(Records(records[:2]))
    reading.consumer.close()
    again = Reading(broker.bootstrap, "g")
    again.consumer.subscribe(filled)
    assert again.read(3) == [b"c", b"d", b"e"]
    again.consumer.close()


@pytest.mark.parametrize(("reset", "offset"), [("latest", 5), ("earliest", 0)])
def test_where_a_new_group_begins_is_committed_though_nothing_was_read(
    broker: RunningBroker, filled: str, reset: str, offset: int
) -> None:
    reading = Reading(broker.bootstrap, "g", auto_offset_reset=reset)
    reading.consumer.subscribe(filled)
    deadline = time.monotonic() + 20
    while not reading.consumer._positions():
        assert time.monotonic() < deadline
        reading.consumer.receive(None, 0.05)
    reading.consumer.close()
    assert commits(broker) == [f"[g,five,0]::OffsetAndMetadata(offset={offset}, leaderEpoch=Optional.empty"]


def test_nothing_is_committed_without_auto_commit(broker: RunningBroker, filled: str) -> None:
    reading = Reading(broker.bootstrap, "g", enable_auto_commit="false")
    reading.consumer.subscribe(filled)
    reading.read(5)
    reading.consumer.stop_here()
    reading.consumer.close()
    assert commits(broker) == []


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
