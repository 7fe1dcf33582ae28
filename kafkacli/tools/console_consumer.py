"""kafka-console-consumer.sh: prints the records of topics.

Source: Apache `ConsoleConsumer.scala` of 2.6.2: options, order of checks, the summary at the end.
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.options.jopt import OptionError, Parsed, answer_help, parse
from kafkacli.options.table import HELP, VERSION, Option, OptionTable

_OWN = (
    Option(
        "from",
        argument="place",
        completes=("earliest", "latest", "-1h", "-1d"),
        since="kafkacli",
        help="Start here in every partition: an offset, a date (2026-11-24T12:30), a duration before now (-1h30m),"
        " @milliseconds, earliest or latest.",
    ),
    Option(
        "until",
        argument="place",
        completes=("latest", "-1h", "-1d"),
        since="kafkacli",
        help="End before this place in every partition, written as for --from, or at the end as of --exit-at-end.",
    ),
    Option(
        "last",
        argument="number",
        kind="integer",
        since="kafkacli",
        help="Start so many records before the end of every partition; what is no record doesn't count.",
    ),
    Option(
        "exit-at-end",
        since="kafkacli",
        help="End at the end that the partitions have at the start. With read_committed that is before every open"
        " transaction. Starts with the oldest records unless told otherwise.",
    ),
    Option(
        "partitions",
        argument="number,...",
        since="kafkacli",
        help="Read only these partitions, such as 0,3,5-7, outside of any group.",
    ),
    Option(
        "filter",
        argument="condition",
        completes=("key~", "value~", "header."),
        since="kafkacli",
        help="Show only records of which this is true: (key|value|header.NAME) then ~ (the regular expression is found),"
        " = (the text is equal), !~ or !=, then the text. When repeated all have to be true.",
    ),
    Option(
        "format",
        "f",
        argument="format",
        since="kafkacli",
        help="Show records so: %s value, %S its length, %k key, %K its length, %R length of the value in 4 bytes, %t topic,"
        " %p partition, %o offset, %T timestamp, %h headers, %% %; \\n \\t \\r \\xNN.",
    ),
    Option(
        "output",
        argument="form",
        default="plain",
        completes=("json", "yaml", "table", "plain"),
        since="kafkacli",
        help="json shows each record as a line of JSON, without loss; yaml as a document, table as a row.",
    ),
)

OPTIONS = OptionTable(
    "kafka-console-consumer.sh",
    "Print the records of topics to standard output.",
    (
        Option("bootstrap-server", argument="host:port,...", help="The brokers to ask first. Needed."),
        Option(
            "consumer-property",
            argument="name=value",
            help="A property of the Java consumer; wins over --consumer.config. May be repeated.",
        ),
        Option("consumer.config", argument="file", completes="file", help="A properties file for the consumer."),
        Option(
            "enable-systest-events",
            help="Also print what happens to the consumer, as Kafka's system tests want it: shutdown_complete at the end.",
        ),
        Option(
            "formatter",
            argument="class",
            default="kafka.tools.DefaultMessageFormatter",
            help="The Java class whose way of showing a record is followed.",
        ),
        Option(
            "from-beginning",
            help="Start with the oldest records, not only with new ones, where the group has committed no offset yet.",
        ),
        Option(
            "group",
            argument="group",
            completes="group",
            help="The consumer group to be a member of. A new one of the name console-consumer-NUMBER when absent.",
        ),
        HELP,
        Option(
            "isolation-level",
            argument="level",
            default="read_uncommitted",
            completes=("read_committed", "read_uncommitted"),
            help="Whether records of transactions show before they are committed.",
        ),
        Option("key-deserializer", argument="class", help="The Java class that keys are read with."),
        Option("max-messages", argument="number", kind="integer", help="End after so many records."),
        Option(
            "offset",
            argument="offset",
            default="latest",
            help="Where to start in the partition of --partition: a number, earliest or latest.",
        ),
        Option("partition", argument="number", kind="integer", help="Read only this partition, outside of any group."),
        Option(
            "property",
            argument="name=value",
            help="A property of the formatter: print.timestamp, print.key, print.value, print.partition=true|false,"
            " key.separator, line.separator=TEXT, key.deserializer, value.deserializer=CLASS, and the deserializers'"
            " own, which begin with key.deserializer. or value.deserializer. May be repeated.",
        ),
        Option("skip-message-on-error", help="Go on after a record that can't be shown."),
        Option("timeout-ms", argument="ms", kind="integer", help="End when no record has come for so long."),
        Option("topic", argument="topic", completes="topic", help="The topic to read. This or --whitelist is needed."),
        Option("value-deserializer", argument="class", help="The Java class that values are read with."),
        Option(
            "connect-timeout-ms",
            argument="ms",
            kind="integer",
            since="kafkacli",
            help="End with status 1 when no broker has answered for so long. Apache's tool tries for ever.",
        ),
        VERSION,
        Option(
            "whitelist", argument="pattern", help="Read every topic whose whole name this regular expression matches."
        ),
        Option(
            "command-config", argument="file", completes="file", since="4.1", help="Later name of --consumer.config."
        ),
        Option("command-property", argument="name=value", since="4.1", help="Later name of --consumer-property."),
        Option(
            "formatter-config",
            argument="file",
            completes="file",
            since="3.2",
            help="A properties file for the formatter.",
        ),
        Option("formatter-property", argument="name=value", since="4.1", help="Later name of --property."),
        Option("include", argument="pattern", since="2.8", help="Later name of --whitelist."),
        *_OWN,
    ),
    synopsis="--bootstrap-server <host:port,...> (--topic <topic> | --whitelist <pattern>) [OPTION]...",
    examples=(
        (
            "kafka-console-consumer.sh --bootstrap-server localhost:9092 --topic orders --from-beginning",
            "all records, old and new",
        ),
        (
            "kafka-console-consumer.sh --bootstrap-server localhost:9092 --topic orders --group billing",
            "as one of a group, which goes on next time where it stopped",
        ),
        (
            "kafka-console-consumer.sh --bootstrap-server localhost:9092 --topic orders --from -1h --exit-at-end --output json",
            "the last hour's records as JSON",
        ),
    ),
)


def main(arguments: list[str]) -> int:
    """Run kafka-console-consumer.sh. Returns its exit status."""
    try:
        options = parse(OPTIONS, arguments)
    except OptionError as error:
        raise Parsed(OPTIONS, 1).fail(f"{error}\n{error.hint}".rstrip()) from None
    usage = "This tool helps to read data from Kafka topics and outputs it to standard output."
    if (status := answer_help(options, usage)) is not None:
        return status
    from kafkacli.java_classes import JavaError
    from kafkacli.tools.console_consumer_plan import make_plan

    try:
        plan = make_plan(options)
    except JavaError as error:
        console.err(f'Exception in thread "main" {error}')
        return Exit.FAILURE
    if plan is None:
        return Exit.FAILURE
    from kafkacli.tools.console_consumer_run import run

    return run(plan)
