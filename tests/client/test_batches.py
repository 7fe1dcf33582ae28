"""One batch of a producer, from its records to its bytes and back."""

import pytest

from kafkacli.client.batches import Batch
from kafkacli.record.batch import ensure_valid, read_header, read_records
from kafkacli.record.compression import Compression
from kafkacli.record.packing import pack_one, pack_values


def batch(*values: bytes, timestamp_ms: int = 100) -> Batch:
    made = Batch(("t", 2), 1.0, timestamp_ms, 1000, reserved=16)
    made.append(
        pack_values(values, list(map(len, values)), 0, 0), len(values), timestamp_ms, 5.0, sum(map(len, values))
    )
    return made


@pytest.mark.parametrize("codec", list(Compression))
def test_what_is_sent_is_a_valid_batch(codec: Compression) -> None:
    one = batch(b"a", b"b")
    one.append(pack_one(b"k", b"c", (("h", None),), 2, 7), 1, 107, 6.0, 1)
    one.give_sequence(9, 1, 30)
    one.close(codec, is_transactional=True)
    ensure_valid(one.wire)
    header = read_header(one.wire)
    assert (header.base_timestamp, header.max_timestamp, header.records_count) == (100, 107, 3)
    assert (header.producer_id, header.producer_epoch, header.base_sequence) == (9, 1, 30)
    assert (header.compression, header.is_transactional, header.last_offset_delta) == (codec, True, 2)
    one.base_offset = 50
    assert [(record.offset, record.timestamp, record.key, record.value) for record in one.records()] == [
        (50, 100, None, b"a"),
        (51, 100, None, b"b"),
        (52, 107, b"k", b"c"),
    ]
    assert one.last_sequence == 32


def test_records_can_be_asked_for_before_it_is_closed() -> None:
    assert [record.value for record in batch(b"a", b"b").records()] == [b"a", b"b"]


def test_records_handed_over_together_are_one_mark() -> None:
    one = batch(b"a", b"bc")
    one.append(pack_values([b"d"], [1], 2, 0), 1, 100, 5.0, 1)
    one.append(pack_values([b"e"], [1], 3, 0), 1, 100, 5.5, 1)
    assert one.marks == [(5.0, 3, 4), (5.5, 1, 1)]


def test_a_new_number_leaves_what_is_being_sent_alone() -> None:
    one = batch(b"a")
    one.give_sequence(1, 0, 7)
    one.close(Compression.NONE)
    before, copy = one.wire, bytes(one.wire)
    one.give_sequence(1, 1, 0)
    assert one.is_renumbered
    assert not batch(b"a").is_renumbered
    assert before == copy
    ensure_valid(one.wire)
    assert (read_header(one.wire).producer_epoch, read_header(one.wire).base_sequence) == (1, 0)


def test_a_batch_that_is_split_keeps_records_times_marks_and_numbers() -> None:
    values = [b"%03d" % number * 10 for number in range(9)]
    one = batch(*values)
    one.append(pack_one(b"k", values[0], (), 9, 4), 1, 104, 6.0, 30)
    one.give_sequence(1, 0, 100)
    one.close(Compression.GZIP)
    parts = one.split(130)
    assert [part.count for part in parts] == [3, 3, 3, 1]
    assert [part.sequence for part in parts] == [100, 103, 106, 109]
    assert [part.marks for part in parts[-2:]] == [[(5.0, 3, 90)], [(6.0, 1, 30)]]
    for part in parts:
        part.close(Compression.NONE)
    found = [record for part in parts for record in read_records(part.wire)]
    assert [record.value for record in found] == [*values, values[0]]
    assert [record.timestamp for record in found] == [100] * 9 + [104]
    assert sum(part.reserved for part in parts) == 16
