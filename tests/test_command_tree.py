"""`kafkacli` by itself: the tree of commands, its version, suggestions."""

import re

import pytest

from kafkacli import __version__
from kafkacli.app import ALIASES, TOOLS
from kafkacli.command_tree import show


@pytest.mark.parametrize("arguments", [[], ["--help"]])
def test_the_tree_lists_the_commands_of_this_version(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert show(arguments) == 0
    shown = capsys.readouterr().out
    listed = [line.split()[0] for line in shown.partition("Commands:\n")[2].splitlines() if line[2:3].strip()]
    assert sorted(listed) == sorted(tool.subcommand for tool in TOOLS)
    assert "\x1b" not in shown
    assert "--version" in shown
    said = " ".join(shown.split())
    assert [tool.subcommand for tool in TOOLS if tool.summary not in said] == []  # whole, not cut off
    assert [name for name in ALIASES if not re.search(rf"Also: ([\w-]+, )*{name}\b", said)] == []


def test_the_version_is_our_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert show(["--version"]) == 0
    assert capsys.readouterr().out == f"kafkacli {__version__}\n"


@pytest.mark.parametrize(
    ("name", "hint"), [("topcs", "did you mean topics?"), ("qqq", "kafkacli --help lists them all")]
)
def test_an_unknown_command_gets_a_suggestion(name: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert show([name]) == 1
    assert capsys.readouterr().err == f"kafkacli: {name} is not a command\n{hint}\n"
