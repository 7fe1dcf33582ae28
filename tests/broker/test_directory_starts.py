"""Log directories that something is wrong with: our broker makes of them what Apache Kafka 2.6.2 made."""

import re
from pathlib import Path

import pytest

from kafkacli.broker.startup import StartError
from tests.data.make_directory_starts import TARGET
from tests.support.broker import RunningBroker
from tests.support.directory_starts import CASES, USUAL, Case, lay_out, masked, outcome

RECORDED = dict(line.split("\t") for line in TARGET.read_text(encoding="utf-8").splitlines())
OTHER_WORDS = ("a broker id that is none", "version of both", "files for both")
"""Where ours says what is wrong, and Kafka's says that Java can't read a number, or that no directory is left."""


def start(root: Path, directories: tuple[str, ...]) -> str:
    """Start and stop a broker of ours; returns what `outcome` does, or why it did not start."""
    log_dirs = ",".join(str(root / name) for name in directories)
    try:
        broker = RunningBroker(root.parent, {"broker.id": "0", "log.dirs": log_dirs})
    except StartError as error:
        return masked(str(error).splitlines()[0], root)
    broker.stop()
    return outcome(root, directories)


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a broker has left behind."""
    directory = tmp_path_factory.mktemp("left")
    (directory / "root").mkdir()
    assert start(directory / "root", USUAL) == RECORDED["nothing"]
    return directory


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_directories_that_something_is_wrong_with(case: Case, left: Path, tmp_path: Path) -> None:
    root = lay_out(left, tmp_path / "copy")
    case.do(root)
    found, real = start(root, case.directories), RECORDED[case.name]
    if real.startswith("a: "):
        assert found == real
    else:
        assert found.startswith(("log directories: ", "logs: ", "ZooKeeper: "))
        assert case.name in OTHER_WORDS or words(real) <= words(found)


def words(text: str) -> set[str]:
    """An error's words, whose order Kafka's threads decide, without the names of classes."""
    return {
        word.strip(".,")
        for word in text.split()
        if not re.match(r"[\w.(]+(Exception:|Manager\))$|requirement$|failed:$", word)
    }
