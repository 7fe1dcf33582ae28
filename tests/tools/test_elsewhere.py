"""Scripts that aren't here: the original's usage without arguments where it has one, one line otherwise."""

import re

import pytest

from kafkacli.app import TOOLS, find_script
from kafkacli.tools.elsewhere import CLASSES, REASONS, USAGES
from tests.support.apache import SHARED
from tests.support.tools import Tools


def run(tools: Tools, monkeypatch: pytest.MonkeyPatch, script: str, *arguments: str) -> tuple[int, str, str]:
    monkeypatch.setattr("sys.argv", [f"/somewhere/bin/{script}"])
    return tools.run(script, *arguments)


@pytest.mark.parametrize("script", REASONS)
def test_one_line_that_names_apache_kafka(tools: Tools, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    status, out, err = run(tools, monkeypatch, f"{script}.sh", "--some", "thing")
    assert (status, out) == (1, "")
    assert re.fullmatch(rf"{script}\.sh: .*; run bin/{script}\.sh of Apache Kafka, against the same brokers\n", err)


@pytest.mark.parametrize("script", USAGES)
def test_the_usage_without_arguments(tools: Tools, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    assert run(tools, monkeypatch, f"{script}.sh") == (1, f"USAGE: {script}.sh {USAGES[script]}\n", "")


def test_the_subcommand_knows_the_name_too(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["/bin/kafkacli", "kafka-features"])
    assert tools.run("kafka-features").err.startswith("kafka-features.sh: ")


def test_help(tools: Tools) -> None:
    assert tools.run("connect-standalone", "--help").status == 0


def test_the_names_are_those_of_the_table() -> None:
    (tool,) = [tool for tool in TOOLS if tool.subcommand == "elsewhere"]
    assert set(tool.scripts) == set(REASONS) >= {*USAGES, *CLASSES.values()}


def test_every_script_of_apache_kafka_is_here() -> None:
    table = SHARED / "apache" / "scripts.tsv"
    if not table.exists():
        pytest.skip("../shared/apache is not here")
    scripts = {line.split("\t")[0] for line in table.read_text().splitlines() if not line.startswith("#")}
    assert [name for name in sorted(scripts) if find_script(name) is None] == []


# bin/ of 2.6.2
BIN = """connect-distributed connect-mirror-maker connect-standalone kafka-acls kafka-broker-api-versions kafka-configs
kafka-console-consumer kafka-console-producer kafka-consumer-groups kafka-consumer-perf-test kafka-delegation-tokens
kafka-delete-records kafka-dump-log kafka-leader-election kafka-log-dirs kafka-mirror-maker
kafka-preferred-replica-election kafka-producer-perf-test kafka-reassign-partitions kafka-replica-verification
kafka-run-class kafka-server-start kafka-server-stop kafka-streams-application-reset kafka-topics
kafka-verifiable-consumer kafka-verifiable-producer trogdor zookeeper-security-migration zookeeper-server-start
zookeeper-server-stop zookeeper-shell"""


@pytest.mark.parametrize("name", BIN.split())
def test_the_directory_can_be_replaced(name: str) -> None:
    assert find_script(f"{name}.sh") is find_script(name) is not None
