"""kafka.tools.GetOffsetShell and kafka-get-offsets.sh: the first, last or timed offsets of partitions.

2.6.2 has the class only: --broker-list and one --topic by its name. With --bootstrap-server the rules are those of the later
script: patterns for topics and partitions, all topics if none is named, errors that begin with `Error occurred`.
Source: Apache `GetOffsetShell.scala` of 2.6.2, `GetOffsetShell.java` of 3.9.
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.options.jopt import Parsed, answer_help, parse
from kafkacli.options.table import HELP, OUTPUT, VERSION, Option, OptionTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kafkacli.client.cluster import Cluster
    from kafkacli.client.topics import Partition
    from kafkacli.output.show import Array

OPTIONS = OptionTable(
    "kafka-get-offsets.sh",
    "Print the first, the last or a timed offset of partitions, a line TOPIC:PARTITION:OFFSET for each.",
    (
        Option("broker-list", argument="host:port,...", help="The brokers to ask first. This or --bootstrap-server."),
        Option(
            "max-wait-ms", argument="ms", kind="integer", default="1000", help="Kept for old scripts, without effect."
        ),
        Option("offsets", argument="number", kind="integer", default="1", help="Kept for old scripts, without effect."),
        Option("partitions", argument="number,...", default="", help="Only these partitions. All when absent."),
        Option(
            "time",
            argument="time",
            default="-1",
            help="Which offset: -1 or latest, the end; -2 or earliest, the beginning; or that of the first record which is"
            " at least as young as so many milliseconds since 1970, nothing where there is none.",
        ),
        Option(
            "topic",
            argument="topic",
            completes="topic",
            help="The topic. With --bootstrap-server a regular expression, and all topics when absent.",
        ),
        Option("bootstrap-server", argument="host:port,...", since="3.0", help="The brokers to ask first."),
        Option(
            "command-config",
            argument="file",
            completes="file",
            since="3.0",
            help="A properties file for the connection to the brokers: security, timeouts.",
        ),
        Option("exclude-internal-topics", since="3.0", help="Leave out Kafka's own topics."),
        Option(
            "topic-partitions",
            argument="pattern,...",
            since="3.0",
            help="Topics and partitions: TOPIC, TOPIC:NUMBER, TOPIC:FROM-TO without TO itself, TOPIC:FROM-, TOPIC:-TO;"
            " TOPIC is a regular expression and may be left out.",
        ),
        HELP,
        OUTPUT,
        VERSION,
    ),
    synopsis="(--broker-list | --bootstrap-server) <host:port,...> [--topic <topic>] [OPTION]...",
    examples=(
        ("kafka-get-offsets.sh --bootstrap-server localhost:9092 --topic orders --time -2", "the first offsets"),
    ),
)

_TIMES = {"latest": -1, "earliest": -2}
_TIME = Option("time", argument="time", kind="long", help="")


class Failed(Exception):
    """A run that ends with one line on stderr."""


def main(arguments: list[str]) -> int:
    """Run kafka-get-offsets.sh. Returns its exit status."""
    options = parse(OPTIONS, arguments)
    is_later = options.has("bootstrap-server")
    usage = "An interactive shell for getting topic offsets."
    if (status := answer_help(options, usage)) is not None:
        return status
    from kafkacli.client.cluster import CallTimedOut
    from kafkacli.client.java_errors import cause_text
    from kafkacli.errors import ApiError

    try:
        if is_later:
            _by_pattern(options)
        else:
            _by_name(options)
    except Failed as failure:
        console.err(f"Error occurred: {failure}" if is_later else str(failure))
    except CallTimedOut as error:
        text = "org.apache.kafka.common.errors.TimeoutException: Timeout expired while fetching topic metadata"
        console.err(f"Error occurred: {cause_text(error)}" if is_later else f'Exception in thread "main" {text}')
    except ApiError as error:
        console.err(
            f"Error occurred: {cause_text(error)}" if is_later else f'Exception in thread "main" {cause_text(error)}'
        )
    else:
        return Exit.OK
    return Exit.FAILURE


def _by_name(options: Parsed) -> None:
    """What 2.6.2 does: one topic, complaints about what is missing of it."""
    from kafkacli.client.offsets import UNKNOWN_OFFSET, list_offsets
    from kafkacli.client.topics import describe_topics
    from kafkacli.errors import ApiError, ErrorCode

    options.require("broker-list", "topic")
    servers, topic = options.value("broker-list") or "", options.value("topic") or ""
    _check_servers(options, servers)
    wanted = _partition_numbers(options)
    timestamp_ms = _time(options)
    with _connect(options, servers) as cluster:
        try:
            (found,) = describe_topics(cluster, [topic])
        except ApiError as error:
            if error.code not in (ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.INVALID_TOPIC_EXCEPTION):
                raise
            raise Failed(f"Topic {topic} does not exist") from None
        rows = [row for row in found.partitions if not wanted or row.index in wanted]
        if not rows:
            if wanted:
                numbers = ",".join(map(str, wanted))
                raise Failed(f"Topic {topic} does not have any of the requested partitions {numbers}")
            raise Failed(f"Topic {topic} has 0 partitions")
        there = {row.index for row in rows}
        for number in wanted:
            if number not in there:
                console.err(f"Error: partition {number} does not exist")
        offsets = list_offsets(cluster, [(topic, row.index) for row in _led(rows)], timestamp_ms)
    shown = _Shown()
    for name, offset in sorted(offsets.items()):
        shown.add(*name, None if offset == UNKNOWN_OFFSET else offset)
    shown.end()


class _Shown:
    """Shows topic, partition and offset of each row; None where there is no such offset."""

    def __init__(self) -> None:
        self._document: Array | None = None
        if not console.is_plain():
            from kafkacli.output.show import Array

            self._document = Array("offsets")

    def add(self, topic: str, number: int, offset: int | None) -> None:
        """Show a row."""
        if self._document is None:
            console.out(f"{topic}:{number}:{'' if offset is None else offset}")
        else:
            self._document.add({"topic": topic, "partition": number, "offset": offset})

    def end(self) -> None:
        """End the document, where that isn't lines."""
        if self._document is not None:
            self._document.end()


