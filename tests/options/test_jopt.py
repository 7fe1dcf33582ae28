"""Command lines are read as jopt-simple reads them; Kafka's checks have their texts."""

import gzip
from pathlib import Path

import pytest

from kafkacli import KAFKA_VERSION
from kafkacli.options.jopt import OptionError, Parsed, UsageError, answer_help, parse
from kafkacli.options.table import HELP, VERSION, Option, OptionTable

RECORDED = Path(__file__).parents[1] / "data" / "command_lines.tsv.gz"

OPTIONS = (
    HELP,
    Option("list", help=""),
    Option("topic", argument="topic", help=""),
    Option("p", "partition", argument="number", kind="integer", help=""),
    Option("timeout", argument="ms", kind="long", default="5000", help=""),
    Option("state", argument="state", optional=True, help=""),
    Option("level", argument="level", optional=True, kind="integer", help=""),
    Option("members", available_if=("list",), help=""),
    Option("x", help=""),
    Option("y", help=""),
    Option("n", argument="word", help=""),
)
NEEDED = Option("needed", argument="word", required=True, help="")


def table(variant: str) -> OptionTable:
    """The table of a recorded variant: a = abbreviations, r = an option is required."""
    options = (*OPTIONS, NEEDED) if "r" in variant else OPTIONS
    return OptionTable("tool.sh", "", options, abbreviations="a" in variant)


def shown(parsed: Parsed, option: Option) -> str:
    """An option's values as the recording shows them."""
    name = option.name
    try:
        if option.kind == "string":
            return f"{_java(parsed.values(name))}/{_java(parsed.value(name))}"
        return f"{_java(parsed.integers(name))}/{_java(parsed.integer(name))}"
    except OptionError as error:
        return str(error)


def _java(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(str, value))}]"
    return "null" if value is None else str(value)


def outcome(variant: str, words: list[str]) -> str:
    """What becomes of a command line, as the recording shows it."""
    read = table(variant)
    try:
        parsed = parse(read, words)
    except OptionError as error:
        return f"! {error}"
    options = "".join(f"{option.name}={shown(parsed, option)} " for option in read.options if parsed.has(option.name))
    return f"{options}| {_java(parsed.arguments)}"


def test_command_lines_are_read_as_jopt_simple_reads_them() -> None:
    recorded = gzip.decompress(RECORDED.read_bytes()).decode().split("\n")[:-1]
    assert len(recorded) > 5000
    different = []
    for line in recorded:
        command, _, expected = line.partition("\t=>\t")
        variant, *words = command.split("\t")
        if (found := outcome(variant, words)) != expected:
            different.append(f"{words} {variant}: jopt-simple {expected!r}, ours {found!r}")
    assert not different, f"{len(different)} of {len(recorded)}\n" + "\n".join(different[:20])


def parsed(*words: str) -> Parsed:
    return parse(table("-"), list(words))


@pytest.mark.parametrize(
    ("text", "value"), [("1.5", 1.5), ("-2", -2.0), ("1e3", 1000.0)], ids=["fraction", "negative", "exponent"]
)
def test_doubles_are_read(text: str, value: float) -> None:
    assert parsed("--topic", text).double("topic") == value


@pytest.mark.parametrize("text", ["", "1_000", "one"])
def test_what_is_no_double_is_refused(text: str) -> None:
    with pytest.raises(OptionError, match=f"Cannot parse argument '{text}' of option topic"):
        parsed("--topic", text).double("topic")


def test_an_absent_option_has_its_default() -> None:
    assert parsed().value("topic") is None
    assert parsed().integer("timeout") == 5000
    assert not parsed().has("timeout")


def test_a_missing_option_is_named_as_kafka_names_it() -> None:
    options = parsed("--topic", "a")
    options.require("topic")
    with pytest.raises(UsageError, match=r'^Missing required argument "\[p, partition\]"$'):
        options.require("topic", "p", "state")


def test_options_that_exclude_each_other_are_named() -> None:
    options = parsed("--topic", "a", "--list", "-x")
    options.exclude("topic", "state", "level")
    options.exclude("state", "list")
    with pytest.raises(UsageError, match=r'^Option "\[topic\]" can\'t be used with option "\[list\]"$'):
        options.exclude("topic", "state", "list", "x")


def test_combinations_that_exclude_an_option_are_named() -> None:
    options = parsed("--topic", "a", "--list", "-x")
    options.exclude_together(("topic", "state"), "list")
    with pytest.raises(
        UsageError, match=r'^Option combination "\[topic\],\[list\]" can\'t be used with option "\[x\]"$'
    ):
        options.exclude_together(("topic", "list"), "y", "x")


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("--tipic", "did you mean --topic?"),
        ("-tpoic", "did you mean --topic?"),
        ("--membrs=1", "did you mean --members?"),
        ("--zzz", ""),
    ],
)
def test_an_unknown_option_gets_a_suggestion(word: str, hint: str) -> None:
    with pytest.raises(OptionError, match="is not a recognized option") as caught:
        parsed(word)
    assert caught.value.hint == hint


def test_help_and_version_are_answered(capsys: pytest.CaptureFixture[str]) -> None:
    answering = OptionTable("tool.sh", "What it does.", (HELP, VERSION))
    assert answer_help(parse(answering, ["--version"]), "") == 0
    assert capsys.readouterr().out == f"{KAFKA_VERSION}\n"
    assert answer_help(parse(answering, ["--help"]), "") == 0
    assert "What it does." in capsys.readouterr().out
    assert answer_help(parse(answering, ["word"]), "") is None


def test_an_empty_command_line_shows_how_to_use_the_tool() -> None:
    with pytest.raises(UsageError, match="Do this or that") as caught:
        answer_help(parsed(), "Do this or that")
    assert caught.value.table.script == "tool.sh"
