"""Where a consumer stands in each of its partitions, and which records of what a leader sent are to be handed on."""

from __future__ import annotations

from kafkacli.client.aborted import AbortedTransactions
from kafkacli.client.chunks import Chunk, Records, unreadable
from kafkacli.record.errors import RecordError as BatchError
from kafkacli.record.header import ensure_valid, iter_headers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kafkacli.client.chunks import Run
    from kafkacli.client.topics import TopicPartition
    from kafkacli.record.header import BatchHeader
    from kafkacli.wire.messages.fetch import FetchablePartitionResponse

NO_EPOCH = -1


class Position:
    """An offset to go on with, and the leader epoch of the record before it, NO_EPOCH when unknown."""

    __slots__ = ("epoch", "offset")

    def __init__(self, offset: int, epoch: int = NO_EPOCH) -> None:
        self.offset = offset
        self.epoch = epoch


class Piece:
    """What is to be handed on of one partition at once. after: where the partition stands then. size: bytes that it keeps."""

    __slots__ = ("after", "reading", "run", "size")

    def __init__(self, reading: Reading, run: Run | None, after: Position, size: int) -> None:
        self.reading = reading
        self.run = run
        self.after = after
        self.size = size


class Reading:
    """One partition that is read.

    position: of the next fetch, None while it has to be found. delivered: of the next record to hand on, None likewise.
    wanted: the time whose offset has to be asked for, LATEST or EARLIEST, None for none. is_current: False once it is given up.
    replica: the follower to read from until `replica_until`, None: the leader.
    leader: the one, with its epoch, for which the position is known to be right; None for none.
    """

    __slots__ = (
        "committed",
        "delivered",
        "high_watermark",
        "is_current",
        "leader",
        "not_before",
        "partition",
        "position",
        "replica",
        "replica_until",
        "wanted",
    )

    def __init__(self, partition: TopicPartition) -> None:
        self.partition = partition
        self.position: Position | None = None
        self.delivered: Position | None = None
        self.committed: Position | None = None
        """What is to be committed next: behind the last record that was handled, None when nothing is known."""
        self.wanted: int | None = None
        self.is_current = True
        self.leader: tuple[int, int] | None = None
        self.replica: int | None = None
        self.replica_until = 0.0
        self.not_before = 0.0
        self.high_watermark = -1

    def begin(self, position: Position) -> None:
        """Go on there."""
        self.position = self.delivered = self.committed = position
        self.wanted = self.leader = None

    def seek(self, timestamp: int) -> None:
        """Have the offset of this time found, and go on there."""
        self.position = self.delivered = self.leader = None
        self.wanted = timestamp


def pieces_of(reading: Reading, row: FetchablePartitionResponse, *, committed: bool, checks: bool) -> Iterator[Piece]:
    """Yield what a leader sent of a partition, and move the fetch position behind each batch.

    committed: leave out what was aborted. checks: check the checksums. Raises RecordError for batches that can't be read.
    """
    buffer = row.records or b""
    aborted = AbortedTransactions(row.aborted if committed else None)
    try:
        for place, header in iter_headers(buffer):
            assert reading.position is not None
            start = reading.position.offset
            if header.last_offset < start:
                continue
            if checks:
                ensure_valid(buffer, place, header)
            run: Run | None = None
            if aborted.hands_on(buffer, place, header):
                run = _run(reading.partition, Chunk(reading.partition, buffer, place, header), header, start)
            reading.position = Position(header.last_offset + 1, header.partition_leader_epoch)
            yield Piece(reading, run, reading.position, header.size)
    except BatchError as error:
        raise unreadable(reading.partition) from error


def _run(partition: TopicPartition, chunk: Chunk, header: BatchHeader, start: int) -> Run | None:
    """Return the records of a batch from an offset on."""
    if header.magic == 2 and header.base_offset >= start:
        return chunk if header.records_count else None
    return Records([record for record in chunk.records() if record.offset() >= start])
