"""Programs that are not ours and may be absent: then a test skips and says so, or fails where nothing may be skipped."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.installed import installed

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = ROOT / "tests" / "clients"
PYKAFKA = ROOT / ".venv-pykafka" / "bin" / "python"


def need(program: str) -> str:
    """Return the path of a program on PATH; skip when it isn't there (an error with KAFKACLI_REQUIRE_FOREIGN=1)."""
    found = shutil.which(program)
    return found if found else _absent(f"{program} is not installed")


def pykafka_python() -> str:
    """Return the Python of the environment that has PyKafka 2.8.0 (`make test` makes it)."""
    return str(PYKAFKA) if PYKAFKA.exists() else _absent("there is no .venv-pykafka (make test makes it)")


def _absent(reason: str) -> str:
    if os.environ.get("KAFKACLI_REQUIRE_FOREIGN") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def python() -> str:
    """The Python that runs the tests, which has the project and every client library."""
    return sys.executable


class Program:
    """A program of tests/clients in another language: `kafkajs` or `franz_go`; its verbs stand at the top of its source."""

    def __init__(self, name: str) -> None:
        """Install it; skips when its language isn't here."""
        self._command, self._folder = {"kafkajs": _kafkajs, "franz_go": _franz_go}[name]()

    def ask(self, verb: str, *words: str) -> Any:
        """Run one verb; returns what it said."""
        done = subprocess.run(
            [*self._command, verb, *words], cwd=self._folder, capture_output=True, text=True, timeout=90, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


def _kafkajs() -> tuple[list[str], Path]:
    """Return the command, and the folder with the libraries that package-lock.json names."""
    node, npm = need("node"), need("npm")
    source = CLIENTS / "kafkajs"
    inputs = [source / "package.json", source / "package-lock.json"]

    def install(folder: Path) -> None:
        for each in inputs:
            shutil.copy(each, folder)
        _run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder)

    return [node, str(source / "client.js")], installed("kafkajs", inputs, install)


def _franz_go() -> tuple[list[str], Path]:
    """Return the program, built."""
    source = CLIENTS / "franz_go"
    go = need("go")
    inputs = [source / name for name in ("main.go", "go.mod", "go.sum")]
    folder = installed(
        "franz-go", inputs, lambda folder: _run([go, "build", "-o", str(folder / "client"), "."], source)
    )
    return [str(folder / "client")], folder


def _run(command: list[str], directory: Path) -> None:
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
