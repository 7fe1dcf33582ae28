"""A partition of `__transaction_state` back to transactional ids: the last record of each counts.

Source: TransactionStateManager.scala (loadTransactionMetadata) of 2.6.2.
"""

from kafkacli.coordinator.transaction_metadata import TransactionMetadata
from kafkacli.coordinator.transaction_records import decode_transaction_key, decode_transaction_value
from kafkacli.record.batch import iter_headers, read_records
from kafkacli.wire.primitives import WireError


class TransactionLoader:
    """Replays the log of one partition: feed it the log's bytes in order, then take the transactions.

    skipped: a line for each record that could not be understood; the others count.
    """

    __slots__ = ("_values", "skipped")

    def __init__(self) -> None:
        self._values: dict[bytes, tuple[int, bytes]] = {}  # key: offset, value
        self.skipped: list[str] = []

    def feed(self, chunk: bytes) -> int:
        """Replay the whole batches in `chunk`; returns the offset after the last one, -1 when there is none.

        Raises RecordError for bytes that are no batches.
        """
        next_offset = -1
        for position, header in iter_headers(chunk):
            next_offset = header.last_offset + 1
            if header.is_control:
                continue
            for record in read_records(chunk, position, header):
                if record.key is None:
                    self.skipped.append(f"record at offset {record.offset}: it has no key")
                elif record.value is None:
                    self._values.pop(record.key, None)
                else:
                    self._values[record.key] = record.offset, record.value
        return next_offset

    def transactions(self) -> list[TransactionMetadata]:
        """Return what the log says there is."""
        found = []
        for key, (offset, value) in self._values.items():
            try:
                found.append(TransactionMetadata.of(decode_transaction_key(key), decode_transaction_value(value)))
            except WireError as error:
                self.skipped.append(f"record at offset {offset}: {error}")
        return found
