"""What the active context adds to command lines, for every tool that talks to a cluster."""

from pathlib import Path

import pytest

from kafkacli.client import contexts
from kafkacli.client.contexts import Context, Contexts
from kafkacli.options import argparse4j, jopt
from kafkacli.options.commands import commands
from kafkacli.options.context import from_context, zookeeper_server

BOTH = Context("b:1", "z:1", properties={"client.id": "me"})
# the options that a context gives to each tool, by name; all that are not named here get nothing
GIVEN = {
    "bootstrap-server command-config": (
        "acls broker-api-versions configs consumer-groups copy delegation-tokens delete-records doctor export get-offsets"
        " import log-dirs reassign-partitions topics wait"
    ),
    "bootstrap-server admin.config": "leader-election preferred-replica-election",
    "bootstrap-server consumer.config": "console-consumer consumer-perf-test verifiable-consumer",
    "bootstrap-server producer.config": "console-producer verifiable-producer",
    "bootstrap-server config-file": "streams-application-reset",
    "broker-list": "replica-verification",
    "producer.config": "producer-perf-test",
    "zookeeper.connect": "zookeeper-security-migration",
}
EXPECTED = {tool: options.split() for options, tools in GIVEN.items() for tool in tools.split()}


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv(contexts.VARIABLE, "c")


def test_each_tool_that_talks_to_a_cluster_gets_its_options() -> None:
    contexts.save(Contexts({"c": BOTH}))
    found = {
        command.subcommand: [option.name for option, _ in from_context(command.table, lambda _: False)]
        for command in commands()
    }
    assert {tool: names for tool, names in found.items() if names} == EXPECTED


def test_what_names_a_cluster_is_left_alone() -> None:
    contexts.save(Contexts({"c": BOTH}))
    for command in commands():
        for named in ("bootstrap-server", "broker-list", "zookeeper", "authorizer-properties", "producer-props"):
            if named in command.table.by_name:
                name = command.table.by_name[named].name
                assert list(from_context(command.table, {name}.__contains__)) == []
        assert list(from_context(command.table, {"h", "help"}.__contains__)) == []


def test_the_parsers_take_it() -> None:
    from kafkacli.tools import producer_perf_test, topics

    contexts.save(Contexts({"c": BOTH}))
    parsed = jopt.parse(topics.OPTIONS, ["--list"])
    assert (parsed.value("bootstrap-server"), parsed.value("command-config")) == ("b:1", "context:c")
    assert jopt.parse(topics.OPTIONS, ["--list", "--zookeeper", "y:1"]).found.keys() == {"list", "zookeeper"}
    words = ["--topic", "t", "--num-records", "1", "--record-size", "1", "--throughput", "1"]
    assert argparse4j.parse(producer_perf_test.OPTIONS, words).text("producer.config") == "context:c"


def test_zookeeper_alone_and_servers_alone() -> None:
    from kafkacli.tools import topics

    contexts.save(Contexts({"c": Context(zookeeper="z:1", properties={"a": "b"})}))
    assert jopt.parse(topics.OPTIONS, ["--list"]).found == {"list": [], "zookeeper": ["z:1"]}
    assert zookeeper_server() == "z:1"
    contexts.save(Contexts({"c": Context("b:1")}))
    assert jopt.parse(topics.OPTIONS, ["--list"]).found == {"list": [], "bootstrap-server": ["b:1"]}
    assert zookeeper_server() is None


def test_an_unknown_context_is_an_error_only_where_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    from kafkacli.tools import dump_log, topics

    with pytest.raises(contexts.ContextError, match="no context is called c"):
        jopt.parse(topics.OPTIONS, ["--list"])
    assert jopt.parse(topics.OPTIONS, ["--help"]).has("help")
    assert jopt.parse(dump_log.OPTIONS, ["--files", "x"]).has("files")
    monkeypatch.setenv(contexts.VARIABLE, "")
    assert jopt.parse(topics.OPTIONS, ["--list"]).found == {"list": []}
