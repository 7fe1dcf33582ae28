"""`python -m kafkacli` is `kafkacli`."""

import subprocess
import sys
from pathlib import Path


def test_the_module_runs_the_commands() -> None:
    command = [sys.executable, "-m", "kafkacli", "topics", "--version"]
    root = Path(__file__).resolve().parents[1]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout == "2.6.2 (Commit:da65af02e5856e34)\n"
