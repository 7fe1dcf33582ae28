"""Many clients that do little or harm: what they cost in memory, and that others are served meanwhile."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from kafkacli.zookeeper.protocol import CreateRequest, OpCode, PathWatchRequest, RequestHeader
from tests.support.server import free_port
from tests.support.zookeeper import ZooKeeperProcess, four_letter
from tests.support.zookeeper_pipeline import OPEN
from tests.support.zookeeper_raw import RawClient

IDLE = int(os.environ.get("KAFKACLI_IDLE_CONNECTIONS", "1000"))
HOSTILE = int(os.environ.get("KAFKACLI_HOSTILE_CLIENTS", "40"))
BIG = 500_000
_WRITABLE_SECONDS = 0.05


class Crowd:
    """A server of ours as a process, and clients that are gone after the test."""

    def __init__(self, directory: Path) -> None:
        self.process = ZooKeeperProcess(directory / "data", free_port(), preAllocSize=64, clientPortListenBacklog=1000)
        self.process.start()
        self.clients: list[RawClient] = []
        self.good = self.client()
        self.before = self.resident()

    def client(self) -> RawClient:
        """Return a client with a session."""
        self.clients.append(RawClient(self.process.port))
        self.clients[-1].connect(timeout_ms=40_000)
        return self.clients[-1]

    def resident(self) -> int:
        """Bytes in memory now."""
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def growth(self) -> int:
        """Bytes in memory now beyond those of a server with one client."""
        return self.resident() - self.before

    def longest_wait(self) -> float:
        """Seconds that the slowest of some pings takes."""
        longest = 0.0
        for _ in range(50):
            begin = time.perf_counter()
            self.good.ping()
            longest = max(longest, time.perf_counter() - begin)
        return longest


@pytest.fixture
def crowd(tmp_path: Path) -> Iterator[Crowd]:
    if not Path("/proc/self/statm").exists():
        pytest.skip("memory is measured by /proc, which is not here")
    crowd = Crowd(tmp_path)
    yield crowd
    for client in crowd.clients:
        client.close()
    crowd.process.close()


def test_idle_connections_cost_little(crowd: Crowd) -> None:
    for _ in range(IDLE):
        client = crowd.client()
        client.call(OpCode.EXISTS, PathWatchRequest("/none", True))
    assert f"Connections: {IDLE + 2}\n" in four_letter(crowd.process.port, "srvr")
    each = crowd.growth() / IDLE
    print(f"{IDLE} idle connections: {each / 1024:.1f} KiB each, longest ping {crowd.longest_wait() * 1000:.1f} ms")
    assert each < 16 * 1024
    crowd.good.call(OpCode.CREATE, CreateRequest("/none", b"", OPEN, 0))
    for client in crowd.clients[1:]:
        client.ping()
        assert [event.path for event in client.events] == ["/none"]


def test_clients_that_never_read_cost_a_reply_or_two(crowd: Crowd) -> None:
    crowd.good.call(OpCode.CREATE, CreateRequest("/big", b"x" * BIG, OPEN, 0))
    frame = RequestHeader(1, OpCode.GET_DATA).encode() + PathWatchRequest("/big", False).encode()
    for _ in range(HOSTILE):
        client = crowd.client()
        client.socket.settimeout(_WRITABLE_SECONDS)
        with suppress(TimeoutError):
            client.socket.sendall((len(frame).to_bytes(4, "big") + frame) * 1000)
    each = crowd.growth() / HOSTILE
    print(f"{HOSTILE} that never read: {each / 1024:.0f} KiB each, longest ping {crowd.longest_wait() * 1000:.1f} ms")
    assert each < 4 * BIG


def test_frames_that_never_end_cost_what_has_come(crowd: Crowd) -> None:
    for _ in range(HOSTILE):
        client = crowd.client()
        client.socket.sendall((0xFFFFF).to_bytes(4, "big") + b"x" * BIG)
    crowd.good.ping()
    each = crowd.growth() / HOSTILE
    print(f"{HOSTILE} half frames: {each / 1024:.0f} KiB each, longest ping {crowd.longest_wait() * 1000:.1f} ms")
    assert each < 3 * BIG
    for client in crowd.clients[1:]:
        client.close()
    until_gone = time.monotonic() + 10
    while "Connections: 2\n" not in four_letter(crowd.process.port, "srvr"):
        assert time.monotonic() < until_gone
    crowd.good.ping()


def test_connections_without_a_word_go_after_a_while(tmp_path: Path) -> None:
    process = ZooKeeperProcess(tmp_path / "data", free_port(), preAllocSize=64, nio__sessionlessCnxnTimeout=200)
    process.start()
    silent = [RawClient(process.port) for _ in range(HOSTILE)]
    try:
        assert all(client.is_closed() for client in silent)
        assert "Connections: 1\n" in four_letter(process.port, "srvr")
    finally:
        for client in silent:
            client.close()
        process.close()
