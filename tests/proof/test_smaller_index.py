"""After the size of indexes was made smaller than an active segment's is, the real broker doesn't start; ours has every record."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from kafkacli.log.log_config import LogConfig
from tests.support.apache import Apache, start_cluster, stop_cluster
from tests.support.logs import NOW_MS, batch, open_dirs, records_of

RECORDS = 300
CONFIG = LogConfig(index_interval_bytes=1, retention_ms=-1)  # an index entry for each record but the first
REASONS = {
    "stopped": "java.lang.IllegalArgumentException: newPosition > limit: (2392 > 1200)",
    "killed": "java.lang.IllegalArgumentException: requirement failed: Attempt to append to a full index (size = 150).",
}


@pytest.mark.apache
@pytest.mark.long("starts of the real broker")
@pytest.mark.parametrize("how", REASONS)
def test_only_ours_starts(apache: Apache, tmp_path: Path, how: str) -> None:
    logs, ours, theirs, cluster = (tmp_path / name for name in ("logs", "ours", "theirs", "cluster"))
    logs.mkdir()
    dirs = open_dirs(logs, CONFIG)
    log = dirs.create("t", 0, CONFIG, NOW_MS)
    for number in range(RECORDS):
        log.append_as_leader(batch(b"%d" % number), leader_epoch=0, now_ms=NOW_MS)
    log.flush(NOW_MS)
    if how == "stopped":
        dirs.close(NOW_MS)
    shutil.copytree(logs, ours)
    shutil.copytree(logs, theirs)
    dirs.close(NOW_MS)

    small = replace(CONFIG, segment_index_bytes=1200)
    names = {
        "log.dirs": theirs,
        "log.index.size.max.bytes": 1200,
        "log.index.interval.bytes": 1,
        "log.retention.ms": -1,
    }
    try:
        with pytest.raises(RuntimeError, match="broker 0 ended with status 1"):
            start_cluster(cluster, *(f"--property={name}={value}" for name, value in names.items()))
        assert REASONS[how] in (cluster / "broker-0.log").read_text(errors="replace")
    finally:
        stop_cluster(cluster)

    dirs = open_dirs(ours, small)
    log = dirs.create("t", 0, small, NOW_MS)
    assert [record.value for record in records_of(log)] == [b"%d" % number for number in range(RECORDS)]
    assert log.segments.first.offset_index.entries == RECORDS - 1
    log.append_as_leader(batch(b"another"), leader_epoch=0, now_ms=NOW_MS)
    assert (log.log_end_offset, len(log.segments)) == (RECORDS + 1, 2)
    dirs.close(NOW_MS)
