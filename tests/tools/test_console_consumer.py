"""kafka-console-consumer.sh of ours: its command line, help and version. What it prints: test_console_consumer_run.py."""

import pytest

from kafkacli.exits import Exit
from tests.support.tools import Tools


def test_help_and_version(tools: Tools) -> None:
    assert tools.run("kafka-console-consumer", "--help").out.startswith("usage: kafka-console-consumer.sh")
    assert tools.run("kafka-console-consumer", "--version").out == "2.6.2 (Commit:da65af02e5856e34)\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--topic t --nope", "nope is not a recognized option"),
        ("--topic t --form-beginning", "form-beginning is not a recognized option\ndid you mean --from-beginning?"),
        ("--topic t --whitelist t", "Exactly one of whitelist/topic is required."),
        ("", "This tool helps to read data from Kafka topics and outputs it to standard output."),
    ],
)
def test_wrong_command_lines_show_the_help(tools: Tools, words: str, message: str) -> None:
    done = tools.run("kafka-console-consumer", *words.split())
    assert (done.status, done.out) == (Exit.FAILURE, "")
    assert done.err.startswith(message + "\nusage: kafka-console-consumer.sh")


def test_what_the_original_throws_is_one_line(tools: Tools) -> None:
    done = tools.run(
        "kafka-console-consumer", "--bootstrap-server", "h:1", "--topic", "t", "--formatter", "no.Formatter"
    )
    assert done.status == Exit.FAILURE
    assert done.err.startswith('Exception in thread "main" java.lang.ClassNotFoundException: no.Formatter is none of ')
    assert "kafka.tools.DefaultMessageFormatter" in done.err
    assert done.err.count("\n") == 1


def test_a_number_that_is_none(tools: Tools) -> None:
    done = tools.run("kafka-console-consumer", "--bootstrap-server", "h:1", "--topic", "t", "--max-messages", "x")
    assert done.status == Exit.FAILURE
    assert done.err == "kafka-console-consumer: Cannot parse argument 'x' of option max-messages\n"
