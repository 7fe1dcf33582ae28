"""Moving whole topics: what there is to move, topics made as they were, batches counted on their way."""

from __future__ import annotations

from kafkacli.client.batch_reading import BatchReader
from kafkacli.client.batch_writing import BatchWriter
from kafkacli.client.cluster import check
from kafkacli.client.configs import describe_topic_configs, present
from kafkacli.client.offsets import STALE_METADATA
from kafkacli.client.spans import find_spans
from kafkacli.client.topics import create_topic, describe_each, describe_named, list_topics
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.interchange import places
from kafkacli.interchange.manifest import ExportedTopic, Part
from kafkacli.record.header import read_header
from kafkacli.record.transfer import to_produce

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kafkacli.client.batch_reading import Batch
    from kafkacli.client.cluster import Cluster
    from kafkacli.steps import Steps

    Moved = Callable[[int], None]
    """Told how many offsets are done."""

_STAYS = (  # would give records new times, or names brokers of the old cluster
    "message.timestamp.type",
    "leader.replication.throttled.replicas",
    "follower.replication.throttled.replicas",
)
_WAIT_MS = 500


class TransferError(Exception):
    """Topics that can't be moved as they are."""


def find_topics(
    cluster: Cluster, names: Iterable[str], matches: Callable[[str], object] | None
) -> dict[str, ExportedTopic]:
    """Return what there is to read now of these topics and those that match, internal ones left out.

    Of transactions that are open nothing counts. `records` is still 0. Raises ApiError, CallTimedOut.
    """
    wanted = list(dict.fromkeys(names))
    if matches is not None:
        wanted += [
            name for name, internal in list_topics(cluster) if not internal and matches(name) and name not in wanted
        ]
    rows = {topic.name: [row.index for row in topic.partitions] for topic in describe_named(cluster, wanted)}
    all_partitions = [(name, index) for name, indexes in rows.items() for index in indexes]
    start = places.Place(places.EARLIEST)
    spans = find_spans(cluster, all_partitions, start, ends_now=True, committed=True)
    configs = describe_topic_configs(cluster, wanted) if wanted else {}
    topics: dict[str, ExportedTopic] = {}
    for name in wanted:
        own = {
            entry.name: entry.value or ""
            for entry in present(configs[name])
            if entry.source == "DYNAMIC_TOPIC_CONFIG" and entry.name not in _STAYS
        }
        parts = {}
        for index in sorted(rows[name]):
            first, end = spans[name, index]
            parts[index] = Part(first, first if end is None else max(end, first))
        topics[name] = ExportedTopic(own, parts)
    return topics


def read_topics(cluster: Cluster, topics: dict[str, ExportedTopic], moved: Moved) -> Iterator[list[Batch]]:
    """Yield the batches of these topics, some at a time, without what was aborted. Raises ApiError, CallTimedOut, and
    TransferError for what retention took meanwhile.
    """
    spans = {
        (name, index): (part.start, part.end) for name, topic in topics.items() for index, part in topic.parts.items()
    }
    reader = BatchReader(cluster, dict(spans), committed=True)
    while not reader.is_done:
        yield reader.fetch(_WAIT_MS)
        moved(sum(min(reader.positions[each], end) - start for each, (start, end) in spans.items()))
    if reader.lost:
        lost = ", ".join(f"{topic}-{index}: {count}" for (topic, index), count in sorted(reader.lost.items()))
        raise TransferError(f"offsets were deleted before they could be read ({lost})")


def write_batches(
    writer: BatchWriter, batches: Iterable[Batch], topics: dict[str, ExportedTopic], names: dict[str, str]
) -> None:
    """Write batches to the topics that `names` gives for their own, and count the records in `topics`."""
    ready = []
    for (topic, index), buffer, position, header in batches:
        part = topics[topic].parts[index]
        batch = to_produce(buffer, position, header, part.start, part.end)
        if batch is not None:
            part.records += read_header(batch).records_count
            ready.append(((names[topic], index), batch))
    writer.write(ready)


def missing_topics(cluster: Cluster, topics: dict[str, ExportedTopic], names: dict[str, str]) -> list[str]:
    """Return the topics that have to be made. Raises TransferError for one that is there with fewer partitions."""
    found = describe_each(cluster, names.values())
    missing = []
    for name, topic in topics.items():
        there = found[names[name]]
        if isinstance(there, ApiError):
            if there.code != ErrorCode.UNKNOWN_TOPIC_OR_PARTITION:
                raise there
            missing.append(name)
        elif len(there.partitions) < len(topic.parts):
            raise TransferError(
                f"topic {names[name]} has {len(there.partitions)} partitions and needs {len(topic.parts)}"
            )
    return missing


def make_topics(
    cluster: Cluster,
    topics: dict[str, ExportedTopic],
    names: dict[str, str],
    missing: list[str],
    steps: Steps | None = None,
) -> None:
    """Make the topics that are missing, with the partitions and configs they had. Raises ApiError.

    steps: told of each topic.
    """
    for name in missing:
        if steps is not None:
            steps.begin(names[name])
        create_topic(cluster, names[name], partitions=len(topics[name].parts), configs=topics[name].configs)
        if steps is not None:
            steps.end(names[name])

    def await_leaders(deadline: float) -> None:
        rows = cluster.topic_metadata([names[name] for name in missing], deadline).topics
        for row in rows:
            check(row.error_code, passing=STALE_METADATA)
            if not row.partitions or any(part.leader_id < 0 for part in row.partitions):
                check(ErrorCode.LEADER_NOT_AVAILABLE, passing=STALE_METADATA)

    if missing:
        cluster.call("describeTopics", await_leaders)
