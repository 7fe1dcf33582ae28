"""kafka-log-dirs.sh: how brokers use their log directories, as JSON.

Source: Apache `LogDirsCommand.scala` of 2.6.2; brokers and partitions are sorted here.
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.options.jopt import answer_help, parse
from kafkacli.options.table import HELP, OUTPUT, VERSION, Option, OptionTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from kafkacli.client.log_dirs import LogDir

OPTIONS = OptionTable(
    "kafka-log-dirs.sh",
    "Show how brokers use their log directories.",
    (
        Option("bootstrap-server", argument="host:port,...", help="The brokers to ask first. Always needed."),
        Option("broker-list", argument="id,...", help="The brokers to describe. All of the cluster when absent."),
        Option(
            "command-config",
            argument="file",
            completes="file",
            help="A properties file for the connection to the brokers: security, timeouts.",
        ),
        Option("describe", help="Describe the log directories. Always needed."),
        HELP,
        OUTPUT,
        Option(
            "topic-list",
            argument="topic,...",
            completes="topic",
            default="",
            help="The topics to show partitions of. All when absent.",
        ),
        VERSION,
    ),
    synopsis="--describe --bootstrap-server HOST:PORT [OPTION]...",
    examples=(
        (
            "kafka-log-dirs.sh --describe --bootstrap-server localhost:9092 --topic-list orders",
            "where the partitions of a topic lie, and how large they are",
        ),
    ),
)


def main(arguments: list[str]) -> int:
    """Run kafka-log-dirs.sh. Returns its exit status."""
    options = parse(OPTIONS, arguments)
    usage = "This tool helps to query log directory usage on the specified brokers."
    if (status := answer_help(options, usage)) is not None:
        return status
    options.require("bootstrap-server", "describe")
    from kafkacli.client.connect import connect
    from kafkacli.client.log_dirs import describe_log_dirs
    from kafkacli.client.topics import live_brokers

    defaults = {"client.id": "log-dirs-tool"}
    with connect(options.value("bootstrap-server"), options.value("command-config"), defaults=defaults) as cluster:
        topics = {topic for topic in (options.value("topic-list") or "").split(",") if topic}
        listed = options.value("broker-list")
        brokers = sorted(live_brokers(cluster)) if listed is None else _numbers(listed)
        console.out("Querying brokers for log directories information")
        described = {broker: describe_log_dirs(cluster, broker) for broker in sorted(set(brokers))}
        console.out(f"Received log directory information from brokers {','.join(map(str, brokers))}")
        _show(described, topics)
    return Exit.OK


def _show(described: Mapping[int, Sequence[LogDir]], topics: Collection[str]) -> None:
    if console.is_plain():
        for piece in document(described, topics):
            console.write(piece)
        console.out("")
        return
    from kafkacli.output.show import show

    show(
        "log-dirs",
        (
            {"broker": broker, **_record(directory, topics)}
            for broker, directories in described.items()
            for directory in directories
        ),
    )


def _record(directory: LogDir, topics: Collection[str]) -> dict[str, object]:
    from kafkacli.errors import error_info

    return {
        "log_dir": directory.path,
        "error": error_info(directory.error).name if directory.error else None,
        "replicas": (
            {
                "topic": topic,
                "partition": partition,
                "size": info.size,
                "offset_lag": info.lag,
                "is_future": info.future,
            }
            for (topic, partition), info in directory.replicas(topics)
        ),
    }


def document(described: Mapping[int, Sequence[LogDir]], topics: Collection[str]) -> Iterator[str]:
    """Yield the JSON that is printed, a replica at a time. topics: those to show, all when empty."""
    from kafkacli.tools.json_file import encode

    yield '{"version":1,"brokers":['
    for number, (broker, directories) in enumerate(described.items()):
        yield f'{"," if number else ""}{{"broker":{broker},"logDirs":['
        for place, directory in enumerate(directories):
            yield ("," if place else "") + _beginning(directory)
            comma = ""
            for (topic, partition), info in directory.replicas(topics):
                row = {"partition": f"{topic}-{partition}", "size": info.size, "offsetLag": info.lag}
                yield comma + encode({**row, "isFuture": info.future})
                comma = ","
            yield "]}"
        yield "]}"
    yield "]}"


def _beginning(directory: LogDir) -> str:
    from kafkacli.errors import error_info
    from kafkacli.tools.json_file import encode

    error = f"org.apache.kafka.common.errors.{error_info(directory.error).exception}" if directory.error else None
    return encode({"logDir": directory.path, "error": error})[:-1] + ',"partitions":['


def _numbers(text: str) -> list[int]:
    from kafkacli.tools.broker_list import broker_ids

    return broker_ids(part for part in text.split(",") if part)
