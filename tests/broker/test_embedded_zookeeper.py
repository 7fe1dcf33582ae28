"""When the embedded ZooKeeper is brought along, and what it leaves behind."""

import asyncio
import socket
from pathlib import Path

import pytest

from kafkacli.broker import embedded_zookeeper
from kafkacli.broker.embedded_zookeeper import EmbeddedZooKeeper, Place, answers, place_of
from kafkacli.controller.zookeeper_client import Create, ZooKeeperClient
from tests.support.controller import start_zookeeper
from tests.support.loop import on_loop


@pytest.mark.parametrize(
    ("connect", "place"),
    [
        ("127.0.0.1:2182", Place("127.0.0.1", 2182, "", "127.0.0.1")),
        ("localhost", Place("localhost", 2181, "", "127.0.0.1")),
        ("localhost:2181/kafka/one", Place("localhost", 2181, "/kafka/one", "127.0.0.1")),
        ("[::1]:2181", Place("::1", 2181, "", "::1")),
        ("a:1,b:2", None),
        ("localhost:port", None),
        ("203.0.113.7:2181", Place("203.0.113.7", 2181, "", None)),
    ],
)
def test_what_zookeeper_connect_points_to(connect: str, place: Place | None) -> None:
    assert place_of(connect) == place


@on_loop
async def test_whether_anybody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        assert await answers(Place("127.0.0.1", port, "", "127.0.0.1"))
    assert not await answers(Place("127.0.0.1", port, "", "127.0.0.1"))


@on_loop
async def test_it_serves_and_keeps_its_data(tmp_path: Path) -> None:
    place = Place("localhost", 0, "/root", "127.0.0.1")
    for existed in (False, True):
        embedded = EmbeddedZooKeeper(place, tmp_path / "data")
        await embedded.start(None)
        client = ZooKeeperClient(embedded.connect, 6000)
        await client.connect(5000)
        assert (await client.exists("/a") is not None) is existed
        await client.ensure("/a")
        await client.close()
        await embedded.stop()
    embedded.remove_new()  # it was there before
    assert (tmp_path / "data").exists()


@on_loop
async def test_one_address_may_have_any_number_of_connections(tmp_path: Path) -> None:
    embedded = EmbeddedZooKeeper(Place("localhost", 0, "", "127.0.0.1"), tmp_path / "data")
    await embedded.start(None)
    port = int(embedded.connect.rpartition(":")[2])
    clients = [await asyncio.open_connection("127.0.0.1", port) for _ in range(61)]  # 60: the limit of zoo.cfg
    for reader, writer in clients:
        writer.write(b"srvr")
        assert b"Mode: standalone" in await reader.read()
        writer.close()
    await embedded.stop()


@on_loop
async def test_only_the_dead_brokers_session_is_ended(tmp_path: Path) -> None:
    server = await start_zookeeper(tmp_path / "data")
    sessions = []
    for name in ("dead", "alive"):
        client = ZooKeeperClient(f"127.0.0.1:{server.port}", 6000)
        await client.connect(5000)
        await client.multi([Create(f"/{name}", b"", ephemeral=True)])
        sessions.append((client.session_id, client))
    await server.stop()
    embedded = EmbeddedZooKeeper(Place("127.0.0.1", server.port, "", "127.0.0.1"), tmp_path / "data")
    await embedded.start(sessions[0][0])
    reader = ZooKeeperClient(embedded.connect, 6000)
    await reader.connect(5000)
    assert [await reader.exists(path) is not None for path in ("/dead", "/alive")] == [False, True]
    for client in (reader, sessions[0][1], sessions[1][1]):
        await client.close()
    await embedded.stop()
    await embedded.failed()  # it was told to


@on_loop
async def test_a_failed_start_removes_what_it_made(tmp_path: Path) -> None:
    embedded = EmbeddedZooKeeper(Place("localhost", 0, "", "127.0.0.1"), tmp_path / "data")
    await embedded.start(None)
    await embedded.stop()
    embedded.remove_new()
    assert not (tmp_path / "data").exists()


def test_the_session_is_kept_beside_the_data(tmp_path: Path) -> None:
    assert embedded_zookeeper.read_session(str(tmp_path)) is None
    embedded_zookeeper.write_session(str(tmp_path), -5)
    assert embedded_zookeeper.read_session(str(tmp_path)) == -5
    (tmp_path / embedded_zookeeper.SESSION_FILE).write_text("torn")
    assert embedded_zookeeper.read_session(str(tmp_path)) is None
    for _ in range(2):
        embedded_zookeeper.forget_session(str(tmp_path))
    assert list(tmp_path.iterdir()) == []
