"""Which offsets of partitions are meant by places and counts: asked once, so that an end stays where it was."""

from __future__ import annotations

from collections import deque

from kafkacli.client.batch_reading import BatchReader
from kafkacli.client.offsets import EARLIEST, LATEST, UNKNOWN_OFFSET, list_offsets
from kafkacli.interchange import places
from kafkacli.record.batch import read_records

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kafkacli.client.cluster import Cluster
    from kafkacli.client.topics import TopicPartition
    from kafkacli.interchange.places import Place

    Span = tuple[int, int | None]
    """The first offset, and the one behind the last; None: there is no end."""

_WAIT_MS = 500


def find_spans(
    cluster: Cluster,
    partitions: Iterable[TopicPartition],
    start: Place,
    until: Place | None = None,
    *,
    last: int | None = None,
    ends_now: bool = False,
    committed: bool = False,
) -> dict[TopicPartition, Span]:
    """Return the span of each partition.

    start: the first place. until: the place behind the last. A time stands for the first record at or after it, without one
    for the end as it is now. last: only so many records before the end, in place of `start`. ends_now: end at the end as it
    is now; `until` does so too if it lies behind that. committed: the end is the last stable offset.
    Raises ApiError, CallTimedOut.
    """
    wanted = list(partitions)
    first = list_offsets(cluster, wanted, EARLIEST)
    now = list_offsets(cluster, wanted, LATEST, committed=committed)
    begins = _offsets_of(cluster, wanted, start, first, now)
    ends = now
    if until is not None:
        ends = {each: min(end, now[each]) for each, end in _offsets_of(cluster, wanted, until, first, now).items()}
    if last is not None:
        begins = find_last(cluster, first, ends, last, committed=committed)
    has_end = ends_now or until is not None
    return {each: (max(begins[each], first[each]), ends[each] if has_end else None) for each in wanted}


def _offsets_of(
    cluster: Cluster,
    partitions: list[TopicPartition],
    place: Place,
    first: dict[TopicPartition, int],
    now: dict[TopicPartition, int],
) -> dict[TopicPartition, int]:
    if place.kind == "offset":
        return dict.fromkeys(partitions, place.number)
    if place.kind == "timestamp":
        found = list_offsets(cluster, partitions, max(place.number, 0))
        return {each: now[each] if offset == UNKNOWN_OFFSET else offset for each, offset in found.items()}
    return dict(first if place.kind == places.EARLIEST else now)


def find_last(
    cluster: Cluster,
    first: dict[TopicPartition, int],
    ends: dict[TopicPartition, int],
    count: int,
    *,
    committed: bool = False,
) -> dict[TopicPartition, int]:
    """Return where the last `count` records before each end begin; not all offsets are records. Raises as `find_spans`."""
    found = dict(ends)
    distance = count
    missing = [each for each in ends if count and ends[each] > first[each]]
    while missing:
        spans: dict[TopicPartition, Span] = {
            each: (max(ends[each] - distance, first[each]), ends[each]) for each in missing
        }
        offsets: dict[TopicPartition, deque[int]] = {each: deque(maxlen=count) for each in missing}
        reader = BatchReader(cluster, spans, committed=committed)
        while not reader.is_done:
            for partition, buffer, position, header in reader.fetch(_WAIT_MS):
                begin = spans[partition][0]
                offsets[partition] += [
                    record.offset
                    for record in read_records(buffer, position, header)
                    if begin <= record.offset < ends[partition]
                ]
        for each in missing:
            found[each] = offsets[each][0] if len(offsets[each]) == count else spans[each][0]
        missing = [each for each in missing if len(offsets[each]) < count and spans[each][0] > first[each]]
        distance *= 8
    return found
