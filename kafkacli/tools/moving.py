"""What `kafkacli copy`, `export` and `import` have in common: topics chosen, errors in one line, the report at the end."""

from __future__ import annotations

from contextlib import contextmanager

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.options.jopt import OptionError, Parsed, answer_help, parse
from kafkacli.options.table import Option, OptionTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from kafkacli.client.cluster import Cluster
    from kafkacli.interchange.manifest import ExportedTopic, Part

TOPIC = Option("topic", argument="topic", completes="topic", since="kafkacli", help="A topic to take. May be repeated.")
INCLUDE = Option(
    "include",
    argument="pattern",
    since="kafkacli",
    help="Take every topic whose whole name this regular expression matches, but none of Kafka's own.",
)
DRY_RUN = Option("dry-run", since="kafkacli", help="Say what would be done, and do nothing.")


def run(table: OptionTable, arguments: list[str], work: Callable[[Parsed], None]) -> int:
    """Run one of these tools. Returns the exit status."""
    options = parse(table, arguments)
    if (status := answer_help(options, table.summary)) is not None:
        return status
    from kafkacli.client.cluster import CallTimedOut
    from kafkacli.client.connection import ConnectFailed
    from kafkacli.client.java_errors import thrown_text
    from kafkacli.client.transfers import TransferError
    from kafkacli.errors import ApiError
    from kafkacli.java_classes import JavaError
    from kafkacli.record.errors import RecordError

    try:
        work(options)
    except (ApiError, CallTimedOut, ConnectFailed) as error:
        console.err(f"{table.script}: {thrown_text(error)}")
    except (TransferError, RecordError, JavaError) as error:
        console.err(f"{table.script}: {error}")
    else:
        return Exit.OK
    return Exit.FAILURE


def wanted_topics(options: Parsed) -> tuple[list[str], Callable[[str], object] | None]:
    """Return the topics that are named, and what others have to match. Raises UsageError, OptionError."""
    pattern = options.value("include")
    if not options.has("topic") and pattern is None:
        raise options.fail("Which topics? --topic or --include is needed.")
    if pattern is None:
        return options.values("topic"), None
    import re

    from kafkacli.java_patterns import compile_pattern

    try:
        return options.values("topic"), compile_pattern(pattern).fullmatch
    except re.error as error:
        raise OptionError(f"--include: {error}") from None


def offsets_in(topics: Mapping[str, ExportedTopic]) -> int:
    """Return how many offsets there are to move."""
    return sum(part.end - part.start for topic in topics.values() for part in topic.parts.values())


@contextmanager
def telling(topics: Mapping[str, ExportedTopic], names: Mapping[str, str], note: str = "") -> Iterator[None]:
    """See that work which ends early says on stderr what was moved by then. note: what is to be known of it besides."""
    try:
        yield
    except BaseException:
        rows = [
            f"{names[name]}-{index}: {part.records} records"
            for name, topic in topics.items()
            for index, part in topic.parts.items()
            if part.records
        ]
        console.err(f"ended early{note}; moved by then, the last of it perhaps not: {', '.join(rows) or 'nothing'}")
        raise


def make_missing(cluster: Cluster, topics: dict[str, ExportedTopic], names: dict[str, str]) -> None:
    """Make the topics that are missing. Raises ApiError, TransferError."""
    from kafkacli.client.transfers import make_topics, missing_topics
    from kafkacli.steps import Steps

    missing = missing_topics(cluster, topics, names)
    with Steps("topics", "created", [names[name] for name in missing]) as steps:
        make_topics(cluster, topics, names, missing, steps)


def report(topics: Mapping[str, ExportedTopic], names: Mapping[str, str], *, done: bool = True) -> None:
    """Write a line for each partition: what was moved, or would be."""
    if not console.is_plain():
        from kafkacli.output.show import show

        show("moves", [_row(name, names[name], *each, done) for name in topics for each in topics[name].parts.items()])
        return
    for name, topic in topics.items():
        target = "" if names[name] == name else f" -> {names[name]}"
        for index, part in topic.parts.items():
            what = f"offsets {part.start} to {part.end}"
            if done:
                gaps = f", {part.missing} offsets without a record" if part.missing else ""
                what = f"{part.records} records of {what}{gaps}"
            console.out(f"{name}-{index}{target}: {what}")


def _row(topic: str, target: str, partition: int, part: Part, done: bool) -> dict[str, object]:
    return {
        "topic": topic,
        "target_topic": target,
        "partition": partition,
        "start_offset": part.start,
        "end_offset": part.end,
        "records": part.records if done else None,
        "missing": part.missing if done else None,
        "done": done,
    }
