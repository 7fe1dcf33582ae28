"""What the leader checks and sets before it appends, magic 2."""

import pytest

from kafkacli.errors import ErrorCode
from kafkacli.record.batch import (
    Compression,
    CorruptRecord,
    InvalidRecord,
    Record,
    TimestampType,
    UnsupportedCompression,
    encode_batch,
    ensure_valid,
    iter_records,
    read_header,
    read_records,
)
from kafkacli.record.control import encode_end_transaction
from kafkacli.record.crc32c import crc32c
from kafkacli.record.errors import RecordError, RecordsRejected, RecordTooLarge
from kafkacli.record.legacy import encode_message_set
from kafkacli.record.validation import AppendRules, ValidatedAppend, check_produce_version, validate_append

NOW = 1_600_000_000_000
PLAIN = AppendRules("t-0")
THREE = [
    Record(timestamp=NOW - 2, value=b"a"),
    Record(timestamp=NOW, value=b"b"),
    Record(timestamp=NOW - 1, value=b"c"),
]


def validated(data: bytes, rules: AppendRules = PLAIN, *, from_client: bool = True) -> ValidatedAppend:
    """Validate a copy of `data` as appended at offset 100 in leader epoch 5."""
    result = validate_append(
        memoryview(bytearray(data)), rules, base_offset=100, leader_epoch=5, now_ms=NOW, from_client=from_client
    )
    assert result is not None
    return result


@pytest.mark.parametrize("compression", Compression)
def test_a_batch_is_patched_where_it_lies(compression: Compression) -> None:
    buffer = memoryview(bytearray(encode_batch(THREE, compression=compression, producer_id=1, base_sequence=0)))
    result = validate_append(buffer, PLAIN, base_offset=100, leader_epoch=5, now_ms=NOW)
    assert result is not None
    assert result.records is buffer
    assert (result.first_offset, result.last_offset, result.count, result.max_timestamp) == (100, 102, 3, NOW)
    ensure_valid(buffer)
    header = read_header(buffer)
    assert (header.base_offset, header.partition_leader_epoch) == (100, 5)
    assert (result.header.base_offset, result.header.partition_leader_epoch) == (100, 5)
    assert [record.offset for record in iter_records(buffer)] == [100, 101, 102]


def test_append_time_is_set_with_a_new_checksum() -> None:
    rules = AppendRules("t-0", timestamp_type=TimestampType.LOG_APPEND_TIME)
    result = validated(encode_batch([Record(timestamp=1, value=b"a")]), rules)
    ensure_valid(result.records)
    assert read_header(result.records).timestamp_type is TimestampType.LOG_APPEND_TIME
    assert [record.timestamp for record in iter_records(result.records)] == [NOW]
    assert result.max_timestamp == NOW


def test_bytes_after_the_batch_are_trimmed() -> None:
    batch = encode_batch(THREE)
    assert len(validated(batch + bytes(10)).records) == len(batch)
    assert len(validated(batch + batch[:30]).records) == len(batch)


@pytest.mark.parametrize("size", [0, 1, 16, 17, 60])
def test_less_than_a_batch_appends_nothing(size: int) -> None:
    cut = memoryview(bytearray(encode_batch(THREE)[:size]))
    assert validate_append(cut, PLAIN, base_offset=0, leader_epoch=0, now_ms=NOW) is None


def damaged(position: int, width: int, value: int, *, new_crc: bool = True, producer_id: int = -1) -> bytes:
    """A batch of three with `value` at `position`, its checksum right again unless told."""
    batch = bytearray(encode_batch(THREE, producer_id=producer_id, base_sequence=-1 if producer_id < 0 else 0))
    batch[position : position + width] = value.to_bytes(width, "big", signed=True)
    if new_crc:
        batch[17:21] = crc32c(memoryview(batch)[21:]).to_bytes(4, "big")
    return bytes(batch)


@pytest.mark.parametrize(
    ("data", "error", "text"),
    [
        (
            damaged(0, 8, 7),
            InvalidRecord,
            "baseOffset of the record batch in the append to t-0 should be 0, but it is 7",
        ),
        (damaged(65, 1, 3, new_crc=False), CorruptRecord, r"stored crc = \d+\) in topic partition t-0"),
        (damaged(21, 2, 5), UnsupportedCompression, "5 is an unknown compression codec"),
        (damaged(23, 4, -1), InvalidRecord, r"invalid offset range: \[0, -1\] in topic partition t-0"),
        (damaged(57, 4, 0), InvalidRecord, "Invalid reported count for record batch: 0"),
        (damaged(57, 4, 2), InvalidRecord, r"Inconsistent batch offset range \[0, 2\] and count of records 2"),
        (damaged(21, 2, 0x20), InvalidRecord, "Clients are not allowed to write control records"),
        (
            damaged(53, 4, -1, producer_id=4),
            InvalidRecord,
            "Invalid sequence number -1 in record batch with producerId 4",
        ),
        (encode_batch(THREE) * 2, InvalidRecord, "more than one batch"),
        (damaged(8, 4, 13), CorruptRecord, "the size 25 is smaller"),
        (damaged(8, 4, -1), CorruptRecord, "the size 11 is smaller"),
        (damaged(16, 1, 3), CorruptRecord, "Invalid magic found in record: 3"),
    ],
    ids=range(12),
)
def test_a_batch_that_breaks_a_rule_is_refused(data: bytes, error: type[RecordError], text: str) -> None:
    with pytest.raises(error, match=text):
        validated(data)


