"""Columns say what single records say, of the same bytes; and refuse what they refuse."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkacli.record.batch import BATCH_OVERHEAD, encode_batch
from kafkacli.record.columns import decode_columns, decode_values
from kafkacli.record.errors import InvalidRecord, RecordError
from kafkacli.record.record import Record, decode_records

_BYTES = st.none() | st.binary(max_size=9) | st.integers(60, 70).map(bytes) | st.integers(8190, 8195).map(bytes)
_HEADERS = st.lists(st.tuples(st.text(max_size=3), st.none() | st.binary(max_size=3)), max_size=2).map(tuple)
_RECORDS = st.lists(
    st.builds(
        Record,
        timestamp=st.sampled_from((0, 1, 63, 64, 8191, 8192, 1 << 20, -1, 1 << 40)),
        key=_BYTES,
        value=_BYTES,
        headers=_HEADERS,
    ),
    min_size=1,
    max_size=5,
)


def payload(records: list[Record]) -> bytes:
    return encode_batch(records)[BATCH_OVERHEAD:]


@given(_RECORDS)
def test_what_columns_say(records: list[Record]) -> None:
    data = payload(records)
    columns = decode_columns(data, len(records))
    base = records[0].timestamp
    assert columns.values == decode_values(data, len(records)) == [record.value for record in records]
    assert columns.keys == [record.key for record in records]
    assert columns.headers == [record.headers for record in records]
    assert columns.offset_deltas == list(range(len(records)))
    assert [base + delta for delta in columns.timestamp_deltas] == [record.timestamp for record in records]


def test_offsets_of_more_than_one_byte() -> None:
    records = [Record(offset=number * 3000, value=b"x") for number in range(12)]
    columns = decode_columns(payload(records), 12)
    assert columns.offset_deltas == [number * 3000 for number in range(12)]


@given(_RECORDS, st.data())
def test_lengths_that_do_not_agree_are_refused(records: list[Record], data: st.DataObject) -> None:
    whole = payload(records)
    cut = data.draw(st.integers(0, len(whole) - 1))
    for bytes_, count in ((whole[:cut], len(records)), (whole + b"\0", len(records)), (whole, len(records) + 1)):
        for decode in (decode_values, decode_columns):
            with pytest.raises(InvalidRecord):
                decode(bytes_, count)


@given(st.binary(max_size=40), st.integers(1, 3))
def test_other_bytes_are_records_or_invalid(data: bytes, count: int) -> None:
    try:
        expected = [
            record.value for record in decode_records(data, count, base_offset=0, base_timestamp=0, append_time=0)
        ]
    except RecordError:
        for decode in (decode_values, decode_columns):
            with suppress(InvalidRecord):  # what isn't asked for may be odd
                decode(data, count)
    else:
        assert decode_values(data, count) == decode_columns(data, count).values == expected


def test_a_negative_length_is_no_record() -> None:
    (byte, *rest) = payload([Record(value=b"v")])
    for decode in (decode_values, decode_columns):
        with pytest.raises(InvalidRecord):
            decode(bytes([byte | 1, *rest]), 1)
