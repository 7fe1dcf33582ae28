"""kafka-topics.sh: which command lines it takes; the actions are tested beside `topics_broker` and `topics_zookeeper`."""

from pathlib import Path

import pytest

from kafkacli.options.jopt import UsageError, parse
from kafkacli.tools.topics import OPTIONS, check_arguments
from tests.support.tools import Tools

BROKER = ["--bootstrap-server", "b:1"]
ZOOKEEPER = ["--zookeeper", "z:1"]
ONE_ACTION = "Command must include exactly one action: --list, --describe, --create, --alter or --delete"


def cannot(used: str, other: str) -> str:
    return f'Option "[{used}]" can\'t be used with option "[{other}]"'


def missing(name: str) -> str:
    return f'Missing required argument "[{name}]"'


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (BROKER, ONE_ACTION),
        ([*BROKER, "--list", "--create"], ONE_ACTION),
        ([*BROKER, "--describe", "--if-exists"], missing("topic")),
        ([*BROKER, "--create"], missing("topic")),
        ([*ZOOKEEPER, "--create", "--topic", "a"], missing("partitions")),
        ([*ZOOKEEPER, "--create", "--topic", "a", "--partitions", "1"], missing("replication-factor")),
        ([*BROKER, "--alter", "--topic", "a"], missing("partitions")),
        (
            [*BROKER, "--alter", "--topic", "a", "--config", "x=1"],
            'Option combination "[bootstrap-server],[config]" can\'t be used with option "[alter]"',
        ),
        ([*BROKER, "--list", "--config", "x=1"], cannot("config", "list")),
        ([*ZOOKEEPER, "--list", "--delete-config", "x"], cannot("delete-config", "list")),
        (
            [*BROKER, "--alter", "--topic", "a", "--partitions", "1", "--delete-config", "x"],
            cannot("delete-config", "bootstrap-server"),
        ),
        ([*BROKER, "--delete", "--topic", "a", "--partitions", "1"], cannot("partitions", "delete")),
        ([*BROKER, "--describe", "--replication-factor", "1"], cannot("replication-factor", "describe")),
        ([*BROKER, "--list", "--replica-assignment", "1"], cannot("replica-assignment", "list")),
        (
            [*BROKER, "--create", "--topic", "a", "--replica-assignment", "1", "--partitions", "1"],
            cannot("replica-assignment", "partitions"),
        ),
        ([*BROKER, "--list", "--under-replicated-partitions"], cannot("under-replicated-partitions", "list")),
        (
            [*BROKER, "--describe", "--unavailable-partitions", "--topics-with-overrides"],
            cannot("unavailable-partitions", "topics-with-overrides"),
        ),
        ([*ZOOKEEPER, "--describe", "--at-min-isr-partitions"], cannot("at-min-isr-partitions", "zookeeper")),
        ([*BROKER, "--create", "--topic", "a", "--if-exists"], cannot("if-exists", "create")),
        ([*BROKER, "--delete", "--topic", "a", "--if-not-exists"], cannot("if-not-exists", "delete")),
        ([*BROKER, "--delete", "--topic", "a", "--exclude-internal"], cannot("exclude-internal", "delete")),
    ],
)
def test_what_makes_no_sense_is_refused_in_kafkas_words(words: list[str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_arguments(parse(OPTIONS, words))
    assert str(caught.value) == message


@pytest.mark.parametrize("servers", [[], [*BROKER, *ZOOKEEPER]], ids=["neither", "both"])
def test_it_wants_a_broker_or_zookeeper(servers: list[str], tools: Tools) -> None:
    done = tools.run("kafka-topics.sh", "--list", *servers)
    assert done == (1, "", "kafka-topics.sh: Only one of --bootstrap-server or --zookeeper must be specified\n")


@pytest.mark.parametrize(
    "words",
    [
        [*BROKER, "--list"],
        [*BROKER, "--create", "--topic", "a"],
        [*ZOOKEEPER, "--create", "--topic", "a", "--replica-assignment", "1"],
        [*BROKER, "--describe", "--under-replicated-partitions", "--exclude-internal"],
        [*ZOOKEEPER, "--alter", "--topic", "a", "--config", "x=1", "--delete-config", "y", "--if-exists"],
        [*BROKER, "--delete", "--topic", "a", "--force"],
    ],
)
def test_what_makes_sense_passes(words: list[str]) -> None:
    check_arguments(parse(OPTIONS, words))


def test_an_empty_command_line_shows_how_to_use_it(tools: Tools) -> None:
    done = tools.run("kafka-topics.sh")
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("Create, delete, describe, or change a topic.\nusage: kafka-topics.sh ")


def test_a_properties_file_that_cannot_be_read_is_named(tools: Tools, tmp_path: Path) -> None:
    done = tools.run("kafka-topics.sh", "--list", *BROKER, "--command-config", str(tmp_path / "none"))
    assert (done.status, done.out) == (1, "")
    assert str(tmp_path / "none") in done.err


@pytest.mark.parametrize(
    ("server", "message"),
    [
        ("localhost", "Invalid url in bootstrap.servers: localhost"),
        ("no-such-host.invalid:1", "No resolvable bootstrap urls given in bootstrap.servers"),
    ],
)
def test_a_bootstrap_list_that_leads_nowhere_is_named(server: str, message: str, tools: Tools) -> None:
    done = tools.run("kafka-topics.sh", "--list", "--bootstrap-server", server)
    assert (done.status, done.out) == (1, "")
    assert done.err.splitlines()[-1] == f"kafka-topics.sh: {message}"
