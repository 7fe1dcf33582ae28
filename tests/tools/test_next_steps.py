"""What is shown to somebody whose broker runs for the first time."""

import os
from pathlib import Path

import pytest

from kafkacli.tools.next_steps import next_steps


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the scripts in `.venv/bin`, which is where the program that runs lies too."""
    scripts = tmp_path / ".venv" / "bin"
    scripts.mkdir(parents=True)
    for name in ("kafka-topics.sh", "kafka-console-producer.sh", "kafka-console-consumer.sh", "zookeeper-shell.sh"):
        (scripts / name).touch(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", [".venv/bin/kafkacli"])
    monkeypatch.setenv("PATH", os.defpath)
    return scripts


def test_scripts_are_named_as_they_can_be_typed_here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = next_steps("127.0.0.1:9092", "localhost:2181")
    assert "\n  .venv/bin/kafka-topics.sh --bootstrap-server 127.0.0.1:9092 --create --topic test\n" in text
    assert "\n  .venv/bin/zookeeper-shell.sh localhost:2181 ls /brokers/ids\n" in text
    monkeypatch.setenv("PATH", str(folder))
    assert "\n  kafka-topics.sh --bootstrap-server" in next_steps("127.0.0.1:9092", "localhost:2181")


def test_without_scripts_beside_the_program_their_names_will_do(folder: Path) -> None:
    (folder / "kafka-topics.sh").unlink()
    assert "\n  kafka-topics.sh --bootstrap-server" in next_steps("127.0.0.1:9092", "localhost:2181")
