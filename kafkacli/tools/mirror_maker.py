"""kafka-mirror-maker.sh: copies topics of one cluster to another, each record at least once.

What was read is committed only after the other cluster has acknowledged it: at intervals, when partitions move to another
member of the group, and at the end. Source: Apache `MirrorMaker.scala` of 2.6.2.
"""

from __future__ import annotations

import time

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.java_classes import JavaError, load_java_properties
from kafkacli.options.jopt import OptionError, Parsed, answer_help, parse
from kafkacli.options.table import HELP, VERSION, Option, OptionTable
from kafkacli.signals import EndingSignals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kafkacli.client.chunks import FetchedRecord, Run
    from kafkacli.client.consuming import RecordConsumer
    from kafkacli.client.producing import RecordProducer

OPTIONS = OptionTable(
    "kafka-mirror-maker.sh",
    "Copy topics from one cluster to another, and go on doing so.",
    (
        Option(
            "abort.on.send.failure",
            argument="true|false",
            default="true",
            completes=("true", "false"),
            help="Whether to stop when a record can't be written, without committing; otherwise it is left out.",
        ),
        Option(
            "consumer.config",
            argument="file",
            completes="file",
            help="A properties file for reading: bootstrap.servers of the one cluster, group.id. Needed.",
        ),
        Option("consumer.rebalance.listener", argument="class", help="A Java class, which can't be run here."),
        HELP,
        Option("message.handler", argument="class", help="A Java class, which can't be run here."),
        Option("message.handler.args", argument="text", help="What --message.handler is made with."),
        Option("new.consumer", help="Kept for old scripts, without effect."),
        Option("num.streams", argument="number", kind="integer", default="1", help="How many members the group gets."),
        Option(
            "offset.commit.interval.ms",
            argument="ms",
            kind="integer",
            default="60000",
            help="How often what was copied is committed.",
        ),
        Option(
            "producer.config",
            argument="file",
            completes="file",
            help="A properties file for writing: bootstrap.servers of the other cluster. Needed.",
        ),
        Option("rebalance.listener.args", argument="text", help="What --consumer.rebalance.listener is made with."),
        VERSION,
        Option(
            "whitelist",
            argument="pattern",
            help="The topics to copy: a regular expression, where a comma stands for `or`. Needed.",
        ),
    ),
    synopsis="--consumer.config <file> --producer.config <file> --whitelist <pattern> [OPTION]...",
    examples=(
        (
            "kafka-mirror-maker.sh --consumer.config from.properties --producer.config to.properties --whitelist 'orders.*'",
            "every topic whose name begins with orders",
        ),
    ),
)
_LOGGER = "kafka.tools.MirrorMaker$"
_TURN_S = 0.1  # how long either side is waited for before all else is looked at
_ANSWERS_S = 0.002  # how long records are taken over before answers are looked for and the next batches go out
_ABNORMAL = 255  # sys.exit(-1)
_STRATEGY = "partition.assignment.strategy"
_PRODUCER_DEFAULTS = {  # so that nothing is lost or changes its order
    "delivery.timeout.ms": "2147483647",
    "max.block.ms": "9223372036854775807",
    "acks": "all",
    "max.in.flight.requests.per.connection": "1",
    "batch.size": "131072",  # not the original's: with one request on the way, what a round trip carries is the speed
}
_REBALANCED = ("CommitFailedException", "RebalanceInProgressException", "UnknownMemberIdException", "IllegalGeneration")


class Plan:
    """What a command line asks for, checked."""

    __slots__ = ("aborts", "consumer", "interval_ms", "is_wanted", "producer", "streams", "sync")

    aborts: bool
    consumer: dict[str, str]
    interval_ms: int
    is_wanted: Callable[[str], object]
    producer: dict[str, str]
    streams: int
    sync: bool


def main(arguments: list[str]) -> int:
    """Run kafka-mirror-maker.sh. Returns its exit status."""
    from kafkacli.config_types import ConfigError

    try:
        options = parse(OPTIONS, arguments)
        usage = "This tool helps to continuously copy data between two Kafka clusters."
        if (status := answer_help(options, usage)) is not None:
            return status
        plan = make_plan(options)
        if plan is None:
            return Exit.FAILURE
        with EndingSignals() as signals:
            return Mirror(plan, signals).run()
    except (OptionError, JavaError, ConfigError) as error:
        hint = f"\n{error.hint}" if isinstance(error, OptionError) and error.hint else ""
        name = f"{error.exception}: " if isinstance(error, ConfigError) else ""
        console.log("ERROR", "Exception when starting mirror maker.", _LOGGER)
        console.err(f"{name}{error}{hint}")
        return Exit.FAILURE


