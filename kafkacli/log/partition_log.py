"""One partition's log: append as leader, read, roll, truncate, delete; the owner of its offsets.

    produce:  validate -> give offsets (in place) -> one write to the active segment -> index -> log end offset
    fetch:    position of the offset -> one read of whole batches

Record bytes stay as they came: only base offset and leader epoch, which the checksum leaves out, are set. A record is in
the system's page cache when append returns, so that it survives the process. Source: Kafka's Log.scala.
"""

import logging
from typing import NamedTuple

from kafkacli.errors import ApiError, ErrorCode
from kafkacli.log.flush import Flush
from kafkacli.log.leader_epoch_checkpoint import EpochEntry
from kafkacli.log.log_state import LogState
from kafkacli.log.offset_search import EARLIEST_TIMESTAMP, LATEST_TIMESTAMP, offset_for_timestamp, offsets_before
from kafkacli.log.producer_state import AppendOrigin
from kafkacli.log.reader import FetchedBatches
from kafkacli.log.segment import Segment, TimestampAndOffset
from kafkacli.log.storage_guard import guarded
from kafkacli.log.time_index import NO_TIMESTAMP
from kafkacli.log.transaction_index import AbortedTransaction
from kafkacli.record.replicated import check_replicated
from kafkacli.record.validation import validate_append

_LOGGER = logging.getLogger(__name__)


class AppendInfo(NamedTuple):
    """What an append did. log_append_time: ms, -1 with CreateTime. is_duplicate: these are offsets from the first time."""

    first_offset: int
    last_offset: int
    log_append_time: int
    log_start_offset: int
    max_timestamp: int
    bytes: int
    is_duplicate: bool = False


