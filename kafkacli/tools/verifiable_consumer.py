"""kafka-verifiable-consumer.sh: reads a topic as one of a group, and tells what happens as lines of JSON.

Source: Apache `VerifiableConsumer.java` of 2.6.2.
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.java_classes import JavaError, load_java_properties
from kafkacli.options.argparse4j import HELP, ArgumentError, Arguments, run
from kafkacli.options.table import OUTPUT, Option, OptionTable
from kafkacli.signals import EndingSignals
from kafkacli.tools.verifiable_producer import event, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.chunks import FetchedRecord, Run
    from kafkacli.client.consuming import RecordConsumer
    from kafkacli.java_json import Json

OPTIONS = OptionTable(
    "kafka-verifiable-consumer.sh",
    "Read a topic as one of a group, and print a line of JSON for what is assigned, read and committed.",
    (
        HELP,
        OUTPUT,
        Option(
            "bootstrap-server",
            argument="host1:port1[,host2:port2[...]]",
            help="The brokers to ask first. This or --broker-list.",
        ),
        Option("broker-list", argument="host1:port1[,host2:port2[...]]", help="The old name of --bootstrap-server."),
        Option("topic", argument="topic", required=True, completes="topic", help="The topic to read."),
        Option("group-id", argument="group_id", required=True, completes="group", help="The consumer group."),
        Option(
            "group-instance-id",
            argument="group_instance_id",
            help="The name of this member, which makes it a static one.",
        ),
        Option(
            "max-messages",
            argument="max-messages",
            kind="integer",
            default="-1",
            help="How many records to read; -1: until it is stopped.",
        ),
        Option(
            "session-timeout",
            argument="timeout_ms",
            kind="integer",
            default="30000",
            help="After what time without a heartbeat the group takes this member for dead.",
        ),
        Option("verbose", help="Also print a line for each record."),
        Option("enable-autocommit", help="Let the consumer commit by itself, not after each batch of records."),
        Option(
            "reset-policy",
            argument="resetpolicy",
            default="earliest",
            completes=("earliest", "latest", "none"),
            help="Where to begin when the group has no offset yet.",
        ),
        Option(
            "assignment-strategy",
            argument="assignmentstrategy",
            default="org.apache.kafka.clients.consumer.RangeAssignor",
            help="The Java class whose way of sharing partitions out is followed.",
        ),
        Option("consumer.config", argument="config_file", completes="file", help="A properties file for the consumer."),
    ),
    groups=(("bootstrap-server", "broker-list"),),
    synopsis="--bootstrap-server <host:port,...> --topic <topic> --group-id <group> [OPTION]...",
    examples=(
        (
            "kafka-verifiable-consumer.sh --bootstrap-server localhost:9092 --topic orders --group-id check --verbose",
            "each record, from the first on",
        ),
    ),
)


def main(arguments: list[str]) -> int:
    """Run kafka-verifiable-consumer.sh. Returns its exit status."""
    return run(OPTIONS, "verifiable-consumer", arguments, _main)


def _main(found: Arguments) -> int:
    from kafkacli.config_types import ConfigError

    properties = _properties(found)
    try:
        with EndingSignals() as signals:
            _consume(found, properties, signals)
            return signals.status or Exit.OK
    except ConfigError as error:
        console.err(f'Exception in thread "main" {error.exception}: {error}')
        return Exit.FAILURE


def _properties(found: Arguments) -> dict[str, str]:
    """Return the consumer's properties: the options win over the file. Raises ArgumentError."""
    properties: dict[str, str] = {}
    if (path := found.text("consumer.config")) is not None:
        try:
            properties = load_java_properties(path)
        except (JavaError, OSError):
            raise ArgumentError(path) from None
    properties["group.id"] = found.text("group-id") or ""
    if (instance := found.text("group-instance-id")) is not None:
        properties["group.instance.id"] = instance
    properties["bootstrap.servers"] = found.text("bootstrap-server") or found.text("broker-list") or ""
    properties["enable.auto.commit"] = "true" if found.flag("enable-autocommit") else "false"
    properties["auto.offset.reset"] = found.text("reset-policy") or ""
    properties["session.timeout.ms"] = str(found.integer("session-timeout"))
    properties["partition.assignment.strategy"] = found.text("assignment-strategy") or ""
    return properties


