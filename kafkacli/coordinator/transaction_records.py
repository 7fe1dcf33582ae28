"""The records of `__transaction_state`: what the transaction coordinator knows of each transactional id.

    key     INT16 version 0, transactional id
    value   INT16 version 0, then `TransactionValue`; a null value (tombstone) ends the transactional id

Source: kafka.coordinator.transaction.TransactionLog of 2.6.2.
"""

from kafkacli.wire.codec import decode_prefix
from kafkacli.wire.primitives import WireError
from kafkacli.wire.schema import Struct, Versioned, array, int8, int16, int32, int64, string

STATES = (
    "Empty",
    "Ongoing",
    "PrepareCommit",
    "PrepareAbort",
    "CompleteCommit",
    "CompleteAbort",
    "Dead",
    "PrepareEpochFence",
)
"""The states of a transaction, each at the number that stands for it."""


class TransactionKey(Versioned, versions="0"):
    """Whose transaction."""

    transactional_id: str = string("0+")


class TransactionPartitions(Struct):
    """Partitions of one topic that take part."""

    topic: str = string("0+")
    partition_ids: list[int] = array("int32", "0+")


class TransactionValue(Versioned, versions="0"):
    """The transaction; `partitions` None when it is empty. Times in milliseconds since 1970."""

    producer_id: int = int64("0+")
    producer_epoch: int = int16("0+")
    timeout_ms: int = int32("0+")
    state: int = int8("0+")
    partitions: list[TransactionPartitions] | None = array(TransactionPartitions, "0+", nullable="0+")
    entry_timestamp: int = int64("0+")
    start_timestamp: int = int64("0+")


def decode_key(key: bytes) -> TransactionKey:
    """Read a record's key. Raises WireError."""
    _check_version(key, "key")
    return decode_prefix(TransactionKey, key, 0, 2)[0]


def decode_value(value: bytes) -> TransactionValue:
    """Read a record's value. Raises WireError."""
    _check_version(value, "value")
    decoded = decode_prefix(TransactionValue, value, 0, 2)[0]
    if not 0 <= decoded.state < len(STATES):
        raise WireError(f"Unknown transaction state byte {decoded.state} from the transaction status message")
    return decoded


def _check_version(data: bytes, part: str) -> None:
    if data[:2] != b"\0\0":
        version = int.from_bytes(data[:2], "big", signed=True)
        raise WireError(f"Unknown transaction log message {part} schema version {version}")
