"""Fetched batches in the formats of older clients."""

import pytest

from kafkacli.record.batch import Compression, Record, UnsupportedCompression, encode_batch, iter_records
from kafkacli.record.control import encode_end_transaction
from kafkacli.record.downconvert import down_convert
from tests.record.kafka_records import batches, facts, lines


@pytest.mark.parametrize("columns", lines("down"), ids=lambda columns: f"{columns[0]}-to-{columns[1]}")
def test_conversion_is_kafkas(columns: list[str]) -> None:
    name, magic, first_offset, *result = columns
    data = batches()[name]
    if result[0] == "error":
        with pytest.raises(UnsupportedCompression) as caught:
            down_convert(data, int(magic), int(first_offset))
        assert [str(int(caught.value.code)), str(caught.value)] == result[1:]
    else:
        converted = down_convert(data, int(magic), int(first_offset))
        assert facts(converted) == facts(bytes.fromhex(result[0]))
        if "-none" in name or "idempotent" in name:
            assert converted.hex() == result[0]


def test_control_batches_are_left_out_even_when_nothing_is_left() -> None:
    marker = encode_end_transaction(commit=False, coordinator_epoch=1, producer_id=2, producer_epoch=3, timestamp=4)
    assert down_convert(marker, 1, 0) == b""


def test_records_below_the_offset_asked_for_stay_in_compressed_batches_only() -> None:
    records = [Record(timestamp=1, value=b"a"), Record(timestamp=1, value=b"b")]
    for compression, offsets in ((Compression.NONE, [11]), (Compression.GZIP, [10, 11])):
        batch = encode_batch(records, base_offset=10, compression=compression)
        assert [record.offset for record in iter_records(down_convert(batch, 1, 11))] == offsets
    assert down_convert(encode_batch(records, base_offset=10), 0, 12) == b""


def test_a_cut_off_last_batch_is_left_out() -> None:
    batch = encode_batch([Record(timestamp=1, value=b"a")])
    assert down_convert(memoryview(batch + batch[:40]), 1, 0) == down_convert(batch, 1, 0)


def test_a_client_gets_what_comes_before_a_zstd_batch_and_then_the_error() -> None:
    first = encode_batch([Record(timestamp=1, value=b"a")], compression=Compression.GZIP)
    second = encode_batch([Record(timestamp=1, value=b"b")], base_offset=1, compression=Compression.ZSTD)
    assert down_convert(first + second, 1, 0) == down_convert(first, 1, 0)
    with pytest.raises(UnsupportedCompression):
        down_convert(second, 1, 1)
