"""A disk without room: the append is refused, what was there stays readable, and service goes on when there is room."""

import resource
from pathlib import Path

import pytest

from kafkacli.errors import ApiError, ErrorCode
from kafkacli.log.log_config import LogConfig
from kafkacli.log.partition_log import PartitionLog
from kafkacli.record.batch import Record, encode_batch
from kafkacli.record.control import encode_end_transaction
from tests.support.logs import NOW_MS, open_dirs, records_of
from tests.support.memory_filesystem import MemoryFileSystem

CONFIG = LogConfig(segment_bytes=400, index_interval_bytes=50, segment_index_bytes=1200)


def append(log: PartitionLog, value: bytes, *, epoch: int = 0, sequence: int | None = None) -> int:
    fields = {} if sequence is None else {"producer_id": 1, "producer_epoch": 0, "base_sequence": sequence}
    data = encode_batch(
        [Record(timestamp=NOW_MS + log.log_end_offset, value=value)],
        is_transactional=sequence is not None,
        **fields,  # type: ignore[arg-type]
    )
    offset = log.append_as_leader(memoryview(bytearray(data)), leader_epoch=epoch, now_ms=NOW_MS).first_offset
    log.update_high_watermark(log.log_end_offset)
    return offset


def abort(log: PartitionLog) -> None:
    data = encode_end_transaction(
        commit=False, coordinator_epoch=0, producer_id=1, producer_epoch=0, timestamp=NOW_MS, base_offset=0
    )
    log.append_as_leader(memoryview(bytearray(data)), leader_epoch=0, now_ms=NOW_MS, from_client=False)
    log.update_high_watermark(log.log_end_offset)


@pytest.mark.parametrize("kind", [".log", ".index", ".timeindex", ".snapshot", "leader-epoch-checkpoint.tmp", "-0/"])
@pytest.mark.parametrize("clean", [True, False])
def test_whatever_file_has_no_room_only_the_append_fails(kind: str, clean: bool) -> None:
    filesystem = MemoryFileSystem()
    dirs = open_dirs("/logs", CONFIG, filesystem=filesystem)
    log = dirs.create("t", 0, CONFIG, NOW_MS)
    written: list[bytes] = []
    refused = []
    for number in range(30):
        if number % 3:
            filesystem.fail_writes = lambda path: kind in path
        try:
            assert append(log, b"%d" % number, epoch=number // 5) == len(written)
            written.append(b"%d" % number)
        except ApiError as error:
            refused.append(error.code)
        filesystem.fail_writes = lambda path: False
        assert log.log_end_offset == len(written)
        assert [record.value for record in records_of(log)] == written
    assert len(refused) > 1
    assert set(refused) == {ErrorCode.KAFKA_STORAGE_ERROR}
    assert len(log.segments) > 1
    epochs = log.end_offset_for_epoch(2)
    dirs.close(NOW_MS, clean=clean)
    filesystem.kill()
    again = open_dirs("/logs", CONFIG, filesystem=filesystem).get("t", 0)
    assert again is not None
    assert [record.value for record in records_of(again)] == written
    assert again.end_offset_for_epoch(2) == epochs


def test_an_abort_that_can_not_be_noted_is_not_in_the_log() -> None:
    filesystem = MemoryFileSystem()
    log = open_dirs("/logs", CONFIG, filesystem=filesystem).create("t", 0, CONFIG, NOW_MS)
    append(log, b"a", sequence=0)
    filesystem.fail_writes = lambda path: path.endswith(".txnindex")
    with pytest.raises(ApiError):
        abort(log)
    assert (log.log_end_offset, log.last_stable_offset, log.size) == (1, 0, log.segments.first.size)
    assert len(list(log.segments.first.batches())) == 1
    filesystem.fail_writes = lambda path: False
    abort(log)
    assert (log.log_end_offset, log.last_stable_offset) == (2, 2)
    assert [one[:3] for one in log.segments.first.transaction_index.transactions] == [(1, 0, 1)]
    assert append(log, b"b", sequence=1) == 2


@pytest.mark.parametrize("kind", [".log", ".index", ".timeindex"])
def test_a_segment_that_can_not_be_made_leaves_no_file(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    filesystem = MemoryFileSystem()
    log = open_dirs("/logs", CONFIG, filesystem=filesystem).create("t", 0, CONFIG, NOW_MS)
    for _ in range(4):
        append(log, b"x" * 20)
    opened = MemoryFileSystem.open

    def refuse(self: MemoryFileSystem, path: str, *, create: bool = False) -> int:
        if create and path not in self.files and path.endswith(kind):
            raise OSError(28, "No space left on device")
        return opened(self, path, create=create)

    files = {path for path in filesystem.files if not path.endswith(".snapshot")}
    with monkeypatch.context() as full:
        full.setattr(MemoryFileSystem, "open", refuse)
        with pytest.raises(ApiError, match="Error while appending records to t-0 in dir /logs"):
            append(log, b"x" * 300)
        assert {path for path in filesystem.files if not path.endswith(".snapshot")} == files
    assert append(log, b"x" * 300) == 4
    assert len(log.segments) == 2
    assert len(records_of(log)) == 5


def test_a_real_file_that_may_not_grow(tmp_path: Path) -> None:
    dirs = open_dirs(tmp_path)
    log = dirs.create("t", 0, LogConfig(segment_index_bytes=12_000), NOW_MS)
    append(log, b"a" * 20_000)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.size + 1000, hard))  # so that a part is written
    try:
        with pytest.raises(ApiError) as caught:
            append(log, b"b" * 5000)
        assert caught.value.code is ErrorCode.KAFKA_STORAGE_ERROR
        assert Path(log.segments.active.path).stat().st_size == log.size
        assert append(log, b"c" * 100) == 1
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert append(log, b"d" * 5000) == 2
    assert [len(record.value or b"") for record in records_of(log)] == [20_000, 100, 5000]
    dirs.close(NOW_MS)
