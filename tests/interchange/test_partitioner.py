"""Partitions of keys, against kafka-python's."""

from hypothesis import given
from hypothesis import strategies as st
from kafka.partitioner.default import murmur2 as theirs

from kafkacli.interchange.partitioner import murmur2, murmur2_each, partition_of, partitions_of


@given(st.binary(max_size=40))
def test_the_hash_is_java_s(data: bytes) -> None:
    assert murmur2(data) == theirs(data) & 0xFFFFFFFF


@given(
    st.integers(0, 40).flatmap(lambda size: st.lists(st.binary(min_size=size, max_size=size), min_size=1, max_size=20))
)
def test_many_keys_of_one_size_have_the_hashes_that_each_has(keys: list[bytes]) -> None:
    size = len(keys[0])
    assert list(murmur2_each(keys, size)) == [murmur2(key) for key in keys]
    assert partitions_of(keys, size, 7) == [partition_of(key, 7) for key in keys]


def test_a_partition() -> None:
    assert {partition_of(b"%d" % number, 3) for number in range(30)} == {0, 1, 2}
