"""What doesn't let a client in: one line of its own each, and the exit status of the original."""

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.secured.conftest import Ours
from tests.support.apache import Apache
from tests.support.certificates import PASSWORD
from tests.support.secured import PROTOCOLS, QUOTED, Secured, write_properties

pytestmark = pytest.mark.apache


class Trouble(NamedTuple):
    """What is wrong: the listener, how its properties differ (None: left out), and the line that says so.

    like: the listener that the properties are those of. java: what the original's stdout says after the class, '' where it
    is a timeout or nothing at all.
    """

    listener: str
    changes: dict[str, str | None]
    line: str
    java: str
    like: str = ""


WRONG = {"sasl.jaas.config": 'm required username="alice" password="wrong-secret";'}
SHORT: dict[str, str | None] = {"request.timeout.ms": "3000", "default.api.timeout.ms": "3000"}
NO_KEYS: dict[str, str | None] = dict.fromkeys(("ssl.keystore.location", "ssl.keystore.password", "ssl.key.password"))
TRUST = ("ssl.truststore.location", "ssl.truststore.password")
TROUBLES = {
    "wrong password, SCRAM": Trouble(
        "SASL_SSL",
        {
            **WRONG,
            "sasl.jaas.config": f"org.apache.kafka.common.security.scram.ScramLoginModule{WRONG['sasl.jaas.config'][1:]}",
        },
        "Authentication failed during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-256",
        "SaslAuthenticationException: Authentication failed during authentication due to invalid credentials",
    ),
    "wrong password, PLAIN": Trouble(
        "SASL_SSL",
        {
            "sasl.mechanism": "PLAIN",
            "sasl.jaas.config": f"org.apache.kafka.common.security.plain.PlainLoginModule{WRONG['sasl.jaas.config'][1:]}",
        },
        "Authentication failed: Invalid username or password",
        "SaslAuthenticationException: Authentication failed: Invalid username or password",
    ),
    "unknown authority": Trouble(
        "SSL",
        dict.fromkeys(TRUST),
        "the certificate comes from an unknown authority; ssl.truststore.location must hold it (TLS)",
        "SslAuthenticationException: SSL handshake failed",
    ),
    "wrong host": Trouble(
        "ELSEWHERE",
        {},
        "the certificate is not for localhost; ssl.endpoint.identification.algorithm= would not check that (TLS)",
        "SslAuthenticationException: SSL handshake failed",
    ),
    "expired": Trouble(
        "EXPIRED", {}, "the certificate has expired (TLS)", "SslAuthenticationException: SSL handshake failed"
    ),
    "no client certificate": Trouble(
        "SSL",
        NO_KEYS,
        "the client certificate is refused, or one is wanted: see ssl.keystore.location (TLS)",
        "SslAuthenticationException: Failed to process post-handshake messages",
    ),
    "TLS to a plaintext port": Trouble("PLAINTEXT", SHORT, "this port may not speak TLS (TLS)", "", like="SSL"),
    "login to a port without": Trouble(
        "PLAINTEXT",
        {},
        "Unexpected handshake request with client mechanism SCRAM-SHA-256, enabled mechanisms are []",
        "IllegalSaslStateException: Unexpected handshake request with client mechanism SCRAM-SHA-256",
        like="SASL_PLAINTEXT",
    ),
    "no login": Trouble(
        "SASL_PLAINTEXT", SHORT, "does this port want a login (security.protocol=SASL_…)? (TCP)", "", like="PLAINTEXT"
    ),
    "plaintext to a TLS port": Trouble(
        "SSL", SHORT, "this port speaks TLS; security.protocol says it does not", "", like="PLAINTEXT"
    ),
    "mechanism not enabled": Trouble(
        "ONLY_PLAIN",
        {},
        "Client SASL mechanism 'SCRAM-SHA-256' not enabled in the server, enabled mechanisms are [PLAIN]",
        "UnsupportedSaslMechanismException: Client SASL mechanism 'SCRAM-SHA-256' not enabled in the server",
    ),
    "wrong password of a truststore": Trouble(
        "SSL",
        {"ssl.truststore.password": "wrong-secret"},
        "trust.jks: the store was tampered with, or its password is wrong",
        "",
    ),
    "wrong password of a keystore": Trouble(
        "SSL",
        {"ssl.keystore.password": "wrong-secret"},
        "client.jks: the store was tampered with, or its password is wrong",
        "",
    ),
    "wrong password of a key": Trouble(
        "SSL", {"ssl.key.password": "wrong-secret"}, "client.jks: the password of the key is wrong", ""
    ),
    "no such store": Trouble("SSL", {"ssl.truststore.location": "/none"}, "/none: No such file or directory", ""),
    "no login at all": Trouble(
        "SASL_SSL",
        {"sasl.jaas.config": None},
        "Could not find a 'KafkaClient' entry in the JAAS configuration.",
        "",
    ),
    "unreadable login": Trouble(
        "SASL_SSL",
        {"sasl.jaas.config": f'm required password="{QUOTED}"'},
        "JAAS config entry not terminated by semi-colon",
        "",
    ),
}


