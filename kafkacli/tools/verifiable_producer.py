"""kafka-verifiable-producer.sh: sends growing numbers, and tells of each as a line of JSON whether it was acknowledged.

Source: Apache `VerifiableProducer.java` of 2.6.2.
"""

from __future__ import annotations

import time

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.java_classes import JavaError, load_java_properties
from kafkacli.java_json import to_json
from kafkacli.java_numbers import divided
from kafkacli.options.argparse4j import HELP, ArgumentError, Arguments, run
from kafkacli.options.table import OUTPUT, Option, OptionTable
from kafkacli.signals import EndingSignals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.batches import Batch
    from kafkacli.java_json import Json
    from kafkacli.output.show import Stream

_stream: Stream | None = None  # of the run, as --output asks for it

OPTIONS = OptionTable(
    "kafka-verifiable-producer.sh",
    "Send growing numbers to a topic, and print a line of JSON for each record that was acknowledged, or was not.",
    (
        HELP,
        OUTPUT,
        Option("topic", argument="topic", required=True, completes="topic", help="The topic to send to."),
        Option(
            "max-messages",
            argument="max-messages",
            kind="integer",
            default="-1",
            help="How many records to send; -1: until it is stopped.",
        ),
        Option(
            "throughput",
            argument="throughput",
            kind="integer",
            default="-1",
            help="About how many records to send in a second; -1: as many as possible.",
        ),
        Option(
            "acks",
            argument="acks",
            kind="integer",
            default="-1",
            choices=("0", "1", "-1"),
            completes=("0", "1", "-1"),
            help="What the broker waits for before it answers: nothing, its own log, or all in-sync replicas.",
        ),
        Option("producer.config", argument="config_file", completes="file", help="A properties file for the producer."),
        Option(
            "message-create-time",
            argument="createtime",
            kind="long",
            default="-1",
            help="The timestamp of the first record, ms since 1970; those of the next grow. -1: the time of sending.",
        ),
        Option(
            "value-prefix",
            argument="value-prefix",
            kind="integer",
            help="A number that each value begins with, and a dot.",
        ),
        Option(
            "repeating-keys",
            argument="repeating-keys",
            kind="integer",
            help="Give records keys: numbers from 0 on, so many of them, again and again.",
        ),
        Option(
            "bootstrap-server",
            argument="host1:port1[,host2:port2[...]]",
            help="The brokers to ask first. This or --broker-list.",
        ),
        Option("broker-list", argument="host1:port1[,host2:port2[...]]", help="The old name of --bootstrap-server."),
    ),
    groups=(("bootstrap-server", "broker-list"),),
    synopsis="--bootstrap-server <host:port,...> --topic <topic> [OPTION]...",
    examples=(
        (
            "kafka-verifiable-producer.sh --bootstrap-server localhost:9092 --topic orders --max-messages 10",
            "the numbers from 0 to 9",
        ),
    ),
)


def main(arguments: list[str]) -> int:
    """Run kafka-verifiable-producer.sh. Returns its exit status."""
    return run(OPTIONS, "verifiable-producer", arguments, _main)


def _main(found: Arguments) -> int:
    from kafkacli.config_types import ConfigError

    properties = {
        "bootstrap.servers": found.text("bootstrap-server") or found.text("broker-list") or "",
        "acks": str(found.integer("acks")),
        "retries": "0",
    }
    if (path := found.text("producer.config")) is not None:
        try:
            properties |= load_java_properties(path)
        except (JavaError, OSError):
            raise ArgumentError(path) from None
    try:
        with EndingSignals() as signals:
            _produce(found, properties, signals)
            return signals.status or Exit.OK
    except ConfigError as error:
        console.err(f'Exception in thread "main" {error.exception}: {error}')
        return Exit.FAILURE


