"""Batches through a broker: rates and CPU, by record and batch size, acks, codec, idempotence, partitions and clients."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from kafkacli.record.batch import Compression
from kafkacli.wire.messages.delete_topics import DeleteTopicsRequest, DeleteTopicsResponse
from tests.benchmarks.client import (
    Consumer,
    Frames,
    Producer,
    create_topic,
    drive,
    end_offsets,
    make_batch,
    producer_id,
    until,
)
from tests.benchmarks.clusters import Pair, Side, cpu_seconds, disk_bytes
from tests.benchmarks.measure import Row, Together
from tests.support.raw import RawClient

NAMES = {0: "0", 1: "1", -1: "all"}
MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Load:
    """One kind of load. `get` reads what `put` wrote last on that server.

    size: bytes of a record; batch_bytes: of a batch before compression; megabytes: of all batches as sent.
    """

    size: int
    batch_bytes: int
    acks: int = -1
    codec: Compression = Compression.NONE
    idempotent: bool = False
    partitions: int = 1
    clients: int = 1
    megabytes: int = 64
    topics: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        size = f"{self.size} B" if self.size < 1024 else f"{self.size // 1024} KiB"
        batch = "16 KiB" if self.batch_bytes <= 16384 else "1 MB"
        codec = f", {self.codec.name.lower()}" if self.codec else ""
        idempotent = ", idempotent" if self.idempotent else ""
        return (
            f"{size} records in {batch} batches, acks={NAMES[self.acks]}{idempotent}{codec}, "
            f"{_count(self.clients, 'client')}, {_count(self.partitions, 'partition')}"
        )

    def _batch(self) -> tuple[bytes, int, int]:
        """A batch, its record count, and how many of them each client sends."""
        batch, records = make_batch(self.size, self.batch_bytes, self.codec)
        each = max(self.partitions, self.megabytes * MEGABYTE // len(batch) // self.clients)
        return batch, records, each // self.partitions * self.partitions

    def put(self, side: Side) -> tuple[float, float, float]:
        """Fill a new topic; returns records/s, seconds of the server's CPU per GB sent, bytes it wrote per byte sent."""
        if side.name in self.topics:
            with RawClient(side.port, 60) as client:
                request = DeleteTopicsRequest(topic_names=[self.topics[side.name]], timeout_ms=30_000)
                client.ask(request, DeleteTopicsResponse, 3)
        name = self.topics[side.name] = f"bench-{uuid.uuid4().hex}"
        create_topic(side.port, name, self.partitions)
        batch, records, each = self._batch()
        frames = Frames(name, range(self.partitions), batch, records, self.acks)
        producers = []
        for _ in range(self.clients):
            if self.idempotent:
                own = Producer(side.port, name, frames.idempotent(each, producer_id(side.port)), self.acks)
            else:
                own = Producer(side.port, name, frames.plain(each), self.acks)
            producers.append(own)
        cpu, written = cpu_seconds(side.pid), disk_bytes(side.pid)
        seconds = drive(producers)
        total = each * self.clients
        if self.acks == 0:
            seconds += self._rest(side, total * records)
        gigabytes = total * len(batch) / 1e9
        cpu, written = cpu_seconds(side.pid) - cpu, disk_bytes(side.pid) - written
        ends = end_offsets(side.port, name, self.partitions)
        if sum(ends) != total * records:
            raise RuntimeError(f"{total * records} records were sent, the log has {sum(ends)}")
        return total * records / seconds, cpu / gigabytes, written / (gigabytes * 1e9)

    def _rest(self, side: Side, records: int) -> float:
        """Wait for what nobody acknowledges; returns the seconds that took."""
        from time import perf_counter

        begin = perf_counter()
        until(lambda: sum(end_offsets(side.port, self.topics[side.name], self.partitions)) >= records)
        return perf_counter() - begin

    def get(self, side: Side) -> tuple[float, float]:
        """Read the topic, each client a whole partition; returns records/s and seconds of the server's CPU per GB."""
        name = self.topics[side.name]
        batch, records, each = self._batch()
        end = each * self.clients // self.partitions * records
        of = len(batch), records
        consumers = [Consumer(side.port, name, index % self.partitions, of, end) for index in range(self.clients)]
        cpu = cpu_seconds(side.pid)
        seconds = drive(consumers)
        cpu = cpu_seconds(side.pid) - cpu
        return end * self.clients / seconds, cpu / (end // records * len(batch) * self.clients / 1e9)

    def put_rows(self, pair: Pair, target: float | None = None) -> list[Row]:
        """Rate, CPU and bytes written; `target` makes the rate one of the gate's rows."""
        ours, apache = (Together(3, partial(self.put, side)) for side in (pair.ours, pair.apache))
        gate = target is not None
        return [
            Row(f"produce {self}", "records/s", ours.figure(0), apache.figure(0), True, target, gate),
            Row(f"CPU of the server, produce {self}", "s/GB", ours.figure(1), apache.figure(1)),
            Row(f"bytes written per byte, produce {self}", "", ours.figure(2), apache.figure(2)),
        ]

    def get_rows(self, pair: Pair, target: float | None = None) -> list[Row]:
        """Rate and CPU; `target` makes the rate one of the gate's rows."""
        ours, apache = (Together(2, partial(self.get, side)) for side in (pair.ours, pair.apache))
        gate = target is not None
        return [
            Row(f"consume {self}", "records/s", ours.figure(0), apache.figure(0), True, target, gate),
            Row(f"CPU of the server, consume {self}", "s/GB", ours.figure(1), apache.figure(1)),
        ]


LEVEL = 0.9
AHEAD = 1.5  # at 16 KiB batches with acks=all
KIB16, MB1 = 16384, 1_000_000
GATE: tuple[tuple[Load, float | None, float | None], ...] = (  # load, to reach when producing and when consuming
    (Load(100, KIB16), AHEAD, LEVEL),
    (Load(1024, KIB16, idempotent=True, partitions=6, clients=8), AHEAD, None),
    (Load(1024, MB1, acks=1, partitions=8, clients=8, megabytes=128), LEVEL, LEVEL),
    (Load(102_400, MB1, acks=1, megabytes=128), LEVEL, None),
    (Load(100, KIB16, acks=0, codec=Compression.LZ4, megabytes=32), LEVEL, None),
)
OTHERS = (
    Load(100, KIB16, acks=1),
    Load(100, KIB16, acks=0),
    Load(1024, KIB16),
    Load(102_400, KIB16),
    Load(100, MB1, megabytes=128),
    Load(1024, MB1, megabytes=128),
    Load(102_400, MB1, acks=0, megabytes=128),
    Load(1024, KIB16, clients=8, partitions=1),
    Load(1024, KIB16, clients=8, partitions=6),
    *(Load(1024, KIB16, codec=codec, megabytes=32) for codec in Compression if codec),
)


def rows(pair: Pair, loads: Sequence[tuple[Load, float | None, float | None]]) -> list[Row]:
    """Put and get of each load."""
    return [row for load, put, get in loads for row in (*load.put_rows(pair, put), *load.get_rows(pair, get))]


def memory_row(pair: Pair) -> Row:
    """Memory after one more load on each side."""
    load = Load(1024, MB1, acks=1, partitions=8, clients=8, megabytes=128)

    def measure(side: Side) -> float:
        load.put(side)
        load.get(side)
        return side.megabytes()

    ours, apache = (partial(measure, side) for side in (pair.ours, pair.apache))
    return Row("memory after the load", "MB", ours, apache, target=5, gate=True)


def crowd_row(pair: Pair) -> Row:
    """50 producers and 50 consumers at once."""
    count, partitions, each = 50, 10, 80
    batch, records = make_batch(1024, KIB16)

    def measure(side: Side) -> float:
        name = f"bench-{uuid.uuid4().hex}"
        create_topic(side.port, name, partitions)
        frames = Frames(name, range(partitions), batch, records, -1)
        end = each * count // partitions * records
        of = len(batch), records
        seconds = drive(
            [
                *(Producer(side.port, name, frames.plain(each), -1) for _ in range(count)),
                *(Consumer(side.port, name, index % partitions, of, end) for index in range(count)),
            ]
        )
        with RawClient(side.port, 60) as client:
            client.ask(DeleteTopicsRequest(topic_names=[name], timeout_ms=30_000), DeleteTopicsResponse, 3)
        return (each * count * len(batch) + end // records * len(batch) * count) / seconds / 1e6

    ours, apache = (partial(measure, side) for side in (pair.ours, pair.apache))
    return Row("50 producers and 50 consumers at once, in and out", "MB/s", ours, apache, True, LEVEL)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s'[: number > 1]}"
