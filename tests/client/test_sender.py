"""What becomes of batches that a broker answers in all kinds of ways."""

import time
from collections.abc import Callable, Iterator

import pytest

from kafkacli.client.producing import RecordProducer
from kafkacli.errors import ErrorCode, error_info
from kafkacli.record.batch import BatchHeader
from tests.support.leader import Leader, Verdict, leader

ERRORS = "org.apache.kafka.common.errors."


@pytest.fixture
def broker() -> Iterator[Leader]:
    with leader() as made:
        yield made


class Run:
    """A producer to topic t of a scripted broker, and what it said."""

    def __init__(self, broker: Leader, **properties: str) -> None:
        self.errors: list[str] = []
        self.notices: list[str] = []
        named = {name.replace("_", "."): value for name, value in properties.items()}
        self.producer = RecordProducer(
            "t",
            {"bootstrap.servers": broker.bootstrap, "retry.backoff.ms": "1", "batch.size": "100", **named},
            lambda _topic, _key, _value, exception: self.errors.append(exception),
            lambda _level, text: self.notices.append(text.partition("] ")[2]),
        )

    def send(self, *values: bytes) -> None:
        with self.producer:
            for value in values:
                self.producer.send_values([value])
            assert self.producer.flush(20) == 0


def once(code: Verdict, of: int = 0) -> Callable[[int, BatchHeader], Verdict]:
    return lambda number, _: code if number == of else 0


def large(*letters: bytes) -> list[bytes]:
    """Values that fill a batch each."""
    return [letter * 80 for letter in letters]


@pytest.mark.parametrize(
    "code", [ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.NOT_ENOUGH_REPLICAS, ErrorCode.REQUEST_TIMED_OUT]
)
def test_what_may_pass_is_tried_again(broker: Leader, code: ErrorCode) -> None:
    broker.judge = once(code)
    run = Run(broker, retries="3")
    run.send(*large(b"a"))
    assert [values for _, values in broker.came] == [large(b"a")] * 2
    assert run.errors == []
    assert run.notices == [
        f"Got error produce response on topic-partition t-0, retrying (2 attempts left). Error: {code.name}"
    ]
    assert broker.metadata_requests >= (2 if code == ErrorCode.NOT_LEADER_OR_FOLLOWER else 1)


def test_tries_come_to_an_end(broker: Leader) -> None:
    broker.judge = lambda *_: ErrorCode.NOT_ENOUGH_REPLICAS
    run = Run(broker, retries="2")
    run.send(*large(b"a"))
    assert len(broker.came) == 3
    info = error_info(ErrorCode.NOT_ENOUGH_REPLICAS)
    assert run.errors == [f"{ERRORS}NotEnoughReplicasException: {info.message}"]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (ErrorCode.INVALID_REQUIRED_ACKS, "InvalidRequiredAcksException: "),
        (ErrorCode.TOPIC_AUTHORIZATION_FAILED, "TopicAuthorizationException: Not authorized to access topics: [t]"),
        (
            ErrorCode.CLUSTER_AUTHORIZATION_FAILED,
            "ClusterAuthorizationException: The producer is not authorized to do idempotent sends",
        ),
        (ErrorCode.MESSAGE_TOO_LARGE, "RecordTooLargeException: "),
    ],
)
def test_what_is_final_is_told(broker: Leader, code: ErrorCode, error: str) -> None:
    broker.judge = once(code)
    run = Run(broker)
    run.send(*large(b"a", b"b"))
    assert len(broker.came) == 2
    (told,) = run.errors
    assert told.startswith(ERRORS + error)


def test_a_lost_connection_is_an_error_when_nothing_is_tried_again(broker: Leader) -> None:
    broker.judge = once(None)
    run = Run(broker, retries="0")
    run.send(*large(b"a", b"b"))
    message = "NetworkException: The server disconnected before a response was received."
    assert run.errors[:1] == [ERRORS + message]
    assert broker.came[-1][1] == large(b"b") or len(run.errors) == 2


def test_an_answer_that_does_not_come(broker: Leader) -> None:
    waits = iter([0.5])
    broker.before = lambda: time.sleep(next(waits, 0))
    run = Run(broker, request_timeout_ms="150", delivery_timeout_ms="20000")
    run.send(*large(b"a"))
    assert run.errors == []
    assert "NETWORK_EXCEPTION" in run.notices[0]


