"""Idempotent and transactional producers, as the log sees them."""

from pathlib import Path
from typing import Any

import pytest

from kafkacli.errors import ApiError, ErrorCode
from kafkacli.log.log_config import LogConfig
from kafkacli.log.partition_log import AppendInfo, PartitionLog
from kafkacli.log.producer_state import AppendedBatch, AppendOrigin
from kafkacli.record.batch import read_header
from kafkacli.record.control import encode_end_transaction
from tests.support.logs import NOW_MS, batch, open_dirs
from tests.support.memory_filesystem import MemoryFileSystem

WEEK_MS = 7 * 24 * 60 * 60 * 1000


@pytest.fixture
def log() -> PartitionLog:
    return open_dirs("/logs", filesystem=MemoryFileSystem()).create("topic", 0, LogConfig(), NOW_MS)


def append(
    log: PartitionLog, sequence: int, count: int = 1, *, epoch: int = 0, producer: int = 9, **more: Any
) -> AppendInfo:
    records = batch(*[b"x"] * count, producer_id=producer, producer_epoch=epoch, base_sequence=sequence, **more)
    info = log.append_as_leader(records, leader_epoch=0, now_ms=NOW_MS)
    log.update_high_watermark(log.log_end_offset)
    return info


def end_transaction(log: PartitionLog, *, commit: bool, epoch: int = 0, coordinator_epoch: int = 5) -> None:
    marker = encode_end_transaction(
        commit=commit, coordinator_epoch=coordinator_epoch, producer_id=9, producer_epoch=epoch, timestamp=NOW_MS
    )
    log.append_as_leader(memoryview(bytearray(marker)), leader_epoch=0, now_ms=NOW_MS, from_client=False)


def refused(log: PartitionLog, *arguments: Any, **more: Any) -> tuple[int, str]:
    end = log.log_end_offset
    with pytest.raises(ApiError) as caught:
        append(log, *arguments, **more)
    assert log.log_end_offset == end
    return caught.value.code, str(caught.value)


def test_a_batch_in_sequence_is_appended_and_a_repeated_one_answered(log: PartitionLog) -> None:
    infos = [append(log, sequence, 2) for sequence in range(0, 12, 2)]
    assert [info.first_offset for info in infos] == [0, 2, 4, 6, 8, 10]
    for repeated in range(2, 12, 2):  # the last five
        again = append(log, repeated, 2)
        assert (again.first_offset, again.last_offset, again.is_duplicate) == (repeated, repeated + 1, True)
    assert log.log_end_offset == 12
    code, message = refused(log, 0, 2)
    assert code == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
    assert message == (
        "Out of order sequence number for producerId 9 at offset 12 in partition topic-0: 0 (incoming seq. number), 11 "
        "(current end sequence number)"
    )


def test_a_gap_is_refused(log: PartitionLog) -> None:
    append(log, 0)
    assert refused(log, 2)[0] == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
    assert append(log, 1).first_offset == 1


def test_an_unknown_producer_may_go_on_anywhere(log: PartitionLog) -> None:
    assert append(log, 500).first_offset == 0
    assert append(log, 501).first_offset == 1


def test_sequences_wrap_around(log: PartitionLog) -> None:
    append(log, 2**31 - 2, 2)
    assert append(log, 0).first_offset == 2
    assert append(log, 2**31 - 2, 2).is_duplicate
    assert AppendedBatch(last_sequence=1, last_offset=10, offset_delta=3, timestamp=0).first_sequence == 2**31 - 2


def test_a_new_epoch_begins_at_zero_and_the_old_one_is_fenced(log: PartitionLog) -> None:
    append(log, 0, 3)
    assert refused(log, 3, epoch=1) == (
        ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
        "Invalid sequence number for new epoch at offset 3 in partition topic-0: 1 (request epoch), 3 (seq. number)",
    )
    append(log, 0, epoch=1)
    assert refused(log, 3, epoch=0) == (
        ErrorCode.INVALID_PRODUCER_EPOCH,
        "Producer's epoch at offset 4 in topic-0 is 0, which is smaller than the last seen epoch 1",
    )


def test_an_open_transaction_holds_the_stable_end(log: PartitionLog) -> None:
    append(log, 0, producer=1)
    append(log, 0, is_transactional=True)
    append(log, 1, producer=1)
    assert (log.high_watermark, log.last_stable_offset) == (3, 1)
    end_transaction(log, commit=True)
    assert log.last_stable_offset == 1  # until the marker is replicated
    log.update_high_watermark(4)
    assert log.last_stable_offset == 4


def test_an_aborted_transaction_is_told_to_those_who_read_it(log: PartitionLog) -> None:
    append(log, 0, 2, is_transactional=True)
    end_transaction(log, commit=False)
    append(log, 2, 2, is_transactional=True)
    end_transaction(log, commit=True)
    log.update_high_watermark(log.log_end_offset)
    first, second = log.read(0, 1 << 20, up_to=6), log.read(3, 1 << 20, up_to=6)
    assert log.aborted_transactions(first) == [(9, 0, 2, 3)]
    assert log.aborted_transactions(second) == []
    assert log.aborted_transactions(log.read(6, 100, up_to=6)) == []


