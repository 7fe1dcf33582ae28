"""The server from start to stop, as kazoo sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kazoo.client import KazooClient

from tests.support.zookeeper import RunningZooKeeper

_SECONDS = 10


@pytest.fixture
def connect(zookeeper_server: RunningZooKeeper) -> Iterator[Callable[..., Any]]:
    """Make kazoo clients; they end with the test."""
    clients = []

    def make(**arguments: Any) -> Any:
        client = KazooClient(zookeeper_server.address, **{"timeout": 10, **arguments})
        clients.append(client)
        client.start(_SECONDS)
        return client

    yield make
    for client in clients:
        client.stop()
        client.close()


def test_what_was_written_is_there_after_a_restart(
    zookeeper_server: RunningZooKeeper, connect: Callable[..., Any]
) -> None:
    client = connect()
    client.create("/a", b"1")
    client.create("/a/b", b"2", ephemeral=True)
    client.set("/a", b"3")
    before = client.get("/a")
    client.stop()
    zookeeper_server.stop()
    zookeeper_server.start()
    client = connect()
    after = client.get("/a")
    assert after[0] == before[0] == b"3"
    assert (after[1].mzxid, after[1].version, after[1].ctime) == (before[1].mzxid, 1, before[1].ctime)
    assert client.get_children("/a") == []


def test_a_session_can_be_ended_before_the_server_listens(
    zookeeper_server: RunningZooKeeper, connect: Callable[..., Any]
) -> None:
    client = connect()
    client.create("/dead", b"", ephemeral=True)
    session_id = client.client_id[0]
    zookeeper_server.stop()
    zookeeper_server.start(close_sessions=[session_id, 12345])
    assert connect().exists("/dead") is None


def test_a_port_in_use_is_named(zookeeper_server: RunningZooKeeper, tmp_path: Path) -> None:
    with pytest.raises(OSError, match=f"can't listen on 127.0.0.1:{zookeeper_server.port}"):
        RunningZooKeeper(tmp_path / "other", client_port=zookeeper_server.port)
