"""A real Kafka 2.6.2 whose listeners want TLS and logins, with a ZooKeeper of the same kind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from kafkacli.app import find_subcommand, run_tool
from tests.support.apache import Apache, start_cluster, stop_cluster
from tests.support.certificates import KEY_PASSWORD, PASSWORD, Authority
from tests.support.waiting import until

USER, USER_PASSWORD = "alice", 'al"ice, =secret;'
"""Known to PLAIN and to both kinds of SCRAM."""
ZOOKEEPER_USER, ZOOKEEPER_PASSWORD = "keeper", "keeper-secret"
_MODULES = "org.apache.kafka.common.security"
PLAIN_MODULE = f"{_MODULES}.plain.PlainLoginModule"
SCRAM_MODULE = f"{_MODULES}.scram.ScramLoginModule"
BEARER_MODULE = f"{_MODULES}.oauthbearer.OAuthBearerLoginModule"
QUOTED = USER_PASSWORD.replace('"', r"\"")
JAAS = {
    "PLAIN": f'{PLAIN_MODULE} required username="{USER}" password="{QUOTED}";',
    "SCRAM-SHA-256": f'{SCRAM_MODULE} required username="{USER}" password="{QUOTED}";',
    "SCRAM-SHA-512": f'{SCRAM_MODULE} required username="{USER}" password="{QUOTED}";',
    "OAUTHBEARER": f'{BEARER_MODULE} required unsecuredLoginStringClaim_sub="{USER}";',
}
PROTOCOLS = {
    "PLAINTEXT": "PLAINTEXT",
    "SSL": "SSL",
    "SASL_PLAINTEXT": "SASL_PLAINTEXT",
    "SASL_SSL": "SASL_SSL",
    "EXPIRED": "SSL",
    "ELSEWHERE": "SSL",
    "ONLY_PLAIN": "SASL_PLAINTEXT",
}
"""Listeners. EXPIRED's certificate is out of date, ELSEWHERE's for another host; ONLY_PLAIN has no other mechanism, and wants
another login every LOGIN_MS."""
LOGIN_MS = 1500


@dataclass(frozen=True, slots=True)
class Secured:
    """ports: by the listeners in PROTOCOLS. zookeeper, zookeeper_tls: ZooKeeper's addresses. authority: signs everything."""

    ports: dict[str, int]
    zookeeper: str
    zookeeper_tls: str
    authority: Authority
    directory: Path

    def bootstrap(self, listener: str) -> str:
        """The address of a listener, as certificates name it."""
        return f"localhost:{self.ports[listener]}"

    def trust(self) -> dict[str, str]:
        """Properties that trust the broker, with a JKS store."""
        return {
            "ssl.truststore.location": str(self.authority.folder / "trust.jks"),
            "ssl.truststore.password": PASSWORD,
        }

    def client_keys(self) -> dict[str, str]:
        """Properties for a client certificate, with a JKS store."""
        return {
            "ssl.keystore.location": str(self.authority.folder / "client.jks"),
            "ssl.keystore.password": PASSWORD,
            "ssl.key.password": KEY_PASSWORD,
        }

    def properties(self, listener: str, mechanism: str = "SCRAM-SHA-256") -> dict[str, str]:
        """A client's properties for a listener."""
        protocol = PROTOCOLS[listener]
        found = {"security.protocol": protocol}
        if protocol.endswith("SSL"):
            found |= self.trust()
        if protocol == "SSL":
            found |= self.client_keys()
        if protocol.startswith("SASL"):
            found |= {"sasl.mechanism": mechanism, "sasl.jaas.config": JAAS[mechanism]}
        return found

    def zookeeper_properties(self) -> dict[str, str]:
        """What --zk-tls-config-file says."""
        return {
            "zookeeper.ssl.client.enable": "true",
            "zookeeper.clientCnxnSocket": "org.apache.zookeeper.ClientCnxnSocketNetty",
            "zookeeper.ssl.truststore.location": str(self.authority.folder / "trust.jks"),
            "zookeeper.ssl.truststore.password": PASSWORD,
            "zookeeper.ssl.keystore.location": str(self.authority.folder / "client.p12"),
            "zookeeper.ssl.keystore.password": PASSWORD,
        }


