"""Our ZooKeeper server beside Apache's 3.5.9: get, set and create, watches, memory, the pause of a snapshot.

The client is the same for both and costs little: requests are encoded before the clock starts, replies of one size are
counted by their bytes, all connections are served by one thread.
"""

import os
import selectors
import socket
import struct
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import count
from pathlib import Path

from kafkacli.zookeeper.protocol import (
    Acl,
    ConnectRequest,
    CreateRequest,
    Id,
    OpCode,
    PathWatchRequest,
    RequestHeader,
    SetDataRequest,
)
from tests.benchmarks.clusters import resident_megabytes
from tests.benchmarks.measure import Row
from tests.support.apache import SHARED, VERSION
from tests.support.server import free_port
from tests.support.zookeeper import ZooKeeperProcess

THEIRS = (str(SHARED / "apache" / "run"), VERSION, "zookeeper-server-start.sh")
DATA = b"x" * 100
STAT_BYTES = 68
HEAD_BYTES = 20  # length and reply header
WINDOW = 200  # requests under way on a connection that pipelines
ACL = [Acl(31, Id("world", "anyone"))]
NODES = 100_000
WATCHES = 10_000
SECONDS = 60.0
OPERATIONS = ("get", "set", "create")
LOADS = (  # connections, requests under way on each, requests in all
    (10, 1, 5000),
    (50, 1, 10_000),
    (1, WINDOW, 10_000),
    (4, WINDOW, 20_000),
    (50, 15, 20_000),  # below globalOutstandingLimit: beyond it 3.5.9 may forget to read on
)


def frame(code: int, body: bytes, xid: int = 1) -> bytes:
    """A request as it goes over the wire."""
    content = RequestHeader(xid, code).encode() + body
    return len(content).to_bytes(4, "big") + content


def create(path: str) -> bytes:
    """Ask for a znode of 100 bytes."""
    return frame(OpCode.CREATE, CreateRequest(path, DATA, ACL, 0).encode())


@dataclass(slots=True)
class Work:
    """Requests of one size each, and how long a reply is."""

    requests: list[bytes]
    reply_bytes: int


