"""What a log knows of its producers: sequence numbers of idempotent ones, open transactions; and what follows from it.

A batch that repeats one of a producer's last five is answered as the first time; one out of order, or of an older epoch,
is refused. The first offset of an open transaction bounds what read_committed consumers see (the last stable offset).
State lives in memory and in `.snapshot` files, from which it is read again. Source: Kafka's ProducerStateManager.scala,
KIP-98, KIP-360.
"""

import logging
from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from kafkacli.errors import ApiError, ErrorCode
from kafkacli.log.filesystem import FileSystem, read_file, write_file
from kafkacli.log.producer_snapshot import CorruptSnapshot, ProducerSnapshot, decode_snapshot, encode_snapshot
from kafkacli.log.segment import SNAPSHOT_SUFFIX, file_name, offset_of
from kafkacli.log.transaction_index import AbortedTransaction, TransactionIndex
from kafkacli.record.batch import BatchHeader, Buffer, read_records
from kafkacli.record.control import ControlType, control_type, coordinator_epoch

_LOGGER = logging.getLogger(__name__)

NO_PRODUCER_ID = -1
NO_PRODUCER_EPOCH = -1
NO_SEQUENCE = -1
_BATCHES_KEPT = 5
_MAXIMUM_INT = 2**31 - 1


class AppendOrigin(Enum):
    """Who appends, which says how much is checked."""

    CLIENT = "client"
    COORDINATOR = "coordinator"  # no sequence numbers, but epochs
    REPLICATION = "replication"  # and recovery: it was checked the first time


class AppendedBatch(NamedTuple):
    """A batch that is in the log; timestamp in ms."""

    last_sequence: int
    last_offset: int
    offset_delta: int
    timestamp: int

    @property
    def first_offset(self) -> int:
        """The offset of its first record."""
        return self.last_offset - self.offset_delta

    @property
    def first_sequence(self) -> int:
        """The sequence number of its first record."""
        first = self.last_sequence - self.offset_delta
        return first if first >= 0 or self.last_sequence == NO_SEQUENCE else first + _MAXIMUM_INT + 1


class CompletedTransaction(NamedTuple):
    """A transaction whose marker (at last_offset) was appended."""

    producer_id: int
    first_offset: int
    last_offset: int
    is_aborted: bool


class ProducerEntry:
    """One producer: its epoch, its last batches (at most five), its open transaction."""

    __slots__ = (
        "batches",
        "coordinator_epoch",
        "last_timestamp",
        "producer_epoch",
        "producer_id",
        "transaction_first_offset",
    )

    def __init__(self, producer_id: int) -> None:
        self.producer_id = producer_id
        self.batches: list[AppendedBatch] = []
        self.producer_epoch = NO_PRODUCER_EPOCH
        self.coordinator_epoch = -1
        self.last_timestamp = -1
        self.transaction_first_offset: int | None = None

    @classmethod
    def of(cls, row: ProducerSnapshot) -> "ProducerEntry":
        """Return the entry that a snapshot's row describes."""
        entry = cls(row.producer_id)
        entry.producer_epoch = row.producer_epoch
        entry.coordinator_epoch = row.coordinator_epoch
        entry.last_timestamp = row.timestamp
        if row.last_offset >= 0:
            entry.batches.append(AppendedBatch(row.last_sequence, row.last_offset, row.offset_delta, row.timestamp))
        if row.transaction_first_offset >= 0:
            entry.transaction_first_offset = row.transaction_first_offset
        return entry

    def row(self) -> ProducerSnapshot:
        """Return the row for a snapshot."""
        last = self.batches[-1] if self.batches else AppendedBatch(NO_SEQUENCE, -1, 0, -1)
        first = self.transaction_first_offset
        return ProducerSnapshot(
            self.producer_id,
            self.producer_epoch,
            last.last_sequence,
            last.last_offset,
            last.offset_delta,
            self.last_timestamp,
            self.coordinator_epoch,
            -1 if first is None else first,
        )

    @property
    def last_sequence(self) -> int:
        """The last sequence number, -1 without any."""
        return self.batches[-1].last_sequence if self.batches else NO_SEQUENCE

    def duplicate_of(self, header: BatchHeader) -> AppendedBatch | None:
        """Return the batch in the log that `header` repeats, or None."""
        if header.producer_epoch != self.producer_epoch:
            return None
        first = header.base_sequence
        last = header.last_sequence
        for batch in self.batches:
            if batch.last_sequence == last and batch.first_sequence == first:
                return batch
        return None

    def set_epoch(self, epoch: int) -> None:
        """Take over the epoch; batches of another one are forgotten."""
        if epoch != self.producer_epoch:
            self.batches.clear()
            self.producer_epoch = epoch

    def add(self, batches: Iterable[AppendedBatch]) -> None:
        """Note batches of the present epoch."""
        self.batches.extend(batches)
        del self.batches[:-_BATCHES_KEPT]

    def recall(self, header: BatchHeader) -> None:
        """Note a batch that is before all those that are noted; nothing happens when it isn't, or they are enough."""
        is_before = bool(self.batches) and header.last_offset < self.batches[0].first_offset
        if is_before and header.producer_epoch == self.producer_epoch and len(self.batches) < _BATCHES_KEPT:
            self.batches.insert(0, _appended(header))


