"""kafka-consumer-perf-test.sh: measures how fast records are read.

Source: Apache `ConsumerPerformance.scala` and `PerfConfig.scala` of 2.6.2, its odd rebalance time too: until the first
partitions are taken away it is counted from 1970.
"""

from __future__ import annotations

import time

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.java_classes import JavaError, load_java_properties
from kafkacli.java_numbers import divided, fixed
from kafkacli.options.jopt import OptionError, Parsed, answer_help, parse
from kafkacli.options.table import HELP, OUTPUT, VERSION, Option, OptionTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.chunks import Run
    from kafkacli.client.consuming import RecordConsumer
    from kafkacli.java_dates import DateFormat

OPTIONS = OptionTable(
    "kafka-consumer-perf-test.sh",
    "Measure how fast the records of a topic are read.",
    (
        Option("bootstrap-server", argument="host:port,...", help="The brokers to ask first. Needed."),
        Option("broker-list", argument="host:port,...", help="The old name of --bootstrap-server, which wins over it."),
        Option("consumer.config", argument="file", completes="file", help="A properties file for the consumer."),
        Option(
            "date-format",
            argument="pattern",
            default="yyyy-MM-dd HH:mm:ss:SSS",
            help="How times are written: a pattern of java.text.SimpleDateFormat.",
        ),
        Option(
            "fetch-size",
            argument="bytes",
            kind="integer",
            default="1048576",
            help="How much of a partition one request brings at most.",
        ),
        Option("from-latest", help="Where the group has no offset yet, begin with the newest records, not the oldest."),
        Option(
            "group",
            argument="group",
            completes="group",
            help="The consumer group. A new one of the name perf-consumer-NUMBER when absent.",
        ),
        HELP,
        OUTPUT,
        Option("hide-header", help="Leave the line with the names of the columns out."),
        Option("messages", argument="number", kind="long", help="How many records to read. Needed."),
        Option(
            "num-fetch-threads",
            argument="number",
            kind="integer",
            default="1",
            help="Kept for old scripts, without effect.",
        ),
        Option("print-metrics", help="Also print what the consumer counted."),
        Option(
            "reporting-interval",
            argument="ms",
            kind="integer",
            default="5000",
            help="How often --show-detailed-stats prints a line.",
        ),
        Option("show-detailed-stats", help="Print a line for each interval, in place of the totals."),
        Option(
            "socket-buffer-size",
            argument="bytes",
            kind="integer",
            default="2097152",
            help="The size of the socket's receive buffer.",
        ),
        Option(
            "threads", argument="number", kind="integer", default="10", help="Kept for old scripts, without effect."
        ),
        Option(
            "timeout",
            argument="ms",
            kind="long",
            optional=True,
            default="10000",
            help="Give up when no record has come for so long.",
        ),
        Option("topic", argument="topic", completes="topic", help="The topic to read. Needed."),
        VERSION,
        Option(
            "command-config", argument="file", completes="file", since="4.1", help="Later name of --consumer.config."
        ),
    ),
    synopsis="--bootstrap-server <host:port,...> --topic <topic> --messages <number> [OPTION]...",
    examples=(
        (
            "kafka-consumer-perf-test.sh --bootstrap-server localhost:9092 --topic orders --messages 1000000",
            "the time that a million records take",
        ),
    ),
)
_MEGABYTE = 1024 * 1024


class Plan:
    """What a command line asks for, checked. Times in ms."""

    __slots__ = ("date_format", "interval_ms", "is_detailed", "messages", "properties", "timeout_ms", "topic")

    date_format: DateFormat
    interval_ms: int
    is_detailed: bool
    messages: int
    properties: dict[str, str]
    timeout_ms: int
    topic: str


def main(arguments: list[str]) -> int:
    """Run kafka-consumer-perf-test.sh. Returns its exit status."""
    options = parse(OPTIONS, arguments)
    if not any(options.has(name) for name in ("bootstrap-server", "broker-list", "help", "version")):
        raise OptionError("Missing required option(s) [bootstrap-server]")
    usage = "This tool helps in performance test for the full zookeeper consumer"
    if (status := answer_help(options, usage)) is not None:
        return status
    options.require("topic", "messages")
    from kafkacli.client.records import NotConnected, RecordError
    from kafkacli.config_types import ConfigError

    try:
        _run(make_plan(options), options)
    except (JavaError, RecordError, NotConnected) as error:
        console.err(f'Exception in thread "main" {error}')
    except ConfigError as error:
        console.err(f'Exception in thread "main" {error.exception}: {error}')
    else:
        return Exit.OK
    return Exit.FAILURE


def make_plan(options: Parsed) -> Plan:
    """Check a command line in the original's order. Raises OptionError, JavaError."""
    from random import randrange

    from kafkacli.java_dates import DateFormat

    plan = Plan()
    properties: dict[str, str] = {}
    for name in ("consumer.config", "command-config"):
        if (path := options.value(name)) is not None:
            properties |= load_java_properties(path)
    servers = options.value("bootstrap-server" if options.has("bootstrap-server") else "broker-list")
    properties["bootstrap.servers"] = servers or ""
    properties["group.id"] = options.value("group") or f"perf-consumer-{randrange(100000)}"
    properties["receive.buffer.bytes"] = str(options.integer("socket-buffer-size"))
    properties["max.partition.fetch.bytes"] = str(options.integer("fetch-size"))
    properties["auto.offset.reset"] = "latest" if options.has("from-latest") else "earliest"
    properties["check.crcs"] = "false"
    plan.properties = properties
    options.integer("threads")
    plan.topic = options.value("topic") or ""
    plan.messages = options.integer("messages") or 0
    plan.interval_ms = options.integer("reporting-interval") or 0
    if plan.interval_ms <= 0:
        raise JavaError("java.lang.IllegalArgumentException", "Reporting interval must be greater than 0.")
    plan.is_detailed = options.has("show-detailed-stats")
    try:
        plan.date_format = DateFormat(options.value("date-format") or "")
    except ValueError as error:
        raise JavaError("java.lang.IllegalArgumentException", str(error)) from None
    plan.timeout_ms = options.integer("timeout") or 0
    return plan


