"""Which records a version of Produce carries."""

import pytest

from kafkacli.client.produce_versions import for_version, has_headers, magic_of
from kafkacli.record.batch import encode_batch, read_header, read_records
from kafkacli.record.compression import Compression
from kafkacli.record.errors import UnsupportedCompression
from kafkacli.record.record import Record

RECORDS = [Record(0, 5, b"k", b"one"), Record(1, 7, None, b"two", (("h", b"x"),))]


@pytest.mark.parametrize(("version", "magic"), [(0, 0), (1, 0), (2, 1), (3, 2), (8, 2)])
@pytest.mark.parametrize("codec", [Compression.NONE, Compression.GZIP, Compression.LZ4])
def test_records_are_brought_down_to_what_a_version_carries(version: int, magic: int, codec: Compression) -> None:
    batch = encode_batch(RECORDS, compression=codec)
    sent = for_version(batch, version)
    header = read_header(sent)
    assert (magic_of(version), header.magic, header.compression) == (magic, magic, codec)
    if codec:
        assert [(one.key, one.value) for one in read_records(sent)] == [(b"k", b"one"), (None, b"two")]
    assert (sent is batch) == (magic == 2)


@pytest.mark.parametrize("version", [2, 6])
def test_zstandard_is_refused_before_there_was_any(version: int) -> None:
    batch = encode_batch(RECORDS, compression=Compression.ZSTD)
    with pytest.raises(UnsupportedCompression, match=f"version {version} are not allowed to use ZStandard"):
        for_version(batch, version)
    assert for_version(batch, 7) is batch


def test_headers_are_found() -> None:
    assert has_headers(encode_batch(RECORDS))
    assert not has_headers(encode_batch(RECORDS[:1]))
