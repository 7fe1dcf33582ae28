"""kafka-consumer-groups.sh: which command lines it takes, and how it ends."""

from pathlib import Path

import pytest

from kafkacli.options.jopt import UsageError, parse
from kafkacli.tools.consumer_groups import OPTIONS, check_arguments
from tests.support.tools import Tools

SERVER = ["--bootstrap-server", "b:1"]
RESET = [*SERVER, "--reset-offsets", "--group", "g", "--all-topics", "--dry-run"]


def cannot(used: str, other: str) -> str:
    return f'Option "[{used}]" can\'t be used with option "[{other}]"'


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--list"], 'Missing required argument "[bootstrap-server]"'),
        ([*SERVER, "--describe"], "Option [describe] takes one of these options: [group], [all-groups]"),
        (
            [*SERVER, "--describe", "--group", "g", "--members", "--state"],
            "Option [describe] takes at most one of these options: [members], [offsets], [state]",
        ),
        (
            [*SERVER, "--describe", "--group", "g", "--state", "Empty"],
            "Option [describe] does not take a value for [state]",
        ),
        ([*SERVER, "--delete"], "Option [delete] takes one of these options: [group], [all-groups]"),
        (
            [*SERVER, "--delete", "--group", "g", "--topic", "t"],
            "The consumer does not support topic-specific offset deletion from a consumer group.",
        ),
        (
            [*SERVER, "--delete-offsets", "--group", "g"],
            "Option [delete-offsets] takes the following options: [group], [topic]",
        ),
        ([*RESET, "--execute"], "Option [reset-offsets] only accepts one of [execute] and [dry-run]"),
        (
            [*SERVER, "--reset-offsets", "--execute"],
            "Option [reset-offsets] takes one of these options: [group], [all-groups]",
        ),
        ([*RESET, "--to-offset", "1", "--to-latest"], cannot("to-offset", "to-latest")),
        ([*RESET, "--from-file", "x", "--to-current"], cannot("to-current", "from-file")),
        ([*SERVER, "--describe", "--group", "g", "--all-groups"], cannot("group", "all-groups")),
        ([*SERVER, "--list", "--group", "g"], cannot("group", "list")),
        ([*SERVER, "--describe", "--group", "g", "--topic", "t"], cannot("topic", "describe")),
    ],
)
def test_what_makes_no_sense_is_refused_in_kafkas_words(words: list[str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_arguments(parse(OPTIONS, words))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ([], 'Missing required argument "[bootstrap-server]"'),
        (["--version"], 'Missing required argument "[bootstrap-server]"'),
        (
            SERVER,
            "Command must include exactly one action: --list, --describe, --delete, --reset-offsets, --delete-offsets",
        ),
        (
            [*SERVER, "--list", "--timeout", "soon"],
            "Cannot parse argument 'soon' of option timeout",
        ),
    ],
)
def test_wrong_usage_shows_message_and_help(words: list[str], first: str, tools: Tools) -> None:
    done = tools.run("kafka-consumer-groups.sh", *words)
    assert (done.status, done.out) == (1, "")
    assert done.err.splitlines()[:2][0] == first
    assert "usage: kafka-consumer-groups.sh" in done.err


def test_an_option_of_older_versions_is_told_what_replaced_it(tools: Tools) -> None:
    done = tools.run("kafka-consumer-groups.sh", "--list", "--zookeeper", "localhost:2181")
    assert done.status == 1
    assert done.err == (
        "kafka-consumer-groups.sh: zookeeper is not a recognized option\n"
        "--zookeeper is gone; groups are the brokers' now, use --bootstrap-server\n"
    )


def test_help_needs_no_server(tools: Tools) -> None:
    done = tools.run("kafka-consumer-groups.sh", "--help")
    assert (done.status, done.err) == (0, "")


def test_the_version_comes_after_the_checks(tools: Tools) -> None:
    assert tools.run("kafka-consumer-groups.sh", *SERVER, "--version").out == "2.6.2 (Commit:da65af02e5856e34)\n"


def test_options_of_another_action_are_unavailable(tools: Tools) -> None:
    done = tools.run("kafka-consumer-groups.sh", *SERVER, "--delete", "--group", "g", "--verbose", "--state")
    assert done.status == 1
    assert done.err == (
        "kafka-consumer-groups.sh: Option(s) [state, verbose] are unavailable given other options on the command line\n"
    )


def test_a_reset_that_says_neither_gets_the_warning(capsys: pytest.CaptureFixture[str]) -> None:
    check_arguments(parse(OPTIONS, [word for word in RESET if word != "--dry-run"]))
    assert capsys.readouterr().err.startswith(
        "WARN: No action will be performed as the --execute option is missing.In a"
    )
    check_arguments(parse(OPTIONS, RESET))
    assert capsys.readouterr().err == ""


def test_without_a_broker_it_ends_within_its_timeout_as_the_original_does(tools: Tools, tmp_path: Path) -> None:
    done = tools.run("kafka-consumer-groups.sh", "--list", "--bootstrap-server", "127.0.0.1:1", "--timeout", "200")
    assert done.status == 0
    assert done.out == (
        "\nError: Executing consumer group command failed due to "
        "org.apache.kafka.common.KafkaException: Failed to find brokers to send ListGroups\n"
    )
    assert done.err == "127.0.0.1:1: connection refused (TCP); trying for up to 0.2 s\n"
