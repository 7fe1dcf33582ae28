"""Whole programs from start to end: how long they take, the processor time and the most memory they use, what they print."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.clusters import AS_SHIPPED
from tests.benchmarks.measure import Row, Together
from tests.support.apache import SHARED, VERSION

_BLOCK = 1 << 20
_LAUNCHER = """
import os, sys
child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, used = os.wait4(child, 0)
with open(sys.argv[1], "w") as report:
    print(os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss, file=report)
"""
"""Starts a program from a small process: what a process used begins with what its parent had when it made it."""


Command = Callable[..., list[str]]


class Run(NamedTuple):
    """One run. seconds: wall time; processor: seconds; megabytes: the most there was at once; lines, digest: of stdout."""

    seconds: float
    processor: float
    megabytes: float
    lines: int = 0
    digest: str = ""


def ours(script: str, *arguments: str) -> list[str]:
    """The command line of a script of ours."""
    return [str(Path(sys.executable).parent / script), *arguments]


def apaches(script: str, *arguments: str) -> list[str]:
    """The command line of the same script of Apache's."""
    return [str(SHARED / "apache" / "run"), VERSION, script, *arguments]


def kcat(*arguments: str) -> list[str] | None:
    """A command line of kcat, None where there is none."""
    return None if shutil.which("kcat") is None else ["kcat", *arguments]


def run(command: list[str], stdin: Path | None = None, stdout: Path | None = None) -> Run:
    """Run a program that has to succeed; its output goes into a pipe, which is read, or into a file."""
    lines, digest = 0, hashlib.md5(usedforsecurity=False)
    with tempfile.TemporaryDirectory() as name, (stdin or Path(os.devnull)).open("rb") as source:
        written = stdout or Path(name) / "out"
        report = Path(name) / "report"
        begin = time.monotonic()
        with (
            written.open("wb") as file,
            subprocess.Popen(
                [sys.executable, "-IS", "-c", _LAUNCHER, str(report), *command],
                stdin=source,
                stdout=subprocess.PIPE if stdout is None else file,
                stderr=subprocess.DEVNULL,
                env=AS_SHIPPED,
            ) as process,
        ):
            while process.stdout is not None and (block := process.stdout.read(_BLOCK)):
                lines += block.count(b"\n")
                digest.update(block)
        seconds = time.monotonic() - begin
        status, processor, most = report.read_text().split()
        if status != "0":
            raise RuntimeError(f"{command}: exit status {status}")
        if stdout is not None:
            data = stdout.read_bytes()
            lines, digest = data.count(b"\n"), hashlib.md5(data, usedforsecurity=False)
    megabytes = int(most) / (1e6 if sys.platform == "darwin" else 1e3)
    return Run(seconds, float(processor), megabytes, lines, digest.hexdigest())


def rows(
    name: str,
    ours: Callable[[], Run],
    apache: Callable[[], Run],
    kcat: Callable[[], Run] | None = None,
    *,
    target: float | None,
) -> list[Row]:
    """Rows that share their runs: seconds, processor time, memory; then ours beside kcat, which stands in Apache's column."""
    left, right = Together(3, lambda: ours()[:3]), Together(3, lambda: apache()[:3])
    found = [
        Row(name, "s", left.figure(0), right.figure(0), target=target),
        Row(f"{name}: processor time", "s", left.figure(1), right.figure(1)),
        Row(f"{name}: most memory", "MB", left.figure(2), right.figure(2), target=1),
    ]
    if kcat is not None:
        beside = kcat
        found.append(Row(f"{name}: ours and kcat", "s", lambda: ours().seconds, lambda: beside().seconds))
    return found


def growth_row(name: str, factor: int, few: Sequence[Callable[[], Run]], many: Sequence[Callable[[], Run]]) -> Row:
    """How the most memory grows with the work, by the same work `factor` times; few, many: ours and Apache's."""
    ours, apache = (partial(_growth, small, large) for small, large in zip(few, many, strict=True))
    return Row(f"{name}: most memory with {factor} times the work, by that with it", "x", ours, apache)


def _growth(small: Callable[[], Run], large: Callable[[], Run]) -> float:
    return large().megabytes / small().megabytes
