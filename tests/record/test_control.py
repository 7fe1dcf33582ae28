"""Control records, against Kafka's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkacli.record.batch import InvalidRecord, read_header, read_records
from kafkacli.record.control import (
    ControlType,
    control_type,
    control_type_id,
    coordinator_epoch,
    encode_end_transaction,
)
from tests.record.kafka_records import NOW, batches


@pytest.mark.parametrize(("name", "commit"), [("v2-commit", True), ("v2-abort", False)])
def test_markers_are_written_as_kafka_writes_them(name: str, commit: bool) -> None:
    marker = bytearray(
        encode_end_transaction(
            commit=commit, coordinator_epoch=21, producer_id=4000, producer_epoch=3, timestamp=NOW, base_offset=1000
        )
    )
    marker[12:16] = (12).to_bytes(4, "big")  # the leader epoch, set at append
    assert marker == batches()[name]


@pytest.mark.parametrize(("name", "kind"), [("v2-commit", ControlType.COMMIT), ("v2-abort", ControlType.ABORT)])
def test_markers_of_kafka_are_read(name: str, kind: ControlType) -> None:
    assert read_header(batches()[name]).is_control
    (record,) = read_records(batches()[name])
    assert control_type(record.key) is kind
    assert coordinator_epoch(record.value) == 21


def test_unknown_types_and_newer_versions_are_read() -> None:
    assert control_type(b"\0\7\0\2more") is ControlType.UNKNOWN
    assert control_type_id(b"\0\7\0\2more") == 2
    assert coordinator_epoch(b"\0\1\0\0\0\5more") == 5


@pytest.mark.parametrize("key", [None, b"", b"\0\0\0", b"\xff\xff\0\1"])
def test_other_keys_are_invalid(key: bytes | None) -> None:
    with pytest.raises(InvalidRecord):
        control_type(key)


@given(st.none() | st.binary(max_size=8))
def test_any_value_gives_an_epoch_or_a_named_error(value: bytes | None) -> None:
    if value is not None and len(value) >= 6 and value[0] < 0x80:
        assert coordinator_epoch(value) == int.from_bytes(value[2:6], "big", signed=True)
    else:
        with pytest.raises(InvalidRecord):
            coordinator_epoch(value)
