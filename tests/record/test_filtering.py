"""Leaving records out of batches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkacli.record.batch import (
    BATCH_OVERHEAD,
    Compression,
    InvalidRecord,
    Record,
    TimestampType,
    encode_batch,
    ensure_valid,
    read_header,
    read_records,
)
from kafkacli.record.filtering import Span, assemble, empty_batch, keep_body, keep_legacy, spans
from kafkacli.record.legacy import encode_message_set

PARTS = st.one_of(st.none(), st.binary(max_size=5), st.binary(min_size=60, max_size=70), st.just(b"x" * 9000))
RECORDS = st.lists(
    st.builds(
        Record,
        timestamp=st.integers(0, 2**40),
        key=PARTS,
        value=PARTS,
        headers=st.sampled_from([(), (("name", b"value"), ("empty", None))]),
    ),
    min_size=1,
    max_size=12,
)


def walk(batch: bytes) -> list[Span]:
    header = read_header(batch)
    return [span for piece in spans(batch[BATCH_OVERHEAD:], header.records_count, header.base_offset) for span in piece]


def rebuild(batch: bytes, kept: list[Span]) -> bytes:
    header = read_header(batch)
    *_, done = keep_body(batch[BATCH_OVERHEAD:], kept, header)
    assert done is not None
    body, base_timestamp, max_timestamp = done
    return assemble(header, body, len(kept), base_timestamp, max_timestamp)


@given(RECORDS, st.lists(st.integers(0, 9000), min_size=12, max_size=12))
def test_a_walk_finds_every_record(records: list[Record], gaps: list[int]) -> None:
    offset = 100
    for record, gap in zip(records, gaps, strict=False):
        offset = record.offset = offset + 1 + gap
    batch = encode_batch(records, base_offset=101)
    found = walk(batch)
    assert [span[:3] for span in found] == [(record.offset, record.key, record.value is not None) for record in records]
    assert [span[3] for span in found] == [0, *(span[4] for span in found[:-1])]
    assert found[-1][4] == len(batch) - BATCH_OVERHEAD


@given(RECORDS, st.data())
def test_a_batch_keeps_what_it_was_but_for_the_records_left_out(records: list[Record], data: st.DataObject) -> None:
    fields = {"producer_id": 5, "producer_epoch": 2, "base_sequence": 40, "partition_leader_epoch": 3}
    batch = encode_batch(records, base_offset=1000, **fields)  # type: ignore[arg-type]
    whole = read_records(batch)
    numbers = data.draw(st.sets(st.sampled_from(range(len(records))), min_size=1))
    rebuilt = rebuild(batch, [span for number, span in enumerate(walk(batch)) if number in numbers])
    kept = [record for number, record in enumerate(whole) if number in numbers]
    assert read_records(rebuilt) == kept
    ensure_valid(rebuilt)
    before, after = read_header(batch), read_header(rebuilt)
    for name in (
        "base_offset",
        "last_offset",
        "last_sequence",
        "producer_id",
        "producer_epoch",
        "partition_leader_epoch",
    ):
        assert getattr(after, name) == getattr(before, name), name
    assert after.base_timestamp == kept[0].timestamp
    assert after.max_timestamp == max(record.timestamp for record in kept)


def test_append_time_stays_for_every_record() -> None:
    records = [Record(timestamp=10 + number, key=b"%d" % number) for number in range(4)]
    batch = encode_batch(records, timestamp_type=TimestampType.LOG_APPEND_TIME, append_time=5000)
    rebuilt = rebuild(batch, walk(batch)[2:])
    assert [(record.key, record.timestamp) for record in read_records(rebuilt)] == [(b"2", 5000), (b"3", 5000)]
    header = read_header(rebuilt)
    assert (header.base_timestamp, header.max_timestamp) == (5000, 5000)


def test_many_records_come_in_pieces() -> None:
    batch = encode_batch([Record(timestamp=1, key=b"k") for _ in range(1000)])
    assert [len(piece) for piece in spans(batch[BATCH_OVERHEAD:], 1000, 0)] == [128] * 7 + [104]
    assert list(keep_body(batch[BATCH_OVERHEAD:], walk(batch), read_header(batch)))[:-1] == [None] * 7


def test_an_empty_batch_keeps_offsets_and_producer() -> None:
    records = [Record(timestamp=7, key=b"k"), Record(timestamp=9, key=b"k")]
    batch = encode_batch(records, base_offset=50, compression=Compression.GZIP, producer_id=4, base_sequence=6)
    header = read_header(batch)
    empty = empty_batch(header)
    ensure_valid(empty)
    after = read_header(empty)
    assert len(empty) == after.size == BATCH_OVERHEAD
    assert (after.base_offset, after.last_offset, after.last_sequence, after.producer_id) == (50, 51, 7, 4)
    assert (after.base_timestamp, after.max_timestamp, after.compression) == (-1, 9, Compression.NONE)
    assert header.compression is Compression.GZIP
    assert read_records(empty) == []


@pytest.mark.parametrize("magic", [0, 1])
@pytest.mark.parametrize("codec", [Compression.NONE, Compression.GZIP])
def test_an_old_entry_keeps_format_and_codec(magic: int, codec: Compression) -> None:
    records = [Record(number, 5 if magic else -1, b"%d" % number, b"v") for number in range(4 if codec else 1)]
    entry = encode_message_set(records, magic, compression=codec)
    header = read_header(entry)
    kept = read_records(entry)[-2:]
    after = keep_legacy(header, kept)
    assert read_header(after).compression is codec
    assert read_records(after) == kept


@given(st.binary(max_size=60), st.integers(0, 5))
def test_any_bytes_give_records_or_an_error(data: bytes, count: int) -> None:
    try:
        found = [span for piece in spans(data, count, 0) for span in piece]
    except InvalidRecord:
        return
    assert len(found) == count
