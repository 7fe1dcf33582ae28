"""Run a tool in this process, as its script name would."""

from typing import NamedTuple

import pytest

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
        return Outcome(int(status), *self._capsys.readouterr())


@pytest.fixture
def tools(capsys: pytest.CaptureFixture[str]) -> Tools:
    """Runs tools in this process; their output is captured."""
    return Tools(capsys)
