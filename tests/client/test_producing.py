"""Sending records: to a broker of this process, and to one whose answers are written here."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kafkacli.client.batches import Batch
from kafkacli.client.producing import RecordProducer
from kafkacli.config_types import ConfigError
from kafkacli.interchange.partitioner import partition_of
from kafkacli.record.batch import BATCH_OVERHEAD, Record, encode_batch, iter_records
from kafkacli.record.bodies import decode_bodies
from kafkacli.record.header import read_header
from tests.support.broker import RunningBroker
from tests.support.console import consume
from tests.support.leader import Leader, leader
from tests.support.proxy import proxy
from tests.support.server import free_port

ERRORS = "org.apache.kafka.common.errors."


class Sending:
    """Producers of one test, and what they reported."""

    def __init__(self) -> None:
        self.undelivered: list[tuple[bytes | None, bytes | None, str]] = []
        self.notices: list[str] = []
        self._open = ExitStack()

    def to(self, bootstrap: str, topic: str, **properties: str) -> RecordProducer:
        """A producer; properties with underscores for dots."""
        named = {name.replace("_", "."): value for name, value in properties.items()}
        made = RecordProducer(
            topic,
            {"bootstrap.servers": bootstrap, **named},
            lambda _topic, key, value, exception: self.undelivered.append((key, value, exception)),
            lambda level, text: self.notices.append(f"{level} {text}"),
        )
        return self._open.enter_context(made)

    def close(self) -> None:
        self._open.close()


@pytest.fixture
def sending() -> Iterator[Sending]:
    made = Sending()
    yield made
    made.close()


@pytest.fixture
def scripted() -> Iterator[Leader]:
    with leader() as made:
        yield made


def arrived(broker: RunningBroker, topic: str, count: int) -> list[bytes]:
    options = ("--topic", topic, "--from-beginning", "--max-messages", str(count), "--property", "print.key=true")
    return consume(broker.bootstrap, *options).out.splitlines()


def test_records_with_and_without_keys(broker: RunningBroker, sending: Sending) -> None:
    producer = sending.to(broker.bootstrap, "keys")
    producer.send([(b"k", b"v"), (None, b"w"), (b"", b"")])
    producer.send_values([b"a", b"b"])
    assert producer.flush() == 0
    assert producer.waiting() == 0
    assert arrived(broker, "keys", 5) == [b"k\tv", b"null\tw", b"\t", b"null\ta", b"null\tb"]
    assert sending.undelivered == []


def test_memory_that_is_full_makes_it_wait(broker: RunningBroker, sending: Sending) -> None:
    broker.create_topic("full")
    producer = sending.to(broker.bootstrap, "full", buffer_memory="2048", batch_size="1000", linger_ms="0")
    producer.send_values([b"%04d" % number + b"x" * 500 for number in range(50)])
    assert producer.flush() == 0
    assert sending.undelivered == []
    assert [line[5:9] for line in arrived(broker, "full", 50)] == [b"%04d" % number for number in range(50)]


def test_memory_that_stays_full_is_an_error(scripted: Leader, sending: Sending) -> None:
    scripted.before = lambda: time.sleep(0.5)
    properties = {"buffer_memory": "2048", "batch_size": "1000", "max_block_ms": "200"}
    producer = sending.to(scripted.bootstrap, "stuck", **properties)
    producer.send_values([b"x" * 900 for _ in range(3)])
    message = "TimeoutException: Failed to allocate memory within the configured max blocking time 200 ms."
    assert sending.undelivered == [(None, b"x" * 900, ERRORS + message)]
    assert producer.flush() == 0


@pytest.mark.parametrize("key", [None, b"k" * 100])
def test_the_largest_record_is_that_of_java(broker: RunningBroker, key: bytes | None, sending: Sending) -> None:
    producer = sending.to(broker.bootstrap, "large", max_request_size="2000")
    # a batch's head, a record's, the lengths of key and value, the number of headers
    room = 2000 - 61 - 21 - 2 - 1 - (1 if key is None else 2 + len(key))
    producer.send([(key, b"x" * room), (key, b"x" * (room + 1))])
    if key is None:
        producer.send_values([b"a", b"x" * (room + 1), b"b"])
    assert producer.flush() == 0
    message = (
        "RecordTooLargeException: The message is 2001 bytes when serialized which is larger than 2000, "
        "which is the value of the max.request.size configuration."
    )
    assert sending.undelivered == [(key, b"x" * (room + 1), ERRORS + message)] * (2 if key is None else 1)
    assert len(records_of(broker, "large")) == (3 if key is None else 1)


def test_a_record_larger_than_all_memory(broker: RunningBroker, sending: Sending) -> None:
    producer = sending.to(broker.bootstrap, "memory", buffer_memory="500")
    producer.send_values([b"x" * 600])
    ((_, _, error),) = sending.undelivered
    assert error.endswith(
        "larger than the total memory buffer you have configured with the buffer.memory configuration."
    )


def test_what_a_broker_refuses_is_reported(broker: RunningBroker, sending: Sending) -> None:
    broker.create_topic("small", max_message_bytes="1000")
    producer = sending.to(broker.bootstrap, "small")
    producer.send([(b"k", b"x" * 2000)])
    assert producer.flush() == 0
    ((key, value, exception),) = sending.undelivered
    assert (key, value) == (b"k", b"x" * 2000)
    assert exception.startswith(ERRORS + "RecordTooLargeException: ")


def test_a_batch_that_is_too_large_arrives_in_parts(broker: RunningBroker, sending: Sending) -> None:
    broker.create_topic("parts", max_message_bytes="1000")
    producer = sending.to(broker.bootstrap, "parts", enable_idempotence="true")
    values = [b"%03d" % number * 10 for number in range(200)]
    producer.send_values(values)
    assert producer.flush() == 0
    assert sending.undelivered == []
    assert [record.value for record in records_of(broker, "parts")] == values


@pytest.mark.parametrize("properties", [{}, {"enable_idempotence": "true"}, {"compression_type": "lz4"}])
def test_few_batches_are_too_large_until_they_fit(
    broker: RunningBroker, sending: Sending, properties: dict[str, str]
) -> None:
    topic = "fitting-" + "-".join(properties)
    broker.create_topic(topic, max_message_bytes="20000")
    producer = sending.to(broker.bootstrap, topic, batch_size="131072", **properties)
    values = [b"%05d" % number + os.urandom(95) for number in range(10_000)]
    producer.send_values(values)
    assert producer.flush() == 0
    assert sending.undelivered == []
    log = broker.broker.partitions.get(topic, 0).log
    found, offset = [], 0
    while offset < log.log_end_offset:
        records = list(iter_records(log.read(offset, 1 << 20, up_to=log.log_end_offset).records))
        found += [record.value for record in records]
        offset = records[-1].offset + 1
    if "enable_idempotence" not in properties:
        found.sort(key=lambda value: value or b"")  # several requests were on the way
    assert found == values
    assert 0 < len(sending.notices) < 20, len(sending.notices)


def test_an_invalid_topic_is_an_error_for_each_record(broker: RunningBroker, sending: Sending) -> None:
    producer = sending.to(broker.bootstrap, "in valid")
    producer.send([(None, b"a"), (None, b"b")])
    error = f"{ERRORS}InvalidTopicException: Invalid topics: [in valid]"
    assert sending.undelivered == [(None, b"a", error), (None, b"b", error)]
    assert sending.notices[0].startswith("WARN [Producer clientId=producer-1] Error while fetching metadata")
    assert "{in valid=INVALID_TOPIC_EXCEPTION}" in sending.notices[0]


def test_nobody_there_to_send_to(sending: Sending) -> None:
    sending.to("localhost:1", "t", max_block_ms="600").send([(None, b"a")])
    assert sending.undelivered == [
        (None, b"a", f"{ERRORS}TimeoutException: Topic t not present in metadata after 600 ms.")
    ]
    assert sending.notices == [
        "WARN [Producer clientId=producer-1] No broker answers. localhost:1: connection refused (TCP)"
    ]


def test_a_partition_that_is_not_there(broker: RunningBroker, sending: Sending) -> None:
    broker.create_topic("one")
    producer = sending.to(broker.bootstrap, "one", max_block_ms="300")
    producer.send_one(None, b"a", partition=0)
    producer.send_one(None, b"b", partition=4)
    assert producer.flush() == 0
    text = "Partition 4 of topic one with partition count 1 is not present in metadata after 300 ms."
    assert sending.undelivered == [(None, b"b", f"{ERRORS}TimeoutException: {text}")]


def test_waiting_for_delivery_can_be_limited(broker: RunningBroker, sending: Sending) -> None:
    broker.create_topic("left")
    producer = sending.to(broker.bootstrap, "left", acks="all")
    broker.lead("left", 1, 7, 8)  # with a replica in sync that has still to fetch the record
    producer.send([(None, b"a")])
    assert producer.flush(0.2) == 1
    broker.follower_reached("left", 0, 8, 1)
    assert producer.flush() == 0


def test_wrong_and_unknown_properties(sending: Sending) -> None:
    with pytest.raises(ConfigError, match="Invalid value x for configuration acks"):
        sending.to("localhost:1", "t", acks="x")
    with pytest.raises(ConfigError, match=r"No resolvable bootstrap urls given in bootstrap.servers"):
        sending.to("no.such.host.invalid:1", "t")
    with pytest.raises(ConfigError, match=r"Invalid url in bootstrap.servers: localhost"):
        sending.to("localhost", "t")
    sending.to("localhost:1", "t", foo="1")
    assert sending.notices == ["WARN The configuration 'foo' was supplied but isn't a known config."]


def test_one_record_with_everything(broker: RunningBroker, sending: Sending) -> None:
    broker.create_topic("other")
    producer = sending.to(broker.bootstrap, "everything", max_request_size="1000")
    producer.send_one(b"k", None, topic="other", timestamp_ms=5, headers=[("a", b"b"), ("a", None)])
    producer.send_one(None, b"v" * 910, topic="other")
    producer.send_one(None, b"v" * 900, topic="other", headers=[("name", b"v" * 60)])
    producer.send_one(None, b"old", topic="other", timestamp_ms=0)
    assert producer.flush() == 0
    assert [(key, len(value or b"")) for key, value, _ in sending.undelivered] == [(None, 900)]
    first, _, last = records_of(broker, "other")
    assert (first.timestamp, first.key, first.value) == (5, b"k", None)
    assert first.headers == (("a", b"b"), ("a", None))
    assert last.timestamp == 0


def records_of(broker: RunningBroker, topic: str) -> list[Record]:
    """What lies in the topic's one partition."""
    log = broker.broker.partitions.get(topic, 0).log
    return list(iter_records(log.read(0, 1 << 20, up_to=log.log_end_offset).records))


