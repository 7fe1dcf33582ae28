"""The codecs, whole, cut off, damaged and hostile."""

import contextlib
import gzip

import cramjam
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkacli.record.compression import Compression, compress, compression_of, decompress, has_linked_blocks
from kafkacli.record.errors import (
    CorruptRecord,
    InvalidRecord,
    RecordError,
    RecordTooLarge,
    UnreadableStream,
    UnsupportedCompression,
)

CODECS = [codec for codec in Compression if codec]
TEXT = b"a longer text that comes again and again; "


@given(st.sampled_from(Compression), st.integers(0, 2), st.binary(max_size=300), st.integers(0, 2000))
def test_bytes_come_back(codec: Compression, magic: int, data: bytes, times: int) -> None:
    data *= times
    assert decompress(codec, compress(codec, data, magic=magic), magic=magic) == data


@pytest.mark.parametrize("codec", CODECS)
def test_many_blocks_of_both_kinds_come_back(codec: Compression) -> None:
    import random

    noise = random.Random(7).randbytes(200_000)
    data = TEXT * 10_000 + noise + TEXT
    compressed = compress(codec, memoryview(data))
    assert decompress(codec, memoryview(compressed)) == data
    assert len(compressed) < len(noise) + 40_000


@pytest.mark.parametrize("codec", CODECS)
def test_every_truncation_is_a_named_error(codec: Compression) -> None:
    compressed = compress(codec, TEXT * 3)
    first = 1 if codec is Compression.SNAPPY else 0
    for size in range(first, len(compressed)):
        if codec is Compression.SNAPPY and size == 16:
            continue  # a stream without blocks is whole: nothing is in it
        with pytest.raises((UnreadableStream, InvalidRecord)):
            decompress(codec, compressed[:size])


@given(st.sampled_from(CODECS), st.integers(0, 1), st.binary(max_size=100))
def test_any_bytes_give_bytes_or_a_named_error(codec: Compression, magic: int, data: bytes) -> None:
    for prefix in (b"", b"\x82SNAPPY\0" + b"\0\0\0\1" * 2, b"\x04\x22\x4d\x18\x60\x40\x82", b"\x1f\x8b\x08"):
        with contextlib.suppress(RecordError):
            decompress(codec, prefix + data, magic=magic, max_bytes=100_000)


@given(st.sampled_from(CODECS), st.integers(0), st.integers(0, 255))
def test_a_damaged_stream_gives_bytes_or_a_named_error(codec: Compression, position: int, byte: int) -> None:
    data = bytearray(compress(codec, TEXT * 20))
    data[position % len(data)] = byte
    with contextlib.suppress(RecordError):
        decompress(codec, data, max_bytes=100_000)


@pytest.mark.parametrize("codec", CODECS)
def test_output_stops_at_the_limit(codec: Compression) -> None:
    bomb = compress(codec, bytes(1_000_000))
    assert len(decompress(codec, bomb, max_bytes=1_000_000)) == 1_000_000
    with pytest.raises(RecordTooLarge, match="999999 bytes"):
        decompress(codec, bomb, max_bytes=999_999)


@pytest.mark.parametrize(
    "stream", [b"\xff\xff\xff\x3f\0", b"\x82SNAPPY\0" + b"\0\0\0\1" * 2 + b"\0\0\0\5\xff\xff\xff\x3f\0"]
)
def test_a_size_that_snappy_only_claims_is_not_allocated(stream: bytes) -> None:
    with pytest.raises(CorruptRecord, match="impossible size"):
        decompress(Compression.SNAPPY, stream)


def test_raw_snappy_is_read() -> None:
    assert decompress(Compression.SNAPPY, bytes(cramjam.snappy.compress_raw(TEXT))) == TEXT


def test_streams_may_follow_one_another() -> None:
    for codec in (Compression.GZIP, Compression.SNAPPY, Compression.ZSTD):
        assert decompress(codec, compress(codec, b"one ") + compress(codec, b"two")) == b"one two"


