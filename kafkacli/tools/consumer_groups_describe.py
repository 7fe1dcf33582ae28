"""kafka-consumer-groups.sh --list and --describe: names, states, members, offsets and lag."""

from __future__ import annotations

from functools import partial

from kafkacli import console
from kafkacli.client.groups import Group, Member, committed_by_groups, describe_groups, list_groups

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from kafkacli.client.cluster import Cluster
    from kafkacli.client.topics import TopicPartition
    from kafkacli.options.jopt import Parsed

GROUP_STATES = ("PreparingRebalance", "CompletingRebalance", "Stable", "Dead", "Empty")
_ABSENT = "-"
_AT_ONCE = 100  # groups whose offsets are held


def list_all(options: Parsed, cluster: Cluster) -> None:
    """--list, with --state as two columns. Raises ValueError for states that aren't any."""
    if not console.is_plain():
        _show(
            "groups-list",
            (
                {"group": group, "state": state or None}
                for group, state in list_groups(cluster, _states(options.value("state") or ""))
            ),
        )
        return
    if not options.has("state"):
        for group, _ in list_groups(cluster):
            console.out(group)
        return
    groups = list_groups(cluster, _states(options.value("state") or ""))
    width = max([15, *(len(group) for group, _ in groups)])
    for group, state in [("GROUP", "STATE"), *groups]:
        console.out(f"{group:<{width}} {state}")


def describe(options: Parsed, cluster: Cluster) -> None:
    """--describe, as offsets, members or state."""
    wanted = [group for group, _ in list_groups(cluster)] if options.has("all-groups") else options.values("group")
    groups = sorted(describe_groups(cluster, wanted), key=lambda group: group.group_id)
    if not options.has("members") and not options.has("state"):
        _describe_offsets(cluster, groups)
        return
    if not console.is_plain():
        living = [group for group in groups if _has_rows(group, 1)]
        if options.has("members"):
            _show("groups-members", (_member_record(group, member) for group in living for member in group.members))
        else:
            _show("groups-state", map(_state_record, living))
        return
    for group in groups:
        if options.has("members"):
            _show_members(group, verbose=options.has("verbose"))
        else:
            _show_state(group)


def _show(name: str, records: Iterable[dict[str, object]]) -> None:
    from kafkacli.output.show import show

    show(name, records)


def _state_record(group: Group) -> dict[str, object]:
    broker_id, host, port = group.coordinator
    return {
        "group": group.group_id,
        "coordinator_id": broker_id,
        "coordinator_host": host,
        "coordinator_port": port,
        "assignment_strategy": group.assignor,
        "state": group.state,
        "member_count": len(group.members),
    }


def _member_record(group: Group, member: Member) -> dict[str, object]:
    return {
        "group": group.group_id,
        "member_id": member.member_id,
        "instance_id": member.instance_id or None,
        "host": member.host,
        "client_id": member.client_id,
        "partition_count": len(member.partitions),
        "assignment": _by_topic(member.partitions),
    }


def _states(text: str) -> list[str]:
    states = [state.strip() for state in text.split(",")] if text else []
    if any(state not in GROUP_STATES for state in states):
        raise ValueError(f"Invalid state list '{text}'. Valid states are: {', '.join(GROUP_STATES)}")
    return states


def _has_rows(group: Group, rows: int) -> bool:
    """Say what is special about the group's state; returns whether there is a table to show."""
    if group.state == "Dead":
        console.error_out(f"\nError: Consumer group '{group.group_id}' does not exist.")
    elif group.state == "Empty":
        console.err(f"\nConsumer group '{group.group_id}' has no active members.")
    elif group.state in ("PreparingRebalance", "CompletingRebalance"):
        console.err(f"\nWarning: Consumer group '{group.group_id}' is rebalancing.")
    return group.state != "Dead" and rows > 0


def _show_state(group: Group) -> None:
    if not _has_rows(group, 1):
        return
    broker_id, host, port = group.coordinator
    coordinator = f"{host}:{port} ({broker_id})"
    width = max(25, len(coordinator))
    header = ("GROUP", "COORDINATOR (ID)", "ASSIGNMENT-STRATEGY", "STATE", "#MEMBERS")
    row = (group.group_id, coordinator, group.assignor, group.state, len(group.members))
    for cells in (header, row):
        console.write("\n" + _line(cells, (width, 25, 20, 15)))
    console.out("")


def _show_members(group: Group, *, verbose: bool) -> None:
    if not _has_rows(group, len(group.members)):
        return
    static = any(member.instance_id for member in group.members)
    rows: list[list[object]] = [["GROUP", "CONSUMER-ID", "GROUP-INSTANCE-ID", "HOST", "CLIENT-ID", "#PARTITIONS"]]
    for member in group.members:
        identity = [group.group_id, member.member_id, member.instance_id, member.host, member.client_id]
        rows.append([*identity, len(member.partitions)])
    widths = [_width(rows, column, least) for column, least in enumerate((15, 15, 17, 15, 15, 15))]
    if not static:
        del widths[2]
        for row in rows:
            del row[2]
    assignments = ["ASSIGNMENT", *(_assignment(member.partitions) for member in group.members)]
    console.write("\n")
    for row, assignment in zip(rows, assignments, strict=True):
        console.out(_line([*row, assignment if verbose else ""], widths))


