"""What a new topic, or one that grows, has to obey; every check with Kafka's text, in Kafka's order.

Source: Apache `Topic.java`, `AdminZkClient.scala` (validateTopicCreate, addPartitions), `AdminManager.scala`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from random import Random
from typing import Final

from kafkacli.errors import ApiError, ErrorCode
from kafkacli.registry.assignment import LiveBroker, assign_replicas
from kafkacli.registry.znodes import ReplicaAssignment

NAME_MAXIMUM: Final = 249

Replicas = dict[int, tuple[int, ...]]


def check_name(topic: str) -> None:
    """Raise ApiError for a name that no topic may have."""
    if not topic:
        reason = "Topic name is illegal, it can't be empty"
    elif topic in (".", ".."):
        reason = 'Topic name cannot be "." or ".."'
    elif len(topic) > NAME_MAXIMUM:
        reason = f"Topic name is illegal, it can't be longer than {NAME_MAXIMUM} characters, topic name: {topic}"
    elif not re.fullmatch(r"[a-zA-Z0-9._-]+", topic):
        reason = (
            f'Topic name "{topic}" is illegal, it contains a character other than '
            "ASCII alphanumerics, '.', '_' and '-'"
        )
    else:
        return
    raise ApiError(ErrorCode.INVALID_TOPIC_EXCEPTION, reason)


def already_exists(topic: str) -> ApiError:
    return ApiError(ErrorCode.TOPIC_ALREADY_EXISTS, f"Topic '{topic}' already exists.")


def check_create(
    topic: str,
    assignment: Mapping[int, Sequence[int]],
    existing: Collection[str],
    check_config: Callable[[], None],
) -> None:
    """Raise ApiError when the topic can't be made beside the existing ones, or its assignment makes no sense.

    check_config: raises what is wrong with the topic's configs; called last, as Kafka does.
    """
    check_name(topic)
    if topic in existing:
        raise already_exists(topic)
    if "_" in topic or "." in topic:
        same = topic.replace(".", "_")
        colliding = [other for other in existing if other.replace(".", "_") == same]
        if colliding:
            raise ApiError(
                ErrorCode.INVALID_TOPIC_EXCEPTION,
                f"Topic '{topic}' collides with existing topics: {', '.join(colliding)}",
            )
    if len({len(replicas) for replicas in assignment.values()}) != 1:
        raise _wrong("All partitions should have the same number of replicas")
    if any(len(set(replicas)) != len(replicas) for replicas in assignment.values()):
        shown = ", ".join(f"{number} -> ArrayBuffer({', '.join(map(str, r))})" for number, r in assignment.items())
        raise _wrong(f"Duplicate replica assignment found: Map({shown})")
    if set(assignment) != set(range(len(assignment))):
        raise _wrong("partitions should be a consecutive 0-based integer sequence")
    check_config()


def plan_partitions(
    topic: str,
    existing: Mapping[int, ReplicaAssignment],
    count: int,
    wanted: Sequence[Sequence[int]] | None,
    brokers: Sequence[LiveBroker],
    random: Random,
) -> Replicas:
    """Return the replicas of the partitions that a topic needs to have `count` of them.

    existing: what there is, empty for an unknown topic. wanted: the replicas of each new partition, None to choose.
    Raises ApiError.
    """
    if any(assignment.is_being_reassigned for assignment in existing.values()):
        raise ApiError(
            ErrorCode.REASSIGNMENT_IN_PROGRESS, f"A partition reassignment is in progress for the topic '{topic}'."
        )
    if not existing:
        raise ApiError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, f"The topic '{topic}' does not exist.")
    added = count - len(existing)
    if added < 0:
        raise ApiError(
            ErrorCode.INVALID_PARTITIONS,
            f"Topic currently has {len(existing)} partitions, which is higher than the requested {count}.",
        )
    if added == 0:
        raise ApiError(ErrorCode.INVALID_PARTITIONS, f"Topic already has {len(existing)} partitions.")
    if 0 not in existing:
        raise ApiError(
            ErrorCode.UNKNOWN_SERVER_ERROR,
            f"Unexpected existing replica assignment for topic '{topic}', partition id 0 is missing.",
        )
    first = existing[0].replicas
    if wanted is None:
        ids = [broker.broker_id for broker in brokers]
        start = next((index for index, broker_id in enumerate(ids) if broker_id >= first[0]), 0)
        return assign_replicas(brokers, added, len(first), random, start_index=start, first_partition=len(existing))
    return _check_wanted(wanted, len(existing), added, len(first), [broker.broker_id for broker in brokers])


def _check_wanted(
    wanted: Sequence[Sequence[int]], first_partition: int, added: int, replication_factor: int, live: Sequence[int]
) -> Replicas:
    unknown = list(dict.fromkeys(broker for replicas in wanted for broker in replicas if broker not in live))
    if unknown:
        raise _wrong(f"Unknown broker(s) in replica assignment: {', '.join(map(str, unknown))}.")
    if len(wanted) != added:
        raise _wrong(f"Increasing the number of partitions by {added} but {len(wanted)} assignments provided.")
    planned = {first_partition + index: tuple(replicas) for index, replicas in enumerate(wanted)}
    for number, replicas in planned.items():
        if not replicas:
            raise _wrong(f"Cannot have replication factor of 0 for partition id {number}.")
        if len(set(replicas)) != len(replicas):
            raise _wrong(
                f"Duplicate brokers not allowed in replica assignment: {', '.join(map(str, replicas))} "
                f"for partition id {number}."
            )
    bad = {number: len(replicas) for number, replicas in planned.items() if len(replicas) != replication_factor}
    if bad:
        raise _wrong(
            "Inconsistent replication factor between partitions, "
            f"partition 0 has {replication_factor} while partitions [{', '.join(map(str, bad))}] have "
            f"replication factors [{', '.join(map(str, bad.values()))}], respectively."
        )
    return planned


def _wrong(message: str) -> ApiError:
    return ApiError(ErrorCode.INVALID_REPLICA_ASSIGNMENT, message)
