"""What kafka-streams-application-reset.sh resets offsets to.

Source: `maybeReset` and what it calls in Apache `StreamsResetter.java` of 2.6.2.
"""

from __future__ import annotations

import time

from kafkacli import console
from kafkacli.client.groups import committed_offsets
from kafkacli.client.offsets import EARLIEST, LATEST, UNKNOWN_OFFSET, list_offsets
from kafkacli.java_classes import JavaError
from kafkacli.tools.offset_reset import ResetError, parse_datetime, parse_duration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.cluster import Cluster
    from kafkacli.client.topics import TopicPartition
    from kafkacli.options.jopt import Parsed

    Offsets = dict[TopicPartition, int]

_PARSE_EXCEPTION = "java.text.ParseException"


def new_offsets(options: Parsed, cluster: Cluster, group: str, partitions: list[TopicPartition]) -> Offsets:
    """Return the offset that each partition shall have. Raises ApiError, OptionError, JavaError."""
    if (offset := options.integer("to-offset")) is not None:
        return _in_range(cluster, dict.fromkeys(partitions, offset))
    if options.has("to-latest"):
        return list_offsets(cluster, partitions, LATEST)
    if (shift := options.integer("shift-by")) is not None:
        present = list_offsets(cluster, partitions, LATEST) | committed_offsets(cluster, group)
        return _in_range(cluster, {partition: present[partition] + shift for partition in partitions})
    if (text := options.value("to-datetime")) is not None:
        return _by_time(cluster, partitions, _datetime(text))
    if (text := options.value("by-duration")) is not None:
        return _by_time(cluster, partitions, int(time.time() * 1000) - _duration(text))
    if (path := options.value("from-file")) is not None:
        plan = _read_plan(path)
        for partition in plan.keys() ^ set(partitions):
            raise JavaError(
                "java.lang.NullPointerException", f"{partition[0]}-{partition[1]} is only in the file or not in it"
            )
        return _in_range(cluster, plan)
    return list_offsets(cluster, partitions, EARLIEST)


def _datetime(text: str) -> int:
    parts = text.rstrip("T").split("T")
    trouble = ""
    if len(parts) < 2:
        trouble = "Error parsing timestamp. It does not contain a 'T' according to ISO8601 format"
    elif not parts[1]:
        trouble = "Error parsing timestamp. Time part after 'T' is null or empty"
    if not trouble:
        try:
            return parse_datetime(text)
        except ResetError as error:
            trouble = str(error)
    raise _failed(_PARSE_EXCEPTION, trouble)


def _duration(text: str) -> int:
    try:
        return parse_duration(text)
    except ResetError as error:
        raise JavaError("java.time.format.DateTimeParseException", str(error)) from None


def _by_time(cluster: Cluster, partitions: list[TopicPartition], timestamp_ms: int) -> Offsets:
    found = list_offsets(cluster, partitions, timestamp_ms)
    if UNKNOWN_OFFSET in found.values():
        raise JavaError(
            "java.lang.NullPointerException",
            'Cannot invoke "org.apache.kafka.clients.consumer.OffsetAndTimestamp.offset()" because the return value of '
            '"java.util.Map.get(Object)" is null',
        )
    return found


def _read_plan(path: str) -> Offsets:
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        raise _failed("java.nio.file.NoSuchFileException", path) from None
    if not text:
        raise _failed(_PARSE_EXCEPTION, "Error parsing reset plan CSV file. It is empty,")
    plan: Offsets = {}
    for line in text.rstrip("\n").split("\n"):
        parts = line.rstrip(",").split(",")
        if len(parts) != 3:
            raise _failed(_PARSE_EXCEPTION, "Reset plan CSV file is not following the format `TOPIC,PARTITION,OFFSET`.")
        for number in parts[1:]:
            if not number.removeprefix("-").removeprefix("+").isdecimal():
                raise JavaError("java.lang.NumberFormatException", f'For input string: "{number}"')
        plan[parts[0], int(parts[1])] = int(parts[2])
    return plan


def _failed(exception: str, message: str) -> JavaError:
    console.err("ERROR: Resetting offsets failed.")
    return JavaError(exception, message)


def _in_range(cluster: Cluster, offsets: Offsets) -> Offsets:
    """Return the offsets, moved to the nearest that there is; says so where one was moved, and where it is the nearest."""
    starts = list_offsets(cluster, offsets, EARLIEST)
    ends = list_offsets(cluster, offsets, LATEST)
    moved = {}
    for partition, offset in offsets.items():
        start, end = starts[partition], ends[partition]
        moved[partition] = min(max(offset, start), end)
        if offset >= end:
            console.out(f"New offset ({offset}) is higher than latest offset. Value will be set to {end}")
            moved[partition] = end
        elif offset <= start:
            console.out(f"New offset ({offset}) is lower than earliest offset. Value will be set to {start}")
    return moved
