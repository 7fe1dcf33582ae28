"""Run a tool in this process, as its script name would."""

import re
from typing import NamedTuple

import pytest

from kafkacli import console
from kafkacli.app import find_subcommand, run_tool


class Outcome(NamedTuple):
    """What came of a run."""

    status: int
    out: str
    err: str


class Tools:
    """Runs tools by their script or subcommand names."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def run(self, name: str, *arguments: str) -> Outcome:
        """Run one to its end."""
        tool = find_subcommand(name)
        assert tool is not None
        self._capsys.readouterr()
        status = run_tool(tool, name, list(arguments))
        console.prepare()  # a form or --quiet is of one run
        return Outcome(int(status), *self._capsys.readouterr())


def without_topic_log(done: Outcome) -> Outcome:
    """Leave out of a failed kafka-topics.sh what the original logs: the message on stdout, once more, with its class."""
    if not done.out.startswith("Error while executing topic command : ") or done.err.startswith("Traceback"):
        return done
    message = done.out.removeprefix("Error while executing topic command : ").rstrip("\n")
    entry = re.search(
        r"^\[[-0-9]+ [0-9:,]+\] ERROR (.*)\n \(kafka\.admin\.TopicCommand\$\)\n", done.err, re.DOTALL | re.M
    )
    assert entry is not None
    assert entry[1].endswith(message)
    return done._replace(err=done.err.replace(entry[0], ""))


@pytest.fixture
def tools(capsys: pytest.CaptureFixture[str]) -> Tools:
    """Runs tools in this process; their output is captured."""
    return Tools(capsys)
