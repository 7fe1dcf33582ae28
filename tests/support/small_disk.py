"""A disk of a few megabytes that servers can fill: a tmpfs that only processes of a mount namespace see."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

_HOLD = 'mount -t tmpfs -o size="$1" small "$2" && echo mounted && exec cat'


class SmallDisk:
    """`path` is where programs run with `prefix` have it; `seen` is the same directory for the test."""

    def __init__(self, path: Path, megabytes: int) -> None:
        path.mkdir()
        command = ["unshare", "-m", "sh", "-c", _HOLD, "sh", f"{megabytes}m", str(path)]
        self._holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert self._holder.stdout is not None
        if self._holder.stdout.readline() != b"mounted\n":
            _, reason = self._holder.communicate()
            raise OSError(reason.decode().strip())
        self.path = path
        self.seen = Path(f"/proc/{self._holder.pid}/root{path}")
        self.prefix = ("nsenter", "-t", str(self._holder.pid), "-m")

    @property
    def free_bytes(self) -> int:
        status = os.statvfs(self.seen)
        return status.f_bavail * status.f_frsize

    def fill(self, leave_bytes: int = 0) -> None:
        """Leave so little room; on top of an earlier filling."""
        with (self.seen / "filling").open("ab", buffering=0) as filling:
            while (left := self.free_bytes - leave_bytes) > 0:
                filling.write(bytes(min(left, 1 << 20)))

    def empty(self) -> None:
        """Give back the room that `fill` took."""
        (self.seen / "filling").unlink()

    def unmount(self) -> None:
        self._holder.communicate()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A disk of 6 MB; skips where tests may not mount one."""
    if shutil.which("unshare") is None or shutil.which("nsenter") is None or os.geteuid() != 0:
        pytest.skip("only root on Linux, with unshare and nsenter, may mount a small disk")
    try:
        disk = SmallDisk(tmp_path / "disk", 6)
    except OSError as error:
        pytest.skip(f"this machine lets nobody mount a small disk: {error}")
    yield disk
    disk.unmount()
