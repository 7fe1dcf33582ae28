"""What a producer knows of its topics."""

from kafkacli.client.cluster_view import ClusterView
from kafkacli.errors import ErrorCode
from kafkacli.wire.messages.metadata import (
    MetadataResponse,
    MetadataResponseBroker,
    MetadataResponsePartition,
    MetadataResponseTopic,
)


def answer(name: str, leaders: list[int], error: int = 0, brokers: tuple[int, ...] = (1, 2)) -> MetadataResponse:
    return MetadataResponse(
        brokers=[MetadataResponseBroker(node_id=node, host="h", port=node) for node in brokers],
        topics=[
            MetadataResponseTopic(
                error_code=error,
                name=name,
                partitions=[
                    MetadataResponsePartition(partition_index=index, leader_id=leader)
                    for index, leader in enumerate(leaders)
                ],
            )
        ],
    )


def test_leaders_and_partitions_without_one() -> None:
    view = ClusterView()
    view.wanted.add("t")
    assert not view.take(answer("t", [1, -1, 2, 9]))  # partition 3 is led by a broker that nobody knows
    assert (view.count("t"), view.available("t")) == (4, [0, 2])
    assert [view.leader(("t", index)) for index in range(5)] == [1, None, 2, None, None]
    assert view.take(answer("t", [1, 2]))
    assert view.brokers == {1: ("h", 1), 2: ("h", 2)}


def test_nothing_is_known_of_other_topics() -> None:
    view = ClusterView()
    assert (view.count("t"), view.available("t"), view.leader(("t", 0))) == (0, [], None)


def test_an_error_keeps_what_was_known_unless_the_topic_is_not_for_us() -> None:
    view = ClusterView()
    view.take(answer("t", [1]))
    assert not view.take(answer("t", [], ErrorCode.LEADER_NOT_AVAILABLE))
    assert (view.count("t"), view.errors) == (1, {"t": ErrorCode.LEADER_NOT_AVAILABLE})
    view.take(answer("t", [], ErrorCode.TOPIC_AUTHORIZATION_FAILED))
    assert view.count("t") == 0


def test_an_answer_without_brokers_leaves_the_old_ones() -> None:
    view = ClusterView()
    view.take(answer("t", [1]))
    view.take(answer("t", [1], brokers=()))
    assert view.leader(("t", 0)) == 1
    assert view.version == 2
