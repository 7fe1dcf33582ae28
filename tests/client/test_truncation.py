"""Positions of another leader's time: the log may have been truncated since (KIP-320)."""

import time
from pathlib import Path

import pytest

from kafkacli.client.consuming import RecordConsumer
from kafkacli.client.readings import Position
from kafkacli.client.records import RecordError
from kafkacli.wire.api_keys import ApiKey
from tests.client.test_consuming import LINES, Reading, filled
from tests.support.broker import NODE_ID, RunningBroker
from tests.support.console import produce
from tests.support.proxy import proxy

__all__ = ["filled"]


def at(broker: RunningBroker, position: Position, reset: str = "earliest") -> Reading:
    """A consumer of the five records that has come to a position."""
    reading = Reading(broker.bootstrap, "g", auto_offset_reset=reset, enable_auto_commit="false")
    reading.consumer._fetcher.read(("five", 0)).begin(position)
    return reading


def first(consumer: RecordConsumer) -> tuple[int, bytes | None]:
    """The next record."""
    deadline = time.monotonic() + 20
    while not (runs := consumer.receive(1, None)):
        assert time.monotonic() < deadline
    ((record,),) = runs
    return record.offset(), record.value()


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        (Position(3, 0), (3, b"d")),  # as it was
        (Position(3), (3, b"d")),  # nothing is known of its time
        (Position(3, 7), (0, b"a")),  # an epoch that never was: as auto.offset.reset says
    ],
)
def test_reading_goes_on_where_the_log_is_as_it_was(
    broker: RunningBroker, filled: str, position: Position, expected: tuple[int, bytes]
) -> None:
    consumer = at(broker, position).consumer
    assert first(consumer) == expected
    consumer.close()


def test_it_goes_on_where_a_log_was_truncated_and_not_where_it_is_reset_to(broker: RunningBroker, filled: str) -> None:
    consumer = at(broker, Position(9, 0)).consumer
    reading = consumer._fetcher.readings["five", 0]
    deadline = time.monotonic() + 20
    while reading.leader is None:
        assert time.monotonic() < deadline
        consumer.receive(None, None)
    assert reading.position is not None
    assert (reading.position.offset, reading.position.epoch) == (5, 0)
    consumer.close()


@pytest.mark.parametrize(
    ("position", "told"),
    [
        (Position(9, 0), "fetchOffset=9, fetchEpoch=Optional[0], divergentOffset=5, divergentEpoch=Optional[0]"),
        (Position(3, 7), "fetchOffset=3, fetchEpoch=Optional[7], divergentOffset=unknown, divergentEpoch=unknown"),
    ],
)
def test_without_a_reset_a_truncated_log_ends_it(
    broker: RunningBroker, filled: str, position: Position, told: str
) -> None:
    reading = at(broker, position, reset="none")
    with pytest.raises(RecordError) as caught:
        first(reading.consumer)
    assert str(caught.value) == (
        "org.apache.kafka.clients.consumer.LogTruncationException: Detected truncated partitions: "
        f"[(partition=five-0, {told})]"
    )
    reading.consumer.close()
    (notice,) = reading.notices
    assert "Truncation detected for partition five-0 at offset FetchPosition{offset=" in notice
    known = " (the end offset from the broker is OffsetAndMetadata{offset=5, leaderEpoch=0, metadata=''})"
    assert notice.endswith(f"epoch=0}}}}{'' if 'unknown' in told else known}, but no reset policy is set")


def test_a_position_is_checked_once_for_a_leader_and_only_when_its_time_is_known(tmp_path: Path) -> None:
    with proxy() as way:
        broker = RunningBroker(tmp_path / "log", {"advertised.listeners": f"PLAINTEXT://127.0.0.1:{way.port}"})
        way.target = broker.port
        bootstrap = f"127.0.0.1:{way.port}"
        assert produce(bootstrap, "five", LINES).status == 0
        for position, count in ((Position(1, 0), 1), (Position(1), 0)):
            way.counts.clear()
            consumer = Reading(bootstrap, "g").consumer
            consumer._fetcher.read(("five", 0)).begin(position)
            assert [first(consumer)[0] for _ in range(4)] == [1, 2, 3, 4]
            assert way.counts[ApiKey.OFFSET_FOR_LEADER_EPOCH] == count
            consumer._view.leaders["five", 0] = (NODE_ID, 1)  # elected once more
            deadline = time.monotonic() + 20
            while way.counts[ApiKey.OFFSET_FOR_LEADER_EPOCH] <= count:
                assert time.monotonic() < deadline
                consumer.receive(None, 0.05)
            consumer.close()
        broker.stop()
