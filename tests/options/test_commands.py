"""The list of commands with their tables."""

from kafkacli.app import TOOLS
from kafkacli.options.commands import commands, first_sentence


def test_every_tool_is_a_command() -> None:
    listed = {command.subcommand: command for command in commands()}
    assert list(listed) == [tool.subcommand for tool in TOOLS]
    assert listed["topics"].names == ["kafka-topics.sh", "kafka-topics"]
    assert listed["init"].names == []


def test_first_sentences_are_short() -> None:
    assert first_sentence("Which topic; a pattern. Or none.") == "Which topic"
    assert first_sentence("Read host. Then port.") == "Read host"
    assert first_sentence("Only one.") == "Only one"
