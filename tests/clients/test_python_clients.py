"""kafka-python, confluent-kafka and aiokafka: produce, consume in a group, go on where the group stopped."""

import asyncio
import time

import pytest

from tests.support.server import Server

pytestmark = pytest.mark.foreign
VALUES = [f"value-{n}".encode() for n in range(50)]


def test_kafka_python(server: Server) -> None:
    from kafka import KafkaConsumer, KafkaProducer

    topic = "client-kafka-python"
    producer = KafkaProducer(bootstrap_servers=server.bootstrap, compression_type="gzip")
    for value in VALUES:
        producer.send(topic, value, key=b"k", headers=[("h", b"1")])
    producer.flush(30)
    producer.close()
    seen: list[bytes | None] = []
    for _ in range(2):
        consumer = KafkaConsumer(
            topic, bootstrap_servers=server.bootstrap, group_id="kafka-python", auto_offset_reset="earliest"
        )
        deadline = time.monotonic() + 30
        wanted = len(seen) + 25
        while len(seen) < wanted and time.monotonic() < deadline:
            for records in consumer.poll(timeout_ms=500, max_records=wanted - len(seen)).values():
                seen += [record.value for record in records]
                assert {(record.key, tuple(record.headers)) for record in records} == {(b"k", (("h", b"1"),))}
        consumer.commit()
        consumer.close(autocommit=False)
    assert seen == VALUES


def test_confluent_kafka(server: Server) -> None:
    from confluent_kafka import Consumer, Producer

    topic = "client-confluent"
    common = {"bootstrap.servers": server.bootstrap, "broker.address.family": "v4"}
    producer = Producer({**common, "enable.idempotence": True})
    reports: list[tuple[object, int]] = []
    for value in VALUES:
        producer.produce(topic, value, on_delivery=lambda error, message: reports.append((error, message.offset())))
    assert producer.flush(30) == 0
    assert reports == [(None, offset) for offset in range(len(VALUES))]
    seen: list[bytes | None] = []
    for _ in range(2):
        consumer = Consumer(
            {**common, "group.id": "confluent", "auto.offset.reset": "earliest", "enable.auto.commit": False}
        )
        consumer.subscribe([topic])
        deadline = time.monotonic() + 30
        wanted = len(seen) + 25
        while len(seen) < wanted and time.monotonic() < deadline:
            seen += [message.value() for message in consumer.consume(wanted - len(seen), timeout=0.5)]
        consumer.commit(asynchronous=False)
        consumer.close()
    assert seen == VALUES


async def _aiokafka(bootstrap: str, topic: str) -> list[bytes]:
    from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
    await producer.start()
    for value in VALUES:
        await producer.send(topic, value)
    await producer.stop()
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, group_id="aiokafka", auto_offset_reset="earliest")
    await consumer.start()
    seen: list[bytes] = []
    async with asyncio.timeout(30):
        while len(seen) < len(VALUES):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                seen += [record.value for record in records]
    await consumer.stop()
    return seen


def test_aiokafka(server: Server) -> None:
    assert asyncio.run(_aiokafka(server.bootstrap, "client-aiokafka")) == VALUES
