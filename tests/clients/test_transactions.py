"""Transactional producers: confluent-kafka, aiokafka, kafka-python and the Java client; readers of committed records only."""

import asyncio
import re
import time

import pytest

from tests.support.apache import Apache
from tests.support.server import Server


def committed(server: Server, topic: str, count: int) -> list[bytes | None]:
    """Read `count` committed records, and those that come right after them, with librdkafka."""
    from confluent_kafka import Consumer, KafkaError

    consumer = Consumer(
        {
            "bootstrap.servers": server.bootstrap,
            "broker.address.family": "v4",
            "group.id": f"{topic}-reader",
            "auto.offset.reset": "earliest",
            "isolation.level": "read_committed",
            "enable.partition.eof": True,
        }
    )
    consumer.subscribe([topic])
    found: list[bytes | None] = []
    deadline = time.monotonic() + 30
    at_end = False
    while not (at_end and len(found) >= count):
        assert time.monotonic() < deadline, f"only {len(found)} records"
        for message in consumer.consume(100, timeout=0.5):
            error = message.error()
            if error is None:
                found.append(message.value())
            else:
                at_end = error.code() == KafkaError._PARTITION_EOF
    consumer.close()
    return found


@pytest.mark.foreign
def test_confluent_kafka(server: Server) -> None:
    from confluent_kafka import Consumer, Producer, TopicPartition

    topic = "transactions-confluent"
    common = {"bootstrap.servers": server.bootstrap, "broker.address.family": "v4"}
    producer = Producer({**common, "transactional.id": topic, "linger.ms": 0})
    producer.init_transactions(30)
    consumer = Consumer({**common, "group.id": f"{topic}-group"})
    for number in range(6):
        producer.begin_transaction()
        for part in range(10):
            producer.produce(topic, f"{number}-{part}", partition=0)
        producer.flush(30)
        offsets = [TopicPartition(topic, 0, number)]
        producer.send_offsets_to_transaction(offsets, consumer.consumer_group_metadata(), 30)
        if number % 2:
            producer.abort_transaction(30)
        else:
            producer.commit_transaction(30)
    expected = [f"{number}-{part}".encode() for number in (0, 2, 4) for part in range(10)]
    assert committed(server, topic, 30) == expected
    (offset,) = consumer.committed([TopicPartition(topic, 0)], 30)
    assert offset.offset == 4
    consumer.close()


@pytest.mark.foreign
def test_confluent_kafka_fences(server: Server) -> None:
    from confluent_kafka import KafkaError, KafkaException, Producer

    topic = "transactions-fenced"
    config = {"bootstrap.servers": server.bootstrap, "broker.address.family": "v4", "transactional.id": topic}
    old, new = Producer({**config, "linger.ms": 0}), Producer({**config, "linger.ms": 0})
    old.init_transactions(30)
    old.begin_transaction()
    old.produce(topic, b"old", partition=0)
    old.flush(30)
    new.init_transactions(30)
    new.begin_transaction()
    new.produce(topic, b"new", partition=0)
    new.commit_transaction(30)
    with pytest.raises(KafkaException) as caught:
        old.commit_transaction(30)
    assert caught.value.args[0].code() in (KafkaError._FENCED, KafkaError.INVALID_PRODUCER_EPOCH)
    assert committed(server, topic, 1) == [b"new"]


@pytest.mark.foreign
def test_aiokafka(server: Server) -> None:
    from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

    topic = "transactions-aiokafka"
    place = TopicPartition(topic, 0)

    async def work() -> tuple[list[bytes | None], int | None]:
        producer = AIOKafkaProducer(bootstrap_servers=server.bootstrap, transactional_id=topic)
        await producer.start()
        async with producer.transaction():
            await producer.send_and_wait(topic, b"committed")
            await producer.send_offsets_to_transaction({place: 7}, f"{topic}-group")
        await producer.begin_transaction()
        await producer.send_and_wait(topic, b"aborted")
        await producer.send_offsets_to_transaction({place: 8}, f"{topic}-group")
        await producer.abort_transaction()
        async with producer.transaction():
            await producer.send_and_wait(topic, b"too")
        await producer.stop()
        consumer = AIOKafkaConsumer(
            topic,
            bootstrap_servers=server.bootstrap,
            group_id=f"{topic}-group",
            auto_offset_reset="earliest",
            isolation_level="read_committed",
        )
        await consumer.start()
        await consumer.seek_to_beginning(place)
        values = [(await asyncio.wait_for(consumer.getone(), 30)).value for _ in range(2)]
        offset = await consumer.committed(place)
        await consumer.stop()
        return values, offset

    assert asyncio.run(work()) == ([b"committed", b"too"], 7)


@pytest.mark.foreign
def test_kafka_python(server: Server) -> None:
    from kafka import KafkaProducer

    topic = "transactions-kafka-python"
    producer = KafkaProducer(bootstrap_servers=server.bootstrap, transactional_id=topic)
    producer.init_transactions()
    for value, commit in ((b"one", True), (b"two", False), (b"three", True)):
        producer.begin_transaction()
        producer.send(topic, value).get(30)
        if commit:
            producer.commit_transaction()
        else:
            producer.abort_transaction()
    producer.close()
    assert committed(server, topic, 2) == [b"one", b"three"]


@pytest.mark.apache
def test_the_java_producer(apache: Apache, server: Server) -> None:
    topic = "transactions-java"
    where = ("--bootstrap-server", server.bootstrap)
    made = apache.run("kafka-topics.sh", *where, "--create", "--topic", topic, "--partitions", "2")
    assert made.returncode == 0, made.stdout
    load = ["--num-records", "3000", "--throughput", "-1", "--record-size", "100"]
    transactions = ["--transactional-id", topic, "--transaction-duration-ms", "20"]
    target = ["--topic", topic, "--producer-props", f"bootstrap.servers={server.bootstrap}"]
    done = apache.run("kafka-producer-perf-test.sh", *load, *transactions, *target)
    assert re.search(r"^3000 records sent", done.stdout, re.MULTILINE), done.stdout + done.stderr
    read = apache.run(
        "kafka-console-consumer.sh",
        *where,
        *("--topic", topic, "--from-beginning", "--isolation-level", "read_committed", "--timeout-ms", "5000"),
        *("--max-messages", "3000"),
    )
    assert "Processed a total of 3000 messages" in read.stderr
    assert len(read.stdout.splitlines()) == 3000
