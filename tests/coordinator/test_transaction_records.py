"""The records of `__transaction_state`."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkacli.coordinator.transaction_records import (
    TransactionPartitions,
    TransactionState,
    TransactionValue,
    decode_transaction_key,
    decode_transaction_value,
    encode_transaction_key,
    encode_transaction_value,
)
from kafkacli.wire.primitives import WireError
from tests.coordinator.kafka_records import KafkaRecord, kafka_records

RECORDS = kafka_records("transaction")


@pytest.mark.parametrize("record", RECORDS, ids=range(len(RECORDS)))
def test_records_are_written_as_kafka_writes_them(record: KafkaRecord) -> None:
    assert encode_transaction_key(decode_transaction_key(record.key)) == record.key
    if record.value is not None:
        assert encode_transaction_value(decode_transaction_value(record.value)) == record.value


def test_values_come_back() -> None:
    value = TransactionValue(
        producer_id=1,
        producer_epoch=2,
        timeout=3,
        status=TransactionState.ONGOING,
        partitions=[TransactionPartitions(topic="t", partition_ids=[4, 5])],
        entry_timestamp=6,
        start_timestamp=7,
    )
    assert decode_transaction_value(encode_transaction_value(value)) == value


def test_labels_are_kafkas() -> None:
    assert [state.label for state in TransactionState] == [
        "Empty",
        "Ongoing",
        "PrepareCommit",
        "PrepareAbort",
        "CompleteCommit",
        "CompleteAbort",
        "Dead",
        "PrepareEpochFence",
    ]


def test_other_versions_and_states_are_named() -> None:
    with pytest.raises(WireError, match="Unknown transaction log message key schema version 1"):
        decode_transaction_key(b"\0\1\0\0")
    with pytest.raises(WireError, match="Unknown transaction log message value schema version -1"):
        decode_transaction_value(b"\xff\xff")
    with pytest.raises(WireError, match="Unknown transaction state byte 8"):
        decode_transaction_value(encode_transaction_value(TransactionValue(status=8)))
    with pytest.raises(WireError, match="Ongoing has no partitions"):
        decode_transaction_value(encode_transaction_value(TransactionValue(status=1)))


@given(st.binary(max_size=80))
def test_any_bytes_give_a_value_or_a_named_error(data: bytes) -> None:
    for prefix in (b"", b"\0\0"):
        with contextlib.suppress(WireError):
            decode_transaction_key(prefix + data)
        with contextlib.suppress(WireError):
            decode_transaction_value(prefix + data)


def test_every_truncation_is_a_named_error() -> None:
    whole = max((record.value or b"" for record in RECORDS), key=len)
    for size in range(len(whole)):
        with pytest.raises(WireError):
            decode_transaction_value(whole[:size])
