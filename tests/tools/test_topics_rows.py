"""What both ways of kafka-topics.sh share: patterns, assignments, rows."""

import pytest

from kafkacli.client.topics import Partition
from kafkacli.options.jopt import Parsed, parse
from kafkacli.tools.topics import OPTIONS
from kafkacli.tools.topics_rows import DescribeRows, WantedTopic, matching_topics, parse_replica_assignment

TOPICS = ["b", "a", "a.b", "axb", "__consumer_offsets", "a-b_c"]


def options(*words: str) -> Parsed:
    return parse(OPTIONS, list(words))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ([], ["__consumer_offsets", "a", "a-b_c", "a.b", "axb", "b"]),
        (["--exclude-internal"], ["a", "a-b_c", "a.b", "axb", "b"]),
        (["--topic", "a"], ["a"]),
        (["--topic", "a-b_c"], ["a-b_c"]),
        (["--topic", "a.b"], ["a.b", "axb"]),
        (["--topic", r"a\.b"], ["a.b"]),
        (["--topic", "a,b"], ["a", "b"]),
        (["--topic", "' a | b '"], ["a", "b"]),
        (["--topic", ".*", "--exclude-internal"], ["a", "a-b_c", "a.b", "axb", "b"]),
        (["--topic", "c"], []),
    ],
)
def test_topics_match_as_java_matches_them(words: list[str], found: list[str]) -> None:
    assert matching_topics(TOPICS, options(*words)) == found


def test_a_pattern_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match=r"^\( is an invalid regex\.$"):
        matching_topics(TOPICS, options("--topic", "("))


@pytest.mark.parametrize(
    ("text", "assignment"), [("1", {0: [1]}), ("1:2,2:3", {0: [1, 2], 1: [2, 3]}), (" 1 : 2 ,", {0: [1, 2]})]
)
def test_assignments_are_read(text: str, assignment: dict[int, list[int]]) -> None:
    assert parse_replica_assignment(text) == assignment


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1:one", 'For input string: "one"'),
        ("1:2:1", "Partition replica lists may not contain duplicate entries: 1"),
        ("1,2:3", "Partition 1 has different replication factor: "),
    ],
)
def test_assignments_that_can_not_be_are_named(text: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_replica_assignment(text)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("config", ["a", "a=b=c"])
def test_a_config_is_one_pair(config: str) -> None:
    with pytest.raises(ValueError, match='all configs to be added must be in the format "key=val"'):
        WantedTopic(options("--topic", "a", "--config", config))


def test_a_format_version_gets_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    WantedTopic(options("--topic", "a", "--config", "message.format.version = 2.0"))
    assert capsys.readouterr().out.startswith("WARNING: The configuration message.format.version=2.0 is specified. ")


def test_a_config_to_delete_must_be_known() -> None:
    assert WantedTopic(options("--topic", "a", "--delete-config", " segment.ms ")).delete_configs == ["segment.ms"]
    with pytest.raises(ValueError, match="Unknown topic config name: nope"):
        WantedTopic(options("--topic", "a", "--delete-config", "nope"))


def partition(index: int, leader: int | None, isr: list[int]) -> Partition:
    return Partition(index, leader, [1, 2], isr)


PARTITIONS = [
    partition(0, 1, [1, 2]),
    partition(1, 1, [1]),
    partition(2, None, [2]),
    partition(3, 9, [1, 2]),
    partition(4, 1, []),
]


@pytest.mark.parametrize(
    ("report", "shown"),
    [
        ([], [0, 1, 2, 3, 4]),
        (["--under-replicated-partitions"], [1, 2, 4]),
        (["--unavailable-partitions"], [2, 3]),
        (["--at-min-isr-partitions"], [1, 2]),
        (["--under-min-isr-partitions"], [2, 4]),
        (["--topics-with-overrides"], []),
    ],
    ids=lambda value: "".join(value) if value and isinstance(value[0], str) else "",
)
def test_reports_choose_partitions(report: list[str], shown: list[int], capsys: pytest.CaptureFixture[str]) -> None:
    DescribeRows(options("--describe", *report), {1, 2}).add("t", PARTITIONS, {}, 1)
    rows = [row for row in capsys.readouterr().out.splitlines() if row.startswith("\t")]
    assert [int(row.split("Partition: ")[1].split("\t")[0]) for row in rows] == shown


def test_rows_tell_of_deletion_reassignment_and_no_leader(capsys: pytest.CaptureFixture[str]) -> None:
    moving = Partition(0, None, [1, 2, 3], [])
    moving.reassigned, moving.adding, moving.removing = [1, 2, 3], [3], [1]
    rows = DescribeRows(options("--describe"), {1})
    rows.add("t", [moving], {"a": "1", "b": None}, None, marked=True)
    assert capsys.readouterr().out.splitlines() == [
        "Topic: t\tPartitionCount: 1\tReplicationFactor: 2\tConfigs: a=1,b=null\tMarkedForDeletion: true",
        "\tTopic: t\tPartition: 0\tLeader: none\tReplicas: 1,2,3\tIsr: \tAdding Replicas: 3\tRemoving Replicas: 1\tMarkedForDeletion: true",
    ]
