"""Sending records, to a broker of this process."""

import pytest

from kafkacli.client.producing import RecordProducer
from kafkacli.config_types import ConfigError
from kafkacli.record.batch import Record, iter_records
from tests.support.broker import RunningBroker
from tests.support.console import consume

ERRORS = "org.apache.kafka.common.errors."


class Sending:
    """A producer and what it reported."""

    def __init__(self, bootstrap: str, topic: str, **properties: str) -> None:
        self.undelivered: list[tuple[bytes | None, bytes | None, str]] = []
        self.notices: list[str] = []
        named = {name.replace("_", "."): value for name, value in properties.items()}
        self.producer = RecordProducer(
            topic,
            {"bootstrap.servers": bootstrap, **named},
            lambda _topic, key, value, exception: self.undelivered.append((key, value, exception)),
            lambda level, text: self.notices.append(f"{level} {text}"),
        )


def arrived(broker: RunningBroker, topic: str, count: int) -> list[bytes]:
    options = ("--topic", topic, "--from-beginning", "--max-messages", str(count), "--property", "print.key=true")
    return consume(broker.bootstrap, *options).out.splitlines()


def test_records_with_and_without_keys(broker: RunningBroker) -> None:
    sending = Sending(broker.bootstrap, "keys")
    sending.producer.send([(b"k", b"v"), (None, b"w"), (b"", b"")])
    assert sending.producer.flush() == 0
    assert sending.producer.waiting() == 0
    assert arrived(broker, "keys", 3) == [b"k\tv", b"null\tw", b"\t"]
    assert sending.undelivered == []


def test_a_queue_that_is_full_makes_it_wait(broker: RunningBroker) -> None:
    broker.create_topic("full")
    sending = Sending(broker.bootstrap, "full", buffer_memory="2048", linger_ms="0")
    sending.producer.send([(None, b"%04d" % number + b"x" * 500) for number in range(50)])
    assert sending.producer.flush() == 0
    assert sending.undelivered == []
    assert [line[5:9] for line in arrived(broker, "full", 50)] == [b"%04d" % number for number in range(50)]


def test_a_queue_that_stays_full_is_an_error(broker: RunningBroker) -> None:
    broker.create_topic("stuck")
    properties = {"buffer_memory": "2048", "linger_ms": "60000", "batch_size": "1000000", "max_block_ms": "200"}
    sending = Sending(broker.bootstrap, "stuck", **properties)
    sending.producer.send([(None, b"x" * 1000) for _ in range(3)])
    message = "TimeoutException: Failed to allocate memory within the configured max blocking time 200 ms."
    assert sending.undelivered == [(None, b"x" * 1000, ERRORS + message)]
    assert sending.producer.flush() == 0


@pytest.mark.parametrize("key", [None, b"k" * 100])
def test_the_largest_record_is_that_of_java(broker: RunningBroker, key: bytes | None) -> None:
    sending = Sending(broker.bootstrap, "large", max_request_size="2000")
    # a batch's head, a record's, the lengths of key and value, the number of headers
    room = 2000 - 61 - 21 - 2 - 1 - (1 if key is None else 2 + len(key))
    sending.producer.send([(key, b"x" * room), (key, b"x" * (room + 1))])
    assert sending.producer.flush() == 0
    message = (
        "RecordTooLargeException: The message is 2001 bytes when serialized which is larger than 2000, "
        "which is the value of the max.request.size configuration."
    )
    assert sending.undelivered == [(key, b"x" * (room + 1), ERRORS + message)]


def test_what_a_broker_refuses_is_reported(broker: RunningBroker) -> None:
    broker.create_topic("small", max_message_bytes="1000")
    sending = Sending(broker.bootstrap, "small")
    sending.producer.send([(b"k", b"x" * 2000)])
    assert sending.producer.flush() == 0
    ((key, value, exception),) = sending.undelivered
    assert (key, value) == (b"k", b"x" * 2000)
    assert exception.startswith(ERRORS + "RecordTooLargeException: ")


def test_an_invalid_topic_is_an_error_for_each_record(broker: RunningBroker) -> None:
    sending = Sending(broker.bootstrap, "in valid")
    sending.producer.send([(None, b"a"), (None, b"b")])
    error = f"{ERRORS}InvalidTopicException: Invalid topics: [in valid]"
    assert sending.undelivered == [(None, b"a", error), (None, b"b", error)]
    assert sending.notices[0].startswith("WARN [Producer clientId=producer-1] Error while fetching metadata")
    assert "{in valid=INVALID_TOPIC_EXCEPTION}" in sending.notices[0]


def test_nobody_there_to_send_to() -> None:
    sending = Sending("localhost:1", "t", max_block_ms="600")
    sending.producer.send([(None, b"a")])
    assert sending.undelivered == [
        (None, b"a", f"{ERRORS}TimeoutException: Topic t not present in metadata after 600 ms.")
    ]
    assert "No broker answers. localhost:1/bootstrap: Connect to" in sending.notices[0]


def test_waiting_for_delivery_can_be_limited(broker: RunningBroker) -> None:
    broker.create_topic("left")
    sending = Sending(broker.bootstrap, "left", acks="all")
    broker.lead("left", 1, 7, 8)  # with a replica in sync that has still to fetch the record
    sending.producer.send([(None, b"a")])
    assert sending.producer.flush(0.2) == 1
    broker.follower_reached("left", 0, 8, 1)
    assert sending.producer.flush() == 0


def test_wrong_and_unknown_properties() -> None:
    with pytest.raises(ConfigError, match="Invalid value x for configuration acks"):
        Sending("localhost:1", "t", acks="x")
    assert Sending("localhost:1", "t", foo="1").notices == [
        "WARN The configuration 'foo' was supplied but isn't a known config."
    ]


def test_one_record_with_everything(broker: RunningBroker) -> None:
    broker.create_topic("other")
    sending = Sending(broker.bootstrap, "everything", max_request_size="1000")
    sending.producer.send_one(b"k", None, topic="other", timestamp_ms=5, headers=[("a", b"b"), ("a", None)])
    sending.producer.send_one(None, b"v" * 910, topic="other")
    sending.producer.send_one(None, b"v" * 900, topic="other", headers=[("name", b"v" * 60)])
    assert sending.producer.flush() == 0
    assert [(key, len(value or b"")) for key, value, _ in sending.undelivered] == [(None, 900)]
    (record,) = [record for record in records_of(broker, "other") if record.key is not None]
    assert (record.timestamp, record.key, record.value) == (5, b"k", None)
    assert record.headers == (("a", b"b"), ("a", None))


def records_of(broker: RunningBroker, topic: str) -> list[Record]:
    """What lies in the topic's one partition."""
    log = broker.broker.partitions.get(topic, 0).log
    return list(iter_records(log.read(0, 1 << 20, up_to=log.log_end_offset).records))


def test_delivered_records_are_told(broker: RunningBroker) -> None:
    broker.create_topic("delivered")
    told: list[tuple[bytes | None, int | None]] = []
    producer = RecordProducer(
        "delivered",
        {"bootstrap.servers": broker.bootstrap},
        lambda *_: None,
        lambda *_: None,
        lambda message: told.append((message.value(), message.offset())),
        counts=True,
    )
    producer.send([(None, b"a"), (None, b"b")])
    producer.flush()
    assert told == [(b"a", 0), (b"b", 1)]
    latest = producer.statistics().latest
    assert latest is not None
    assert latest["txmsgs"] == 2
