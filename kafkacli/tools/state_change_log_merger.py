"""kafka.tools.StateChangeLogMerger: the state change logs of several brokers as one, by time.

Only lines that name a time and a partition as `[topic,number]` count. Source: Apache `StateChangeLogMerger.scala` of 2.6.2.
"""

from __future__ import annotations

import re

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.java_classes import JavaError
from kafkacli.options.jopt import Parsed, answer_help, parse
from kafkacli.options.table import HELP, OUTPUT, Option, OptionTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Line = tuple[str, str, int, str]  # time, topic, partition, the whole text
    Moment = tuple[int, int, int]  # days, seconds of the day, milliseconds

OPTIONS = OptionTable(
    "kafkacli state-change-log-merger",
    "Merge the state change logs of several brokers by time.",
    (
        Option(
            "end-time",
            argument="time",
            default="9999-12-31 23:59:59,999",
            help="Leave out lines that are younger: YYYY-MM-DD hh:mm:ss,SSS.",
        ),
        HELP,
        OUTPUT,
        Option("logs", argument="file,...", completes="file", help="The logs. This or --logs-regex."),
        Option(
            "logs-regex",
            argument="pattern",
            help="The logs: a directory, and behind its last slash a regular expression that their names contain.",
        ),
        Option("partitions", argument="number,...", help="Only lines about these partitions of --topic."),
        Option(
            "start-time",
            argument="time",
            default="0000-00-00 00:00:00,000",
            help="Leave out lines that are older: YYYY-MM-DD hh:mm:ss,SSS.",
        ),
        Option("topic", argument="topic", completes="topic", help="Only lines about this topic."),
    ),
    synopsis="--logs <file,...> [OPTION]...",
    examples=(
        (
            "kafka-run-class.sh kafka.tools.StateChangeLogMerger --logs a/state-change.log,b/state-change.log",
            "what two brokers wrote, by time",
        ),
    ),
)
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2},[0-9]{3}")
_LENIENT_TIME = re.compile(r"([0-9]+)-([0-9]+)-([0-9]+) ([0-9]+):([0-9]+):([0-9]+),([0-9]+)")
_PARTITION = re.compile(r"\[([a-zA-Z0-9._-]+), *([0-9]+)\]")


def main(arguments: list[str]) -> int:
    """Run kafka.tools.StateChangeLogMerger. Returns its exit status."""
    options = parse(OPTIONS, arguments)
    usage = "A tool for merging the log files from several brokers to reconnstruct a unified history of what happened."
    if (status := answer_help(options, usage)) is not None:
        return status
    try:
        return _merge(options)
    except FileNotFoundError as error:
        console.err(f'Exception in thread "main" java.io.FileNotFoundException: {error.filename} ({error.strerror})')
    except JavaError as error:
        console.err(f'Exception in thread "main" {error}')
    return Exit.FAILURE


def _merge(options: Parsed) -> int:
    from contextlib import ExitStack
    from heapq import merge

    if options.has("logs") == options.has("logs-regex"):
        raise options.fail('Provide arguments to exactly one of the two options "[logs]" or "[logs-regex]"')
    if options.has("partitions") and not options.has("topic"):
        raise options.fail('The option "[topic]" needs to be provided an argument when specifying partition ids')
    paths = (options.value("logs") or "").split(",") if options.has("logs") else _matching(options)
    partitions = _partitions(options.value("partitions"))
    if twice := sorted({number for number in partitions if partitions.count(number) > 1}):
        console.err(f"The list of partitions contains repeated entries: {','.join(map(str, twice))}")
        return Exit.FAILURE
    times = [_moment((options.value(name) or "").replace('"', " ").strip()) for name in ("start-time", "end-time")]
    topic = options.value("topic")

    def lines(file: Iterator[str]) -> Iterator[Line]:
        """Yield each line that is wanted."""
        for line in file:
            time, partition = _TIME.search(line), _PARTITION.search(line)
            if time is None or partition is None or not times[0] <= _moment(time[0]) <= times[1]:
                continue
            if topic in (None, partition[1]) and (not partitions or int(partition[2]) in partitions):
                yield time[0], partition[1], int(partition[2]), line.rstrip("\n")

    with ExitStack() as stack:
        files = [stack.enter_context(open(path, encoding="utf-8", errors="surrogateescape")) for path in paths]
        show = _shower()
        for line in merge(*map(lines, files), key=lambda found: found[0]):
            show(line)
    return Exit.OK


def _shower() -> Callable[[Line], None]:
    """Return what writes a line: as it is, or in the form that --output asks for."""
    if console.is_plain():
        return lambda line: console.out(line[3])
    from kafkacli.output.show import Stream

    stream = Stream("state-changes")
    return lambda line: stream.show(dict(zip(("time", "topic", "partition", "line"), line, strict=True)))


def _matching(options: Parsed) -> list[str]:
    """Return the files that --logs-regex means. Raises JavaError."""
    import os

    from kafkacli.java_patterns import compile_pattern

    directory, slash, text = (options.value("logs-regex") or "").rpartition("/")
    directory = directory if slash else "."
    try:
        pattern = compile_pattern(text)
    except re.error as error:
        raise JavaError("java.util.regex.PatternSyntaxException", f"{error}: {text}") from None
    try:
        return [f"{directory}/{name}" for name in sorted(os.listdir(directory)) if pattern.search(name)]
    except OSError as error:
        raise JavaError("java.lang.NullPointerException", console.reason(error)) from None


def _partitions(text: str | None) -> list[int]:
    numbers = []
    for word in text.split(",") if text is not None else ():
        if not re.fullmatch("[+-]?[0-9]+", word):
            raise JavaError("java.lang.NumberFormatException", f'For input string: "{word}"')
        numbers.append(int(word))
    return numbers


def _moment(text: str) -> Moment:
    """Read a time as SimpleDateFormat does: months, days and hours may be too many or too few. Raises JavaError."""
    match = _LENIENT_TIME.match(text)
    if match is None:
        raise JavaError("java.text.ParseException", f'Unparseable date: "{text}"')
    year, month, day, hour, minute, second, milliseconds = map(int, match.groups())
    year, month = (
        year + (month - 3) // 12,
        (month - 3) % 12,
    )  # the year begins in March, so that it ends with the leap day
    days = 365 * year + year // 4 - year // 100 + year // 400 + (153 * month + 2) // 5 + day
    seconds, milliseconds = 3600 * hour + 60 * minute + second + milliseconds // 1000, milliseconds % 1000
    return days + seconds // 86400, seconds % 86400, milliseconds