def write_config(secured: Secured, trouble: Trouble, path: Path) -> str:
    properties = secured.properties(trouble.like or trouble.listener)
    changed = {key: value for key, value in (properties | trouble.changes).items() if value is not None}
    return str(write_properties(path, changed))


@pytest.mark.parametrize("name", TROUBLES)
def test_the_line_and_the_status(secured: Secured, ours: Ours, apache: Apache, folder: Path, name: str) -> None:
    trouble = TROUBLES[name]
    config = write_config(secured, trouble, folder / "c")
    words = ("--bootstrap-server", secured.bootstrap(trouble.listener), "--command-config", config, "--list")
    mine, theirs = ours.run("kafka-topics.sh", *words), apache.run("kafka-topics.sh", *words)
    assert mine.returncode == theirs.returncode == 1
    said = [line for line in (mine.stdout + mine.stderr).splitlines() if trouble.line in line]
    assert said, mine
    if trouble.java:
        assert trouble.java in theirs.stdout
        assert mine.stdout == theirs.stdout
    else:
        assert mine.stdout.split("Exception: ")[0] == theirs.stdout.split("Exception: ")[0] or name.startswith(
            "plaintext"
        )
    debugged = ours.run("kafka-topics.sh", *words, "--debug")
    assert "Traceback" in debugged.stderr


@pytest.mark.parametrize(
    "name", ["wrong password, SCRAM", "unknown authority", "no client certificate", "no such store"]
)
def test_tools_for_records_say_the_same(secured: Secured, ours: Ours, folder: Path, topic: str, name: str) -> None:
    trouble = TROUBLES[name]
    config = write_config(secured, trouble, folder / "c")
    where = ("--bootstrap-server", secured.bootstrap(trouble.listener), "--topic", topic)
    done = ours.run("kafka-console-consumer.sh", *where, "--consumer.config", config, "--timeout-ms", "20000")
    assert trouble.line in done.stderr
    assert done.stdout == ""


