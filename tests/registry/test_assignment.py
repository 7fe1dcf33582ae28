"""Replicas of new partitions: as Kafka's AdminUtils gives them (tests/data/assignments.tsv)."""

from pathlib import Path
from random import Random

import pytest

from kafkacli.errors import ApiError, ErrorCode
from kafkacli.registry.assignment import LiveBroker, assign_replicas

ROWS = [line.split("\t") for line in (Path(__file__).parents[1] / "data" / "assignments.tsv").read_text().splitlines()]


def brokers(text: str) -> list[LiveBroker]:
    parts = [broker.partition(":") for broker in text.split(",")]
    return [LiveBroker(int(broker_id), rack or None) for broker_id, _, rack in parts]


def test_replicas_go_where_kafka_puts_them() -> None:
    assert len(ROWS) > 100
    for cluster, partitions, factor, start, first, expected in ROWS:
        assigned = assign_replicas(
            brokers(cluster),
            int(partitions),
            int(factor),
            Random(0),
            start_index=int(start),
            first_partition=int(first),
        )
        shown = " ".join(",".join(map(str, replicas)) for _, replicas in sorted(assigned.items()))
        assert shown == expected, (cluster, factor, start, first)


def test_without_a_start_any_broker_may_be_first() -> None:
    firsts = {assign_replicas(brokers("0,1,2"), 1, 1, Random(seed))[0] for seed in range(30)}
    assert firsts == {(0,), (1,), (2,)}


@pytest.mark.parametrize(
    ("cluster", "partitions", "factor", "code", "message"),
    [
        ("1", 0, 1, ErrorCode.INVALID_PARTITIONS, "Number of partitions must be larger than 0."),
        ("1", 1, 0, ErrorCode.INVALID_REPLICATION_FACTOR, "Replication factor must be larger than 0."),
        (
            "1",
            1,
            2,
            ErrorCode.INVALID_REPLICATION_FACTOR,
            "Replication factor: 2 larger than available brokers: 1.",
        ),
        (
            "0:a,1",
            1,
            1,
            ErrorCode.UNKNOWN_SERVER_ERROR,
            "Not all brokers have rack information for replica rack aware assignment.",
        ),
    ],
)
def test_what_can_not_be_assigned(cluster: str, partitions: int, factor: int, code: ErrorCode, message: str) -> None:
    with pytest.raises(ApiError) as error:
        assign_replicas(brokers(cluster), partitions, factor, Random(0))
    assert (error.value.code, str(error.value)) == (code, message)
