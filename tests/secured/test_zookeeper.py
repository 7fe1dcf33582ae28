"""TLS and logins to a real ZooKeeper 3.5.9, for every tool that talks to it."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from kazoo.client import KazooClient

from tests.secured.conftest import Ours
from tests.support.apache import Apache
from tests.support.secured import ZOOKEEPER_PASSWORD, ZOOKEEPER_USER, Secured, write_properties

pytestmark = pytest.mark.apache

MODULE = "org.apache.zookeeper.server.auth.DigestLoginModule"


@pytest.fixture
def tls(secured: Secured, folder: Path) -> str:
    """The file of --zk-tls-config-file."""
    return str(write_properties(folder / "tls", secured.zookeeper_properties()))


def login(folder: Path, password: str = ZOOKEEPER_PASSWORD) -> dict[str, str]:
    """The environment of a process that logs in to ZooKeeper."""
    path = folder / "jaas.conf"
    path.write_text(f'Client {{ {MODULE} required username="{ZOOKEEPER_USER}" password="{password}"; }};')
    return {"KAFKA_OPTS": f"-Djava.security.auth.login.config={path}"}


def chroot(secured: Secured, name: str) -> str:
    """Make an empty root for a test."""
    client = KazooClient(secured.zookeeper)
    client.start()
    client.ensure_path(f"/{name}")
    client.stop()
    client.close()
    return f"/{name}"


@pytest.mark.parametrize(
    ("script", "words", "out"),
    [
        ("zookeeper-shell.sh", "{z} -zk-tls-config-file {f} ls /brokers/ids", "[0]"),
        ("zookeeper-shell.sh", "{z} --zk-tls-config-file {f} ls /brokers/ids", "[0]"),
        ("kafka-configs.sh", "--zookeeper {z} --zk-tls-config-file {f} --describe --user alice", "SCRAM-SHA-256="),
        (
            "kafka-acls.sh",
            "--authorizer-properties zookeeper.connect={z} --zk-tls-config-file {f} --add --allow-principal User:x --topic over-tls",
            "Adding ACLs for resource `ResourcePattern(resourceType=TOPIC, name=over-tls, patternType=LITERAL)`",
        ),
    ],
)
def test_tools_over_tls(
    secured: Secured, ours: Ours, tls: str, monkeypatch: pytest.MonkeyPatch, script: str, words: str, out: str
) -> None:
    done = ours.run(script, *(word.format(z=secured.zookeeper_tls, f=tls) for word in words.split()))
    assert done.returncode == 0, done.stderr
    assert out in done.stdout


def test_system_properties_will_do(secured: Secured, ours: Ours) -> None:
    properties = secured.zookeeper_properties()
    system = {
        "zookeeper.client.secure": "true",
        **{
            f"zookeeper.ssl.{store}Store.{part}": properties[f"zookeeper.ssl.{store}store.{part}"]
            for store in ("key", "trust")
            for part in ("location", "password")
        },
    }
    options = " ".join(f"-D{name}={value}" for name, value in system.items())
    words = ("-server", secured.zookeeper_tls, "ls", "/brokers/ids")
    done = ours.run("zkCli.sh", *words, environment={"KAFKA_OPTS": options})
    assert "[0]" in done.stdout, done.stderr


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"zookeeper.ssl.truststore.location": ""}, "the certificate comes from an unknown authority"),
        ({"zookeeper.ssl.truststore.password": "wrong-secret"}, "its password is wrong"),
        ({"zookeeper.ssl.keystore.location": "/none"}, "/none: No such file or directory"),
    ],
)
def test_trouble_is_named(secured: Secured, ours: Ours, folder: Path, changes: Mapping[str, str], line: str) -> None:
    path = str(write_properties(folder / "bad", {**secured.zookeeper_properties(), **changes}))
    words = ("--zookeeper", secured.zookeeper_tls, "--zk-tls-config-file", path, "--describe", "--user", "alice")
    done = ours.run("kafka-configs.sh", *words)
    assert done.returncode == 1
    assert line in done.stderr


def test_a_login_opens_what_is_protected(secured: Secured, ours: Ours, folder: Path) -> None:
    environment = login(folder)
    path = f"{chroot(secured, 'logins')}/mine"
    shell = ("zookeeper-shell.sh", secured.zookeeper)
    made = ours.run(*shell, "create", path, "data", f"sasl:{ZOOKEEPER_USER}:cdrwa", environment=environment)
    assert made.stderr == f"Created {path}\n", made
    assert "NoAuth" in ours.run(*shell, "get", path).stdout + ours.run(*shell, "get", path).stderr
    assert ours.run(*shell, "get", path, environment=environment).stdout.endswith("data\n")


@pytest.mark.parametrize(
    "words", ["kafka-topics.sh --zookeeper {z} --list", "kafka-configs.sh --zookeeper {z} --describe --user x"]
)
def test_a_wrong_password_ends_it(secured: Secured, ours: Ours, folder: Path, words: str) -> None:
    script, *rest = (word.format(z=secured.zookeeper) for word in words.split())
    done = ours.run(script, *rest, environment=login(folder, "wrong-secret"))
    assert done.returncode == 1
    assert "ZooKeeper refuses the login (SASL)" in done.stderr


def test_what_is_written_is_protected_as_the_brokers_protect_it(secured: Secured, ours: Ours, folder: Path) -> None:
    root = chroot(secured, "written")
    words = ("--zookeeper", secured.zookeeper + root, "--alter", "--user", "u", "--add-config", "consumer_byte_rate=1")
    done = ours.run("kafka-configs.sh", *words, environment=login(folder))
    assert done.returncode == 0, done.stderr
    assert acls(secured, f"{root}/config/users/u") == [f"sasl:{ZOOKEEPER_USER}:31"]
    assert acls(secured, f"{root}/config/changes") == [f"sasl:{ZOOKEEPER_USER}:31", "world:anyone:1"]


def acls(secured: Secured, *paths: str) -> list[str]:
    """The ACLs of znodes, sorted."""
    login = {"mechanism": "DIGEST-MD5", "username": ZOOKEEPER_USER, "password": ZOOKEEPER_PASSWORD}
    client = KazooClient(secured.zookeeper, sasl_options=login)
    client.start()
    found = [f"{entry.id.scheme}:{entry.id.id}:{entry.perms}" for path in paths for entry in client.get_acls(path)[0]]
    client.stop()
    client.close()
    return sorted(found)


@pytest.mark.parametrize("how", ["sasl", "tls"])
def test_znodes_are_migrated_as_by_the_original(
    secured: Secured, ours: Ours, apache: Apache, tls: str, folder: Path, how: str
) -> None:
    tool = "zookeeper-security-migration.sh"
    environment = login(folder) if how == "sasl" else {}
    server = secured.zookeeper if how == "sasl" else secured.zookeeper_tls
    more = [] if how == "sasl" else ["--zk-tls-config-file", tls]
    root = chroot(secured, f"migrated-{how}")
    paths = [f"{root}{path}" for path in ("", "/brokers", "/config", "/kafka-acl-extended/prefixed")]

    def found() -> list[list[str]]:
        return [acls(secured, path) for path in paths]

    words = ["--zookeeper.connect", server + root, *more]
    mine = ours.run(tool, "--zookeeper.acl=secure", *words, environment=environment)
    assert mine.returncode == 0, mine.stderr
    by_us = found()
    assert by_us[1][0].startswith("sasl:keeper:31" if how == "sasl" else "world:anyone:1")
    theirs = apache.run(tool, "--zookeeper.acl=secure", *words, environment=environment)
    assert theirs.returncode == 0, theirs.stderr
    assert found() == by_us
    mine = ours.run(tool, "--zookeeper.acl=unsecure", *words, environment=environment)
    assert mine.returncode == 0, mine.stderr
    assert found() == [["world:anyone:31"]] * len(paths)


def test_absent_paths_end_the_migration_where_they_are_checked(
    secured: Secured, ours: Ours, apache: Apache, folder: Path
) -> None:
    tool = "zookeeper-security-migration.sh"
    environment = login(folder)
    words = ["--zookeeper.acl=secure", "--zookeeper.connect", secured.zookeeper + chroot(secured, "checked")]
    theirs = apache.run(tool, *words, "--enable.path.check", environment=environment)
    mine = ours.run(tool, *words, "--enable.path.check", environment=environment)
    assert (mine.returncode, mine.stdout) == (theirs.returncode, theirs.stdout)
    assert mine.returncode == 1
    assert mine.stdout.endswith("\nExit the command.\n")
    assert ours.run(tool, *words, environment=environment).returncode == 0


@contextmanager
def listening(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that does something with each connection, and ends it; gives its address."""

    def serve(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connected, _ = listener.accept()
                with connected, suppress(OSError):
                    answer(connected)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        yield f"localhost:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)


def speak_tls(pem: Path) -> Callable[[socket.socket], None]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)

    def answer(connected: socket.socket) -> None:
        with context.wrap_socket(connected, server_side=True) as wrapped:
            wrapped.recv(100)

    return answer


