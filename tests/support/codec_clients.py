"""Every client library that can write and read here, each with the codecs it has, behind two functions."""

import asyncio
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.support.foreign import Program, need, pykafka_python
from tests.support.java import compiled, kafka_jars, run_java

CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
WITHOUT_ZSTD = CODECS[:-1]
SECONDS = 60

Found = dict[str, list[str]]


class Place(NamedTuple):
    """The server, and a folder for what a client needs."""

    bootstrap: str
    folder: Path


class CodecClient(NamedTuple):
    """A client: what it can compress and read, and how.

    produce: writes the values to each topic, in one batch compressed by the topic's codec.
    consume: reads so many values of each topic from its start.
    """

    codecs: Sequence[str]
    produce: Callable[[Place, Mapping[str, str], Sequence[str]], None]
    consume: Callable[[Place, Sequence[str], int], Found]


def _deadline(found: Found, count: int) -> Callable[[], bool]:
    """Return a function that says whether to go on reading; it fails when that takes too long."""
    end = time.monotonic() + SECONDS

    def more() -> bool:
        assert time.monotonic() < end, {topic: len(values) for topic, values in found.items()}
        return any(len(values) < count for values in found.values())

    return more


# --- kafka-python


def _kafka_python_produce(place: Place, topics: Mapping[str, str], values: Sequence[str]) -> None:
    from kafka import KafkaProducer

    for topic, codec in topics.items():
        kind = None if codec == "none" else codec
        producer = KafkaProducer(bootstrap_servers=place.bootstrap, compression_type=kind, linger_ms=50)
        for value in values:
            producer.send(topic, value.encode())
        producer.flush(SECONDS)
        producer.close()


def _kafka_python_consume(place: Place, topics: Sequence[str], count: int) -> Found:
    from kafka import KafkaConsumer

    found: Found = {topic: [] for topic in topics}
    consumer = KafkaConsumer(*topics, bootstrap_servers=place.bootstrap, group_id=None, auto_offset_reset="earliest")
    more = _deadline(found, count)
    while more():
        for at, records in consumer.poll(timeout_ms=500).items():
            found[at.topic] += [record.value.decode() for record in records]
    consumer.close()
    return found


# --- confluent-kafka


def _confluent_produce(place: Place, topics: Mapping[str, str], values: Sequence[str]) -> None:
    from confluent_kafka import Producer

    for topic, codec in topics.items():
        producer = Producer({**_librdkafka(place), "compression.type": codec, "linger.ms": 50})
        for value in values:
            producer.produce(topic, value)
        assert producer.flush(SECONDS) == 0


def _confluent_consume(place: Place, topics: Sequence[str], count: int) -> Found:
    from confluent_kafka import Consumer, TopicPartition

    found: Found = {topic: [] for topic in topics}
    consumer = Consumer({**_librdkafka(place), "group.id": "codecs", "check.crcs": True})
    consumer.assign([TopicPartition(topic, 0, 0) for topic in topics])
    more = _deadline(found, count)
    while more():
        for message in consumer.consume(100, timeout=0.2):
            assert message.error() is None, message.error()
            found[message.topic()].append(message.value().decode())
    consumer.close()
    return found


def _librdkafka(place: Place) -> dict[str, str]:
    return {"bootstrap.servers": place.bootstrap, "broker.address.family": "v4"}


# --- aiokafka


def _aiokafka_produce(place: Place, topics: Mapping[str, str], values: Sequence[str]) -> None:
    """In transactions, where kafka-python and confluent-kafka write without."""
    from aiokafka import AIOKafkaProducer

    async def produce(topic: str, codec: str) -> None:
        kind = None if codec == "none" else codec
        producer = AIOKafkaProducer(
            bootstrap_servers=place.bootstrap, compression_type=kind, transactional_id=topic, linger_ms=50
        )
        await producer.start()
        async with producer.transaction():
            await asyncio.gather(*[await producer.send(topic, value.encode(), partition=0) for value in values])
        await producer.stop()

    async def produce_all() -> None:
        for topic, codec in topics.items():
            await produce(topic, codec)

    asyncio.run(produce_all())


def _aiokafka_consume(place: Place, topics: Sequence[str], count: int) -> Found:
    from aiokafka import AIOKafkaConsumer

    found: Found = {topic: [] for topic in topics}

    async def consume() -> None:
        consumer = AIOKafkaConsumer(
            *topics,
            bootstrap_servers=place.bootstrap,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
        )
        await consumer.start()
        more = _deadline(found, count)
        while more():
            for at, records in (await consumer.getmany(timeout_ms=200)).items():
                found[at.topic] += [record.value.decode() for record in records]
        await consumer.stop()

    asyncio.run(consume())
    return found