@pytest.mark.parametrize("keys", [0, 1, 2, 30])
def test_records_of_another_batch_go_where_each_would_go(broker: RunningBroker, sending: Sending, keys: int) -> None:
    """keys: every so many records has none, all have one when 0."""
    name = f"taken-{keys}"
    broker.create_topic(name, 3)
    records = [
        Record(timestamp=100 + number // 3, key=b"%d" % (number % 40), value=b"%d" % number) for number in range(200)
    ]
    for record in records[::keys] if keys else ():
        record.key = None
    header = read_header(batch := encode_batch(records))
    producer = sending.to(broker.bootstrap, name, batch_size="500")
    taken = decode_bodies(bytes(batch[BATCH_OVERHEAD:]), len(records))
    without = decode_bodies(bytes(batch[BATCH_OVERHEAD:]), len(records), keyed=False)
    assert not producer.send_bodies(name, header.base_timestamp, taken)  # the topic isn't known yet
    assert producer.wants_keys(name)
    assert not producer.send_bodies(name, header.base_timestamp, without)
    assert producer.send_bodies(name, header.base_timestamp, taken)
    assert producer.flush() == 0
    logs = [broker.broker.partitions.get(name, index).log for index in range(3)]
    found = [list(iter_records(log.read(0, 1 << 20, up_to=log.log_end_offset).records)) for log in logs]
    came: dict[int, tuple[int, bytes | None]] = {}
    for index, there in enumerate(found):
        numbers = [int(record.value or b"") for record in there]
        assert numbers == sorted(numbers)
        assert all(record.key is None or partition_of(record.key, 3) == index for record in there)
        came |= {number: (record.timestamp, record.key) for number, record in zip(numbers, there, strict=True)}
    assert came == {number: (record.timestamp, record.key) for number, record in enumerate(records)}
    if keys == 1:
        assert sum(any(record.key is None for record in there) for there in found) > 1  # not all in one partition


def test_batches_are_told_and_counted(broker: RunningBroker) -> None:
    broker.create_topic("delivered")
    told: list[tuple[str, int, list[bytes | None]]] = []

    def finished(batch: Batch, exception: str) -> None:
        told.append((exception, batch.base_offset, [record.value for record in batch.records()]))

    properties = {"bootstrap.servers": broker.bootstrap}
    with RecordProducer("delivered", properties, lambda *_: None, lambda *_: None, finished) as producer:
        producer.send_values([b"a", b"b"])
        producer.flush()
        producer.send_values([b"c"])
        producer.flush()
        assert told == [("", 0, [b"a", b"b"]), ("", 2, [b"c"])]
        assert producer.traffic.topics["delivered"][1] == 3
        assert sum(node.connects for node in producer.traffic.nodes.values()) == 1


def test_without_acknowledgements_a_record_is_delivered_when_it_is_sent(
    broker: RunningBroker, sending: Sending
) -> None:
    broker.create_topic("zero")
    producer = sending.to(broker.bootstrap, "zero", acks="0")
    producer.send_values([b"%d" % number for number in range(1000)])
    assert producer.flush() == 0
    log = broker.broker.partitions.get("zero", 0).log
    broker.wait_until(lambda: log.log_end_offset == 1000)


def test_what_ends_it_while_it_waits(scripted: Leader) -> None:
    class Ended(Exception):
        pass

    def check() -> None:
        raise Ended

    scripted.before = lambda: time.sleep(0.3)
    properties = {"bootstrap.servers": scripted.bootstrap}
    with RecordProducer("t", properties, lambda *_: None, lambda *_: None, check=check) as producer:
        with pytest.raises(Ended):
            producer.send_values([b"a"])  # as it waits for the topic
        assert producer.flush(5) == 0


@pytest.mark.parametrize("cut", ["request", "answer"])
@pytest.mark.parametrize("in_flight", ["1", "5"])
def test_connections_that_are_cut_repeat_and_lose_nothing(
    tmp_path: Path, sending: Sending, cut: str, in_flight: str
) -> None:
    with proxy() as way:
        broker = RunningBroker(tmp_path / "log", {"advertised.listeners": f"PLAINTEXT://127.0.0.1:{way.port}"})
        try:
            broker.create_topic("cut")
            way.target = broker.port
            way.cut = lambda number: cut if number in (2, 9, 10, 17) else ""
            properties = {"max_in_flight_requests_per_connection": in_flight, "retry_backoff_ms": "1"}
            producer = sending.to(
                f"127.0.0.1:{way.port}", "cut", enable_idempotence="true", batch_size="200", **properties
            )
            producer.send_values([b"%05d" % number for number in range(500)])
            assert producer.flush(30) == 0
            values = [int(record.value or b"") for record in records_of(broker, "cut")]
        finally:
            broker.stop()
    assert values == list(range(500))
    assert sending.undelivered == []
    assert sum("NETWORK_EXCEPTION" in notice for notice in sending.notices) >= 3


def test_a_broker_that_stops_and_comes_back_gets_everything_once(sending: Sending, tmp_path: Path) -> None:
    port = free_port()
    here = RunningBroker(tmp_path / "here", {"listeners": f"PLAINTEXT://127.0.0.1:{port}"})
    try:
        here.create_topic("back")
        producer = sending.to(f"127.0.0.1:{port}", "back", enable_idempotence="true", batch_size="200")
        values = [b"%05d" % number for number in range(600)]
        producer.send_values(values[:300])
        here.restart()
        producer.send_values(values[300:])
        assert producer.flush(30) == 0
        assert [record.value for record in records_of(here, "back")] == values
    finally:
        here.stop()
    assert sending.undelivered == []
