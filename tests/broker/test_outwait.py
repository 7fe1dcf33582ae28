"""Whom a starting broker waits for: a dead one with its id, not a living one; on a real ZooKeeper server."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from kafkacli.broker import outwait as module
from kafkacli.broker.outwait import outwait
from kafkacli.controller.registration import AlreadyRegistered, make_persistent_paths, register
from kafkacli.controller.zookeeper_client import ZooKeeperClient
from kafkacli.registry.znodes import BrokerRegistration
from tests.support.controller import NOW_MS, zookeeper_client
from tests.support.loop import on_loop
from tests.support.server import free_port


def at(port: int) -> BrokerRegistration:
    return BrokerRegistration((("PLAINTEXT", "PLAINTEXT", "127.0.0.1", port),))


@asynccontextmanager
async def held_by(
    directory: Path, holder: BrokerRegistration
) -> AsyncIterator[tuple[ZooKeeperClient, ZooKeeperClient]]:
    """Our client, and that of the broker whose znode stands in the way."""
    async with zookeeper_client(directory) as (zookeeper, client):
        other = ZooKeeperClient(f"127.0.0.1:{zookeeper.port}", 6000)
        await other.connect(5000)
        await make_persistent_paths(client)
        await register(other, 1, holder, NOW_MS)
        try:
            yield client, other
        finally:
            await other.close()


async def refused(client: ZooKeeperClient, mine: BrokerRegistration) -> AlreadyRegistered:
    with pytest.raises(AlreadyRegistered) as error:
        await register(client, 1, mine, NOW_MS)
    return error.value


@pytest.mark.parametrize("whose", ["a broker's that doesn't answer", "our last run's", "one's with our own address"])
@on_loop
async def test_a_dead_brokers_znode_is_waited_for(whose: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    listening = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    open_port = listening.sockets[0].getsockname()[1]
    holder, mine = {
        "a broker's that doesn't answer": (at(free_port()), at(1)),
        "our last run's": (at(open_port), at(1)),
        "one's with our own address": (at(open_port), at(open_port)),
    }[whose]
    async with held_by(tmp_path, holder) as (client, other):
        held = await refused(client, mine)
        last_session = other.session_id if whose == "our last run's" else None
        with caplog.at_level(logging.WARNING):
            waiting = asyncio.create_task(outwait(client, held, mine, last_session=last_session))
            while "is still held by the session" not in caplog.text:
                assert not waiting.done()
                await asyncio.sleep(0)
            await other.close()
            await waiting
        assert len([record for record in caplog.records if "still held" in record.message]) == 1
        await register(client, 1, mine, NOW_MS)
    listening.close()


@on_loop
async def test_a_living_one_is_not_waited_for(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    listening = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    async with held_by(tmp_path, at(listening.sockets[0].getsockname()[1])) as (client, _):
        await outwait(client, await refused(client, at(1)), at(1), last_session=None)
        assert "still held" not in caplog.text
    listening.close()


@on_loop
async def test_the_wait_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with held_by(tmp_path, at(free_port())) as (client, _):
        monkeypatch.setattr(module, "EXPIRY_MARGIN_MS", 100 - client.session_timeout_ms)
        held = await refused(client, at(1))
        await outwait(client, held, at(1), last_session=None)
        await refused(client, at(1))
