"""From a partition's directory to a log: temporary files, swaps, and after a crash the scan from the recovery point.

After a clean stop the files are taken as they are. Otherwise every segment from the recovery point on is read batch by
batch: a torn or corrupt tail is cut at the last whole valid batch, segments behind it go, and indexes, leader epochs and
producer state are made again from the batches. Source: Kafka's Log.scala (loadSegments, recoverLog) and
LogSegment.scala (recover).
"""

import logging
from collections.abc import Callable

from kafkacli.log.filesystem import FileSystem
from kafkacli.log.flush import Flush
from kafkacli.log.index_file import CorruptIndex
from kafkacli.log.leader_epoch_checkpoint import LeaderEpochs
from kafkacli.log.offset_index import MAXIMUM_RELATIVE_OFFSET, InvalidOffset, OffsetOverflow
from kafkacli.log.producer_state import AppendOrigin, ProducerState
from kafkacli.log.segment import (
    CLEANED_SUFFIX,
    DELETED_SUFFIX,
    INDEX_SUFFIX,
    INDEX_SUFFIXES,
    LOG_SUFFIX,
    SEGMENT_SUFFIXES,
    SWAP_SUFFIX,
    TIME_INDEX_SUFFIX,
    Segment,
    file_name,
    offset_of,
)
from kafkacli.log.segments import Segments
from kafkacli.log.time_index import NO_TIMESTAMP
from kafkacli.record.batch import BatchHeader, CorruptRecord, RecordError, ensure_valid

_LOGGER = logging.getLogger(__name__)

_SCAN_CHUNK = 1024 * 1024