def write_properties(path: Path, properties: dict[str, str]) -> Path:
    """Write a properties file as Java reads it; returns its path."""
    escaped = {key: value.replace("\\", "\\\\").replace("\n", "\\n") for key, value in properties.items()}
    path.write_text("".join(f"{key}={value}\n" for key, value in escaped.items()))
    return path


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now."""
    with ExitStack() as stack:
        listeners = [stack.enter_context(socket.create_server(("localhost", 0))) for _ in range(count)]
        return [listener.getsockname()[1] for listener in listeners]


def _certificates(folder: Path) -> Authority:
    authority = Authority(folder, "test-authority")
    authority.issue("broker", "DNS:localhost", "IP:127.0.0.1")
    authority.issue("expired", "DNS:localhost", expired=True)
    authority.issue("elsewhere", "DNS:example.org")
    authority.issue("middle", is_authority=True)
    authority.issue("client", by="middle")
    for name in ("broker", "expired", "elsewhere"):
        authority.pkcs12(name)
    authority.jks("client")
    authority.truststore("JKS")
    Authority(folder / "strangers", "another-authority").issue("client")
    return authority


def _start_zookeeper(apache: Apache, directory: Path, authority: Authority) -> tuple[subprocess.Popen[bytes], int, int]:
    plain, secure = free_ports(2)
    folder = authority.folder
    config = write_properties(
        directory / "zookeeper.properties",
        {
            "dataDir": str(directory / "zookeeper"),
            "clientPort": str(plain),
            "clientPortAddress": "127.0.0.1",
            "secureClientPort": str(secure),
            "secureClientPortAddress": "127.0.0.1",
            "serverCnxnFactory": "org.apache.zookeeper.server.NettyServerCnxnFactory",
            "authProvider.sasl": "org.apache.zookeeper.server.auth.SASLAuthenticationProvider",
            "authProvider.x509": "org.apache.zookeeper.server.auth.X509AuthenticationProvider",
            "ssl.keyStore.location": str(folder / "broker.p12"),
            "ssl.keyStore.password": PASSWORD,
            "ssl.trustStore.location": str(folder / "trust.jks"),
            "ssl.trustStore.password": PASSWORD,
            "admin.enableServer": "false",
            "maxClientCnxns": "0",
            "4lw.commands.whitelist": "*",
        },
    )
    jaas = directory / "zookeeper-jaas.conf"
    module = "org.apache.zookeeper.server.auth.DigestLoginModule"
    jaas.write_text(f'Server {{ {module} required user_{ZOOKEEPER_USER}="{ZOOKEEPER_PASSWORD}"; }};\n')
    with open(directory / "zookeeper.out", "wb") as log:
        process = subprocess.Popen(
            apache.command("zookeeper-server-start.sh", str(config)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={
                **os.environ,
                "KAFKA_HEAP_OPTS": "-Xmx256M",
                "KAFKA_OPTS": f"-Djava.security.auth.login.config={jaas}",
            },
        )
    until(lambda: _answers(plain) and _answers(secure), 60)
    return process, plain, secure


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _broker_properties(ports: dict[str, int], folder: Path) -> dict[str, str]:
    login = f'{PLAIN_MODULE} required username="broker" password="broker-secret" user_{USER}="{QUOTED}";'
    values = {
        "listeners": ",".join(f"{name}://localhost:{port}" for name, port in ports.items()),
        "listener.security.protocol.map": ",".join(f"{name}:{protocol}" for name, protocol in PROTOCOLS.items()),
        "inter.broker.listener.name": "PLAINTEXT",
        "ssl.keystore.location": str(folder / "broker.p12"),
        "ssl.keystore.type": "PKCS12",
        "ssl.keystore.password": PASSWORD,
        "ssl.truststore.location": str(folder / "trust.jks"),
        "ssl.truststore.password": PASSWORD,
        "listener.name.ssl.ssl.client.auth": "required",
        "sasl.enabled.mechanisms": ",".join(JAAS),
        "delegation.token.master.key": "token-secret",
        "authorizer.class.name": "kafka.security.authorizer.AclAuthorizer",
        "super.users": f"User:ANONYMOUS;User:{USER};User:CN=client",
    }
    for name in ("expired", "elsewhere"):
        values[f"listener.name.{name}.ssl.keystore.location"] = str(folder / f"{name}.p12")
    for name in ("sasl_plaintext", "sasl_ssl"):
        for mechanism in JAAS:
            text = {"PLAIN": login, "OAUTHBEARER": f'{BEARER_MODULE} required unsecuredLoginStringClaim_sub="broker";'}
            jaas = text.get(mechanism, f"{SCRAM_MODULE} required;")
            values[f"listener.name.{name}.{mechanism.lower()}.sasl.jaas.config"] = jaas.replace("\\", "\\\\")
    only_plain = "listener.name.only_plain"
    values[f"{only_plain}.sasl.enabled.mechanisms"] = "PLAIN"
    values[f"{only_plain}.plain.connections.max.reauth.ms"] = str(LOGIN_MS)
    values[f"{only_plain}.plain.sasl.jaas.config"] = values["listener.name.sasl_ssl.plain.sasl.jaas.config"]
    return values


def _add_user(zookeeper: str) -> None:
    tool = find_subcommand("kafka-configs.sh")
    assert tool is not None
    for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512"):
        words = ["--zookeeper", zookeeper, "--alter", "--entity-type", "users", "--entity-name", USER]
        assert (
            run_tool(tool, "kafka-configs.sh", [*words, "--add-config", f"{mechanism}=[password={USER_PASSWORD}]"]) == 0
        )


@pytest.fixture(scope="session")
def secured(apache: Apache, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """One real broker with a ZooKeeper, shared by the whole run: use your own topic and group names."""
    directory = tmp_path_factory.mktemp("secured")
    authority = _certificates(directory / "certificates")
    process, plain, secure = _start_zookeeper(apache, directory, authority)
    zookeeper = f"localhost:{plain}"
    try:
        _add_user(zookeeper)
        ports = dict(zip(PROTOCOLS, free_ports(len(PROTOCOLS)), strict=True))
        options = [f"--property={key}={value}" for key, value in _broker_properties(ports, authority.folder).items()]
        start_cluster(directory / "broker", "--zookeeper", zookeeper, "--port", str(ports["PLAINTEXT"]), *options)
        try:
            yield Secured(ports, zookeeper, f"localhost:{secure}", authority, directory)
        finally:
            stop_cluster(directory / "broker")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
