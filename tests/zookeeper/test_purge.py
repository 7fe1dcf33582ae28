"""autopurge."""

from __future__ import annotations

from pathlib import Path

import pytest

from kafkacli.zookeeper.purge import purge


@pytest.mark.parametrize(
    ("logs", "snapshots", "left"),
    [
        ([1, 5, 9], [0, 4], [0, 1, 4, 5, 9]),  # too few to give any up
        ([1, 5, 9, 15], [0, 4, 8, 12], [4, 5, 8, 9, 12, 15]),
        ([1, 7, 20], [0, 4, 8, 12], [1, 4, 7, 8, 12, 20]),  # the log that reaches over the oldest snapshot stays
    ],
)
def test_the_newest_snapshots_and_their_logs_stay(
    tmp_path: Path, logs: list[int], snapshots: list[int], left: list[int]
) -> None:
    for prefix, zxids in (("log", logs), ("snapshot", snapshots)):
        for zxid in zxids:
            (tmp_path / f"{prefix}.{zxid:x}").touch()
    (tmp_path / "myid").touch()
    purge(tmp_path, tmp_path, 3)
    names = {path.name for path in tmp_path.iterdir()} - {"myid"}
    assert sorted(int(name.partition(".")[2], 16) for name in names) == left
    assert (tmp_path / "myid").exists()
