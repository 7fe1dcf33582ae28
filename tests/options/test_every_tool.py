"""--help and --version of every tool: asked for, they are all that a tool does."""

import pytest

from kafkacli.app import find_subcommand, run_tool
from kafkacli.options.commands import Command, commands
from kafkacli.options.help import option_label

DEPRECATED = "This tool is deprecated. Please use kafka-leader-election tool. Tracking issue: KAFKA-8405\n"


def run(command: Command, word: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    tool = find_subcommand(command.subcommand)
    assert tool is not None
    before = ["--bootstrap-server", "b:1"] if command.subcommand == "consumer-groups" else []  # it wants that first
    status = run_tool(tool, command.subcommand, [*before, word])
    out, err = capsys.readouterr()
    return int(status), out.removeprefix(DEPRECATED), err


@pytest.mark.parametrize("command", commands(), ids=lambda command: command.subcommand)
def test_help_names_every_option(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(command, "--help", capsys)
    assert (status, err) == (0, "")
    assert out.startswith(f"usage: {command.table.script}")
    assert [option.name for option in command.table.options if option_label(option).split()[0] not in out] == []


@pytest.mark.parametrize(
    "command",
    [command for command in commands() if "version" in command.table.by_name],
    ids=lambda command: command.subcommand,
)
def test_the_version_is_that_of_kafka(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(command, "--version", capsys) == (0, "2.6.2 (Commit:da65af02e5856e34)\n", "")
