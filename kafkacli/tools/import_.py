"""kafkacli import: writes topics that `kafkacli export` put into a folder to a cluster."""

from __future__ import annotations

import os

from kafkacli.options.jopt import OptionError, Parsed
from kafkacli.options.table import HELP, OUTPUT, VERSION, Option, OptionTable
from kafkacli.tools.moving import DRY_RUN, make_missing, offsets_in, report, run, telling

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kafkacli.client.batch_reading import Batch
    from kafkacli.interchange.manifest import ExportedTopic, Part

OPTIONS = OptionTable(
    "kafkacli import",
    "Write the topics of an exported folder to a cluster.",
    (
        Option("bootstrap-server", argument="host:port,...", required=True, help="The brokers to write to."),
        Option("command-config", argument="file", completes="file", help="A properties file for the connection."),
        Option("directory", argument="directory", completes="directory", required=True, help="The exported folder."),
        Option("topic", argument="topic", help="A topic to take; all of the folder when absent. May be repeated."),
        Option("to-topic", argument="topic", help="The name that the one topic gets."),
        DRY_RUN,
        HELP,
        OUTPUT,
        VERSION,
    ),
    synopsis="--bootstrap-server <host:port,...> --directory <directory> [OPTION]...",
    examples=(("kafkacli import --bootstrap-server localhost:9092 --directory backup", "all topics of a folder"),),
)
_CHUNK = 1 << 20  # bytes, read while the last ones are on their way
_HEAD = 12  # of a batch: offset and length


def main(arguments: list[str]) -> int:
    """Run kafkacli import. Returns the exit status."""
    return run(OPTIONS, arguments, _import)


def _import(options: Parsed) -> None:
    from kafkacli.client.batch_writing import BatchWriter
    from kafkacli.client.connect import connect
    from kafkacli.client.transfers import TransferError, missing_topics, write_batches
    from kafkacli.progress import Progress

    directory = options.value("directory") or ""
    topics = _contents(directory)
    if named := options.values("topic"):
        if absent := [name for name in named if name not in topics]:
            raise OptionError(f"{directory} has no topic {absent[0]}")
        topics = {name: topics[name] for name in named}
    to_topic = options.value("to-topic")
    if to_topic is not None and len(topics) != 1:
        raise OptionError("--to-topic is for one topic")
    names = {name: to_topic or name for name in topics}
    with connect(options.value("bootstrap-server"), options.value("command-config")) as cluster:
        if options.has("dry-run"):
            missing_topics(cluster, topics, names)
            report(topics, names, done=False)
            return
        make_missing(cluster, topics, names)
        writer = BatchWriter(cluster)
        done = 0
        counts: dict[tuple[str, int], int] = {}
        for name, topic in topics.items():
            for index, part in topic.parts.items():
                counts[name, index], part.records = part.records, 0
        with telling(topics, names), Progress("offsets", offsets_in(topics)) as progress:
            for name, topic in topics.items():
                for index, part in topic.parts.items():
                    for batches in _read(os.path.join(directory, f"{name}-{index}"), (name, index), part):
                        write_batches(writer, batches, topics, names)
                        progress.tell(done + batches[-1].header.last_offset + 1 - part.start)
                    done += part.end - part.start
                    if part.records != (expected := counts[name, index]):
                        raise TransferError(f"{name}-{index}: {part.records} of {expected} records were found")
            writer.flush()
        report(topics, names)


def _contents(directory: str) -> dict[str, ExportedTopic]:
    from kafkacli.interchange.manifest import FILE, ManifestError, read_manifest

    path = os.path.join(directory, FILE)
    try:
        with open(path, encoding="utf-8") as file:
            return read_manifest(file.read())
    except (ManifestError, UnicodeDecodeError) as error:
        raise OptionError(f"{path}: {error}") from None


def _read(folder: str, partition: tuple[str, int], part: Part) -> Iterator[list[Batch]]:
    """Yield the batches of a partition's files, some at a time. Raises OSError, CorruptRecord."""
    from kafkacli.client.batch_reading import Batch
    from kafkacli.record.errors import CorruptRecord
    from kafkacli.record.header import ensure_valid, iter_headers

    for name in part.files:
        rest = b""
        with open(os.path.join(folder, name), "rb") as file:
            while block := file.read(max(_CHUNK, _missing(rest))):
                data = rest + block
                batches = [Batch(partition, data, position, header) for position, header in iter_headers(data)]
                for batch in batches:
                    ensure_valid(data, batch.position, batch.header)
                end = batches[-1].position + batches[-1].header.size if batches else 0
                rest = data[end:]
                if batches:
                    yield batches
        if rest:
            raise CorruptRecord(f"{os.path.join(folder, name)}: the last batch is cut off")


def _missing(rest: bytes) -> int:
    """How much is missing of a batch whose beginning is there."""
    return int.from_bytes(rest[8:_HEAD], "big") + _HEAD - len(rest) if len(rest) >= _HEAD else 0
