"""kafkacli export: writes topics into a folder, as segments like those that Kafka has on disk, and a list of contents.

Whole batches are written as they came, so nothing is lost or decompressed; `kafka-dump-log.sh` reads the files.
"""

from __future__ import annotations

import os

from kafkacli.options.jopt import OptionError, Parsed
from kafkacli.options.table import HELP, OUTPUT, VERSION, Option, OptionTable
from kafkacli.tools.moving import DRY_RUN, INCLUDE, TOPIC, offsets_in, report, run, telling, wanted_topics

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO, Self

    from kafkacli.client.batch_reading import Batch
    from kafkacli.interchange.manifest import ExportedTopic

OPTIONS = OptionTable(
    "kafkacli export",
    "Write topics into a folder, without loss.",
    (
        Option("bootstrap-server", argument="host:port,...", required=True, help="The brokers to read from."),
        Option("command-config", argument="file", completes="file", help="A properties file for the connection."),
        TOPIC,
        INCLUDE,
        Option("directory", argument="directory", completes="directory", required=True, help="A new or empty folder."),
        DRY_RUN,
        HELP,
        OUTPUT,
        VERSION,
    ),
    synopsis="--bootstrap-server <host:port,...> --topic <topic> --directory <directory> [OPTION]...",
    examples=(("kafkacli export --bootstrap-server localhost:9092 --include '.*' --directory backup", "every topic"),),
)
_SEGMENT_BYTES = 1 << 30


def main(arguments: list[str]) -> int:
    """Run kafkacli export. Returns the exit status."""
    return run(OPTIONS, arguments, _export)


class SegmentFiles:
    """The files of partitions, written batch by batch; a new one after a gibibyte."""

    def __init__(self, directory: str, topics: dict[str, ExportedTopic]) -> None:
        self._directory = directory
        self._topics = topics
        self._open: dict[tuple[str, int], BinaryIO] = {}

    def write(self, batch: Batch) -> None:
        """Write a batch behind the one before it. Raises OSError."""
        topic, index = batch.partition
        file = self._open.get(batch.partition)
        if file is None or file.tell() > _SEGMENT_BYTES:
            if file is not None:
                _finish(file)
            folder = os.path.join(self._directory, f"{topic}-{index}")
            os.makedirs(folder, exist_ok=True)
            name = f"{batch.header.base_offset:020d}.log"
            self._topics[topic].parts[index].files.append(name)
            file = self._open[batch.partition] = open(os.path.join(folder, name), "xb")  # noqa: SIM115 - closed by close
        file.write(memoryview(batch.buffer)[batch.position : batch.position + batch.header.size])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._open.values():
            _finish(file)


def _finish(file: BinaryIO) -> None:
    with file:
        file.flush()
        os.fsync(file.fileno())


def _export(options: Parsed) -> None:
    from kafkacli.client.connect import connect
    from kafkacli.client.transfers import find_topics, read_topics
    from kafkacli.interchange.manifest import FILE, to_text
    from kafkacli.progress import Progress
    from kafkacli.record.transfer import count_within

    named, matches = wanted_topics(options)
    directory = options.value("directory") or ""
    if os.path.exists(directory) and os.listdir(directory):
        raise OptionError(f"{directory} is not empty")
    with connect(options.value("bootstrap-server"), options.value("command-config")) as cluster:
        topics = find_topics(cluster, named, matches)
        names = {name: name for name in topics}
        if options.has("dry-run"):
            report(topics, names, done=False)
            return
        os.makedirs(directory, exist_ok=True)
        note = f", {directory} is not complete and can't be imported"
        with (
            telling(topics, names, note),
            SegmentFiles(directory, topics) as files,
            Progress("offsets", offsets_in(topics)) as progress,
        ):
            for batches in read_topics(cluster, topics, progress.tell):
                for batch in batches:
                    topic, index = batch.partition
                    part = topics[topic].parts[index]
                    part.records += count_within(batch.buffer, batch.position, batch.header, part.start, part.end)
                    files.write(batch)
        with open(os.path.join(directory, FILE), "x", encoding="utf-8") as contents:  # last: without it nothing counts
            contents.write(to_text(topics))
        report(topics, names)
