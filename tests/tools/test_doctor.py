"""kafkacli doctor, on our server and the real one."""

import json
from pathlib import Path

import pytest

from kafkacli.client import contexts
from kafkacli.exits import Exit
from tests.support.broker import RunningBroker
from tests.support.kafka import Kafka
from tests.support.secured import free_ports
from tests.support.tools import Tools

AUTHORIZER = "kafka.security.authorizer.AclAuthorizer"

REFUSED = (
    "Nothing listens on that port: is the broker up, and is this a port of listeners in its server.properties? If not, mend"
    " --bootstrap-server."
)


def test_a_healthy_cluster(kafka: Kafka, tools: Tools) -> None:
    topic = kafka.create_topic()
    words = ["--bootstrap-server", kafka.bootstrap, "--zookeeper", kafka.zookeeper, "--topic", topic, "--group", "g"]
    done = tools.run("doctor", *words, "--operation", "write")
    assert (done.status, done.err) == (Exit.OK, ""), done.out
    lines = done.out.splitlines()
    assert all(line.startswith("ok     ") for line in lines)
    assert f"ok     protocol version: {kafka.bootstrap}: the broker speaks the versions of Kafka 2.3 to 2.6" in lines
    assert f"ok     controller: broker {kafka.broker_id}: is the controller" in lines
    assert f"ok     ACLs: {topic}: allowed: Write" in lines
    assert "ok     ACLs: g: allowed: Read" in lines
    assert lines[-1].endswith(f"brokers {kafka.broker_id}")


def test_what_is_wrong_comes_with_what_to_change(tools: Tools) -> None:
    (closed,) = free_ports(1)
    done = tools.run("doctor", "--bootstrap-server", f"127.0.0.1:{closed}")
    assert (done.status, done.err) == (Exit.FAILURE, "")
    assert done.out.splitlines() == [
        f"ok     DNS: 127.0.0.1:{closed}: 127.0.0.1 is 127.0.0.1",
        f"failed TCP: 127.0.0.1:{closed}: connection refused",
        f"       -> {REFUSED}",
    ]


def test_json(tools: Tools) -> None:
    (closed,) = free_ports(1)
    done = tools.run("doctor", "--bootstrap-server", f"127.0.0.1:{closed}", "--output", "json")
    assert done.status == Exit.FAILURE
    assert json.loads(done.out) == [
        {
            "stage": "DNS",
            "subject": f"127.0.0.1:{closed}",
            "ok": True,
            "text": "127.0.0.1 is 127.0.0.1",
            "remedy": None,
        },
        {
            "stage": "TCP",
            "subject": f"127.0.0.1:{closed}",
            "ok": False,
            "text": "connection refused",
            "remedy": REFUSED,
        },
    ]


def test_no_permission(tools: Tools, tmp_path: Path) -> None:
    properties = {"authorizer.class.name": AUTHORIZER, "super.users": "User:admin"}
    running = RunningBroker(tmp_path / "log", properties)
    try:
        running.create_topic("t")
        acls = ["kafka-acls.sh", "--authorizer-properties", f"zookeeper.connect={running.zookeeper}", "--add"]
        words = ["--bootstrap-server", running.bootstrap, "--topic", "t", "--group", "g"]
        done = tools.run("doctor", *words)
        assert done.status == Exit.FAILURE
        command = f"kafka-acls.sh --bootstrap-server {running.bootstrap} --add --allow-principal User:ANONYMOUS"
        topic_line = f"{command} --operation Read --topic t"
        assert "failed ACLs: t: User:ANONYMOUS is not allowed: Read\n" in done.out
        assert topic_line in done.out
        assert "failed ACLs: g: User:ANONYMOUS is not allowed: Read\n" in done.out
        assert f"{command} --operation Read --group g" in done.out
        allow = [*acls, "--allow-principal", "User:ANONYMOUS", "--operation", "Read"]
        assert tools.run(*allow, "--topic", "t").status == Exit.OK
        assert tools.run(*allow, "--group", "g").status == Exit.OK
        assert tools.run("wait", *words[:4]).status == Exit.OK
        done = tools.run("doctor", *words[:4])
        assert "failed ACLs: t: User:ANONYMOUS is not allowed: Write\n" in done.out
        assert tools.run("doctor", *words[:4], "--operation", "read").status == Exit.OK
    finally:
        running.stop()


def test_ports_that_are_confused(kafka: Kafka, tools: Tools) -> None:
    done = tools.run("doctor", "--bootstrap-server", kafka.zookeeper, "--timeout", "500ms")
    assert done.status == Exit.FAILURE
    assert "-> ZooKeeper listens there: give the brokers' port" in done.out
    done = tools.run("doctor", "--zookeeper", kafka.bootstrap, "--timeout", "500ms")
    assert done.status == Exit.FAILURE
    assert "-> A Kafka broker listens there: give ZooKeeper's port" in done.out


def test_a_context_names_the_cluster(
    kafka: Kafka, tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv(contexts.VARIABLE, "")
    tools.run("context", "add", "dev", "--bootstrap-server", kafka.bootstrap)
    assert tools.run("doctor", "--context", "dev").status == Exit.OK


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("", "kafkacli doctor finds out why a connection fails."),
        ("--timeout 1s", "kafkacli doctor needs --bootstrap-server, --zookeeper or a context"),
        ("--zookeeper z:1 --topic t", "--topic and --group need --bootstrap-server"),
        ("--bootstrap-server b:1 now", "kafkacli doctor takes options only, not 'now'"),
        ("--bootstrap-server b:1 --timeout soon",
         "--timeout: 'soon' is no duration; there are 90, 30s, 1m30s, 500ms, 2h, 7d"),
        ("--bootstrap-server b:1 --command-config /none", "doctor: /none: No such file or directory"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_one_line(tools: Tools, words: str, message: str) -> None:
    done = tools.run("doctor", *words.split())
    assert (done.status, done.out, done.err.splitlines()[0]) == (Exit.FAILURE, "", message)


@pytest.mark.parametrize("words", ["--output tree", "--operation fly"])
def test_a_word_that_is_no_choice_is_refused(tools: Tools, words: str) -> None:
    done = tools.run("doctor", "--bootstrap-server", "127.0.0.1:1", *words.split())
    assert (done.status, done.out) == (Exit.FAILURE, "")
    assert words.split()[1] in done.err.splitlines()[0]
