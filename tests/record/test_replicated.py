"""Batches of another replica."""

import pytest

from kafkacli.errors import ApiError, ErrorCode
from kafkacli.record.batch import CorruptRecord, Record, encode_batch
from kafkacli.record.replicated import check_replicated


def batch(offset: int, *timestamps: int) -> bytes:
    return encode_batch([Record(timestamp=timestamp, value=b"v") for timestamp in timestamps], base_offset=offset)


def test_offsets_and_timestamps_of_several_batches() -> None:
    first, second = batch(5, 30, 40), batch(9, 20)
    found = check_replicated(memoryview(first + second), 5)
    assert [header.base_offset for header in found.headers] == [5, 9]
    assert found[1:] == (9, 40, 6)


def test_nothing() -> None:
    assert check_replicated(memoryview(b""), 5).headers == []


def test_a_bad_checksum_is_refused() -> None:
    data = bytearray(batch(0, 1))
    data[-1] ^= 1
    with pytest.raises(CorruptRecord):
        check_replicated(memoryview(data), 0)


@pytest.mark.parametrize("data", [batch(4, 1, 2), batch(6, 1) + batch(6, 1)])
def test_offsets_that_do_not_follow_on_are_refused(data: bytes) -> None:
    with pytest.raises(ApiError) as caught:
        check_replicated(memoryview(data), 5)
    assert caught.value.code == ErrorCode.OFFSET_OUT_OF_RANGE
