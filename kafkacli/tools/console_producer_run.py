"""Running kafka-console-producer.sh: from blocks of stdin to records on their way, with a prompt for each line or progress."""

from __future__ import annotations

import os
import stat
import sys
from time import monotonic

from kafkacli import console
from kafkacli.client.producing import RecordProducer
from kafkacli.exits import Exit
from kafkacli.java_classes import JavaError
from kafkacli.record.record import NO_TIMESTAMP
from kafkacli.signals import Ended, EndingSignals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeVar

    from kafkacli.client.pace import Pace
    from kafkacli.progress import Progress
    from kafkacli.readers.line import LineReader
    from kafkacli.tools.console_producer_records import Row, RowReader

    T = TypeVar("T")

_LAST_WORDS = 5.0  # seconds for what is still to be delivered after a signal
_BLOCK = 1 << 18  # bytes
_LONG = 3600.0  # seconds


def log_undelivered(topic: str, key: bytes | None, value: bytes | None, exception: str) -> None:
    """Log a record that could not be delivered, as Java's ErrorLoggingCallback does."""
    sizes = ["null" if part is None else f"{len(part)} bytes" for part in (key, value)]
    text = (
        f"Error when sending message to topic {topic} with key: {sizes[0]}, value: {sizes[1]} with error: {exception}"
    )
    console.log("ERROR", text, "org.apache.kafka.clients.producer.internals.ErrorLoggingCallback")


