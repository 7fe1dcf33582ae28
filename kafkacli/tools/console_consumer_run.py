"""The run of kafka-console-consumer.sh: from receiving to printing, and how it ends.

Source: `run`, `process` and `ConsumerWrapper` in Apache `ConsoleConsumer.scala` of 2.6.2.
"""

from __future__ import annotations

from time import monotonic

from kafkacli import console
from kafkacli.client.chunks import Records
from kafkacli.client.consuming import RecordConsumer
from kafkacli.client.records import NotConnected, RecordError
from kafkacli.config_types import ConfigError
from kafkacli.exits import Exit
from kafkacli.java_classes import JavaError
from kafkacli.signals import EndingSignals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kafkacli.client.chunks import Run
    from kafkacli.client.span_reading import SpanConsumer
    from kafkacli.tools.console_consumer_plan import Plan

_LOGGER = "kafka.tools.ConsoleConsumer$"


class ShowError(Exception):
    """A record can't be shown."""


class Printing:
    """Prints what a consumer receives. count: the records taken so far, a failed one included. is_told: to end, by a signal."""

    def __init__(self, plan: Plan, is_told: Callable[[], bool]) -> None:
        self.count = 0
        self._plan = plan
        self._is_told = is_told

    def run(self, consumer: RecordConsumer | SpanConsumer) -> None:
        """Print until there is an end: enough records, a signal, nobody to read them.

        Raises RecordError when the consumer can't go on or the time is up, ShowError for a record that can't be shown.
        """
        limit = self._plan.max_messages
        while self.count < limit or limit == -1:
            records = self._wait(consumer, None if limit == -1 else limit - self.count)
            if not records:
                return
            self._show(consumer, records)
            if console.broken():
                console.err("Unable to write to standard out, closing consumer.")
                return
        consumer.stop_here()

    def _wait(self, consumer: RecordConsumer | SpanConsumer, limit: int | None) -> list[Run]:
        timeout_ms = self._plan.timeout_ms
        deadline = monotonic() + timeout_ms / 1000 if timeout_ms >= 0 else None
        is_wanted = self._plan.is_wanted
        while not (self._is_told() or consumer.is_done):
            left = None if deadline is None else max(deadline - monotonic(), 0)
            if records := consumer.receive(limit, left):
                if is_wanted is None:
                    return records
                if wanted := [record for run in records for record in run if is_wanted(record)]:
                    return [Records(wanted)]
                consumer.handled()
                continue
            if left == 0:
                consumer.explain()
                raise RecordError("org.apache.kafka.common.errors.TimeoutException")
        return []

    def _show(self, consumer: RecordConsumer | SpanConsumer, runs: list[Run]) -> None:
        for place, records in enumerate(runs):
            try:
                console.write_bytes(self._plan.formatter.texts(records))
            except RecordError:
                raise
            except Exception:  # the original takes any, too
                self._show_singly(consumer, runs[:place], records)
            else:
                self.count += len(records)
            if self._is_told() and place + 1 < len(runs):
                console.flush()
                for run in runs[: place + 1]:
                    consumer.handled(run)
                return
        console.flush()
        consumer.handled()

    def _show_singly(self, consumer: RecordConsumer | SpanConsumer, before: list[Run], records: Run) -> None:
        for index, record in enumerate(records):
            self.count += 1
            try:
                console.write_bytes(self._plan.formatter.text(record))
            except Exception as error:
                if not self._plan.skips_errors:
                    for run in [*before, Records([*records][: index + 1])]:
                        consumer.handled(run)
                    raise ShowError(_text(error)) from error
                _log_error("Error processing message, skipping this message: ", _text(error))


def run(plan: Plan) -> int:
    """Read and print what was asked for. Returns the exit status."""
    try:
        return _run(plan)
    except ConfigError as error:
        _log_error("Unknown error when running consumer: ", f"{error.exception}: {error}")
    except (ShowError, JavaError, NotConnected) as error:
        _log_error("Unknown error when running consumer: ", str(error))
    return Exit.FAILURE


def _run(plan: Plan) -> int:
    with EndingSignals() as signals:
        consumer = _open(plan)
        printing = Printing(plan, lambda: signals.status is not None)
        try:
            printing.run(consumer)
        except RecordError as error:
            _log_error("Error processing message, terminating consumer process: ", str(error))
        finally:
            consumer.close()
            console.err(f"Processed a total of {printing.count} messages")
            if plan.tells_events:
                console.out("shutdown_complete")
        return signals.status or Exit.OK


def _open(plan: Plan) -> RecordConsumer | SpanConsumer:
    if plan.span is not None:
        from kafkacli.tools.console_consumer_spans import open_spans

        return open_spans(plan, plan.span)
    consumer = RecordConsumer(plan.properties, _notice, plan.connect_timeout_ms)
    if plan.pattern is not None:
        from kafkacli.tools.console_consumer_plan import topic_pattern

        consumer.subscribe_matching(topic_pattern(plan.pattern))
    elif plan.topic is not None and plan.partition is not None:
        consumer.assign({(plan.topic, plan.partition): plan.offset})
    elif plan.topic is not None:
        consumer.subscribe(plan.topic)
    return consumer


def _text(error: Exception) -> str:
    if isinstance(error, OSError):  # of stdout
        return console.reason(error)
    return str(error) if isinstance(error, JavaError) else f"{type(error).__name__}: {error}"


def _log_error(what: str, exception: str) -> None:
    console.log("ERROR", f"{what}{exception}", _LOGGER)


def _notice(level: str, text: str) -> None:
    console.log(level, text, "org.apache.kafka.clients.consumer.KafkaConsumer")