class Reporter:
    """Prints what becomes of the records. acked: how many were acknowledged."""

    def __init__(self) -> None:
        self.acked = 0

    def finished(self, batch: Batch, exception: str) -> None:
        """A batch was acknowledged, or given up."""
        for record in batch.records():
            if exception:
                self.undelivered(batch.topic, record.key, record.value, exception)
                continue
            self.acked += 1
            event(
                "producer_send_success",
                {
                    "key": text_of(record.key),
                    "value": text_of(record.value),
                    "offset": record.offset if batch.base_offset >= 0 else -1,
                    "partition": batch.partition,
                    "topic": batch.topic,
                },
            )

    def undelivered(self, topic: str, key: bytes | None, value: bytes | None, exception: str) -> None:
        """A record was given up."""
        name, _, message = exception.partition(": ")
        event(
            "producer_send_error",
            {
                "topic": topic,
                "key": text_of(key),
                "value": text_of(value),
                "exception": f"class {name}",
                "message": message or None,
            },
        )


def event(name: str, fields: dict[str, Json]) -> None:
    """Print a line of JSON, or what --output asks for."""
    head: dict[str, Json] = {"timestamp": int(time.time() * 1000), "name": name}
    if console.is_plain():
        console.out(to_json({**head, **fields}))
    else:
        global _stream
        if _stream is None or name == "startup_complete":
            from kafkacli.output.show import Stream

            _stream = Stream("verifiable-events")
        _stream.show({**head, "details": fields})
    console.flush()


def text_of(data: bytes | None) -> str | None:
    """Return a key or a value as text."""
    return None if data is None else data.decode("utf-8", "replace")


class Records:
    """The keys, values and timestamps of what is sent."""

    def __init__(self, found: Arguments) -> None:
        self._prefix = found.integer("value-prefix")
        self._keys = found.integer("repeating-keys")
        self._next_key = 0
        create_time = found.integer("message-create-time")
        self._create_time = None if create_time == -1 else create_time
        self._start = int(time.time() * 1000)

    def key(self) -> bytes | None:
        """The next key."""
        if self._keys is None:
            return None
        key = self._next_key
        self._next_key = 0 if key + 1 == self._keys else key + 1
        return str(key).encode()

    def value(self, number: int) -> bytes:
        """The value of a record."""
        return f"{number}".encode() if self._prefix is None else f"{self._prefix}.{number}".encode()

    def timestamp(self) -> int | None:
        """The next timestamp in ms, None: now."""
        timestamp = self._create_time
        if timestamp is not None:
            self._create_time = timestamp + int(time.time() * 1000) - self._start
        return timestamp


def _produce(found: Arguments, properties: dict[str, str], signals: EndingSignals) -> None:
    from kafkacli.client.producing import RecordProducer
    from kafkacli.tools.throttle import Throttle

    topic = found.text("topic") or ""
    throughput = found.integer("throughput") or 0
    reporter = Reporter()
    records = Records(found)
    with RecordProducer(topic, properties, reporter.undelivered, _notice, reporter.finished) as producer:
        start = time.time()
        throttle = Throttle(throughput, start, producer.wait)

        def is_ended() -> bool:
            return signals.status is not None or console.broken()

        event("startup_complete", {})
        most = found.integer("max-messages") or 0
        sent = 0
        while (most < 0 or sent < most) and not is_ended():
            now = time.time()
            producer.send_one(records.key(), records.value(sent), timestamp_ms=records.timestamp())
            producer.poll()
            throttle.after(sent, now, is_ended)
            sent += 1
        producer.flush()
    event("shutdown_complete", {})
    elapsed_ms = int(time.time() * 1000) - int(start * 1000)
    event(
        "tool_data",
        {
            "sent": sent,
            "acked": reporter.acked,
            "target_throughput": throughput,
            "avg_throughput": 1000 * divided(float(reporter.acked), elapsed_ms),
        },
    )


def _notice(level: str, text: str) -> None:
    console.log(level, text, "org.apache.kafka.clients.producer.KafkaProducer")
