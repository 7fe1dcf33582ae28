"""The offset checkpoints of a log directory."""

from pathlib import Path

import pytest

from kafkacli.log.checkpoint_file import CorruptCheckpoint
from kafkacli.log.filesystem import OsFileSystem
from kafkacli.log.offset_checkpoint import OffsetCheckpoint

APACHE = Path(__file__).parents[1] / "data" / "log" / "apache"


def test_what_apache_wrote_is_read() -> None:
    for name in ("recovery-point-offset-checkpoint", "replication-offset-checkpoint"):
        assert OffsetCheckpoint(OsFileSystem(), str(APACHE / name)).read() == {("rolled", 0): 466}


def test_it_is_written_as_apache_writes_it(tmp_path: Path) -> None:
    checkpoint = OffsetCheckpoint(OsFileSystem(), str(tmp_path / "c"))
    assert (tmp_path / "c").read_bytes() == b""
    assert checkpoint.read() == {}
    checkpoint.write({("rolled", 0): 466})
    assert (tmp_path / "c").read_bytes() == (APACHE / "replication-offset-checkpoint").read_bytes()


def test_an_offset_that_is_no_number_is_corrupt(tmp_path: Path) -> None:
    (tmp_path / "c").write_text("0\n1\ntopic 0 x\n")
    with pytest.raises(CorruptCheckpoint, match="'topic 0 x'"):
        OffsetCheckpoint(OsFileSystem(), str(tmp_path / "c")).read()