def _appended(header: BatchHeader) -> AppendedBatch:
    return AppendedBatch(header.last_sequence, header.last_offset, header.last_offset_delta, header.max_timestamp)


class ProducerAppend:
    """A batch that is to be appended: checked against what is known of its producer, taken over when it is in the log."""

    __slots__ = ("_current", "_origin", "_partition", "started", "updated")

    def __init__(self, partition: str, current: ProducerEntry, origin: AppendOrigin) -> None:
        self._partition = partition
        self._current = current
        self._origin = origin
        self.started: int | None = None
        self.updated = ProducerEntry(current.producer_id)
        self.updated.producer_epoch = current.producer_epoch
        self.updated.coordinator_epoch = current.coordinator_epoch
        self.updated.last_timestamp = current.last_timestamp
        self.updated.transaction_first_offset = current.transaction_first_offset

    def add_data(self, header: BatchHeader) -> None:
        """Check a data batch, whose offsets are given; ApiError when it may not be appended."""
        updated = self.updated
        offset = header.base_offset
        self._check_epoch(header.producer_epoch, offset)
        if self._origin is AppendOrigin.CLIENT:
            self._check_sequence(header)
        updated.set_epoch(header.producer_epoch)
        updated.add([_appended(header)])
        updated.last_timestamp = header.max_timestamp
        if header.is_transactional:
            if updated.transaction_first_offset is None:
                updated.transaction_first_offset = offset
                self.started = offset
        elif updated.transaction_first_offset is not None:
            raise ApiError(
                ErrorCode.INVALID_TXN_STATE,
                f"Expected transactional write from producer {updated.producer_id} at offset {offset} in partition "
                f"{self._partition}",
            )

    def add_marker(self, header: BatchHeader, batch: Buffer) -> CompletedTransaction | None:
        """Check a transaction's end marker; ApiError when its producer or coordinator is an old one.

        None for a control batch whose record was cleaned away.
        """
        records = read_records(batch)
        if not records:
            return None
        updated = self.updated
        offset = header.base_offset
        epoch = coordinator_epoch(records[0].value)
        self._check_epoch(header.producer_epoch, offset)
        if updated.coordinator_epoch > epoch and self._origin is not AppendOrigin.REPLICATION:
            raise ApiError(
                ErrorCode.TRANSACTION_COORDINATOR_FENCED,
                f"Invalid coordinator epoch for producerId {updated.producer_id} at offset {offset} in partition "
                f"{self._partition}: {epoch} (zombie), {updated.coordinator_epoch} (current)",
            )
        first = updated.transaction_first_offset
        if first is None:
            first = self.started = offset
        updated.set_epoch(header.producer_epoch)
        updated.transaction_first_offset = None
        updated.coordinator_epoch = epoch
        updated.last_timestamp = records[0].timestamp
        is_aborted = control_type(records[0].key) is ControlType.ABORT
        return CompletedTransaction(updated.producer_id, first, offset, is_aborted)

    def _check_epoch(self, epoch: int, offset: int) -> None:
        if epoch >= self.updated.producer_epoch:
            return
        message = (
            f"Producer's epoch at offset {offset} in {self._partition} is {epoch}, which is smaller than the last seen "
            f"epoch {self.updated.producer_epoch}"
        )
        if self._origin is not AppendOrigin.REPLICATION:
            raise ApiError(ErrorCode.INVALID_PRODUCER_EPOCH, message)
        _LOGGER.warning(message)

    def _check_sequence(self, header: BatchHeader) -> None:
        updated = self.updated
        first = header.base_sequence
        if header.producer_epoch != updated.producer_epoch:
            if first != 0 and updated.producer_epoch != NO_PRODUCER_EPOCH:
                raise ApiError(
                    ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
                    f"Invalid sequence number for new epoch at offset {header.base_offset} in partition "
                    f"{self._partition}: {header.producer_epoch} (request epoch), {first} (seq. number)",
                )
            return
        if updated.batches:
            last = updated.last_sequence
        elif header.producer_epoch == self._current.producer_epoch:
            last = self._current.last_sequence
        else:
            last = NO_SEQUENCE
        # without any known epoch the producer's records may have been deleted: it goes on with any number
        if self._current.producer_epoch != NO_PRODUCER_EPOCH and first != (0 if last == _MAXIMUM_INT else last + 1):
            raise ApiError(
                ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
                f"Out of order sequence number for producerId {updated.producer_id} at offset {header.base_offset} in "
                f"partition {self._partition}: {first} (incoming seq. number), {last} (current end sequence number)",
            )


