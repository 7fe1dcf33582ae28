"""Which brokers get the replicas of new partitions: Kafka's round robin, over racks where brokers have them.

The first replica goes round from a start position; the others follow with a shift that grows each time all brokers had
their turn. With racks the brokers are taken in an order that alternates between racks, and no rack gets a second replica
before every rack has one. Source: Apache `AdminUtils.scala` (KIP-36).
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from kafkacli.errors import ApiError, ErrorCode


class LiveBroker(NamedTuple):
    """A broker that can take replicas."""

    broker_id: int
    rack: str | None = None


def assign_replicas(
    brokers: Sequence[LiveBroker],
    partitions: int,
    replication_factor: int,
    random: Random,
    *,
    start_index: int | None = None,
    first_partition: int = 0,
) -> dict[int, tuple[int, ...]]:
    """Return the replicas of `partitions` new partitions by number, from `first_partition` on.

    brokers: in the order of their ids. start_index: the broker to begin with, None for any.
    Raises ApiError, with Kafka's texts, for impossible counts and for racks known of some brokers only.
    """
    if partitions <= 0:
        raise ApiError(ErrorCode.INVALID_PARTITIONS, "Number of partitions must be larger than 0.")
    if replication_factor <= 0:
        raise ApiError(ErrorCode.INVALID_REPLICATION_FACTOR, "Replication factor must be larger than 0.")
    if replication_factor > len(brokers):
        raise ApiError(
            ErrorCode.INVALID_REPLICATION_FACTOR,
            f"Replication factor: {replication_factor} larger than available brokers: {len(brokers)}.",
        )
    racks = {broker.broker_id: broker.rack for broker in brokers if broker.rack is not None}
    if racks and len(racks) < len(brokers):
        raise ApiError(
            ErrorCode.UNKNOWN_SERVER_ERROR, "Not all brokers have rack information for replica rack aware assignment."
        )
    order = _alternating_racks(racks) if racks else [broker.broker_id for broker in brokers]
    start = random.randrange(len(order)) if start_index is None else start_index
    shift = random.randrange(len(order)) if start_index is None else start_index
    assignment = {}
    for partition in range(first_partition, first_partition + partitions):
        if partition > 0 and partition % len(order) == 0:
            shift += 1
        assignment[partition] = _replicas(order, racks, (partition + start) % len(order), shift, replication_factor)
    return assignment


def _replicas(
    order: list[int], racks: dict[int, str], first: int, shift: int, replication_factor: int
) -> tuple[int, ...]:
    rack_count = len(set(racks.values()))
    replicas = [order[first]]
    step = 0
    while len(replicas) < replication_factor:
        second = shift * (rack_count or 1) + step
        broker = order[(first + 1 + second % (len(order) - 1)) % len(order)]
        step += 1
        used_racks = {racks[replica] for replica in replicas} if racks else set()
        if racks and racks[broker] in used_racks and len(used_racks) < rack_count:
            continue
        if broker not in replicas:
            replicas.append(broker)
    return tuple(replicas)


def _alternating_racks(racks: dict[int, str]) -> list[int]:
    by_rack: dict[str, list[int]] = {}
    for broker_id, rack in sorted(racks.items()):
        by_rack.setdefault(rack, []).append(broker_id)
    columns = [by_rack[rack] for rack in sorted(by_rack)]
    depth = max(map(len, columns))
    return [column[row] for row in range(depth) for column in columns if row < len(column)]