def test_delivery_that_takes_too_long(broker: Leader) -> None:
    broker.judge = lambda *_: ErrorCode.NOT_LEADER_OR_FOLLOWER
    run = Run(broker, delivery_timeout_ms="200", request_timeout_ms="100", retry_backoff_ms="30")
    run.producer.send_values([*large(b"a"), b"b", b"c"])
    run.send()
    assert run.errors[0].startswith(f"{ERRORS}TimeoutException: Expiring 1 record(s) for t-0:2")
    assert run.errors[1].startswith(f"{ERRORS}TimeoutException: Expiring 2 record(s) for t-0:2")
    assert run.errors[0].endswith(" ms has passed since batch creation")
    assert len(run.errors) == 3


def test_delivery_that_takes_too_long_on_the_way(broker: Leader) -> None:
    broker.before = lambda: time.sleep(0.4)
    run = Run(broker, delivery_timeout_ms="200", request_timeout_ms="200")
    run.send(*large(b"a"))
    (error,) = run.errors
    assert "Expiring 1 record(s) for t-0:2" in error or "NetworkException" in error


def test_without_a_leader_it_asks_until_there_is_one(broker: Leader) -> None:
    broker.topic_error = ErrorCode.LEADER_NOT_AVAILABLE
    run = Run(broker, retry_backoff_ms="20")
    asked = broker.metadata_requests

    def notice(_level: str, text: str) -> None:
        broker.topic_error = 0
        run.notices.append(text)

    run.producer._notice = notice
    run.send(b"a")
    assert run.errors == []
    assert broker.metadata_requests >= asked + 2
    assert run.notices == ["Error while fetching metadata with correlation id 1 : {t=LEADER_NOT_AVAILABLE}"]


def test_several_requests_are_on_the_way(broker: Leader) -> None:
    broker.before = lambda: time.sleep(0.02)
    run = Run(broker, max_in_flight_requests_per_connection="5")
    began = time.monotonic()
    run.send(*large(*[b"%c" % letter for letter in b"abcdefghijkl"]))
    assert [values for _, values in broker.came] == [
        [value] for value in large(*[b"%c" % one for one in b"abcdefghijkl"])
    ]
    assert time.monotonic() - began < 5


def test_the_idempotent_numbers_are_kept_over_tries(broker: Leader) -> None:
    broker.judge = once(ErrorCode.NOT_ENOUGH_REPLICAS)
    run = Run(broker, enable_idempotence="true")
    run.send(*large(b"a", b"b"))
    first = [header for header, (_, values) in zip(broker.headers, broker.came, strict=True) if values == large(b"a")]
    assert [(header.producer_id, header.producer_epoch, header.base_sequence) for header in first] == [(40, 0, 0)] * 2
    assert {header.base_sequence for header in broker.headers} == {0, 1}


def test_a_duplicate_is_delivered(broker: Leader) -> None:
    broker.judge = once(ErrorCode.DUPLICATE_SEQUENCE_NUMBER)
    run = Run(broker, enable_idempotence="true")
    run.send(*large(b"a"))
    assert (len(broker.came), run.errors) == (1, [])


def test_a_gap_in_the_log_begins_a_new_epoch(broker: Leader) -> None:
    broker.judge = once(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER)
    run = Run(broker, enable_idempotence="true")
    run.send(*large(b"a"))
    assert [(header.producer_epoch, header.base_sequence) for header in broker.headers] == [(0, 0), (1, 0)]
    assert run.errors == []


def test_who_may_not_be_idempotent(broker: Leader) -> None:
    broker.id_error = ErrorCode.CLUSTER_AUTHORIZATION_FAILED
    run = Run(broker, enable_idempotence="true")
    run.send(b"a")
    (error,) = run.errors
    assert error.startswith(f"{ERRORS}ClusterAuthorizationException: ")
    assert broker.came == []


def test_a_broker_that_wants_quiet_gets_it(broker: Leader) -> None:
    broker.throttle_ms = 150
    run = Run(broker, max_in_flight_requests_per_connection="1")
    began = time.monotonic()
    run.send(*large(b"a", b"b"))
    assert time.monotonic() - began >= 0.15
    assert run.producer.traffic.throttle.largest == 150


def test_one_request_carries_a_batch_of_each_partition(broker: Leader) -> None:
    broker.partitions = 3
    run = Run(broker, max_in_flight_requests_per_connection="1")
    with run.producer as producer:
        for index in (0, 1, 2, 0):
            producer.send_one(None, b"x" * 80, partition=index)
        assert producer.flush(20) == 0
    shapes = [[row.partition_index for row in request.topics[0].partitions] for _, request in broker.requests]
    assert sorted(shapes[0] + shapes[1]) == [0, 0, 1, 2]
    assert all(len(set(shape)) == len(shape) for shape in shapes)
    assert all(request.acks == 1 and request.timeout_ms == 30000 for _, request in broker.requests)