class PartitionLog(LogState):
    """The log of one partition; made by `LogDirs`."""

    __slots__ = ()

    # -- append

    def append_as_leader(
        self, records: memoryview, *, leader_epoch: int, now_ms: int, from_client: bool = True
    ) -> AppendInfo:
        """Validate the batches, give them the next offsets and write them.

        records: whole batches of any magic; writable, since offsets and leader epoch are set in place.
        from_client: False for what the broker's coordinators write (no sequence numbers to check).
        Raises ApiError: what validation finds, RECORD_LIST_TOO_LARGE beyond segment.bytes, OUT_OF_ORDER_SEQUENCE_NUMBER,
        INVALID_PRODUCER_EPOCH and others for producers, KAFKA_STORAGE_ERROR when the disk refuses.
        """
        validated = validate_append(
            records,
            self._rules,
            base_offset=self.log_end_offset,
            leader_epoch=leader_epoch,
            now_ms=now_ms,
            from_client=from_client,
        )
        if validated is None:
            return AppendInfo(-1, -1, NO_TIMESTAMP, self.log_start_offset, NO_TIMESTAMP, 0)
        config = self.segments.config
        data = validated.records
        size = len(data)
        if size > config.segment_bytes:
            raise ApiError(
                ErrorCode.RECORD_LIST_TOO_LARGE,
                f"Message batch size is {size} bytes in append to partition {self.name}, which exceeds the maximum "
                f"configured segment size of {config.segment_bytes}.",
            )
        producers = self.producers
        header = validated.header
        update = completed = None
        if header.producer_id >= 0:
            duplicate = producers.duplicate_of(header) if from_client else None
            if duplicate is not None:
                return AppendInfo(
                    duplicate.first_offset,
                    duplicate.last_offset,
                    duplicate.timestamp,
                    self.log_start_offset,
                    duplicate.timestamp,
                    0,
                    is_duplicate=True,
                )
            origin = AppendOrigin.CLIENT if from_client else AppendOrigin.COORDINATOR
            update, completed = producers.check(header, data, origin)
        max_timestamp = validated.max_timestamp
        last_offset = validated.last_offset
        epochs = self._leader_epochs
        try:
            if leader_epoch != epochs.recorded_epoch:
                epochs.assign(leader_epoch, validated.first_offset)
            segment = self.segments.active
            if segment.should_roll(size, max_timestamp, last_offset, config, now_ms):
                segment = self.roll(now_ms)
            segment.append(data, last_offset, max_timestamp, validated.offset_of_max_timestamp)
            if update is not None:
                producers.update(update, completed, segment.transaction_index)
                self._first_unstable_offset = producers.first_unstable_offset
        except OSError as error:
            self._take_back(validated.first_offset, now_ms)
            raise self.storage_error("appending records to", error) from error
        self.log_end_offset = producers.end_offset = last_offset + 1
        if last_offset + 1 - self._flushed.recovery_point >= config.flush_messages:
            self.flush(now_ms)
        return AppendInfo(
            validated.first_offset,
            last_offset,
            now_ms if config.is_log_append_time else NO_TIMESTAMP,
            self.log_start_offset,
            max_timestamp,
            size,
        )

    def _take_back(self, offset: int, now_ms: int) -> None:
        """Cut off what an append that failed has left, batch or index entry; the next one may succeed."""
        try:
            self.segments.active.truncate_to(offset, now_ms)
        except OSError as error:
            self.storage_error("truncating", error)

    def append_as_follower(self, records: memoryview, now_ms: int) -> None:
        """Append batches of another replica, which have their offsets and leader epochs.

        Raises ApiError CORRUPT_MESSAGE, OFFSET_OUT_OF_RANGE where they don't follow on, KAFKA_STORAGE_ERROR.
        """
        batches = check_replicated(records, self.log_end_offset)
        if not batches.headers:
            return
        producers, size = self.producers, len(records)
        try:
            for header in batches.headers:
                if header.magic >= 2 and header.partition_leader_epoch != self._leader_epochs.recorded_epoch:
                    self._leader_epochs.assign(header.partition_leader_epoch, header.base_offset)
            segment = self.segments.active
            if segment.should_roll(size, batches.max_timestamp, batches.last_offset, self.config, now_ms):
                segment = self.roll(now_ms)
            segment.append(records, batches.last_offset, batches.max_timestamp, batches.offset_of_max_timestamp)
            position = 0
            for header in batches.headers:
                if header.producer_id >= 0:
                    checked = producers.check(
                        header, records[position : position + header.size], AppendOrigin.REPLICATION
                    )
                    producers.update(*checked, segment.transaction_index)
                position += header.size
        except OSError as error:
            self._take_back(self.log_end_offset, now_ms)
            raise self.storage_error("appending records to", error) from error
        self._first_unstable_offset = producers.first_unstable_offset
        self.log_end_offset = producers.end_offset = batches.last_offset + 1

    def roll(self, now_ms: int) -> Segment:
        """Finish the active segment and begin one at the log end offset."""
        active = self.segments.active
        base_offset = self.log_end_offset
        if active.base_offset == base_offset:  # an empty segment whose indexes have no room for an entry
            active.renew_indexes(self.segments.config.segment_index_bytes)
            return active
        active.trim()
        active.offset_index.close()
        active.time_index.close()
        if self._flushed.recovery_point >= base_offset:  # no flush comes to it again, and its indexes have just changed
            self._flushed.of_segment(active).sync()
        self.producers.end_offset = base_offset
        self.producers.take_snapshot()
        segment = self.segments.begin(base_offset, now_ms)
        self._flushed.rolled_offset = base_offset
        _LOGGER.info("[Log partition=%s] Rolled new log segment at offset %d", self.name, base_offset)
        return segment

    # -- read

    def read(
        self, offset: int, max_bytes: int, *, up_to: int, min_one_message: bool = True, put_off: bool = False
    ) -> FetchedBatches:
        """Return whole record batches from the first one that contains `offset`.

        offset: record number; equal to the log end offset gives an empty result.
        max_bytes: bytes; the first batch is returned even when it is larger (KIP-74), if `min_one_message`.
        up_to: exclusive end: high watermark, or last stable offset for read_committed (KIP-98).
        put_off: leave more than a few bytes in the file, to be read while they are sent.
        Raises ApiError OFFSET_OUT_OF_RANGE below the log start offset or beyond the log end offset.
        """
        if offset > self.log_end_offset or offset < self.log_start_offset:
            raise ApiError(
                ErrorCode.OFFSET_OUT_OF_RANGE,
                f"Received request for offset {offset} for partition {self.name}, but we only have log segments in the "
                f"range {self.log_start_offset} to {self.log_end_offset}.",
            )
        if offset >= up_to:
            return FetchedBatches(b"", offset)
        try:
            return self._reader.read(
                offset,
                max_bytes,
                up_to=up_to,
                log_end_offset=self.log_end_offset,
                min_one_message=min_one_message,
                put_off=put_off,
            )
        except OSError as error:
            raise self.storage_error("reading from", error) from error

    def aborted_transactions(self, fetched: FetchedBatches) -> list[AbortedTransaction]:
        """Return the aborted transactions that overlap what was fetched, for read_committed consumers (KIP-98)."""
        return self._reader.aborted_transactions(fetched)

    # -- offsets by time and epoch

    @guarded("fetching offset by timestamp for")
    def offset_for_timestamp(self, timestamp: int) -> TimestampAndOffset | None:
        """Return the first record at or after `timestamp` (ms), or None.

        EARLIEST_TIMESTAMP gives the log start offset, LATEST_TIMESTAMP the log end offset, both without a timestamp.
        Raises ApiError UNSUPPORTED_FOR_MESSAGE_FORMAT for other times where records have none (magic 0).
        """
        if self.config.magic == 0 and timestamp not in (EARLIEST_TIMESTAMP, LATEST_TIMESTAMP):
            raise ApiError(
                ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT,
                f"Cannot search offsets based on timestamp because message format version for partition {self.name} is "
                f"{self.config.message_format_version} which is earlier than the minimum required version 0.10.0-IV0",
            )
        return offset_for_timestamp(
            self.segments, timestamp, self.log_start_offset, self.log_end_offset, self._leader_epochs.entries
        )

    @guarded("fetching offset by timestamp for")
    def offsets_before(self, timestamp: int, maximum: int, now_ms: int) -> list[int]:
        """Return up to `maximum` offsets, falling, of segments written before `timestamp` (ms; ListOffsets version 0)."""
        return offsets_before(self.segments, timestamp, maximum, self.log_start_offset, self.log_end_offset, now_ms)

    @property
    def latest_epoch(self) -> int | None:
        """The latest leader epoch, or None where there is none."""
        return self._leader_epochs.latest_epoch if self._leader_epochs.entries else None

    @guarded("beginning a leader epoch of")
    def begin_leader_epoch(self, epoch: int) -> None:
        """Note that `epoch` begins with the log's next record."""
        self._leader_epochs.begin(epoch, self.log_end_offset)

    def end_offset_for_epoch(self, epoch: int) -> EpochEntry | None:
        """Return the largest epoch not beyond `epoch` with the offset behind its last record, or None (KIP-101)."""
        found = self._leader_epochs.end_offset_for(epoch, self.log_end_offset)
        return found if found.start_offset >= 0 else None

    # -- shorten

    @guarded("increasing the log start offset of")
    def delete_records(self, to: int) -> None:
        """Move the log start offset up to `to`; segments below it go with the next retention check.

        Raises ApiError OFFSET_OUT_OF_RANGE beyond the high watermark.
        """
        if to > self._high_watermark:
            raise ApiError(
                ErrorCode.OFFSET_OUT_OF_RANGE,
                f"Cannot increment the log start offset to {to} of partition {self.name} since it is larger than the "
                f"high watermark {self._high_watermark}",
            )
        if to > self.log_start_offset:
            self._set_log_start_offset(to)
            self._leader_epochs.truncate_from_start(to)
            self.producers.truncate_head(to)
            self._first_unstable_offset = self.producers.first_unstable_offset

    @guarded("deleting segments of")
    def delete_segments(self, segments: list[Segment], now_ms: int) -> None:
        """Delete the oldest segments, which lie below the high watermark; the log starts behind them."""
        if len(segments) == len(self.segments):
            self.roll(now_ms)
        self.segments.delete(segments, now_ms)
        self._reader.forget()
        self.delete_records(self.segments.first.base_offset)

    def replace_segments(self, new: Segment, old: list[Segment], now_ms: int) -> None:
        """Put a cleaned segment in the place of those that it was made of."""
        self.segments.replace([new], old, now_ms)
        self._reader.forget()

    def abort_cleaning(self) -> None:
        """Have a cleaning that is under way give up."""
        self.segments.revision += 1

    @guarded("truncating")
    def truncate_to(self, offset: int, now_ms: int) -> bool:
        """Cut off the records at and beyond `offset`; says whether there were any."""
        if offset >= self.log_end_offset:
            self._leader_epochs.truncate_from_end(self.log_end_offset)
            return False
        if offset < self.segments.first.base_offset:
            self.truncate_fully_and_start_at(offset, now_ms)
            return True
        self.segments.delete([segment for segment in self.segments if segment.base_offset > offset], now_ms)
        self.segments.active.truncate_to(offset, now_ms)
        self._set_log_end_offset(offset)
        self._set_log_start_offset(min(offset, self.log_start_offset))
        self._leader_epochs.truncate_from_end(offset)
        self._rebuild_producers(offset, now_ms, clean=False)
        return True

    @guarded("truncating")
    def truncate_fully_and_start_at(self, offset: int, now_ms: int) -> None:
        """Drop every record; the log goes on with `offset`."""
        self.segments.delete(self.segments, now_ms)
        self.segments.add(self.segments.open(offset, now_ms))
        self._set_log_end_offset(offset)
        self._leader_epochs.clear()
        self.producers.clear()
        self.producers.end_offset = offset
        self._first_unstable_offset = None
        self._set_log_start_offset(offset)

    def _set_log_end_offset(self, offset: int) -> None:
        self.log_end_offset = offset
        self._reader.forget()
        self._flushed.truncated(offset)
        if self._high_watermark >= offset:
            self.update_high_watermark(offset)

    def _set_log_start_offset(self, offset: int) -> None:
        self.log_start_offset = offset
        self._flushed.recovery_point = max(self._flushed.recovery_point, offset)
        if self._high_watermark < offset:
            self.update_high_watermark(offset)

    # -- disk

    def pending_flush(self, now_ms: int) -> Flush | None:
        """Return the flush that is due now, of rolled segments or by flush.ms, or None."""
        return self._flushed.pending(self.log_end_offset, self.config.flush_ms, now_ms)

    def flushed(self, flush: Flush, now_ms: int) -> None:
        """Take note that a flush was synced, unless the log was moved meanwhile."""
        if flush.offset <= self.log_end_offset and flush.directory == self.directory:
            self._flushed.done(flush, now_ms)

    @guarded("flushing log for")
    def flush(self, now_ms: int) -> None:
        """Sync everything that isn't on disk yet; KAFKA_STORAGE_ERROR when the disk refuses."""
        if self.log_end_offset > self.recovery_point:
            flush = self._flushed.up_to(self.log_end_offset)
            flush.sync()
            self.flushed(flush, now_ms)

    @guarded("deleting producer snapshots of")
    def delete_old_snapshots(self) -> None:
        """Remove producer snapshots that no recovery needs, after the recovery point was written down."""
        self.producers.delete_snapshots_before(self._flushed.least_needed_segment())

    @guarded("deleting segments of")
    def delete_due_files(self, now_ms: int) -> int:
        """Remove the files of segments that were deleted long enough ago; returns how many segments."""
        return self.segments.delete_due(now_ms)

    @guarded("renaming the directory of")
    def rename_directory(self, directory: str) -> None:
        """Move the partition's directory."""
        self._filesystem.rename(self.directory, directory)
        self.directory = directory
        self.segments.move_directory(directory)
        self.producers.directory = directory
        self._leader_epochs.move_directory(directory)

    @guarded("closing")
    def close(self) -> None:
        """Write a producer snapshot, trim the segments and give the handles back; doesn't sync."""
        self.producers.take_snapshot()
        self.segments.close()

    def close_files(self) -> None:
        """Give the handles back and change nothing on disk."""
        self.segments.close_files()
