"""kafka-producer-perf-test.sh: measures how fast records are written.

Source: Apache `ProducerPerformance.java` of 2.6.2.
"""

from __future__ import annotations

import os
import time

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.java_classes import JavaError, load_java_properties
from kafkacli.java_numbers import divided, fixed
from kafkacli.options.argparse4j import HELP, ArgumentError, Arguments, run
from kafkacli.options.table import OUTPUT, Option, OptionTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kafkacli.client.batches import Batch
    from kafkacli.client.producing import RecordProducer

OPTIONS = OptionTable(
    "kafka-producer-perf-test.sh",
    "Measure how fast records are written: records and MB in a second, and the time until they are acknowledged.",
    (
        HELP,
        OUTPUT,
        Option("topic", argument="topic", required=True, completes="topic", help="The topic to write to."),
        Option("num-records", argument="num-records", kind="long", required=True, help="How many records to write."),
        Option(
            "record-size",
            argument="record-size",
            kind="integer",
            help="The size of a record in bytes. This or --payload-file.",
        ),
        Option(
            "payload-file",
            argument="payload-file",
            completes="file",
            help="A file of records, UTF-8, of which one is chosen at random for each that is written.",
        ),
        Option(
            "payload-delimiter",
            argument="payload-delimiter",
            default="\\n",
            help="The regular expression between the records of --payload-file.",
        ),
        Option(
            "throughput",
            argument="throughput",
            kind="integer",
            required=True,
            help="About how many records to write in a second; -1: as many as possible.",
        ),
        Option(
            "producer-props",
            argument="prop-name=prop-value",
            many=True,
            help="Properties of the Java producer, bootstrap.servers among them; they win over --producer.config.",
        ),
        Option("producer.config", argument="config-file", completes="file", help="A properties file for the producer."),
        Option("print-metrics", help="Also print what the producer counted."),
        Option(
            "transactional-id",
            argument="transactional-id",
            default="performance-producer-default-transactional-id",
            help="The transactional id for --transaction-duration-ms.",
        ),
        Option(
            "transaction-duration-ms",
            argument="transaction-duration",
            kind="long",
            default="0",
            help="Write in transactions, committing each after so long; 0: without transactions.",
        ),
    ),
    groups=(("record-size", "payload-file"),),
    synopsis="--topic <topic> --num-records <number> (--record-size <bytes> | --payload-file <file>)"
    " --throughput <number> --producer-props bootstrap.servers=<host:port> [OPTION]...",
    examples=(
        (
            "kafka-producer-perf-test.sh --topic t --num-records 100000 --record-size 100 --throughput -1 --producer-props bootstrap.servers=localhost:9092",
            "a hundred thousand records as fast as possible",
        ),
    ),
)
_CHUNK = 200  # records between two looks at what was acknowledged
_REPORT_SECONDS = 5.0


def main(arguments: list[str]) -> int:
    """Run kafka-producer-perf-test.sh. Returns its exit status."""
    return run(OPTIONS, "producer-performance", arguments, _main)


def _main(found: Arguments) -> int:
    from kafkacli.client.transactions import TransactionError
    from kafkacli.config_types import ConfigError

    if found.texts("producer-props") is None and found.text("producer.config") is None:
        raise ArgumentError("Either --producer-props or --producer.config must be specified.")
    try:
        _measure(found)
    except (JavaError, TransactionError) as error:
        console.err(f'Exception in thread "main" {error}')
    except ConfigError as error:
        console.err(f'Exception in thread "main" {error.exception}: {error}')
    else:
        return Exit.OK
    return Exit.FAILURE