class Recovery:
    """Opens the segments of one log."""

    def __init__(
        self,
        filesystem: FileSystem,
        segments: Segments,
        new_producer_state: Callable[[], ProducerState],
        leader_epochs: LeaderEpochs | None,
        *,
        log_start_offset: int,
        recovery_point: int,
        now_ms: int,
    ) -> None:
        """segments: empty, filled by `run`. leader_epochs: None for message formats without them."""
        self._filesystem = filesystem
        self._segments = segments
        self._new_producer_state = new_producer_state
        self._leader_epochs = leader_epochs
        self._log_start_offset = log_start_offset
        self._recovery_point = recovery_point
        self._now_ms = now_ms

    def run(self, *, clean: bool) -> int:
        """Fill `segments` and return the log end offset; clean: whether the clean shutdown marker was there."""
        segments = self._segments
        swaps = self._remove_temporary_files()
        self._open_segments(clean=clean)
        self._split_overflowed()
        self._complete_swaps(swaps)
        if not clean:
            self._recover_unflushed()
        end_offset = self._end_offset()
        if len(segments) and end_offset < self._log_start_offset:
            _LOGGER.warning(
                "Deleting all segments because logEndOffset (%d) is smaller than logStartOffset (%d). "
                "This could happen if segment files were deleted from the file system.",
                end_offset,
                self._log_start_offset,
            )
            segments.delete(segments, self._now_ms)
        if not len(segments):
            segments.add(segments.open(self._log_start_offset, self._now_ms))
            end_offset = self._log_start_offset
        segments.active.preallocate_indexes()
        return end_offset

    def _end_offset(self) -> int:
        """Return the log end offset, 0 without segments; CorruptRecord, with the file's name, where it makes no sense."""
        if not len(self._segments):
            return 0
        active = self._segments.active
        try:
            return active.next_offset()
        except CorruptRecord as error:
            raise CorruptRecord(f"{error} in file {active.path}") from error

    def _path(self, name: str) -> str:
        return f"{self._segments.directory}/{name}"

    def _names(self) -> list[str]:
        return [
            name
            for name in self._filesystem.names(self._segments.directory)
            if not self._filesystem.is_directory(self._path(name))
        ]

    def _remove_temporary_files(self) -> list[str]:
        """Remove what a crash left behind; return the `.log.swap` files whose swap is to be completed."""
        names = self._names()
        swaps = []
        cleaned = [name for name in names if name.endswith(CLEANED_SUFFIX)]
        for name in names:
            if name.endswith(DELETED_SUFFIX):
                self._filesystem.unlink(self._path(name))
            elif name.endswith(SWAP_SUFFIX):
                base = name.removesuffix(SWAP_SUFFIX)
                if base.endswith((LOG_SUFFIX, *INDEX_SUFFIXES)):
                    for suffix in INDEX_SUFFIXES:
                        self._filesystem.unlink(self._path(file_name(offset_of(name), suffix)))
                if base.endswith(LOG_SUFFIX):
                    swaps.append(name)
                elif file_name(offset_of(name), LOG_SUFFIX) + SWAP_SUFFIX not in names:
                    self._filesystem.unlink(self._path(name))  # Kafka leaves it, and makes the index anew at each start
        # swaps at or behind a `.cleaned` file belong to a split that wasn't finished (KAFKA-6264)
        least_cleaned = min(map(offset_of, cleaned), default=None)
        for name in list(swaps):
            if least_cleaned is not None and offset_of(name) >= least_cleaned:
                for suffix in SEGMENT_SUFFIXES:
                    self._filesystem.unlink(self._path(file_name(offset_of(name), suffix) + SWAP_SUFFIX))
                swaps.remove(name)
        for name in cleaned:
            self._filesystem.unlink(self._path(name))
        return swaps

    def _open_segments(self, *, clean: bool) -> None:
        names = self._names()
        bases = [offset_of(name) for name in names if name.endswith(LOG_SUFFIX)]
        first_unflushed = max((base for base in bases if base <= self._recovery_point), default=0)
        for name in names:
            if name.endswith(INDEX_SUFFIXES) and file_name(offset_of(name), LOG_SUFFIX) not in names:
                _LOGGER.warning("Found an orphaned index file %s, with no corresponding log file.", self._path(name))
                self._filesystem.unlink(self._path(name))
        for base in bases:
            self._open_segment(base, names, is_recovered_later=not clean and base >= first_unflushed)

    def _open_segment(self, base_offset: int, names: list[str], *, is_recovered_later: bool) -> None:
        segment = self._segments.open(base_offset, self._now_ms)
        try:
            if file_name(base_offset, INDEX_SUFFIX) not in names:
                raise CorruptIndex("Could not find offset index file")
            if file_name(base_offset, TIME_INDEX_SUFFIX) not in names:
                segment.time_index.resize(0)
            if not is_recovered_later:  # else the preallocated zero tail is still there, and may be
                segment.check()
        except CorruptIndex as error:
            _LOGGER.warning(
                "Found a corrupted index file corresponding to log file %s due to %s, recovering segment and rebuilding "
                "index files...",
                segment.path,
                error,
            )
            try:
                self._recover_segment(segment, None)
            except OffsetOverflow as overflow:  # splitting makes the indexes again
                _LOGGER.info("%s", overflow)
            else:
                if not is_recovered_later:  # no flush comes to a segment below the recovery point
                    Flush(self._filesystem, base_offset, segment.paths).sync()
        self._segments.add(segment)

    def _split_overflowed(self) -> None:
        """Split segments whose offsets are too far apart for an index, as cleaners before 2.0 left them (KAFKA-6264).

        The active segment is never cleaned: there is always one behind.
        """
        for segment in list(self._segments):
            following = self._segments.after(segment)
            if following is not None and following.base_offset - 1 - segment.base_offset > MAXIMUM_RELATIVE_OFFSET:
                from kafkacli.log.overflow import split_segment

                split_segment(self._filesystem, self._segments, segment, self._now_ms)

    def _complete_swaps(self, swaps: list[str]) -> None:
        """Put each `.swap` segment in the place of those that it was made of."""
        for name in swaps:
            swap = self._segments.open(offset_of(name), self._now_ms, SWAP_SUFFIX)
            _LOGGER.info("Found log file %s from interrupted swap operation, repairing.", swap.path)
            self._recover_segment(swap, None)
            replaced = [
                segment
                for segment in self._segments.between(swap.base_offset, max(swap.next_offset(), swap.base_offset + 1))
                if segment.next_offset() > swap.base_offset
            ]
            self._segments.delete(replaced, self._now_ms)
            self._segments.add(swap)
            swap.close_files()
            swap.rename_suffix(SWAP_SUFFIX, "")

    def _recover_unflushed(self) -> None:
        directory, _, partition = self._segments.directory.rpartition("/")
        name = f"[Log partition={partition}, dir={directory}]"
        unflushed = self._segments.between(self._recovery_point, 2**63 - 1)
        for number, segment in enumerate(unflushed):
            _LOGGER.info("%s Recovering unflushed segment %d", name, segment.base_offset)
            try:
                cut = self._recover_segment(segment, self._leader_epochs)
            except InvalidOffset:
                _LOGGER.warning(
                    "%s Found invalid offset during recovery. Deleting the corrupt segment and creating an empty one with "
                    "starting offset %d",
                    name,
                    segment.base_offset,
                )
                cut = segment.truncate_to(segment.base_offset, self._now_ms)
            if cut:
                _LOGGER.warning(
                    "%s Corruption found in segment %d, truncating to offset %d",
                    name,
                    segment.base_offset,
                    segment.next_offset(),
                )
                self._segments.delete(unflushed[number + 1 :], self._now_ms)
                return

    def _recover_segment(self, segment: Segment, leader_epochs: LeaderEpochs | None) -> int:
        state = self._new_producer_state()
        rebuild_producer_state(
            self._segments,
            state,
            segment.base_offset,
            log_start_offset=self._log_start_offset,
            clean=False,
            now_ms=self._now_ms,
        )
        cut = recover_segment(segment, state, leader_epochs, self._segments.config.index_interval_bytes)
        state.take_snapshot()
        return cut


