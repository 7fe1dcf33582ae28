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
from kafkacli.output.changes import Changes
from kafkacli.steps import Steps
from kafkacli.tools.offset_reset import new_offsets, read_reset_plan, write_csv

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kafkacli.client.cluster import Cluster
    from kafkacli.client.groups import Group
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
    groups = describe_groups(cluster, _groups(options, cluster))
    with Steps("groups", "reset", (group.group_id for group in groups)) as steps:
        for group in groups:
            plan[group.group_id] = _reset(options, cluster, group, steps)
    if not console.is_plain():
        from kafkacli.output.show import show

        names = ("group", "topic", "partition", "new_offset", "done")
        done = options.has("execute")
        show(
            "groups-reset",
            [
                dict(zip(names, (group, *partition, offset, done), strict=True))
                for group, offsets in plan.items()
                for partition, offset in offsets.items()
            ],
        )
    elif options.has("export"):
        console.out(write_csv(plan, with_group=len(options.values("group")) != 1))
    else:
        _show_plan(plan)


def _reset(options: Parsed, cluster: Cluster, group: Group, steps: Steps) -> dict[TopicPartition, int]:
    """Reset the offsets of one group, unless that is only to be said; return them."""
    if group.state not in ("Empty", "Dead"):
        console.error_out(
            f"\nError: Assignments can only be reset if the group '{group.group_id}' is inactive,"
            f" but the current state is {group.state}."
        )
        return {}
    offsets = _planned(options, cluster, group.group_id)
    if options.has("execute"):
        steps.begin(group.group_id)
        commit_offsets(cluster, group.group_id, offsets)
        steps.end(group.group_id)
    return offsets


def delete(options: Parsed, cluster: Cluster) -> bool:
    """--delete; with --dry-run groups that aren't there or have members fail, as they would. Returns whether all went well."""
    changes = Changes(dry_run=options.has("dry-run"))
    deleted, failed = [], []
    groups = dict.fromkeys(_groups(options, cluster))
    with Steps("groups", "deleted", () if changes.dry_run else groups) as steps:
        for group in groups:
            steps.begin(group)
            try:
                if changes.dry_run:
                    _check_deletable(cluster, group)
                else:
                    delete_group(cluster, group)
            except ApiError as error:
                steps.fail(group)
                failed.append((group, error))
                changes.fail("delete", "group", group, str(error))
            else:
                steps.end(group)
                deleted.append(group)
                changes.add("delete", "group", group)
    _tell_deletion(deleted, failed, dry_run=changes.dry_run)
    changes.show()
    return not changes.has_failed


def _check_deletable(cluster: Cluster, group: str) -> None:
    (described,) = describe_groups(cluster, [group])
    if described.state == "Dead":
        raise ApiError(ErrorCode.GROUP_ID_NOT_FOUND)
    if described.state != "Empty":
        raise ApiError(ErrorCode.NON_EMPTY_GROUP)


def _tell_deletion(deleted: list[str], failed: list[tuple[str, ApiError]], *, dry_run: bool) -> None:
    names = ", ".join(f"'{group}'" for group in deleted) or "''"
    if not failed:
        if not dry_run:
            console.out(f"Deletion of requested consumer groups ({names}) was successful.")
        return
    console.error_out("\nError: Deletion of some consumer groups failed:")
    for group, problem in failed:
        shown = f"java.util.concurrent.ExecutionException: {cause_text(problem)}"
        console.error_out(f"* Group '{group}' could not be deleted due to: {shown}")
    if deleted and not dry_run:
        console.out(f"\nThese consumer groups were deleted successfully: {names}")


def delete_offsets(options: Parsed, cluster: Cluster) -> bool:
    """--delete-offsets. Returns whether all went well."""
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
    changes = Changes(dry_run=options.has("dry-run"))
    try:
        if changes.dry_run:
            answers = _deletable_offsets(cluster, group, partitions)
        else:
            with Steps("offsets", "deleted", partitions) as steps:
                steps.begin(*partitions)
                answers = groups.delete_offsets(cluster, group, partitions)
                steps.end(*(name for name, error in answers.items() if error is None))
        results |= answers
        problem = next((error for error in answers.values() if error is not None), None)
    except ApiError as error:
        results |= dict.fromkeys(partitions, error)
        problem = error
    for (topic, partition), error_of_it in sorted(results.items(), key=lambda row: row[0]):
        if error_of_it is None:
            changes.add("delete", "offset", group, topic=topic, partition=partition)
        else:
            changes.fail("delete", "offset", group, str(error_of_it), topic=topic, partition=partition)
    if not console.is_plain() or (changes.dry_run and problem is None):
        changes.show()
        return problem is None
    if problem is None:
        console.out(f"Request succeed for deleting offsets with topic {', '.join(topics)} group {group}")
    else:
        known = _GROUP_ERRORS.get(problem.code)
        text = known.format(group=group) if known else f"Encounter some unknown error: {problem.info.name}"
        console.error_out(f"\nError: {text}")
    console.out(f"\n{'TOPIC':<30} {'PARTITION':<15} {'STATUS':<15}")
    for (topic, partition), error_of_it in sorted(results.items(), key=lambda row: f"{row[0][0]}{row[0][1]}"):
        status = "Successful" if error_of_it is None else f"Error: {cause_text(error_of_it)}"
        console.out(f"{topic:<30} {partition if partition >= 0 else 'Not Provided':<15} {status:<15}")
    return problem is None


def _deletable_offsets(
    cluster: Cluster, group: str, partitions: Iterable[TopicPartition]
) -> dict[TopicPartition, ApiError | None]:
    """Return what deleting offsets would say of each partition. Raises ApiError for what concerns the whole group."""
    (described,) = describe_groups(cluster, [group])
    if described.state == "Dead":
        raise ApiError(ErrorCode.GROUP_ID_NOT_FOUND)
    used = {topic for member in described.members for topic, _ in member.partitions}
    return {
        (topic, partition): ApiError(ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC) if topic in used else None
        for topic, partition in partitions
    }


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
            console.error_out(f"\nError: No reset plan for group {group} found")
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
