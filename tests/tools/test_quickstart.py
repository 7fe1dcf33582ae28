"""The tutorial end to end, as `make quickstart` runs it; docs/walk-through.md shows just these commands."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from kafkacli.quickstart.stage import Stage, WrongResult
from tests.support.foreign import pykafka_python

ROOT = Path(__file__).resolve().parents[2]


def commands(text: str) -> list[str]:
    """The command lines in a walk-through, with folders, ports and Pythons masked."""
    lines = re.findall(r"^\$ (.*)$", text, re.MULTILINE)
    masks = (
        (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
        (r"\S+/python", "python"),
        (r"kafkacli init \S+", "kafkacli init"),
    )
    for pattern, mask in (*masks, (r"--zookeeper-data-dir \S+", "--zookeeper-data-dir")):
        lines = [re.sub(pattern, mask, line) for line in lines]
    return lines


@pytest.mark.foreign
@pytest.mark.timeout(300)
def test_the_tutorial_walks_through_and_the_docs_show_it(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kafkacli", "quickstart", "--directory", str(tmp_path / "kafka")]
    done = subprocess.run(
        [*command, "--pykafka", pykafka_python()], capture_output=True, text=True, timeout=280, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("Every step showed what it should.\n")
    page = (ROOT / "docs" / "walk-through.md").read_text(encoding="utf-8")
    assert commands(page) == commands(done.stdout)


def test_a_wrong_result_ends_the_walk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stage = Stage(tmp_path)
    assert stage.run("echo one two", "^one") == "one two\n"
    with pytest.raises(WrongResult, match="did not print 'three'"):
        stage.run("echo one", "three")
    with pytest.raises(WrongResult, match="status 1, not 0"):
        stage.run("false")
    (tmp_path / "in.txt").write_text("from a file\n", encoding="utf-8")
    assert stage.run("cat < in.txt") == "from a file\n"
    assert "$ cat < in.txt\nfrom a file\n" in capsys.readouterr().out


def test_editing_sets_keys_that_are_there_commented_or_missing(tmp_path: Path) -> None:
    path = tmp_path / "server.properties"
    path.write_text("broker.id=0\n#listeners=PLAINTEXT://:9092\n", encoding="utf-8")
    Stage(tmp_path).edit("server.properties", broker_id="1", listeners="PLAINTEXT://127.0.0.1:9092", log_dirs="/d")
    assert path.read_text(encoding="utf-8") == "broker.id=1\nlisteners=PLAINTEXT://127.0.0.1:9092\nlog.dirs=/d\n"
