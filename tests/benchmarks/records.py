"""Records through a broker with one client (librdkafka), one partition: rates, and the wait for one record at a time."""

import statistics
import time
import uuid
from dataclasses import dataclass, field
from functools import partial

from confluent_kafka import Consumer, Producer, TopicPartition

from tests.benchmarks.clusters import Pair
from tests.benchmarks.measure import Row

SECONDS = 60.0


def producer(bootstrap: str, **options: object) -> Producer:
    """A librdkafka producer with a queue that holds a whole run."""
    return Producer(
        {
            "bootstrap.servers": bootstrap,
            "queue.buffering.max.messages": 2_000_000,
            "queue.buffering.max.kbytes": 2_000_000,
            "broker.address.family": "v4",
            **options,
        }
    )


def produce(bootstrap: str, topic: str, count: int, size: int, acks: str, batch_bytes: int) -> float:
    """Produce `count` records of `size` bytes; returns records per second, acknowledged."""
    client = producer(bootstrap, acks=acks, **{"batch.size": batch_bytes, "linger.ms": 5})
    client.list_topics(topic, timeout=10)  # the topic is made before the clock starts
    value = b"x" * size
    begin = time.monotonic()
    for _ in range(count):
        client.produce(topic, value)
    left = client.flush(SECONDS)
    taken = time.monotonic() - begin
    if left:
        raise RuntimeError(f"{left} records were not acknowledged within {SECONDS} s")
    return count / taken


def consume(bootstrap: str, topic: str, count: int) -> float:
    """Read `count` records from the beginning; returns records per second from the first one on."""
    client = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": uuid.uuid4().hex,
            "enable.auto.commit": False,
            "broker.address.family": "v4",
            "fetch.wait.max.ms": 100,
            # librdkafka pauses for a second when it holds so many records: it is the broker that is to be measured
            "queued.min.messages": 2_000_000,
            "queued.max.messages.kbytes": 1_000_000,
        }
    )
    client.assign([TopicPartition(topic, 0, 0)])
    deadline = time.monotonic() + SECONDS
    seen = len(client.consume(1, timeout=10))
    begin = time.monotonic()
    while seen < count and time.monotonic() < deadline:
        seen += len(client.consume(min(10_000, count - seen), timeout=1))
    taken = time.monotonic() - begin
    client.close()
    if seen < count:
        raise RuntimeError(f"only {seen} of {count} records came within {SECONDS} s")
    return count / taken


def one_at_a_time(bootstrap: str, topic: str, count: int) -> float:
    """Produce with acks=all and wait for each; returns the median in microseconds."""
    client = producer(bootstrap, acks="all", **{"linger.ms": 0})
    client.list_topics(topic, timeout=10)
    waits = []
    for _ in range(count):
        begin = time.perf_counter()
        client.produce(topic, b"x" * 100)
        client.flush(10)
        waits.append(time.perf_counter() - begin)
    return statistics.median(waits) * 1e6


@dataclass(frozen=True, slots=True)
class Load:
    """One kind of load; remembers the topic it last filled on each server, for the reader."""

    count: int
    size: int
    acks: str
    batch_bytes: int
    topics: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.size} B records, {self.batch_bytes // 1000} kB batches, acks={self.acks}"

    def put(self, bootstrap: str) -> float:
        """Fill a new topic; returns records per second."""
        self.topics[bootstrap] = f"bench-{uuid.uuid4().hex}"
        return produce(bootstrap, self.topics[bootstrap], self.count, self.size, self.acks, self.batch_bytes)

    def get(self, bootstrap: str) -> float:
        """Read the topic that `put` filled last; returns records per second."""
        return consume(bootstrap, self.topics[bootstrap], self.count)


LOADS = (
    Load(1_000_000, 100, "1", 131_072),
    Load(200_000, 1024, "all", 16_384),
    Load(200_000, 1024, "1", 1_000_000),
)


def rows(pair: Pair) -> list[Row]:
    """Produce and consume for each load, then latency."""
    addresses = pair.ours.bootstrap, pair.apache.bootstrap
    found: list[Row] = []
    for load in LOADS:
        for verb, measure in (("produce", load.put), ("consume", load.get)):
            ours, apache = (partial(measure, address) for address in addresses)
            found.append(Row(f"{verb} {load}", "records/s", ours, apache, more_is_better=True))
    name = f"bench-{uuid.uuid4().hex}"
    ours, apache = (partial(one_at_a_time, address, name, 2000) for address in addresses)
    found.append(Row("one record at a time, acks=all, median", "us", ours, apache))
    return found
