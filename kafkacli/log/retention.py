"""Which old segments go: by time, by size, and below the log start offset (Kafka's Log.deleteOldSegments)."""

import logging
from collections.abc import Callable

from kafkacli.log.partition_log import PartitionLog
from kafkacli.log.segment import Segment

_LOGGER = logging.getLogger(__name__)


def apply_retention(log: PartitionLog, now_ms: int) -> int:
    """Delete the log's old segments as its configuration says; returns how many."""
    config = log.config
    deleted = 0
    if config.is_deleted:
        if config.retention_ms >= 0:
            deleted += _delete(
                log,
                now_ms,
                lambda segment: now_ms - segment.largest_timestamp > config.retention_ms,
                f"retention time {config.retention_ms}ms breach",
            )
        if config.retention_bytes >= 0:
            deleted += _delete_beyond_size(log, now_ms, config.retention_bytes)
    return deleted + _delete(
        log,
        now_ms,
        lambda segment: (
            (following := log.segments.after(segment)) is not None and following.base_offset <= log.log_start_offset
        ),
        f"log start offset {log.log_start_offset} breach",
    )


def _delete_beyond_size(log: PartitionLog, now_ms: int, retention_bytes: int) -> int:
    excess = log.size - retention_bytes

    def is_excess(segment: Segment) -> bool:
        nonlocal excess
        excess -= segment.size
        return excess >= 0

    return _delete(log, now_ms, is_excess, f"retention size in bytes {retention_bytes} breach")


def _delete(log: PartitionLog, now_ms: int, is_old: Callable[[Segment], bool], reason: str) -> int:
    """Delete segments from the oldest on while `is_old`, never beyond the high watermark nor an empty active one."""
    old = []
    for segment in log.segments:
        following = log.segments.after(segment)
        end = following.base_offset if following is not None else log.log_end_offset
        if log.high_watermark < end or (following is None and segment.size == 0) or not is_old(segment):
            break
        old.append(segment)
    if old:
        bases = ",".join(str(segment.base_offset) for segment in old)
        _LOGGER.info(
            "[Log partition=%s] Found deletable segments with base offsets [%s] due to %s", log.name, bases, reason
        )
        log.delete_segments(old, now_ms)
    return len(old)
