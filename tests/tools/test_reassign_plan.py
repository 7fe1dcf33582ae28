"""What kafka-reassign-partitions.sh reckons with."""

import pytest

from kafkacli.client.java_errors import Thrown
from kafkacli.client.reassignments import Reassignment
from kafkacli.registry.assignment import LiveBroker
from kafkacli.tools import reassign_plan as plans

REPEATED = (
    "Partition replica lists may not contain duplicate entries: "
    "t-0 contains multiple entries for 1,2. t-1 contains multiple entries for 3"
)


def row(partition: int, replicas: str, more: str = "") -> str:
    return f'{{"topic":"t","partition":{partition},"replicas":[{replicas}]{more}}}'


def listed(*rows: str) -> str:
    return f'{{"partitions":[{",".join(rows)}]}}'


def test_a_plan_says_replicas_and_directories() -> None:
    plan = plans.read_plan(listed(row(1, "1,2", ',"log_dirs":["any","/d"]'), row(0, "3")))
    assert plan.partitions == [(("t", 1), [1, 2]), (("t", 0), [3])]
    assert plan.directories == {("t", 1, 2): "/d"}
    assert plans.read_plan("{}").partitions == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nope", "The input string is not a valid JSON"),
        ('{"version":3}', "Not supported version field value 3"),
        (
            listed(row(0, "1,2", ',"log_dirs":["any"]')),
            "Size of replicas list Vector(1, 2) is different from size of log dirs list Vector(any) for partition t-0",
        ),
        ("{}", "Partition reassignment list cannot be empty"),
        (listed(row(0, "")), "Partition replica list cannot be empty"),
        (listed(row(0, "1"), row(0, "2")), "Partition reassignment contains duplicate topic partitions: t-0"),
        (
            listed(row(0, "1,1,2,2"), row(1, "3,3")),
            REPEATED,
        ),
    ],
)
def test_plans_that_can_not_be_carried_out(text: str, message: str) -> None:
    with pytest.raises(Thrown) as caught:
        plans.read_execution(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("brokers", "topics", "message"),
    [
        ("1,2,1", "", "Broker list contains duplicate entries: 1"),
        ("1,,2", "", 'For input string: ""'),
        ("1", '{"topic":"a"},{"topic":"a"}', "List of topics to reassign contains duplicate entries: a"),
    ],
)
def test_what_can_not_be_generated(brokers: str, topics: str, message: str) -> None:
    with pytest.raises(Thrown) as caught:
        plans.read_generation(f'{{"topics":[{topics}]}}', brokers)
    assert str(caught.value) == message


def test_proposals_have_as_many_replicas_as_before() -> None:
    current = {("t", 0): [1, 2], ("t", 1): [2, 1], ("u", 0): [1]}
    proposed = plans.propose(current, [LiveBroker(3), LiveBroker(4)])
    assert {name: len(replicas) for name, replicas in proposed.items()} == {("t", 0): 2, ("t", 1): 2, ("u", 0): 1}
    assert {broker for replicas in proposed.values() for broker in replicas} <= {3, 4}
    with pytest.raises(Thrown, match=r"^Replication factor: 2 larger than available brokers: 1\.$"):
        plans.propose(current, [LiveBroker(3)])


def test_racks_are_known_of_all_brokers_or_none() -> None:
    plans.racks_are_complete([LiveBroker(1), LiveBroker(2)])
    plans.racks_are_complete([LiveBroker(1, "r"), LiveBroker(2, "r")])
    with pytest.raises(Thrown, match="Not all brokers have rack information"):
        plans.racks_are_complete([LiveBroker(1), LiveBroker(2, "r")])


def test_moves_become_throttles() -> None:
    under_way = {("u", 0): Reassignment([4, 5, 6], [6], [4])}
    proposed = {("t", 0): [2, 3], ("t", 10): [1], ("t", 2): [9]}
    moves = plans.moves(under_way, proposed, {("t", 0): [1, 2], ("t", 10): [1], ("t", 2): [8]})
    assert plans.topic_throttles(moves) == {
        "u": {plans.LEADER_REPLICAS: "0:4,0:5,0:6", plans.FOLLOWER_REPLICAS: ""},
        "t": {plans.LEADER_REPLICAS: "0:1,0:2,10:1,2:8", plans.FOLLOWER_REPLICAS: "0:3,2:9"},
    }
    rates = {plans.LEADER_RATE: "7", plans.FOLLOWER_RATE: "7"}
    assert plans.broker_throttles(moves, 7) == dict.fromkeys((1, 2, 3, 4, 5, 6, 8, 9), rates)
    assert plans.broker_throttles(moves, 7, [("t", 0, 3), ("t", 0, 20)], 5) == {
        **dict.fromkeys((1, 2, 4, 5, 6, 8, 9), rates),
        3: {**rates, plans.LOG_DIRS_RATE: "5"},
        20: {plans.LOG_DIRS_RATE: "5"},
    }
    assert plans.broker_throttles(moves, -1) == {}


def test_texts_are_the_originals() -> None:
    states = {("t", 10): ([1], [1], True), ("t", 9): ([1, 2], [2, 1], True), ("a", 0): ([1], [2], False)}
    assert plans.states_text(states) == (
        "Status of partition reassignment:\n"
        "Reassignment of partition a-0 is still in progress.\n"
        "There is no active reassignment of partition t-9, but replica set is 1,2 rather than 2,1.\n"
        "Reassignment of partition t-10 is complete."
    )
    assert plans.clearing_texts([1], ["a", "b"]) == (
        "Clearing broker-level throttles on broker 1",
        "Clearing topic-level throttles on topics a,b",
    )
    assert plans.started_text([("t", 10), ("t", 9)]) == "Successfully started partition reassignments for t-9,t-10"
    assert plans.started_text([("t", 1)]) == "Successfully started partition reassignment for t-1"
    assert plans.replica_names([("a", 0, 2), ("b", 1, 1)]) == "b-1-1,a-0-2"
    assert plans.assignment_json({("t", 0): [1, 2]}) == (
        '{"version":1,"partitions":[{"topic":"t","partition":0,"replicas":[1,2],"log_dirs":["any","any"]}]}'
    )
