"""Kerberos logins to a real ZooKeeper, where the system has Kerberos; the line that says so where it has none."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from kazoo.client import KazooClient
from kazoo.security import make_acl

from kafkacli.client.zookeeper_security import zookeeper_login
from tests.secured.conftest import Ours
from tests.support.apache import Apache
from tests.support.kerberos import MISSING, MODULE, WHY_SKIPPED, Realm
from tests.support.secured import free_ports, write_properties
from tests.support.waiting import until

pytestmark = pytest.mark.apache
SERVER, USER = "zookeeper/localhost", "alice"
needs_kerberos = pytest.mark.skipif(bool(MISSING), reason=WHY_SKIPPED)


class ZooKeeper(Realm):
    """A realm with a ZooKeeper in it, at `address`."""

    def __init__(self, folder: Path, apache: Apache) -> None:
        super().__init__(folder, SERVER, USER)
        (port,) = free_ports(1)
        self.address = f"localhost:{port}"
        config = write_properties(
            folder / "zookeeper.properties",
            {
                "dataDir": str(folder / "data"),
                "clientPort": str(port),
                "clientPortAddress": "127.0.0.1",
                "authProvider.sasl": "org.apache.zookeeper.server.auth.SASLAuthenticationProvider",
                "admin.enableServer": "false",
                "4lw.commands.whitelist": "ruok",
            },
        )
        (folder / "server.jaas").write_text(f"Server {{ {self.server_login(SERVER)}; }};\n")
        options = f"-Djava.security.auth.login.config={folder}/server.jaas -Djava.security.krb5.conf={folder}/krb5.conf"
        self._process = subprocess.Popen(
            apache.command("zookeeper-server-start.sh", str(config)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "KAFKA_OPTS": options, "LOG_DIR": str(folder / "logs")},
        )

    def close(self) -> None:
        """Stop everything."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(30)
        super().close()


@pytest.fixture(scope="module")
def zookeeper(apache: Apache, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ZooKeeper]:
    """A realm with a ZooKeeper that answers."""
    made = ZooKeeper(tmp_path_factory.mktemp("kerberos"), apache)
    try:
        until(lambda: answers(made.address), 60)
        yield made
    finally:
        made.close()


def answers(address: str) -> bool:
    host, port = address.split(":")
    try:
        with socket.create_connection((host, int(port)), 1) as connected:
            connected.sendall(b"ruok")
            return connected.recv(4) == b"imok"
    except OSError:
        return False


def login(folder: Path, options: str) -> dict[str, str]:
    path = folder / "jaas.conf"
    path.write_text(f"Client {{ {MODULE} required {options}; }};")
    return {"KAFKA_OPTS": f"-Djava.security.auth.login.config={path}"}


@needs_kerberos
@pytest.mark.parametrize("how", ["useTicketCache=true", 'useKeyTab=true keyTab="{k}" principal="alice@TEST"'])
@pytest.mark.parametrize("words", ["zookeeper-shell.sh {z} get {p}", "zkCli.sh -server {z} get {p}"])
def test_a_login_opens_what_is_protected(zookeeper: ZooKeeper, ours: Ours, folder: Path, how: str, words: str) -> None:
    environment = zookeeper.environment | login(folder, how.format(k=zookeeper.key_table(USER)))
    path = f"/{folder.name}"
    shell = ("zookeeper-shell.sh", zookeeper.address)
    made = ours.run(*shell, "create", path, "data", "sasl:alice@TEST:cdrwa", environment=environment)
    assert made.stderr == f"Created {path}\n", made
    refused = ours.run(*shell, "get", path)
    assert "NoAuth" in refused.stdout + refused.stderr
    script, *rest = (word.format(z=zookeeper.address, p=path) for word in words.split())
    assert "data\n" in ours.run(script, *rest, environment=environment).stdout


@needs_kerberos
def test_what_a_tool_writes_is_the_users(zookeeper: ZooKeeper, ours: Ours, folder: Path) -> None:
    environment = zookeeper.environment | login(folder, "useTicketCache=true")
    words = ("--zookeeper", zookeeper.address, "--alter", "--user", "u", "--add-config", "consumer_byte_rate=1")
    done = ours.run("kafka-configs.sh", *words, environment=environment)
    assert done.returncode == 0, done.stderr
    asked = ("getAcl", "/config/users/u")
    found = ours.run("zookeeper-shell.sh", zookeeper.address, *asked, environment=environment)
    assert found.stdout.endswith("'sasl,'alice@TEST\n: cdrwa\n"), found


@needs_kerberos
def test_a_session_that_goes_on_logs_in(zookeeper: ZooKeeper, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At a terminal the shell's session is kazoo's."""
    for name, value in (zookeeper.environment | login(folder, "useTicketCache=true")).items():
        monkeypatch.setenv(name, value)
    client = KazooClient(zookeeper.address, sasl_options=zookeeper_login().sasl)
    client.start()
    try:
        client.create(f"/{folder.name}", b"", acl=[make_acl("sasl", "alice@TEST", all=True)])
        assert client.get(f"/{folder.name}")[0] == b""
    finally:
        client.stop()
        client.close()


@needs_kerberos
def test_without_a_ticket_the_reason_is_said(zookeeper: ZooKeeper, ours: Ours, folder: Path) -> None:
    environment = zookeeper.environment | login(folder, "useTicketCache=true") | {"KRB5CCNAME": str(folder / "none")}
    done = ours.run("kafka-topics.sh", "--zookeeper", zookeeper.address, "--list", environment=environment)
    assert done.returncode == 1
    assert f"{zookeeper.address}: Kerberos: " in done.stderr
    assert done.stderr.count("\n") == 1


def test_without_the_package_it_is_named(ours: Ours, folder: Path) -> None:
    (folder / "gssapi.py").write_text("raise ImportError\n")
    hidden = "import importlib.util, sys; sys.modules['gssapi'] = None"
    (folder / "sitecustomize.py").write_text(f"{hidden}\n")
    path = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = login(folder, "useTicketCache=true") | {"PYTHONPATH": path}
    done = ours.run("kafka-topics.sh", "--zookeeper", "localhost:1", "--list", environment=environment)
    assert done.returncode == 1
    assert "a Kerberos login to ZooKeeper needs the Python package gssapi" in done.stderr + done.stdout