class Run:
    """One run. Sends what stdin holds.

    reader: of lines, or of records with all they have. pace: None: as fast as it goes. is_sync: record by record, until the
    first error. is_strict: it ends after the first error. prompts: whether one is shown for each line, on stdout as by the
    original. hides_prompts: not even then where a terminal shows the progress of a file instead.
    """

    def __init__(
        self,
        topic: str,
        properties: dict[str, str],
        reader: LineReader | RowReader,
        pace: Pace | None,
        *,
        is_sync: bool,
        is_strict: bool,
        prompts: bool,
        hides_prompts: bool,
    ) -> None:
        self._topic = topic
        self._properties = properties
        self._reader = reader
        self._pace = pace
        self._is_sync = is_sync
        self._is_strict = is_strict
        self._failure = ""
        self._signals = EndingSignals()
        self._size = 0
        self._prompts = prompts
        self._hides_prompts = hides_prompts
        self._progress: Progress | None = None
        self._read = self._sent = 0  # bytes of stdin; about as many of them were sent

    def run(self) -> int:
        """Return the exit status. Raises JavaError."""
        if sys.stderr.isatty() and (size := _size_of_stdin()):
            self._size = size
            if self._hides_prompts and sys.stdout.isatty():  # where nobody types
                self._prompts = False
            from kafkacli.progress import Progress

            with Progress("bytes", self._size, lines=self._prompts) as self._progress:
                return self._run()
        return self._run()

    def _run(self) -> int:
        with (
            self._signals,
            RecordProducer(
                self._topic, self._properties, self._undelivered, self._notice, check=self._signals.check
            ) as self._producer,
        ):
            try:
                try:
                    self._send_all()
                except JavaError:
                    self._producer.flush()
                    raise
                self._producer.flush()
            except Ended:
                if left := self._producer.flush(_LAST_WORDS):
                    console.log("ERROR", f"{left} records were not delivered", "kafka.tools.ConsoleProducer$")
                return self._signals.status or Exit.FAILURE
            self._check()
        return Exit.OK

    def _send_all(self) -> None:
        """Send everything. Raises JavaError for a line that can't be read, in its place; Ended."""
        from kafkacli.readers.line import LineReader

        reader = self._reader
        self._prompt(1)
        for block in self._blocks():
            if not isinstance(reader, LineReader):
                self._send_block(reader.read(block), self._send_rows, _row_size)
            elif reader.has_values_only:
                self._send_block(reader.lines(block), self._producer.send_values, len)
            else:
                lines = reader.lines(block)
                if self._pace is None and not self._is_sync and (pairs := reader.pairs(lines)) is not None:
                    self._producer.send_pairs(*pairs)
                    self._check()
                    self._prompt(len(lines))
                else:
                    self._send_block(reader.records(lines), self._producer.send, _pair_size)
            self._tell(self._read)

    def _send_block(self, records: Iterable[T], send: Callable[[list[T]], object], size_of: Callable[[T], int]) -> None:
        for some in self._portions(records, size_of):
            send(some)
            if self._is_sync:
                self._producer.flush()
            self._check()
            if self._progress is not None:
                self._tell(min(self._read, self._sent + sum(map(size_of, some))))
            self._prompt(len(some))

    def _portions(self, records: Iterable[T], size_of: Callable[[T], int]) -> Iterator[list[T]]:
        """Yield the records, as many as may go at once, and wait between these; what came before an error is sent."""
        if isinstance(records, list) and self._pace is None and not self._is_sync:
            yield records
            return
        taken: list[T] = []
        try:
            for record in records:
                delay = self._pace.take(size_of(record), monotonic()) if self._pace is not None else 0.0
                if taken and (delay or self._is_sync):
                    yield taken
                    taken = []
                if delay:
                    self._wait(delay)
                taken.append(record)
        except JavaError:
            if taken:
                yield taken
            raise
        if taken:
            yield taken

    def _wait(self, seconds: float) -> None:
        """Let time pass, in which what was taken is sent and answered. Raises Ended."""
        end = monotonic() + seconds
        while (left := end - monotonic()) > 0:
            self._producer.wait(left, (self._signals.descriptor(),))
            self._signals.check()

    def _send_rows(self, rows: list[Row]) -> None:
        producer = self._producer
        plain: list[
            tuple[bytes | None, bytes | None]
        ] = []  # keys and values of records that have nothing else: these go at once
        for partition, record in rows:
            if partition is None and record.timestamp == NO_TIMESTAMP and not record.headers:
                plain.append((record.key, record.value))
                continue
            if plain:
                producer.send(plain)
                plain = []
            if partition is not None and not 0 <= partition < producer.partition_count():
                if trouble := producer.await_topic():
                    self._undelivered(self._topic, record.key, record.value, trouble)
                    continue
                if not 0 <= partition < (count := producer.partition_count()):
                    raise JavaError(
                        "org.apache.kafka.common.KafkaException",
                        f"topic {self._topic} has no partition {partition}, only {count}",
                    )
            producer.send_one(
                record.key,
                record.value,
                partition=partition,
                timestamp_ms=None if record.timestamp == NO_TIMESTAMP else record.timestamp,
                headers=record.headers,
            )
        if plain:
            producer.send(plain)
        producer.poll()

    def _blocks(self) -> Iterator[bytes]:
        """Yield stdin as it comes, b"" at last; while nothing comes what was taken goes out. Raises Ended."""
        descriptor = sys.stdin.fileno()
        while True:
            while not self._producer.wait(_LONG, (descriptor, self._signals.descriptor())):
                pass
            self._signals.check()
            block = os.read(descriptor, _BLOCK)
            self._read += len(block)
            yield block
            if not block:
                return

    def _prompt(self, lines: int) -> None:
        """Show that so many lines were taken and the next is awaited."""
        if self._prompts:
            console.write(">" * lines)
            console.flush()

    def _tell(self, sent: int) -> None:
        self._sent = sent
        if self._progress is not None:
            self._progress.tell(min(sent, self._size))

    def _check(self) -> None:
        """Raise JavaError for a record that wasn't delivered, where that ends it all."""
        if self._failure:
            exception, _, message = self._failure.partition(": ")
            self._failure = ""
            raise JavaError(exception, message)

    def _undelivered(self, topic: str, key: bytes | None, value: bytes | None, exception: str) -> None:
        if self._is_sync:
            raise JavaError("java.util.concurrent.ExecutionException", exception)
        if self._is_strict:
            self._failure = self._failure or exception
            return
        self._clear()
        log_undelivered(topic, key, value, exception)

    def _notice(self, level: str, text: str) -> None:
        self._clear()
        console.log(level, text, "org.apache.kafka.clients.producer.KafkaProducer")

    def _clear(self) -> None:
        if self._progress is not None:
            self._progress.clear()


def _size_of_stdin() -> int:
    """Return how many bytes stdin has; 0 where it is no file."""
    found = os.fstat(sys.stdin.fileno())
    return found.st_size if stat.S_ISREG(found.st_mode) else 0


def _pair_size(record: tuple[bytes | None, bytes | None]) -> int:
    return len(record[0] or b"") + len(record[1] or b"")


def _row_size(row: Row) -> int:
    record = row[1]
    size = len(record.key or b"") + len(record.value or b"")
    return size + sum([len(name) + len(data or b"") for name, data in record.headers])
