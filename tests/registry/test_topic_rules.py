"""What topics have to obey, with Kafka's texts."""

from collections.abc import Callable, Mapping, Sequence
from random import Random

import pytest

from kafkacli.errors import ApiError, ErrorCode
from kafkacli.registry.assignment import LiveBroker
from kafkacli.registry.topic_rules import check_create, check_name, plan_partitions
from kafkacli.registry.znodes import ReplicaAssignment


def refusal(call: Callable[[], object]) -> tuple[int, str]:
    with pytest.raises(ApiError) as error:
        call()
    return error.value.code, str(error.value)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "Topic name is illegal, it can't be empty"),
        (".", 'Topic name cannot be "." or ".."'),
        ("..", 'Topic name cannot be "." or ".."'),
        ("a" * 250, f"Topic name is illegal, it can't be longer than 249 characters, topic name: {'a' * 250}"),
        (
            "a b",
            "Topic name \"a b\" is illegal, it contains a character other than ASCII alphanumerics, '.', '_' and '-'",
        ),
        (
            "ä\n",
            "Topic name \"ä\n\" is illegal, it contains a character other than ASCII alphanumerics, '.', '_' and '-'",
        ),
    ],
)
def test_illegal_names(name: str, message: str) -> None:
    assert refusal(lambda: check_name(name)) == (ErrorCode.INVALID_TOPIC_EXCEPTION, message)


def test_legal_names() -> None:
    for name in ("a", "...", "a" * 249, "__consumer_offsets", "A-Z.0_9"):
        check_name(name)


@pytest.mark.parametrize(
    ("topic", "assignment", "code", "message"),
    [
        ("here", {0: [1]}, ErrorCode.TOPIC_ALREADY_EXISTS, "Topic 'here' already exists."),
        (
            "a_b",
            {0: [1]},
            ErrorCode.INVALID_TOPIC_EXCEPTION,
            "Topic 'a_b' collides with existing topics: a.b",
        ),
        (
            "t",
            {0: [1], 1: [1, 2]},
            ErrorCode.INVALID_REPLICA_ASSIGNMENT,
            "All partitions should have the same number of replicas",
        ),
        (
            "t",
            {0: [1], 2: [1]},
            ErrorCode.INVALID_REPLICA_ASSIGNMENT,
            "partitions should be a consecutive 0-based integer sequence",
        ),
        (
            "t",
            {0: [1, 1]},
            ErrorCode.INVALID_REPLICA_ASSIGNMENT,
            "Duplicate replica assignment found: Map(0 -> ArrayBuffer(1, 1))",
        ),
    ],
)
def test_topics_that_can_not_be_created(
    topic: str, assignment: Mapping[int, Sequence[int]], code: ErrorCode, message: str
) -> None:
    def create() -> None:
        check_create(topic, assignment, ["here", "a.b"], lambda: None)

    assert refusal(create) == (code, message)


def test_configs_are_checked_last() -> None:
    checked: list[str] = []
    check_create("t", {0: [1]}, [], lambda: checked.append("configs"))
    assert checked == ["configs"]
    with pytest.raises(ApiError):
        check_create("t", {0: [1]}, ["t"], lambda: checked.append("again"))
    assert checked == ["configs"]


BROKERS = [LiveBroker(1), LiveBroker(2), LiveBroker(3)]
TWO = {0: ReplicaAssignment((2, 3)), 1: ReplicaAssignment((3, 1))}


@pytest.mark.parametrize(
    ("existing", "count", "wanted", "code", "message"),
    [
        ({}, 3, None, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "The topic 't' does not exist."),
        (
            TWO,
            1,
            None,
            ErrorCode.INVALID_PARTITIONS,
            "Topic currently has 2 partitions, which is higher than the requested 1.",
        ),
        (TWO, 2, None, ErrorCode.INVALID_PARTITIONS, "Topic already has 2 partitions."),
        (
            {0: ReplicaAssignment((1,), adding=(1,))},
            2,
            None,
            ErrorCode.REASSIGNMENT_IN_PROGRESS,
            "A partition reassignment is in progress for the topic 't'.",
        ),
        (
            TWO,
            3,
            [[9, 1]],
            ErrorCode.INVALID_REPLICA_ASSIGNMENT,
            "Unknown broker(s) in replica assignment: 9.",
        ),
        (
            TWO,
            4,
            [[1, 2]],
            ErrorCode.INVALID_REPLICA_ASSIGNMENT,
            "Increasing the number of partitions by 2 but 1 assignments provided.",
        ),
        (
            TWO,
            3,
            [[]],
            ErrorCode.INVALID_REPLICA_ASSIGNMENT,
            "Cannot have replication factor of 0 for partition id 2.",
        ),
        (
            TWO,
            3,
            [[1, 1]],
            ErrorCode.INVALID_REPLICA_ASSIGNMENT,
            "Duplicate brokers not allowed in replica assignment: 1, 1 for partition id 2.",
        ),
        (
            TWO,
            4,
            [[1], [1, 2, 3]],
            ErrorCode.INVALID_REPLICA_ASSIGNMENT,
            (
                "Inconsistent replication factor between partitions, partition 0 has 2 while partitions [2, 3] have "
                "replication factors [1, 3], respectively."
            ),
        ),
    ],
)
def test_partitions_that_can_not_be_added(
    existing: Mapping[int, ReplicaAssignment],
    count: int,
    wanted: Sequence[Sequence[int]] | None,
    code: ErrorCode,
    message: str,
) -> None:
    assert refusal(lambda: plan_partitions("t", existing, count, wanted, BROKERS, Random(0))) == (code, message)


def test_new_partitions_go_on_from_the_first_ones_broker() -> None:
    assert plan_partitions("t", TWO, 4, None, BROKERS, Random(0)) == {2: (1, 3), 3: (2, 3)}
    assert plan_partitions("t", TWO, 3, [[1, 2]], BROKERS, Random(0)) == {2: (1, 2)}
