"""A broker that is killed while it compacts: each key's last value is there after the next start."""

import random
import signal
import time
from pathlib import Path

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from tests.support.server import Server, make_server
from tests.support.waiting import until

KEYS = 400
RECORDS = 8000
ROUNDS = 3
TOPIC = "compacted"
CONFIG = {
    "cleanup.policy": "compact",
    "segment.bytes": "300000",
    "min.cleanable.dirty.ratio": "0.01",
    "file.delete.delay.ms": "1",
}


def produce(server: Server, number: int) -> None:
    """Append the round's records, the last one of each key with the round's number."""
    producer = Producer({"bootstrap.servers": server.bootstrap, "acks": "all", "linger.ms": 2, "batch.size": 8000})
    for record in range(RECORDS):
        is_last = record >= RECORDS - KEYS
        value = f"round {number}" if is_last else f"overtaken {number} {record}"
        producer.produce(TOPIC, key=f"key{record % KEYS}", value=value.ljust(90))
    assert producer.flush(20) == 0


def consume(server: Server) -> dict[bytes, str]:
    """Each key's last value."""
    consumer = Consumer({"bootstrap.servers": server.bootstrap, "group.id": "g", "enable.auto.commit": False})
    try:
        partition = TopicPartition(TOPIC, 0, 0)
        _, end = consumer.get_watermark_offsets(partition, timeout=20)
        consumer.assign([partition])
        found: dict[bytes, str] = {}
        position = 0
        while position < end:
            message = consumer.poll(20)
            assert message is not None
            assert message.error() is None
            key, value = message.key(), message.value()
            assert isinstance(key, bytes)
            assert isinstance(value, bytes)
            found[key] = value.decode().strip()
            position = (message.offset() or 0) + 1
        return found
    finally:
        consumer.close()


def test_kills_while_cleaning_lose_nothing(tmp_path: Path) -> None:
    server = make_server(tmp_path, {"log.cleaner.backoff.ms": "1"})
    chance = random.Random(5)
    server.start()
    try:
        admin = AdminClient({"bootstrap.servers": server.bootstrap})
        admin.create_topics([NewTopic(TOPIC, 1, 1, config=CONFIG)])[TOPIC].result()
        directory = server.log_directory / f"{TOPIC}-0"
        checkpoint = server.log_directory / "cleaner-offset-checkpoint"
        for number in range(ROUNDS):
            cleaned = checkpoint.read_bytes() if checkpoint.exists() else b""
            produce(server, number)
            until(
                lambda cleaned=cleaned: (  # type: ignore[misc]
                    [path for path in directory.glob("*.log.*") if path.suffix != ".deleted"]
                    or (checkpoint.exists() and checkpoint.read_bytes() != cleaned)  # it may be over between two looks
                ),
                60,
            )
            time.sleep(chance.random() * 0.05)  # somewhere in the cleaning; not waiting for anything
            server.stop(signal.SIGKILL)
            server.start()
            found = consume(server)
            assert len(found) == KEYS
            assert set(found.values()) == {f"round {number}"}
        checkpoint = server.log_directory / "cleaner-offset-checkpoint"
        until(lambda: f"{TOPIC} 0 " in checkpoint.read_text(), 20)
        assert set(consume(server).values()) == {f"round {ROUNDS - 1}"}
    finally:
        server.stop()
