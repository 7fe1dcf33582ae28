"""kafka-delete-records.sh: delete the records of partitions before offsets that a JSON file names.

    {"partitions": [{"topic": T, "partition": 0, "offset": 3}], "version": 1}      offset -1: all records

Source: Apache `DeleteRecordsCommand.scala` of 2.6.2; partitions are sorted here.
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.client.java_errors import ADMIN_COMMAND_FAILED, ADMIN_OPERATION, Thrown, cause_text
from kafkacli.exits import Exit
from kafkacli.options.jopt import answer_help, parse
from kafkacli.options.table import HELP, VERSION, Option, OptionTable
from kafkacli.tools import json_file

TYPE_CHECKING = False
if TYPE_CHECKING:
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

    with connect(options.value("bootstrap-server"), options.value("command-config")) as cluster:
        offsets = read_offsets(json_file.read_text(options.value("offset-json-file") or ""))
        doubles = json_file.duplicates(partition for partition, _ in offsets)
        if doubles:
            shown = ",".join(f"{topic}-{partition}" for topic, partition in doubles)
            raise Thrown(ADMIN_COMMAND_FAILED, f"Offset json file contains duplicate topic partitions: {shown}")
        console.out("Executing records delete operation")
        outcomes = delete_records(cluster, dict(sorted(offsets)))
        console.out("Records delete operation completed:")
        for (topic, partition), outcome in outcomes.items():
            said = f"low_watermark: {outcome}" if isinstance(outcome, int) else f"error: {cause_text(outcome)}"
            console.out(f"partition: {topic}-{partition}\t{said}")
    return Exit.OK


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
