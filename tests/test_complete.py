"""`kafkacli __complete`: what it asks, what it prints, and that it ends in time."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kafkacli.client import contexts
from kafkacli.client.contexts import Context, Contexts
from kafkacli.complete import FRESH_SECONDS, question, read_line
from tests.support.broker import broker
from tests.support.kafka import Kafka, kafka

__all__ = ["broker", "kafka"]


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("KAFKACLI_COMPLETION_MS", "20000")
    monkeypatch.delenv(contexts.VARIABLE)


def run(*words: str) -> list[str]:
    """Run the hidden command as a completion does; nothing may go wrong aloud."""
    done = subprocess.run(
        [sys.executable, "-m", "kafkacli", "__complete", *words], capture_output=True, text=True, timeout=60, check=True
    )
    assert not done.stderr
    return done.stdout.splitlines()


def asked(kind: str, line: str, current: str = "") -> dict[str, object]:
    found = question(kind, current, line.split())
    if found is None:
        return {}
    empty = {"properties_file": None, "entity": ("", ""), "parent": "/"}
    values = {name: getattr(found, name) for name in found.__slots__ if name != "kind"}
    return {name: value for name, value in values.items() if value != empty.get(name, "")}


@pytest.mark.parametrize(
    ("line", "flags", "operands"),
    [
        ("kafka-topics.sh --list --topic a", {"list": "", "topic": "a"}, ["kafka-topics.sh"]),
        ("/bin/kafkacli topics --topic=a -x", {"topic": "a", "x": ""}, ["topics"]),
        ("zkCli.sh -server h:1 ls /", {"server": "h:1"}, ["zkCli.sh", "ls", "/"]),
    ],
)
def test_lines_are_read(line: str, flags: dict[str, str], operands: list[str]) -> None:
    assert read_line(line.split()) == (flags, operands)


@pytest.mark.parametrize(
    ("kind", "line", "current", "expected"),
    [
        ("topic", "t --bootstrap-server b:1 --command-config f", "", {"servers": "b:1", "properties_file": "f"}),
        ("topic", "t --broker-list=b:1", "", {"servers": "b:1"}),
        ("topic", "t --zookeeper z:1/k", "", {"zookeeper": "z:1/k"}),
        ("topic", "t --list", "", {}),
        ("partition", "t --bootstrap-server b:1 --topic x", "", {"servers": "b:1", "topic": "x"}),
        ("config", "t --bootstrap-server b:1 --topic x", "", {"servers": "b:1", "topic": "x", "entity": ("topics", "x")}),
        ("config", "t --bootstrap-server b --entity-type users --entity-name u", "",
         {"servers": "b", "entity": ("users", "u")}),
        ("znode", "zookeeper-shell.sh z:1 ls", "/a/b", {"zookeeper": "z:1", "parent": "/a"}),
        ("znode", "kafkacli zk-shell z:1 ls", "/a", {"zookeeper": "z:1"}),
        ("znode", "zkCli.sh -server z:1 ls", "/a", {"zookeeper": "z:1"}),
        ("znode", "kafkacli zk-cli ls", "/", {"zookeeper": "localhost:2181"}),
    ],
)  # fmt: skip
def test_the_line_says_what_to_ask(kind: str, line: str, current: str, expected: dict[str, object]) -> None:
    assert asked(kind, line, current) == expected


def test_a_context_stands_in_for_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    ask = Context("p:1", properties={"ssl.key.password": "${secret:s}"}, secrets={"s": "prompt"})
    contexts.save(Contexts({"dev": Context("d:1", "dz:1", properties={"a": "b"}), "ask": ask}, "dev"))
    assert asked("topic", "t") == {"servers": "d:1", "zookeeper": "dz:1", "properties_file": "context:dev"}
    assert asked("topic", "t --bootstrap-server b:1") == {"servers": "b:1"}
    monkeypatch.setenv(contexts.VARIABLE, "")
    assert asked("topic", "t --context dev")["servers"] == "d:1"
    assert asked("topic", "t --context ask") == {}  # nobody could be asked for the secret
    assert run("context", "") == ["dev", "ask"]
    assert run("servers", "d") == ["d:1"]
    assert run("zookeeper", "") == ["dz:1"]


def test_names_begin_as_typed_and_behind_the_last_comma(kafka: Kafka) -> None:
    topic = kafka.create_topic(partitions=3)
    line = ["kafka-topics.sh", "--bootstrap-server", kafka.bootstrap, "--topic"]
    assert run("topic", topic, *line) == [topic]
    assert run("topic", topic + "x", *line) == []
    assert run("partition", "", *line, topic) == ["0", "1", "2"]
    assert run("partition", "1,", *line, topic) == ["1,0", "1,2"]


def test_an_answer_serves_the_next_tab_for_some_seconds(kafka: Kafka, tmp_path: Path) -> None:
    topic = kafka.create_topic()
    line = ["kafka-topics.sh", "--bootstrap-server", kafka.bootstrap, "--topic"]
    assert run("topic", topic, *line) == [topic]
    (kept,) = (tmp_path / "cache" / "kafkacli" / "names").iterdir()
    kept.write_text(f"{topic}-kept\n")
    assert run("topic", topic, *line) == [f"{topic}-kept"]
    old = time.time() - FRESH_SECONDS - 1
    os.utime(kept, (old, old))
    assert run("topic", topic, *line) == [topic]


def test_a_cluster_that_is_down_gives_nothing() -> None:
    assert run("topic", "", "kafka-topics.sh", "--bootstrap-server", "127.0.0.1:1") == []


def test_a_silent_cluster_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKACLI_COMPLETION_MS", "1")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        assert run("topic", "", "kafka-topics.sh", "--bootstrap-server", address) == []


@pytest.mark.parametrize(
    "words", [[], ["topic"], ["nothing", "", "x", "--bootstrap-server", "b:1"], ["topic", "", "x"]]
)
def test_whatever_is_wrong_is_not_told_to_a_prompt(words: list[str]) -> None:
    assert run(*words) == []
