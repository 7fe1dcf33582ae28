"""Produced records of other formats and codecs than the topic's; Kafka's own LogValidator is the oracle for all of them."""

import pytest

from kafkacli.record.batch import (
    Compression,
    InvalidRecord,
    Record,
    TimestampType,
    encode_batch,
    iter_records,
)
from kafkacli.record.compression import compress, has_linked_blocks
from kafkacli.record.crc32c import crc32c
from kafkacli.record.errors import RecordError, RecordsRejected, RecordTooLarge
from kafkacli.record.legacy import encode_message, encode_message_set
from kafkacli.record.validation import AppendRules, validate_append
from tests.record.kafka_records import FILE, NOW, batches, facts, lines

CODECS = {"producer": None, **{codec.name.lower(): codec for codec in Compression}}
TYPES = {"CreateTime": TimestampType.CREATE_TIME, "LogAppendTime": TimestampType.LOG_APPEND_TIME}


@pytest.mark.parametrize("columns", lines("append"), ids=lambda columns: "-".join(columns[:6]))
def test_what_is_appended_is_what_kafka_appends(columns: list[str]) -> None:
    name, magic, codec, timestamp_type, compacted, limit, *expected = columns
    rules = AppendRules(
        "t-0",
        magic=int(magic),
        compression=CODECS[codec],
        timestamp_type=TYPES[timestamp_type],
        compacted=compacted == "true",
        timestamp_difference_max_ms=int(limit),
    )
    buffer = memoryview(bytearray(batches()[name]))
    if expected[0] == "error":
        with pytest.raises(RecordError) as caught:
            validate_append(buffer, rules, base_offset=500, leader_epoch=7, now_ms=NOW)
        errors = caught.value.record_errors if isinstance(caught.value, RecordsRejected) else ()
        texts = [f"{index}:{text}" for index, text in errors]
        assert [str(int(caught.value.code)), str(caught.value), *texts] == expected[1:]
        return
    result = validate_append(buffer, rules, base_offset=500, leader_epoch=7, now_ms=NOW)
    assert result is not None
    assert facts(result.records) == facts(bytes.fromhex(expected[0]))
    assert (result.first_offset, result.last_offset) == (500, next(reversed(list(iter_records(result.records)))).offset)
    assert result.max_timestamp == int(expected[1])
    assert result.offset_of_max_timestamp in (int(expected[2]), result.last_offset)


def test_messages_of_two_formats_are_refused() -> None:
    data = encode_message(Record(0, 1, None, b"a"), 0) + encode_message(Record(0, 1, None, b"b"), 1)
    with pytest.raises(InvalidRecord, match="Batch magic 1 is not the same as the first"):
        validate_append(memoryview(bytearray(data)), AppendRules("t-0"), base_offset=0, leader_epoch=0, now_ms=NOW)


def test_two_compressed_messages_are_refused() -> None:
    data = encode_message_set([Record(0, 1)], 1, compression=Compression.GZIP) * 2
    with pytest.raises(InvalidRecord, match="more than one batch"):
        validate_append(memoryview(bytearray(data)), AppendRules("t-0"), base_offset=0, leader_epoch=0, now_ms=NOW)


def test_a_wrapper_with_gaps_gets_consecutive_offsets() -> None:
    records = [Record(0, NOW, b"k", b"a"), Record(3, NOW, b"k", b"b")]
    data = bytearray(encode_message_set(records, 1, compression=Compression.GZIP))
    rules = AppendRules("t-0", magic=1, compacted=True)
    result = validate_append(memoryview(data), rules, base_offset=10, leader_epoch=0, now_ms=NOW)
    assert result is not None
    assert [record.offset for record in iter_records(result.records)] == [10, 11]


