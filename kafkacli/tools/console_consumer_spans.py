"""The options of kafka-console-consumer.sh that are ours: which part of which partitions to read, which records to show, how.

Without one of these options nothing here is imported.
"""

from __future__ import annotations

from kafkacli.client.span_reading import SpanConsumer
from kafkacli.console import FORMS, PLAIN
from kafkacli.interchange import places
from kafkacli.interchange.places import Place, PlaceError, parse_partitions, parse_place
from kafkacli.java_classes import JavaError
from kafkacli.options.jopt import OptionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kafkacli.client.chunks import FetchedRecord
    from kafkacli.client.cluster import Cluster
    from kafkacli.client.topics import TopicPartition
    from kafkacli.formatters import Formatter
    from kafkacli.options.jopt import Parsed
    from kafkacli.tools.console_consumer_plan import Plan

SPAN_OPTIONS = ("from", "until", "last", "exit-at-end", "partitions")


class SpanPlan:
    """Which part of its partitions a command line wants. partitions: None for all of a topic."""

    __slots__ = ("ends_now", "last", "partitions", "start", "until")

    def __init__(self, options: Parsed, offset: int, now_ms: int) -> None:
        _refuse_group(options)
        options.exclude("from", "from-beginning", "offset", "last")
        options.exclude("last", "from-beginning", "offset")
        options.exclude("partitions", "partition", "offset")
        self.ends_now = options.has("exit-at-end")
        self.last = options.integer("last")
        if self.last is not None and self.last < 1:
            raise OptionError(f"--last {self.last}: at least 1 record")
        self.partitions: list[int] | None = None
        try:
            if (text := options.value("partitions")) is not None:
                self.partitions = parse_partitions(text)
            elif (number := options.integer("partition")) is not None:
                self.partitions = [number]
            text = options.value("until")
            self.until = None if text is None else parse_place(text, now_ms)
            text = options.value("from")
            self.start = _start(options, offset) if text is None else parse_place(text, now_ms)
        except PlaceError as error:
            raise OptionError(str(error)) from None


def _refuse_group(options: Parsed) -> None:
    """A part of a topic says nothing of how far a group is. A group of a properties file alone is left out of it."""
    extra = options.values("consumer-property") + options.values("command-property")
    asked = (
        "--group" if options.has("group") else "group.id" if any(text.startswith("group.id=") for text in extra) else ""
    )
    if asked:
        name = next(name for name in SPAN_OPTIONS if options.has(name))
        raise OptionError(f"--{name} can't be used with {asked}: it reads outside of any group, and commits nothing")


def _start(options: Parsed, offset: int) -> Place:
    """Where nothing says where to start, what has an end is read from the beginning: from the end there is nothing."""
    if offset >= 0:
        return Place("offset", offset)
    has_end = options.has("until") or options.has("exit-at-end")
    is_all = options.has("from-beginning") or (has_end and not options.has("offset")) or offset == -2
    return Place(places.EARLIEST if is_all else places.LATEST)


def own_formatter(options: Parsed) -> Formatter | None:
    """Return what shows records by --format or --output, None when neither is there. Raises OptionError, UsageError."""
    form = options.value("output")
    if form not in FORMS:
        raise OptionError(f"--output {form}: there are {', '.join(FORMS)}")
    options.exclude("format", "formatter", "output")
    if form != PLAIN:
        options.exclude("output", "formatter")
    from kafkacli.formatters.text import FormatFormatter, JsonFormatter, TableFormatter, YamlFormatter
    from kafkacli.interchange.format import FormatError

    if (text := options.value("format")) is not None:
        try:
            return FormatFormatter(text)
        except FormatError as error:
            raise OptionError(f"--format: {error}") from None
    if form == "json":
        return JsonFormatter()
    if form == "yaml":
        return YamlFormatter()
    return TableFormatter() if form == "table" else None


def own_filter(options: Parsed) -> Callable[[FetchedRecord], bool] | None:
    """Return whether a record is to be shown. Raises OptionError."""
    from kafkacli.interchange.filters import FilterError, parse_filters

    try:
        return parse_filters(options.values("filter"))
    except FilterError as error:
        raise OptionError(f"--filter: {error}") from None


def open_spans(plan: Plan, wanted: SpanPlan) -> SpanConsumer:
    """Ask where the spans begin and end, and return what reads them. Raises JavaError."""
    from kafkacli import console
    from kafkacli.client.cluster import CallTimedOut, Cluster
    from kafkacli.client.connection import ConnectFailed
    from kafkacli.client.java_errors import thrown_text
    from kafkacli.client.settings import ClientSettings, SettingsError
    from kafkacli.client.spans import find_spans
    from kafkacli.errors import ApiError

    try:
        settings = ClientSettings({"client.id": "console-consumer", **plan.properties})
        if plan.connect_timeout_ms is not None:
            settings.api_timeout_ms = plan.connect_timeout_ms
        cluster = Cluster(plan.properties["bootstrap.servers"], settings, report=console.err)
    except SettingsError as error:
        raise JavaError("org.apache.kafka.common.KafkaException", str(error)) from error
    is_committed = plan.properties["isolation.level"].lower() == "read_committed"
    try:
        spans = find_spans(
            cluster,
            _partitions(cluster, plan, wanted.partitions),
            wanted.start,
            wanted.until,
            last=wanted.last,
            ends_now=wanted.ends_now,
            committed=is_committed,
        )
    except (ApiError, CallTimedOut, ConnectFailed) as error:
        cluster.close()
        exception, _, message = thrown_text(error).partition(": ")
        raise JavaError(exception, message) from error
    return SpanConsumer(cluster, spans, committed=is_committed)


def _partitions(cluster: Cluster, plan: Plan, numbers: list[int] | None) -> list[TopicPartition]:
    from kafkacli.client.topics import describe_named, list_topics

    names = [plan.topic] if plan.topic is not None else []
    if plan.pattern is not None:
        from kafkacli.tools.console_consumer_plan import topic_pattern

        matches = topic_pattern(plan.pattern)
        names = sorted(name for name, is_internal in list_topics(cluster) if not is_internal and matches(name))
    found = [(topic.name, row.index) for topic in describe_named(cluster, names) for row in topic.partitions]
    if numbers is None:
        return found
    for name in names:
        for number in numbers:
            if (name, number) not in found:
                raise JavaError("java.lang.IllegalStateException", f"topic {name} has no partition {number}")
    return [(topic, number) for topic, number in found if number in numbers]
