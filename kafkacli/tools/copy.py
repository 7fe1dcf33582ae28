"""kafkacli copy: copies topics from one cluster to another, or to other names, without loss, and ends.

Partition, order, times, headers and codecs stay; offsets don't where some have no record. Batches are copied whole.
"""

from __future__ import annotations

from kafkacli.options.jopt import OptionError, Parsed
from kafkacli.options.table import HELP, OUTPUT, VERSION, Option, OptionTable
from kafkacli.tools.moving import DRY_RUN, INCLUDE, TOPIC, make_missing, offsets_in, report, run, telling, wanted_topics

OPTIONS = OptionTable(
    "kafkacli copy",
    "Copy topics from one cluster to another.",
    (
        Option("bootstrap-server", argument="host:port,...", required=True, help="The brokers to read from."),
        Option("command-config", argument="file", completes="file", help="A properties file for reading."),
        Option("to-bootstrap-server", argument="host:port,...", help="The brokers to write to; the same when absent."),
        Option("to-command-config", argument="file", completes="file", help="A properties file for writing."),
        TOPIC,
        INCLUDE,
        Option("to-topic", argument="topic", help="The name that the copy of the one topic gets."),
        DRY_RUN,
        HELP,
        OUTPUT,
        VERSION,
    ),
    synopsis="--bootstrap-server <host:port,...> --to-bootstrap-server <host:port,...> --topic <topic> [OPTION]...",
    examples=(
        (
            "kafkacli copy --bootstrap-server old:9092 --to-bootstrap-server new:9092 --include 'orders.*'",
            "some topics",
        ),
        ("kafkacli copy --bootstrap-server localhost:9092 --topic orders --to-topic orders-2", "to another name"),
    ),
)


def main(arguments: list[str]) -> int:
    """Run kafkacli copy. Returns the exit status."""
    return run(OPTIONS, arguments, _copy)


def _copy(options: Parsed) -> None:
    from kafkacli.client.batch_writing import BatchWriter
    from kafkacli.client.connect import connect
    from kafkacli.client.transfers import find_topics, missing_topics, read_topics, write_batches
    from kafkacli.progress import Progress

    named, matches = wanted_topics(options)
    to_topic, servers = options.value("to-topic"), options.value("bootstrap-server")
    to_servers = options.value("to-bootstrap-server")
    config = options.value("command-config")
    to_config = options.value("to-command-config") or (config if to_servers is None else None)
    if to_servers is None and to_topic is None:
        raise OptionError("where to? --to-bootstrap-server or --to-topic is needed")
    if to_topic is not None and (len(named) != 1 or matches is not None):
        raise OptionError("--to-topic is for one --topic")
    if (to_servers is None or to_servers == servers) and to_topic in (None, *named):
        raise OptionError("a topic can't be copied to itself")
    with connect(servers, config) as source, connect(to_servers or servers, to_config) as target:
        topics = find_topics(source, named, matches)
        names = {name: to_topic or name for name in topics}
        if options.has("dry-run"):
            missing_topics(target, topics, names)
            report(topics, names, done=False)
            return
        make_missing(target, topics, names)
        writer = BatchWriter(target)
        with telling(topics, names), Progress("offsets", offsets_in(topics)) as progress:
            for batches in read_topics(source, topics, progress.tell):
                write_batches(writer, batches, topics, names)
            writer.flush()
        report(topics, names)