class ProducerState:
    """The producers of one log, up to `end_offset`."""

    __slots__ = (
        "_filesystem",
        "_ongoing",
        "_unreplicated",
        "directory",
        "end_offset",
        "expiration_ms",
        "partition",
        "producers",
        "snapshot_offset",
    )

    def __init__(self, filesystem: FileSystem, directory: str, partition: str, expiration_ms: int) -> None:
        """partition: its name for messages. expiration_ms: after that long without a batch a producer is forgotten."""
        self._filesystem = filesystem
        self.directory = directory
        self.partition = partition
        self.expiration_ms = expiration_ms
        self.producers: dict[int, ProducerEntry] = {}
        self.end_offset = 0
        self.snapshot_offset = 0
        self._ongoing: dict[int, int] = {}  # first offset of an open transaction: producer id
        self._unreplicated: dict[int, int] = {}  # first offset: last offset, at or above the high watermark

    @property
    def is_empty(self) -> bool:
        """Whether no producer is known."""
        return not self.producers and not self._unreplicated

    @property
    def first_unstable_offset(self) -> int | None:
        """Where the first transaction begins that is open, or whose end isn't replicated yet."""
        if not self._ongoing and not self._unreplicated:
            return None
        return min((*self._ongoing, *self._unreplicated))

    def last_batches(self) -> dict[int, tuple[int, int]]:
        """Return each producer's last offset of data, -1 where only a marker is known, and its epoch."""
        return {
            entry.producer_id: (entry.batches[-1].last_offset if entry.batches else -1, entry.producer_epoch)
            for entry in self.producers.values()
        }

    def duplicate_of(self, header: BatchHeader) -> AppendedBatch | None:
        """Return the batch in the log that a client's batch repeats, or None."""
        entry = self.producers.get(header.producer_id)
        return entry.duplicate_of(header) if entry is not None else None

    def check(
        self, header: BatchHeader, batch: Buffer, origin: AppendOrigin
    ) -> tuple[ProducerAppend, CompletedTransaction | None]:
        """Check a batch that has a producer id; ApiError when it may not be appended.

        batch: its bytes, looked at only when it is a control batch. Give what comes back to `update`, after the append.
        """
        current = self.producers.get(header.producer_id) or ProducerEntry(header.producer_id)
        append = ProducerAppend(self.partition, current, origin)
        if header.is_control:
            return append, append.add_marker(header, batch)
        append.add_data(header)
        return append, None

    def update(
        self, append: ProducerAppend, completed: CompletedTransaction | None, index: TransactionIndex | None
    ) -> None:
        """Take over what was appended. index: of the segment that has it; None when it knows already.

        OSError, with nothing changed, when the disk has no room for an entry in the index.
        """
        updated = append.updated
        if completed is not None and completed.is_aborted and index is not None:
            stable = self._last_stable_offset(completed)
            index.append(
                AbortedTransaction(completed.producer_id, completed.first_offset, completed.last_offset, stable)
            )
        entry = self.producers.get(updated.producer_id)
        if entry is None:
            self.producers[updated.producer_id] = updated
        else:
            entry.set_epoch(updated.producer_epoch)
            entry.add(updated.batches)
            entry.coordinator_epoch = updated.coordinator_epoch
            entry.transaction_first_offset = updated.transaction_first_offset
            entry.last_timestamp = updated.last_timestamp
        if append.started is not None:
            self._ongoing[append.started] = updated.producer_id
        if completed is not None:
            del self._ongoing[completed.first_offset]
            self._unreplicated[completed.first_offset] = completed.last_offset

    def _last_stable_offset(self, completed: CompletedTransaction) -> int:
        others = [first for first, producer_id in self._ongoing.items() if producer_id != completed.producer_id]
        return min(others, default=completed.last_offset + 1)

    def recall(self, header: BatchHeader) -> None:
        """Note a batch of the log for its producer, where it is the one before those that are known."""
        entry = self.producers.get(header.producer_id)
        if entry is not None:
            entry.recall(header)

    def high_watermark_moved(self, high_watermark: int) -> int | None:
        """Let go of transactions whose markers are replicated; returns `first_unstable_offset`."""
        if self._unreplicated:
            self._unreplicated = {first: last for first, last in self._unreplicated.items() if last >= high_watermark}
        return self.first_unstable_offset if self._ongoing or self._unreplicated else None

    def expire(self, now_ms: int) -> None:
        """Forget producers that were idle for too long."""
        for producer_id in [entry.producer_id for entry in self.producers.values() if self._is_expired(entry, now_ms)]:
            del self.producers[producer_id]

    def _is_expired(self, entry: ProducerEntry, now_ms: int) -> bool:
        return entry.transaction_first_offset is None and now_ms - entry.last_timestamp >= self.expiration_ms

    def take_snapshot(self) -> None:
        """Write a snapshot at the end offset, unless the last one is there or beyond."""
        if self.end_offset > self.snapshot_offset:
            data = encode_snapshot(entry.row() for entry in self.producers.values())
            write_file(self._filesystem, self._path(self.end_offset), data)
            self.snapshot_offset = self.end_offset

    def snapshot_offsets(self) -> list[int]:
        """Return the offsets of the snapshots in the directory, smallest first."""
        return sorted(
            offset_of(name) for name in self._filesystem.names(self.directory) if name.endswith(SNAPSHOT_SUFFIX)
        )

    def truncate_and_reload(self, log_start_offset: int, log_end_offset: int, now_ms: int) -> None:
        """Go back to the last snapshot within the log; `end_offset` says how far it reaches."""
        for offset in self.snapshot_offsets():
            if offset > log_end_offset or offset <= log_start_offset:
                self._filesystem.unlink(self._path(offset))
        if log_end_offset == self.end_offset:
            self.truncate_head(log_start_offset)
            return
        self._forget()
        for offset in reversed(self.snapshot_offsets()):
            try:
                rows = decode_snapshot(read_file(self._filesystem, self._path(offset)))
            except CorruptSnapshot as error:
                _LOGGER.warning("Failed to load producer snapshot from '%s': %s", self._path(offset), error)
                self._filesystem.unlink(self._path(offset))
                continue
            for entry in map(ProducerEntry.of, rows):
                if not self._is_expired(entry, now_ms):
                    self.producers[entry.producer_id] = entry
                    if entry.transaction_first_offset is not None:
                        self._ongoing[entry.transaction_first_offset] = entry.producer_id
            self.snapshot_offset = self.end_offset = offset
            return
        self.snapshot_offset = self.end_offset = log_start_offset

    def truncate_head(self, log_start_offset: int) -> None:
        """Follow the log's start: older snapshots go."""
        self.high_watermark_moved(log_start_offset)
        self.end_offset = max(self.end_offset, log_start_offset)
        self.delete_snapshots_before(log_start_offset)
        self.snapshot_offset = max(self.snapshot_offsets(), default=log_start_offset)

    def delete_snapshots_before(self, offset: int) -> None:
        """Remove the snapshots below `offset`."""
        for found in self.snapshot_offsets():
            if found < offset:
                self._filesystem.unlink(self._path(found))

    def clear(self) -> None:
        """Forget everything, snapshots too."""
        self._forget()
        self.delete_snapshots_before(_MAXIMUM_INT << 32)
        self.snapshot_offset = self.end_offset = 0

    def _forget(self) -> None:
        self.producers.clear()
        self._ongoing.clear()
        self._unreplicated.clear()

    def _path(self, offset: int) -> str:
        return f"{self.directory}/{file_name(offset, SNAPSHOT_SUFFIX)}"
