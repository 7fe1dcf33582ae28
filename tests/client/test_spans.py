"""Spans of partitions, and their records: against our server and the real one."""

import pytest
from confluent_kafka import Producer

from kafkacli.client.cluster import Cluster
from kafkacli.client.delete_records import delete_records
from kafkacli.client.span_reading import SpanConsumer
from kafkacli.client.spans import find_last, find_spans
from kafkacli.interchange.places import EARLIEST, LATEST, Place
from tests.support.kafka import Kafka, wait_for

FIRST, END = Place(EARLIEST), Place(LATEST)


def transactions(kafka: Kafka, topic: str, *sends: tuple[bytes, bool]) -> None:
    """Send a record in a transaction each, which is committed or aborted: two offsets each."""
    producer = Producer({"bootstrap.servers": kafka.bootstrap, "transactional.id": topic})
    producer.init_transactions(30)
    for value, is_committed in sends:
        producer.begin_transaction()
        producer.produce(topic, value, partition=0)
        producer.flush(30)
        if is_committed:
            producer.commit_transaction(30)
        else:
            producer.abort_transaction(30)


def read(
    cluster: Cluster, spans: dict[tuple[str, int], tuple[int, int | None]], *, committed: bool
) -> list[bytes | None]:
    consumer = SpanConsumer(cluster, spans, committed=committed)
    values: list[bytes | None] = []
    while not consumer.is_done:
        values += [value for run in consumer.receive(None, None) for value in run.values()]
    return values


@pytest.fixture(scope="module")
def mixed(kafka: Kafka) -> str:
    """A topic with records at 0 (committed), 2 (aborted), 4 (committed), each with its marker behind it."""
    topic = kafka.create_topic()
    transactions(kafka, topic, (b"a", True), (b"b", False), (b"c", True))
    return topic


@pytest.mark.parametrize(("committed", "values"), [(True, [b"a", b"c"]), (False, [b"a", b"b", b"c"])])
def test_the_end_is_reached_behind_the_last_marker(
    kafka: Kafka, mixed: str, committed: bool, values: list[bytes]
) -> None:
    with Cluster(kafka.bootstrap) as cluster:
        spans = find_spans(cluster, [(mixed, 0)], FIRST, ends_now=True, committed=committed)
        assert spans == {(mixed, 0): (0, 6)}
        assert read(cluster, spans, committed=committed) == values
        assert read(cluster, {(mixed, 0): (1, 4)}, committed=committed) == values[1:-1]


@pytest.mark.parametrize(("committed", "count", "start"), [(True, 1, 4), (True, 2, 0), (False, 2, 2), (True, 9, 0)])
def test_the_last_records_are_counted_and_not_their_offsets(
    kafka: Kafka, mixed: str, committed: bool, count: int, start: int
) -> None:
    with Cluster(kafka.bootstrap) as cluster:
        assert find_last(cluster, {(mixed, 0): 0}, {(mixed, 0): 6}, count, committed=committed) == {(mixed, 0): start}


def test_the_end_of_read_committed_lies_before_an_open_transaction(kafka: Kafka) -> None:
    topic = kafka.create_topic(records=2)
    producer = Producer({"bootstrap.servers": kafka.bootstrap, "transactional.id": topic})
    producer.init_transactions(30)
    producer.begin_transaction()
    producer.produce(topic, b"open", partition=0)
    producer.flush(30)
    with Cluster(kafka.bootstrap) as cluster:
        found = [
            find_spans(cluster, [(topic, 0)], FIRST, ends_now=True, committed=one)[topic, 0] for one in (True, False)
        ]
        assert found == [(0, 2), (0, 3)]
        assert read(cluster, {(topic, 0): (0, 2)}, committed=True) == [b"value", b"value"]
    producer.abort_transaction(30)


def test_places(kafka: Kafka) -> None:
    topic = kafka.create_topic(records=3)  # all of one time: 1000
    with Cluster(kafka.bootstrap) as cluster:

        def span(start: Place, until: Place | None = None) -> tuple[int, int | None]:
            return find_spans(cluster, [(topic, 0)], start, until)[topic, 0]

        assert span(END) == (3, None)
        assert span(Place("offset", 1), Place("offset", 2)) == (1, 2)
        assert span(Place("offset", 1), Place("offset", 99)) == (1, 3)
        assert span(Place("timestamp", 1000), Place("timestamp", 1001)) == (0, 3)
        assert span(Place("timestamp", -5), Place("timestamp", 999)) == (0, 0)
        delete_records(cluster, {(topic, 0): 2})
        assert span(Place("offset", 1), END) == (2, 3)


def test_what_was_deleted_meanwhile_is_passed_over_and_counted(kafka: Kafka) -> None:
    topic = kafka.create_topic(records=3)
    with Cluster(kafka.bootstrap) as cluster:
        consumer = SpanConsumer(cluster, {(topic, 0): (0, 3)}, committed=False)
        delete_records(cluster, {(topic, 0): 3})
        wait_for(lambda: not consumer.receive(None, None) and consumer.is_done)


def test_without_an_end_it_waits_for_more(kafka: Kafka) -> None:
    topic = kafka.create_topic(records=1)
    with Cluster(kafka.bootstrap) as cluster:
        consumer = SpanConsumer(cluster, {(topic, 0): (0, None)}, committed=False)
        assert [run.offsets() for run in consumer.receive(1, 5)] == [[0]]
        assert consumer.receive(None, 0) == []
        assert not consumer.is_done