def make_plan(options: Parsed) -> Plan | None:
    """Check a command line in the original's order; None when it was refused with a line of its own.

    Raises UsageError, OptionError, JavaError.
    """
    options.require("consumer.config", "producer.config")
    plan = Plan()
    plan.consumer = load_java_properties(options.value("consumer.config") or "")
    if not options.has("whitelist"):
        console.log("ERROR", "whitelist must be specified", _LOGGER)
        return None
    if _STRATEGY not in plan.consumer:
        console.err(
            "WARNING: The default partition assignment strategy of the mirror maker will change from 'range' to "
            "'roundrobin' in an upcoming release (so that better load balancing can be achieved). If you prefer to make "
            "this switch in advance of that release add the following to the corresponding config: "
            f"'{_STRATEGY}=org.apache.kafka.clients.consumer.RoundRobinAssignor'"
        )
    aborts = (options.value("abort.on.send.failure") or "").lower()
    if aborts not in ("true", "false"):
        raise JavaError("java.lang.IllegalArgumentException", f'For input string: "{aborts}"')
    plan.aborts = aborts == "true"
    plan.interval_ms = options.integer("offset.commit.interval.ms") or 0
    plan.streams = options.integer("num.streams") or 0
    plan.producer = load_java_properties(options.value("producer.config") or "")
    plan.sync = plan.producer.pop("producer.type", "async") == "sync"
    plan.producer = {**_PRODUCER_DEFAULTS, **plan.producer}
    plan.consumer.setdefault("enable.auto.commit", "false")
    for name in ("consumer.rebalance.listener", "message.handler"):
        if (class_name := options.value(name)) is not None:
            console.err(f"--{name} names a Java class, which can't be run here")
            raise JavaError("java.lang.ClassNotFoundException", class_name)
    plan.is_wanted = _pattern(options.value("whitelist") or "")
    return plan


def _pattern(text: str) -> Callable[[str], object]:
    """As Kafka's Whitelist: a comma stands for `or`, quotes and blanks fall away. Raises JavaError."""
    import re

    from kafkacli.java_patterns import compile_pattern

    plain = text.strip().replace(",", "|").replace(" ", "").strip("\"'")
    try:
        return compile_pattern(plain).fullmatch
    except re.error as error:
        console.log("ERROR", f"Invalid expression syntax: {plain}", _LOGGER)
        raise JavaError("java.util.regex.PatternSyntaxException", f"{error}: {plain}") from None


class SendFailed(Exception):
    """A record was not written, and the mirror is to stop at that."""


class Stream:
    """One member of the group, and what it read that isn't committed yet."""

    def __init__(self, mirror: Mirror, number: int) -> None:
        from kafkacli.client.consuming import RecordConsumer

        self._mirror = mirror
        self._offsets: dict[tuple[str, int], int] = {}
        properties = mirror.plan.consumer
        name = f"{properties.get('group.id', 'null')}-{number}"
        self.consumer: RecordConsumer = RecordConsumer(
            {**properties, "client.id": name}, _consumer_notice, revoked=self._revoked
        )
        self.consumer.subscribe_matching(mirror.plan.is_wanted)

    def copy(self, seconds: float) -> bool:
        """Copy what comes within `seconds`; whether anything came. Raises RecordError, SendFailed."""
        runs = self.consumer.receive(None, seconds)
        for run in runs:
            if self._mirror.is_ending():
                break
            self._mirror.send_run(run)
            self._offsets.update({partition: offset + 1 for partition, offset in run.last_offsets().items()})
        return bool(runs)

    def commit(self) -> None:
        """Commit what was copied, all of which has to be acknowledged; nothing when something was not written."""
        if self._mirror.failed:
            return
        retries = 0
        while self._offsets and (error := self.consumer.commit(self._offsets)):
            if any(name in error for name in _REBALANCED):
                text = "Failed to commit offsets because the consumer group has rebalanced and assigned partitions to another"
                console.log("WARN", f"{text} instance: {error}", _LOGGER)
                break
            retries += 1
            console.log("WARN", f"Failed to commit offsets: {error}; retry count={retries}", _LOGGER)
            if self._mirror.is_ending():
                return
            time.sleep(0.1)
        self.consumer.handled()
        self._offsets.clear()

    def _revoked(self, _partitions: list[tuple[str, int]]) -> None:
        self._mirror.flush()
        self.commit()


