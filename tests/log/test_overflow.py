"""Segments whose offsets are too far apart."""

import pytest

from kafkacli.log.log_config import LogConfig
from kafkacli.log.overflow import split_segment
from kafkacli.log.segment import file_name
from kafkacli.log.transaction_index import AbortedTransaction, TransactionIndex
from kafkacli.record.batch import Record, encode_batch
from tests.support.logs import NOW_MS, open_dirs, records_of
from tests.support.memory_filesystem import MemoryFileSystem

FAR = 2**31 + 10
OFFSETS = [5, 6, FAR, FAR + 1, 2 * FAR + 7, 2 * FAR + 20]
CONFIG = LogConfig(index_interval_bytes=10, segment_index_bytes=1200)


def overflowed() -> MemoryFileSystem:
    """A partition with all the offsets but the last in one segment, as an old broker's cleaner left it."""
    filesystem = MemoryFileSystem()
    filesystem.now_ms = NOW_MS
    open_dirs("/logs", CONFIG, filesystem=filesystem).close(NOW_MS)
    filesystem.make_directories("/logs/t-0")
    position = 0
    for offset in OFFSETS:
        base_offset = 0 if offset < OFFSETS[-1] else offset
        handle = filesystem.open("/logs/t-0/" + file_name(base_offset, ".log"), create=True)
        position = 0 if base_offset else position
        data = encode_batch([Record(timestamp=NOW_MS, key=b"%d" % offset)], base_offset=offset)
        filesystem.pwrite(handle, data, position)
        position += len(data)
        filesystem.close(handle)
    aborted = TransactionIndex(filesystem, "/logs/t-0/" + file_name(0, ".txnindex"), 0)
    aborted.append(AbortedTransaction(1, 6, FAR + 1, FAR + 2))
    return filesystem


@pytest.mark.parametrize("has_indexes", [True, False])
@pytest.mark.parametrize("clean", [True, False])
def test_such_a_segment_is_split_at_the_start(has_indexes: bool, clean: bool) -> None:
    filesystem = overflowed()
    if has_indexes:
        for suffix in (".index", ".timeindex"):
            filesystem.close(filesystem.open("/logs/t-0/" + file_name(0, suffix), create=True))
    if not clean:
        filesystem.unlink("/logs/.kafka_cleanshutdown")
    log = open_dirs("/logs", CONFIG, filesystem=filesystem).get("t", 0)
    assert log is not None
    assert [segment.base_offset for segment in log.segments] == [5, FAR, 2 * FAR + 7, 2 * FAR + 20]
    assert [record.offset for record in records_of(log)] == OFFSETS
    assert log.log_end_offset == OFFSETS[-1] + 1
    assert log.segments.first.modified_ms == NOW_MS
    if has_indexes and clean:
        assert [len(segment.transaction_index.transactions) for segment in log.segments] == [0, 1, 0, 0]


def test_a_segment_that_fits_stays(tmp_path: object) -> None:
    dirs = open_dirs(tmp_path, CONFIG)
    log = dirs.create("t", 0, CONFIG, NOW_MS)
    log.append_as_leader(memoryview(bytearray(encode_batch([Record(timestamp=NOW_MS)]))), leader_epoch=0, now_ms=NOW_MS)
    segment = log.segments.first
    assert split_segment(dirs.filesystem, log.segments, segment, NOW_MS) == [segment]
    assert not [name for name in dirs.filesystem.names(log.directory) if name.endswith(".cleaned")]
