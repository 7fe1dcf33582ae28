"""A broker's way into the cluster."""

from pathlib import Path

import pytest

from kafkacli.controller import registration
from kafkacli.controller.registration import AlreadyRegistered
from kafkacli.controller.zookeeper_client import ZooKeeperClient
from kafkacli.registry.znodes import PERSISTENT_PATHS
from tests.support.controller import NOW_MS, REGISTRATION, zookeeper_client
from tests.support.loop import on_loop


@on_loop
async def test_persistent_paths_hold_no_data(tmp_path: Path) -> None:
    async with zookeeper_client(tmp_path) as (_, client):
        for _ in range(2):
            await registration.make_persistent_paths(client)
        for path in PERSISTENT_PATHS:
            assert (await client.get(path))[0] is None


@on_loop
async def test_the_cluster_id_is_made_once(tmp_path: Path) -> None:
    async with zookeeper_client(tmp_path) as (_, client):
        made = await registration.cluster_id(client, bytes(range(16)))
        assert made == "AAECAwQFBgcICQoLDA0ODw"
        assert await registration.cluster_id(client, b"x" * 16) == made


@on_loop
async def test_new_broker_ids_come_after_the_reserved_ones(tmp_path: Path) -> None:
    async with zookeeper_client(tmp_path) as (_, client):
        await registration.make_persistent_paths(client)
        assert [await registration.new_broker_id(client, 1000) for _ in range(2)] == [1001, 1002]


@on_loop
async def test_a_brokers_znode_belongs_to_its_session(tmp_path: Path) -> None:
    async with zookeeper_client(tmp_path) as (_, client):
        await registration.make_persistent_paths(client)
        epoch = await registration.register(client, 1, REGISTRATION, NOW_MS)
        _, stat = await client.get("/brokers/ids/1")
        assert (stat.czxid, stat.ephemeral_owner, stat.version) == (epoch, client.session_id, 1)
        assert await registration.register(client, 1, REGISTRATION, NOW_MS) == epoch


@on_loop
async def test_an_address_belongs_to_one_broker(tmp_path: Path) -> None:
    async with zookeeper_client(tmp_path) as (_, client):
        await registration.make_persistent_paths(client)
        await registration.register(client, 1, REGISTRATION, NOW_MS)
        await registration.check_addresses(client, 1, REGISTRATION)
        with pytest.raises(
            ValueError, match=r"Configured end points 127\.0\.0\.1:9092 in advertised listeners are already"
        ):
            await registration.check_addresses(client, 2, REGISTRATION)


@on_loop
async def test_a_znode_that_another_session_holds_stays_its_own(tmp_path: Path) -> None:
    async with zookeeper_client(tmp_path) as (server, client):
        await registration.make_persistent_paths(client)
        other = ZooKeeperClient(f"127.0.0.1:{server.port}", 6000)
        await other.connect(5000)
        try:
            await registration.register(other, 1, REGISTRATION, NOW_MS)
            with pytest.raises(AlreadyRegistered) as held:
                await registration.register(client, 1, REGISTRATION, NOW_MS)
            assert held.value.owner == other.session_id
            assert str(held.value) == (
                f"Error while creating ephemeral at /brokers/ids/1, node already exists and owner '{other.session_id}' "
                f"does not match current session '{client.session_id}'"
            )
            # the session this broker had before it expired
            await registration.register(client, 1, REGISTRATION, NOW_MS, expired_session=other.session_id)
            assert (await client.get("/brokers/ids/1"))[1].ephemeral_owner == client.session_id
        finally:
            await other.close()
