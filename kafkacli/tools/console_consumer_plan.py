"""What a command line of kafka-console-consumer.sh asks for, checked in the original's order.

Source: `ConsumerConfig` in Apache `ConsoleConsumer.scala` of 2.6.2.
"""

from __future__ import annotations

import os

from kafkacli import console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kafkacli.client.chunks import FetchedRecord
    from kafkacli.formatters import Formatter
    from kafkacli.options.jopt import Parsed
    from kafkacli.tools.console_consumer_spans import SpanPlan

OWN = ("from", "until", "last", "exit-at-end", "partitions", "filter", "format", "output")
"""The options that belong to `console_consumer_spans.py`."""
_EARLIEST, _LATEST = -2, -1  # as ListOffsets has them


class Plan:
    """What a command line asks for, checked. topic or pattern is None.

    is_wanted: whether a record is shown; None: all are. span: part of the partitions, None: what the original reads.
    """

    __slots__ = (
        "connect_timeout_ms",
        "formatter",
        "is_wanted",
        "max_messages",
        "offset",
        "partition",
        "pattern",
        "properties",
        "skips_errors",
        "span",
        "tells_events",
        "timeout_ms",
        "topic",
    )

    connect_timeout_ms: int | None
    formatter: Formatter
    is_wanted: Callable[[FetchedRecord], bool] | None
    max_messages: int
    offset: int
    partition: int | None
    pattern: str | None
    properties: dict[str, str]
    skips_errors: bool
    span: SpanPlan | None
    tells_events: bool
    timeout_ms: int
    topic: str | None


def make_plan(options: Parsed) -> Plan | None:
    """Check a command line in the original's order; None when it was refused with a line of its own.

    Raises UsageError, OptionError, and JavaError for what the original throws.
    """
    from kafkacli.formatters import new_formatter
    from kafkacli.options.addresses import key_values

    plan = Plan()
    extra = key_values(options.values("consumer-property") + options.values("command-property"))
    given = _load(options, "consumer.config") | _load(options, "command-config")
    plan.partition = options.integer("partition")
    plan.tells_events = options.has("enable-systest-events")
    plan.skips_errors = options.has("skip-message-on-error")
    shown = _load(options, "formatter-config")
    shown |= key_values(options.values("property") + options.values("formatter-property"))
    plan.max_messages = -1 if (number := options.integer("max-messages")) is None else number
    plan.timeout_ms = -1 if (number := options.integer("timeout-ms")) is None else number
    for part in ("key.deserializer", "value.deserializer"):
        if class_name := options.value(part.replace(".", "-")):
            shown[part] = class_name
    plan.formatter = new_formatter(options.value("formatter") or "", shown)
    plan.connect_timeout_ms = options.integer("connect-timeout-ms")
    plan.topic = options.value("topic")
    plan.pattern = options.value("whitelist") if options.has("whitelist") else options.value("include")
    plan.offset = _check_where(options)
    options.require("bootstrap-server")
    plan.properties = _group_properties(options, given, extra)
    if not _set_offset_reset(options, plan.properties):
        return None
    plan.properties["bootstrap.servers"] = options.value("bootstrap-server") or ""
    _take_own(options, plan)
    if options.has("isolation-level") or "isolation.level" not in plan.properties:
        plan.properties["isolation.level"] = options.value("isolation-level") or ""
    return plan


def _take_own(options: Parsed, plan: Plan) -> None:
    """Take what the options say that the original doesn't have. Raises UsageError, OptionError."""
    plan.is_wanted = plan.span = None
    if not any(options.has(name) for name in OWN):
        return
    from time import time

    from kafkacli.tools.console_consumer_spans import SPAN_OPTIONS, SpanPlan, own_filter, own_formatter

    plan.is_wanted = own_filter(options)
    plan.formatter = own_formatter(options) or plan.formatter
    if any(options.has(name) for name in SPAN_OPTIONS):
        plan.span = SpanPlan(options, plan.offset, int(time() * 1000))


def topic_pattern(pattern: str) -> Callable[[str], object]:
    """Return whether a topic is meant by --whitelist. Raises JavaError."""
    import re

    from kafkacli.java_classes import JavaError
    from kafkacli.java_patterns import compile_pattern

    try:
        return compile_pattern(pattern).fullmatch
    except re.error as error:
        raise JavaError("java.util.regex.PatternSyntaxException", f"{error}: {pattern}") from None


def _load(options: Parsed, name: str) -> dict[str, str]:
    from kafkacli.java_classes import load_java_properties

    path = options.value(name)
    return {} if path is None else load_java_properties(path)


def _check_where(options: Parsed) -> int:
    """Check what is to be read, and return the offset to start at, -1 for the end and -2 for the beginning."""
    has_pattern = options.has("whitelist") or options.has("include")
    if options.has("topic") == has_pattern:
        raise options.fail("Exactly one of whitelist/topic is required.")
    if options.has("partition"):
        if not options.has("topic"):
            raise options.fail("The topic is required when partition is specified.")
        if options.has("from-beginning") and options.has("offset"):
            raise options.fail("Options from-beginning and offset cannot be specified together.")
    elif options.has("offset"):
        raise options.fail("The partition is required when offset is specified.")
    if not options.has("offset"):
        return _EARLIEST if options.has("from-beginning") else _LATEST
    text = (options.value("offset") or "").lower()
    if text in ("earliest", "latest"):
        return _EARLIEST if text == "earliest" else _LATEST
    digits = text[1:] if text[:1] in ("+", "-") else text
    offset = int(text) if digits.isdecimal() else -1
    if not 0 <= offset < 2**63:
        raise options.fail(
            f"The provided offset value '{text}' is incorrect. Valid values are 'earliest', 'latest', or a non-negative long."
        )
    return offset


def _group_properties(options: Parsed, given: dict[str, str], extra: dict[str, str]) -> dict[str, str]:
    """Return the consumer's properties with the group of whichever place names one. Raises UsageError if two differ."""
    groups = {
        group: None
        for group in (options.value("group"), given.get("group.id"), extra.get("group.id"))
        if group is not None
    }
    if len(groups) > 1:
        detected = ", ".join(f"'{group}'" for group in groups)
        raise options.fail(
            "The group ids provided in different places (directly using '--group', via '--consumer-property', "
            f"or via '--consumer.config') do not match. Detected group ids: {detected}"
        )
    if groups:
        given["group.id"] = next(iter(groups))
        if options.has("partition"):
            raise options.fail("Options group and partition cannot be specified together.")
    else:
        number = int.from_bytes(os.urandom(4), "big") % 100000  # saves the import of random
        given["group.id"] = f"console-consumer-{number}"
        given.setdefault("enable.auto.commit", "false")  # nobody asks for such a group's offsets again
    return given | extra


def _set_offset_reset(options: Parsed, properties: dict[str, str]) -> bool:
    """Let --from-beginning decide where a group without offsets starts; say no when a property says otherwise."""
    wanted = "earliest" if options.has("from-beginning") else "latest"
    value = properties.setdefault("auto.offset.reset", wanted)
    if options.has("from-beginning") and value != wanted:
        console.err(
            f"Can't simultaneously specify --from-beginning and 'auto.offset.reset={value}', please remove one option"
        )
        return False
    return True
