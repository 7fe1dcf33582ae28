"""zookeeper-security-migration.sh; with a login, below a path of its own that our ZooKeeper knows by digest."""

from pathlib import Path

import pytest

from kafkacli import console
from kafkacli.client.registry_security import RegistrySecurity
from kafkacli.tools.zookeeper_security_migration import migrate
from tests.support.documents import checked
from tests.support.kafka import Kafka
from tests.support.tools import Tools

TOOL = "zookeeper-security-migration.sh"
WARNING = "Warning: The following secure root paths do not exist in ZooKeeper: "
LOGIN = 'Client { org.apache.zookeeper.server.auth.DigestLoginModule required username="kafka" password="secret"; };'


@pytest.fixture(autouse=True)
def no_options(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KAFKA_OPTS", raising=False)


@pytest.fixture
def registry(kafka: Kafka) -> RegistrySecurity:
    chroot = f"/{kafka.new_name()}"
    with RegistrySecurity(kafka.zookeeper) as whole:
        whole._client.ensure_path(chroot)
    return RegistrySecurity(kafka.zookeeper + chroot)


def test_all_of_kafkas_znodes_are_protected(registry: RegistrySecurity, capsys: pytest.CaptureFixture[str]) -> None:
    with registry:
        registry._client.session.add_auth("digest", "kafka:secret")
        registry._client.create("/brokers/ids/1", makepath=True)
        registry._client.create("/mine")
        assert migrate(registry, secure=True, check_paths=True) == 1
        absent, second, third = capsys.readouterr().out.splitlines()
        assert absent.startswith(f"{WARNING}/admin,/cluster,/config,/controller,")
        assert second == "That might be due to an incorrect chroot is specified when executing the command."
        assert third == "Exit the command."
        assert migrate(registry, secure=True, check_paths=False) == 0
        capsys.readouterr()
        schemes = {
            path: [entry.id.scheme for entry in registry._client.get_acls(path)[0]]
            for path in ("/", "/brokers/ids/1", "/kafka-acl-changes", "/mine")
        }
        protected = ["digest", "world"]
        assert schemes == {
            "/": protected,
            "/brokers/ids/1": protected,
            "/kafka-acl-changes": protected,
            "/mine": ["world"],
        }
        assert registry.absent_roots() == ["/controller"]
        assert migrate(registry, secure=False, check_paths=False) == 0
        assert [entry.id.scheme for entry in registry._client.get_acls("/brokers/ids/1")[0]] == ["world"]


def test_a_dry_run_names_the_znodes(kafka: Kafka, capsys: pytest.CaptureFixture[str]) -> None:
    with RegistrySecurity(kafka.zookeeper, dry_run=True) as registry:
        before = registry._client.get_acls("/brokers/topics")
        assert migrate(registry, secure=True, check_paths=False, is_dry_run=True) == 0
        assert "Would secure znode /brokers/topics\n" in capsys.readouterr().out
        assert registry._client.get_acls("/brokers/topics") == before
        console.set_form("json")
        assert migrate(registry, secure=True, check_paths=False, is_dry_run=True) == 0
        console.prepare()
    found = checked("changes", capsys.readouterr().out)
    assert {(row["action"], row["resource"], row["done"]) for row in found} == {("secure", "znode", False)}
    assert "/brokers/topics" in [row["name"] for row in found]


def test_it_wants_a_login(tools: Tools) -> None:
    done = tools.run(TOOL, "--zookeeper.acl=secure")
    assert (done.status, done.out) == (1, "")
    first, second = done.err.splitlines()
    assert first.startswith("ERROR: No JAAS configuration file has been specified and no TLS client certificate")
    assert second == f"{TOOL}: Incorrect configuration"


def run_with(tools: Tools, monkeypatch: pytest.MonkeyPatch, path: Path, text: str, *words: str) -> tuple[int, str, str]:
    """Run the tool with a login configuration."""
    path.write_text(text)
    monkeypatch.setenv("KAFKA_OPTS", f"-Xmx1g -Djava.security.auth.login.config={path}")
    return tools.run(TOOL, *words)


def test_a_file_without_the_context_is_no_login(tools: Tools, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "jaas.conf"
    done = run_with(tools, monkeypatch, path, "Server { a.B required; };", "--zookeeper.acl=secure")
    error = f"ERROR: Security isn't enabled, most likely the file isn't set properly: {path}\n"
    assert done == (1, error, f"{TOOL}: Incorrect configuration\n")


def test_a_module_that_is_not_known_is_no_login(tools: Tools, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "jaas.conf"
    text = "Client { a.TicketLoginModule required ticket=true; };"
    status, _, err = run_with(tools, monkeypatch, path, text, "--zookeeper.acl=secure")
    assert status == 1
    assert "a.TicketLoginModule gives no username and password" in err


@pytest.mark.parametrize(
    ("script", "words", "out"),
    [
        (TOOL, "--zookeeper.acl=secure --zookeeper.connect={z}", "Unexpected return code: -115"),
        (
            "kafka-topics.sh",
            "--zookeeper {z} --list",
            "Error while executing topic command : KeeperErrorCode = AuthFailed for /brokers/topics",
        ),
    ],
)
def test_a_server_without_logins_refuses_at_once(
    kafka: Kafka, tools: Tools, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, words: str, out: str
) -> None:
    path = tmp_path / "jaas.conf"
    path.write_text(LOGIN)
    monkeypatch.setenv("KAFKA_OPTS", f"-Djava.security.auth.login.config={path}")
    done = tools.run(script, *words.format(z=kafka.zookeeper).split())
    assert done == (1, f"{out}\n", f"{script}: {kafka.zookeeper}: ZooKeeper refuses the login (SASL)\n")


@pytest.mark.parametrize("words", [[], ["--zookeeper.acl=open"]])
def test_it_wants_to_know_which_way(
    tools: Tools, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: list[str]
) -> None:
    done = run_with(tools, monkeypatch, tmp_path / "jaas.conf", LOGIN, "--zookeeper.connect=127.0.0.1:1", *words)
    assert done[0] == 1
    assert done[2].startswith("ZooKeeper Migration Tool Help. This tool updates the ACLs of znodes")
    assert "secret" not in done[2]


def test_an_incomplete_tls_file_is_no_login(tools: Tools, tmp_path: Path) -> None:
    path = tmp_path / "tls.properties"
    path.write_text("zookeeper.ssl.client.enable=true\n")
    done = tools.run(TOOL, "--zookeeper.acl=secure", "--zk-tls-config-file", str(path))
    assert done.status == 1
    assert "no TLS client certificate has been specified" in done.err


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("--zookeeper.session.timeout=x", "'x' of option zookeeper.session.timeout"),
        ("--zookeeper.connection.timeout=x", "'x' of option zookeeper.connection.timeout"),
        ("--zk-tls-config-file=/none", "/none: No such file or directory"),
    ],
)
def test_values_that_can_not_be(
    tools: Tools, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: str, shown: str
) -> None:
    options = ("--zookeeper.acl=unsecure", "--zookeeper.connect=127.0.0.1:1", words)
    status, _, err = run_with(tools, monkeypatch, tmp_path / "jaas.conf", LOGIN, *options)
    assert status == 1
    assert shown in err


def test_a_document_has_stdout_for_itself(
    kafka: Kafka, tools: Tools, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    words = ("--zookeeper.acl=secure", f"--zookeeper.connect={kafka.zookeeper}", "--output", "json")
    status, out, err = run_with(tools, monkeypatch, tmp_path / "jaas.conf", LOGIN, *words)
    assert (status, out) == (1, "")
    assert err.startswith("Unexpected return code: -115\n")
