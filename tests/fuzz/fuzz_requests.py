"""Invariant: any bytes on a connection are answered or end that connection; no handler fails on its own, the broker goes on.

Run: `python -m tests.fuzz.fuzz_requests [SECONDS] [SEED]`; it starts from requests that Kafka's own classes wrote, and from
some about a topic that exists. Exit status 1 with the offending frame when the broker logs an error.
"""

import contextlib
import gzip
import logging
import random
import socket
import sys
import tempfile
import time
from pathlib import Path

from kafkacli.broker.dispatch import ROUTES
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.codec import encode
from kafkacli.wire.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from tests.support.broker import RunningBroker
from tests.support.produced import batch, fetch_request, produce_request
from tests.support.raw import RawClient

FRAMES = Path(__file__).parents[1] / "data" / "frames.tsv.gz"
NUMBERS = (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\0\0\0\1", b"\xff\xff", b"\0\1t")
ENDING = frozenset({ApiKey.CREATE_TOPICS})  # would fill the disk with topics of millions of partitions


def seeds() -> list[tuple[int, int, bytes]]:
    """The (API key, version, body) of every request that is served."""
    found = []
    with gzip.open(FRAMES, "rt") as lines:
        for line in lines:
            key, kind, number, body, *_ = line.rstrip("\n").split("\t")
            if kind == "request" and int(key) in ROUTES and int(key) not in ENDING:
                found.append((int(key), int(number), bytes.fromhex(body)))
    for version in range(9):
        found.append((ApiKey.PRODUCE, version, encode(produce_request(batch(b"a", b"b"), acks=1), version)))
    for version in range(12):
        found.append((ApiKey.FETCH, version, encode(fetch_request({("t", 0): 0, ("t", 1): 0}), version)))
    return found


def mutated(body: bytes, chance: random.Random) -> bytes:
    """The body with some of its bytes changed, numbers put in, pieces cut out."""
    data = bytearray(body)
    for _ in range(chance.choice((0, 0, 1, 1, 2, 5))):
        place = chance.randrange(len(data) + 1)
        match chance.randrange(4):
            case 0:
                data[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                number = chance.choice(NUMBERS)
                data[place : place + len(number)] = number
            case 2:
                del data[place : place + chance.randrange(1, 8)]
            case 3:
                data[place:place] = chance.randbytes(chance.randrange(1, 8))
    return bytes(data)


def framed(key: int, version: int, body: bytes, chance: random.Random) -> bytes:
    """A frame with a header that mostly fits."""
    if chance.random() < 0.02:
        key, version = chance.randrange(-2, 60), chance.randrange(-2, 20)
    head = key.to_bytes(2, "big", signed=True) + version.to_bytes(2, "big", signed=True) + bytes(4) + b"\0\1c"
    route = ROUTES.get(key)
    if route is not None and version in route.request.flexible_versions:
        head += b"\0"
    size = len(head) + len(body) + (chance.randrange(-9, 9) if chance.random() < 0.02 else 0)
    return size.to_bytes(4, "big", signed=True) + head + body


class Failures(logging.Handler):
    """Keeps what handlers failed with."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self.records.append(record)


def run(seconds: float, seed: int) -> int:
    """Send frames for a while; return the exit status."""
    chance = random.Random(seed)
    failures = Failures()
    logging.getLogger().addHandler(failures)
    with tempfile.TemporaryDirectory() as directory:
        broker = RunningBroker(Path(directory) / "log")
        broker.create_topic("t", 2)
        bodies = seeds()
        end = time.monotonic() + seconds
        sent = 0
        while time.monotonic() < end and not failures.records:
            chosen = [chance.choice(bodies) for _ in range(chance.choice((1, 5, 20)))]
            frames = [framed(key, version, mutated(body, chance), chance) for key, version, body in chosen]
            with RawClient(broker.port) as client, contextlib.suppress(OSError):
                client.socket.settimeout(0.05)
                for frame in frames:
                    client.send(frame)
                client.socket.shutdown(socket.SHUT_WR)
                while client.socket.recv(1 << 20):
                    pass
            sent += len(frames)
            with RawClient(broker.port) as client:
                asked = ApiVersionsRequest(client_software_name="fuzz", client_software_version="1")
                client.ask(asked, ApiVersionsResponse, 3)
        found = list(failures.records)  # before what is under way loses its ZooKeeper
        broker.stop()
    print(f"{sent} frames, seed {seed}")
    for record in found:
        print(logging.Formatter().format(record))
    return 1 if found else 0


if __name__ == "__main__":
    arguments = [*sys.argv[1:], "60", "0"]
    sys.exit(run(float(arguments[0]), int(arguments[-1] if len(sys.argv) < 3 else arguments[1])))
