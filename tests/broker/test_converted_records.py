"""Records for old clients, converted while they are sent: whole, in pieces, with little memory, and what is left over."""

import random

import pytest

from kafkacli.broker.converted_records import ConvertedRecords, HeldRecords, KeptBytes, has_newer
from kafkacli.record.batch import Compression, CorruptRecord, Record, encode_batch, iter_headers, iter_records
from kafkacli.record.control import encode_end_transaction
from kafkacli.record.downconvert import down_convert
from kafkacli.record.errors import UnsupportedCompression
from kafkacli.record.legacy import encode_message_set

ZSTD = encode_batch([Record(timestamp=1, value=b"z")], base_offset=30, compression=Compression.ZSTD)


def batches(*codecs: Compression, values: int = 10) -> bytes:
    """One batch of magic 2 for each codec, one behind the other."""
    data = b""
    for number, codec in enumerate(codecs):
        records = [Record(timestamp=1000 + index, key=b"k", value=b"value" * 20) for index in range(values)]
        data += encode_batch(records, base_offset=number * values, compression=codec)
    return data


def converted(data: bytes, memory: KeptBytes | None = None, magic: int = 1, first_offset: int = 0) -> ConvertedRecords:
    return ConvertedRecords(HeldRecords(data), magic, first_offset, KeptBytes() if memory is None else memory)


def everything(records: ConvertedRecords, size: int = 1 << 20) -> bytes:
    told = len(records)
    data = b""
    while len(records):
        data += records.take(size)
    assert len(data) == told
    return data


MIXED = batches(Compression.GZIP, Compression.NONE, Compression.LZ4, Compression.SNAPPY, Compression.GZIP)


@pytest.mark.parametrize("magic", [0, 1])
@pytest.mark.parametrize("limit", [0, 200, 1 << 20])
def test_pieces_make_the_same_as_the_whole_whatever_is_kept(magic: int, limit: int) -> None:
    """As a slow client takes them: of most pieces a part is given back, and the chunk may be gone by then."""
    whole = everything(converted(MIXED, magic=magic))
    memory = KeptBytes(limit)
    chance = random.Random(5)
    records = converted(MIXED, memory, magic=magic)
    data = b""
    while len(records):
        piece = records.take(chance.randrange(1, 300))
        back = chance.randrange(len(piece) + 1)
        records.give_back(back)
        data += piece[: len(piece) - back]
        assert memory.taken <= limit
    assert data == whole
    assert memory.taken == 0


def test_what_fits_into_the_size_of_the_log_is_sent() -> None:
    """Kafka tells that size before it has converted more than the first batch: the rest of what grew comes next time."""
    records = converted(MIXED)
    assert len(records) == len(MIXED)
    data = everything(records)
    grown = down_convert(MIXED, 1, 0)
    assert len(grown) > len(MIXED)
    assert data == grown[: len(MIXED)]
    assert [record.offset for record in iter_records(data)] != []


def test_a_first_batch_that_grows_is_sent_whole() -> None:
    data = batches(Compression.NONE)
    grown = down_convert(data, 1, 0)
    assert len(grown) > len(data)
    assert everything(converted(data)) == grown


def test_what_is_left_over_is_a_message_that_nobody_reads() -> None:
    """The records below the offset asked for are left out of an uncompressed batch."""
    for size in (100, 100_000):
        data = encode_batch([Record(timestamp=1, value=bytes(size)), Record(timestamp=1, value=b"b")])
        told = everything(converted(data, first_offset=1), 1000)
        right = down_convert(data, 1, 1)
        filler = told[len(right) :]
        assert (len(told), told[: len(right)]) == (len(data), right)
        assert filler[:8] == b"\xff" * 8
        assert int.from_bytes(filler[8:12], "big") == max(len(filler) + 1, 61)
        assert len(list(iter_headers(told))) == 1


def test_where_nothing_is_left_a_client_gets_a_beginning_only() -> None:
    marker = encode_end_transaction(commit=False, coordinator_epoch=1, producer_id=2, producer_epoch=3, timestamp=4)
    assert everything(converted(marker)) == b"\xff" * 8 + (61).to_bytes(4, "big")


def test_records_end_before_a_batch_of_zstd_which_is_an_error_when_it_comes_first() -> None:
    first = batches(Compression.GZIP)
    told = everything(converted(first + ZSTD + first))
    assert [record.value for record in iter_records(told)] == [b"value" * 20] * 10
    with pytest.raises(UnsupportedCompression):
        converted(ZSTD)


def test_records_that_can_not_be_converted_end_the_sending() -> None:
    bad = bytearray(batches(Compression.GZIP))
    bad[70:90] = bytes(20)
    records = converted(batches(Compression.GZIP) + bad)
    with pytest.raises(OSError, match="can't be converted: Failed to decompress"):
        everything(records)
    with pytest.raises(CorruptRecord):
        converted(bytes(bad))


def test_batches_that_are_none_are_named() -> None:
    data = batches(Compression.GZIP)
    for wrong in (data[:-1], data[:8] + bytes(4) + data[12:], data[:5]):
        with pytest.raises(CorruptRecord, match="of a batch should be"):
            converted(wrong)


def test_memory_comes_back_from_clients_that_are_gone() -> None:
    memory = KeptBytes(10_000)
    kept = [converted(batches(Compression.NONE), memory) for _ in range(20)]
    assert 8_000 < memory.taken <= 10_000
    del kept
    assert memory.taken == 0


def test_older_formats_stay_as_they_are() -> None:
    old = encode_message_set([Record(0, -1, b"k", b"v"), Record(1, -1, b"k", b"v")], 0)
    assert everything(converted(old)) == old


@pytest.mark.parametrize(("magic", "newer"), [(0, True), (1, True), (2, False)])
def test_newer_formats_are_found_behind_older_ones(magic: int, newer: bool) -> None:
    old = encode_message_set([Record(0, -1, b"k", b"v")], 0)
    source = HeldRecords(old + batches(Compression.NONE))
    assert has_newer(source, magic) is newer
    assert len(source) == len(old + batches(Compression.NONE))
    assert not has_newer(HeldRecords(old), 0)
