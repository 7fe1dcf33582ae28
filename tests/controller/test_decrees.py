"""Writes of a controller: only under its epoch."""

import asyncio
from pathlib import Path

import pytest

from kafkacli.controller.cluster_state import ClusterState
from kafkacli.controller.decrees import ControllerMoved, Decrees
from kafkacli.controller.zookeeper_client import Create, NodeExists
from kafkacli.registry import znodes
from kafkacli.registry.znodes import LeaderAndIsr, ReplicaAssignment, TopicPartition
from tests.support.controller import NODE_ID, NotingBroker, zookeeper_client
from tests.support.loop import on_loop

T0 = TopicPartition("t", 0)
STATE = LeaderAndIsr(1, 0, (1,), 1)


@on_loop
async def test_states_are_written_then_told(tmp_path: Path) -> None:
    async with zookeeper_client(tmp_path) as (_, client):
        await client.create(znodes.CONTROLLER_EPOCH, b"1")
        await client.ensure("/brokers/topics/t")
        state, broker = ClusterState(), NotingBroker()
        state.topics["t"] = {0: ReplicaAssignment((1,))}
        decrees = Decrees(client, broker, state, NODE_ID, lambda: None)
        await decrees.create_states({T0: STATE})
        assert broker.states == {}
        await decrees.write_states({T0: STATE._replace(leader_epoch=1)})
        assert state.leaders[T0] == broker.states[T0] == STATE._replace(leader_epoch=1, version=1)
        await decrees.write_assignment("t")
        assert (await client.get("/brokers/topics/t"))[0] == znodes.encode_topic(state.topics["t"])


@on_loop
async def test_clients_hear_of_partitions_when_the_broker_has_them_all(tmp_path: Path) -> None:
    async with zookeeper_client(tmp_path) as (_, client):
        parts = [TopicPartition("t", number) for number in range(3)]
        state, broker = ClusterState(), NotingBroker()
        state.topics["t"] = {part.partition: ReplicaAssignment((1,)) for part in parts}
        state.leaders.update(dict.fromkeys(parts[:2], STATE))
        decrees = Decrees(client, broker, state, NODE_ID, lambda: None)
        telling = asyncio.create_task(decrees.tell_all(parts))
        while len(broker.states) < 2:
            assert broker.known == []
            await asyncio.sleep(0)
        await telling
        assert broker.known == [set(parts[:2])]  # the third has no state yet


@on_loop
async def test_what_is_deleted_is_written_but_not_told(tmp_path: Path) -> None:
    async with zookeeper_client(tmp_path) as (_, client):
        await client.create(znodes.CONTROLLER_EPOCH, b"1")
        await client.ensure("/brokers/topics/t")
        state, broker = ClusterState(), NotingBroker()
        state.topics["t"] = {0: ReplicaAssignment((1,))}
        decrees = Decrees(client, broker, state, NODE_ID, lambda: None)
        await decrees.create_states({T0: STATE})
        state.deleting.add("t")
        await decrees.write_states({T0: STATE._replace(leader=-1)})
        assert broker.states == {}
        assert b'"leader":-1' in ((await client.get(znodes.state_path(T0)))[0] or b"")


@on_loop
async def test_an_older_epoch_writes_nothing(tmp_path: Path) -> None:
    async with zookeeper_client(tmp_path) as (_, client):
        await client.create(znodes.CONTROLLER_EPOCH, b"1")
        decrees = Decrees(client, NotingBroker(), ClusterState(), NODE_ID, lambda: None)
        await client.set(znodes.CONTROLLER_EPOCH, b"2")
        with pytest.raises(ControllerMoved):
            await decrees.write([Create("/a")])
        assert await client.exists("/a") is None


@on_loop
async def test_other_refusals_are_what_they_are(tmp_path: Path) -> None:
    async with zookeeper_client(tmp_path) as (_, client):
        await client.create(znodes.CONTROLLER_EPOCH, b"1")
        decrees = Decrees(client, NotingBroker(), ClusterState(), NODE_ID, lambda: None)
        with pytest.raises(NodeExists):
            await decrees.write([Create(znodes.CONTROLLER_EPOCH)])