def test_what_follows_an_lz4_frame_is_left_alone() -> None:
    for more in (b"more", compress(Compression.LZ4, b"two")):
        assert decompress(Compression.LZ4, compress(Compression.LZ4, b"one") + more) == b"one"


def test_what_follows_gzip_members_is_left_alone() -> None:
    members = compress(Compression.GZIP, b"one ") + compress(Compression.GZIP, b"two")
    assert decompress(Compression.GZIP, members + b"more") == b"one two"
    with pytest.raises(UnreadableStream):
        decompress(Compression.GZIP, members + compress(Compression.GZIP, TEXT)[:-2] + b"xx")


def test_a_gzip_member_that_ends_too_early_is_told_as_java_tells_it() -> None:
    whole = compress(Compression.GZIP, TEXT)
    for cut, magic, error in (
        (8, 2, UnreadableStream),
        (12, 2, InvalidRecord),
        (8, 1, UnreadableStream),
        (12, 1, UnreadableStream),
    ):
        with pytest.raises(error):
            decompress(Compression.GZIP, whole[:-cut], magic=magic)


def test_lz4_checksums() -> None:
    """XXH32 of 60 40: 82 in the second byte; in magic 0 it is taken over the frame's magic number too."""
    right = compress(Compression.LZ4, TEXT, magic=1)
    wrong = compress(Compression.LZ4, TEXT, magic=0)
    assert (right[4:7], wrong[:6]) == (b"\x60\x40\x82", right[:6])
    assert wrong[6] != right[6]
    assert decompress(Compression.LZ4, wrong, magic=0) == TEXT
    assert decompress(Compression.LZ4, right, magic=0) == TEXT
    with pytest.raises(CorruptRecord):
        decompress(Compression.LZ4, wrong, magic=1)


@pytest.mark.parametrize("linked", [False, True])
def test_lz4_frames_of_other_writers_are_read(linked: bool) -> None:
    compressor = cramjam.lz4.Compressor(block_linked=linked, content_checksum=True)
    compressor.compress(TEXT * 5000)
    frame = bytes(compressor.finish())
    assert has_linked_blocks(frame) is linked
    for magic in (0, 1):
        assert decompress(Compression.LZ4, frame, magic=magic) == TEXT * 5000
    if linked:
        with pytest.raises(UnreadableStream, match="Dependent block stream is unsupported"):
            decompress(Compression.LZ4, frame)
    else:
        assert decompress(Compression.LZ4, frame) == TEXT * 5000


@pytest.mark.parametrize(
    ("position", "byte", "text"),
    [
        (0, 5, "invalid magic bytes"),
        (4, 0x61, "unsupported flags"),
        (4, 0xA0, "unsupported flags"),
        (5, 0x30, "unsupported flags"),
        (5, 0x41, "unsupported flags"),
        (6, 0, "descriptor corrupted"),
    ],
)
def test_lz4_headers_that_kafka_refuses(position: int, byte: int, text: str) -> None:
    frame = bytearray(compress(Compression.LZ4, TEXT))
    frame[position] = byte
    with pytest.raises(UnreadableStream, match=text):
        decompress(Compression.LZ4, frame)


def test_an_lz4_checksum_of_the_content_is_not_verified() -> None:
    compressor = cramjam.lz4.Compressor(block_linked=False, content_checksum=True)
    compressor.compress(TEXT)
    frame = bytes(compressor.finish())
    assert decompress(Compression.LZ4, frame[:-4] + bytes(4)) == TEXT
    with pytest.raises(UnreadableStream, match="ended prematurely"):
        decompress(Compression.LZ4, frame[:-1])


def test_none_is_the_bytes_themselves() -> None:
    assert compress(Compression.NONE, TEXT) == decompress(Compression.NONE, TEXT) == TEXT


def test_gzip_is_read_by_others() -> None:
    assert gzip.decompress(compress(Compression.GZIP, TEXT)) == TEXT


def test_attributes_name_the_codec() -> None:
    assert [compression_of(0x18 | number) for number in range(5)] == list(Compression)
    with pytest.raises(UnsupportedCompression, match="Unknown compression type id: 6"):
        compression_of(6)
