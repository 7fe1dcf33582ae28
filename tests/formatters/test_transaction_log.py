"""Transactions as text."""

import pytest

from kafkacli.coordinator.transaction_records import TransactionPartitions, TransactionValue, encode_transaction_value
from kafkacli.formatters.transaction_log import TransactionLogFormatter
from kafkacli.wire.primitives import WireError
from tests.formatters.records import record

KEY = b"\0\0\0\2id"


def value(state: int, partitions: list[TransactionPartitions] | None) -> bytes:
    transaction = TransactionValue(
        producer_id=1000,
        producer_epoch=2,
        timeout=60000,
        status=state,
        partitions=partitions,
        entry_timestamp=5,
        start_timestamp=4,
    )
    return encode_transaction_value(transaction)


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (value(0, None), "state=Empty, pendingState=None, topicPartitions=Set()"),
        (
            value(4, [TransactionPartitions(topic="t", partition_ids=[0, 2])]),
            "state=CompleteCommit, pendingState=None, topicPartitions=Set(t-2, t-0)",
        ),
    ],
)
def test_transactions(data: bytes, shown: str) -> None:
    assert TransactionLogFormatter({}).text(record(KEY, data)).decode() == (
        f"id::TransactionMetadata(transactionalId=id, producerId=1000, producerEpoch=2, txnTimeoutMs=60000, {shown}, "
        "txnStartTimestamp=4, txnLastUpdateTimestamp=5)\n"
    )


def test_a_transactional_id_that_is_gone() -> None:
    assert TransactionLogFormatter({}).text(record(KEY, None)) == b"id::NULL\n"


def test_a_record_without_key_is_left_out() -> None:
    assert TransactionLogFormatter({}).text(record(None, b"")) == b""


@pytest.mark.parametrize(("key", "data"), [(b"", None), (b"\0\1\0\0", None), (KEY, b"\0\1"), (KEY, value(8, None))])
def test_other_bytes_are_errors(key: bytes, data: bytes | None) -> None:
    with pytest.raises(WireError):
        TransactionLogFormatter({}).text(record(key, data))
