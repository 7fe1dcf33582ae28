"""Torn, truncated and bit-flipped files: we make of them what Apache Kafka 2.6.2 made, or better where a row says so."""

import re
from pathlib import Path

import pytest

from kafkacli.log.directory_locks import LogDirsError
from kafkacli.log.filesystem import OsFileSystem
from kafkacli.log.meta_properties import META_PROPERTIES, BadMetaProperties, BrokerMetadata, read_metadata
from tests.data.make_damaged_files import STARTS, TARGET
from tests.support.damage import CONFIG, DAMAGES, OF_DIRECTORIES, Damage, copy_directory, damage, make, outcome
from tests.support.logs import open_dirs

RECORDED = dict(line.split("\t") for line in TARGET.read_text(encoding="utf-8").splitlines())
LATER_MS = 2_000_000_000_000  # the producers in the data have expired, as they had for the real broker
_REBUILT = "damaged indexes of a cleanly stopped log are made again"
_CHECKPOINT = "a checkpoint that can't be read only costs time, Apache's log directory goes offline"
DIFFERENT = {
    "c-index-torn": _REBUILT,
    "c-index-last-torn": _REBUILT,
    "c-timeindex-torn": _REBUILT,
    "c-timeindex-last-torn": _REBUILT,
    "c-log-empty": "the indexes of a segment that has lost its records are made again",
    "u-log-flip-magic": "a format that nobody knows ends a log; Apache keeps it and can't serve it",
    "recovery-torn": _CHECKPOINT,
    "recovery-version": _CHECKPOINT,
    "recovery-count": _CHECKPOINT,
    "start-text": _CHECKPOINT,
    "cleaner-text": _CHECKPOINT,
}
"""Rows that differ on purpose, and why (docs/differences.md)."""


def ours(directory: Path) -> str:
    """What we make of a log directory: its only partition's files after a start and a stop, or why there was no start."""
    try:
        dirs = open_dirs(directory, CONFIG, now_ms=LATER_MS)
    except LogDirsError as error:
        return str(error).replace(str(directory), "DIR")
    dirs.checkpoint_recovery_points()
    dirs.close(LATER_MS)
    return next(iter(outcome([directory]).values()))


@pytest.mark.parametrize("each", DAMAGES, ids=lambda each: each.name)
def test_a_damaged_file_of_a_partition(each: Damage, tmp_path: Path) -> None:
    for directory in make(tmp_path, [each]):
        (name,) = (path.name.rpartition("-")[0] for path in directory.iterdir() if path.is_dir())
        found, real = ours(directory), RECORDED[name]
        if "Exception: " in real:  # no start, and both say which file it is
            named = re.findall(r"DIR/[\w./-]+\w", real)[0]
            assert found.startswith(f"Error while loading log dir DIR/{name}-0: ")
            assert named in found
        else:
            assert (found == real) == (name not in DIFFERENT), f"{name}\n{found}\n{real}"


@pytest.mark.parametrize("each", OF_DIRECTORIES, ids=lambda each: each.name)
def test_a_damaged_file_of_a_log_directory(each: Damage, tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    copy_directory(logs)
    damage(each, logs)
    if each.file != META_PROPERTIES:
        assert (RECORDED[each.name] == STARTS) == (each.name not in DIFFERENT)
        assert read_metadata(OsFileSystem(), [str(logs)]) == BrokerMetadata()
        assert ours(logs).startswith("0.index:")
    else:
        assert RECORDED[each.name] != STARTS
        with pytest.raises(BadMetaProperties, match=re.escape(str(logs / each.file))):
            read_metadata(OsFileSystem(), [str(logs)])
