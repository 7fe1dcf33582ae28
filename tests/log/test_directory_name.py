"""Names of partitions' directories."""

from random import Random

import pytest

from kafkacli.log.directory_locks import LogDirsError
from kafkacli.log.directory_name import delete_name, future_name, parse_directory_name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("topic-0", ("topic", 0)),
        ("a-b.c_d-12", ("a-b.c_d", 12)),
        ("topic-3.0123456789abcdef0123456789abcdef-delete", ("topic", 3)),
        ("topic-3.0123456789abcdef0123456789abcdef-future", ("topic", 3)),
    ],
)
def test_directory_names_are_parsed(name: str, expected: tuple[str, int]) -> None:
    assert parse_directory_name(f"/logs/{name}") == expected


@pytest.mark.parametrize("name", ["topic", "topic-", "-1", "topic-x", "topic-1-delete", "lost+found"])
def test_other_directories_are_refused_as_kafka_does(name: str) -> None:
    with pytest.raises(LogDirsError) as caught:
        parse_directory_name(f"/logs/{name}")
    assert str(caught.value) == (
        f"Found directory /logs/{name}, '{name}' is not in the form of topic-partition or "
        "topic-partition.uniqueId-delete (if marked for deletion).\n"
        "Kafka's log directories (and children) should only contain Kafka topic data."
    )


def test_new_names_are_read_again() -> None:
    random = Random(1)
    assert parse_directory_name(delete_name("a-b", 3, random)) == ("a-b", 3)
    assert parse_directory_name(future_name("a-b", 3, random)) == ("a-b", 3)
    assert future_name("t", 0, random) != future_name("t", 0, random)


def test_a_long_topic_is_cut_in_the_name_of_what_is_deleted_only() -> None:
    assert len(delete_name("a" * 249, 0, Random(1))) == 255
    assert len(future_name("a" * 249, 0, Random(1))) == 249 + len("-0.") + 32 + len("-future")
