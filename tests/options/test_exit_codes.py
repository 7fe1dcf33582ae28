"""The page on exit statuses has every status, and what it says of them is so."""

import subprocess
import sys
from pathlib import Path

import pytest

from kafkacli.exits import Exit
from kafkacli.options.exit_codes import OWN_WAYS, page

ROOT = Path(__file__).resolve().parents[2]


def status(name: str, *arguments: str) -> int:
    code = f"import sys; sys.argv[0] = {name!r}; from kafkacli.app import script; sys.exit(script())"
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, check=False).returncode


def test_every_status_has_its_row() -> None:
    rows = [
        line.split(" | ")[:2] for line in page().splitlines() if line[:3].strip("| ").isdigit() or line[2:3].isdigit()
    ]
    assert rows == [[f"| {each.value}", each.name] for each in Exit]
    assert all(f"- {command}: " in page() for command, _ in OWN_WAYS)


def test_statuses_are_what_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))  # where servers note themselves
    assert status("kafka-topics.sh", "--version") == Exit.OK
    assert status("kafka-topics.sh", "--list") == Exit.FAILURE
    assert status("kafka-nothing.sh") == Exit.COMMAND_NOT_FOUND
    assert status("kafka-server-stop.sh") == status("zookeeper-server-stop.sh") == Exit.FAILURE
