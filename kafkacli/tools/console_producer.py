"""kafka-console-producer.sh: sends lines of stdin to a topic.

Source: Apache `ConsoleProducer.scala` of 2.6.2: options, order of checks, the prompt before each line, on pipes too.
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.options.jopt import OptionError, Parsed, answer_help, parse
from kafkacli.options.table import HELP, VERSION, Option, OptionTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.pace import Pace
    from kafkacli.readers.line import LineReader
    from kafkacli.tools.console_producer_records import RowReader

_OWN = (
    Option(
        "input",
        argument="form",
        default="lines",
        completes=("json", "lines"),
        since="kafkacli",
        help="json reads lines of JSON, as kafka-console-consumer.sh --output json writes them.",
    ),
    Option(
        "format",
        "f",
        argument="format",
        since="kafkacli",
        help="Read records by a format, with the fields that --format of kafka-console-consumer.sh has.",
    ),
    Option(
        "header",
        argument="name=value",
        since="kafkacli",
        help="A header of every record, behind those it has in JSON or by the format. May be repeated.",
    ),
    Option(
        "timestamp",
        argument="time",
        completes=("-1h", "-1d"),
        since="kafkacli",
        help="The time of every record, in place of its own: milliseconds since 1970, a date (2026-11-24T12:30) or a"
        " duration before now (-1h30m).",
    ),
    Option(
        "partition",
        argument="number",
        kind="integer",
        since="kafkacli",
        help="The partition of every record, whatever its key is, in place of its own.",
    ),
    Option(
        "null-marker",
        argument="text",
        since="kafkacli",
        help="What stands for null as a key, a value or the value of --header; the property null.marker of later versions."
        " Not with --input json, which has null.",
    ),
    Option(
        "records-per-second",
        argument="number",
        completes=("10", "100", "1k", "10k"),
        since="kafkacli",
        help="Send no more records than that a second, such as 500, 10k or 1.5M.",
    ),
    Option(
        "bytes-per-second",
        argument="bytes",
        completes=("100k", "1M", "10M"),
        since="kafkacli",
        help="Send no more bytes of keys, values and headers than that a second, such as 500k or 10M.",
    ),
)

OPTIONS = OptionTable(
    "kafka-console-producer.sh",
    "Send the lines of standard input to a topic, each as one record.",
    (
        Option(
            "batch-size",
            argument="number",
            kind="integer",
            default="200",
            help="Kept for old scripts, without effect; see --max-partition-memory-bytes.",
        ),
        Option("bootstrap-server", argument="host:port,...", help="The brokers to ask first. Needed."),
        Option("broker-list", argument="host:port,...", help="The old name of --bootstrap-server, which wins over it."),
        Option(
            "compression-codec",
            argument="codec",
            optional=True,
            completes=("none", "gzip", "snappy", "lz4", "zstd"),
            help="How batches are compressed; without an argument by gzip.",
        ),
        HELP,
        Option(
            "line-reader",
            argument="class",
            default="kafka.tools.ConsoleProducer$LineMessageReader",
            help="The Java class whose way of reading standard input is followed.",
        ),
        Option(
            "max-block-ms",
            argument="ms",
            kind="long",
            default="60000",
            help="How long sending may wait for the topic's metadata or for room to buffer.",
        ),
        Option(
            "max-memory-bytes",
            argument="bytes",
            kind="long",
            default="33554432",
            help="How much may be buffered that is not sent yet.",
        ),
        Option(
            "max-partition-memory-bytes",
            argument="bytes",
            kind="long",
            default="131072",
            help="How large a batch of records for one partition grows.",
        ),
        Option(
            "message-send-max-retries",
            argument="number",
            kind="integer",
            default="3",
            help="How often a failed request is sent again before its records are given up.",
        ),
        Option(
            "metadata-expiry-ms",
            argument="ms",
            kind="long",
            default="300000",
            help="After what time the topic's metadata is asked for again, changes or not.",
        ),
        Option(
            "producer-property",
            argument="name=value",
            help="A property of the Java producer; wins over --producer.config. May be repeated.",
        ),
        Option("producer.config", argument="file", completes="file", help="A properties file for the producer."),
        Option(
            "property",
            argument="name=value",
            help="A property of the reader: parse.key=true|false, key.separator=TEXT, ignore.error=true|false,"
            " null.marker=TEXT. May be repeated.",
        ),
        Option(
            "request-required-acks",
            argument="acks",
            default="1",
            completes=("0", "1", "-1", "all"),
            help="What the broker waits for before it answers: nothing, its own log, or all in-sync replicas.",
        ),
        Option(
            "request-timeout-ms",
            argument="ms",
            kind="integer",
            default="1500",
            help="How long an answer may take before the request is sent again.",
        ),
        Option(
            "retry-backoff-ms",
            argument="ms",
            kind="integer",
            default="100",
            help="How long to wait before a request is sent again.",
        ),
        Option(
            "socket-buffer-size",
            argument="bytes",
            kind="integer",
            default="-1",
            help="The size of the socket's send buffer; -1: as the system chooses.",
        ),
        Option("sync", help="Wait for the answer to each record before the next is read; end at the first error."),
        Option(
            "timeout",
            argument="ms",
            kind="integer",
            default="1000",
            help="How long records wait for others to fill their batch.",
        ),
        Option("topic", argument="topic", completes="topic", help="The topic to send to. Needed."),
        VERSION,
        Option(
            "command-config", argument="file", completes="file", since="4.1", help="Later name of --producer.config."
        ),
        Option("command-property", argument="name=value", since="4.1", help="Later name of --producer-property."),
        Option(
            "reader-config", argument="file", completes="file", since="3.5", help="A properties file for the reader."
        ),
        Option("reader-property", argument="name=value", since="4.1", help="Later name of --property."),
        *_OWN,
    ),
    synopsis="--bootstrap-server <host:port,...> --topic <topic> [OPTION]...",
    examples=(
        ("kafka-console-producer.sh --bootstrap-server localhost:9092 --topic orders < lines.txt", "a record a line"),
        (
            "kafka-console-producer.sh --bootstrap-server localhost:9092 --topic orders --property parse.key=true",
            "a key, a tab and a value a line",
        ),
    ),
)

_PRODUCER_PROPERTIES = (  # option and the property that it sets; given properties win over an option's default
    ("timeout", "linger.ms"),
    ("request-required-acks", "acks"),
    ("request-timeout-ms", "request.timeout.ms"),
    ("message-send-max-retries", "retries"),
    ("retry-backoff-ms", "retry.backoff.ms"),
    ("socket-buffer-size", "send.buffer.bytes"),
    ("max-memory-bytes", "buffer.memory"),
    ("max-partition-memory-bytes", "batch.size"),
    ("metadata-expiry-ms", "metadata.max.age.ms"),
    ("max-block-ms", "max.block.ms"),
)
_PATIENT_MS = "30000"  # of a request, where records come from a file rather than from a keyboard


def main(arguments: list[str]) -> int:
    """Run kafka-console-producer.sh. Returns its exit status."""
    options = _parse(arguments)
    if (
        status := answer_help(options, "This tool helps to read data from standard input and publish it to Kafka.")
    ) is not None:
        return status
    topic, servers = _check(options)
    from kafkacli.config_types import ConfigError
    from kafkacli.java_classes import JavaError

    try:
        return _run(options, topic, servers)
    except (JavaError, OptionError) as error:
        console.err(str(error))
    except ConfigError as error:
        console.err(f"{error.exception}: {error}")
    return Exit.FAILURE


def _parse(arguments: list[str]) -> Parsed:
    try:
        options = parse(OPTIONS, arguments)
    except OptionError as error:
        raise Parsed(OPTIONS, 1).fail(f"{error}\n{error.hint}".rstrip()) from None
    if not any(options.has(name) for name in ("bootstrap-server", "broker-list", "help", "version")):
        raise options.fail("Missing required option(s) [bootstrap-server]")
    return options


def _check(options: Parsed) -> tuple[str, str]:
    """Return the topic and the brokers. Raises UsageError."""
    from kafkacli.options.addresses import check_addresses

    options.require("topic")
    topic = options.value("topic") or ""
    servers = options.value("bootstrap-server") or options.value("broker-list") or ""
    check_addresses(options, servers)
    return topic, servers


def producer_properties(options: Parsed, servers: str) -> dict[str, str]:
    """Return the properties of the Java producer that a command line stands for. Raises OptionError, OSError."""
    from kafkacli.java_classes import load_java_properties
    from kafkacli.options.addresses import key_values

    properties: dict[str, str] = {}
    for name in ("producer.config", "command-config"):
        if (path := options.value(name)) is not None:
            properties |= load_java_properties(path)
    properties |= key_values(options.values("producer-property") + options.values("command-property"))
    properties["bootstrap.servers"] = servers
    properties["compression.type"] = (
        (options.value("compression-codec") or "gzip") if options.has("compression-codec") else "none"
    )
    properties.setdefault("client.id", "console-producer")
    for option, name in _PRODUCER_PROPERTIES:
        if options.has(option) or name not in properties:
            is_text = OPTIONS.by_name[option].kind == "string"
            properties[name] = str(options.value(option) if is_text else options.integer(option))
    return properties


def reader_properties(options: Parsed, topic: str) -> dict[str, str]:
    """Return the properties of the reader that a command line stands for. Raises OptionError, OSError."""
    from kafkacli.java_classes import load_java_properties
    from kafkacli.options.addresses import key_values

    properties = {"topic": topic}
    if (path := options.value("reader-config")) is not None:
        properties |= load_java_properties(path)
    properties |= key_values(options.values("property") + options.values("reader-property"))
    if (marker := options.value("null-marker")) is not None:
        properties["null.marker"] = marker
    return properties


def _run(options: Parsed, topic: str, servers: str) -> int:
    from kafkacli.readers import new_reader
    from kafkacli.tools.console_producer_run import Run

    options.integer("batch-size")
    own = None
    has_fields = any(options.has(name) for name in ("header", "timestamp", "partition"))
    if has_fields or any(options.has(name) for name in ("input", "format")):
        from kafkacli.tools.console_producer_records import own_reader

        own = own_reader(options)
    lines = None
    if own is None:
        lines = new_reader(options.value("line-reader") or "", reader_properties(options, topic))
    reader: LineReader | RowReader
    if lines is None or has_fields:
        from kafkacli.tools.console_producer_records import row_reader

        reader = row_reader(options, own, lines)
    else:
        reader = lines
    properties = producer_properties(options, servers)
    if own is not None and not options.has("request-timeout-ms"):
        properties["request.timeout.ms"] = _PATIENT_MS
    return Run(
        topic,
        properties,
        reader,
        _pace(options),
        is_sync=options.has("sync"),
        is_strict=own is not None,
        prompts=own is None,
        hides_prompts=console.name() == "kafkacli produce" or any(options.has(option.name) for option in _OWN),
    ).run()


def _pace(options: Parsed) -> Pace | None:
    """Return what keeps the records to a rate, None where nothing has to. Raises OptionError."""
    names = ("records-per-second", "bytes-per-second")
    if not any(options.has(name) for name in names):
        return None
    from time import monotonic

    from kafkacli.client.pace import Pace, RateError, parse_rate

    rates: list[float | None] = []
    for name in names:
        text = options.value(name)
        try:
            rates.append(None if text is None else parse_rate(text))
        except RateError as error:
            raise OptionError(f"--{name}: {error}") from None
    return Pace(rates[0], rates[1], monotonic())
