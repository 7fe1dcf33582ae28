"""The records of `__transaction_state`: where each transactional id's current transaction stands.

    key     INT16 version (0), transactional id
    value   INT16 version (0), the fields of TransactionValue; null (a tombstone) when the id has expired

Source: kafka.coordinator.transaction.TransactionLog of 2.6.2.
"""

from enum import IntEnum

from kafkacli.wire.codec import decode_prefix, encode
from kafkacli.wire.primitives import WireError
from kafkacli.wire.schema import Struct, Versioned, array, int8, int16, int32, int64, string

TRANSACTIONS_TOPIC = "__transaction_state"


class TransactionState(IntEnum):
    """Where a transaction stands; `label` is Kafka's name for it."""

    EMPTY = 0
    ONGOING = 1
    PREPARE_COMMIT = 2
    PREPARE_ABORT = 3
    COMPLETE_COMMIT = 4
    COMPLETE_ABORT = 5
    DEAD = 6
    PREPARE_EPOCH_FENCE = 7

    @property
    def label(self) -> str:
        return self.name.title().replace("_", "")


class TransactionKey(Versioned, versions="0"):
    """Which transactional id."""

    transactional_id: str = string("0+")


class TransactionPartitions(Struct):
    """Partitions of one topic that take part."""

    topic: str = string("0+")
    partition_ids: list[int] = array("int32", "0+")


class TransactionValue(Versioned, versions="0"):
    """A transactional id's producer and transaction. Times in milliseconds; `start_timestamp` -1: none was begun.

    status: a TransactionState; partitions is None in state EMPTY.
    """

    producer_id: int = int64("0+")
    producer_epoch: int = int16("0+")
    timeout: int = int32("0+")
    status: int = int8("0+")
    partitions: list[TransactionPartitions] | None = array(TransactionPartitions, "0+", nullable="0+", default=None)
    entry_timestamp: int = int64("0+")
    start_timestamp: int = int64("0+")


def encode_transaction_key(transactional_id: str) -> bytes:
    """Return the key of a transactional id."""
    return b"\0\0" + encode(TransactionKey(transactional_id=transactional_id), 0)


def encode_transaction_value(value: TransactionValue) -> bytes:
    """Return the value of a transactional id."""
    return b"\0\0" + encode(value, 0)


def decode_transaction_key(key: bytes) -> str:
    """Return the transactional id that a key names. Raises WireError."""
    _check_version(key, "key")
    return decode_prefix(TransactionKey, key, 0, 2)[0].transactional_id


def decode_transaction_value(value: bytes) -> TransactionValue:
    """Read a value. Raises WireError, also for a state that isn't one."""
    _check_version(value, "value")
    decoded = decode_prefix(TransactionValue, value, 0, 2)[0]
    if decoded.status not in TransactionState.__members__.values():
        raise WireError(f"Unknown transaction state byte {decoded.status} from the transaction status message")
    if decoded.status != TransactionState.EMPTY and decoded.partitions is None:
        raise WireError(f"a transaction in state {TransactionState(decoded.status).label} has no partitions")
    return decoded


def _check_version(data: bytes, what: str) -> None:
    if len(data) < 2:
        raise WireError("too few bytes for a schema version")
    version = int.from_bytes(data[:2], "big", signed=True)
    if version != 0:
        raise WireError(f"Unknown transaction log message {what} schema version {version}")
