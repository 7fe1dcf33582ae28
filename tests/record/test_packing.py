"""Packed records are those that the record encoder makes, one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkacli.record.packing import pack_one, pack_pairs, pack_values, varint_size
from kafkacli.record.record import Record, append_record, decode_records

DELTAS = st.sampled_from([0, 1, 62, 63, 64, 65, 8190, 8191, 8192, 1048575, 1048576])
TIMES = st.sampled_from([0, 1, 63, 64, 1000, 100_000, -5])
DATA = st.lists(st.binary(max_size=100), min_size=1, max_size=8)


def one_by_one(records: list[Record], offset_delta: int, timestamp_delta: int) -> bytes:
    output = bytearray()
    for number, record in enumerate(records):
        append_record(output, record, offset_delta + number, timestamp_delta)
    return bytes(output)


@given(DATA, DELTAS, TIMES)
def test_values(values: list[bytes], offset_delta: int, timestamp_delta: int) -> None:
    packed = pack_values(values, list(map(len, values)), offset_delta, timestamp_delta)
    assert packed == one_by_one([Record(value=value) for value in values], offset_delta, timestamp_delta)


@given(DATA, DATA, DELTAS, TIMES)
def test_keys_and_values(keys: list[bytes], values: list[bytes], offset_delta: int, timestamp_delta: int) -> None:
    rows = list(zip(keys, values, strict=False))
    packed = pack_pairs([key for key, _ in rows], [value for _, value in rows], offset_delta, timestamp_delta)
    records = [Record(key=key, value=value) for key, value in rows]
    assert packed == one_by_one(records, offset_delta, timestamp_delta)


@pytest.mark.parametrize("size", [0, 1, 55, 56, 63, 64, 8191, 8192, 65535, 65536, 1_000_000])
def test_sizes_at_which_lengths_grow(size: int) -> None:
    values = [b"x" * size, b"", b"x" * size]
    packed = pack_values(values, list(map(len, values)), 0, 0)
    found = decode_records(packed, 3, base_offset=0, base_timestamp=0, append_time=None)
    assert [record.value for record in found] == values
    assert pack_values(values[:1], [size], 0, 0) == one_by_one([Record(value=values[0])], 0, 0)


def test_thousands_at_once_pass_every_step_of_the_offset_delta() -> None:
    values = [b"%d" % number for number in range(9000)]
    packed = pack_values(values, list(map(len, values)), 10, 3)
    assert packed == one_by_one([Record(value=value) for value in values], 10, 3)
    assert pack_pairs(values, values, 10, 3) == one_by_one([Record(key=one, value=one) for one in values], 10, 3)


def test_one_with_everything() -> None:
    headers = (("a", b"1"), ("a", None))
    assert pack_one(None, b"v", headers, 5, 7) == one_by_one([Record(value=b"v", headers=headers)], 5, 7)


@pytest.mark.parametrize(("number", "size"), [(0, 1), (63, 1), (64, 2), (8191, 2), (8192, 3), (1 << 20, 4)])
def test_the_size_of_a_varint(number: int, size: int) -> None:
    assert varint_size(number) == size
