"""The partition of a group."""

import pytest

from kafkacli.coordinator.group_partition import partition_for


@pytest.mark.parametrize(
    ("group", "partitions", "expected"),
    [("test", 50, 48), ("polygenelubricants", 50, 0), ("", 50, 0), ("console-consumer-12345", 50, 6)],
)
def test_a_group_has_one_partition_and_the_smallest_hash_gives_the_first(
    group: str, partitions: int, expected: int
) -> None:
    assert partition_for(group, partitions) == expected