def _led(rows: Iterable[Partition]) -> list[Partition]:
    led = []
    for row in sorted(rows, key=lambda row: row.index):
        if row.leader is None:
            console.err(f"Error: partition {row.index} does not have a leader. Skip getting offsets")
        else:
            led.append(row)
    return led


def _by_pattern(options: Parsed) -> None:
    """What later versions do: every partition that a filter lets through, in the order of their names."""
    from kafkacli.client.offsets import UNKNOWN_OFFSET, list_offsets
    from kafkacli.client.topics import DescribedTopics

    servers = options.value("bootstrap-server") or ""
    _check_servers(options, servers)
    if options.has("topic-partitions") and (options.has("topic") or options.has("partitions")):
        raise Failed("--topic-partitions cannot be used with --topic or --partitions")
    timestamp_ms = _time(options)
    is_wanted = _filter(options)
    shows_internal = not options.has("exclude-internal-topics")
    found = DescribedTopics()
    shown = _Shown()
    is_empty = True
    with _connect(options, servers) as cluster:
        found.read(cluster, None)
        for names in _in_slices(found.names()):
            leaders = {
                (topic.name, row.index): row.leader
                for topic in map(found.topic, names)
                for row in topic.partitions
                if (shows_internal or not topic.internal) and is_wanted(topic.name, row.index)
            }
            is_empty = is_empty and not leaders
            offsets = list_offsets(cluster, leaders, timestamp_ms, leaders=leaders)
            in_order = sorted(offsets.items(), key=lambda item: f"{item[0][0]}-{item[0][1]}")
            for name, offset in in_order:
                if offset != UNKNOWN_OFFSET:
                    shown.add(*name, offset)
    if is_empty:
        raise Failed("Could not match any topic-partitions with the specified filters")
    shown.end()


def _in_slices(names: list[str]) -> Iterator[list[str]]:
    """Yield topics some at a time, such that the names of all partitions (TOPIC-NUMBER) of a slice go before the next one's."""
    from kafkacli.client.topics import AT_ONCE

    some: list[str] = []
    first = (
        ""  # a topic below which those that begin with its name and a dash lie: their partitions mingle with its own
    )
    for name in sorted(names, key=lambda name: f"{name}-"):
        if not name.startswith(f"{first}-"):
            first = name
            if len(some) >= AT_ONCE:
                yield some
                some = []
        some.append(name)
    if some:
        yield some


def _filter(options: Parsed) -> Callable[[str, int], bool]:
    """Return what says whether a topic and partition is wanted."""
    if not options.has("topic-partitions"):
        numbers = _partition_numbers(options)
        matches = _topic_pattern(options.value("topic") or "")
        return lambda topic, number: matches(topic) and (not numbers or number in numbers)
    rules = [_rule(text) for text in (options.value("topic-partitions") or "").split(",")]
    return lambda topic, number: any(rule(topic, number) for rule in rules)


def _rule(text: str) -> Callable[[str, int], bool]:
    import re

    match = re.fullmatch(r"([^:,]*)(?::(?:([0-9]*)|([0-9]*)-([0-9]*)))?", text)
    if match is None:
        raise Failed(f"Invalid rule specification: {text}")
    pattern, one, lowest, behind = match.groups()
    matches = _topic_pattern(pattern)
    first = int(one or lowest or 0)
    last = int(one) if one else int(behind) - 1 if behind else 2**31
    return lambda topic, number: matches(topic) and first <= number <= last


def _topic_pattern(text: str) -> Callable[[str], bool]:
    """As Kafka's IncludeList: a comma stands for `or`, quotes and blanks fall away."""
    import re

    from kafkacli.java_patterns import compile_pattern

    plain = text.strip().replace(",", "|").replace(" ", "").strip("\"'") or ".*"
    try:
        pattern = compile_pattern(plain)
    except re.error:
        raise Failed(f"{plain} is an invalid regex.") from None
    return lambda topic: pattern.fullmatch(topic) is not None


def _partition_numbers(options: Parsed) -> dict[int, None]:
    """Return the numbers of --partitions in their order, none for all."""
    text = options.value("partitions") or ""
    try:
        return {int(part): None for part in text.rstrip(",").split(",")} if text else {}
    except ValueError:
        raise Failed(
            f"--partitions expects a comma separated list of numeric partition ids, but received: {text}"
        ) from None


def _time(options: Parsed) -> int:
    """Return the time that ListOffsets is asked for. Raises OptionError."""
    text = options.value("time") or ""
    if text in _TIMES:
        return _TIMES[text]
    from kafkacli.options.jopt import read_integer

    return read_integer(_TIME, text)


def _check_servers(options: Parsed, servers: str) -> None:
    from kafkacli.options.addresses import check_addresses

    check_addresses(options, servers)


def _connect(options: Parsed, servers: str) -> Cluster:
    from kafkacli.client.connect import connect

    return connect(servers, options.value("command-config"), fixed={"client.id": "GetOffsetShell"})