# --- kcat


def _kcat(place: Place, *arguments: str, stdin: str = "") -> str:
    command = [need("kcat"), "-b", place.bootstrap, "-X", "broker.address.family=v4", *arguments]
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _kcat_produce(place: Place, topics: Mapping[str, str], values: Sequence[str]) -> None:
    for topic, codec in topics.items():
        _kcat(place, "-P", "-t", topic, "-z", codec, "-X", "linger.ms=50", stdin="\n".join(values))


def _kcat_consume(place: Place, topics: Sequence[str], count: int) -> Found:
    read = ("-C", "-o", "beginning", "-c", str(count), "-q", "-X", "check.crcs=true")
    return {topic: _kcat(place, *read, "-t", topic).splitlines() for topic in topics}


# --- PyKafka, in an environment of its own

_PYKAFKA_PRODUCE = """
import sys
from pykafka import KafkaClient
from pykafka.common import CompressionType
client = KafkaClient(hosts=sys.argv[1])
for topic, codec in (word.split("=") for word in sys.argv[2:]):
    compression = getattr(CompressionType, codec.upper())
    with client.topics[topic].get_producer(compression=compression, linger_ms=50, min_queued_messages=10) as producer:
        for line in VALUES:
            producer.produce(line.encode())
"""
_PYKAFKA_CONSUME = """
import sys
from pykafka import KafkaClient
client = KafkaClient(hosts=sys.argv[1])
for topic in sys.argv[3:]:
    consumer = client.topics[topic].get_simple_consumer(consumer_timeout_ms=20000)
    for _, message in zip(range(int(sys.argv[2])), consumer):
        print(topic, message.value.decode(), sep="\\t")
    consumer.stop()
"""


def _pykafka(source: str, *arguments: str) -> str:
    command = [pykafka_python(), "-c", source, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _pykafka_produce(place: Place, topics: Mapping[str, str], values: Sequence[str]) -> None:
    source = _PYKAFKA_PRODUCE.replace("VALUES", repr(list(values)))
    _pykafka(source, place.bootstrap, *_words(topics))


def _pykafka_consume(place: Place, topics: Sequence[str], count: int) -> Found:
    return _by_topic(topics, _pykafka(_PYKAFKA_CONSUME, place.bootstrap, str(count), *topics))


# --- Java: the client of Apache Kafka


def _java(place: Place, *words: str) -> str:
    done = run_java(compiled("Client", kafka_jars("2.6.2"), place.folder), *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _java_produce(place: Place, topics: Mapping[str, str], values: Sequence[str]) -> None:
    _java(place, "produce", place.bootstrap, *_words(topics), "--", *values)


def _java_consume(place: Place, topics: Sequence[str], count: int) -> Found:
    return _by_topic(topics, _java(place, "consume", place.bootstrap, str(count), *topics))


# --- programs of ours in other languages


def _produce_with(name: str) -> Callable[[Place, Mapping[str, str], Sequence[str]], None]:
    def produce(place: Place, topics: Mapping[str, str], values: Sequence[str]) -> None:
        Program(name).ask("produce", place.bootstrap, *_words(topics), "--", *values)

    return produce


def _consume_with(name: str) -> Callable[[Place, Sequence[str], int], Found]:
    def consume(place: Place, topics: Sequence[str], count: int) -> Found:
        found: Found = Program(name).ask("consume", place.bootstrap, str(count), *topics)
        return found

    return consume


def _words(topics: Mapping[str, str]) -> list[str]:
    return [f"{topic}={codec}" for topic, codec in topics.items()]


def _by_topic(topics: Sequence[str], lines: str) -> Found:
    rows = [line.split("\t", 1) for line in lines.splitlines()]
    return {topic: [value for name, value in rows if name == topic] for topic in topics}


CODEC_CLIENTS = {
    "kafka-python": CodecClient(CODECS, _kafka_python_produce, _kafka_python_consume),
    "confluent-kafka": CodecClient(CODECS, _confluent_produce, _confluent_consume),
    "aiokafka": CodecClient(CODECS, _aiokafka_produce, _aiokafka_consume),
    "kcat": CodecClient(CODECS, _kcat_produce, _kcat_consume),
    "pykafka": CodecClient(WITHOUT_ZSTD, _pykafka_produce, _pykafka_consume),
    "java": CodecClient(CODECS, _java_produce, _java_consume),
    "kafkajs": CodecClient(CODECS, _produce_with("kafkajs"), _consume_with("kafkajs")),
    "franz-go": CodecClient(CODECS, _produce_with("franz_go"), _consume_with("franz_go")),
}
