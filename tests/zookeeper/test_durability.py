"""kill -9 under load: no acknowledged change is lost, none is invented."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from kazoo.client import KazooClient

from kafkacli.zookeeper.protocol import CreateRequest, GetChildrenResponse, OpCode, PathWatchRequest
from tests.support.server import free_port
from tests.support.waiting import until
from tests.support.zookeeper import ZooKeeperProcess
from tests.support.zookeeper_pipeline import OPEN
from tests.support.zookeeper_raw import RawClient

ROUNDS = int(os.environ.get("KILL_ROUNDS", "3"))
_SECONDS = 20
_PIPELINED = 400


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ZooKeeperProcess]:
    process = ZooKeeperProcess(tmp_path / "data", free_port(), snapCount=300)
    yield process
    process.close()


def test_acknowledged_changes_survive_kill_9(server: ZooKeeperProcess) -> None:
    acknowledged: dict[str, bytes] = {}
    asked: set[str] = set()
    for number in range(ROUNDS + 1):
        server.start()
        client = KazooClient(server.address, timeout=30)
        client.start(_SECONDS)
        reads = {name: client.get_async(f"/{name}") for name in client.get_children("/") if name != "zookeeper"}
        found = {name: read.get()[0] for name, read in reads.items()}
        assert acknowledged.items() <= found.items()
        assert found.keys() <= asked
        names = [f"r{number}-{index}" for index in range(_PIPELINED)]
        asked |= set(names)
        acknowledged |= _create_until_killed(server, client, names, after=(7 + 61 * number) % _PIPELINED)
        client.stop()
        client.close()
    assert len(acknowledged) > ROUNDS


def _create_until_killed(server: ZooKeeperProcess, client: Any, names: list[str], *, after: int) -> dict[str, bytes]:
    """Ask for all names at once, kill the server in the middle, return what it acknowledged."""
    results = [(name, client.create_async(f"/{name}", name.encode())) for name in names]
    until(results[after][1].ready)
    server.kill()
    until(lambda: not client.connected)  # what the socket still held has been read
    return {name: name.encode() for name, result in results if result.ready() and result.successful()}


def test_a_full_disk_ends_the_server_and_loses_nothing_acknowledged(tmp_path: Path) -> None:
    server = ZooKeeperProcess(tmp_path / "full", free_port(), preAllocSize=64)
    limited = ("prlimit", "--fsize=200000", *ZooKeeperProcess.OURS)  # as a disk does, a file takes so much and no more
    if shutil.which(limited[0]) is None:
        pytest.skip("prlimit is not here")
    try:
        server.start(limited)
        client = RawClient(server.port)
        client.connect()
        kept = 0
        with suppress(ConnectionError, EOFError):
            while client.call(OpCode.CREATE, CreateRequest(f"/n{kept}", b"x" * 10_000, OPEN, 0))[0] == 0:
                kept += 1
        client.close()
        assert server.wait() == 1
        assert "from the transaction log: [Errno 27] File too large" in server.log.read_text()
        assert 15 < kept < 20
        server.start()
        client = RawClient(server.port)
        client.connect()
        children = client.get(GetChildrenResponse, OpCode.GET_CHILDREN, PathWatchRequest("/", False)).children
        assert {f"n{number}" for number in range(kept)} <= set(children)
        assert len(children) <= kept + 2  # /zookeeper, and the one that was asked for last
        client.close()
    finally:
        server.close()


def test_a_snapshot_that_cannot_be_written_is_told_and_the_log_goes_on(tmp_path: Path) -> None:
    server = ZooKeeperProcess(tmp_path / "full", free_port(), preAllocSize=1, snapCount=10)
    limited = ("prlimit", "--fsize=200000", *ZooKeeperProcess.OURS)  # room for each log, not for all znodes in one file
    if shutil.which(limited[0]) is None:
        pytest.skip("prlimit is not here")
    try:
        server.start(limited)
        client = RawClient(server.port)
        client.connect()
        count = 60
        for number in range(count):
            assert client.call(OpCode.CREATE, CreateRequest(f"/n{number}", b"x" * 10_000, OPEN, 0))[0] == 0
        until(lambda: "a snapshot could not be written: [Errno 27] File too large" in server.log.read_text(), 5)
        client.close()
        server.kill()
        server.start()
        client = RawClient(server.port)
        client.connect()
        children = client.get(GetChildrenResponse, OpCode.GET_CHILDREN, PathWatchRequest("/", False)).children
        assert {f"n{number}" for number in range(count)} <= set(children)
        client.close()
    finally:
        server.close()


def test_an_ephemeral_znode_goes_when_its_session_expires(tmp_path: Path) -> None:
    server = ZooKeeperProcess(tmp_path / "short", free_port(), tickTime=100)
    try:
        server.start()
        dead = KazooClient(server.address, timeout=1)
        dead.start(_SECONDS)
        dead.create("/e", ephemeral=True)
        server.kill()
        dead.stop()
        dead.close()
        server.start()
        client = KazooClient(server.address)
        client.start(_SECONDS)
        assert client.exists("/e")  # the session has its whole timeout ahead
        until(lambda: client.exists("/e") is None, 5)
        client.stop()
        client.close()
    finally:
        server.close()