# The statuses that the real scripts of 2.6.2 end with after a wrong password, and what they print of it on stdout.
STATUSES = {
    "kafka-console-producer.sh --bootstrap-server {b} --producer.config {c} --topic t": (0, ">>"),
    "kafka-console-consumer.sh --bootstrap-server {b} --consumer.config {c} --topic t": (0, ""),
    "kafka-producer-perf-test.sh --producer.config {c} --topic t --num-records 1 --record-size 6 --throughput -1 --producer-props bootstrap.servers={b}": (
        0,
        "1 records sent",
    ),
    "kafka-consumer-perf-test.sh --bootstrap-server {b} --consumer.config {c} --topic t --messages 1": (
        1,
        "start.time, ",
    ),
    "kafka-verifiable-producer.sh --bootstrap-server {b} --producer.config {c} --topic t --max-messages 1": (
        0,
        '"exception":"class org.apache.kafka.common.errors.SaslAuthenticationException","message":"Authentication failed',
    ),
    "kafka-verifiable-consumer.sh --bootstrap-server {b} --consumer.config {c} --topic t --group-id g --max-messages 1": (
        0,
        "shutdown_complete",
    ),
    "kafka-mirror-maker.sh --consumer.config {cb} --producer.config {cb} --whitelist t": (255, ""),
    "kafka-consumer-groups.sh --bootstrap-server {b} --command-config {c} --list": (
        0,
        "\nError: Executing consumer group command failed due to org.apache.kafka.common.KafkaException: Failed to find brokers to send ListGroups\n",
    ),
    "kafka-broker-api-versions.sh --bootstrap-server {b} --command-config {c}": (1, ""),
    "kafka-configs.sh --bootstrap-server {b} --command-config {c} --describe --topic t": (
        1,
        "Dynamic configs for topic t are:",
    ),
    "kafka-delegation-tokens.sh --bootstrap-server {b} --command-config {c} --describe": (
        1,
        "Error while executing delegation token command : org.apache.kafka.common.errors.SaslAuthenticationException: ",
    ),
    "kafka-acls.sh --bootstrap-server {b} --command-config {c} --list": (
        1,
        "Error while executing ACL command: org.apache.kafka.common.errors.SaslAuthenticationException: ",
    ),
    "kafka-log-dirs.sh --bootstrap-server {b} --command-config {c} --describe": (1, ""),
}


@pytest.mark.parametrize("command", STATUSES, ids=lambda command: command.split(".sh")[0])
def test_statuses_after_a_wrong_password(secured: Secured, ours: Ours, folder: Path, command: str) -> None:
    trouble = TROUBLES["wrong password, SCRAM"]
    config = write_config(secured, trouble, folder / "c")
    bootstrap = secured.bootstrap("SASL_SSL")
    both = folder / "both"
    both.write_text(Path(config).read_text() + f"bootstrap.servers={bootstrap}\ngroup.id=g\n")
    script, *words = (word.format(b=bootstrap, c=config, cb=both) for word in command.split(" "))
    done = ours.run(script, *words, stdin="x\n")
    status, out = STATUSES[command]
    assert done.returncode == status
    assert out in done.stdout
    assert trouble.line in done.stdout + done.stderr


@pytest.mark.parametrize("name", ["ssl.truststor.location", "acks"])
def test_unknown_properties_are_warned_of(secured: Secured, ours: Ours, folder: Path, name: str) -> None:
    config = str(write_properties(folder / "c", {name: PASSWORD}))
    words = ("--bootstrap-server", secured.bootstrap("PLAINTEXT"), "--command-config", config, "--list")
    done = ours.run("kafka-topics.sh", *words)
    assert done.returncode == 0
    warning = f"WARN The configuration '{name}' was supplied but isn't a known config."
    assert done.stderr.endswith(f"{warning} (org.apache.kafka.clients.admin.AdminClientConfig)\n")


def test_a_client_certificate_of_strangers_is_refused(secured: Secured, ours: Ours, folder: Path) -> None:
    strangers = secured.authority.folder / "strangers" / "client.pem"
    keys = {"ssl.keystore.location": str(strangers), "ssl.keystore.type": "PEM"}
    config = str(write_properties(folder / "c", secured.properties("SSL") | keys | {"ssl.key.password": ""}))
    words = ("--bootstrap-server", secured.bootstrap("SSL"), "--command-config", config, "--list")
    done = ours.run("kafka-topics.sh", *words)
    assert done.returncode == 1
    assert "the client certificate is refused, or one is wanted: see ssl.keystore.location (TLS)\n" in done.stderr


def test_a_mechanism_that_no_client_has(secured: Secured, ours: Ours, folder: Path) -> None:
    config = str(write_properties(folder / "c", secured.properties("SASL_SSL") | {"sasl.mechanism": "SCRAM-SHA-1"}))
    words = ("--bootstrap-server", secured.bootstrap("SASL_SSL"), "--command-config", config, "--list")
    done = ours.run("kafka-topics.sh", *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Invalid value SCRAM-SHA-1 for configuration sasl.mechanism: there are PLAIN, SCRAM-SHA-256" in done.stderr


def test_every_listener_is_used() -> None:
    assert {trouble.listener for trouble in TROUBLES.values()} == {*PROTOCOLS}
