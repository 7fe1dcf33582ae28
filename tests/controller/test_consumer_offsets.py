"""Offsets of the oldest consumers in ZooKeeper."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kafkacli.controller.consumer_offsets import read_offset, write_offset
from kafkacli.controller.zookeeper_client import ZooKeeperClient
from tests.support.loop import LoopThread
from tests.support.zookeeper import RunningZooKeeper


@pytest.fixture
def loop() -> Iterator[LoopThread]:
    thread = LoopThread()
    yield thread
    thread.stop()


@pytest.fixture
def zookeeper(tmp_path: Path, loop: LoopThread) -> Iterator[ZooKeeperClient]:
    server = RunningZooKeeper(tmp_path)

    async def connect() -> ZooKeeperClient:
        client = ZooKeeperClient(server.address, 6000)
        await client.connect(10_000)
        return client

    client = loop.run(connect())
    yield client
    loop.run(client.close())
    server.stop()


def test_an_offset_is_the_text_of_a_znode(loop: LoopThread, zookeeper: ZooKeeperClient) -> None:
    assert loop.run(read_offset(zookeeper, "g", "t", 0)) is None
    for offset in (5, 17):
        loop.run(write_offset(zookeeper, "g", "t", 0, offset))
        assert loop.run(zookeeper.get("/consumers/g/offsets/t/0"))[0] == b"%d" % offset
        assert loop.run(read_offset(zookeeper, "g", "t", 0)) == offset


def test_a_znode_without_a_number_is_an_error(loop: LoopThread, zookeeper: ZooKeeperClient) -> None:
    loop.run(zookeeper.ensure("/consumers/g/offsets/t/0", b"many"))
    with pytest.raises(ValueError):
        loop.run(read_offset(zookeeper, "g", "t", 0))
