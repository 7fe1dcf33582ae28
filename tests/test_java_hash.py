"""Java's hash codes, and the order of its HashMap; numbers and orders come from a JVM."""

import pytest

from kafkacli.java_hash import hash_map_order, java_hash


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
    ("count", "expected"),
    [(1, [0]), (3, [2, 0, 1]), (13, [6, 7, 8, 9, 0, 1, 2, 3, 10, 4, 11, 5, 12])],
)
def test_a_hash_map_is_walked_as_in_java(count: int, expected: list[int]) -> None:
    assert hash_map_order(f"topic-{number}" for number in range(count)) == [f"topic-{number}" for number in expected]


def test_texts_with_the_same_hash_stay_in_their_order() -> None:
    assert hash_map_order(["BB", "Aa", "C", "BB"]) == ["BB", "Aa", "C"]


def test_a_map_with_buckets_to_spare_orders_otherwise() -> None:
    keys = ["consumer_byte_rate", "producer_byte_rate", "request_percentage"]
    assert hash_map_order(keys, 16) == keys[::-1]
    assert hash_map_order(keys[::-1]) == ["consumer_byte_rate", "request_percentage", "producer_byte_rate"]
