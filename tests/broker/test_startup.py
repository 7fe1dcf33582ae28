"""The start of a broker, stage by stage, in this process: what it says when a stage fails, and what it leaves."""

import asyncio
import os
import socket
from collections.abc import Mapping
from pathlib import Path

import pytest

from kafkacli.broker.configs import KafkaConfig
from kafkacli.broker.startup import BrokerServer, StartError, ZooKeeperChoice
from kafkacli.controller.registration import make_persistent_paths, register
from kafkacli.registry import znodes
from kafkacli.registry.znodes import BrokerRegistration
from tests.support.controller import NOW_MS, start_zookeeper, zookeeper_client
from tests.support.loop import on_loop
from tests.support.server import free_port


def server(directory: Path, properties: Mapping[str, str] | None = None, *, embedded: bool = True) -> BrokerServer:
    values = {
        "broker.id": "1",
        "listeners": "PLAINTEXT://127.0.0.1:0",
        "zookeeper.connect": "127.0.0.1:0",
        "log.dirs": str(directory / "logs"),
        **(properties or {}),
    }
    return BrokerServer(KafkaConfig(values), ZooKeeperChoice(embedded, str(directory / "zk")))


async def failure(starting: BrokerServer) -> str:
    with pytest.raises(StartError) as error:
        await starting.start()
    return str(error.value)


@on_loop
async def test_a_started_broker_is_registered_and_a_stopped_one_is_not(tmp_path: Path) -> None:
    started = server(tmp_path)
    await started.start()
    address = f"PLAINTEXT://127.0.0.1:{started.broker.listeners[0].port}"
    data, stat = await started.zookeeper.get("/brokers/ids/1")
    assert znodes.decode_broker(data or b"").addresses() == [address]
    assert stat.ephemeral_owner == started.zookeeper.session_id
    assert started.topics.is_active
    assert [node.node_id for node in started.broker.metadata.brokers()] == [1]
    assert (tmp_path / "logs" / "meta.properties").read_text().endswith(f"cluster.id={started.broker.cluster_id}\n")
    await started.stop()
    assert (tmp_path / "logs" / ".kafka_cleanshutdown").exists()
    assert not (tmp_path / "logs" / ".zookeeper-session").exists()
    async with zookeeper_client(tmp_path / "zk") as (_, client):
        assert await client.children("/brokers/ids") == []
        assert await client.exists("/controller") is None


@on_loop
async def test_topics_and_their_records_are_there_after_a_restart(tmp_path: Path) -> None:
    for restarted in (False, True):
        started = server(tmp_path)
        await started.start()
        if not restarted:
            await started.topics.auto_create_topic("t")
            assert await started.controller.wait_until(lambda: "t" in started.broker.metadata, 5000)  # noqa: B023
        assert started.broker.partitions.get("t", 0).is_leader
        await started.stop()


@on_loop
async def test_a_second_broker_on_the_same_directories_is_refused(tmp_path: Path) -> None:
    first = server(tmp_path)
    await first.start()
    text = await failure(server(tmp_path))
    assert text.startswith(
        f"log directories: Failed to acquire lock on file .lock in {tmp_path}/logs. A Kafka instance"
    )
    assert await first.zookeeper.exists("/brokers/ids/1") is not None
    await first.stop()


