"""GSSAPI with a real Kerberos server and a real broker, where the system has Kerberos."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.secured.conftest import Ours
from tests.support.apache import Apache, start_cluster, stop_cluster
from tests.support.kerberos import MISSING, MODULE, WHY_SKIPPED, Realm
from tests.support.secured import free_ports, write_properties

pytestmark = [pytest.mark.apache, pytest.mark.skipif(bool(MISSING), reason=WHY_SKIPPED)]
BROKER, USER = "kafka/localhost", "alice"


class Kerberos(Realm):
    """A realm with a broker in it, at `bootstrap`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, BROKER, USER)
        plain, port = free_ports(2)
        properties = {
            "listeners": f"PLAINTEXT://localhost:{plain},SASL_PLAINTEXT://localhost:{port}",
            "sasl.enabled.mechanisms": "GSSAPI",
            "sasl.kerberos.service.name": "kafka",
            "listener.name.sasl_plaintext.gssapi.sasl.jaas.config": f"{self.server_login(BROKER)};",
        }
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("KAFKA_OPTS", f"-Djava.security.krb5.conf={folder}/krb5.conf")
            options = [f"--property={key}={value}" for key, value in properties.items()]
            start_cluster(folder / "cluster", "--port", str(plain), *options)
        self.bootstrap = f"localhost:{port}"
        self.plain = f"localhost:{plain}"

    def close(self) -> None:
        """Stop everything."""
        stop_cluster(self.folder / "cluster")
        super().close()


@pytest.fixture(scope="module")
def kerberos(apache: Apache, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kerberos]:
    """A realm with a broker."""
    made = Kerberos(tmp_path_factory.mktemp("kerberos"))
    yield made
    made.close()


@pytest.mark.parametrize("login", ["useTicketCache=true", 'useKeyTab=true keyTab="{k}" principal="alice@TEST"'])
def test_a_ticket_or_a_key_table_lets_in(kerberos: Kerberos, ours: Ours, folder: Path, login: str) -> None:
    config = write_config(folder, f"{MODULE} required {login.format(k=kerberos.key_table(USER))};")
    words = ("--bootstrap-server", kerberos.bootstrap, "--command-config", config, "--list")
    done = ours.run("kafka-topics.sh", *words, environment=kerberos.environment)
    assert (done.returncode, done.stderr) == (0, "")


def test_records_are_written_and_read(kerberos: Kerberos, ours: Ours, folder: Path) -> None:
    config = write_config(folder, f"{MODULE} required useTicketCache=true;")
    sending = ("--bootstrap-server", kerberos.bootstrap, "--producer.config", config, "--topic", "t")
    done = ours.run("kafka-console-producer.sh", *sending, stdin="a line\n", environment=kerberos.environment)
    assert (done.returncode, done.stdout, done.stderr.count("ERROR")) == (0, ">>", 0)
    words = ("--bootstrap-server", kerberos.bootstrap, "--consumer.config", config, "--topic", "t", "--from-beginning")
    for more in (("--group", "g"), ("--partition", "0")):
        done = ours.run(
            "kafka-console-consumer.sh", *words, "--max-messages", "1", *more, environment=kerberos.environment
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "a line\n", "Processed a total of 1 messages\n")
    environment = kerberos.environment | {"KRB5CCNAME": str(folder / "none")}
    done = ours.run("kafka-console-consumer.sh", *words, environment=environment)
    assert "SaslAuthenticationException: Kerberos: " in done.stderr
    done = ours.run("kafka-console-producer.sh", *sending, stdin="a line\n", environment=environment)
    assert "SaslAuthenticationException: Kerberos: " in done.stderr


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