class Reading:
    """Counts what is read. Times in ms since 1970."""

    def __init__(self, plan: Plan) -> None:
        self.count = self.size = 0
        self.join_ms = 0
        self._plan = plan
        self._join_start = 0
        self._round_join_ms = 0
        self._last = (_now(), 0, 0)  # when the last report was made, and what was read then

    def assigned(self, _partitions: list[tuple[str, int]]) -> None:
        """The group gave partitions."""
        self.join_ms += _now() - self._join_start
        self._round_join_ms += _now() - self._join_start

    def revoked(self, _partitions: list[tuple[str, int]]) -> None:
        """The group took partitions away."""
        self._join_start = _now()

    def run(self, consumer: RecordConsumer) -> None:
        """Read until it is enough, or nothing has come for too long. Raises RecordError."""
        plan = self._plan
        now = last_read = _now()
        while self.count < plan.messages and now - last_read <= plan.timeout_ms and not console.broken():
            # Java counts in polls, so that it may read more than it was asked for
            polls = -((self.count - plan.messages) // consumer.poll_records)
            records = consumer.receive(polls * consumer.poll_records, 0.1)
            now = _now()
            if records:
                last_read = now
                self._take(records, now)
                consumer.handled()
        if self.count < plan.messages:
            console.out(
                "WARNING: Exiting before consuming the expected number of messages: timeout "
                f"({plan.timeout_ms} ms) exceeded. You can use the --timeout option to increase the timeout."
            )

    def _take(self, runs: list[Run], now: int) -> None:
        if now - self._last[0] >= self._plan.interval_ms:
            from kafkacli.client.chunks import Records

            first = Records([*runs[0]][:1])
            self._add(first)
            if self._plan.is_detailed:
                self._report(now)
            self._round_join_ms = 0
            self._last = (now, self.count, self.size)
            runs = [Records([*runs[0]][1:]), *runs[1:]]
        for run in runs:
            self._add(run)

    def _add(self, run: Run) -> None:
        self.count += len(run)
        self.size += sum([len(data) for data in [*run.keys(), *run.values()] if data is not None])

    def _report(self, now: int) -> None:
        start, count, size = self._last
        elapsed, read, megabytes = now - start, self.count - count, (self.size - size) / _MEGABYTE
        fetch_ms = elapsed - self._round_join_ms
        rates = (1000 * megabytes / fetch_ms, 1000 * read / fetch_ms) if fetch_ms > 0 else (0.0, 0.0)
        console.out(
            f"{self._plan.date_format.format(now / 1000)}, 0, {fixed(self.size / _MEGABYTE, 4)}, "
            f"{fixed(divided(1000 * megabytes, elapsed), 4)}, {self.count}, {fixed(divided(1000 * read, elapsed), 4)}, "
            f"{self._round_join_ms}, {fetch_ms}, {fixed(rates[0], 4)}, {fixed(rates[1], 4)}"
        )
        console.flush()


def _run(plan: Plan, options: Parsed) -> None:
    from kafkacli.client.consuming import RecordConsumer

    if not options.has("hide-header") and console.is_plain():
        first = "time, threadId" if plan.is_detailed else "start.time, end.time"
        console.out(
            f"{first}, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, "
            "rebalance.time.ms, fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec"
        )
        console.flush()
    reading = Reading(plan)
    consumer = RecordConsumer(plan.properties, _notice, assigned=reading.assigned, revoked=reading.revoked)
    start = _now()
    try:
        consumer.subscribe(plan.topic)
        reading.run(consumer)
        end, join_ms = _now(), reading.join_ms
        lags = consumer.lags()
    finally:
        consumer.close()
    if not plan.is_detailed or not console.is_plain():
        _print_totals(plan, reading, start, end, join_ms)
    if options.has("print-metrics"):
        from kafkacli.tools.client_metrics import consumer_metrics, render

        console.write(render(consumer_metrics(consumer.traffic, lags)))


def _print_totals(plan: Plan, reading: Reading, start: int, end: int, join_ms: int) -> None:
    megabytes, seconds, fetch_ms = reading.size / _MEGABYTE, (end - start) / 1000, end - start - join_ms
    if not console.is_plain():
        from kafkacli.output.show import show

        show(
            "consumer-perf",
            [
                {
                    "start_ms": start,
                    "end_ms": end,
                    "records": reading.count,
                    "bytes": reading.size,
                    "records_per_second": round(reading.count / max(seconds, 0.001), 3),
                    "megabytes_per_second": round(megabytes / max(seconds, 0.001), 3),
                    "rebalance_ms": join_ms,
                    "fetch_ms": fetch_ms,
                }
            ],
        )
        return
    times = [plan.date_format.format(moment / 1000) for moment in (start, end)]
    console.out(
        f"{times[0]}, {times[1]}, {fixed(megabytes, 4)}, {fixed(divided(megabytes, seconds), 4)}, {reading.count}, "
        f"{fixed(divided(reading.count, seconds), 4)}, {join_ms}, {fetch_ms}, "
        f"{fixed(divided(megabytes, fetch_ms / 1000), 4)}, {fixed(divided(reading.count, fetch_ms / 1000), 4)}"
    )


def _now() -> int:
    return int(time.time() * 1000)


def _notice(level: str, text: str) -> None:
    console.log(level, text, "org.apache.kafka.clients.consumer.KafkaConsumer")
