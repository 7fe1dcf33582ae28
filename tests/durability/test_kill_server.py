"""kill -9 of broker and ZooKeeper in one process, under load: nothing acknowledged is lost, nothing is invented.

A producer that fails with the server shows what an acknowledgement is worth; an idempotent one that lives through it all and
tries again shows that nothing is doubled or changes its place.
"""

import os
import random
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from confluent_kafka import Consumer, KafkaError, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from kafkacli.errors import ErrorCode
from kafkacli.record.batch import Record, encode_batch
from kafkacli.wire.messages.init_producer_id import InitProducerIdResponse
from tests.support.produced import produce
from tests.support.raw import RawClient
from tests.support.server import Server, make_server
from tests.support.transaction_requests import init
from tests.support.waiting import until

ROUNDS = int(os.environ.get("KAFKACLI_KILL_ROUNDS", "3"))
PARTITIONS = 3
TOPIC = "killed"
UNSAFE: dict[str, int | bool] = {"message.timeout.ms": 3000, "retries": 0}
IDEMPOTENT: dict[str, int | bool] = {
    "enable.idempotence": True,
    "reconnect.backoff.max.ms": 100,
    "queue.buffering.max.messages": 2000,
}


class Load:
    """A producer that sends numbered records until told to stop, and notes what was acknowledged and where."""

    def __init__(self, server: Server, first: int, settings: Mapping[str, int | bool] = UNSAFE) -> None:
        self.next = first
        self.acknowledged: dict[int, tuple[int, int]] = {}
        self._stopping = threading.Event()
        self._producer = Producer(
            {
                "bootstrap.servers": server.bootstrap,
                "broker.address.family": "v4",
                "acks": "all",
                "linger.ms": 1,
                "log.connection.close": False,
                **settings,
            }
        )
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._stopping.is_set():
            number = self.next

            def delivered(error: KafkaError | None, message: Message, number: int = number) -> None:
                partition, offset = message.partition(), message.offset()
                if error is None and partition is not None and offset is not None:
                    self.acknowledged[number] = (partition, offset)

            try:
                self._producer.produce(TOPIC, str(number).encode() * 20, on_delivery=delivered)
                self.next += 1
            except BufferError:
                self._producer.poll(0.01)
            self._producer.poll(0)

    def stop(self) -> None:
        """Stop sending; what is on its way either comes through or fails."""
        self._stopping.set()
        self._thread.join()
        self._producer.flush(10)


def read_all(server: Server) -> dict[tuple[int, int], bytes]:
    """Every record of the topic, by partition and offset."""
    consumer = Consumer(
        {
            "bootstrap.servers": server.bootstrap,
            "broker.address.family": "v4",
            "group.id": "reader",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "check.crcs": True,
        }
    )
    found: dict[tuple[int, int], bytes] = {}
    consumer.assign([TopicPartition(TOPIC, partition, 0) for partition in range(PARTITIONS)])
    ended: set[int | None] = set()
    deadline = time.monotonic() + 60
    while len(ended) < PARTITIONS and time.monotonic() < deadline:
        for message in consumer.consume(10_000, timeout=0.5):
            error = message.error()
            if error is None:
                partition, offset, value = message.partition(), message.offset(), message.value()
                assert partition is not None
                assert offset is not None
                assert value is not None
                assert (partition, offset) not in found
                found[partition, offset] = value
            elif error.code() == KafkaError._PARTITION_EOF:
                ended.add(message.partition())
    consumer.close()
    assert len(ended) == PARTITIONS, "not every partition could be read to its end"
    return found


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server of the test's own with an empty topic."""
    made = make_server(tmp_path / "server", {"num.partitions": str(PARTITIONS), "log.segment.bytes": "1048576"})
    made.start()
    admin = AdminClient({"bootstrap.servers": made.bootstrap, "broker.address.family": "v4"})
    admin.create_topics([NewTopic(TOPIC, PARTITIONS, 1)])[TOPIC].result(30)
    yield made
    made.stop()


