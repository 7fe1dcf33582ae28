"""The options of kafka-console-producer.sh that are ours: records with all they have, from JSON lines or by a format.

They are sent as they are, times of 0 and before 1970 included, by a producer of our own; no prompt is shown. Without one of
these options nothing here is imported.
"""

from __future__ import annotations

import os
import sys

from kafkacli.interchange.format import FormatError, FormatReader
from kafkacli.interchange.json_lines import JsonError, JsonReader
from kafkacli.interchange.partitioner import partition_of
from kafkacli.java_classes import JavaError
from kafkacli.options.jopt import OptionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kafkacli.client.batch_writing import BatchWriter
    from kafkacli.client.topics import TopicPartition
    from kafkacli.options.jopt import Parsed
    from kafkacli.record.batch import Compression, Record

_BLOCK = 1 << 20  # bytes
_BATCH = 1 << 17  # bytes of keys and values, about


def own_reader(options: Parsed) -> JsonReader | FormatReader | None:
    """Return what reads the input by --input or --format, None without them. Raises OptionError, UsageError."""
    form = options.value("input")
    if form not in ("lines", "json"):
        raise OptionError(f"--input {form}: there are json and lines")
    options.exclude("format", "input", "line-reader")
    options.exclude("input", "line-reader")
    try:
        if (text := options.value("format")) is not None:
            return FormatReader(text)
    except FormatError as error:
        raise OptionError(f"--format: {error}") from None
    return JsonReader() if form == "json" else None


def send(reader: JsonReader | FormatReader, topic: str, properties: Mapping[str, str]) -> None:
    """Send what stdin holds. Raises JavaError for text that can't be read and for records that can't be sent."""
    from time import time

    from kafkacli import console
    from kafkacli.client.batch_writing import BatchWriter
    from kafkacli.client.cluster import CallTimedOut, Cluster
    from kafkacli.client.connection import ConnectFailed
    from kafkacli.client.java_errors import thrown_text
    from kafkacli.client.settings import ClientSettings, SettingsError
    from kafkacli.client.topics import describe_topics
    from kafkacli.errors import ApiError
    from kafkacli.progress import Progress
    from kafkacli.record.compression import Compression

    try:
        wanted = {**properties, "request.timeout.ms": "30000"}
        with Cluster(properties["bootstrap.servers"], ClientSettings(wanted), report=console.err) as cluster:
            (described,) = describe_topics(cluster, [topic])
            sending = _Sending(
                topic,
                len(described.partitions),
                BatchWriter(cluster, -1 if properties["acks"] in ("-1", "all") else 1),
                Compression[properties["compression.type"].upper()],
            )
            size, done = os.fstat(sys.stdin.fileno()).st_size, 0
            with Progress("bytes", size) as progress:
                while True:
                    block = os.read(sys.stdin.fileno(), _BLOCK)
                    sending.send(reader.read(block), int(time() * 1000))
                    done += len(block)
                    progress.tell(min(done, size))
                    if not block:
                        return
    except (JsonError, FormatError) as error:
        raise JavaError("org.apache.kafka.common.KafkaException", str(error)) from None
    except SettingsError as error:
        raise JavaError("org.apache.kafka.common.KafkaException", str(error)) from error
    except (ApiError, CallTimedOut, ConnectFailed) as error:
        exception, _, message = thrown_text(error).partition(": ")
        raise JavaError(exception, message) from error


class _Sending:
    """Gathers the records of each partition into batches."""

    def __init__(self, topic: str, count: int, writer: BatchWriter, compression: Compression) -> None:
        self._topic = topic
        self._count = count
        self._writer = writer
        self._compression = compression
        self._next = 0  # the partition of the next batch of records without key

    def send(self, rows: Iterable[tuple[int | None, Record]], now_ms: int) -> None:
        """Send these records; those that come before an error too."""
        from kafkacli.record.batch import encode_batch

        batches: list[tuple[TopicPartition, list[Record]]] = []
        gathered: dict[int, tuple[list[Record], int]] = {}
        self._next = (self._next + 1) % self._count
        try:
            for number, record in rows:
                partition = number
                if partition is None:
                    partition = self._next if record.key is None else partition_of(record.key, self._count)
                elif not 0 <= partition < self._count:
                    raise JavaError(
                        "org.apache.kafka.common.KafkaException",
                        f"topic {self._topic} has no partition {partition}, only {self._count}",
                    )
                if record.timestamp == -1:
                    record.timestamp = now_ms
                records, size = gathered.get(partition, ([], 0))
                own = len(record.key or b"") + len(record.value or b"") + 20
                if not records or size + own > _BATCH:
                    records, size = [], 0
                    batches.append(((self._topic, partition), records))
                records.append(record)
                gathered[partition] = (records, size + own)
        finally:
            self._writer.write(
                [(each, bytearray(encode_batch(records, compression=self._compression))) for each, records in batches]
            )
