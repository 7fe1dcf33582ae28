"""Message sets of magic 0 and 1."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkacli.record.batch import (
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
from kafkacli.record.legacy import encode_message, encode_message_set, read_legacy_records
from tests.record.kafka_records import batches, facts, records_of

CODECS = [Compression.NONE, Compression.GZIP, Compression.SNAPPY, Compression.LZ4]
LEGACY = [name for name in batches() if not name.startswith("v2")]
OPTIONAL_BYTES = st.none() | st.binary(max_size=40)


@st.composite
def message_lists(draw: st.DrawFn) -> list[Record]:
    """Records with growing offsets."""
    offset = draw(st.integers(0, 2**40))
    records = []
    for _ in range(draw(st.integers(1, 5))):
        records.append(Record(offset, draw(st.integers(-1, 2**62)), draw(OPTIONAL_BYTES), draw(OPTIONAL_BYTES)))
        offset += draw(st.integers(1, 1000))
    return records


@given(records=message_lists(), magic=st.sampled_from([0, 1]), compression=st.sampled_from(CODECS))
def test_messages_come_back_as_they_went_in(records: list[Record], magic: int, compression: Compression) -> None:
    data = encode_message_set(records, magic, compression=compression)
    for position, header in iter_headers(data):
        ensure_valid(data, position, header)
    read = list(iter_records(memoryview(data)))
    timestamps = [record.timestamp if magic else -1 for record in records]
    assert [(r.offset, r.timestamp, r.key, r.value) for r in read] == [
        (r.offset, timestamp, r.key, r.value) for r, timestamp in zip(records, timestamps, strict=True)
    ]


@pytest.mark.parametrize("name", LEGACY)
def test_message_sets_are_written_as_kafka_writes_them(name: str) -> None:
    _, header = next(iter_headers(batches()[name]))
    data = encode_message_set(
        records_of(name), header.magic, compression=header.compression, timestamp_type=header.timestamp_type
    )
    assert facts(data) == facts(batches()[name])
    if not header.is_compressed:
        assert data == batches()[name]


def test_the_lz4_checksum_is_kafkas_in_both_formats() -> None:
    for magic, position in ((0, 26), (1, 34)):
        name = f"v{magic}-lz4"
        ours = encode_message_set(records_of(name), magic, compression=Compression.LZ4)
        assert ours[position : position + 7] == batches()[name][position : position + 7]
    assert batches()["v0-lz4"][32] != batches()["v1-lz4"][40]


@pytest.mark.parametrize("name", ["v0-none", "v1-none", "v0-gzip", "v1-snappy", "v1-lz4"])
def test_every_truncation_leaves_whole_messages_or_names_the_error(name: str) -> None:
    whole = batches()[name]
    starts = [position for position, _ in iter_headers(whole)]
    for size in range(min(len(whole), 700)):
        cut = whole[:size]
        found = [position for position, _ in iter_headers(cut)]
        assert found == starts[: len(found)]
        with contextlib.suppress(CorruptRecord):
            read_header(cut)
        if size < starts[1] if len(starts) > 1 else size < len(whole):
            with pytest.raises(CorruptRecord):
                read_records(cut)


def test_a_changed_byte_breaks_the_checksum() -> None:
    message = encode_message(Record(0, 5, b"k", b"v"), 1)
    for position in range(17, len(message)):
        changed = bytearray(message)
        changed[position] ^= 1
        with pytest.raises(CorruptRecord, match="stored crc"):
            ensure_valid(changed)


def wrapper(value: bytes | None, *, magic: int = 1, offset: int = 0, codec: int = 1) -> bytes:
    """A compressed message around any bytes."""
    return encode_message(Record(offset, 1, None, value), magic, attributes=codec)


def gzipped(data: bytes) -> bytes:
    """Bytes as gzip."""
    import gzip

    return gzip.compress(data)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (wrapper(None), "null value"),
        (wrapper(gzipped(b"")), "no inner records"),
        (wrapper(gzipped(bytes(30))), "Record size is less than"),
        (wrapper(b"no gzip"), "Failed to decompress"),
        (wrapper(b"x", codec=4), "Invalid wrapper compressionType"),
        (wrapper(b"x", codec=5), "Unknown compression type id: 5"),
        (wrapper(gzipped(wrapper(gzipped(b"")))), "Inner messages must not be compressed"),
        (
            wrapper(gzipped(encode_message(Record(5, 1), 1)), offset=4),
            "wrapper offset '4' is less than the last inner message offset '5'",
        ),
        (wrapper(gzipped(encode_batch([Record(timestamp=1)]))), "Invalid magic 2 of a message inside"),
        (encode_message(Record(0, 1), 0)[:18] + b"\0\0\0\5" + bytes(4), "Found invalid record structure"),
        (encode_message(Record(0, 1), 0)[:18] + b"\0\0\0\4" + bytes(4), "Found invalid record structure"),
        (encode_message(Record(0, 1, b"four"), 0)[:-4], "Too few bytes"),
        (
            encode_message(Record(0, 1, b"four"), 0)[:18] + b"\0\0\0\2" + bytes(8),
            "expected to read 18 bytes .* read 16",
        ),
        (encode_message(Record(0, 1), 0)[:-4] + b"\0\0\0\5", "Found invalid record structure"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_wrong_wrappers_are_named(data: bytes, text: str) -> None:
    with pytest.raises(RecordError, match=text):
        read_records(data)


def test_a_cut_off_message_inside_ends_the_wrapper() -> None:
    inner = encode_message(Record(0, 1, None, b"a"), 1)
    assert [record.value for record in read_records(wrapper(gzipped(inner + inner[:20])))] == [b"a"]


def test_a_wrapper_offset_of_zero_leaves_the_offsets_inside() -> None:
    inner = encode_message(Record(0, 1, None, b"a"), 1) + encode_message(Record(1, 1, None, b"b"), 1)
    assert [record.offset for record in read_records(wrapper(gzipped(inner)))] == [0, 1]


def test_the_append_time_of_a_wrapper_counts_for_all_inside() -> None:
    records = [Record(0, 5, None, b"a"), Record(1, 9, None, b"b")]
    data = encode_message_set(records, 1, compression=Compression.GZIP, timestamp_type=TimestampType.LOG_APPEND_TIME)
    assert [record.timestamp for record in read_records(data)] == [9, 9]


def test_messages_inside_are_verified_on_demand() -> None:
    inner = bytearray(encode_message(Record(0, 1, None, b"value"), 1))
    inner[-1] ^= 1
    damaged = wrapper(gzipped(bytes(inner)))
    assert read_records(damaged)[0].value == b"valud"
    with pytest.raises(CorruptRecord):
        read_legacy_records(damaged, 0, read_header(damaged), verify_inner=True)
    mixed = wrapper(gzipped(encode_message(Record(0, 1), 0)))
    with pytest.raises(InvalidRecord, match="does not match wrapper magic"):
        read_legacy_records(mixed, 0, read_header(mixed), verify_inner=True)


@given(message_lists(), st.sampled_from([0, 1]), st.sampled_from(CODECS), st.integers(0), st.integers(0, 255))
def test_a_damaged_message_set_gives_records_or_a_named_error(
    records: list[Record], magic: int, compression: Compression, position: int, byte: int
) -> None:
    data = bytearray(encode_message_set(records, magic, compression=compression))
    data[position % len(data)] = byte
    with contextlib.suppress(RecordError):
        list(iter_records(data))
