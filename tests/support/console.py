"""The console tools as processes, with bytes for stdin and stdout."""

import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from tests.support.waiting import until

SECONDS = 60


class Done(NamedTuple):
    """How a process ended; stderr without the times of log lines."""

    status: int
    out: bytes
    err: str


def ours(tool: str) -> list[str]:
    """Return the words that run a tool of ours."""
    return [sys.executable, "-m", "kafkacli", tool]


def produce(bootstrap: str, topic: str, stdin: bytes, *options: str, command: Sequence[str] = ()) -> Done:
    """Run a console producer, ours if no other is named, to its end."""
    words = [*(command or ours("console-producer")), "--bootstrap-server", bootstrap, "--topic", topic, *options]
    done = subprocess.run(words, input=stdin, capture_output=True, timeout=SECONDS, check=False)
    return Done(done.returncode, done.stdout, _plain(done.stderr))


def consume(bootstrap: str, *options: str, command: Sequence[str] = ()) -> Done:
    """Run a console consumer, ours if no other is named, to its end."""
    words = [*(command or ours("console-consumer")), "--bootstrap-server", bootstrap, *options]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False)
    return Done(done.returncode, done.stdout, _plain(done.stderr))


class Running:
    """A tool of ours that runs until it is told to stop."""

    def __init__(self, tool: str, *options: str) -> None:
        self._process = subprocess.Popen(
            [*ours(tool), *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert self._process.stdout is not None
        import os

        os.set_blocking(self._process.stdout.fileno(), False)
        self.out = b""

    def type(self, text: bytes) -> None:
        """Write to its stdin."""
        assert self._process.stdin is not None
        self._process.stdin.write(text)
        self._process.stdin.flush()

    def wait_for(self, text: bytes) -> None:
        """Return when it has written this to stdout."""
        until(lambda: text in self._read(), SECONDS)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> Done:
        """Send a signal and wait for the end."""
        self._process.send_signal(number)
        return self.wait()

    def wait(self) -> Done:
        """Wait for the end, that comes by itself."""
        until(lambda: self._read() is not None and self._process.poll() is not None, SECONDS)
        self._read()
        assert self._process.stderr is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        err = self._process.stderr.read()
        with suppress(BrokenPipeError):  # what was typed and not read
            self._process.stdin.close()
        for stream in (self._process.stdout, self._process.stderr):
            stream.close()
        return Done(self._process.returncode, self.out, _plain(err))

    def _read(self) -> bytes:
        assert self._process.stdout is not None
        self.out += self._process.stdout.read() or b""
        return self.out


def _plain(err: bytes) -> str:
    return re.sub(r"^\[[-\d]+ [\d:,]+\] ", "", err.decode(), flags=re.MULTILINE)
