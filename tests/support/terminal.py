"""Terminals: a program on one of its own, to type to it and wait for what it shows; and one for the streams of this process."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from threading import Thread
from typing import Self

import pytest

SECONDS = 30
_SEQUENCES = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[()][A-Z0-9]|[=>])|[\x00-\x07\x0e-\x1a]")


def seen(work: Callable[[], object], streams: Sequence[str] = ("stdout", "stderr")) -> str:
    """Return what a terminal is sent that is these streams of this process while something is done."""
    ours, theirs = pty.openpty()
    attributes = termios.tcgetattr(theirs)
    attributes[1] &= ~termios.OPOST
    termios.tcsetattr(theirs, termios.TCSANOW, attributes)
    pieces: list[bytes] = []
    reader = Thread(target=lambda: pieces.extend(_pieces(ours)))
    reader.start()
    with os.fdopen(theirs, "w", encoding="utf-8") as stream, pytest.MonkeyPatch.context() as patched:
        for name in streams:
            patched.setattr(sys, name, stream)
        work()
    reader.join()
    os.close(ours)
    return b"".join(pieces).decode()


def _pieces(descriptor: int) -> Iterator[bytes]:
    """Yield what comes until the other end is closed: Linux says so by an error."""
    try:
        while data := os.read(descriptor, 65536):
            yield data
    except OSError:
        return


class Terminal:
    """One running program. Leaves the program dead behind `with`."""

    def __init__(
        self, command: Sequence[str], directory: Path, environment: Mapping[str, str], columns: int = 200
    ) -> None:
        self.text = ""  # all that was shown, without what moves and colours it
        self.raw = b""
        self.pid, self._fd = pty.fork()
        if not self.pid:
            os.chdir(directory)
            os.execvpe(command[0], list(command), {"TERM": "vt100", **environment})
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._fd)

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._fd, keys.encode())

    def wait_for(self, pattern: str, after: int = 0) -> re.Match[str]:
        """Wait until what was shown from a position on has this regular expression in it."""
        deadline = time.monotonic() + SECONDS
        while (match := re.compile(pattern).search(self.text, after)) is None:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._fd], [], [], left)[0]:
                raise AssertionError(f"{pattern!r} was not shown after: {self.text[after:]!r}")
            self.raw += os.read(self._fd, 65536)
            self.text = _SEQUENCES.sub("", self.raw.decode(errors="replace"))
        return match
