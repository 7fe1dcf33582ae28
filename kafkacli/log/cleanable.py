"""Which part of a compacted log the cleaner may clean, and how dirty it is.

    clean, cleaned before | dirty                    | not cleanable: active segment, younger than min.compaction.lag.ms,
                          ^ first dirty offset       ^ first uncleanable offset          at or behind an open transaction

Source: Kafka's LogCleanerManager.scala (cleanableOffsets, maxCompactionDelay, calculateCleanableBytes), KIP-58, KIP-354.
"""

import logging
from typing import NamedTuple

from kafkacli.log.partition_log import PartitionLog

_LOGGER = logging.getLogger(__name__)


class Cleanable(NamedTuple):
    """What there is to clean of a log. is_overdue: max.compaction.lag.ms is over for some of it."""

    log: PartitionLog
    first_dirty_offset: int
    first_uncleanable_offset: int
    clean_bytes: int
    cleanable_bytes: int
    is_overdue: bool

    @property
    def ratio(self) -> float:
        """The dirty part of the bytes, 0 to 1."""
        total = self.clean_bytes + self.cleanable_bytes
        return self.cleanable_bytes / total if total else 0.0

    @property
    def is_due(self) -> bool:
        """Whether it is to be cleaned now."""
        return (self.is_overdue and self.cleanable_bytes > 0) or self.ratio > self.log.config.min_cleanable_dirty_ratio


def first_dirty_offset(log: PartitionLog, checkpoint: int | None) -> int:
    """Return where the dirty part begins; checkpoint: as written down, None: never cleaned."""
    start = log.log_start_offset
    if checkpoint is None:
        return start
    if checkpoint < start:
        if not log.config.is_deleted:
            _LOGGER.warning(
                "Resetting first dirty offset of %s to log start offset %d since the checkpointed offset %d is invalid.",
                log.name,
                start,
                checkpoint,
            )
        return start
    if checkpoint > log.log_end_offset:
        _LOGGER.warning(
            "The last checkpoint dirty offset for partition %s is %d, which is larger than the log end offset %d. "
            "Resetting to the log start offset %d.",
            log.name,
            checkpoint,
            log.log_end_offset,
            start,
        )
        return start
    return checkpoint


def cleanable_part(log: PartitionLog, first_dirty: int, now_ms: int) -> Cleanable:
    """Return what of the log may be cleaned.

    Unlike Kafka 2.6.2, which looks at open transactions only, nothing at or beyond the high watermark is.
    """
    segments = log.segments
    active = segments.active
    lag_ms = log.config.min_compaction_lag_ms
    rolled = segments.between(first_dirty, active.base_offset)
    bounds = [active.base_offset, log.last_stable_offset]
    if lag_ms > 0:
        bounds += [segment.base_offset for segment in rolled if segment.largest_timestamp > now_ms - lag_ms][:1]
    uncleanable = max(min(bounds), first_dirty)
    behind = segments.between(uncleanable, active.base_offset)
    first_uncleanable = (behind[0] if behind else active).base_offset
    dirty = segments.between(min(first_dirty, first_uncleanable), first_uncleanable)
    overdue_ms = now_ms - max(log.config.max_compaction_lag_ms, 0)
    return Cleanable(
        log,
        first_dirty,
        first_uncleanable,
        sum(segment.size for segment in segments.between(-1, first_dirty)),
        sum(segment.size for segment in dirty),
        overdue_ms > 0 and any(0 < segment.first_timestamp < overdue_ms for segment in rolled),
    )
