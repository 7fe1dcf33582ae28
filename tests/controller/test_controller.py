"""The election and the queue, on a real ZooKeeper server."""

import asyncio
from pathlib import Path

import pytest

from kafkacli.controller.controller import Controller
from kafkacli.controller.zookeeper_client import ConnectionLost, Create
from kafkacli.registry import znodes
from tests.support.controller import NODE_ID, NOW_MS, NotingBroker, controlled_cluster, start_zookeeper
from tests.support.loop import on_loop


@on_loop
async def test_the_first_broker_is_elected(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path) as cluster:
        data, stat = await cluster.zookeeper.get(znodes.CONTROLLER)
        assert data == b'{"version":1,"brokerid":1,"timestamp":"1700000000000"}'
        assert stat.ephemeral_owner == cluster.zookeeper.session_id
        assert (await cluster.zookeeper.get(znodes.CONTROLLER_EPOCH))[0] == b"1"
        assert cluster.controller.is_active
        assert cluster.broker.controller_id == NODE_ID


@on_loop
async def test_the_second_waits_and_takes_over(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path) as cluster:
        broker = NotingBroker()
        second = Controller(cluster.zookeeper, 2, broker, lambda: NOW_MS)
        await second.start()
        assert not second.is_active
        assert broker.controller_id == NODE_ID
        await cluster.controller.stop()
        await cluster.zookeeper.delete(znodes.CONTROLLER)
        assert await second.wait_until(lambda: second.is_active, 5000)
        assert (await cluster.zookeeper.get(znodes.CONTROLLER_EPOCH))[0] == b"2"
        await second.stop()


@on_loop
async def test_a_deleted_controller_znode_means_a_new_election(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path) as cluster:
        await cluster.zookeeper.delete(znodes.CONTROLLER)
        epochs: list[bytes | None] = []

        async def read() -> None:
            epochs.append((await cluster.zookeeper.get(znodes.CONTROLLER_EPOCH))[0])

        while b"2" not in epochs:
            await cluster.controller.submit(read)
        assert cluster.controller.is_active
        await cluster.write_topic("t", (NODE_ID,))
        await cluster.until(lambda: cluster.broker.has_topic("t"))
        assert (await cluster.state("t")).controller_epoch == 2


@on_loop
async def test_a_superseded_controller_writes_nothing(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path) as cluster:
        # Another broker's election, of which this one has not heard: its watch on /controller is taken off first.
        await cluster.controller.submit(lambda: cluster.zookeeper.delete(znodes.CONTROLLER))
        await cluster.zookeeper.multi([Create(znodes.CONTROLLER, znodes.encode_controller(9, 0), ephemeral=True)])
        await cluster.zookeeper.set(znodes.CONTROLLER_EPOCH, b"7")
        await cluster.write_topic("t", (NODE_ID,))
        await cluster.until(lambda: cluster.broker.controller_id == 9)
        assert not cluster.controller.is_active
        assert await cluster.zookeeper.exists("/brokers/topics/t/partitions") is None


@on_loop
async def test_what_happened_while_zookeeper_was_away_is_caught_up_on(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path) as cluster:
        await cluster.write_topic("before", (NODE_ID,))
        await cluster.until(lambda: cluster.broker.has_topic("before"))
        session, port = cluster.zookeeper.session_id, cluster.server.port
        await cluster.server.stop()
        cluster.server = await start_zookeeper(tmp_path, port)
        try:
            await cluster.until(lambda: cluster.controller.is_active)
            while True:
                try:
                    await cluster.write_topic("after", (NODE_ID,))
                    break
                except ConnectionLost:
                    await asyncio.sleep(0.01)
            await cluster.until(lambda: cluster.broker.has_topic("after"))
            assert cluster.zookeeper.session_id == session
        finally:
            await cluster.zookeeper.close()
            await cluster.server.stop()


@on_loop
async def test_an_event_that_fails_does_not_stop_the_next(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path) as cluster:

        async def fail() -> None:
            raise RuntimeError("no")

        with pytest.raises(RuntimeError, match="no"):
            await cluster.controller.submit(fail)
        await cluster.write_topic("t", (NODE_ID,))
        await cluster.until(lambda: cluster.broker.has_topic("t"))
        assert not await cluster.controller.wait_until(lambda: False, 20)
