"""kafka-console-consumer.sh: prints the records of topics.

Source: Apache `ConsoleConsumer.scala` of 2.6.2: options, order of checks, the summary at the end.
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.options.jopt import OptionError, Parsed, answer_help, parse
from kafkacli.options.table import HELP, VERSION, Option, OptionTable

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