class Stats:
    """Counts what was acknowledged, and reports it every five seconds and at the end. Times in ms, sizes in bytes."""

    def __init__(self, records: int) -> None:
        if records == 0:
            raise JavaError("java.lang.ArithmeticException", "/ by zero")
        if records < -1:
            raise JavaError("java.lang.NegativeArraySizeException", str(records + 1))
        self._start = self._window_start = time.time()
        self._count = self._bytes = self._latency = self._largest = 0
        self._window = (0, 0, 0)  # count, bytes and latency when it began
        self._window_largest = 0
        self._latencies: dict[int, int] = {}  # how many took so long; all of them, where Java keeps samples

    def add(self, latency: int, count: int, size: int) -> None:
        """Take records that were acknowledged, or given up, after so long; size: of all of them together."""
        self._latencies[latency] = self._latencies.get(latency, 0) + count
        self._count += count
        self._bytes += size
        self._latency += latency * count
        self._window_largest = max(self._window_largest, latency)
        self._largest = max(self._largest, latency)
        if time.time() - self._window_start >= _REPORT_SECONDS:
            self._report_window()

    def _report_window(self) -> None:
        now = time.time()
        elapsed_ms = int((now - self._window_start) * 1000)
        count, size, latency = (
            self._count - self._window[0],
            self._bytes - self._window[1],
            self._latency - self._window[2],
        )
        console.out(
            f"{count} records sent, {fixed(divided(1000 * count, elapsed_ms), 1)} records/sec "
            f"({fixed(divided(1000 * size, elapsed_ms) / 1048576, 2)} MB/sec), "
            f"{fixed(divided(latency, count), 1)} ms avg latency, {fixed(self._window_largest, 1)} ms max latency."
        )
        console.flush()
        self._window_start = now
        self._window = (self._count, self._bytes, self._latency)
        self._window_largest = 0

    def report(self) -> None:
        """Print the totals."""
        elapsed_ms = int((time.time() - self._start) * 1000)
        shares = [self._at(int(share * self._count)) for share in (0.5, 0.95, 0.99, 0.999)]
        if not console.is_plain():
            self._show(elapsed_ms, shares)
            return
        console.out(
            f"{self._count} records sent, {fixed(divided(1000 * self._count, elapsed_ms), 6)} records/sec "
            f"({fixed(divided(1000 * self._bytes, elapsed_ms) / 1048576, 2)} MB/sec), "
            f"{fixed(divided(self._latency, self._count), 2)} ms avg latency, {fixed(self._largest, 2)} ms max latency, "
            f"{shares[0]} ms 50th, {shares[1]} ms 95th, {shares[2]} ms 99th, {shares[3]} ms 99.9th."
        )

    def _at(self, index: int) -> int:
        """Return what would stand at an index of the sorted latencies."""
        for latency in sorted(self._latencies):
            index -= self._latencies[latency]
            if index < 0:
                return latency
        return 0

    def _show(self, elapsed_ms: int, shares: list[int]) -> None:
        from kafkacli.output.show import show

        seconds = max(elapsed_ms, 1) / 1000
        show(
            "producer-perf",
            [
                {
                    "records": self._count,
                    "bytes": self._bytes,
                    "elapsed_ms": elapsed_ms,
                    "records_per_second": round(self._count / seconds, 3),
                    "megabytes_per_second": round(self._bytes / seconds / 1048576, 3),
                    "average_latency_ms": round(self._latency / max(self._count, 1), 3),
                    "largest_latency_ms": self._largest,
                    "latency_ms": dict(zip(("p50", "p95", "p99", "p99.9"), shares, strict=True)),
                }
            ],
        )


class Measured:
    """A producer whose acknowledgements are counted: each record's time from when it was handed over to its batch's answer."""

    def __init__(self, topic: str, properties: dict[str, str], records: int) -> None:
        from kafkacli.client.producing import RecordProducer

        self.producer: RecordProducer = RecordProducer(topic, properties, self._undelivered, _notice, self._finished)
        self.stats = Stats(records)
        self._sending = 0.0

    def send(self, values: list[bytes]) -> None:
        """Write records."""
        self._sending = time.time()
        self.producer.send_values(values, self._sending)

    def _finished(self, batch: Batch, exception: str) -> None:
        now = int(time.time() * 1000)
        for sent, count, size in batch.marks:
            self.stats.add(now - int(sent * 1000), count, size)
        if exception:
            console.err("\n".join([exception] * batch.count))

    def _undelivered(self, _topic: str, _key: bytes | None, value: bytes | None, exception: str) -> None:
        self.stats.add(int(time.time() * 1000) - int(self._sending * 1000), 1, len(value or b""))
        console.err(exception)


