"""What the controller makes of changes in ZooKeeper: topics, partitions, deletions, brokers, elections."""

from functools import partial
from pathlib import Path

from kafkacli.registry import znodes
from kafkacli.registry.znodes import LeaderAndIsr, ReplicaAssignment, TopicPartition
from tests.support.controller import NODE_ID, ControlledCluster, controlled_cluster
from tests.support.loop import on_loop

ME = (NODE_ID,)
T0 = TopicPartition("t", 0)


@on_loop
async def test_a_written_topic_gets_states_and_leaders(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path) as cluster:
        await cluster.write_topic("t", ME, ME)
        await cluster.until(lambda: cluster.broker.has_leaders("t", 2))
        data, _ = await cluster.zookeeper.get("/brokers/topics/t/partitions/1/state")
        assert data == b'{"controller_epoch":1,"leader":1,"version":1,"leader_epoch":0,"isr":[1]}'
        assert await cluster.zookeeper.get("/brokers/topics/t/partitions/1") is not None
        assert cluster.broker.states[T0] == LeaderAndIsr(NODE_ID, 0, ME, 1)


@on_loop
async def test_topics_of_many_partitions_need_several_transactions(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path) as cluster:
        await cluster.write_topic("t", *[ME] * 400)
        await cluster.until(lambda: cluster.broker.has_leaders("t", 400))
        assert len(await cluster.zookeeper.children("/brokers/topics/t/partitions")) == 400


@on_loop
async def test_topics_that_are_there_at_the_start_are_taken_over(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path) as cluster:
        await cluster.write_topic("t", ME)
        await cluster.until(lambda: cluster.broker.has_topic("t"))
        cluster.broker.states.clear()
        await cluster.controller.submit(cluster.controller.elect)
        assert cluster.broker.states == {T0: LeaderAndIsr(NODE_ID, 0, ME, 1)}


@on_loop
async def test_a_topic_that_vanished_unseen_is_forgotten(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path) as cluster:
        await cluster.write_topic("t", ME)
        await cluster.until(lambda: cluster.broker.has_topic("t"))

        async def vanish() -> None:  # within one event: the controller takes over again before the watch comes
            await cluster.zookeeper.delete_recursive("/brokers/topics/t")
            await cluster.controller.elect()

        await cluster.controller.submit(vanish)
        assert not cluster.broker.has_topic("t")


@on_loop
async def test_partitions_are_added(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path) as cluster:
        await cluster.write_topic("t", ME)
        await cluster.until(lambda: cluster.broker.has_topic("t"))
        await cluster.zookeeper.set("/config/topics/t", znodes.encode_config({"retention.ms": "5"}))
        for count in (2, 4):
            grown = znodes.encode_topic({number: ReplicaAssignment(ME) for number in range(count)})
            await cluster.zookeeper.set("/brokers/topics/t", grown)
            await cluster.until(partial(cluster.broker.has_leaders, "t", count))
        assert (await cluster.state("t", 3)).leader == NODE_ID
        assert cluster.broker.overrides["t"] == {"retention.ms": "5"}


@on_loop
async def test_a_marked_topic_is_deleted_with_all_that_belongs_to_it(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path) as cluster:
        await cluster.write_topic("t", ME, ME)
        await cluster.until(lambda: cluster.broker.has_topic("t"))
        await cluster.zookeeper.create("/admin/delete_topics/t")
        await cluster.until(lambda: len(cluster.broker.deleted) == 2)
        for path in ("/brokers/topics/t", "/config/topics/t", "/admin/delete_topics/t"):
            assert await cluster.zookeeper.exists(path) is None
        assert not cluster.broker.has_topic("t")
        await cluster.write_topic("t", ME)
        await cluster.until(lambda: cluster.broker.has_topic("t"))


@on_loop
async def test_requests_to_delete_what_is_not_there_are_removed(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path) as cluster:
        await cluster.zookeeper.create("/admin/delete_topics/none")
        await cluster.write_topic("t", ME)
        await cluster.until(lambda: cluster.broker.has_topic("t"))
        assert await cluster.zookeeper.children("/admin/delete_topics") == []


@on_loop
async def test_where_deletion_is_disabled_the_request_is_removed_and_the_topic_stays(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path, delete_topic_enable=False) as cluster:
        await cluster.write_topic("t", ME)
        await cluster.until(lambda: cluster.broker.has_topic("t"))
        await cluster.zookeeper.create("/admin/delete_topics/t")
        await cluster.write_topic("later", ME)
        await cluster.until(lambda: cluster.broker.has_topic("later"))
        assert await cluster.zookeeper.children("/admin/delete_topics") == []
        assert cluster.broker.has_topic("t")


@on_loop
async def test_a_topic_with_a_dead_replica_waits_for_it_to_be_deleted(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path) as cluster:
        await cluster.write_topic("t", (NODE_ID, 2))
        await cluster.until(lambda: cluster.broker.has_topic("t"))
        await cluster.zookeeper.create("/admin/delete_topics/t")
        await cluster.write_topic("later", ME)
        await cluster.until(lambda: cluster.broker.has_topic("later"))
        assert await cluster.zookeeper.exists("/brokers/topics/t") is not None
        await cluster.register_other(2)
        await cluster.until(lambda: cluster.broker.deleted)
        assert await cluster.zookeeper.exists("/brokers/topics/t") is None


