"""What a consumer of a group commits, as its broker writes it down."""

import re
import time

import pytest

from kafkacli.broker.broker import Broker
from kafkacli.client.chunks import FetchedRecord, Records
from kafkacli.coordinator.group_records import OffsetCommitKey, decode_key
from kafkacli.formatters.offsets import offset_and_metadata
from kafkacli.record.batch import Record, iter_records
from tests.client.test_consuming import Reading, filled
from tests.support.broker import RunningBroker

__all__ = ["filled"]


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
    while not reading.consumer._commits.positions():
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


def test_now_and_then_it_commits_by_itself(broker: RunningBroker, filled: str) -> None:
    reading = Reading(broker.bootstrap, "g", auto_commit_interval_ms="50")
    reading.consumer.subscribe(filled)
    reading.read(5)
    deadline = time.monotonic() + 20
    while not any("offset=5" in line for line in commits(broker)):
        assert time.monotonic() < deadline
        reading.consumer.receive(None, 0.05)
    reading.consumer.close()


def test_a_rebalance_waits_for_what_is_being_handled_and_nothing_more_is_handed_out_before_it(
    broker: RunningBroker, filled: str
) -> None:
    reading = Reading(broker.bootstrap, "g")
    reading.consumer.subscribe(filled)
    records: list[FetchedRecord] = []
    while not records:
        records += [record for run in reading.consumer.receive(2, None) for record in run]
    own, fetcher = reading.consumer._commits, reading.consumer._fetcher
    steps = own.before_rebalance()
    assert next(steps) is None
    assert next(steps) is None
    assert not fetcher.has_records()
    assert fetcher.take(None, 1 << 20) == []
    assert commits(broker) == []
    reading.consumer.handled()
    fetcher.is_out = False  # as the next call of receive says
    assert reading.consumer._alone(steps, 20) is None
    assert commits(broker) == ["[g,five,0]::OffsetAndMetadata(offset=2, leaderEpoch=Optional[0]"]
    assert [record.value() for record in records] + reading.read(3) == [b"a", b"b", b"c", b"d", b"e"]
    reading.consumer.close()
