"""From nothing, and from much that is there already, to a broker that leads its partitions; and the memory that takes."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.benchmarks.client import Frames, Producer, create_topic, drive, end_offsets, make_batch, wait_for_leaders
from tests.benchmarks.clusters import Apache, Ours, Side
from tests.benchmarks.measure import Row, Together

LEVEL = 0.9
MANY_PARTITIONS = 1000
TOPIC = "there-already"


def from_nothing(make: Callable[[Path], Side]) -> tuple[float, float]:
    """Start on empty directories: seconds until registered, megabytes then."""
    with tempfile.TemporaryDirectory() as name:
        side = make(Path(name))
        seconds = side.start()
        try:
            return seconds, side.megabytes()
        finally:
            side.stop()


@contextmanager
def filled(make: Callable[[Path], Side], partitions: int, gigabytes: float) -> Iterator[Side]:
    """A server that is not running and has a topic with so many bytes in it, some in each partition."""
    with tempfile.TemporaryDirectory() as name:
        side = make(Path(name) / "data")
        side.start()
        try:
            create_topic(side.port, TOPIC, partitions)
            batch, records = make_batch(1024, min(1_000_000, int(gigabytes * 1e9 / partitions)))
            count = int(gigabytes * 1e9 / len(batch))
            frames = Frames(TOPIC, range(partitions), batch, records, 1)
            drive([Producer(side.port, TOPIC, frames.plain(count), 1)])
        finally:
            side.stop()
        yield side


def until_it_leads(side: Side, partitions: int) -> float:
    """Start; returns the seconds until each partition answers."""
    begin = time.monotonic()
    side.start()
    wait_for_leaders(side.port, TOPIC, partitions)
    return time.monotonic() - begin


def clean(side: Side, partitions: int) -> float:
    """A start after a clean stop."""
    try:
        return until_it_leads(side, partitions)
    finally:
        side.stop()


def killed(side: Side, partitions: int) -> float:
    """A start after `kill -9`; every record is there."""
    side.start()
    wait_for_leaders(side.port, TOPIC, partitions)
    before = end_offsets(side.port, TOPIC, partitions)
    side.kill()
    try:
        seconds = until_it_leads(side, partitions)
        if end_offsets(side.port, TOPIC, partitions) != before:
            raise RuntimeError("records are missing after kill -9")
        return seconds
    finally:
        side.stop()


def rows_from_nothing() -> list[Row]:
    """Two rows that share their runs: each start gives a time and a size."""
    ours, apache = Together(2, partial(from_nothing, Ours)), Together(2, partial(from_nothing, Apache))
    return [
        Row("start of broker and ZooKeeper to registered", "s", ours.figure(0), apache.figure(0), target=5),
        Row("memory after the start", "MB", ours.figure(1), apache.figure(1)),
    ]


@contextmanager
def rows_with_partitions() -> Iterator[list[Row]]:
    """The start with many partitions."""
    with filled(Ours, MANY_PARTITIONS, 0.01) as ours, filled(Apache, MANY_PARTITIONS, 0.01) as apache:
        sides = partial(clean, ours, MANY_PARTITIONS), partial(clean, apache, MANY_PARTITIONS)
        yield [Row("start with 1,000 partitions until all are led", "s", *sides, target=LEVEL, gate=True)]


@contextmanager
def rows_with_data(gigabytes: float) -> Iterator[list[Row]]:
    """Starts with much data, all in one partition."""
    with filled(Ours, 1, gigabytes) as ours, filled(Apache, 1, gigabytes) as apache:
        yield [
            Row(
                f"start with {gigabytes:g} GB after {what}", "s", partial(measure, ours, 1), partial(measure, apache, 1)
            )
            for what, measure in (("a clean stop", clean), ("kill -9", killed))
        ]
