"""The controller's decisions, on values only."""

from kafkacli.controller.cluster_state import NO_LEADER, ClusterState
from kafkacli.registry.znodes import BrokerRegistration, LeaderAndIsr, ReplicaAssignment, TopicPartition

BROKER = BrokerRegistration(())
T0 = TopicPartition("t", 0)


def cluster(*live: int, assignment: ReplicaAssignment = ReplicaAssignment((1, 2, 3))) -> ClusterState:  # noqa: B008
    state = ClusterState()
    state.epoch = 5
    state.brokers = dict.fromkeys(live, BROKER)
    state.topics["t"] = {0: assignment}
    return state


def test_a_new_partition_is_led_by_its_first_living_replica() -> None:
    assert cluster(2, 3).first_state(T0) == LeaderAndIsr(2, 0, (2, 3), 5)
    assert cluster().first_state(T0) is None
    assert cluster(1).first_state(TopicPartition("t", 1)) is None


def test_only_an_in_sync_replica_becomes_leader() -> None:
    state = cluster(2, 3)
    state.leaders[T0] = LeaderAndIsr(1, 4, (1, 3), 2, version=7)
    assert state.leaderless(state.partitions()) == [T0]
    assert state.elect(T0) == LeaderAndIsr(3, 5, (3,), 5, version=7)
    state.leaders[T0] = LeaderAndIsr(1, 4, (1,), 2)
    assert state.elect(T0) is None
    assert state.elect(T0, unclean=True) == LeaderAndIsr(2, 5, (2,), 5)


def test_a_partition_with_a_living_leader_is_left_alone() -> None:
    state = cluster(1, 2, 3)
    state.leaders[T0] = LeaderAndIsr(2, 0, (1, 2), 1)
    assert state.leaderless(state.partitions()) == []
    state.brokers.pop(2)
    assert state.leaderless(state.partitions()) == [T0]
    state.deleting.add("t")
    assert state.leaderless(state.partitions()) == []


def test_the_preferred_replica_gets_its_leadership_back() -> None:
    state = cluster(1, 2)
    state.leaders[T0] = LeaderAndIsr(2, 1, (2, 1), 3)
    assert state.elect_preferred(T0) == LeaderAndIsr(1, 2, (2, 1), 5)
    state.leaders[T0] = LeaderAndIsr(1, 1, (1, 2), 3)
    assert state.elect_preferred(T0) is None
    state.leaders[T0] = LeaderAndIsr(2, 1, (2,), 3)
    assert state.elect_preferred(T0) is None
    assert state.elect_preferred(TopicPartition("none", 0)) is None


def test_a_deleted_topic_is_led_by_nobody() -> None:
    state = cluster(1)
    state.leaders[T0] = LeaderAndIsr(1, 1, (1,), 3, version=2)
    assert state.without_leader(T0) == LeaderAndIsr(NO_LEADER, 2, (1,), 5, version=2)


def test_a_replica_leaves_the_isr_where_the_last_one_stays() -> None:
    state = cluster(3)
    assert state.dead_replicas() == [1, 2]
    assert state.without_replica(T0, 1) is None
    state.leaders[T0] = LeaderAndIsr(1, 4, (1, 3), 2, version=7)
    assert state.without_replica(T0, 1) == LeaderAndIsr(NO_LEADER, 5, (3,), 5, version=7)
    assert state.without_replica(T0, 3) == LeaderAndIsr(1, 5, (1,), 5, version=7)
    assert state.without_replica(T0, 2) is None
    state.leaders[T0] = LeaderAndIsr(NO_LEADER, 4, (1,), 2)
    assert state.without_replica(T0, 1) == LeaderAndIsr(NO_LEADER, 5, (1,), 5)


def test_a_topic_is_deletable_while_every_replica_lives_and_stays() -> None:
    assert cluster(1, 2, 3).is_deletable("t")
    assert not cluster(1, 2).is_deletable("t")
    assert not cluster(1, 2, 3, assignment=ReplicaAssignment((1, 2), adding=(2,))).is_deletable("t")


def test_topics_and_partitions_that_come_and_go() -> None:
    state = cluster(1)
    state.leaders[T0] = LeaderAndIsr(1, 1, (1,), 3)
    assert state.changed_topics(["t", "b", "a"]) == (["a", "b"], [])
    assert state.changed_topics([]) == ([], ["t"])
    added = {0: ReplicaAssignment((1,)), 1: ReplicaAssignment((1,))}
    assert state.new_partitions("t", added) == [TopicPartition("t", 1)]
    state.forget_topic("t")
    assert (state.partitions(), state.leaders, state.assignment(T0)) == ([], {}, None)
