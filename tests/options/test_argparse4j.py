"""Command lines are read as argparse4j reads them; help and errors are shown as Kafka's Java tools show them."""

import gzip
from pathlib import Path

import pytest

from kafkacli.exits import Exit
from kafkacli.options.argparse4j import HELP, ArgumentError, Arguments, HelpAsked, parse, run, usage
from kafkacli.options.table import Option, OptionTable

RECORDED = Path(__file__).parents[1] / "data" / "java_tool_lines.tsv.gz"
TABLE = OptionTable(
    "the-tool.sh",
    "",
    (
        HELP,
        Option("topic", argument="topic", required=True, help="Which."),
        Option("size", argument="size", kind="integer", help=""),
        Option("file", argument="file", help=""),
        Option("time", argument="time", kind="long", required=True, help=""),
        Option("props", argument="name=value", many=True, help=""),
        Option("props.file", argument="props-file", help=""),
        Option("acks", argument="acks", kind="integer", default="-1", choices=("0", "1", "-1"), help=""),
        Option("verbose", help=""),
    ),
    groups=(("size", "file"),),
)
WHOLE = ["--topic", "a", "--time", "5", "--size", "7"]


def shown(found: Arguments) -> str:
    """As the recording shows what was read."""
    values = {
        "acks": found.integer("acks"),
        "file": found.text("file"),
        "props": found.texts("props"),
        "props.file": found.text("props.file"),
        "size": found.integer("size"),
        "time": found.integer("time"),
        "topic": found.text("topic"),
        "verbose": found.flag("verbose"),
    }
    texts = {name: _java(value) for name, value in values.items()}
    return "{" + ", ".join(f"{name}={text}" for name, text in texts.items()) + "}"


def _java(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(value)}]"
    if isinstance(value, bool):
        return str(value).lower()
    return "null" if value is None else str(value)


def outcome(words: list[str]) -> str:
    try:
        return shown(parse(TABLE, words))
    except HelpAsked:
        return "help"
    except ArgumentError as error:
        return f"! {error}"


def test_command_lines_are_read_as_argparse4j_reads_them() -> None:
    recorded = gzip.decompress(RECORDED.read_bytes()).decode().split("\n")[:-2]
    assert len(recorded) > 3000
    different = []
    for line in recorded:
        command, _, expected = line.partition("\t=>\t")
        if (found := outcome(command.split("\t"))) != expected.rstrip():
            different.append(f"{command.split(chr(9))}: argparse4j {expected!r}, ours {found!r}")
    assert not different, f"{len(different)} of {len(recorded)}\n" + "\n".join(different[:20])


def test_the_usage_is_laid_out_as_argparse4j_does_it() -> None:
    expected = gzip.decompress(RECORDED.read_bytes()).decode().split("\n")[-2].partition("\t=>\t")[2]
    assert usage(TABLE, "the-tool") == expected.replace("\\n", "\n")


def test_a_long_name_has_its_options_on_the_lines_below() -> None:
    lines = usage(TABLE, "a-tool-with-a-name-that-is-long").splitlines()
    assert lines[0] == "usage: a-tool-with-a-name-that-is-long"
    assert lines[1].startswith("       [-h] --topic TOPIC ")


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"], [*WHOLE, "--help"]])
def test_help(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(TABLE, "the-tool", words, lambda _: 9) == Exit.OK
    assert "usage: the-tool.sh" in capsys.readouterr().out


def test_a_refused_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(TABLE, "the-tool", [*WHOLE, "--topics", "b"], lambda _: 9) == Exit.FAILURE
    message = "the-tool: error: unrecognized arguments: '--topics'\ndid you mean --topic?\n"
    assert capsys.readouterr() == ("", usage(TABLE, "the-tool") + message)


def test_the_tool_runs_on_what_was_read_and_may_refuse_it_too(capsys: pytest.CaptureFixture[str]) -> None:
    def tool(found: Arguments) -> int:
        if found.text("topic") == "bad":
            raise ArgumentError("no")
        return found.integer("size") or 0

    assert run(TABLE, "the-tool", WHOLE, tool) == 7
    assert run(TABLE, "the-tool", [*WHOLE, "--topic", "bad"], tool) == Exit.FAILURE
    assert capsys.readouterr().err.endswith("the-tool: error: no\n")
