"""What every tool takes: --help and --version, which are all that it does then; --debug and --quiet; NO_COLOR."""

import pytest

from kafkacli import console
from kafkacli.app import find_subcommand, run_tool
from kafkacli.options.commands import Command, commands
from kafkacli.options.help import option_label
from kafkacli.output.schema import Field
from kafkacli.output.table import show_table

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


# tool → a command line that fails in its own way; the others don't know the option `no-such-option`
FAILS = {
    "e2e-latency": ["b:1", "t", "x", "1", "1"],
    "zk-cli": ["-server", ",", "ls", "/"],
    "zk-shell": [",", "ls", "/"],
    "server-start": ["/none/server.properties"],
    "zookeeper-server-start": ["/none/zoo.cfg"],
}
NEVER_FAIL = {
    "quickstart": "runs servers",
    "run-class": "hands its words to other tools",
    "elsewhere": "says a text and ends",
    "server-stop": "looks for servers of the user's",
    "zookeeper-server-stop": "looks for servers of the user's",
    "zk-server": "says how it is used",
}


@pytest.mark.parametrize(
    "command",
    [command for command in commands() if command.subcommand not in NEVER_FAIL],
    ids=lambda command: command.subcommand,
)
def test_debug_adds_the_traceback_and_quiet_leaves_the_error(
    command: Command, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = find_subcommand(command.subcommand)
    assert tool is not None
    words = FAILS.get(command.subcommand, ["--no-such-option"])
    monkeypatch.setenv("KAFKACLI_DEBUG", "0")
    plain = (run_tool(tool, command.subcommand, words), *capsys.readouterr())
    quiet = (run_tool(tool, command.subcommand, [*words, "--quiet"]), *capsys.readouterr())
    debugged = (run_tool(tool, command.subcommand, [*words, "--debug"]), *capsys.readouterr())
    assert plain[0] == quiet[0] == debugged[0] > 0
    assert "Traceback" not in plain[2]
    assert debugged[2].count("Traceback (most recent call last)") >= 1
    assert quiet[1] == ""
    assert quiet[2]
    assert plain[2].splitlines()[-1] in debugged[2]


def test_no_color(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "is_terminal", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    shown = []
    for value in (None, "1"):
        if value is not None:
            monkeypatch.setenv("NO_COLOR", value)
        show_table((Field("topic", "string", "Its name."),), [{"topic": "t"}])
        shown.append(capsys.readouterr().out)
    assert "\x1b[1;36m" in shown[0]
    assert "36m" not in shown[1]