@on_loop
async def test_a_port_in_use_leaves_nothing_behind(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        text = await failure(
            server(tmp_path, {"listeners": f"PLAINTEXT://127.0.0.1:{port}", "log.dirs": f"{tmp_path}/a/b/logs"})
        )
    assert text == f"listeners: Socket server failed to bind to 127.0.0.1:{port}: Address already in use."
    assert os.listdir(tmp_path) == []


@on_loop
async def test_directories_of_another_broker_or_cluster_are_left_alone(tmp_path: Path) -> None:
    first = server(tmp_path)
    await first.start()
    await first.stop()
    before = (tmp_path / "logs" / "meta.properties").read_bytes()
    text = await failure(server(tmp_path, {"broker.id": "5"}))
    assert text.startswith(
        "log directories: Configured broker.id 5 doesn't match stored broker.id 1 in meta.properties"
    )
    other = server(tmp_path)
    other._choice = ZooKeeperChoice(data_dir=str(tmp_path / "other-zk"))
    text = await failure(other)
    assert f"doesn't match stored clusterId Some({first.broker.cluster_id}) in meta.properties" in text
    assert (tmp_path / "logs" / "meta.properties").read_bytes() == before
    assert not (tmp_path / "other-zk").exists()


@on_loop
async def test_a_znode_that_a_living_broker_holds_is_kafkas_error(tmp_path: Path) -> None:
    async with zookeeper_client(tmp_path / "outside") as (zookeeper, client):
        await make_persistent_paths(client)
        living = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
        port = living.sockets[0].getsockname()[1]
        await register(client, 1, BrokerRegistration((("PLAINTEXT", "PLAINTEXT", "127.0.0.1", port),)), NOW_MS)
        text = await failure(server(tmp_path, {"zookeeper.connect": f"127.0.0.1:{zookeeper.port}"}))
        living.close()
        assert text.startswith(
            "registration: org.apache.zookeeper.KeeperException$NodeExistsException: KeeperErrorCode = NodeExists"
        )
        assert sorted(os.listdir(tmp_path)) == ["outside"]


@on_loop
async def test_where_none_may_be_brought_along_a_missing_zookeeper_is_said(tmp_path: Path) -> None:
    connect = f"127.0.0.1:{free_port()}"
    alone = server(tmp_path, {"zookeeper.connect": connect, "zookeeper.connection.timeout.ms": "100"}, embedded=False)
    async with asyncio.timeout(10):  # a session's timeout, which counts where the key isn't set, is longer
        assert await failure(alone) == f"ZooKeeper: Timed out waiting for connection to {connect}"
    assert os.listdir(tmp_path) == []


@on_loop
async def test_a_session_that_ends_is_followed_by_a_new_registration(tmp_path: Path) -> None:
    outside = await start_zookeeper(tmp_path / "outside")
    started = server(tmp_path, {"zookeeper.connect": f"127.0.0.1:{outside.port}"})
    await started.start()
    session = started.zookeeper.session_id
    outside.close_session(session)
    assert await started.controller.wait_until(
        lambda: started.controller.is_active and started.zookeeper.session_id != session, 10_000
    )
    _, stat = await started.zookeeper.get("/brokers/ids/1")
    assert stat.ephemeral_owner == started.zookeeper.session_id
    assert (await started.zookeeper.get("/controller_epoch"))[0] == b"2"
    assert int((tmp_path / "logs" / ".zookeeper-session").read_text()) == started.zookeeper.session_id
    await started.stop()
    await outside.stop()


@on_loop
async def test_a_broker_without_id_gets_one_and_keeps_it(tmp_path: Path) -> None:
    for _ in range(2):
        started = server(tmp_path, {"broker.id": "-1"})
        await started.start()
        assert started.broker.node_id == 1001
        await started.stop()


@on_loop
async def test_the_chroot_is_made_and_respected(tmp_path: Path) -> None:
    started = server(tmp_path, {"zookeeper.connect": "127.0.0.1:0/deep/root"})
    await started.start()
    await started.stop()
    async with zookeeper_client(tmp_path / "zk") as (_, client):
        assert await client.exists("/deep/root/brokers/ids") is not None
        assert await client.exists("/brokers") is None


@on_loop
async def test_a_stop_does_not_wait_for_a_controller_that_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def never(*_: object) -> list[object]:
        return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]

    started = server(tmp_path, {"controlled.shutdown.retry.backoff.ms": "20"})
    await started.start()
    monkeypatch.setattr(started.broker.administration, "shut_down", never)
    async with asyncio.timeout(3):
        await started.stop()
    assert "Proceeding to do an unclean shutdown" in caplog.text
