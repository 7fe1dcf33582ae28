"""How the cost of one request grows when there is twice as much of something: partitions, connections, records in a topic.

Cost is the server's CPU by request, so that other work on the machine counts little.
"""

import socket
import struct
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from random import Random

from kafkacli.wire.header import encode_request
from tests.benchmarks.client import (
    FETCH,
    SECONDS,
    Frames,
    Producer,
    drive,
    make_batch,
    topic,
)
from tests.benchmarks.clusters import Pair, Side, cpu_seconds
from tests.benchmarks.measure import Row
from tests.support.produced import fetch_request
from tests.support.raw import RawClient

REQUESTS = 3000
STEPS = (1, 2, 4)


def partitions(side: Side, factor: int) -> float:
    """A produced batch, over 100 partitions and multiples."""
    count = 100 * factor
    batch, records = make_batch(1024, 16384)
    with topic(side.port, count) as name:
        frames = Frames(name, range(count), batch, records, -1)
        drive([Producer(side.port, name, frames.plain(count), -1)])
        return _microseconds(side, REQUESTS, lambda: drive([Producer(side.port, name, frames.plain(REQUESTS), -1)]))


def connections(side: Side, factor: int) -> float:
    """A produced batch, beside 200 idle connections and multiples."""
    batch, records = make_batch(1024, 16384)
    with topic(side.port) as name, ExitStack() as open_:
        for _ in range(200 * factor):
            open_.enter_context(socket.create_connection(("127.0.0.1", side.port), SECONDS))
        frames = Frames(name, [0], batch, records, -1)
        return _microseconds(side, REQUESTS, lambda: drive([Producer(side.port, name, frames.plain(REQUESTS), -1)]))


def waiting(side: Side, factor: int) -> float:
    """A produced record while a consumer waits for a megabyte of 100 partitions and multiples."""
    count = 100 * factor
    batch, records = make_batch(100, 100)
    with topic(side.port, count) as name, RawClient(side.port, SECONDS) as reader:
        wanted = {(name, index): 0 for index in range(count)}
        frames = Frames(name, range(count), batch, records, -1)
        drive([Producer(side.port, name, frames.plain(count), -1)])
        reader.request(fetch_request(wanted, max_wait=60_000, min_bytes=1 << 20), FETCH)
        return _microseconds(side, REQUESTS, lambda: drive([Producer(side.port, name, frames.plain(REQUESTS), -1)]))


def length(side: Side, factor: int) -> float:
    """A fetch of 16 KiB from anywhere in a topic of 32 MB and multiples."""
    batch, records = make_batch(1024, 16384)
    count = 2000 * factor
    random = Random(factor)
    with topic(side.port) as name, RawClient(side.port, SECONDS) as client:
        drive([Producer(side.port, name, Frames(name, [0], batch, records, -1).plain(count), -1)])
        asked = bytearray(encode_request(fetch_request({(name, 0): 0}, partition_bytes=len(batch)), FETCH, 1, "bench"))
        offset_at = asked.index(struct.pack(">iiqq", 0, -1, 0, -1), 40) + 8

        def read() -> None:
            for _ in range(REQUESTS):
                struct.pack_into(">q", asked, offset_at, random.randrange(count) * records)
                client.send(bytes(asked))
                if len(client.frame()) < len(batch):
                    raise RuntimeError("a fetch came back without its batch")

        return _microseconds(side, REQUESTS, read)


def _microseconds(side: Side, requests: int, work: Callable[[], object]) -> float:
    begin = cpu_seconds(side.pid)
    work()
    return (cpu_seconds(side.pid) - begin) / requests * 1e6


def rows(pair: Pair) -> list[Row]:
    """For each kind the cost at once, twice and four times as much."""
    done = []
    for what, measure, unit in (
        ("a produced batch with {} partitions", partitions, 100),
        ("a produced batch beside {} idle connections", connections, 200),
        ("a produced record while a fetch of {} partitions waits", waiting, 100),
        ("a fetch from anywhere in a topic of {} batches", length, 2000),
    ):
        for step in STEPS:
            name = f"CPU of the server, {what.format(f'{unit * step:,}')}"
            done.append(Row(name, "us", partial(measure, pair.ours, step), partial(measure, pair.apache, step)))
    return done
