"""Colour goes to terminals alone, and not where NO_COLOR is set: every command, in every form that shows some."""

import os
import re
import sys
from functools import partial
from pathlib import Path

import pytest

from kafkacli import app, console
from kafkacli.app import TOOLS, Tool, find_subcommand, run_tool
from tests.output.test_schemas import COMMANDS, words, words_of
from tests.support.kafka import Kafka, Member, our_kafka
from tests.support.terminal import Terminal, seen
from tests.support.tools import Tools

__all__ = ["our_kafka"]
_STYLE = re.compile(r"\x1b\[([0-9;:]*)m")
LINES = sorted({line for lines in COMMANDS.values() for line in lines})


def colours(text: str) -> list[str]:
    """The sequences that choose a colour; bold is none."""
    return [
        found[0]
        for found in _STYLE.finditer(text)
        if any(30 <= int(part or 0) <= 49 or 90 <= int(part or 0) <= 107 for part in re.split("[;:]", found[1]))
        and not set(re.split("[;:]", found[1])) <= {"39", "49"}  # back to what the terminal has
    ]


def test_what_counts_as_a_colour() -> None:
    assert colours("a\x1b[0m\x1b[1mb\x1b[m\x1b[?7h\x1b[39;49m\x1b[K") == []
    assert len(colours("\x1b[1;36ma\x1b[38;5;1mb\x1b[97mc\x1b[44md")) == 4


@pytest.fixture(autouse=True)
def colourful(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that could show colour, and somebody who doesn't want any."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("FORCE_COLOR", raising=False)


@pytest.fixture(scope="module")
def names(our_kafka: Kafka, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What words in capitals stand for in LINES."""
    topic, group, empty = our_kafka.create_topic(2, records=3), our_kafka.new_name(), our_kafka.new_name()
    our_kafka.commit(empty, topic, 1)
    our_kafka.commit(group, topic, 1)
    Member(our_kafka, group, topic, 0).leave()
    return {**words_of(our_kafka, tmp_path_factory.mktemp("files"), topic, empty), "GROUP": group}


def run(line: list[str]) -> None:
    tool = find_subcommand(line[0])
    assert tool is not None
    run_tool(tool, line[0], line[1:])
    console.prepare()


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.subcommand)
def test_help_and_refusals_have_no_colour(tool: Tool) -> None:
    for word in ("--help", "--no-such-option"):
        if (tool.subcommand, word) == ("quickstart", "--no-such-option"):  # which would run
            continue
        shown = seen(partial(run, [tool.subcommand, word]))
        assert shown or tool.subcommand in ("server-stop", "zookeeper-server-stop")
        assert colours(shown) == []


@pytest.mark.parametrize("arguments", [[], ["--help"], ["nothing"], ["--nothing"]])
def test_the_tree_of_commands_has_none(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["kafkacli", *arguments])
    shown = seen(app.main)
    assert "kafkacli" in shown
    assert colours(shown) == []


@pytest.mark.parametrize("form", ["plain", "table"])
@pytest.mark.parametrize("line", LINES)
def test_what_commands_print_has_none(names: dict[str, str], line: str, form: str) -> None:
    shown = seen(partial(run, [*words(line, names), "--output", form]))
    assert colours(shown) == []


def test_without_the_variable_there_is_colour(names: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for nothing in (None, ""):  # empty is as good as not set
        if nothing is None:
            monkeypatch.delenv("NO_COLOR")
        else:
            monkeypatch.setenv("NO_COLOR", nothing)
        line = words("kafka-topics --describe --topic TOPIC --output table --bootstrap-server BROKERS", names)
        assert colours(seen(partial(run, line)))
        monkeypatch.setattr(sys, "argv", ["kafkacli"])
        assert colours(seen(app.main))


@pytest.mark.parametrize("line", ["kafka-topics --describe --output table", "doctor", "zk-shell ZOOKEEPER dump kafka"])
def test_a_pipe_gets_none_whatever_is_set(
    names: dict[str, str], line: str, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("FORCE_COLOR", "1")
    where = [] if "ZOOKEEPER" in line else ["--bootstrap-server", names["BROKERS"]]
    done = tools.run(*words(line, names), *where)
    assert done.out
    assert "\x1b" not in done.out + done.err


@pytest.mark.parametrize("wanted", [False, True])
def test_the_prompt_of_a_shell_and_what_is_typed_at_it(names: dict[str, str], wanted: bool, tmp_path: Path) -> None:
    environment = {**os.environ, "HOME": str(tmp_path)}
    if wanted:
        del environment["NO_COLOR"]
    command = [sys.executable, "-m", "kafkacli", "zk-shell", names["ZOOKEEPER"]]
    with Terminal(command, tmp_path, environment) as terminal:
        terminal.wait_for(r"CONNECTED\) 0\]")
        terminal.type("dump kafka\n")
        terminal.wait_for(r"PENDING[\s\S]*CONNECTED\) 1\]")
        terminal.type("tree /brok\t")
        terminal.wait_for("tree /brokers")
        terminal.type("\nhelp\n")
        terminal.wait_for(r"CONNECTED\) 3\]")
        assert bool(colours(terminal.raw.decode())) == wanted