def recover_segment(
    segment: Segment, state: ProducerState, leader_epochs: LeaderEpochs | None, index_interval_bytes: int
) -> int:
    """Make the segment's indexes again from its batches, cut it behind the last valid one, return how many bytes went.

    state: the producers at the segment's base offset, moved on to its end. leader_epochs: None to leave them alone.
    Raises InvalidOffset when offsets don't grow.
    """
    segment.offset_index.reset()
    segment.time_index.reset()
    segment.transaction_index.reset()
    segment.max_timestamp, segment.offset_of_max_timestamp = NO_TIMESTAMP, segment.base_offset
    valid = indexed = 0
    try:
        for position, header in segment.batches(chunk_bytes=_SCAN_CHUNK):
            ensure_valid(segment.read(position, header.size), 0, header)
            if header.max_timestamp > segment.max_timestamp:
                segment.max_timestamp = header.max_timestamp
                segment.offset_of_max_timestamp = header.last_offset
            if position - indexed > index_interval_bytes:
                segment.offset_index.append(header.last_offset, position)
                segment.time_index.maybe_append(segment.max_timestamp, segment.offset_of_max_timestamp)
                indexed = position
            valid = position + header.size
            if header.magic >= 2:
                epoch = header.partition_leader_epoch
                if leader_epochs is not None and epoch > leader_epochs.latest_epoch:
                    leader_epochs.assign(epoch, header.base_offset)
                _replay(segment, position, header, state, write_index=True)
    except RecordError as error:
        _LOGGER.warning("Found invalid messages in log segment %s at byte offset %d: %s.", segment.path, valid, error)
    cut = segment.size - valid
    segment.cut(valid)
    segment.trim()
    return cut


def _replay(segment: Segment, position: int, header: BatchHeader, state: ProducerState, *, write_index: bool) -> None:
    """Move the producer state on over a batch that is in the log."""
    if header.producer_id >= 0:
        batch = segment.read(position, header.size) if header.is_control else b""
        append, completed = state.check(header, batch, AppendOrigin.REPLICATION)
        state.update(append, completed, segment.transaction_index if write_index else None)
    state.end_offset = header.last_offset + 1


def rebuild_producer_state(
    segments: Segments, state: ProducerState, end_offset: int, *, log_start_offset: int, clean: bool, now_ms: int
) -> None:
    """Bring the producer state to `end_offset`: from the last snapshot, and the batches behind it.

    clean: whether the log was closed cleanly; without any snapshot it then has no producers, and is not scanned.
    """
    bases = [segment.base_offset for segment in segments][-2:]
    if segments.config.magic < 2 or (clean and not state.snapshot_offsets()):
        for offset in (*bases, end_offset):
            state.end_offset = offset
            state.take_snapshot()
        return
    was_empty = state.is_empty and state.end_offset >= end_offset
    state.truncate_and_reload(log_start_offset, end_offset, now_ms)
    if end_offset > state.end_offset and not was_empty:
        for segment in segments.between(state.end_offset, end_offset):
            start = max(segment.base_offset, state.end_offset, log_start_offset)
            state.end_offset = start
            if segment.base_offset in bases:
                state.take_snapshot()
            found = segment.find(start)
            if found is None:
                continue
            for position, header in segment.batches(found[0], chunk_bytes=_SCAN_CHUNK):
                if header.base_offset >= end_offset:
                    break
                if header.magic >= 2:
                    _replay(segment, position, header, state, write_index=False)
    state.end_offset = end_offset
    state.take_snapshot()
