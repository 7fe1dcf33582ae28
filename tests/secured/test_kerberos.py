"""GSSAPI with a real Kerberos server and a real broker, where the system has Kerberos."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.secured.conftest import Ours
from tests.support.apache import Apache, start_cluster, stop_cluster
from tests.support.secured import free_ports, write_properties
from tests.support.waiting import until

MISSING = [name for name in ("krb5kdc", "kdb5_util", "kadmin.local", "kinit") if shutil.which(name) is None]
MISSING += [] if find_spec("gssapi") else ["the package gssapi"]
pytestmark = [
    pytest.mark.apache,
    pytest.mark.skipif(bool(MISSING), reason=f"no Kerberos here: no {', no '.join(MISSING)}"),
]
MODULE = "com.sun.security.auth.module.Krb5LoginModule"


class Kerberos:
    """A realm of its own with a broker in it: `bootstrap`, `key_table` and `environment` for its user."""

    def __init__(self, folder: Path) -> None:
        (port,) = free_ports(1)
        self.folder = folder
        self.key_table = folder / "alice.keytab"
        (folder / "krb5.conf").write_text(
            "[libdefaults]\n default_realm = TEST\n dns_lookup_kdc = false\n dns_canonicalize_hostname = false\n"
            f" rdns = false\n udp_preference_limit = 1\n[realms]\n TEST = {{\n  kdc = 127.0.0.1:{port}\n }}\n"
        )
        (folder / "kdc.conf").write_text(
            f"[kdcdefaults]\n kdc_listen = 127.0.0.1:{port}\n kdc_tcp_listen = 127.0.0.1:{port}\n[realms]\n TEST = {{\n"
            f"  database_name = {folder}/principal\n  key_stash_file = {folder}/stash\n  acl_file = {folder}/acl\n }}\n"
        )
        self.environment = {
            "KRB5_CONFIG": str(folder / "krb5.conf"),
            "KRB5_KDC_PROFILE": str(folder / "kdc.conf"),
            "KRB5CCNAME": str(folder / "tickets"),
        }
        self.run("kdb5_util", "create", "-s", "-P", "master", "-r", "TEST")
        for name, table in (("kafka/localhost", "kafka"), ("alice", "alice")):
            self.run("kadmin.local", "-r", "TEST", "-q", f"addprinc -randkey {name}")
            self.run("kadmin.local", "-r", "TEST", "-q", f"ktadd -k {folder}/{table}.keytab {name}")
        self._server = subprocess.Popen(["krb5kdc", "-n", "-r", "TEST"], env={**os.environ, **self.environment})
        until(lambda: self.succeeds("kinit", "-k", "-t", str(self.key_table), "alice"))
        self._start_broker()

    def _start_broker(self) -> None:
        plain, port = free_ports(2)
        login = f'{MODULE} required useKeyTab=true storeKey=true keyTab="{self.folder}/kafka.keytab"'
        properties = {
            "listeners": f"PLAINTEXT://localhost:{plain},SASL_PLAINTEXT://localhost:{port}",
            "sasl.enabled.mechanisms": "GSSAPI",
            "sasl.kerberos.service.name": "kafka",
            "listener.name.sasl_plaintext.gssapi.sasl.jaas.config": f'{login} principal="kafka/localhost@TEST";',
        }
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("KAFKA_OPTS", f"-Djava.security.krb5.conf={self.folder}/krb5.conf")
            options = [f"--property={key}={value}" for key, value in properties.items()]
            start_cluster(self.folder / "cluster", "--port", str(plain), *options)
        self.bootstrap = f"localhost:{port}"

    def run(self, *command: str) -> None:
        """Run a program of Kerberos."""
        done = subprocess.run(command, env={**os.environ, **self.environment}, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr

    def succeeds(self, *command: str) -> bool:
        """Run a program of Kerberos that may fail."""
        return not subprocess.run(
            command, env={**os.environ, **self.environment}, capture_output=True, check=False
        ).returncode

    def close(self) -> None:
        """Stop everything."""
        stop_cluster(self.folder / "cluster")
        self._server.terminate()
        self._server.wait(10)


@pytest.fixture(scope="module")
def kerberos(apache: Apache, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kerberos]:
    """A realm with a broker."""
    made = Kerberos(tmp_path_factory.mktemp("kerberos"))
    yield made
    made.close()


@pytest.mark.parametrize("login", ["useTicketCache=true", 'useKeyTab=true keyTab="{k}" principal="alice@TEST"'])
def test_a_ticket_or_a_key_table_lets_in(kerberos: Kerberos, ours: Ours, folder: Path, login: str) -> None:
    config = write_config(folder, f"{MODULE} required {login.format(k=kerberos.key_table)};")
    words = ("--bootstrap-server", kerberos.bootstrap, "--command-config", config, "--list")
    done = ours.run("kafka-topics.sh", *words, environment=kerberos.environment)
    assert (done.returncode, done.stderr) == (0, "")


def test_without_a_ticket_the_reason_is_said(kerberos: Kerberos, ours: Ours, folder: Path) -> None:
    config = write_config(folder, f"{MODULE} required useTicketCache=true;")
    words = ("--bootstrap-server", kerberos.bootstrap, "--command-config", config, "--list")
    environment = kerberos.environment | {"KRB5CCNAME": str(folder / "none")}
    done = ours.run("kafka-topics.sh", *words, environment=environment)
    assert done.returncode == 1
    assert "SaslAuthenticationException: Kerberos: " in done.stdout


def write_config(folder: Path, login: str) -> str:
    properties = {
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.kerberos.service.name": "kafka",
        "sasl.jaas.config": login,
    }
    return str(write_properties(folder / "c", properties))
