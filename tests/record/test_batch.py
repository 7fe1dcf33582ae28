"""Batches of magic 2, and reading batches of any magic."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkacli.record.batch import (
    BATCH_OVERHEAD,
    Compression,
    CorruptRecord,
    InvalidRecord,
    Record,
    TimestampType,
    encode_batch,
    ensure_valid,
    iter_headers,
    iter_records,
    read_header,
    read_records,
)
from kafkacli.record.errors import RecordError
from tests.record.kafka_records import batches, facts, records_of

OPTIONAL_BYTES = st.none() | st.binary(max_size=40)
HEADERS = st.lists(st.tuples(st.text(max_size=5), OPTIONAL_BYTES), max_size=3).map(tuple)
INT64 = st.integers(-(2**63), 2**63 - 1)


@st.composite
def record_lists(draw: st.DrawFn) -> list[Record]:
    """Records with growing offsets, as a batch may hold them after compaction."""
    offset = draw(st.integers(0, 2**40))
    records = []
    for _ in range(draw(st.integers(1, 6))):
        timestamp = draw(st.integers(-1, 2**62))
        records.append(Record(offset, timestamp, draw(OPTIONAL_BYTES), draw(OPTIONAL_BYTES), draw(HEADERS)))
        offset += draw(st.integers(1, 1000))
    return records


@given(records=record_lists(), compression=st.sampled_from(Compression))
def test_records_come_back_as_they_went_in(records: list[Record], compression: Compression) -> None:
    batch = encode_batch(records, base_offset=records[0].offset, compression=compression)
    ensure_valid(batch)
    assert list(iter_records(memoryview(batch))) == records


@pytest.mark.parametrize("name", batches())
def test_kafkas_own_batches_are_read_as_kafka_reads_them(name: str) -> None:
    data = batches()[name]
    assert list(iter_records(data)) == records_of(name)
    for position, header in iter_headers(data):
        ensure_valid(data, position, header)


# With append time, the producers' own timestamps, which Kafka keeps inside, can't be read any more.
REWRITABLE = [
    name for name in batches() if name.startswith("v2") and "append-time" not in name and name != "v2-several"
]


@pytest.mark.parametrize("name", REWRITABLE)
def test_batches_are_written_as_kafka_writes_them(name: str) -> None:
    header = read_header(batches()[name])
    records = records_of(name)
    batch = encode_batch(
        records,
        base_offset=header.base_offset,
        compression=header.compression,
        producer_id=header.producer_id,
        producer_epoch=header.producer_epoch,
        base_sequence=header.base_sequence,
        partition_leader_epoch=header.partition_leader_epoch,
        is_transactional=header.is_transactional,
        is_control=header.is_control,
    )
    assert facts(batch) == facts(batches()[name])
    if not header.is_compressed:
        assert batch == batches()[name]


def test_header_carries_what_was_asked_for() -> None:
    batch = encode_batch(
        [Record(timestamp=7, value=b"a"), Record(timestamp=5, value=b"b")],
        base_offset=40,
        compression=Compression.GZIP,
        producer_id=9,
        producer_epoch=2,
        base_sequence=2**31 - 1,
        partition_leader_epoch=3,
        is_transactional=True,
        is_control=True,
        timestamp_type=TimestampType.LOG_APPEND_TIME,
    )
    header = read_header(batch)
    assert (header.base_offset, header.last_offset, header.records_count) == (40, 41, 2)
    assert (header.base_timestamp, header.max_timestamp) == (7, 7)
    assert (header.producer_id, header.producer_epoch, header.partition_leader_epoch) == (9, 2, 3)
    assert (header.base_sequence, header.last_sequence) == (2**31 - 1, 0)
    assert header.is_transactional
    assert header.is_control
    assert header.compression is Compression.GZIP
    assert header.timestamp_type is TimestampType.LOG_APPEND_TIME
    assert header.size == len(batch)
    assert [record.timestamp for record in read_records(batch)] == [7, 7]


def test_the_cleaner_leaves_batches_without_records() -> None:
    batch = bytearray(encode_batch([Record(timestamp=5, value=b"a")])[:BATCH_OVERHEAD])
    batch[8:12] = (BATCH_OVERHEAD - 12).to_bytes(4, "big")
    batch[57:61] = bytes(4)
    assert read_records(batch) == []


@pytest.mark.parametrize("buffer_type", [bytes, bytearray, memoryview])
def test_every_truncation_leaves_whole_batches_or_names_the_error(buffer_type: type) -> None:
    batch = encode_batch([Record(timestamp=1, key=b"k", value=b"v", headers=(("h", b"x"),))])
    for size in range(len(batch)):
        cut = buffer_type(batch[:size])
        assert list(iter_headers(cut)) == []
        with pytest.raises(CorruptRecord):
            read_records(cut)
        with pytest.raises(CorruptRecord):
            ensure_valid(cut)


@pytest.mark.parametrize(
    ("count", "text"),
    [(-1, "Found invalid record count"), (1, "records still remaining"), (3, "premature EOF reached")],
)
def test_a_lying_count_is_named(count: int, text: str) -> None:
    batch = bytearray(encode_batch([Record(value=b"a"), Record(value=b"b")]))
    batch[57:61] = count.to_bytes(4, "big", signed=True)
    with pytest.raises(InvalidRecord, match=text):
        read_records(batch)


def test_offsets_that_do_not_grow_are_refused() -> None:
    with pytest.raises(ValueError, match="does not follow"):
        encode_batch([Record(offset=5), Record(offset=5)], base_offset=5)
    with pytest.raises(ValueError, match="needs a record"):
        encode_batch([])


@given(st.binary(max_size=200))
def test_any_bytes_give_records_or_a_named_error(data: bytes) -> None:
    for read in (lambda: list(iter_records(data)), lambda: read_records(data), lambda: ensure_valid(data)):
        with contextlib.suppress(RecordError):
            read()


@given(
    records=record_lists(), compression=st.sampled_from(Compression), position=st.integers(0), byte=st.integers(0, 255)
)
def test_a_damaged_batch_gives_records_or_a_named_error(
    records: list[Record], compression: Compression, position: int, byte: int
) -> None:
    batch = bytearray(encode_batch(records, base_offset=records[0].offset, compression=compression))
    batch[position % len(batch)] = byte
    with contextlib.suppress(RecordError):
        list(iter_records(batch))
