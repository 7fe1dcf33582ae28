"""The options of kafka-console-producer.sh that are ours: records with all they have, from JSON lines or by a format, and what
is the same for all of them.

Times of 0 and before 1970 are sent as they are. Without one of these options nothing here is imported.
"""

from __future__ import annotations

from time import time

from kafkacli.interchange.format import FormatError, FormatReader
from kafkacli.interchange.json_lines import JsonError, JsonReader
from kafkacli.interchange.places import timestamp_of
from kafkacli.java_classes import JavaError
from kafkacli.options.jopt import OptionError
from kafkacli.record.record import NO_TIMESTAMP, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kafkacli.options.jopt import Parsed
    from kafkacli.readers.line import LineReader

    Row = tuple[int | None, Record]
    """The partition, None where it is free, and the record."""


class RowReader:
    """Reads blocks of bytes as records, and gives each what the command line says of all.

    read: of a reader. headers: come behind a record's own. timestamp_ms, partition: in place of its own, None: as it is.
    null_marker: keys and values of these bytes are null; None: there is none.
    """

    def __init__(
        self,
        read: Callable[[bytes], Iterable[Row]],
        headers: tuple[tuple[str, bytes | None], ...],
        timestamp_ms: int | None,
        partition: int | None,
        null_marker: bytes | None,
    ) -> None:
        self._read = read
        self._headers = headers
        self._timestamp_ms = timestamp_ms
        self._partition = partition
        self._null_marker = null_marker

    def read(self, block: bytes) -> Iterator[Row]:
        """Yield the records that end in this block; b"" stands for the end of input. Raises JavaError, after those before it."""
        try:
            for partition, record in self._read(block):
                record.headers += self._headers
                if self._timestamp_ms is not None:
                    record.timestamp = self._timestamp_ms
                if self._null_marker is not None:
                    record.key = None if record.key == self._null_marker else record.key
                    record.value = None if record.value == self._null_marker else record.value
                yield partition if self._partition is None else self._partition, record
        except (JsonError, FormatError) as error:
            raise JavaError("org.apache.kafka.common.KafkaException", str(error)) from None


def own_reader(options: Parsed) -> JsonReader | FormatReader | None:
    """Return what reads the input by --input or --format, None without them. Raises OptionError, UsageError."""
    form = options.value("input")
    if form not in ("lines", "json"):
        raise OptionError(f"--input {form}: there are json and lines")
    options.exclude("format", "input", "line-reader")
    options.exclude("input", "line-reader")
    if form == "json" and options.has("null-marker"):
        raise OptionError("--null-marker: --input json has null for it")
    try:
        if (text := options.value("format")) is not None:
            return FormatReader(text)
    except FormatError as error:
        raise OptionError(f"--format: {error}") from None
    return JsonReader() if form == "json" else None


def row_reader(options: Parsed, own: JsonReader | FormatReader | None, lines: LineReader | None) -> RowReader:
    """Return what reads the records in whatever form, and adds to them what options say. Raises OptionError."""
    marker = options.value("null-marker")
    null_marker = None if marker is None else marker.encode()
    if own is None:
        assert lines is not None

        def read(block: bytes) -> Iterator[Row]:
            return ((None, Record(-1, NO_TIMESTAMP, key, value)) for key, value in lines.read(block))

        null_marker = lines.null_marker  # it looks for it itself

    return RowReader(
        read if own is None else own.read,
        tuple([_header(text, null_marker) for text in options.values("header")]),
        _timestamp(options.value("timestamp")),
        _partition(options.integer("partition")),
        None if own is None else null_marker,
    )


def _header(text: str, null_marker: bytes | None) -> tuple[str, bytes | None]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise OptionError(f"--header {text}: a header is written as name=value")
    data = value.encode("utf-8", "surrogateescape")
    return name, None if data == null_marker else data


def _timestamp(text: str | None) -> int | None:
    if text is None:
        return None
    word = text.strip()
    if word.isascii() and word.isdecimal() and int(word) < 2**63:
        return int(word)
    timestamp = timestamp_of(word, int(time() * 1000))
    if timestamp is None or timestamp == NO_TIMESTAMP:
        raise OptionError(
            f"--timestamp {text}: there are milliseconds since 1970, dates (2026-11-24T12:30) and durations before now (-1h)"
        )
    return timestamp


def _partition(number: int | None) -> int | None:
    if number is not None and number < 0:
        raise OptionError(f"--partition {number}: partitions are numbered from 0")
    return number
