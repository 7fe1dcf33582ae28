"""kill -9 of broker and ZooKeeper in one process, under load: nothing acknowledged is lost, nothing is invented."""

import os
import random
import signal
import threading
import time
from pathlib import Path

from confluent_kafka import Consumer, KafkaError, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from tests.support.server import Server, make_server

ROUNDS = int(os.environ.get("KAFKACLI_KILL_ROUNDS", "3"))
PARTITIONS = 3
TOPIC = "killed"


class Load:
    """A producer that sends numbered records until told to stop, and notes what was acknowledged and where."""

    def __init__(self, server: Server, first: int) -> None:
        self.next = first
        self.acknowledged: dict[int, tuple[int, int]] = {}
        self._stopping = threading.Event()
        self._producer = Producer(
            {
                "bootstrap.servers": server.bootstrap,
                "broker.address.family": "v4",
                "acks": "all",
                "linger.ms": 1,
                "message.timeout.ms": 3000,
                "retries": 0,
                "log.connection.close": False,
            }
        )
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._stopping.is_set():
            number = self.next
            self.next += 1

            def delivered(error: KafkaError | None, message: Message, number: int = number) -> None:
                partition, offset = message.partition(), message.offset()
                if error is None and partition is not None and offset is not None:
                    self.acknowledged[number] = (partition, offset)

            try:
                self._producer.produce(TOPIC, str(number).encode() * 20, on_delivery=delivered)
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


def test_no_acknowledged_record_is_lost_when_the_server_is_killed(tmp_path: Path) -> None:
    moments = random.Random(9)
    server = make_server(tmp_path / "server", {"num.partitions": str(PARTITIONS), "log.segment.bytes": "1048576"})
    server.start()
    admin = AdminClient({"bootstrap.servers": server.bootstrap, "broker.address.family": "v4"})
    admin.create_topics([NewTopic(TOPIC, PARTITIONS, 1)])[TOPIC].result(30)
    acknowledged: dict[int, tuple[int, int]] = {}
    sent = 0
    try:
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
    finally:
        server.stop()
    values = {place: int(value[: len(value) // 20]) for place, value in found.items()}
    lost = [number for number, place in acknowledged.items() if values.get(place) != number]
    assert not lost, f"{len(lost)} of {len(acknowledged)} acknowledged records are not where they were"
    assert all(0 <= number < sent for number in values.values()), "records that nobody sent"
    for partition in range(PARTITIONS):
        offsets = sorted(offset for at, offset in found if at == partition)
        assert offsets == list(range(len(offsets))), "offsets have a hole"