def test_plain_batches_within_a_transaction_are_refused(log: PartitionLog) -> None:
    append(log, 0, is_transactional=True)
    assert refused(log, 1) == (
        ErrorCode.INVALID_TXN_STATE,
        "Expected transactional write from producer 9 at offset 1 in partition topic-0",
    )


def test_an_old_coordinator_is_fenced(log: PartitionLog) -> None:
    append(log, 0, is_transactional=True)
    end_transaction(log, commit=True, coordinator_epoch=5)
    with pytest.raises(ApiError, match=r"4 \(zombie\), 5 \(current\)") as caught:
        end_transaction(log, commit=True, coordinator_epoch=4)
    assert caught.value.code == ErrorCode.TRANSACTION_COORDINATOR_FENCED


@pytest.mark.parametrize("clean", [True, False])
def test_state_survives_stop_and_kill(tmp_path: Path, *, clean: bool) -> None:
    dirs = open_dirs(tmp_path)
    log = dirs.create("topic", 0, LogConfig(), NOW_MS)
    append(log, 0, 3)
    log.roll(NOW_MS)
    append(log, 3, is_transactional=True)
    dirs.close(NOW_MS, clean=clean)
    log = open_dirs(tmp_path).create("topic", 0, LogConfig(), NOW_MS)
    log.update_high_watermark(4)
    assert log.last_stable_offset == 3
    assert append(log, 3, is_transactional=True).is_duplicate
    assert refused(log, 5, is_transactional=True)[0] == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
    assert append(log, 4, is_transactional=True).first_offset == 4


def test_truncation_takes_the_state_back(log: PartitionLog) -> None:
    append(log, 0)
    append(log, 1)
    log.truncate_to(1, NOW_MS)
    info = append(log, 1)
    assert (info.first_offset, info.is_duplicate) == (1, False)


def test_idle_producers_are_forgotten_but_not_within_a_transaction(log: PartitionLog) -> None:
    append(log, 0, producer=1)
    append(log, 0, producer=2, is_transactional=True)
    log.producers.expire(NOW_MS + WEEK_MS - 1)
    assert sorted(log.producers.producers) == [1, 2]
    log.producers.expire(NOW_MS + WEEK_MS)
    assert sorted(log.producers.producers) == [2]


def test_a_corrupt_snapshot_is_passed_over(tmp_path: Path) -> None:
    dirs = open_dirs(tmp_path)
    log = dirs.create("topic", 0, LogConfig(), NOW_MS)
    append(log, 0, 3)
    log.roll(NOW_MS)
    append(log, 3)
    dirs.close(NOW_MS)
    for path in (tmp_path / "topic-0").glob("*.snapshot"):
        path.write_bytes(path.read_bytes()[:-1])
    log = open_dirs(tmp_path).create("topic", 0, LogConfig(), NOW_MS)
    assert append(log, 3).is_duplicate
    assert append(log, 4).first_offset == 4


def test_snapshots_that_no_recovery_needs_go(log: PartitionLog) -> None:
    for sequence in range(4):
        append(log, sequence)
        log.roll(NOW_MS)
    assert log.producers.snapshot_offsets() == [1, 2, 3, 4]
    log.flush(NOW_MS)
    log.delete_old_snapshots()
    assert log.producers.snapshot_offsets() == [3, 4]


def test_a_marker_alone_is_a_transaction_of_its_own(log: PartitionLog) -> None:
    end_transaction(log, commit=False)
    log.update_high_watermark(1)
    assert log.last_stable_offset == 1
    assert log.aborted_transactions(log.read(0, 1 << 20, up_to=1)) == [(9, 0, 0, 1)]


def test_what_is_in_the_log_is_believed(log: PartitionLog) -> None:
    append(log, 0, epoch=3)
    old = read_header(batch(b"x", producer_id=9, producer_epoch=1, base_sequence=77, base_offset=5))
    update, completed = log.producers.check(old, b"", AppendOrigin.REPLICATION)
    log.producers.update(update, completed, None)
    assert log.producers.producers[9].producer_epoch == 1


def test_stable_ends_know_of_other_open_transactions(log: PartitionLog) -> None:
    append(log, 0, producer=8, is_transactional=True)
    append(log, 0, is_transactional=True)
    end_transaction(log, commit=False)
    log.update_high_watermark(3)
    assert log.last_stable_offset == 0
    assert log.segments.active.transaction_index.transactions == [(9, 1, 2, 0)]
    log.update_high_watermark(3)
    log.delete_records(1)
    assert log.last_stable_offset == 1


def test_a_transaction_may_span_segments(log: PartitionLog) -> None:
    append(log, 0, is_transactional=True)
    log.roll(NOW_MS)
    end_transaction(log, commit=False)
    log.update_high_watermark(2)
    assert log.aborted_transactions(log.read(0, 1 << 20, up_to=2)) == [(9, 0, 1, 2)]