def _width(rows: Sequence[Sequence[object]], column: int, least: int) -> int:
    return max([least, *(len(str(row[column])) for row in rows)])


def _line(row: Sequence[object], widths: Sequence[int]) -> str:
    """The cells of a row, all but the last padded to their widths."""
    return " ".join([*(f"{cell!s:<{width}}" for cell, width in zip(row, widths, strict=False)), str(row[-1])])


def _assignment(partitions: Sequence[TopicPartition]) -> str:
    shown = sorted(f"{topic}({','.join(map(str, indexes))})" for topic, indexes in _by_topic(partitions).items())
    return ", ".join(shown) or _ABSENT


def _by_topic(partitions: Sequence[TopicPartition]) -> dict[str, list[int]]:
    topics: dict[str, list[int]] = {}
    for topic, partition in sorted(partitions):
        topics.setdefault(topic, []).append(partition)
    return topics


def _describe_offsets(cluster: Cluster, groups: Sequence[Group]) -> None:
    """Show how far groups are, some groups at a time: they may read a great many partitions.

    The ends of partitions are asked for after what was committed, so that no lag is negative.
    """
    from kafkacli.client.offsets import LATEST, list_offsets
    from kafkacli.progress import Progress

    document = None
    if not console.is_plain():
        from kafkacli.output.show import Array

        document = Array("groups-offsets")
    with Progress("groups", len(groups), lines=True) as progress:
        for start in range(0, len(groups), _AT_ONCE):
            some = groups[start : start + _AT_ONCE]
            committed = committed_by_groups(
                cluster, [group.group_id for group in some], partial(_told, progress.tell, start)
            )
            owners = [_owners(group, committed[group.group_id]) for group in some]
            ends = list_offsets(cluster, {partition for rows in owners for partition, _ in rows}, LATEST)
            progress.clear()
            for group, owned in zip(some, owners, strict=True):
                rows = _offset_rows(owned, committed[group.group_id], ends)
                if document is None:
                    _show_offsets(group, rows)
                elif _has_rows(group, len(rows)):
                    for row in rows:
                        document.add(_offset_record(group, row))
    if document is not None:
        document.end()


def _told(tell: Callable[[int], None], before: int, more: int) -> None:
    tell(before + more)


def _offset_record(group: Group, row: list[object]) -> dict[str, object]:
    names = ("topic", "partition", "current_offset", "log_end_offset", "lag", "member_id", "host", "client_id")
    known = (None if value == _ABSENT else value for value in row)
    return {"group": group.group_id, **dict(zip(names, known, strict=True))}


def _owners(group: Group, committed: Iterable[TopicPartition]) -> list[tuple[TopicPartition, list[object]]]:
    """Return each partition of a group with its owner's member id, host and client id."""
    owners: list[tuple[TopicPartition, list[object]]] = []
    for member in sorted(group.members, key=lambda member: -len(member.partitions)):
        shown: list[object] = [member.member_id, member.host, member.client_id]
        owners += [(partition, shown) for partition in sorted(member.partitions, key=lambda name: (name[1], name[0]))]
    owned = {partition for partition, _ in owners}
    owners += [(partition, [_ABSENT] * 3) for partition in sorted(committed) if partition not in owned]
    return owners


def _offset_rows(
    owners: Iterable[tuple[TopicPartition, list[object]]],
    committed: Mapping[TopicPartition, int],
    ends: Mapping[TopicPartition, int],
) -> list[list[object]]:
    """Return [topic, partition, offset, end, lag, member id, host, client id] for each partition of a group."""
    rows = []
    for partition, shown in owners:
        offset, end = committed.get(partition), ends[partition]
        progress = [_ABSENT, end, _ABSENT] if offset is None else [offset, end, end - offset]
        rows.append([*partition, *progress, *shown])
    return rows


def _show_offsets(group: Group, rows: list[list[object]]) -> None:
    if not _has_rows(group, len(rows)):
        return
    header = ["TOPIC", "PARTITION", "CURRENT-OFFSET", "LOG-END-OFFSET", "LAG", "CONSUMER-ID", "HOST", "CLIENT-ID"]
    table: list[list[object]] = [["GROUP", *header], *([group.group_id, *row] for row in rows)]
    topic, member, host = (_width(table, column, 15) for column in (1, 6, 7))
    widths = [_width(table, 0, 15), topic, 10, 15, 15, 15, member, host]
    console.write("\n")
    for row in table:
        console.out(_line(row, widths))
