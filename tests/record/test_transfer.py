"""Batches made ready to be produced to another log."""

import pytest

from kafkacli.record.batch import (
    Compression,
    Record,
    TimestampType,
    encode_batch,
    ensure_valid,
    iter_headers,
    read_header,
    read_records,
)
from kafkacli.record.control import encode_end_transaction
from kafkacli.record.legacy import encode_message_set
from kafkacli.record.transfer import stamp, to_produce

RECORDS = [Record(10, 5, b"k", None, (("h", None), ("h", b""))), Record(11, -7, None, b""), Record(12, 0, b"", b"v")]


def moved(data: bytes, start: int = 0, end: int = 100) -> list[tuple[int, int, bytes | None, bytes | None]]:
    batch = to_produce(data, 0, read_header(data), start, end)
    if batch is None:
        return []
    stamp(batch, 99, 2, 1000)
    ensure_valid(batch)
    header = read_header(batch)
    assert (header.producer_id, header.producer_epoch, header.base_sequence) == (99, 2, 1000)
    assert not header.is_transactional
    assert header.timestamp_type is TimestampType.CREATE_TIME
    assert header.records_count == header.last_offset_delta + 1
    return [(one.offset, one.timestamp, one.key, one.value) for one in read_records(batch)]


@pytest.mark.parametrize("compression", list(Compression))
def test_a_whole_batch_keeps_its_records_unopened(compression: Compression) -> None:
    data = encode_batch(
        RECORDS,
        base_offset=10,
        compression=compression,
        producer_id=7,
        producer_epoch=1,
        base_sequence=3,
        is_transactional=True,
    )
    assert moved(data) == [(0, 5, b"k", None), (1, -7, None, b""), (2, 0, b"", b"v")]
    batch = to_produce(data, 0, read_header(data))
    assert batch is not None
    assert batch[61:] == data[61:]


def test_a_part_of_a_batch() -> None:
    data = encode_batch(RECORDS, base_offset=10, compression=Compression.GZIP)
    assert moved(data, 11, 12) == [(0, -7, None, b"")]
    assert moved(data, 13) == []
    batch = to_produce(data, 0, read_header(data), 11)
    assert batch is not None
    assert read_header(batch).compression is Compression.GZIP


def test_gaps_close() -> None:
    data = encode_batch([RECORDS[0], RECORDS[2]], base_offset=10)
    assert moved(data) == [(0, 5, b"k", None), (1, 0, b"", b"v")]


def test_times_of_the_broker_become_the_records_own() -> None:
    data = encode_batch(RECORDS, base_offset=10, timestamp_type=TimestampType.LOG_APPEND_TIME, append_time=77)
    assert [row[1] for row in moved(data)] == [77, 77, 77]


def test_old_formats_become_new() -> None:
    for magic in (0, 1):
        data = encode_message_set([Record(10, 5, b"k", b"v")], magic=magic)
        assert moved(data) == [(0, 5 if magic else -1, b"k", b"v")]


def test_control_records_stay_behind() -> None:
    data = encode_end_transaction(commit=True, coordinator_epoch=0, producer_id=1, producer_epoch=0, timestamp=0)
    assert moved(data) == []
    assert [header.is_control for _, header in iter_headers(data)] == [True]
