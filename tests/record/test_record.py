"""One record inside of a batch."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkacli.errors import ErrorCode
from kafkacli.record.batch import InvalidRecord, Record
from kafkacli.record.errors import RecordError
from kafkacli.record.record import append_record, decode_records


def decoded(data: bytes, count: int = 1, *, decompressed: bool = True) -> list[Record]:
    """Records against base offset 10 and base timestamp 100."""
    return decode_records(data, count, base_offset=10, base_timestamp=100, append_time=None, decompressed=decompressed)


@given(st.integers(-(2**62), 2**62), st.integers(0, 2**31 - 1))
def test_deltas_of_every_width_come_back(timestamp_delta: int, offset_delta: int) -> None:
    output = bytearray()
    append_record(output, Record(), offset_delta, timestamp_delta)
    assert decoded(bytes(output)) == [Record(10 + offset_delta, 100 + timestamp_delta)]


def test_a_record_by_hand() -> None:
    data = bytes.fromhex("22 00 0a 04 02 6b 04 7676 02 04 6831 01")
    assert decoded(bytes([2 * (len(data) - 1)]) + data[1:]) == [Record(12, 105, b"k", b"vv", (("h1", None),))]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("", "premature EOF"),
        ("0c 00 00 00 01 01 00 00", "records still remaining"),
        ("0a 00 00 00 01 01 00", "expected to read 5 bytes in record payload, but instead read 6"),
        ("01 00 00 00 01 01 00", "expected to read -1 bytes"),
        ("0c 00 00 00 01 01 01", "invalid number of record headers -1"),
        ("0e 00 00 00 01 01 02 01", "Invalid negative header key size -1"),
        ("0c 00 00 00 7e 01 00", "premature EOF"),
        ("1e 00 ff ff ff ff ff ff ff ff ff ff 01 00 01 01 00", "Found invalid record structure"),
        ("1e 00 fe ff ff ff ff ff ff ff ff 01 00 01 01 00", "Found invalid record structure"),
    ],
)
def test_records_that_do_not_add_up_are_named(data: str, text: str) -> None:
    with pytest.raises(InvalidRecord, match=text):
        decoded(bytes.fromhex(data))


@pytest.mark.parametrize("data", ["0c 00 00 00 01 01", "10 00 00 00 7e 6b"])
def test_a_record_that_ends_behind_its_batch_has_a_code_only_when_that_is_compressed(data: str) -> None:
    for decompressed, code in ((False, ErrorCode.UNKNOWN_SERVER_ERROR), (True, ErrorCode.INVALID_RECORD)):
        with pytest.raises(RecordError, match="premature EOF") as caught:
            decoded(bytes.fromhex(data), decompressed=decompressed)
        assert caught.value.code is code


def test_a_length_beyond_an_uncompressed_batch_has_no_code_whatever_the_record_is() -> None:
    for decompressed, code in ((False, ErrorCode.UNKNOWN_SERVER_ERROR), (True, ErrorCode.INVALID_RECORD)):
        with pytest.raises(RecordError) as caught:
            decoded(bytes.fromhex("0e 00 00 00 01 01 00"), decompressed=decompressed)
        assert caught.value.code is code


@pytest.mark.parametrize("data", ["ff ff ff ff ff ff", "ff ff ff ff ff 01"])
def test_a_length_that_is_no_number_has_no_code_of_its_own(data: str) -> None:
    with pytest.raises(RecordError, match="Varint is too long") as caught:
        decoded(bytes.fromhex(data))
    assert caught.value.code is ErrorCode.UNKNOWN_SERVER_ERROR


def test_a_header_key_that_is_not_utf8_is_replaced() -> None:
    (record,) = decoded(bytes.fromhex("12 00 00 00 01 01 02 02 ff 01"))
    assert record.headers == (("\ufffd", None),)


@given(st.binary(max_size=80), st.integers(0, 5))
def test_any_bytes_give_records_or_a_named_error(data: bytes, count: int) -> None:
    with contextlib.suppress(RecordError):
        assert len(decoded(data, count)) == count


def test_records_are_equal_by_value_only() -> None:
    assert Record(1, 2, b"k", b"v") == Record(1, 2, b"k", b"v")
    assert Record(1, 2, b"k", b"v") != Record(1, 2, b"k", None)
    assert Record() != "Record()"
    assert repr(Record(1, 2, b"k")) == "Record(offset=1, timestamp=2, key=b'k', value=None, headers=())"


def test_a_long_key_is_cut_off() -> None:
    with pytest.raises(RecordError, match="premature EOF"):
        decoded(bytes.fromhex("10 00 00 00 7e") + b"k")


def test_the_last_header_may_not_reach_beyond_the_batch() -> None:
    output = bytearray()
    append_record(output, Record(headers=(("h", b"a long value"),)), 0, 0)
    with pytest.raises(RecordError, match="premature EOF"):
        decoded(bytes(output[:-3]))
