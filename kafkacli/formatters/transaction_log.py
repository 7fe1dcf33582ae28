"""kafka.coordinator.transaction.TransactionLog$TransactionLogMessageFormatter: the records of `__transaction_state`."""

from __future__ import annotations

from kafkacli.coordinator.record_order import ordered_partitions
from kafkacli.coordinator.transaction_records import (
    TransactionState,
    TransactionValue,
    decode_transaction_key,
    decode_transaction_value,
)
from kafkacli.formatters import Formatter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.chunks import FetchedRecord


class TransactionLogFormatter(Formatter):
    """Prints `transactional id::TransactionMetadata(…)`, NULL for a tombstone."""

    def text(self, record: FetchedRecord) -> bytes:
        """Return one line, or nothing for a record without key. Raises WireError for bytes that are no such record."""
        key = record.key()
        if key is None:
            return b""
        transactional_id = decode_transaction_key(key)
        value = record.value()
        shown = "NULL" if value is None else transaction_metadata(transactional_id, decode_transaction_value(value))
        return f"{transactional_id}::{shown}\n".encode()


def transaction_metadata(transactional_id: str, value: TransactionValue) -> str:
    """Return a transaction as Kafka's TransactionMetadata prints itself."""
    partitions = ", ".join(ordered_partitions(value))
    return (
        f"TransactionMetadata(transactionalId={transactional_id}, producerId={value.producer_id}, "
        f"producerEpoch={value.producer_epoch}, txnTimeoutMs={value.timeout}, state={TransactionState(value.status).label}, "
        f"pendingState=None, topicPartitions=Set({partitions}), txnStartTimestamp={value.start_timestamp}, "
        f"txnLastUpdateTimestamp={value.entry_timestamp})"
    )
