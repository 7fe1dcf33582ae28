"""Replicas that are to move, in a cluster of one and with brokers that aren't there."""

import json
from pathlib import Path

from kafkacli.controller.administration import Administration
from kafkacli.registry import znodes
from kafkacli.registry.znodes import LeaderAndIsr, ReplicaAssignment, TopicPartition
from tests.support.controller import NODE_ID, ControlledCluster, controlled_cluster
from tests.support.loop import on_loop

ME = (NODE_ID,)
T0 = TopicPartition("t", 0)


async def topic(cluster: ControlledCluster, *replicas: tuple[int, ...]) -> None:
    await cluster.write_topic("t", *replicas)
    await cluster.until(lambda: cluster.broker.has_topic("t"))


async def assignment(cluster: ControlledCluster) -> dict[str, object]:
    data, _ = await cluster.zookeeper.get("/brokers/topics/t")
    fields: dict[str, object] = json.loads(data or b"")
    return fields


async def ask(cluster: ControlledCluster, **wanted: tuple[int, ...]) -> None:
    """Ask for moves, partitions named topic_number."""
    names = {TopicPartition(name[:-2], int(name[-1])): replicas for name, replicas in wanted.items()}
    await cluster.zookeeper.create(znodes.REASSIGN_PARTITIONS, znodes.encode_reassignment(names))


async def settle(cluster: ControlledCluster, name: str) -> None:
    """Return when the controller has handled everything that was written before."""
    await cluster.write_topic(name, ME)
    await cluster.until(lambda: cluster.broker.has_topic(name))


@on_loop
async def test_a_move_to_where_the_replicas_are_is_done_at_once(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path) as cluster:
        await topic(cluster, ME)
        await ask(cluster, t_0=ME)
        await settle(cluster, "later")
        assert await cluster.zookeeper.exists(znodes.REASSIGN_PARTITIONS) is None
        assert (await assignment(cluster))["partitions"] == {"0": [NODE_ID]}


@on_loop
async def test_what_can_not_be_moved_is_taken_out(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path) as cluster:
        await topic(cluster, ME)
        await ask(cluster, none_0=ME, t_7=ME)
        await settle(cluster, "later")
        assert await cluster.zookeeper.exists(znodes.REASSIGN_PARTITIONS) is None


@on_loop
async def test_a_move_to_a_broker_that_is_not_there_waits(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path) as cluster:
        await topic(cluster, ME)
        await ask(cluster, t_0=(2,), none_0=ME)
        await settle(cluster, "later")
        data, _ = await cluster.zookeeper.get(znodes.REASSIGN_PARTITIONS)
        assert znodes.decode_reassignment(data) == {T0: (2,)}
        moving = await assignment(cluster)
        assert moving["partitions"] == {"0": [2, NODE_ID]}
        assert (moving["adding_replicas"], moving["removing_replicas"]) == ({"0": [2]}, {"0": [NODE_ID]})
        assert (await cluster.state("t")).leader_epoch == 1


@on_loop
async def test_a_move_is_finished_when_the_new_replica_is_in_sync(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path) as cluster:
        await topic(cluster, ME)
        await cluster.register_other(2)
        await cluster.until(lambda: 2 in cluster.broker.brokers)
        await ask(cluster, t_0=(2,))
        await settle(cluster, "later")
        caught_up = LeaderAndIsr(NODE_ID, 1, (NODE_ID, 2), 1)
        await cluster.zookeeper.set("/brokers/topics/t/partitions/0/state", znodes.encode_state(caught_up))
        change = b'{"version":1,"partitions":[{"topic":"t","partition":0}]}'
        await cluster.zookeeper.create("/isr_change_notification/isr_change_", change, sequence=True)
        await cluster.until(lambda: cluster.broker.deleted == [T0])
        done = await assignment(cluster)
        assert (done["partitions"], done["adding_replicas"], done["removing_replicas"]) == ({"0": [2]}, {}, {})
        state = await cluster.state("t")
        assert (state.leader, state.isr) == (2, (2,))
        assert await cluster.zookeeper.exists(znodes.REASSIGN_PARTITIONS) is None


@on_loop
async def test_the_order_of_replicas_can_be_changed(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path) as cluster:
        await cluster.register_other(2)
        await cluster.until(lambda: 2 in cluster.broker.brokers)
        await topic(cluster, (NODE_ID, 2))
        await ask(cluster, t_0=(2, NODE_ID))
        await settle(cluster, "later")
        assert (await assignment(cluster))["partitions"] == {"0": [2, NODE_ID]}
        assert (await cluster.state("t")).leader == NODE_ID
        assert cluster.broker.deleted == []


@on_loop
async def test_a_move_is_listed_and_can_be_taken_back(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path) as cluster:
        administration = Administration(cluster.controller)
        await cluster.register_other(2)
        await cluster.until(lambda: 2 in cluster.broker.brokers)
        await topic(cluster, ME, ME)
        assert await administration.alter_reassignments({T0: (2,)}) == {T0: None}
        moving = {T0: ReplicaAssignment((2, NODE_ID), (2,), (NODE_ID,))}
        assert await administration.reassignments(None) == moving
        assert await administration.reassignments([TopicPartition("t", 1)]) == {}
        assert await administration.alter_reassignments({T0: None}) == {T0: None}
        assert await administration.reassignments(None) == {}
        assert (await assignment(cluster))["partitions"] == {"0": [NODE_ID], "1": [NODE_ID]}


@on_loop
async def test_a_wish_under_admin_gives_way(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path) as cluster:
        await topic(cluster, ME, ME)
        await ask(cluster, t_0=(9,), t_1=(9,))
        await settle(cluster, "later")
        administration = Administration(cluster.controller)
        assert await administration.alter_reassignments({T0: ME}) == {T0: None}
        data, _ = await cluster.zookeeper.get(znodes.REASSIGN_PARTITIONS)
        assert list(znodes.decode_reassignment(data)) == [TopicPartition("t", 1)]
        await administration.alter_reassignments({TopicPartition("t", 1): None})
        assert await cluster.zookeeper.exists(znodes.REASSIGN_PARTITIONS) is None
