"""kafka-configs.sh: which command lines it takes; errors on stderr."""

import pytest

from kafkacli.options.jopt import parse
from kafkacli.tools.configs import OPTIONS, check_arguments, entity_names, entity_types
from tests.support.tools import Tools

BROKER = ["--bootstrap-server", "b:1"]
ZOOKEEPER = ["--zookeeper", "z:1"]
ADD = ["--add-config", "a=1"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([*BROKER, "--describe"], "At least one entity type must be specified"),
        (
            [*BROKER, "--describe", "--entity-type", "planets"],
            "Invalid entity type planets, the entity type must be one of topics,clients,users,brokers,broker-loggers with the --bootstrap-server argument",
        ),
        (
            [*ZOOKEEPER, "--describe", "--entity-type", "broker-loggers"],
            "Invalid entity type broker-loggers, the entity type must be one of topics,clients,users,brokers with the --zookeeper argument",
        ),
        (
            [*BROKER, "--describe", "--topic", "a", "--entity-type", "topics"],
            "Duplicate entity type(s) specified: topics",
        ),
        (
            [*BROKER, "--describe", "--topic", "a", "--user", "u"],
            "Only 'users' and 'clients' entity types may be specified together",
        ),
        (
            [*BROKER, "--describe", "--user", "a", "--entity-type", "clients"],
            "--entity-{type,name,default} should not be used in conjunction with specific entity flags",
        ),
        (
            ["--describe", "--topic", "a"],
            "One of the required --bootstrap-server or --zookeeper arguments must be specified",
        ),
        (
            [*BROKER, *ZOOKEEPER, "--describe", "--topic", "a"],
            "Only one of --bootstrap-server or --zookeeper must be specified",
        ),
        ([*ZOOKEEPER, "--describe", "--topic", "a", "--all"], "--bootstrap-server must be specified for --all"),
        (
            [*BROKER, "--describe", "--broker", "one"],
            "The entity name for brokers must be a valid integer broker id, but it is: one",
        ),
        (
            [*BROKER, "--describe", "--entity-type", "broker-loggers"],
            "an entity name must be specified with --describe of broker-loggers",
        ),
        (
            [*BROKER, "--alter", "--entity-type", "users", *ADD],
            "an entity-name or default entity must be specified with --alter of users, clients or brokers",
        ),
        (
            [*BROKER, "--alter", "--entity-type", "topics", *ADD],
            "an entity name must be specified with --alter of topics",
        ),
        (
            [*BROKER, "--alter", "--topic", "a", *ADD, "--add-config-file", "f"],
            "Only one of --add-config or --add-config-file must be specified",
        ),
        (
            [*BROKER, "--alter", "--topic", "a"],
            "At least one of --add-config, --add-config-file, or --delete-config must be specified with --alter",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_in_kafkas_words(words: list[str], message: str, tools: Tools) -> None:
    assert tools.run("kafka-configs.sh", *words) == (1, "", f"{message}\n")


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ([], "This tool helps to manipulate and describe entity config for a topic, client, user or broker"),
        ([*BROKER, "--topic", "a"], "Command must include exactly one action: --describe, --alter"),
        (
            [*BROKER, "--describe", "--topic", "a", *ADD],
            'Option "[describe]" can\'t be used with option "[add-config]"',
        ),
    ],
)
def test_wrong_usage_shows_message_and_help(words: list[str], first: str, tools: Tools) -> None:
    done = tools.run("kafka-configs.sh", *words)
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith(f"{first}\nusage: kafka-configs.sh ")


def test_unknown_options_are_named_without_the_help(tools: Tools) -> None:
    done = tools.run("kafka-configs.sh", "--describe", "--entity-typ", "topics")
    assert done == (1, "", "entity-typ is not a recognized option\ndid you mean --entity-type?\n")


@pytest.mark.parametrize(
    ("words", "types", "names"),
    [
        (["--entity-type", "topics", "--entity-name", "a"], ["topics"], ["a"]),
        (
            ["--entity-type", "users", "--entity-default", "--entity-type", "clients", "--entity-name", "c"],
            ["users", "clients"],
            ["", "c"],
        ),
        (["--user", "u", "--client", "c"], ["clients", "users"], ["c", "u"]),
        (["--broker-defaults"], ["brokers"], [""]),
    ],
)
def test_entities_may_be_named_in_two_ways(words: list[str], types: list[str], names: list[str]) -> None:
    options = parse(OPTIONS, words)
    assert (entity_types(options), entity_names(options)) == (types, names)


@pytest.mark.parametrize(
    "words",
    [
        [*BROKER, "--describe", "--entity-type", "topics"],
        [*BROKER, "--alter", "--broker", "1", *ADD, "--delete-config", "b"],
        [*ZOOKEEPER, "--alter", "--user-defaults", *ADD],
        [*BROKER, "--describe", "--broker-logger", "1"],
    ],
)
def test_what_makes_sense_passes(words: list[str]) -> None:
    check_arguments(parse(OPTIONS, words))