def test_a_compressed_batch_with_gaps_is_refused() -> None:
    data = bytearray(
        encode_batch([Record(0, NOW, b"k", b"a"), Record(3, NOW, b"k", b"b")], compression=Compression.GZIP)
    )
    data[23:27] = (1).to_bytes(4, "big")
    data[17:21] = crc32c(memoryview(data)[21:]).to_bytes(4, "big")
    with pytest.raises(RecordError, match="must follow on each other"):
        validate_append(
            memoryview(data), AppendRules("t-0", compacted=True), base_offset=10, leader_epoch=0, now_ms=NOW
        )


def test_headers_have_no_place_in_older_formats() -> None:
    data = bytearray(encode_batch([Record(timestamp=NOW, headers=(("h", b""),))]))
    with pytest.raises(RecordError, match="Magic v1 does not support record headers"):
        validate_append(memoryview(data), AppendRules("t-0", magic=1), base_offset=0, leader_epoch=0, now_ms=NOW)


def test_the_limit_holds_for_what_is_written_anew() -> None:
    data = encode_message_set([Record(0, NOW, None, bytes(5000))], 1, compression=Compression.GZIP)
    rules = AppendRules("t-0", max_message_bytes=1000, compression=Compression.NONE)
    with pytest.raises(RecordTooLarge, match="maximum configured size of 1000"):
        validate_append(memoryview(bytearray(data)), rules, base_offset=0, leader_epoch=0, now_ms=NOW)


def test_a_cut_off_message_at_the_end_is_trimmed() -> None:
    one = encode_message(Record(0, NOW, None, b"a"), 1)
    rules = AppendRules("t-0", magic=1)
    result = validate_append(memoryview(bytearray(one + one[:20])), rules, base_offset=0, leader_epoch=0, now_ms=NOW)
    assert result is not None
    assert result.records == one


def test_a_wrapper_gets_the_largest_timestamp_inside() -> None:
    inner = encode_message_set([Record(0, NOW, b"k", b"a"), Record(1, NOW + 9, b"k", b"b")], 1)
    wrapper = Record(1, NOW, None, compress(Compression.GZIP, inner))
    data = memoryview(bytearray(encode_message(wrapper, 1, attributes=Compression.GZIP)))
    result = validate_append(data, AppendRules("t-0", magic=1), base_offset=10, leader_epoch=0, now_ms=NOW)
    assert result is not None
    assert result.records is data
    (found,) = facts(data)
    assert (found.header["base_offset"], found.header["max_timestamp"], result.max_timestamp) == (11, NOW + 9, NOW + 9)


def test_negative_timestamps_are_not_taken_over() -> None:
    data = bytearray(encode_message(Record(0, -5, None, b"a"), 1))
    with pytest.raises(RecordError, match="Invalid negative timestamp -5"):
        validate_append(memoryview(data), AppendRules("t-0"), base_offset=0, leader_epoch=0, now_ms=NOW)


PYKAFKA = [line.split("\t") for line in (FILE.parent / "pykafka_messages.tsv").read_text().splitlines()]


@pytest.mark.parametrize("to_magic", [0, 1, 2])
@pytest.mark.parametrize(("magic", "codec", "data"), PYKAFKA, ids=lambda text: text[:6])
def test_pykafka_sends_offsets_of_minus_one_raw_snappy_and_linked_lz4_blocks(
    magic: str, codec: str, data: str, to_magic: int
) -> None:
    buffer = memoryview(bytearray.fromhex(data))
    result = validate_append(buffer, AppendRules("t-0", magic=to_magic), base_offset=100, leader_epoch=0, now_ms=NOW)
    assert result is not None
    assert result.header.compression is Compression[codec]
    has_timestamps = magic == "1" and to_magic > 0
    assert list(iter_records(result.records)) == [
        Record(100 + i, NOW + i if has_timestamps else -1, b"key" if i % 2 else None, b"value-%d " % i * 9)
        for i in range(3)
    ]
    if codec == "LZ4":  # what lies in the log is for Kafka to read
        frame = bytes(result.records).index(b"\x04\x22\x4d\x18")
        assert not has_linked_blocks(result.records[frame:])