@pytest.mark.parametrize("tool", ["kafka-configs.sh", "zookeeper-shell.sh"])
@pytest.mark.parametrize(
    ("server", "line"),
    [
        ("expired", "the certificate has expired"),
        ("elsewhere", "the certificate is not for localhost"),
        ("plain", "this port may not speak TLS"),
        ("broker", "does this port speak TLS (zookeeper.ssl.client.enable)?"),
    ],
)
def test_each_mistake_has_its_line(secured: Secured, ours: Ours, tls: str, tool: str, server: str, line: str) -> None:
    folder = secured.authority.folder
    answer = (
        speak_tls(folder / f"{server}.pem") if server != "plain" else lambda connected: connected.recv(100) and None
    )
    file = () if server == "broker" else (tls,)
    with listening(answer) as address:
        if tool == "zookeeper-shell.sh":
            words = (address, *(("-zk-tls-config-file", *file) if file else ()), "-timeout", "1500", "ls", "/")
        else:
            words = (
                "--zookeeper",
                address,
                *(("--zk-tls-config-file", *file) if file else ()),
                "--describe",
                "--user",
                "x",
            )
        command = ours.command(tool, *words)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        try:
            assert any(line in said for said in process.stderr)  # some tools go on trying for 30 s, as the originals do
        finally:
            process.kill()
            process.communicate()
