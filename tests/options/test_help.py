"""Help texts: every option, within the width, with what there is to know."""

import pytest

from kafkacli.options.commands import Command, commands
from kafkacli.options.help import option_label, option_meaning, render_help
from kafkacli.options.table import Option, OptionTable


def test_the_help_of_a_small_tool() -> None:
    table = OptionTable(
        "tool.sh",
        "Does one thing.",
        [
            Option(
                "topic", argument="topic", help="Which topic, of all the topics that there are in the whole cluster."
            ),
            Option("all", help="All."),
        ],
        synopsis="[OPTION]... FILE",
        arguments="FILE is read.",
        examples=[("tool.sh x", "does it")],
    )
    assert render_help(table, 70).splitlines() == [
        "usage: tool.sh [OPTION]... FILE",
        "",
        "Does one thing.",
        "",
        "FILE is read.",
        "",
        "Options",
        "  --all                           All.",
        "  --topic <topic>                 Which topic, of all the topics that",
        "                                  there are in the whole cluster.",
        "",
        "Examples",
        "  # does it",
        "  tool.sh x",
    ]


@pytest.mark.parametrize(
    ("option", "label"),
    [
        (Option("all", help=""), "--all"),
        (Option("p", "partition", argument="number", help=""), "-p, --partition <number>"),
        (Option("state", argument="state", optional=True, help=""), "--state [<state>]"),
    ],
)
def test_labels(option: Option, label: str) -> None:
    assert option_label(option) == label


@pytest.mark.parametrize(
    ("option", "meaning"),
    [
        (Option("a", help="What.", default="5", argument="n"), "What. Default: 5."),
        (Option("a", help="What.", completes=("x", "y"), argument="w"), "What. One of x, y."),
        (Option("a", help="What.", required=True, argument="w", since="3.5"), "What. Required. (Since Kafka 3.5.)"),
    ],
)
def test_meanings(option: Option, meaning: str) -> None:
    assert option_meaning(option) == meaning


@pytest.mark.parametrize("command", commands(), ids=lambda command: command.subcommand)
def test_every_tool_names_all_its_options_within_the_width(command: Command) -> None:
    text = render_help(command.table, 80)
    assert all(option_label(option) in text for option in command.table.options)
    head, _, options = text.partition("\nOptions\n")
    assert head.startswith(f"usage: {command.table.script} ")
    assert not [
        line
        for line in options.partition("\nExamples\n")[0].splitlines()
        if len(line) > 80 and " <" not in line and len(line.split()) > 1  # one long word can't be broken
    ]
