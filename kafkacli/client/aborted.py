"""Which batches of a fetched partition hold records to hand on: no markers, and nothing of transactions that were aborted (KIP-98).

Source: org.apache.kafka.clients.consumer.internals.Fetcher of 2.6.2 (PartitionRecords).
"""

from __future__ import annotations

from kafkacli.record.batch import read_records
from kafkacli.record.control import ControlType, control_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kafkacli.record.header import BatchHeader, Buffer
    from kafkacli.wire.messages.fetch import AbortedTransaction


class AbortedTransactions:
    """What a broker says was aborted in one answer for one partition; asked of each batch that is read, in order."""

    __slots__ = ("_ahead", "_open")

    def __init__(self, transactions: Iterable[AbortedTransaction] | None) -> None:
        # the next one last
        self._ahead = sorted(transactions or (), key=lambda one: one.first_offset, reverse=True)
        self._open: set[int] = set()

    def hands_on(self, buffer: Buffer, position: int, header: BatchHeader) -> bool:
        """Return whether the records of the batch at `position` of `buffer` are to be handed on. Raises RecordError."""
        while self._ahead and self._ahead[-1].first_offset <= header.last_offset:
            self._open.add(self._ahead.pop().producer_id)
        if not header.is_control:
            return not (header.is_transactional and header.producer_id in self._open)
        if header.records_count and header.producer_id in self._open:
            (marker,) = read_records(buffer, position, header)
            if control_type(marker.key) is ControlType.ABORT:
                self._open.discard(header.producer_id)
        return False
