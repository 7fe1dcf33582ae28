"""The seam to ZooKeeper, with the server on the loop that asks."""

import asyncio
from pathlib import Path

import pytest

from kafkacli.controller.zookeeper_client import (
    BadVersion,
    Check,
    ConnectionLost,
    Create,
    Delete,
    NodeExists,
    NoNode,
    NotEmpty,
    Set,
    Step,
    ZooKeeperClient,
    ZooKeeperError,
)
from tests.support.controller import start_zookeeper, zookeeper_client
from tests.support.loop import on_loop
from tests.support.server import free_port


@on_loop
async def test_znodes_are_made_read_changed_and_deleted(tmp_path: Path) -> None:
    async with zookeeper_client(tmp_path) as (_, client):
        assert await client.create("/a", None) == "/a"
        assert await client.get("/a") == (None, await client.exists("/a"))
        assert (await client.set("/a", b"1")).version == 1
        assert (await client.get("/a"))[0] == b"1"
        assert await client.create("/a/n_", b"", sequence=True) == "/a/n_0000000000"
        assert await client.children("/a") == ["n_0000000000"]
        await client.delete_recursive("/a")
        assert await client.exists("/a") is None
        await client.delete_recursive("/a")


@on_loop
async def test_refusals_have_their_classes(tmp_path: Path) -> None:
    async with zookeeper_client(tmp_path) as (_, client):
        await client.ensure("/a/b")
        refused: list[tuple[object, type[ZooKeeperError]]] = [
            (client.create("/a"), NodeExists),
            (client.create("/none/b"), NoNode),
            (client.get("/none"), NoNode),
            (client.children("/none"), NoNode),
            (client.set("/a", b"", 7), BadVersion),
            (client.delete("/a"), NotEmpty),
            (client.multi([Create("/c"), Set("/none", b"")]), NoNode),
            (client.multi([Create("/c"), Check("/a", 5)]), BadVersion),
            (client.multi([Create("/a")]), NodeExists),
        ]
        for call, error in refused:
            assert asyncio.iscoroutine(call)
            with pytest.raises(error):
                await call
        assert await client.exists("/c") is None


@on_loop
async def test_a_transaction_is_done_as_a_whole(tmp_path: Path) -> None:
    async with zookeeper_client(tmp_path) as (_, client):
        steps: list[Step] = [Create("/a", None, ephemeral=True), Set("/a", b"1", 0), Create("/b", b"2"), Delete("/b")]
        results = await client.multi(steps)
        data, stat = await client.get("/a")
        assert (data, results[1]) == (b"1", stat)
        assert stat.ephemeral_owner == client.session_id
        assert await client.exists("/b") is None


@on_loop
async def test_missing_parents_are_made_and_what_is_there_stays(tmp_path: Path) -> None:
    async with zookeeper_client(tmp_path) as (_, client):
        await client.ensure("/a/b/c", b"1")
        await client.ensure("/a/b/c", b"2")
        assert (await client.get("/a/b/c"))[0] == b"1"
        assert (await client.get("/a/b"))[0] is None


@on_loop
async def test_a_watch_is_called_once_on_the_loop(tmp_path: Path) -> None:
    async with zookeeper_client(tmp_path) as (_, client):
        fired: list[str] = []
        happened = asyncio.Event()

        def watch() -> None:
            asyncio.get_running_loop()
            fired.append("watch")
            happened.set()

        for _ in range(3):  # asked three times, told once
            await client.exists("/a", watch)
        await client.create("/a")
        await asyncio.wait_for(happened.wait(), 5)
        await client.set("/a", b"")
        await client.exists("/a")
        assert fired == ["watch"]


@on_loop
async def test_everything_happens_below_the_chroot(tmp_path: Path) -> None:
    async with zookeeper_client(tmp_path) as (server, client):
        rooted = ZooKeeperClient(f"127.0.0.1:{server.port}/some/where", 6000)
        await rooted.connect(5000)
        try:
            await rooted.create("/a", b"1")
            assert (await client.get("/some/where/a"))[0] == b"1"
            assert await rooted.children("/") == ["a"]
            assert await rooted.create("/n_", b"", sequence=True) == "/n_0000000001"
            await rooted.multi([Create("/b")])
            assert await client.exists("/some/where/b") is not None
        finally:
            await rooted.close()


@on_loop
async def test_nobody_there_is_said_when_the_time_is_over() -> None:
    client = ZooKeeperClient(f"127.0.0.1:{free_port()}", 6000)
    with pytest.raises(ConnectionLost, match="Timed out waiting for connection to 127"):
        await client.connect(100)
    await client.close()


@on_loop
async def test_the_session_outlives_a_server_that_comes_back(tmp_path: Path) -> None:
    connected: asyncio.Queue[bool] = asyncio.Queue()
    async with zookeeper_client(tmp_path, on_connected=connected.put_nowait) as (server, client):
        await client.multi([Create("/a", b"", ephemeral=True)])
        session = client.session_id
        await server.stop()
        again = await start_zookeeper(tmp_path, server.port)
        try:
            assert await asyncio.wait_for(connected.get(), 10) is False
            assert client.session_id == session
            assert await client.exists("/a") is not None
            again.close_session(session)
            assert await asyncio.wait_for(connected.get(), 10) is True
            assert client.session_id != session
        finally:
            await client.close()
            await again.stop()


@on_loop
async def test_the_end_of_the_session_takes_its_ephemeral_znodes(tmp_path: Path) -> None:
    async with zookeeper_client(tmp_path) as (server, client):
        other = ZooKeeperClient(f"127.0.0.1:{server.port}", 6000)
        await other.connect(5000)
        await other.multi([Create("/a", b"", ephemeral=True)])
        await other.close()
        assert await client.exists("/a") is None
