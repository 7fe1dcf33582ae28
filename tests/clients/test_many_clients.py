"""Many producers and consumers at once: every record that was acknowledged is read, once, in its producer's order."""

import os
import threading
from collections import Counter

import pytest

from tests.support.server import Server
from tests.support.waiting import until

pytestmark = pytest.mark.foreign
CLIENTS = int(os.environ.get("KAFKACLI_CLIENTS_AT_ONCE", "8"))
RECORDS = int(os.environ.get("KAFKACLI_RECORDS_OF_EACH", "500"))
PARTITIONS = 6


def produce(bootstrap: str, topic: str, number: int, acknowledged: Counter[int]) -> None:
    from confluent_kafka import Producer

    def told(error: object, _message: object) -> None:
        assert error is None, error
        acknowledged[number] += 1

    config = {"bootstrap.servers": bootstrap, "broker.address.family": "v4", "enable.idempotence": True, "linger.ms": 5}
    producer = Producer(config)
    for record in range(RECORDS):
        producer.produce(topic, f"{number} {record}", partition=number % PARTITIONS, on_delivery=told)
        producer.poll(0)
    assert producer.flush(120) == 0


class Reader(threading.Thread):
    """One consumer of a group; `found`: what it read before `stop`, by (partition, offset)."""

    def __init__(self, bootstrap: str, group: str, topic: str) -> None:
        super().__init__()
        self.found: dict[tuple[int, int], str] = {}
        self.stop = threading.Event()
        self._where = bootstrap, group, topic

    def run(self) -> None:
        from confluent_kafka import Consumer

        bootstrap, group, topic = self._where
        config = {"bootstrap.servers": bootstrap, "broker.address.family": "v4", "group.id": group}
        consumer = Consumer({**config, "auto.offset.reset": "earliest", "fetch.wait.max.ms": 100})
        consumer.subscribe([topic])
        while not self.stop.is_set():
            for message in consumer.consume(500, timeout=0.2):
                if message.error() is None:
                    self.found[message.partition(), message.offset()] = message.value().decode()
        consumer.close()


@pytest.mark.timeout(900)
def test_every_record_is_counted(server: Server) -> None:
    from confluent_kafka.admin import AdminClient, NewTopic

    topic = "many-clients"
    admin = AdminClient({"bootstrap.servers": server.bootstrap, "broker.address.family": "v4"})
    admin.create_topics([NewTopic(topic, PARTITIONS, 1)])[topic].result(30)
    acknowledged: Counter[int] = Counter()
    groups = [
        f"{topic}-{number // PARTITIONS}" for number in range(CLIENTS)
    ]  # of so many members as there are partitions
    readers = [Reader(server.bootstrap, group, topic) for group in groups]
    writers = [
        threading.Thread(target=produce, args=(server.bootstrap, topic, number, acknowledged))
        for number in range(CLIENTS)
    ]
    for thread in (*readers, *writers):
        thread.start()
    for writer in writers:
        writer.join()
    assert acknowledged == dict.fromkeys(range(CLIENTS), RECORDS)

    def read(group: str) -> dict[tuple[int, int], str]:
        found: dict[tuple[int, int], str] = {}
        for reader, of in zip(readers, groups, strict=True):
            if of == group:
                found |= reader.found.copy()
        return found

    try:
        until(lambda: all(len(read(group)) == CLIENTS * RECORDS for group in set(groups)), 300)
    finally:
        for reader in readers:
            reader.stop.set()
        for reader in readers:
            reader.join()
    for group in set(groups):
        in_order = [value.split() for _, value in sorted(read(group).items())]
        for number in range(CLIENTS):
            mine = [int(record) for writer, record in in_order if int(writer) == number]
            assert mine == list(range(RECORDS))
