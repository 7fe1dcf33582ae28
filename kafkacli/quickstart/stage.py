"""Where a walk-through happens: a folder with `bin/`, two free ports, and commands that print as they run.

A command is shown as a person would type it and run without a shell; its output is passed on as it is. What it must
have printed is checked at once: the first wrong result ends the walk-through.
"""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from kafkacli import console

COMMAND_SECONDS = 90
WAIT_SECONDS = 30


class WrongResult(Exception):
    """A step did not do what it should; the text says which and what it printed."""


def free_ports(count: int) -> list[int]:
    """Return different ports on loopback that nobody listens on now."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


class Background:
    """A command that goes on while others run; its output gathers in a file."""

    def __init__(self, name: str, process: "subprocess.Popen[bytes]", path: Path) -> None:
        self.name = name
        self.process = process
        self.path = path

    def output(self) -> str:
        """What it has printed so far."""
        return self.path.read_text(encoding="utf-8", errors="replace")


class Stage:
    """Runs commands in `directory` (which `kafkacli init` fills), with the running Python's scripts first on PATH."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.environment = {
            **os.environ,
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))),
            "XDG_RUNTIME_DIR": str(directory / "run"),
            "XDG_STATE_HOME": str(directory / "state"),
        }
        self._backgrounds: list[Background] = []

    def title(self, text: str) -> None:
        """Print the heading of a step."""
        console.out(f"\n## {text}\n")

    def note(self, text: str) -> None:
        """Print a line of explanation."""
        console.out(f"# {text}")

    def run(self, command: str, *expected: str, status: int = 0, stdin: str | None = None) -> str:
        """Run one command, shown first; each of `expected` must match its output (stdout and stderr, as typed).

        command: words as in a shell; ` < FILE` at its end gives that file of `directory` as standard input.
        Returns the output. Raises WrongResult.
        """
        console.out(f"$ {command}")
        line, _, source = command.partition(" < ")
        done = subprocess.run(
            self._words(line),
            input=(self.directory / source).read_bytes() if source else (stdin or "").encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=COMMAND_SECONDS,
            cwd=self.directory,
            env=self.environment,
            check=False,
        )
        text = done.stdout.decode(errors="replace")
        console.write(text if not text or text.endswith("\n") else text + "\n")
        if done.returncode != status:
            raise WrongResult(f"`{command}` ended with status {done.returncode}, not {status}")
        for pattern in expected:
            if not re.search(pattern, text, re.MULTILINE):
                raise WrongResult(f"`{command}` did not print {pattern!r}")
        return text

    def start(self, command: str, name: str) -> Background:
        """Start a command that goes on in the background."""
        console.out(f"$ {command} &")
        path = self.directory / f"{name}.out"
        with path.open("wb") as out:
            process = subprocess.Popen(
                self._words(command),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=self.directory,
                env=self.environment,
            )
        self._backgrounds.append(Background(name, process, path))
        return self._backgrounds[-1]

    def finish(self, background: Background) -> str:
        """End a background command as Ctrl-C does, print what it printed; returns that."""
        if background.process.poll() is None:
            background.process.send_signal(signal.SIGINT)
            background.process.wait(WAIT_SECONDS)
        self._backgrounds.remove(background)
        console.out(f"# the output of {background.name}:")
        console.write(background.output())
        return background.output()

    def wait(self, what: str, condition: Callable[[], bool]) -> None:
        """Return as soon as `condition` holds; raises WrongResult when it doesn't within 30 s."""
        deadline = time.monotonic() + WAIT_SECONDS
        while not condition():
            if time.monotonic() > deadline:
                raise WrongResult(f"{what}: not within {WAIT_SECONDS} s")
            time.sleep(0.05)

    def quiet(self, command: str) -> str:
        """Run a command unseen, for `wait`; returns its output."""
        done = subprocess.run(
            self._words(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=COMMAND_SECONDS,
            cwd=self.directory,
            env=self.environment,
            check=False,
        )
        return done.stdout.decode(errors="replace")

    def edit(self, name: str, **values: str) -> None:
        """Set keys (`_` stands for `.`) in a properties file, as the tutorial does in an editor."""
        path = self.directory / name
        text = path.read_text(encoding="utf-8")
        console.out(f"# in {name}:")
        for name_, value in values.items():
            key = name_.replace("_", ".")
            line = f"{key}={value}"
            text, found = re.subn(rf"^#?{re.escape(key)}=.*$", line.replace("\\", r"\\"), text, count=1, flags=re.M)
            if not found:
                text += f"{line}\n"
            console.out(f"#   {line}")
        path.write_text(text, encoding="utf-8")

    def close(self) -> None:
        """End whatever still runs."""
        for background in self._backgrounds:
            background.process.kill()
            background.process.wait()

    def _words(self, command: str) -> list[str]:
        words = shlex.split(command)
        program = self.directory / words[0]
        return [str(program) if program.exists() else words[0], *words[1:]]
