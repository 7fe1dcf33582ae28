"""kafka-consumer-groups.sh --reset-offsets, --delete-offsets and --delete."""

from __future__ import annotations

from kafkacli import console
from kafkacli.client.groups import (
    commit_offsets,
    committed_offsets,
    delete_group,
    describe_groups,
    list_groups,
)
from kafkacli.client.java_errors import cause_text
from kafkacli.client.topics import describe_topics
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.tools.offset_reset import new_offsets, read_reset_plan, write_csv

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kafkacli.client.cluster import Cluster
    from kafkacli.client.topics import TopicPartition
    from kafkacli.options.jopt import Parsed

_GROUP_ERRORS: dict[int, str] = {
    ErrorCode.INVALID_GROUP_ID: "'{group}' is not valid.",
    ErrorCode.GROUP_ID_NOT_FOUND: "'{group}' does not exist.",
    ErrorCode.GROUP_AUTHORIZATION_FAILED: "Access to '{group}' is not authorized.",
    ErrorCode.NON_EMPTY_GROUP: "Deleting offsets of a consumer group '{group}' is forbidden if the group is not empty.",
    ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC: "Encounter some partition level error, see the follow-up details:",
    ErrorCode.TOPIC_AUTHORIZATION_FAILED: "Encounter some partition level error, see the follow-up details:",
    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION: "Encounter some partition level error, see the follow-up details:",
}


def reset_offsets(options: Parsed, cluster: Cluster) -> None:
    """--reset-offsets. Raises UsageError, ValueError and OptionError."""
    plan: dict[str, dict[TopicPartition, int]] = {}
    for group in describe_groups(cluster, _groups(options, cluster)):
        if group.state in ("Empty", "Dead"):
            offsets = _planned(options, cluster, group.group_id)
            if options.has("execute") and not options.has("dry-run"):
                commit_offsets(cluster, group.group_id, offsets)
            plan[group.group_id] = offsets
        else:
            console.out(
                f"\nError: Assignments can only be reset if the group '{group.group_id}' is inactive,"
                f" but the current state is {group.state}."
            )
            plan[group.group_id] = {}
    if options.has("export"):
        console.out(write_csv(plan, with_group=len(options.values("group")) != 1))
    else:
        _show_plan(plan)


def delete(options: Parsed, cluster: Cluster) -> None:
    """--delete."""
    deleted, failed = [], []
    for group in dict.fromkeys(_groups(options, cluster)):
        try:
            delete_group(cluster, group)
        except ApiError as error:
            failed.append((group, error))
        else:
            deleted.append(group)
    names = ", ".join(f"'{group}'" for group in deleted) or "''"
    if not failed:
        console.out(f"Deletion of requested consumer groups ({names}) was successful.")
        return
    console.out("\nError: Deletion of some consumer groups failed:")
    for group, problem in failed:
        shown = f"java.util.concurrent.ExecutionException: {cause_text(problem)}"
        console.out(f"* Group '{group}' could not be deleted due to: {shown}")
    if deleted:
        console.out(f"\nThese consumer groups were deleted successfully: {names}")


def delete_offsets(options: Parsed, cluster: Cluster) -> None:
    """--delete-offsets."""
    from kafkacli.client import groups

    group = options.value("group") or ""
    topics = options.values("topic")
    results: dict[TopicPartition, ApiError | None] = {}
    partitions = _named_partitions(topic for topic in topics if ":" in topic)
    for topic in topics:
        if ":" not in topic:
            try:
                partitions += _all_partitions(cluster, topic)
            except ApiError as error:
                results[topic, -1] = error
    problem: ApiError | None = None
    try:
        answers = groups.delete_offsets(cluster, group, partitions)
        results |= answers
        problem = next((error for error in answers.values() if error is not None), None)
    except ApiError as error:
        results |= dict.fromkeys(partitions, error)
        problem = error
    if problem is None:
        console.out(f"Request succeed for deleting offsets with topic {', '.join(topics)} group {group}")
    else:
        known = _GROUP_ERRORS.get(problem.code)
        text = known.format(group=group) if known else f"Encounter some unknown error: {problem.info.name}"
        console.out(f"\nError: {text}")
    console.out(f"\n{'TOPIC':<30} {'PARTITION':<15} {'STATUS':<15}")
    for (topic, partition), error_of_it in sorted(results.items(), key=lambda row: f"{row[0][0]}{row[0][1]}"):
        status = "Successful" if error_of_it is None else f"Error: {cause_text(error_of_it)}"
        console.out(f"{topic:<30} {partition if partition >= 0 else 'Not Provided':<15} {status:<15}")


def _groups(options: Parsed, cluster: Cluster) -> list[str]:
    if options.has("all-groups"):
        return [group for group, _ in list_groups(cluster)]
    return options.values("group")


def _planned(options: Parsed, cluster: Cluster, group: str) -> dict[TopicPartition, int]:
    if options.has("all-topics"):
        partitions = sorted(committed_offsets(cluster, group))
    elif options.has("topic"):
        partitions = []
        for topic in options.values("topic"):
            partitions += _named_partitions([topic]) if ":" in topic else _all_partitions(cluster, topic)
    elif options.has("from-file"):
        partitions = []
    else:
        raise options.fail("One of the reset scopes should be defined: --all-topics, --topic.")
    plan: Mapping[str, dict[TopicPartition, int]] = {}
    if (path := options.value("from-file")) is not None:
        names = options.values("group")
        plan = read_reset_plan(path, names[0] if len(names) == 1 else None)
        if group not in plan:
            console.out(f"\nError: No reset plan for group {group} found")
            return {}
    return new_offsets(options, cluster, group, partitions, plan.get(group))


def _named_partitions(topics: Iterable[str]) -> list[TopicPartition]:
    """Read `topic:0,1`. Raises ValueError for partitions that are no numbers."""
    partitions = []
    for text in topics:
        topic, _, numbers = text.partition(":")
        for number in numbers.split(":")[0].split(","):
            try:
                partitions.append((topic, int(number)))
            except ValueError:
                raise ValueError(f'For input string: "{number}"') from None
    return partitions


def _all_partitions(cluster: Cluster, topic: str) -> list[TopicPartition]:
    return [
        (topic, partition.index)
        for described in describe_topics(cluster, [topic])
        for partition in described.partitions
    ]


def _show_plan(plan: Mapping[str, Mapping[TopicPartition, int]]) -> None:
    if plan:
        console.out(f"\n{'GROUP':<30} {'TOPIC':<30} {'PARTITION':<10} {'NEW-OFFSET':<15}")
    for group, offsets in plan.items():
        for (topic, partition), offset in offsets.items():
            console.out(f"{group:<30} {topic:<30} {partition:<10} {offset:<15}")
