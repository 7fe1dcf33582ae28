"""Which partition records go to."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from kafkacli.client.client_properties import PROPERTIES
from kafkacli.client.partitioners import (
    PARTITIONERS,
    Partitioner,
    RoundRobinPartitioner,
    UniformStickyPartitioner,
)
from kafkacli.interchange.partitioner import partition_of


def last(choices: Sequence[int]) -> int:
    return choices[-1]


def test_keys_go_by_their_hash_also_when_partitions_are_added() -> None:
    chooser = Partitioner(last)
    for count in (5, 7, 5):
        for number in range(50):
            key = b"key %d" % (number % 10)
            assert chooser.of_key(key, count) == partition_of(key, count)


@given(st.lists(st.binary(max_size=3), max_size=60), st.integers(1, 9))
def test_many_keys_go_where_each_goes(keys: list[bytes], count: int) -> None:
    assert Partitioner(last).of_keys(keys, count) == [partition_of(key, count) for key in keys]


def test_records_without_key_stay_until_the_batch_is_full_then_go_to_another() -> None:
    chooser = Partitioner(last)
    assert [chooser.of_none(3, [0, 1, 2]) for _ in range(3)] == [2, 2, 2]
    chooser.next_batch(3, [0, 1, 2])
    assert chooser.of_none(3, [0, 1, 2]) == 1
    chooser.next_batch(3, [1])
    assert chooser.of_none(3, [1]) == 1
    chooser.next_batch(3, [])
    assert chooser.of_none(3, []) == 2


def test_a_partition_that_is_gone_is_left() -> None:
    chooser = Partitioner(last)
    assert chooser.of_none(3, [0, 1, 2]) == 2
    assert chooser.of_none(1, [0]) == 0


def test_round_robin_takes_those_with_a_leader_in_turn() -> None:
    chooser = RoundRobinPartitioner(last)
    assert [chooser.of_none(3, [0, 2]) for _ in range(4)] == [0, 2, 0, 2]
    assert [chooser.of_none(3, []) for _ in range(2)] == [1, 2]
    assert not chooser.is_keyed
    assert not UniformStickyPartitioner(last).is_keyed


def test_every_class_that_can_be_named_is_here() -> None:
    (row,) = [row for row in PROPERTIES if row.name == "partitioner.class"]
    assert row.default in PARTITIONERS
