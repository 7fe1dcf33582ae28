"""Java's string hash, and the partition of a group."""

import pytest

from kafkacli.coordinator.group_partition import java_hash, partition_for


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("a", 97),
        ("test", 3556498),
        ("console-consumer-12345", 158455506),
        ("polygenelubricants", -2147483648),
        ("é€", 15587),
        ("😀", 1772899),
    ],
)
def test_the_hash_is_javas(text: str, expected: int) -> None:
    assert java_hash(text) == expected


@pytest.mark.parametrize(
    ("group", "partitions", "expected"),
    [("test", 50, 48), ("polygenelubricants", 50, 0), ("", 50, 0), ("console-consumer-12345", 50, 6)],
)
def test_a_group_has_one_partition_and_the_smallest_hash_gives_the_first(
    group: str, partitions: int, expected: int
) -> None:
    assert partition_for(group, partitions) == expected
