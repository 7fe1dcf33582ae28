"""What kafka-consumer-groups.sh --reset-offsets resets to: its scenarios, its CSV files, its dates and durations."""

from __future__ import annotations

import re
import time

from kafkacli import console
from kafkacli.client.groups import committed_offsets
from kafkacli.client.offsets import EARLIEST, LATEST, UNKNOWN_OFFSET, list_offsets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kafkacli.client.cluster import Cluster
    from kafkacli.client.topics import TopicPartition
    from kafkacli.options.jopt import Parsed

_DATETIME = re.compile(
    r"(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)\.(\d+)(?:Z|([+-])(\d\d)(?::?(\d\d))?)", re.ASCII | re.IGNORECASE
)
_DURATION = re.compile(
    r"([-+]?)P(?:([-+]?\d+)D)?(T(?:([-+]?\d+)H)?(?:([-+]?\d+)M)?(?:([-+]?\d+)(?:[.,](\d{0,9}))?S)?)?",
    re.ASCII | re.IGNORECASE,
)


class ResetError(Exception):
    """A date, duration or file that the original can't read; the text is the message of its exception."""


def new_offsets(
    options: Parsed,
    cluster: Cluster,
    group: str,
    partitions: list[TopicPartition],
    plan: Mapping[TopicPartition, int] | None,
) -> dict[TopicPartition, int]:
    """Return the offset that each partition shall have by the scenario of the options.

    partitions: those to reset; plan: the offsets of --from-file. Raises UsageError, OptionError, ResetError, ValueError.
    """
    if (offset := options.integer("to-offset")) is not None:
        return _in_range(cluster, dict.fromkeys(partitions, offset))
    if options.has("to-earliest"):
        return list_offsets(cluster, partitions, EARLIEST)
    if options.has("to-latest"):
        return list_offsets(cluster, partitions, LATEST)
    if (shift := options.integer("shift-by")) is not None:
        committed = committed_offsets(cluster, group)
        for topic, partition in partitions:
            if (topic, partition) not in committed:
                raise ValueError(
                    f"Cannot shift offset for partition {topic}-{partition} since there is no current committed offset"
                )
        return _in_range(cluster, {partition: committed[partition] + shift for partition in partitions})
    if (datetime := options.value("to-datetime")) is not None:
        return _by_time(cluster, partitions, parse_datetime(datetime))
    if (duration := options.value("by-duration")) is not None:
        return _by_time(cluster, partitions, int(time.time() * 1000) - parse_duration(duration))
    if plan is not None:
        return _in_range(cluster, plan)
    if options.has("to-current"):
        committed = committed_offsets(cluster, group)
        ends = list_offsets(cluster, [name for name in partitions if name not in committed], LATEST)
        return {partition: committed[partition] for partition in partitions if partition in committed} | ends
    scenarios = (  # in the order of a Scala set
        "[by-duration], [to-offset], [from-file], [to-datetime], [to-earliest], [to-current], [shift-by], [to-latest]"
    )
    raise options.fail(f"Option '[reset-offsets]' requires one of the following scenarios: Set({scenarios})")


def parse_datetime(text: str) -> int:
    """Return the epoch milliseconds of YYYY-MM-DDTHH:mm:SS.sss, UTC without a zone. Raises ResetError."""
    from datetime import UTC, datetime, timedelta

    halves = text.rstrip("T").split("T")
    if len(halves) < 2:
        raise ResetError("Index 1 out of bounds for length 1")
    zoned = text if any(sign in halves[1] for sign in "+-Z") else f"{text}Z"
    match = _DATETIME.match(zoned)
    if match is None:
        raise ResetError(f'Unparseable date: "{zoned}"')
    year, month, day, hour, minute, second, ms = map(int, match.groups()[:7])
    try:
        start = datetime(year + (month - 1) // 12, (month - 1) % 12 + 1, 1, tzinfo=UTC)  # as lenient as Java: month 13
        moment = start + timedelta(days=day - 1, hours=hour, minutes=minute, seconds=second, milliseconds=ms)
    except (ValueError, OverflowError):
        raise ResetError(f'Unparseable date: "{zoned}"') from None
    if match[8]:
        shift = timedelta(hours=int(match[9]), minutes=int(match[10] or 0))
        moment += -shift if match[8] == "+" else shift
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def parse_duration(text: str) -> int:
    """Return the milliseconds of PnDTnHnMnS. Raises ResetError."""
    match = _DURATION.fullmatch(text)
    if match is None or match[3] in ("T", "t") or not (match[2] or match[3]):
        raise ResetError("Text cannot be parsed to a Duration")
    sign, days, _, hours, minutes, seconds, fraction = match.groups()
    total_ms = ((int(days or 0) * 24 + int(hours or 0)) * 60 + int(minutes or 0)) * 60_000 + int(seconds or 0) * 1000
    part = int((fraction or "").ljust(9, "0")[:3] or 0)
    total_ms += -part if (seconds or "").startswith("-") else part
    return -total_ms if sign == "-" else total_ms


def read_reset_plan(path: str, group: str | None) -> dict[str, dict[TopicPartition, int]]:
    """Return the offsets of a CSV file, by group.

    group: whose rows `topic,partition,offset` are; None when each row begins with its group.
    Raises ResetError for a file that can't be read or a row that makes no sense.
    """
    import csv

    try:
        with open(path, encoding="utf-8", newline="") as file:
            rows = [row for row in csv.reader(file) if row]
    except (OSError, UnicodeDecodeError):
        raise ResetError(f"Unable to read file {path}") from None
    if group is not None and rows and len(rows[0]) == 3:
        rows = [[group, *row] for row in rows]
    plan: dict[str, dict[TopicPartition, int]] = {}
    for number, row in enumerate(rows, 1):
        try:
            name, topic, partition, offset = (cell.strip() for cell in row)
            plan.setdefault(name, {})[topic, int(partition)] = int(offset)
        except ValueError:
            raise ResetError(f"{path}, row {number}: not group,topic,partition,offset: {','.join(row)}") from None
    return plan


def write_csv(plan: Mapping[str, Mapping[TopicPartition, int]], *, with_group: bool) -> str:
    """Return the rows that `read_reset_plan` reads, each with its line end."""
    import csv
    from io import StringIO

    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for group, offsets in plan.items():
        for (topic, partition), offset in offsets.items():
            writer.writerow([*([group] if with_group else []), topic, partition, offset])
    return text.getvalue()


def _by_time(cluster: Cluster, partitions: Iterable[TopicPartition], timestamp_ms: int) -> dict[TopicPartition, int]:
    found = list_offsets(cluster, partitions, timestamp_ms)
    later = [partition for partition, offset in found.items() if offset == UNKNOWN_OFFSET]
    return found | list_offsets(cluster, later, LATEST)


def _in_range(cluster: Cluster, offsets: Mapping[TopicPartition, int]) -> dict[TopicPartition, int]:
    """Return the offsets, moved to the nearest that there is; says so where one was moved."""
    starts = list_offsets(cluster, offsets, EARLIEST)
    ends = list_offsets(cluster, offsets, LATEST)
    moved = {}
    for (topic, partition), offset in offsets.items():
        start, end = starts[topic, partition], ends[topic, partition]
        moved[topic, partition] = min(max(offset, start), end)
        if not start <= offset <= end:
            bound, limit = ("higher than latest", end) if offset > end else ("lower than earliest", start)
            console.err(
                f"WARN New offset ({offset}) is {bound} offset for topic partition {topic}-{partition}."
                f" Value will be set to {limit}"
            )
    return moved
