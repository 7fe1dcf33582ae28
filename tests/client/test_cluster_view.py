"""What a client knows of its topics."""

import pytest

from kafkacli.client.cluster_view import ClusterView
from kafkacli.errors import ErrorCode
from kafkacli.wire.messages.metadata import (
    MetadataResponse,
    MetadataResponseBroker,
    MetadataResponsePartition,
    MetadataResponseTopic,
)


def topic(name: str, leaders: list[int], error: int = 0, epoch: int = -1, **more: bool) -> MetadataResponseTopic:
    return MetadataResponseTopic(
        error_code=error,
        name=name,
        partitions=[
            MetadataResponsePartition(partition_index=index, leader_id=leader, leader_epoch=epoch)
            for index, leader in enumerate(leaders)
        ],
        **more,
    )


def answer(*topics: MetadataResponseTopic, brokers: tuple[int, ...] = (1, 2)) -> MetadataResponse:
    return MetadataResponse(
        brokers=[MetadataResponseBroker(node_id=node, host="h", port=node) for node in brokers], topics=list(topics)
    )


def test_leaders_and_partitions_without_one() -> None:
    view = ClusterView()
    view.wanted.add("t")
    assert not view.take(answer(topic("t", [1, -1, 2, 9])))  # partition 3 is led by a broker that nobody knows
    assert (view.count("t"), view.available("t"), view.leaderless) == (4, [0, 2], {"t"})
    assert [view.leader(("t", index)) for index in range(5)] == [1, None, 2, None, None]
    assert view.take(answer(topic("t", [1, 2])))
    assert view.brokers == {1: ("h", 1), 2: ("h", 2)}


def test_nothing_is_known_of_other_topics() -> None:
    view = ClusterView()
    assert (view.count("t"), view.available("t"), view.leader(("t", 0))) == (0, [], None)


@pytest.mark.parametrize("keeps_known", [True, False])
def test_an_error_that_may_pass_keeps_what_was_known_on_demand(keeps_known: bool) -> None:
    view = ClusterView(keeps_known=keeps_known)
    view.take(answer(topic("t", [1])))
    assert not view.take(answer(topic("t", [], ErrorCode.LEADER_NOT_AVAILABLE)))
    assert (view.count("t"), view.errors) == (int(keeps_known), {"t": ErrorCode.LEADER_NOT_AVAILABLE})
    assert view.leader(("t", 0)) == (1 if keeps_known else None)
    view.take(answer(topic("t", [], ErrorCode.TOPIC_AUTHORIZATION_FAILED)))
    assert (view.count("t"), view.leaders) == (0, {})


def test_an_answer_without_brokers_leaves_the_old_ones() -> None:
    view = ClusterView()
    view.take(answer(topic("t", [1])))
    view.take(answer(topic("t", [1]), brokers=()))
    assert view.leader(("t", 0)) == 1
    assert view.version == 2


def test_a_broker_that_has_not_heard_of_the_newest_leader_is_not_believed() -> None:
    view = ClusterView()
    for leader, epoch, expected in ((1, 4, (1, 4)), (2, 3, (1, 4)), (2, 5, (2, 5)), (1, -1, (1, -1))):
        view.take(answer(topic("t", [leader], epoch=epoch)))
        assert view.leaders["t", 0] == expected


def test_topics_that_match_come_and_go() -> None:
    view = ClusterView()
    view.matches = lambda name, is_internal: name.startswith("m") and not is_internal
    assert view.take(answer(topic("m1", [1]), topic("m2", [2]), topic("o", [1]), topic("mi", [1], is_internal=True)))
    assert (view.matched, view.counts) == (["m1", "m2"], {"m1": 1, "m2": 1})
    view.wanted.add("o")
    assert view.take(answer(topic("m2", [2]), topic("o", [1])))
    assert (view.matched, view.counts) == (["m2", "o"], {"m2": 1, "o": 1})
    assert set(view.leaders) == {("m2", 0), ("o", 0)}
