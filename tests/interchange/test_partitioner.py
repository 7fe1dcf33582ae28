"""Partitions of keys, against kafka-python's."""

from hypothesis import given
from hypothesis import strategies as st
from kafka.partitioner.default import murmur2 as theirs

from kafkacli.interchange.partitioner import murmur2, partition_of


@given(st.binary(max_size=40))
def test_the_hash_is_java_s(data: bytes) -> None:
    assert murmur2(data) == theirs(data) & 0xFFFFFFFF


def test_a_partition() -> None:
    assert {partition_of(b"%d" % number, 3) for number in range(30)} == {0, 1, 2}
