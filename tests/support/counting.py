"""Counts that don't depend on how busy a machine is: function calls, system calls, bytes that system calls copy."""

import re
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from tests.support.loop import LoopThread

# Functions in C that make one system call each.
_SYSTEM = frozenset(
    [
        "close",
        "fstat",
        "fsync",
        "ftruncate",
        "lseek",
        "open",
        "poll",
        "pread",
        "preadv",
        "pwrite",
        "pwritev",
        "read",
        "recv",
        "recv_into",
        "send",
        "sendfile",
        "sendmsg",
        "stat",
        "write",
        "writev",
    ]
)
_COPYING = re.compile(r"(p?(read|write)v?(64|2)?|(recv|send)(from|to|msg))$")
_CALL = re.compile(r"(?:^|\s)(?:<\.\.\. )?(\w+)(?: resumed>|\().*\)?\s+= (-?\d+)")


class Calls:
    """What a thread has called: Python functions, and functions in C that are system calls, by name."""

    def __init__(self) -> None:
        self.python: Counter[str] = Counter()
        self.system: Counter[str] = Counter()

    def note(self, frame: FrameType, event: str, argument: Any) -> None:
        """Take a profiler's event."""
        if event == "call":
            self.python[f"{frame.f_code.co_filename.rpartition('/')[2]}:{frame.f_code.co_qualname}"] += 1
        elif event == "c_call" and argument.__name__ in _SYSTEM:
            self.system[argument.__name__] += 1


@contextmanager
def calls_of(loop: LoopThread) -> Iterator[Calls]:
    """Count what the loop's thread calls meanwhile (a handful of calls are the counting's own)."""
    calls = Calls()

    async def profile(note: Any) -> None:
        sys.setprofile(note)

    loop.run(profile(calls.note))
    try:
        yield calls
    finally:
        loop.run(profile(None))


@contextmanager
def calls_here() -> Iterator[Calls]:
    """Count what this thread calls meanwhile."""
    calls = Calls()
    sys.setprofile(calls.note)
    try:
        yield calls
    finally:
        sys.setprofile(None)


class SystemCalls:
    """What strace saw: calls by name, and the bytes that went between process and kernel."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.copied = 0

    def read(self, log: str) -> None:
        """Take strace's lines."""
        for line in log.splitlines():
            if found := _CALL.search(line):
                name, result = found[1], int(found[2])
                self.calls[name] += 1
                if _COPYING.match(name) and result > 0:
                    self.copied += result


@contextmanager
def system_calls_of(pid: int) -> Iterator[SystemCalls]:
    """Count what all threads of a process ask of the system meanwhile. Needs strace, and the right to use it."""
    seen = SystemCalls()
    with tempfile.TemporaryDirectory() as name:
        log = Path(name) / "log"
        strace = subprocess.Popen(
            ["strace", "-f", "-s", "0", "-o", str(log), "-p", str(pid)], stderr=subprocess.PIPE, text=True
        )
        assert strace.stderr is not None
        if "attached" not in (line := strace.stderr.readline()):
            strace.wait()
            raise RuntimeError(f"strace: {line}")
        try:
            yield seen
        finally:
            strace.send_signal(signal.SIGINT)
            strace.communicate()
        seen.read(log.read_text(errors="replace"))
