"""Leaders chosen on request, and what a broker that stops leaves to others."""

from pathlib import Path

import pytest

from kafkacli.controller.administration import Administration
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.registry.znodes import TopicPartition
from tests.support.controller import NODE_ID, ControlledCluster, controlled_cluster
from tests.support.loop import on_loop

OTHER = 2
T0, T1, T2 = (TopicPartition("t", number) for number in range(3))


async def shared_topic(cluster: ControlledCluster) -> None:
    """A topic with partitions that either broker may lead, and one that only this one has."""
    await cluster.register_other(OTHER)
    await cluster.until(lambda: OTHER in cluster.broker.brokers)
    await cluster.write_topic("t", (NODE_ID, OTHER), (OTHER, NODE_ID), (NODE_ID,))
    await cluster.until(lambda: cluster.broker.has_leaders("t", 3))


@on_loop
async def test_a_broker_that_stops_leaves_what_others_can_lead(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path) as cluster:
        await shared_topic(cluster)
        administration = Administration(cluster.controller)
        assert await administration.shut_down(NODE_ID, -1) == []
        for partition in (T0, T1):
            state = await cluster.state(*partition)
            assert (state.leader, state.isr, state.leader_epoch) == (OTHER, (OTHER,), 1)
        assert (await cluster.state(*T2)).leader == NODE_ID
        await cluster.write_topic("later", (NODE_ID, OTHER))
        await cluster.until(lambda: cluster.broker.has_leaders("later", 1))
        assert (await cluster.state("later")).leader == OTHER
        left = await administration.shut_down(OTHER, -1)  # nobody else is there to lead them
        assert set(left) == {T0, T1, TopicPartition("later", 0)}


@on_loop
async def test_a_broker_that_comes_back_may_lead_again(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path) as cluster:
        await shared_topic(cluster)
        administration = Administration(cluster.controller)
        await administration.shut_down(OTHER, -1)
        await cluster.zookeeper.delete(f"/brokers/ids/{OTHER}")
        await cluster.until(lambda: OTHER not in cluster.broker.brokers)
        await cluster.register_other(OTHER)
        await cluster.until(lambda: OTHER in cluster.broker.brokers)
        await cluster.write_topic("later", (OTHER, NODE_ID))
        await cluster.until(lambda: cluster.broker.has_leaders("later", 1))
        assert (await cluster.state("later")).leader == OTHER


@on_loop
async def test_only_a_registered_broker_can_stop(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path) as cluster:
        administration = Administration(cluster.controller)
        for broker_id, epoch, error in (
            (99, -1, ErrorCode.BROKER_NOT_AVAILABLE),
            (99, 1, ErrorCode.UNKNOWN_SERVER_ERROR),
            (NODE_ID, 1, ErrorCode.STALE_BROKER_EPOCH),
        ):
            with pytest.raises(ApiError) as refused:
                await administration.shut_down(broker_id, epoch)
            assert refused.value.code is error


@on_loop
async def test_the_preferred_replica_is_elected_where_it_can_be(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path) as cluster:
        await shared_topic(cluster)
        administration = Administration(cluster.controller)
        await cluster.zookeeper.delete(f"/brokers/ids/{OTHER}")
        await cluster.until(lambda: cluster.broker.states[T1].leader == NODE_ID)
        failed = (await administration.elect_leaders([T1], unclean=False))[T1]
        assert str(failed) == (
            "Failed to elect leader for partition t-1 under strategy PreferredReplicaPartitionLeaderElectionStrategy"
        )
        assert failed is not None
        assert failed.code is ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE


@on_loop
async def test_an_unclean_election_takes_any_living_replica(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path) as cluster:
        await cluster.register_other(OTHER)
        await cluster.until(lambda: OTHER in cluster.broker.brokers)
        await cluster.write_topic("t", (OTHER,), (OTHER,))
        await cluster.until(lambda: cluster.broker.has_leaders("t", 2))
        await cluster.zookeeper.delete(f"/brokers/ids/{OTHER}")
        await cluster.until(lambda: OTHER not in cluster.broker.brokers)
        results = await Administration(cluster.controller).elect_leaders([T0, T1, T2], unclean=True)
        assert [error and error.code for error in results.values()] == [
            ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE,
            ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE,
            ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        ]
