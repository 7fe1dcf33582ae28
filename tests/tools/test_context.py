"""kafkacli context, and --context on the other tools."""

from pathlib import Path

import pytest

from kafkacli.client import contexts
from tests.support.documents import document
from tests.support.kafka import Kafka
from tests.support.tools import Tools


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv(contexts.VARIABLE, "")  # so that what --context sets is taken back
    monkeypatch.delenv(contexts.VARIABLE)


def test_a_cluster_by_name(kafka: Kafka, tools: Tools) -> None:
    topic = kafka.create_topic()
    added = tools.run("context", "add", "dev", "--bootstrap-server", kafka.bootstrap, "--zookeeper", kafka.zookeeper)
    assert added == (0, "Added context dev. To use it: kafkacli context use dev\n", "")
    assert tools.run("kafka-topics.sh", "--list").status == 1
    assert topic in tools.run("kafka-topics.sh", "--list", "--context=dev").out
    assert topic in tools.run("kafka-topics.sh", "--context", "dev", "--list").out
    assert tools.run("zookeeper-shell.sh", "--context", "dev", "get", "/brokers/topics").status == 0


def test_the_one_in_use_counts_until_there_is_none(kafka: Kafka, tools: Tools) -> None:
    tools.run("context", "add", "dev", "--bootstrap-server", kafka.bootstrap)
    assert tools.run("context", "use", "dev") == (0, "Using context dev.\n", "")
    assert tools.run("consumer-groups", "--list").status == 0
    assert tools.run("context", "list") == (0, f"* dev\t{kafka.bootstrap}\n", "")
    assert tools.run("context", "use", "--none") == (0, "Using no context.\n", "")
    assert tools.run("context", "list") == (0, f"  dev\t{kafka.bootstrap}\n", "")
    assert tools.run("consumer-groups", "--list").status == 1


def test_show_hides_what_may_be_secret(tools: Tools, tmp_path: Path) -> None:
    file = tmp_path / "c.properties"
    file.write_text("a=b\n")
    words = [
        "context", "add", "c", "--bootstrap-server", "k:1", "--command-config", str(file), "--secret", "pw=prompt",
        "--property", "sasl.mechanism=PLAIN", "--property", 'sasl.jaas.config=x username="u" password="hunter2";',
        "--property", "ssl.key.password=${secret:pw}", "--property", "ssl.keystore.location=/k.jks",
    ]  # fmt: skip
    assert tools.run(*words).status == 0
    assert tools.run("context", "show", "c").out.splitlines() == [
        "context: c",
        "bootstrap-server: k:1",
        f"command-config: {file}",
        "property sasl.mechanism=PLAIN",
        "property sasl.jaas.config=[hidden]",
        "property ssl.key.password=${secret:pw}",
        "property ssl.keystore.location=/k.jks",
        "secret pw=prompt",
    ]
    assert tools.run("context", "show").err == (
        "context: no context is in use; kafkacli context use NAME, or name one to show\n"
    )


def test_remove_forgets_it(tools: Tools) -> None:
    tools.run("context", "add", "a", "--zookeeper", "z:1")
    tools.run("context", "use", "a")
    assert tools.run("context", "remove", "a") == (0, "Removed context a.\n", "")
    assert tools.run("context", "list") == (0, "", "")
    assert tools.run("context", "remove", "a").status == 1
    assert contexts.load().current is None


def test_one_of_that_name_is_replaced_only_by_force(tools: Tools) -> None:
    tools.run("context", "add", "a", "--bootstrap-server", "k:1")
    refused = tools.run("context", "add", "a", "--bootstrap-server", "k:2")
    assert refused == (1, "", "context: a context is called a already; --force puts this one in its place\n")
    assert tools.run("context", "add", "a", "--bootstrap-server", "k:2", "--force").status == 0
    assert contexts.load().get("a").servers == "k:2"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("", "kafkacli context keeps clusters by name."),
        ("make a", "kafkacli context needs one of: add, use, list, show, remove"),
        ("add", "kafkacli context add takes one name"),
        ("list a", "kafkacli context list takes no name"),
        ("use", "kafkacli context use takes one name"),
        ("add a", "kafkacli context add needs --bootstrap-server or --zookeeper"),
        ("add a --zookeeper z --property x", "--property takes name=value, not 'x'"),
        ("list --force", "--force does nothing with list"),
        ("use nobody", "context: no context is called nobody; kafkacli context add makes one"),
        ("add a:b --zookeeper z",
         "context: 'a:b' can't name a context: letters, digits, '.', '_' and '-', a letter or digit first"),
        ("add a --bootstrap-server k", "Please provide valid host:port like host1:9091,host2:9092"),
        ("add a --bootstrap-server k:1 --command-config /nowhere", "context: /nowhere: No such file or directory"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_one_line(tools: Tools, words: str, message: str) -> None:
    done = tools.run("context", *words.split())
    assert (done.status, done.out, done.err.splitlines()[0]) == (1, "", message)


def test_the_documents_of_contexts(tools: Tools) -> None:
    tools.run("context", "add", "c", "--zookeeper", "z:1", "--secret", "pw=prompt", "--property", "ssl.key.password=x")
    (found,) = document(tools, "contexts", "context", "list")
    assert found == {
        "context": "c",
        "active": False,
        "bootstrap_server": None,
        "zookeeper": "z:1",
        "command_config": None,
        "properties": {"ssl.key.password": "[hidden]"},
        "secrets": {"pw": "prompt"},
    }
    tools.run("context", "use", "c")
    assert document(tools, "context", "context", "show") == found | {"active": True}
