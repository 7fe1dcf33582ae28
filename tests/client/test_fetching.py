"""Reading partitions that are named, from a broker of this process. What a leader's bytes mean: test_readings.py."""

import time

import pytest

from kafkacli.client.consuming import RecordConsumer
from kafkacli.client.records import RecordError
from tests.client.test_spans import transactions
from tests.support.broker import RunningBroker
from tests.support.console import produce
from tests.support.kafka import Kafka


def consumer(broker: RunningBroker, **properties: str) -> RecordConsumer:
    named = {name.replace("_", "."): value for name, value in properties.items()}
    return RecordConsumer({"bootstrap.servers": broker.bootstrap, **named}, lambda *_: None)


def read(reader: RecordConsumer, count: int) -> list[bytes | None]:
    found: list[bytes | None] = []
    deadline = time.monotonic() + 20
    while len(found) < count:
        assert time.monotonic() < deadline
        found += [value for run in reader.receive(count - len(found), None) for value in run.values()]
    return found


@pytest.fixture
def lines(broker: RunningBroker) -> list[bytes]:
    values = [b"%d" % number for number in range(20_000)]
    assert produce(broker.bootstrap, "lines", b"\n".join(values), "--batch-size", "2000").status == 0
    return values


def test_small_answers_come_in_order_and_none_is_missed(broker: RunningBroker, lines: list[bytes]) -> None:
    reader = consumer(broker, max_partition_fetch_bytes="3000", fetch_max_bytes="3000")
    reader.assign({("lines", 0): -2})
    assert read(reader, len(lines)) == lines
    assert reader.lags() == {("lines", 0): 0}
    assert reader.traffic.topics["lines"][1] == len(lines)
    reader.close()


def test_from_an_offset_and_from_the_end(broker: RunningBroker, lines: list[bytes]) -> None:
    reader = consumer(broker)
    reader.assign({("lines", 0): 19_998})
    assert read(reader, 2) == lines[-2:]
    reader.close()
    late = consumer(broker)
    late.assign({("lines", 0): -1})
    while late.lags() != {("lines", 0): 0}:
        assert late.receive(None, None) == []
    produce(broker.bootstrap, "lines", b"new\n")
    assert read(late, 1) == [b"new"]
    late.close()


@pytest.mark.parametrize(
    ("level", "values"), [("read_committed", [b"a", b"c"]), ("read_uncommitted", [b"a", b"b", b"c"])]
)
def test_aborted_transactions(broker: RunningBroker, level: str, values: list[bytes]) -> None:
    broker.create_topic("mixed")
    transactions(Kafka(broker.bootstrap, broker.zookeeper, 7), "mixed", (b"a", True), (b"b", False), (b"c", True))
    reader = consumer(broker, isolation_level=level)
    reader.assign({("mixed", 0): -2})
    assert read(reader, len(values)) == values
    while reader.lags() != {("mixed", 0): 0}:  # the last marker is passed over
        assert reader.receive(None, None) == []
    reader.close()


def test_an_offset_that_never_was(broker: RunningBroker, lines: list[bytes]) -> None:
    reader = consumer(broker, auto_offset_reset="earliest")
    reader.assign({("lines", 0): 99_999})
    assert read(reader, 1) == lines[:1]
    reader.close()
    strict = consumer(broker, auto_offset_reset="none")
    strict.assign({("lines", 0): 99_999})
    with pytest.raises(RecordError) as caught:
        read(strict, 1)
    assert str(caught.value) == (
        "org.apache.kafka.clients.consumer.OffsetOutOfRangeException: Fetch position FetchPosition{offset=99999, "
        f"offsetEpoch=Optional.empty, currentLeader=LeaderAndEpoch{{leader=Optional[{broker.bootstrap} (id: 7 rack: null)],"
        " epoch=0}} is out of range for partition lines-0"
    )
    strict.close()


def test_a_broker_that_was_away(broker: RunningBroker, lines: list[bytes]) -> None:
    said: list[str] = []
    reader = RecordConsumer({"bootstrap.servers": broker.bootstrap}, lambda level, text: said.append(text))
    reader.assign({("lines", 0): 0})
    assert read(reader, 10) == lines[:10]
    for link in reader._links._links.values():
        assert link._socket is not None
        link._socket.shutdown(2)
    assert read(reader, len(lines) - 10) == lines[10:]
    reader.close()
    assert said == []
