"""Runs of records say the same of themselves whether one looks at columns or at single records."""

import pytest

from kafkacli.client.chunks import APPENDED, CREATED, NONE, Chunk, FetchedRecord, Records
from kafkacli.client.records import RecordError
from kafkacli.record.batch import Compression, Record, TimestampType, encode_batch, read_header
from kafkacli.record.legacy import encode_message_set

RECORDS = [
    Record(offset=5, timestamp=1000, key=b"k", value=b"v", headers=(("h", None),)),
    Record(offset=7, timestamp=900, key=None, value=b"w"),
    Record(offset=8, timestamp=1001, key=b"", value=None),
]
PARTITION = ("t", 3)


def chunk(buffer: bytes) -> Chunk:
    return Chunk(PARTITION, b"before" + buffer, 6, read_header(buffer))


def shown(run: Chunk | Records) -> list[list[object]]:
    columns = (run.offsets(), run.partitions(), run.timestamps(), run.keys(), run.values(), run.headers())
    return [list(column) for column in columns]


@pytest.mark.parametrize("codec", Compression)
@pytest.mark.parametrize("kind", [TimestampType.CREATE_TIME, TimestampType.LOG_APPEND_TIME])
def test_columns_and_records_agree(codec: Compression, kind: TimestampType) -> None:
    one = chunk(encode_batch(RECORDS, base_offset=5, compression=codec, timestamp_type=kind, append_time=2000))
    assert shown(one) == shown(Records(list(one)))
    assert len(one) == 3
    assert one.last_offsets() == {PARTITION: 8} == Records(list(one)).last_offsets()
    assert one.values() == [b"v", b"w", None]
    expected = [(CREATED, 1000), (CREATED, 900), (CREATED, 1001)]
    assert one.timestamps() == (expected if kind is TimestampType.CREATE_TIME else [(APPENDED, 2000)] * 3)


@pytest.mark.parametrize("codec", [Compression.NONE, Compression.ZSTD])
def test_bodies_are_there_where_records_have_times_of_their_own(codec: Compression) -> None:
    found = chunk(encode_batch(RECORDS, base_offset=5, compression=codec)).bodies()
    assert found is not None
    base, bodies = found
    assert base == 1000
    assert (bodies.timestamp_deltas, bodies.keys) == ([0, -100, 1], [b"k", None, b""])
    appended = encode_batch(RECORDS, base_offset=5, timestamp_type=TimestampType.LOG_APPEND_TIME, append_time=2000)
    assert chunk(appended).bodies() is None
    assert chunk(encode_message_set([Record(offset=4, value=b"v")], 0)).bodies() is None


def test_records_without_a_timestamp() -> None:
    assert chunk(encode_batch([Record(value=b"v")])).timestamps() == [(NONE, -1)]
    (record,) = chunk(encode_message_set([Record(offset=4, value=b"v")], 0)).records()
    assert (record.offset(), record.value(), record.timestamp()) == (4, b"v", (NONE, -1))


def test_records_of_the_old_format() -> None:
    records = [Record(offset=4, timestamp=7, key=b"k", value=b"v"), Record(offset=5, timestamp=8, value=b"w")]
    found = chunk(encode_message_set(records, 1, compression=Compression.GZIP)).records()
    assert [(one.offset(), one.key(), one.value(), one.timestamp()) for one in found] == [
        (4, b"k", b"v", (CREATED, 7)),
        (5, None, b"w", (CREATED, 8)),
    ]


def test_a_part_of_records() -> None:
    records = Records(list(chunk(encode_batch(RECORDS, base_offset=5))))
    assert (records[:1].offsets(), records[1:].offsets()) == ([5], [7, 8])


def test_a_record_says_where_it_comes_from() -> None:
    record = FetchedRecord(PARTITION, RECORDS[0], CREATED)
    assert (record.topic(), record.partition(), record.offset(), record.headers()) == ("t", 3, 5, (("h", None),))


def test_bytes_that_are_no_records() -> None:
    whole = encode_batch(RECORDS, base_offset=5)
    for buffer in (whole[:61] + b"\7" + whole[62:], whole[:57] + b"\xff\xff\xff\xff" + whole[61:]):
        one = chunk(buffer)
        for look in (one.values, one.keys, one.records):
            with pytest.raises(RecordError, match="when fetching the next record from t-3"):
                look()