class Mirror:
    """The run: several streams, one producer."""

    def __init__(self, plan: Plan, signals: EndingSignals) -> None:
        from kafkacli.client.producing import RecordProducer

        self.plan = plan
        self._signals = signals
        self.failed = False  # a record was not written, and that matters
        self._next_look = 0.0
        self._producer: RecordProducer = RecordProducer("", plan.producer, self._undelivered, _producer_notice)
        self._streams = [Stream(self, number) for number in range(plan.streams)]

    def run(self) -> int:
        """Copy until a signal comes. Returns the exit status."""
        from kafkacli.client.records import RecordError

        if not self._streams:
            return Exit.OK
        failure = ""
        try:
            self._copy()
        except (RecordError, JavaError) as error:
            failure = str(error)
            console.log("FATAL", f"[mirrormaker-thread-0] Mirror maker thread failure due to {failure}", _LOGGER)
        except SendFailed:
            pass
        self._end()
        if self._signals.status is not None:
            return self._signals.status
        text = "[mirrormaker-thread-0] Mirror maker thread exited abnormally, stopping the whole mirror maker."
        console.log("FATAL", text, _LOGGER)
        return _ABNORMAL

    def is_ending(self) -> bool:
        """Whether a signal came or a record was not written."""
        return self._signals.status is not None or self.failed

    def send_run(self, run: Run) -> None:
        """Write the records of a batch as they are, as bodies where that is possible. Raises RecordError, SendFailed."""
        from kafkacli.client.chunks import Chunk

        if self.failed:
            raise SendFailed
        if isinstance(run, Chunk) and not self.plan.sync:
            topic = run.partition[0]
            found = run.bodies(keyed=self._producer.wants_keys(topic))
            if found is not None and self._producer.send_bodies(topic, *found):
                if time.monotonic() >= self._next_look:
                    self._look()
                return
        for record in run:
            self.send(record)

    def send(self, record: FetchedRecord) -> None:
        """Write a record as it is. Raises SendFailed when it, or one before, was not written and that matters."""
        if self.failed:
            raise SendFailed
        kind, timestamp = record.timestamp()
        self._producer.send_one(
            record.key(),
            record.value(),
            topic=record.topic(),
            timestamp_ms=timestamp if kind and timestamp >= 0 else None,
            headers=record.headers(),
        )
        if self.plan.sync:
            self.flush()
            if self.failed:
                raise SendFailed

    def flush(self) -> None:
        """Wait until what was written is acknowledged, or one of it was not and that matters."""
        while not self.failed and self._producer.flush(0.5):
            pass

    def _copy(self) -> None:
        committed = time.monotonic()
        while not self.is_ending():
            came = [stream.copy(0) for stream in self._streams]
            self._look()
            if not any(came):
                self._wait()
            if (time.monotonic() - committed) * 1000 > self.plan.interval_ms:
                self._commit()
                committed = time.monotonic()

    def _look(self) -> None:
        """Let the producer, which has no thread of its own, send what is ready and take in answers."""
        self._producer.poll()
        self._next_look = time.monotonic() + _ANSWERS_S

    def _wait(self) -> None:
        """Wait until there are records, or answers to what was written."""
        if self._producer.waiting():
            self._producer.wait(_TURN_S, [each for stream in self._streams for each in stream.consumer.descriptors()])
        else:
            for stream in self._streams:
                stream.copy(_TURN_S / len(self._streams))

    def _commit(self) -> None:
        self.flush()
        for stream in self._streams:
            stream.commit()

    def _end(self) -> None:
        self._commit()
        for stream in self._streams:
            stream.consumer.close()
        self._producer.close()

    def _undelivered(self, topic: str, key: bytes | None, value: bytes | None, exception: str) -> None:
        from kafkacli.tools.console_producer_run import log_undelivered

        log_undelivered(topic, key, value, exception)
        if self.plan.aborts or self.plan.sync:
            self.failed = True


def _consumer_notice(level: str, text: str) -> None:
    console.log(level, text, "org.apache.kafka.clients.consumer.KafkaConsumer")


def _producer_notice(level: str, text: str) -> None:
    console.log(level, text, "org.apache.kafka.clients.producer.KafkaProducer")