@on_loop
async def test_a_partition_without_a_living_replica_gets_its_leader_when_one_comes(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path) as cluster:
        await cluster.write_topic("t", (2,))
        await cluster.write_topic("later", ME)
        await cluster.until(lambda: cluster.broker.has_topic("later"))
        assert not cluster.broker.has_topic("t")
        await cluster.register_other(2)
        await cluster.until(lambda: 2 in cluster.broker.brokers)
        await cluster.until(lambda: cluster.broker.has_topic("t"))
        assert (await cluster.state("t")).leader == 2


async def _share_topics(cluster: ControlledCluster) -> None:
    """Have broker 2 follow in the topic `led`, and be the only replica of `leaderless`."""
    await cluster.register_other(2)
    await cluster.until(lambda: 2 in cluster.broker.brokers)
    await cluster.write_topic("led", (NODE_ID, 2))
    await cluster.write_topic("leaderless", (2,))
    await cluster.until(lambda: cluster.broker.has_topic("led") and cluster.broker.has_topic("leaderless"))


@on_loop
async def test_a_new_controller_takes_dead_replicas_out_of_the_isrs(tmp_path: Path) -> None:
    """As Apache's does: tests/differential/test_controller.py."""
    async with controlled_cluster(tmp_path) as cluster:
        await _share_topics(cluster)

        async def die() -> None:  # within one event: the controller takes over before it hears of the death
            await cluster.zookeeper.delete("/brokers/ids/2")
            await cluster.controller.elect()

        await cluster.controller.submit(die)
        assert await cluster.state("led") == LeaderAndIsr(NODE_ID, 1, ME, 1, version=1)
        assert await cluster.state("leaderless") == LeaderAndIsr(-1, 1, (2,), 1, version=1)
        await cluster.controller.submit(cluster.controller.elect)
        assert await cluster.state("led") == LeaderAndIsr(NODE_ID, 1, ME, 1, version=1)
        assert await cluster.state("leaderless") == LeaderAndIsr(-1, 2, (2,), 1, version=2)


@on_loop
async def test_a_broker_that_dies_leads_no_more_and_follows_no_more(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path) as cluster:
        await _share_topics(cluster)
        await cluster.zookeeper.delete("/brokers/ids/2")
        await cluster.until(lambda: cluster.broker.states[TopicPartition("leaderless", 0)].leader == -1)
        assert await cluster.state("led") == LeaderAndIsr(NODE_ID, 1, ME, 1, version=1)
        assert await cluster.state("leaderless") == LeaderAndIsr(-1, 1, (2,), 1, version=1)


@on_loop
async def test_leaders_move_when_their_broker_dies_and_come_back_when_asked(tmp_path: Path) -> None:
    async with controlled_cluster(tmp_path) as cluster:
        await cluster.register_other(2)
        await cluster.until(lambda: 2 in cluster.broker.brokers)
        await cluster.write_topic("t", (2, NODE_ID))
        await cluster.until(lambda: cluster.broker.has_topic("t"))
        assert cluster.broker.states[T0] == LeaderAndIsr(2, 0, (2, NODE_ID), 1)
        await cluster.zookeeper.delete("/brokers/ids/2")
        await cluster.until(lambda: cluster.broker.states[T0].leader == NODE_ID)
        assert await cluster.state("t") == LeaderAndIsr(NODE_ID, 1, ME, 1, version=1)

        await cluster.register_other(2)
        back = znodes.encode_state(LeaderAndIsr(NODE_ID, 1, (NODE_ID, 2), 1))
        await cluster.zookeeper.set("/brokers/topics/t/partitions/0/state", back)
        change = b'{"version":1,"partitions":[{"topic":"t","partition":0}]}'
        await cluster.zookeeper.create("/isr_change_notification/isr_change_", change, sequence=True)
        await cluster.until(lambda: cluster.broker.states[T0].isr == (NODE_ID, 2))
        await cluster.zookeeper.create("/admin/preferred_replica_election", change)
        await cluster.until(lambda: cluster.broker.states[T0].leader == 2)
        await cluster.until(lambda: True)
        assert (await cluster.state("t")).leader_epoch == 2
        assert await cluster.zookeeper.exists("/admin/preferred_replica_election") is None
        assert await cluster.zookeeper.children("/isr_change_notification") == []


@on_loop
async def test_an_unclean_leader_only_where_the_topic_allows_it(tmp_path: Path) -> None:
    def allowed(overrides: object) -> bool:
        return overrides == {"unclean.leader.election.enable": "true"}

    async with controlled_cluster(tmp_path, unclean=allowed) as cluster:
        for topic in ("no", "yes"):
            data = znodes.encode_config({"unclean.leader.election.enable": "true"} if topic == "yes" else {})
            await cluster.zookeeper.ensure(f"/config/topics/{topic}", data)
        state = znodes.encode_state(LeaderAndIsr(2, 3, (2,), 1))

        async def write() -> None:  # topic and state at once, as a controller before this one left them
            for topic in ("no", "yes"):
                await cluster.zookeeper.create(
                    f"/brokers/topics/{topic}", znodes.encode_topic({0: ReplicaAssignment((2, NODE_ID))})
                )
                await cluster.zookeeper.ensure(f"/brokers/topics/{topic}/partitions/0/state", state)

        await cluster.controller.submit(write)
        await cluster.until(lambda: cluster.broker.has_leaders("yes", 1))
        await cluster.until(lambda: cluster.broker.states[TopicPartition("yes", 0)].leader == NODE_ID)
        assert (await cluster.state("yes")).leader_epoch == 4
        assert (await cluster.state("no")).leader == 2
        cluster.controller.configs_changed("topics/no", {"unclean.leader.election.enable": "true"})
        await cluster.until(lambda: cluster.broker.states[TopicPartition("no", 0)].leader == NODE_ID)
        assert (await cluster.state("no")).leader_epoch == 4