def _measure(found: Arguments) -> None:
    payloads = _payloads(found)
    properties = _properties(found)
    records = found.integer("num-records") or 0
    duration_ms = found.integer("transaction-duration-ms") or 0
    measured = Measured(found.text("topic") or "", properties, records)
    throughput = found.integer("throughput") or 0
    with measured.producer as producer:
        next_payloads = _chooser(found, payloads)
        if duration_ms > 0:
            producer.init_transactions()
            _send_in_transactions(measured, records, throughput, next_payloads, duration_ms)
        else:
            _send(measured, records, throughput, next_payloads)
        producer.flush()
        measured.stats.report()
        if found.flag("print-metrics"):
            from kafkacli.tools.client_metrics import producer_metrics, render

            console.write(render(producer_metrics(producer.traffic)))


def _payloads(found: Arguments) -> list[bytes]:
    """Return the records of --payload-file, none when it isn't given. Raises JavaError."""
    path = found.text("payload-file")
    if path is None:
        return []
    import re

    console.out(f"Reading payloads from: {os.path.join(os.getcwd(), path)}")
    if not os.path.exists(path) or os.path.getsize(path) == 0:
        raise JavaError("java.lang.IllegalArgumentException", "File does not exist or empty file provided.")
    delimiter = found.text("payload-delimiter") or ""
    with open(path, "rb") as file:
        text = file.read().decode("utf-8", "replace")
    try:
        pattern = re.compile("\n" if delimiter == "\\n" else delimiter)
    except re.error as error:
        raise JavaError("java.util.regex.PatternSyntaxException", f"{error}: {delimiter}") from None
    parts, start = [], 0
    for match in pattern.finditer(text):
        if match.end() > 0 and match.start() < len(text):  # Java drops an empty match at either end
            parts.append(text[start : match.start()])
            start = match.end()
    parts.append(text[start:])
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    if parts == [""]:
        parts = []
    console.out(f"Number of messages read: {len(parts)}")
    return [part.encode() for part in parts]


def _properties(found: Arguments) -> dict[str, str]:
    """Return the producer's properties. Raises JavaError."""
    properties: dict[str, str] = {}
    if (path := found.text("producer.config")) is not None:
        properties |= load_java_properties(path)
    for word in found.texts("producer-props") or ():
        pieces = word.rstrip("=").split("=")
        if len(pieces) != 2:
            raise JavaError("java.lang.IllegalArgumentException", f"Invalid property: {word}")
        properties[pieces[0]] = pieces[1]
    if (found.integer("transaction-duration-ms") or 0) > 0:
        properties["transactional.id"] = found.text("transactional-id") or ""
    return properties


def _chooser(found: Arguments, payloads: list[bytes]) -> Callable[[int], list[bytes]]:
    """Return what gives so many records: always the same letters, or some of the file. Raises JavaError."""
    from kafkacli.java_random import JavaRandom

    random = JavaRandom(0)
    size = found.integer("record-size")
    if size is not None:
        if size < 0:
            raise JavaError("java.lang.NegativeArraySizeException", str(size))
        payload = bytes(random.next_int(26) + 65 for _ in range(size))
        return lambda count: [payload] * count
    if not payloads:
        raise JavaError("java.lang.IllegalArgumentException", "bound must be positive")
    return lambda count: [payloads[random.next_int(len(payloads))] for _ in range(count)]


def _send(measured: Measured, records: int, throughput: int, next_payloads: Callable[[int], list[bytes]]) -> None:
    from kafkacli.tools.throttle import Throttle

    if throughput < 0:
        while records > 0 and not console.broken():
            count = min(records, _CHUNK)
            measured.send(next_payloads(count))
            records -= count
        return
    throttle = Throttle(throughput, time.time(), measured.producer.wait)
    for number in range(records):
        if console.broken():
            return
        now = time.time()
        measured.send(next_payloads(1))
        throttle.after(number, now)


def _send_in_transactions(
    measured: Measured, records: int, throughput: int, next_payloads: Callable[[int], list[bytes]], duration_ms: int
) -> None:
    from kafkacli.tools.throttle import Throttle

    throttle = Throttle(throughput, time.time(), measured.producer.wait)
    began = 0.0
    for number in range(records):
        if console.broken():
            break
        if not began:
            measured.producer.begin_transaction()
            began = time.time()
        now = time.time()
        measured.send(next_payloads(1))
        if duration_ms <= (now - began) * 1000:
            measured.producer.commit_transaction()
            began = 0.0
        throttle.after(number, now)
    if began:
        measured.producer.commit_transaction()


def _notice(level: str, text: str) -> None:
    console.log(level, text, "org.apache.kafka.clients.producer.KafkaProducer")
