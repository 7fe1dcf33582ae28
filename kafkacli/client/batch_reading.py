"""Reading parts of partitions as whole record batches, outside of any group: from one offset up to another, or for ever.

An end is reached by offset, not by records: what is only control records, aborted, or taken out by compaction and retention
counts too. Source: org.apache.kafka.clients.consumer.internals.Fetcher of 2.6.2 (aborted transactions, KIP-98).
"""

from __future__ import annotations

from typing import NamedTuple

from kafkacli.client.aborted import AbortedTransactions
from kafkacli.client.cluster import Cluster, check
from kafkacli.client.offsets import EARLIEST, STALE_METADATA, leaders_of, list_offsets
from kafkacli.errors import ErrorCode
from kafkacli.record.header import BatchHeader, Buffer, iter_headers
from kafkacli.wire.messages.fetch import FetchableTopic, FetchPartition, FetchRequest, FetchResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kafkacli.client.topics import TopicPartition
    from kafkacli.wire.messages.fetch import FetchablePartitionResponse


class Batch(NamedTuple):
    """A batch of records, never of control records: of which partition, and where it lies in a buffer."""

    partition: TopicPartition
    buffer: Buffer
    position: int
    header: BatchHeader


_PARTITION_BYTES = 1 << 20
_ALL_BYTES = 16 << 20


class BatchReader:
    """Reads partitions from one offset up to another (exclusive; None: for ever).

    committed: leave out what was aborted, and wait before open transactions (read_committed).
    positions: the next offset of each partition. lost: offsets that were gone when they were asked for, by partition.
    """

    def __init__(
        self, cluster: Cluster, spans: Mapping[TopicPartition, tuple[int, int | None]], *, committed: bool = False
    ) -> None:
        self._cluster = cluster
        self._ends = {partition: end for partition, (_, end) in spans.items()}
        self._committed = committed
        self._leaders: dict[TopicPartition, int] = {}
        self.positions = {partition: start for partition, (start, _) in spans.items()}
        self.lost: dict[TopicPartition, int] = {}
        self._open: list[TopicPartition] = [partition for partition in spans if not self._is_at_end(partition)]

    @property
    def is_done(self) -> bool:
        """Whether every partition is read up to its end."""
        return not self._open

    def fetch(self, wait_ms: int) -> list[Batch]:
        """Return the next batches, none when none come within `wait_ms`; the first and last of a partition may reach out of
        its span. Raises ApiError, CallTimedOut, AuthenticationFailed.
        """
        batches: list[Batch] = []
        if self._open:
            answers = self._cluster.call("fetch", lambda deadline: self._ask(wait_ms, deadline))
            for answer in answers:
                batches += self._take(answer)
            self._open = [partition for partition in self._open if not self._is_at_end(partition)]
        return batches

    def _is_at_end(self, partition: TopicPartition) -> bool:
        end = self._ends[partition]
        return end is not None and self.positions[partition] >= end

    def _ask(self, wait_ms: int, deadline: float) -> list[FetchResponse]:
        if any(partition not in self._leaders for partition in self._open):
            self._leaders = leaders_of(self._cluster, {topic for topic, _ in self._open}, deadline)
        by_leader: dict[int, list[TopicPartition]] = {}
        for partition in self._open:
            if partition not in self._leaders:
                check(ErrorCode.LEADER_NOT_AVAILABLE, passing=STALE_METADATA)
            by_leader.setdefault(self._leaders[partition], []).append(partition)
        answers = []
        try:
            for leader, partitions in by_leader.items():
                request = self._request(partitions, wait_ms if len(by_leader) == 1 else wait_ms // len(by_leader))
                answer = self._cluster.broker(leader, deadline).send(request, FetchResponse, deadline)
                check(answer.error_code)
                for topic in answer.topics:
                    for row in topic.partitions:
                        if row.error_code != ErrorCode.OFFSET_OUT_OF_RANGE:
                            check(row.error_code, passing=STALE_METADATA)
                answers.append(answer)
        except Exception:
            self._leaders = {}
            raise
        return answers

    def _request(self, partitions: list[TopicPartition], wait_ms: int) -> FetchRequest:
        rows: dict[str, list[FetchPartition]] = {}
        for topic, index in partitions:
            row = FetchPartition(
                partition_index=index, fetch_offset=self.positions[topic, index], max_bytes=_PARTITION_BYTES
            )
            rows.setdefault(topic, []).append(row)
        return FetchRequest(
            replica_id=-1,
            max_wait=wait_ms,
            min_bytes=1,
            max_bytes=_ALL_BYTES,
            isolation_level=int(self._committed),
            session_id=0,
            epoch=-1,
            topics=[FetchableTopic(name=topic, fetch_partitions=found) for topic, found in rows.items()],
        )

    def _take(self, answer: FetchResponse) -> Iterator[Batch]:
        rows = [(topic.name, row) for topic in answer.topics for row in topic.partitions]
        is_empty = not any(row.records for _, row in rows)
        for topic, row in rows:
            partition = (topic, row.partition_index)
            if row.error_code == ErrorCode.OFFSET_OUT_OF_RANGE:
                self._begin_later(partition)
            elif row.records:
                yield from self._batches(partition, row)
                # The broker fills its answer in the order of the request: whoever got something is asked last next time.
                self._open.remove(partition)
                self._open.append(partition)
            elif is_empty:
                self._skip_gap(partition, row)

    def _batches(self, partition: TopicPartition, row: FetchablePartitionResponse) -> Iterator[Batch]:
        buffer = row.records or b""
        aborted = AbortedTransactions(row.aborted)
        for position, header in iter_headers(buffer):
            if header.last_offset < self.positions[partition]:
                continue
            if self._is_at_end(partition):
                return
            self.positions[partition] = header.last_offset + 1
            if aborted.hands_on(buffer, position, header):
                yield Batch(partition, buffer, position, header)

    def _skip_gap(self, partition: TopicPartition, row: FetchablePartitionResponse) -> None:
        """Where the end lies below what can be read and nothing comes, nothing is left up to there."""
        end = self._ends[partition]
        readable = row.last_stable_offset if self._committed and row.last_stable_offset >= 0 else row.high_watermark
        if end is not None and readable >= end:
            self.positions[partition] = end

    def _begin_later(self, partition: TopicPartition) -> None:
        """Go on with the first offset that is left; what retention took meanwhile is lost."""
        first = list_offsets(self._cluster, [partition], EARLIEST)[partition]
        position = self.positions[partition]
        if first > position:
            self.lost[partition] = self.lost.get(partition, 0) + first - position
            self.positions[partition] = first
        elif first < position:  # beyond the end of the log: it was cut off, or never so long
            check(ErrorCode.OFFSET_OUT_OF_RANGE)
