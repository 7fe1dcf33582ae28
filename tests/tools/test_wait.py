"""kafkacli wait, on our server and the real one."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from kafkacli.client import contexts
from kafkacli.client.cluster import Cluster
from kafkacli.client.topics import create_topic
from kafkacli.exits import Exit
from tests.support.broker import NODE_ID, RunningBroker
from tests.support.kafka import Kafka, Member
from tests.support.secured import free_ports
from tests.support.strangers import HTTP, stranger
from tests.support.tools import Outcome, Tools

DONE = (Exit.OK, "", "")


def missing(text: str) -> tuple[int, str, str]:
    return (Exit.TIMED_OUT, "", f"kafkacli wait: after 100ms: {text}\n")


def run(tools: Tools, kafka: Kafka, words: str) -> Outcome:
    return tools.run("wait", "--bootstrap-server", kafka.bootstrap, "--timeout", "100ms", *words.split())


def later(work: Callable[[], object]) -> threading.Thread:
    """Do something while the main thread waits for it."""
    thread = threading.Timer(0.1, work)
    thread.start()
    return thread


def test_a_broker_is_up(kafka: Kafka, tools: Tools) -> None:
    assert run(tools, kafka, "") == DONE
    assert run(tools, kafka, "--brokers 2") == missing("1 of 2 brokers are up")


def test_no_broker_is_up(tools: Tools) -> None:
    (closed,) = free_ports(1)
    done = tools.run("wait", "--bootstrap-server", f"localhost:{closed}", "--timeout", "100ms")
    assert done == missing(f"localhost:{closed}: connection refused (TCP)")


def test_a_broker_that_starts_is_noticed(tools: Tools, tmp_path: Path) -> None:
    (port,) = free_ports(1)
    found: list[RunningBroker] = []
    properties = {"listeners": f"PLAINTEXT://127.0.0.1:{port}"}
    thread = later(lambda: found.append(RunningBroker(tmp_path / "log", properties)))
    try:
        assert tools.run("wait", "--bootstrap-server", f"127.0.0.1:{port}", "--timeout", "20s") == DONE
    finally:
        thread.join()
        found[0].stop()


def test_a_topic_is_there(kafka: Kafka, tools: Tools) -> None:
    topic = kafka.create_topic(partitions=2)
    assert run(tools, kafka, f"--topic {topic} --partitions 2 --in-sync") == DONE
    assert run(tools, kafka, f"--topic {topic} --partitions 3") == missing(f"topic {topic} has 2 of 3 partitions")
    assert run(tools, kafka, f"--topic {topic} --topic none-such") == missing("topic none-such does not exist")


def test_a_topic_that_is_made_is_noticed(kafka: Kafka, tools: Tools) -> None:
    name = kafka.new_name()
    words = ["--bootstrap-server", kafka.bootstrap, "--topic", name, "--timeout", "20s"]
    thread = later(lambda: create(kafka, name))
    assert tools.run("wait", *words) == DONE
    thread.join()


def create(kafka: Kafka, name: str) -> None:
    with Cluster(kafka.bootstrap) as cluster:
        create_topic(cluster, name, partitions=1, replication_factor=1)


def test_replicas_are_in_sync(broker: RunningBroker, tools: Tools) -> None:
    words = ["--zookeeper", broker.zookeeper, "--create", "--topic", "t", "--replica-assignment", f"{NODE_ID}:99"]
    assert tools.run("kafka-topics.sh", *words).status == Exit.OK
    assert tools.run("wait", "--bootstrap-server", broker.bootstrap, "--topic", "t") == DONE
    words = ["wait", "--bootstrap-server", broker.bootstrap, "--timeout", "100ms", "--in-sync"]
    behind = missing("topic t has replicas that are not in sync in partition 0")
    assert tools.run(*words, "--topic", "t") == behind
    assert tools.run(*words) == behind


def test_a_group_is_empty(kafka: Kafka, tools: Tools) -> None:
    topic, group = kafka.create_topic(), kafka.new_name()
    words = ("wait", "--bootstrap-server", kafka.bootstrap, "--group", group, "--empty")
    assert tools.run(*words) == DONE  # a new cluster first makes the coordinators
    member = Member(kafka, group, topic, 0)
    assert run(tools, kafka, f"--group {group} --empty") == missing(f"group {group} has 1 member (Stable)")
    thread = later(member.leave)
    assert tools.run(*words) == DONE
    thread.join()


def test_a_group_has_no_lag(kafka: Kafka, tools: Tools) -> None:
    topic, other, group = kafka.create_topic(partitions=2, records=5), kafka.create_topic(records=1), kafka.new_name()
    assert tools.run("wait", "--bootstrap-server", kafka.bootstrap, "--group", group, "--empty") == DONE
    assert run(tools, kafka, f"--group {group} --lag") == missing(f"group {group} has committed nothing")
    assert run(tools, kafka, f"--group {group} --lag --topic {topic}") == missing(f"group {group} has a lag of 5")
    kafka.commit(group, topic, 3)
    assert run(tools, kafka, f"--group {group} --lag") == missing(f"group {group} has a lag of 2")
    assert run(tools, kafka, f"--group {group} --lag 1") == missing(f"group {group} has a lag of 2")
    assert run(tools, kafka, f"--group {group} --lag 2") == DONE
    thread = later(lambda: kafka.commit(group, topic, 5))
    assert tools.run("wait", "--bootstrap-server", kafka.bootstrap, "--group", group, "--lag", "--topic", topic) == DONE
    thread.join()
    words = f"--group {group} --lag --topic {topic} --topic {other}"
    assert run(tools, kafka, words) == missing(f"group {group} has a lag of 1")


def test_a_znode_is_there(kafka: Kafka, tools: Tools) -> None:
    words = ["wait", "--zookeeper", kafka.zookeeper, "--timeout", "100ms"]
    assert tools.run(*words) == DONE
    assert tools.run(*words, "--znode", "/controller", "--znode", "/brokers/ids") == DONE
    assert tools.run(*words, "--znode", "/none") == missing("znode /none does not exist")
    assert tools.run(*words, "--znode", "/", "--bootstrap-server", kafka.bootstrap, "--brokers", "9") == missing(
        "1 of 9 brokers are up"
    )


def test_no_zookeeper_is_up(tools: Tools) -> None:
    (closed,) = free_ports(1)
    done = tools.run("wait", "--zookeeper", f"127.0.0.1:{closed}", "--timeout", "100ms")
    assert done.status == Exit.TIMED_OUT
    assert f"127.0.0.1:{closed}: Timed out waiting for connection" in done.err


def test_a_context_names_the_cluster(
    kafka: Kafka, tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv(contexts.VARIABLE, "")
    tools.run("context", "add", "dev", "--bootstrap-server", kafka.bootstrap, "--zookeeper", kafka.zookeeper)
    words = ["wait", "--timeout", "100ms", "--context", "dev"]
    assert tools.run(*words) == DONE
    assert tools.run(*words, "--topic", "none-such") == missing("topic none-such does not exist")
    assert tools.run(*words, "--znode", "/none") == missing("znode /none does not exist")


def test_what_does_not_pass_ends_it_at_once(tools: Tools, tmp_path: Path) -> None:
    (tmp_path / "c.properties").write_text("security.protocol=SSL\n")
    with stranger(HTTP) as port:
        words = ["--bootstrap-server", f"127.0.0.1:{port}", "--command-config", str(tmp_path / "c.properties")]
        done = tools.run("wait", *words)
    text = "this port does not speak TLS; security.protocol says it does (TLS)"
    assert done == (Exit.FAILURE, "", f"wait: 127.0.0.1:{port}: {text}\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("", "kafkacli wait waits until a cluster is as it has to be."),
        ("--timeout 1s", "kafkacli wait needs --bootstrap-server, or a context that has one"),
        ("--bootstrap-server b", "Please provide valid host:port like host1:9091,host2:9092"),
        ("--bootstrap-server b:1 --timeout soon",
         "--timeout: 'soon' is no duration; there are 90, 30s, 1m30s, 500ms, 2h, 7d"),
        ("--bootstrap-server b:1 topic", "kafkacli wait takes options only, not 'topic'"),
        ("--bootstrap-server b:1 --group g", "--group needs --empty or --lag"),
        ("--bootstrap-server b:1 --empty", "wait: Option(s) [empty] are unavailable given other options on the command line"),
        ("--bootstrap-server b:1 --znode /a", "--znode needs --zookeeper"),
        ("--zookeeper z:1 --znode a", "--znode takes a path from the root, not 'a'"),
        ("--zookeeper z:1 --topic t", "kafkacli wait needs --bootstrap-server, or a context that has one"),
        ("--bootstrap-server b:1 --brokers x", "wait: Cannot parse argument 'x' of option brokers"),
        ("--bootstrap-server b:1 --command-config /none", "wait: /none: No such file or directory"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_one_line(tools: Tools, words: str, message: str) -> None:
    done = tools.run("wait", *words.split())
    assert (done.status, done.out, done.err.splitlines()[0]) == (Exit.FAILURE, "", message)
