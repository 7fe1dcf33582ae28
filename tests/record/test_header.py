"""Headers of batches of any magic."""

import pytest

from kafkacli.record.batch import Record, encode_batch
from kafkacli.record.errors import CorruptRecord
from kafkacli.record.header import BATCH_OVERHEAD, TimestampType, ensure_valid, iter_headers, next_sequence, read_header
from tests.record.kafka_records import batches


def test_an_older_message_has_the_same_facts() -> None:
    header = read_header(batches()["v0-none"])
    assert (header.magic, header.base_offset, header.last_offset, header.records_count) == (0, 1000, 1000, 1)
    assert (header.max_timestamp, header.timestamp_type) == (-1, TimestampType.NO_TIMESTAMP_TYPE)
    assert (header.producer_id, header.base_sequence, header.last_sequence) == (-1, -1, -1)
    header = read_header(batches()["v1-gzip"])
    assert (header.magic, header.last_offset, header.records_count) == (1, 1004, -1)
    assert header.is_compressed
    assert repr(header).startswith("BatchHeader(attributes=1, base_offset=1004, ")


def test_batches_are_found_one_after_the_other() -> None:
    first = encode_batch([Record(value=b"a")])
    second = encode_batch([Record(value=b"b"), Record(value=b"c")], base_offset=1)
    found = [(position, header.base_offset) for position, header in iter_headers(first + second)]
    assert found == [(0, 0), (len(first), 1)]


def test_a_changed_byte_breaks_the_checksum() -> None:
    batch = encode_batch([Record(timestamp=1, key=b"k", value=b"v")])
    for position in range(21, len(batch)):
        changed = bytearray(batch)
        changed[position] ^= 1
        with pytest.raises(CorruptRecord, match="stored crc"):
            ensure_valid(changed)


def test_base_offset_and_leader_epoch_lie_outside_of_the_checksum() -> None:
    batch = bytearray(encode_batch([Record(value=b"v")]))
    batch[0:8] = (77).to_bytes(8, "big")
    batch[12:16] = (5).to_bytes(4, "big")
    ensure_valid(batch)
    assert (read_header(batch).base_offset, read_header(batch).partition_leader_epoch) == (77, 5)


@pytest.mark.parametrize(("magic", "length"), [(2, BATCH_OVERHEAD - 13), (0, 13), (1, -1), (3, 100), (-1, 100)])
def test_lengths_and_magics_that_cannot_be_are_corrupt(magic: int, length: int) -> None:
    batch = bytearray(encode_batch([Record(value=b"a" * 100)]))
    batch[8:12] = length.to_bytes(4, "big", signed=True)
    batch[16] = magic & 0xFF
    with pytest.raises(CorruptRecord):
        list(iter_headers(batch))


def test_sequences_wrap_to_zero() -> None:
    assert next_sequence(2**31 - 1, 1) == 0
    assert next_sequence(2**31 - 2, 5) == 3
    assert next_sequence(7, 5) == 12
    assert next_sequence(-1, 5) == -1
