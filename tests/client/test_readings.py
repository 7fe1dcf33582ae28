"""Which of a leader's bytes are handed on, and where the position is then."""

import pytest

from kafkacli.client.readings import Piece, Position, Reading, pieces_of
from kafkacli.client.records import RecordError
from kafkacli.record.batch import Record, encode_batch
from kafkacli.record.control import encode_end_transaction
from kafkacli.wire.messages.fetch import AbortedTransaction, FetchablePartitionResponse


def batch(base: int, *values: bytes, producer: int = -1) -> bytes:
    records = [Record(value=value) for value in values]
    return encode_batch(
        records, base_offset=base, producer_id=producer, is_transactional=producer >= 0, partition_leader_epoch=4
    )


def end(base: int, producer: int, *, commit: bool) -> bytes:
    return encode_end_transaction(
        commit=commit, coordinator_epoch=0, producer_id=producer, producer_epoch=0, timestamp=0, base_offset=base
    )


def read(
    records: bytes, start: int = 0, *aborted: tuple[int, int], committed: bool = False
) -> tuple[Reading, list[Piece]]:
    reading = Reading(("t", 0))
    reading.begin(Position(start))
    rows = [AbortedTransaction(producer_id=producer, first_offset=offset) for producer, offset in aborted]
    answer = FetchablePartitionResponse(records=records, aborted=rows)
    return reading, list(pieces_of(reading, answer, committed=committed, checks=True))


def values(pieces: list[Piece]) -> list[bytes | None]:
    return [value for piece in pieces if piece.run is not None for value in piece.run.values()]


def test_whole_batches_and_the_position_behind_them() -> None:
    reading, pieces = read(batch(5, b"a", b"b") + batch(7, b"c") + batch(8, b"cut")[:-1], 5)
    assert values(pieces) == [b"a", b"b", b"c"]
    assert reading.position is not None
    assert (reading.position.offset, reading.position.epoch) == (8, 4)
    assert [piece.after.offset for piece in pieces] == [7, 8]


def test_from_the_middle_of_a_batch() -> None:
    _, pieces = read(batch(3, b"old") + batch(5, b"a", b"b", b"c"), 6)
    assert values(pieces) == [b"b", b"c"]


def test_what_was_aborted_is_left_out_of_what_is_committed() -> None:
    log = (
        batch(0, b"x", producer=1)
        + batch(1, b"y", producer=2)
        + end(2, 1, commit=False)
        + batch(3, b"z", producer=1)
        + end(4, 2, commit=True)
        + end(5, 1, commit=True)
    )
    assert values(read(log, 0, (1, 0), committed=True)[1]) == [b"y", b"z"]
    reading, pieces = read(log, 0, (1, 0))
    assert values(pieces) == [b"x", b"y", b"z"]
    assert reading.position is not None
    assert reading.position.offset == 6


def test_a_wrong_checksum() -> None:
    whole = batch(0, b"a")
    with pytest.raises(RecordError, match="Received exception when fetching the next record from t-0"):
        read(whole[:-2] + b"\xff\xff")
