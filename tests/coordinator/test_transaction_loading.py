"""A log of transactional ids, read back."""

from kafkacli.coordinator.transaction_loading import TransactionLoader
from kafkacli.coordinator.transaction_metadata import TransactionMetadata
from kafkacli.coordinator.transaction_records import encode_transaction_key, encode_transaction_value
from kafkacli.record.batch import Record, encode_batch


def value(producer_id: int) -> bytes:
    return encode_transaction_value(
        TransactionMetadata("x", producer_id, 1000, 10).prepare_next_epoch(1000, None, 20).value()
    )


def batch(base_offset: int, *records: tuple[bytes | None, bytes | None]) -> bytes:
    return encode_batch([Record(timestamp=0, key=key, value=data) for key, data in records], base_offset=base_offset)


def test_the_last_record_of_each_id_counts() -> None:
    loader = TransactionLoader()
    one, two = encode_transaction_key("one"), encode_transaction_key("two")
    assert loader.feed(batch(0, (one, value(1)), (two, value(2))) + batch(2, (one, value(3)))) == 3
    assert loader.feed(batch(3, (two, None))) == 4
    assert loader.feed(b"") == -1
    (found,) = loader.transactions()
    assert (found.transactional_id, found.producer.producer_id) == ("one", 3)
    assert not loader.skipped


def test_records_that_are_not_understood_are_left_out() -> None:
    loader = TransactionLoader()
    good = encode_transaction_key("good")
    loader.feed(batch(7, (None, b""), (b"\0\5later", b"?"), (good, value(1)), (encode_transaction_key("bad"), b"\0\1")))
    assert [found.transactional_id for found in loader.transactions()] == ["good"]
    assert loader.skipped == [
        "record at offset 7: it has no key",
        "record at offset 8: Unknown transaction log message key schema version 5",
        "record at offset 10: Unknown transaction log message value schema version 1",
    ]
