"""Splitting a segment whose offsets are too far apart for its indexes, which hold 32 bits of them.

Compaction in brokers before 2.0 could leave such (KAFKA-6264). The parts replace it as a cleaned segment would, so that a
crash on the way leaves the old one or all new ones. Source: Kafka's Log.scala (splitOverflowedSegment).
"""

import logging

from kafkacli.log.cleaner import CleanedSegment
from kafkacli.log.filesystem import FileSystem
from kafkacli.log.flush import Flush
from kafkacli.log.offset_index import MAXIMUM_RELATIVE_OFFSET
from kafkacli.log.segment import CLEANED_SUFFIX, Segment
from kafkacli.log.segments import Segments

_LOGGER = logging.getLogger(__name__)


def split_segment(filesystem: FileSystem, segments: Segments, segment: Segment, now_ms: int) -> list[Segment]:
    """Put as many segments as needed in the place of `segment`; nothing is done when one is enough."""
    parts: list[CleanedSegment] = []
    last_offset = segment.base_offset
    for position, header in list(segment.batches(chunk_bytes=1 << 20)):
        if not parts or header.last_offset - parts[-1].segment.base_offset > MAXIMUM_RELATIVE_OFFSET:
            segments.remove_files(header.base_offset, CLEANED_SUFFIX)
            opened = segments.open(header.base_offset, now_ms, CLEANED_SUFFIX)
            parts.append(CleanedSegment(opened, segments.config.index_interval_bytes))
        last_offset = header.last_offset
        parts[-1].add(segment.read(position, header.size), last_offset, header.max_timestamp)
        parts[-1].write_pending(last_offset)
    new = [part.segment for part in parts]
    if len(new) < 2:
        for part in new:
            part.remove()
        return [segment]
    _LOGGER.info("Splitting overflowed segment %s", segment)
    modified_ms = segment.modified_ms
    for transaction in segment.transaction_index.transactions:
        home = next(part for part in reversed(new) if part.base_offset <= transaction.last_offset)
        home.transaction_index.append(transaction)
    for part in new:
        part.trim()
        Flush(filesystem, 0, part.paths).sync()
        filesystem.set_modified_ms(part.path, modified_ms)
    segments.replace(new, [segment], now_ms)
    return new
