"""Finding offsets by time: by the records' timestamps, and as old clients asked, by when segments were written."""

from collections.abc import Sequence

from kafkacli.log.leader_epoch_checkpoint import EpochEntry
from kafkacli.log.segment import TimestampAndOffset
from kafkacli.log.segments import Segments
from kafkacli.log.time_index import NO_TIMESTAMP

EARLIEST_TIMESTAMP = -2
LATEST_TIMESTAMP = -1


def offset_for_timestamp(
    segments: Segments, timestamp: int, log_start_offset: int, log_end_offset: int, epochs: Sequence[EpochEntry]
) -> TimestampAndOffset | None:
    """Return the first record at or after `timestamp` (ms), or what -2 (earliest) and -1 (latest) stand for; or None."""
    if timestamp == EARLIEST_TIMESTAMP:
        # the first epoch may have begun later, where older records were written in a format without epochs
        epoch = epochs[0].epoch if epochs and epochs[0].start_offset <= log_start_offset else None
        return TimestampAndOffset(NO_TIMESTAMP, log_start_offset, epoch)
    if timestamp == LATEST_TIMESTAMP:
        return TimestampAndOffset(NO_TIMESTAMP, log_end_offset, epochs[-1].epoch if epochs else None)
    for segment in segments:
        if segment.largest_timestamp >= timestamp:
            # nothing where the records are deleted that have it; Kafka's answer ends there, ours goes on
            found = segment.find_timestamp(timestamp, log_start_offset)
            if found is not None:
                return found
    return None


def offsets_before(
    segments: Segments, timestamp: int, maximum: int, log_start_offset: int, log_end_offset: int, now_ms: int
) -> list[int]:
    """Return up to `maximum` offsets, falling, of segments written before `timestamp` (ms; ListOffsets version 0).

    They are segments' first offsets, and the log end offset, judged by when the files were last written.
    """
    found = [(max(segment.base_offset, log_start_offset), segment.modified_ms) for segment in segments]
    if segments.active.size:
        found.append((log_end_offset, now_ms))
    if timestamp == EARLIEST_TIMESTAMP:
        found = found[:1]
    elif timestamp != LATEST_TIMESTAMP:
        while found and found[-1][1] > timestamp:
            found.pop()
    return sorted((offset for offset, _ in found[::-1][:maximum]), reverse=True)
