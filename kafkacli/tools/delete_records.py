"""kafka-delete-records.sh: delete the records of partitions before offsets that a JSON file names.

    {"partitions": [{"topic": T, "partition": 0, "offset": 3}], "version": 1}      offset -1: all records

Source: Apache `DeleteRecordsCommand.scala` of 2.6.2; partitions are sorted here.
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.client.java_errors import ADMIN_COMMAND_FAILED, ADMIN_OPERATION, Thrown, cause_text
from kafkacli.exits import Exit
from kafkacli.options.jopt import answer_help, parse
from kafkacli.options.table import DRY_RUN, HELP, OUTPUT, VERSION, Option, OptionTable
from kafkacli.tools import json_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kafkacli.client.cluster import Cluster
    from kafkacli.client.topics import TopicPartition

OPTIONS = OptionTable(
    "kafka-delete-records.sh",
    "Delete the records of partitions before given offsets.",
    (
        Option("bootstrap-server", argument="host:port,...", help="The brokers to ask first. Always needed."),
        Option(
            "command-config",
            argument="file",
            completes="file",
            help="A properties file for the connection to the brokers: security, timeouts.",
        ),
        HELP,
        DRY_RUN,
        OUTPUT,
        Option(
            "offset-json-file",
            argument="file",
            completes="file",
            help='The partitions and the first offset that each keeps, -1 to delete all: {"partitions":'
            ' [{"topic": "orders", "partition": 0, "offset": 3}], "version": 1}. Always needed.',
        ),
        VERSION,
    ),
    synopsis="--bootstrap-server HOST:PORT --offset-json-file FILE [OPTION]...",
    examples=(
        (
            "kafka-delete-records.sh --bootstrap-server localhost:9092 --offset-json-file offsets.json",
            "delete what the file says",
        ),
    ),
)


def main(arguments: list[str]) -> int:
    """Run kafka-delete-records.sh. Returns its exit status."""
    options = parse(OPTIONS, arguments)
    usage = "This tool helps to delete records of the given partitions down to the specified offset."
    if (status := answer_help(options, usage)) is not None:
        return status
    options.require("bootstrap-server", "offset-json-file")
    from kafkacli.client.connect import connect
    from kafkacli.client.delete_records import delete_records
    from kafkacli.steps import Steps

    with connect(options.value("bootstrap-server"), options.value("command-config")) as cluster:
        offsets = read_offsets(json_file.read_text(options.value("offset-json-file") or ""))
        doubles = json_file.duplicates(partition for partition, _ in offsets)
        if doubles:
            shown = ",".join(f"{topic}-{partition}" for topic, partition in doubles)
            raise Thrown(ADMIN_COMMAND_FAILED, f"Offset json file contains duplicate topic partitions: {shown}")
        if options.has("dry-run"):
            return _dry_run(cluster, dict(sorted(offsets)))
        console.out("Executing records delete operation")
        partitions = (partition for partition, _ in sorted(offsets))
        with Steps("records", "deleted", partitions, counted="partitions") as steps:
            outcomes = delete_records(cluster, dict(sorted(offsets)), steps)
        if not console.is_plain():
            _show(outcomes)
            return Exit.OK
        console.out("Records delete operation completed:")
        for (topic, partition), outcome in outcomes.items():
            said = f"low_watermark: {outcome}" if isinstance(outcome, int) else f"error: {cause_text(outcome)}"
            console.out(f"partition: {topic}-{partition}\t{said}")
    return Exit.OK


def _show(outcomes: Mapping[TopicPartition, int | Exception]) -> None:
    from kafkacli.output.show import show

    show(
        "delete-records",
        (
            {
                "topic": topic,
                "partition": partition,
                "low_watermark": outcome if isinstance(outcome, int) else None,
                "error": None if isinstance(outcome, int) else cause_text(outcome),
            }
            for (topic, partition), outcome in outcomes.items()
        ),
    )


def _dry_run(cluster: Cluster, offsets: Mapping[TopicPartition, int]) -> int:
    """Say which records would go. Returns FAILURE when an offset lies behind the end of its partition."""
    from kafkacli.client.offsets import EARLIEST, LATEST, list_offsets
    from kafkacli.output.changes import Changes

    starts, ends = list_offsets(cluster, offsets, EARLIEST), list_offsets(cluster, offsets, LATEST)
    changes = Changes(dry_run=True)
    for (topic, partition), offset in offsets.items():
        name, start, end = f"{topic}-{partition}", starts[topic, partition], ends[topic, partition]
        if not -1 <= offset <= end:
            changes.fail("delete", "records", name, f"offset {offset} is out of range, the end is {end}")
            console.error_out(f"partition: {name}\terror: offset {offset} is out of range, the end is {end}")
        else:
            low_watermark = end if offset == -1 else max(offset, start)
            changes.add("delete", "records", name, records=low_watermark - start, low_watermark=low_watermark)
    changes.show()
    return Exit.FAILURE if changes.has_failed else Exit.OK


def read_offsets(text: str) -> list[tuple[TopicPartition, int]]:
    """Return the partitions and offsets of the JSON file, as they come. Raises Thrown."""
    document = json_file.parse(text)
    if document is None:
        raise Thrown(ADMIN_OPERATION, "The input string is not a valid JSON")
    version = document.get("version")
    number = 1 if version is None else version.integer()
    if number != 1:
        raise Thrown(ADMIN_OPERATION, f"Not supported version field value {number}")
    partitions = document.get("partitions")
    if partitions is None:
        raise Thrown(ADMIN_OPERATION, "Missing partitions field")
    return [
        ((row.field("topic").text(), row.field("partition").integer()), row.field("offset").long())
        for row in partitions.items()
    ]