class Session:
    """One connection with a session."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        hello = ConnectRequest(0, 0, 60_000, 0, bytes(16)).encode() + b"\0"
        self.socket.sendall(len(hello).to_bytes(4, "big") + hello)
        self.read(4 + 37)

    def read(self, size: int) -> bytes:
        """Return exactly so many bytes."""
        content = b""
        while len(content) < size:
            part = self.socket.recv(size - len(content))
            if not part:
                raise ConnectionError("the server has closed the connection")
            content += part
        return content

    def ask(self, request: bytes, reply_bytes: int) -> float:
        """Do one request; return the seconds it took."""
        begin = time.perf_counter()
        self.socket.sendall(request)
        reply = self.read(reply_bytes)
        taken = time.perf_counter() - begin
        if reply[16:20] != bytes(4):
            raise RuntimeError(f"refused: {struct.unpack('>i', reply[16:20])[0]}")
        return taken


def pump(sessions: list[Session], work: list[Work], window: int) -> float:
    """Do every session's work with so many requests under way on each; returns requests per second."""
    selector = selectors.DefaultSelector()
    sent, received = [0] * len(sessions), [0] * len(sessions)
    total = sum(len(each.requests) for each in work)
    begin = time.perf_counter()
    for number, session in enumerate(sessions):
        selector.register(session.socket, selectors.EVENT_READ, number)
        session.socket.sendall(b"".join(work[number].requests[:window]))
        sent[number] = min(window, len(work[number].requests))
    left = total
    while left:
        ready = selector.select(SECONDS)
        if not ready:
            raise RuntimeError(f"{left} of {total} requests were not answered")
        for key, _ in ready:
            number = key.data
            size = work[number].reply_bytes
            before = received[number] // size
            received[number] += len(sessions[number].socket.recv(1 << 18))
            answered = received[number] // size
            left -= answered - before
            upto = answered + window
            # a pipelining client goes on in steps of half its window, as one that flushes its buffer does
            if upto > sent[number] and (window == 1 or upto - sent[number] >= window // 2 or answered == sent[number]):
                more = work[number].requests[sent[number] : upto]
                if more:
                    sessions[number].socket.sendall(b"".join(more))
                    sent[number] += len(more)
    taken = time.perf_counter() - begin
    selector.close()
    return total / taken


class Side:
    """One server under load, started when it is needed first; names are never used twice."""

    def __init__(self, command: tuple[str, ...], directory: Path, **settings: object) -> None:
        self.process = ZooKeeperProcess(directory / "data", free_port(), **settings)
        self._command = command
        self._numbers = count()

    @cached_property
    def port(self) -> int:
        """Where the running server listens."""
        self.process.start(self._command)
        setup = Session(self.process.port)
        setup.ask(create("/bench"), HEAD_BYTES + 4 + len("/bench"))
        setup.socket.close()
        return self.process.port

    def work(self, operation: str, requests: int) -> Work:
        """New requests of one kind."""
        if operation == "create":
            number = next(self._numbers)
            paths = [f"/bench/{number:04d}-{index:06d}" for index in range(requests)]
            return Work([create(path) for path in paths], HEAD_BYTES + 4 + len(paths[0]))
        path = f"/bench/one-{next(self._numbers):06d}"
        setup = Session(self.port)
        setup.ask(create(path), HEAD_BYTES + 4 + len(path))
        setup.socket.close()
        if operation == "set":
            return Work(
                [frame(OpCode.SET_DATA, SetDataRequest(path, DATA, -1).encode())] * requests, HEAD_BYTES + STAT_BYTES
            )
        request = frame(OpCode.GET_DATA, PathWatchRequest(path, False).encode())
        return Work([request] * requests, HEAD_BYTES + 4 + len(DATA) + STAT_BYTES)

    def rate(self, operation: str, connections: int, window: int, requests: int) -> float:
        """Requests per second of so many connections together."""
        sessions = [Session(self.port) for _ in range(connections)]
        work = [self.work(operation, requests // connections) for _ in sessions]
        try:
            return pump(sessions, work, window)
        finally:
            for session in sessions:
                session.socket.close()

    def wait(self, operation: str, requests: int, share: float) -> float:
        """Microseconds that one client waits for one request; share: 0.5 for the median."""
        session = Session(self.port)
        work = self.work(operation, requests)
        taken = sorted(session.ask(request, work.reply_bytes) for request in work.requests)
        session.socket.close()
        return taken[int(len(taken) * share)] * 1e6

    def fire(self, watches: int) -> float:
        """Watches fired per second: one client has them on as many znodes, another changes those."""
        watcher, writer = Session(self.port), Session(self.port)
        number = next(self._numbers)
        paths = [f"/bench/{number:04d}-{index:06d}" for index in range(watches)]
        pump([writer], [Work([create(path) for path in paths], HEAD_BYTES + 4 + len(paths[0]))], WINDOW)
        gets = [frame(OpCode.GET_DATA, PathWatchRequest(path, True).encode()) for path in paths]
        pump([watcher], [Work(gets, HEAD_BYTES + 4 + len(DATA) + STAT_BYTES)], WINDOW)
        sets = [frame(OpCode.SET_DATA, SetDataRequest(path, DATA, -1).encode()) for path in paths]
        events = (HEAD_BYTES + 12 + len(paths[0])) * watches
        begin = time.perf_counter()
        selector = selectors.DefaultSelector()
        selector.register(watcher.socket, selectors.EVENT_READ, "events")
        selector.register(writer.socket, selectors.EVENT_READ, "replies")
        writer.socket.sendall(b"".join(sets[:WINDOW]))
        sent, got, seen = WINDOW, 0, 0
        while seen < events:
            for key, _ in selector.select(SECONDS):
                if key.data == "events":
                    seen += len(watcher.socket.recv(1 << 18))
                    continue
                got += len(writer.socket.recv(1 << 18))
                upto = got // (HEAD_BYTES + STAT_BYTES) + WINDOW
                if sent < len(sets) and upto - sent >= WINDOW // 2:
                    writer.socket.sendall(b"".join(sets[sent:upto]))
                    sent = min(upto, len(sets))
        taken = time.perf_counter() - begin
        for session in (watcher, writer):
            session.socket.close()
        return watches / taken

    def fill(self, nodes: int) -> None:
        """Make so many znodes of 100 bytes."""
        writer = Session(self.port)
        paths = [f"/bench/full-{index:08d}" for index in range(nodes)]
        pump([writer], [Work([create(path) for path in paths], HEAD_BYTES + 4 + len(paths[0]))], WINDOW)
        writer.socket.close()

    def close(self) -> None:
        """Stop the server."""
        self.process.close()


@contextmanager
def side(command: tuple[str, ...], **settings: object) -> Iterator[Side]:
    """A server on an empty data directory, as shipped."""
    os.environ["APACHE_AS_SHIPPED"] = "1"
    with tempfile.TemporaryDirectory() as name:
        running = Side(command, Path(name), **settings)
        try:
            yield running
        finally:
            running.close()


def memory(command: tuple[str, ...]) -> float:
    """Megabytes that a server with 100,000 znodes of 100 bytes holds."""
    with side(command) as running:
        running.fill(NODES)
        return resident_megabytes(running.process.pid)


def pause(command: tuple[str, ...]) -> float:
    """The longest wait, in milliseconds, of one who reads all the time while 100,000 znodes go into a snapshot."""
    with side(command, snapCount=60_000) as running:
        running.fill(NODES)
        reader, writer = Session(running.port), Session(running.port)
        get = running.work("get", 1)
        change = running.work("set", 1)
        snapshots = running.process.data_dir / "version-2"
        before = set(snapshots.glob("snapshot.*"))
        longest = 0.0
        done_at: float | None = None
        deadline = time.monotonic() + SECONDS
        while done_at is None or time.monotonic() < done_at:
            if done_at is None:
                pump([writer], [Work(change.requests * 20, change.reply_bytes)], 20)
            longest = max(longest, *(reader.ask(get.requests[0], get.reply_bytes) for _ in range(10)))
            if done_at is None and set(snapshots.glob("snapshot.*")) - before:
                done_at = time.monotonic() + 1.5  # Apache's file has its name from its first byte on
            if time.monotonic() > deadline:
                raise RuntimeError("no snapshot was taken")
        for session in (reader, writer):
            session.socket.close()
        return longest * 1e3


def rows(ours: Side, theirs: Side) -> list[Row]:
    """One row per operation and way to ask."""
    done: list[Row] = []

    def row(name: str, unit: str, measure: Callable[[Side], float], *, more_is_better: bool) -> None:
        done.append(
            Row(name, unit, partial(measure, ours), partial(measure, theirs), more_is_better=more_is_better, target=0.9)
        )

    for operation in OPERATIONS:
        for share, title in ((0.5, "p50"), (0.99, "p99")):
            wait = partial(Side.wait, operation=operation, requests=2000, share=share)
            row(f"ZooKeeper {operation}, one client, one at a time, {title}", "us", wait, more_is_better=False)
        for connections, window, requests in LOADS:
            how = "one at a time" if window == 1 else f"{window} pipelined on each"
            name = f"ZooKeeper {operation}, {connections} connection{'s'[: connections > 1]}, {how}"
            rate = partial(Side.rate, operation=operation, connections=connections, window=window, requests=requests)
            row(name, "/s", rate, more_is_better=True)
    row("ZooKeeper, 10,000 watches fired", "/s", partial(Side.fire, watches=WATCHES), more_is_better=True)
    return done


def rows_of_full_servers() -> list[Row]:
    """Rows that start servers of their own."""
    return [
        Row(
            "ZooKeeper, 100,000 znodes of 100 bytes: memory",
            "MB",
            partial(memory, ZooKeeperProcess.OURS),
            partial(memory, THEIRS),
            target=2,
        ),
        Row(
            "ZooKeeper, 100,000 znodes: longest wait during a snapshot",
            "ms",
            partial(pause, ZooKeeperProcess.OURS),
            partial(pause, THEIRS),
            target=0.9,
        ),
    ]