@pytest.mark.timeout(120 + 20 * ROUNDS)
def test_no_acknowledged_record_is_lost_when_the_server_is_killed(server: Server) -> None:
    moments = random.Random(9)
    acknowledged: dict[int, tuple[int, int]] = {}
    sent = 0
    for _ in range(ROUNDS):
        load = Load(server, sent)
        enough = moments.randint(500, 20_000)
        deadline = time.monotonic() + 20
        while len(load.acknowledged) < enough and time.monotonic() < deadline:
            time.sleep(moments.random() / 100)
        server.stop(signal.SIGKILL)
        load.stop()
        assert load.acknowledged, "the load never got through"
        acknowledged |= load.acknowledged
        sent = load.next
        server.start()
    found = read_all(server)
    values = {place: int(value[: len(value) // 20]) for place, value in found.items()}
    lost = [number for number, place in acknowledged.items() if values.get(place) != number]
    assert not lost, f"{len(lost)} of {len(acknowledged)} acknowledged records are not where they were"
    assert all(0 <= number < sent for number in values.values()), "records that nobody sent"
    for partition in range(PARTITIONS):
        offsets = sorted(offset for at, offset in found if at == partition)
        assert offsets == list(range(len(offsets))), "offsets have a hole"


@pytest.mark.timeout(120 + 20 * ROUNDS)
def test_an_idempotent_producer_goes_on_when_the_server_is_killed(server: Server) -> None:
    moments = random.Random(13)
    load = Load(server, 0, IDEMPOTENT)
    for _ in range(ROUNDS):
        enough = len(load.acknowledged) + moments.randint(500, 5_000)
        until(lambda enough=enough: len(load.acknowledged) >= enough, 60)  # type: ignore[misc]
        server.stop(signal.SIGKILL)
        server.start()
    load.stop()
    assert sorted(load.acknowledged) == list(range(load.next)), "a record was not acknowledged"
    values = {place: int(value[: len(value) // 20]) for place, value in read_all(server).items()}
    assert values == {place: number for number, place in load.acknowledged.items()}, "a record is doubled, or elsewhere"
    for partition in range(PARTITIONS):
        in_place = [number for (at, _), number in sorted(values.items()) if at == partition]
        assert in_place == sorted(in_place), "records have changed places"


def test_a_producers_last_batches_are_known_after_a_kill_and_the_last_one_after_a_stop(server: Server) -> None:
    port = int(server.bootstrap.rpartition(":")[2])
    out_of_order = (ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, -1)
    with RawClient(port) as client:
        producer = client.ask(init(None), InitProducerIdResponse, 3).producer_id

    def send(*sequences: int, epoch: int = 0) -> list[tuple[int, int]]:
        told = []
        with RawClient(port) as client:
            for sequence in sequences:
                record = Record(timestamp=time.time_ns() // 1_000_000, value=b"%d" % sequence)
                data = encode_batch([record], producer_id=producer, producer_epoch=epoch, base_sequence=sequence)
                answer = produce(client, data, TOPIC)
                told.append((answer.error_code, answer.base_offset))
        return told

    assert send(*range(8)) == [(0, offset) for offset in range(8)]
    server.stop(signal.SIGKILL)
    server.start()
    assert send(*range(3, 8)) == [(0, offset) for offset in range(3, 8)]
    assert send(2, 9, 8) == [out_of_order, out_of_order, (0, 8)]
    server.stop()
    server.start()
    assert send(8, 7, 9) == [(0, 8), out_of_order, (0, 9)]
    assert send(0, epoch=1) == [(0, 10)]
    server.stop(signal.SIGKILL)
    server.start()
    assert send(10) == [(ErrorCode.INVALID_PRODUCER_EPOCH, -1)]
    assert send(0, 1, epoch=1) == [(0, 10), (0, 11)]