class Checking:
    """Reads, and prints what happens."""

    def __init__(self, found: Arguments, signals: EndingSignals) -> None:
        self._most = found.integer("max-messages") or 0
        self._is_verbose = found.flag("verbose")
        self._commits = not found.flag("enable-autocommit")
        self._signals = signals
        self._count = 0

    def assigned(self, partitions: list[tuple[str, int]]) -> None:
        """The group gave partitions."""
        _tell_partitions("partitions_assigned", partitions)

    def revoked(self, partitions: list[tuple[str, int]]) -> None:
        """The group took partitions away."""
        _tell_partitions("partitions_revoked", partitions)

    def is_finished(self) -> bool:
        """Whether enough was read."""
        return 0 <= self._most <= self._count

    def run(self, consumer: RecordConsumer) -> None:
        """Read until it is enough or a signal comes. Raises RecordError."""
        while not self.is_finished() and self._signals.status is None and not console.broken():
            if records := consumer.receive(consumer.poll_records, 0.1):
                offsets = self._take(records)
                if self._commits:
                    _tell_commit(offsets, consumer.commit(offsets))
                else:
                    consumer.handled()

    def _take(self, runs: list[Run]) -> dict[tuple[str, int], int]:
        """Tell of records; return what is to be committed."""
        by_partition: dict[tuple[str, int], list[FetchedRecord]] = {}
        for records in runs:
            for record in records:
                by_partition.setdefault((record.topic(), record.partition()), []).append(record)
        offsets: dict[tuple[str, int], int] = {}
        rows: list[Json] = []
        for (topic, partition), batch in sorted(by_partition.items()):
            if self._most >= 0:
                batch = batch[: self._most - self._count]
            if not batch:
                continue
            first, last = batch[0].offset(), batch[-1].offset()
            offsets[topic, partition] = last + 1
            where: dict[str, Json] = {"topic": topic, "partition": partition}
            rows.append({**where, "count": len(batch), "minOffset": first, "maxOffset": last})
            if self._is_verbose:
                for record in batch:
                    _tell_record(record)
            self._count += len(batch)
        event("records_consumed", {"count": sum(map(len, runs)), "partitions": rows})
        return offsets


def _tell_partitions(name: str, partitions: list[tuple[str, int]]) -> None:
    event(name, {"partitions": [{"topic": topic, "partition": number} for topic, number in sorted(partitions)]})


def _tell_record(record: FetchedRecord) -> None:
    event(
        "record_data",
        {
            "key": text_of(record.key()),
            "value": text_of(record.value()),
            "topic": record.topic(),
            "partition": record.partition(),
            "offset": record.offset(),
        },
    )


def _tell_commit(offsets: dict[tuple[str, int], int], error: str) -> None:
    """Tell of a commit; error: the exception that it met, '' for none."""
    rows: list[Json] = [
        {"topic": topic, "partition": number, "offset": offset} for (topic, number), offset in offsets.items()
    ]
    fields: dict[str, Json] = {"offsets": rows}
    if error:
        fields["error"] = error.partition(": ")[2]
    event("offsets_committed", {**fields, "success": not error})


def _consume(found: Arguments, properties: dict[str, str], signals: EndingSignals) -> None:
    from kafkacli.client.consuming import RecordConsumer
    from kafkacli.client.records import NotConnected, RecordError

    checking = Checking(found, signals)
    consumer = RecordConsumer(properties, _notice, assigned=checking.assigned, revoked=checking.revoked)
    event("startup_complete", {})
    try:
        consumer.subscribe(found.text("topic") or "")
        checking.run(consumer)
    except (RecordError, NotConnected) as error:
        text = f"Error during processing, terminating consumer process: {error}"
        console.log("ERROR", text, "org.apache.kafka.tools.VerifiableConsumer")
    finally:
        consumer.close()
        event("shutdown_complete", {})


def _notice(level: str, text: str) -> None:
    console.log(level, text, "org.apache.kafka.clients.consumer.KafkaConsumer")
