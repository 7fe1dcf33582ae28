"""Transactions as the cleaner meets them on its way through a log: what is aborted, and which markers may go.

A marker stays until every batch of its transaction is gone; then it is kept as long as a tombstone. Source: Kafka's
CleanedTransactionMetadata (LogCleaner.scala), KIP-98.
"""

from heapq import heappop, heappush

from kafkacli.log.transaction_index import AbortedTransaction, TransactionIndex
from kafkacli.record.batch import BatchHeader, Buffer, read_records
from kafkacli.record.control import ControlType, control_type


class CleanedTransactions:
    """Told of every batch in the order of the log. `index`: where the aborted transactions that stay are written to."""

    __slots__ = ("_aborted", "_committed", "_ongoing", "index")

    def __init__(self) -> None:
        self._aborted: list[tuple[int, AbortedTransaction]] = []  # by first offset
        self._ongoing: dict[int, tuple[AbortedTransaction, bool]] = {}  # by producer; whether a batch of it was seen
        self._committed: set[int] = set()
        self.index: TransactionIndex | None = None

    def add(self, aborted: list[AbortedTransaction]) -> None:
        """Take note of aborted transactions ahead."""
        for transaction in aborted:
            heappush(self._aborted, (transaction.first_offset, transaction))

    def _advance(self, offset: int) -> None:
        while self._aborted and self._aborted[0][0] <= offset:
            transaction = heappop(self._aborted)[1]
            self._ongoing.setdefault(transaction.producer_id, (transaction, False))

    def is_aborted(self, header: BatchHeader) -> bool:
        """Whether a data batch belongs to an aborted transaction, so that its records can go."""
        self._advance(header.last_offset)
        if not header.is_transactional:
            return False
        ongoing = self._ongoing.get(header.producer_id)
        if ongoing is None:
            self._committed.add(header.producer_id)
            return False
        self._ongoing[header.producer_id] = ongoing[0], True
        return True

    def is_marker_obsolete(self, header: BatchHeader, batch: Buffer) -> bool:
        """Whether a control batch ends a transaction of which no batch is left."""
        self._advance(header.last_offset)
        records = read_records(batch, 0, header)
        if not records:
            return True
        match control_type(records[0].key):
            case ControlType.ABORT:
                transaction, was_seen = self._ongoing.pop(header.producer_id, (None, False))
                if transaction is not None and was_seen and self.index is not None:
                    self.index.append(transaction)
                return not was_seen
            case ControlType.COMMIT:
                was_seen = header.producer_id in self._committed
                self._committed.discard(header.producer_id)
                return not was_seen
        return False