def test_a_batch_above_the_limit_is_too_large() -> None:
    batch = encode_batch(THREE)
    validated(batch, AppendRules("t-0", max_message_bytes=len(batch)))
    with pytest.raises(RecordTooLarge, match=r"exceeds the maximum configured value") as caught:
        validated(batch, AppendRules("t-0", max_message_bytes=len(batch) - 1))
    assert caught.value.code is ErrorCode.MESSAGE_TOO_LARGE


def test_a_refused_batch_is_left_as_it_was() -> None:
    data = bytearray(encode_batch([Record(timestamp=NOW, value=b"no key")]))
    before = bytes(data)
    with pytest.raises(RecordsRejected):
        validate_append(memoryview(data), AppendRules("t-0", compacted=True), base_offset=9, leader_epoch=0, now_ms=NOW)
    assert data == before


def test_records_without_key_are_named_for_a_compacted_topic() -> None:
    records = [Record(timestamp=NOW, key=b"k"), Record(timestamp=NOW), Record(timestamp=NOW)]
    with pytest.raises(RecordsRejected, match="One or more records have been rejected") as caught:
        validated(encode_batch(records), AppendRules("t-0", compacted=True))
    text = "Compacted topic cannot accept message without key in topic partition t-0."
    assert caught.value.record_errors == ((1, text), (2, text))
    assert caught.value.code is ErrorCode.INVALID_RECORD
    assert validated(encode_batch(records[:1]), AppendRules("t-0", compacted=True)).count == 1


def test_timestamps_too_far_from_now_are_named() -> None:
    rules = AppendRules("t-0", timestamp_difference_max_ms=1000)
    records = [Record(timestamp=NOW - 1001), Record(timestamp=-1), Record(timestamp=NOW + 1000)]
    with pytest.raises(RecordsRejected, match="due to invalid timestamp") as caught:
        validated(encode_batch(records), rules)
    assert caught.value.record_errors == (
        (
            0,
            (
                f"Timestamp {NOW - 1001} of message with offset 0 is out of range. The timestamp should be within "
                f"[{NOW - 1000}, {NOW + 1000}]"
            ),
        ),
    )
    assert caught.value.code is ErrorCode.INVALID_TIMESTAMP
    assert validated(encode_batch(records[1:]), rules).max_timestamp == NOW + 1000


@pytest.mark.parametrize(
    ("compression", "name"), [(Compression.NONE, "DefaultRecord"), (Compression.GZIP, "PartialDefaultRecord")]
)
def test_a_producer_may_not_say_that_it_is_append_time(compression: Compression, name: str) -> None:
    batch = encode_batch(
        [Record(timestamp=3, key=b"kk")], compression=compression, timestamp_type=TimestampType.LOG_APPEND_TIME
    )
    null = "-1" if compression else "0"
    with pytest.raises(RecordsRejected) as caught:
        validated(batch)
    assert caught.value.record_errors == (
        (
            0,
            (
                f"Invalid timestamp type in message {name}(offset=0, timestamp=3, key=2 bytes, value={null} bytes). "
                "Producer should not set timestamp type to LogAppendTime."
            ),
        ),
    )


def test_the_topics_codec_replaces_the_producers() -> None:
    for target in Compression:
        result = validated(
            encode_batch(THREE, compression=Compression.GZIP, producer_id=7, producer_epoch=1, base_sequence=3),
            AppendRules("t-0", compression=target),
        )
        ensure_valid(result.records)
        header = read_header(result.records)
        assert header.compression is target
        assert (header.base_offset, header.partition_leader_epoch) == (100, 5)
        assert (header.producer_id, header.producer_epoch, header.base_sequence) == (7, 1, 3)
        assert [(r.offset, r.timestamp, r.value) for r in iter_records(result.records)] == [
            (100 + index, record.timestamp, record.value) for index, record in enumerate(THREE)
        ]


def test_a_new_codec_may_make_a_batch_too_large() -> None:
    batch = encode_batch([Record(timestamp=NOW, value=bytes(100_000))], compression=Compression.GZIP)
    with pytest.raises(RecordTooLarge, match="maximum configured size"):
        validated(batch, AppendRules("t-0", max_message_bytes=10_000, compression=Compression.NONE))


def test_a_max_timestamp_that_no_record_has_is_put_right_where_records_are_walked() -> None:
    result = validated(damaged(35, 8, 5))
    ensure_valid(result.records)
    assert (result.max_timestamp, read_header(result.records).max_timestamp) == (NOW, NOW)


def test_coordinators_may_write_control_batches() -> None:
    marker = encode_end_transaction(commit=True, coordinator_epoch=1, producer_id=2, producer_epoch=3, timestamp=NOW)
    result = validated(marker, AppendRules("t-0", compacted=True, compression=Compression.GZIP), from_client=False)
    assert result.header.is_control
    assert read_records(result.records)[0].offset == 100


@pytest.mark.parametrize(
    ("version", "data", "error"),
    [
        (3, b"", InvalidRecord),
        (3, encode_message_set([Record(0, 1, None, b"x")], 1), InvalidRecord),
        (6, encode_batch(THREE, compression=Compression.ZSTD), UnsupportedCompression),
        (8, encode_batch(THREE) * 2, InvalidRecord),
        (8, encode_batch(THREE)[:60], InvalidRecord),
        (8, b"\0" * 61, CorruptRecord),
    ],
)
def test_newer_requests_carry_one_batch_of_magic_2(version: int, data: bytes, error: type[RecordError]) -> None:
    with pytest.raises(error):
        check_produce_version(data, version)


def test_older_requests_carry_anything() -> None:
    check_produce_version(b"", 2)
    check_produce_version(encode_batch(THREE), 3)
    check_produce_version(encode_batch(THREE, compression=Compression.ZSTD), 7)
