"""Counts of what one batch costs a broker: function calls, system calls, bytes copied. They don't depend on other work.

`tests/broker/test_costs.py` holds the important ones.
"""

import struct
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from kafkacli.wire.header import encode_request
from tests.benchmarks.client import FETCH, SECONDS, make_batch, produce_frame, topic
from tests.benchmarks.clusters import Pair, Side
from tests.benchmarks.measure import Row, Together
from tests.support.broker import RunningBroker
from tests.support.counting import calls_of, system_calls_of
from tests.support.produced import fetch_request
from tests.support.raw import RawClient

TIMES = 200
MEGABYTE = 1 << 20


class Asking:
    """A client with a topic that has three megabytes in it: it produces batches of 16 KiB, or fetches one megabyte."""

    def __init__(self, client: RawClient, name: str) -> None:
        self._client = client
        self.batch, records = make_batch(1024, 16384)
        self._frame = produce_frame(name, 0, self.batch, -1)
        asked = fetch_request({(name, 0): 0}, max_wait=500, max_bytes=50 * MEGABYTE, partition_bytes=MEGABYTE)
        self._asked = bytearray(encode_request(asked, FETCH, 1, "bench"))
        self._offset_at = self._asked.index(struct.pack(">iiqq", 0, -1, 0, -1), 40) + 8
        self._second = MEGABYTE // len(self.batch) * records  # what comes behind a megabyte
        for _ in range(3 * MEGABYTE // len(self.batch)):
            self.produce()
        self.fetch()

    def produce(self) -> int:
        """Produce one batch; returns its bytes."""
        self._client.send(self._frame)
        self._client.frame()
        return len(self.batch)

    def fetch_on(self) -> int:
        """Fetch the second megabyte: where it begins is known since the first was fetched."""
        return self.fetch(self._second)

    def fetch(self, offset: int = 0) -> int:
        """Fetch one megabyte; returns how many bytes came."""
        struct.pack_into(">q", self._asked, self._offset_at, offset)
        self._client.send(bytes(self._asked))
        (size,) = struct.unpack(">i", self._client.socket.recv(4, 0x100))  # MSG_WAITALL
        left = size
        while left:
            left -= len(self._client.socket.recv(min(left, MEGABYTE)))
        return int(size)


def function_calls(verb: str) -> float:
    """Python functions called by one request, on a broker in this process."""
    with tempfile.TemporaryDirectory() as directory:
        broker = RunningBroker(Path(directory) / "log")
        try:
            with topic(broker.port) as name, RawClient(broker.port, SECONDS) as client:
                asking = Asking(client, name)
                with calls_of(broker.loop) as calls:
                    for _ in range(TIMES):
                        getattr(asking, verb)()
                return calls.python.total() / TIMES
        finally:
            broker.stop()


def system_calls(side: Side, verb: str) -> tuple[float, float]:
    """System calls by one request, and bytes copied by them for each byte of batches."""
    with topic(side.port) as name, RawClient(side.port, SECONDS) as client:
        asking = Asking(client, name)
        with system_calls_of(side.pid) as seen:
            size = sum(getattr(asking, verb)() for _ in range(TIMES))
    return seen.calls.total() / TIMES, seen.copied / size


def rows(pair: Pair) -> list[Row]:
    """Each count for a produced batch and for a fetched megabyte."""
    done = []
    for verb, what in (
        ("produce", "a produced batch of 16 KiB"),
        ("fetch", "a fetch of 1 MB from anywhere"),
        ("fetch_on", "a fetch of the next MB"),
    ):
        calls: Callable[[], float] = partial(function_calls, verb)
        ours, apache = (Together(2, partial(system_calls, side, verb)) for side in (pair.ours, pair.apache))
        done += [
            Row(f"Python function calls, {what}", "", calls, None),
            Row(f"system calls, {what}", "", ours.figure(0), apache.figure(0)),
            Row(f"bytes copied between kernel and server by byte, {what}", "", ours.figure(1), apache.figure(1)),
        ]
    return done
