"""Every tool that takes client properties, against a real broker with TLS and logins."""

import re
import signal
import subprocess
from pathlib import Path

import pytest

from tests.secured.conftest import Ours
from tests.support.secured import JAAS, USER, Secured, write_properties
from tests.support.waiting import until

pytestmark = pytest.mark.apache

# script and arguments; {b} the brokers, {c} the properties file, {t} the topic, {d} a folder → what stdout has
READS = {
    "kafka-topics.sh --bootstrap-server {b} --command-config {c} --list": "{t}",
    "kafka-configs.sh --bootstrap-server {b} --command-config {c} --describe --topic {t}": "configs for topic {t} are:",
    "kafka-consumer-groups.sh --bootstrap-server {b} --command-config {c} --list": "",
    "kafka-acls.sh --bootstrap-server {b} --command-config {c} --list": "",
    "kafka-broker-api-versions.sh --bootstrap-server {b} --command-config {c}": "Produce(0): 0 to 8 [usable: 8]",
    "kafka-log-dirs.sh --bootstrap-server {b} --command-config {c} --describe": '"{t}-0"',
    "kafka-delete-records.sh --bootstrap-server {b} --command-config {c} --offset-json-file {d}/records": "low_watermark: 0",
    "kafka-leader-election.sh --bootstrap-server {b} --admin.config {c} --election-type preferred --topic {t} --partition 0": "Valid replica already elected for partitions",
    "kafka-preferred-replica-election.sh --bootstrap-server {b} --admin.config {c} --path-to-json-file {d}/partitions": "",
    "kafka-reassign-partitions.sh --bootstrap-server {b} --command-config {c} --list": "No partition reassignments found.",
    "kafka-get-offsets.sh --bootstrap-server {b} --command-config {c} --topic {t}": "{t}:0:",
    "kafka-streams-application-reset.sh --bootstrap-servers {b} --config-file {c} --application-id x --input-topics {t} --dry-run": "----Dry run displays the actions which will be performed when running Streams Reset Tool----",
    "kafka-delegation-tokens.sh --bootstrap-server {b} --command-config {c} --describe": "TOKENID",
    "kafka-console-producer.sh --bootstrap-server {b} --producer.config {c} --topic {t}": "",
    "kafka-console-consumer.sh --bootstrap-server {b} --consumer.config {c} --topic {t} --from-beginning --max-messages 1": "a line\n",
    "kafka-producer-perf-test.sh --producer.config {c} --topic {t} --num-records 5 --record-size 6 --throughput -1 --producer-props bootstrap.servers={b}": "5 records sent",
    "kafka-consumer-perf-test.sh --bootstrap-server {b} --consumer.config {c} --topic {t} --messages 1": "MB.sec",
    "kafka-verifiable-producer.sh --bootstrap-server {b} --producer.config {c} --topic {t} --max-messages 2": '"acked":2',
    "kafka-verifiable-consumer.sh --bootstrap-server {b} --consumer.config {c} --topic {t} --group-id g-{l} --max-messages 1 --reset-policy earliest": '"records_consumed"',
    "kafka-run-class.sh kafka.tools.EndToEndLatency {b} {t} 1 1 10 {c}": "Avg latency",
}
LISTENERS = [("SSL", ""), ("SASL_PLAINTEXT", "OAUTHBEARER"), ("SASL_SSL", "SCRAM-SHA-512")]


@pytest.fixture(scope="module", autouse=True)
def record(secured: Secured, ours: Ours, topic: str) -> None:
    """One record in the topic."""
    done = ours.run(
        "kafka-console-producer.sh",
        *("--bootstrap-server", secured.bootstrap("PLAINTEXT"), "--topic", topic),
        stdin="a line\n",
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("listener", "mechanism"), LISTENERS)
@pytest.mark.parametrize("command", READS, ids=lambda command: command.split(".sh")[0])
def test_a_tool_gets_in(
    secured: Secured, ours: Ours, topic: str, folder: Path, command: str, listener: str, mechanism: str
) -> None:
    config = write_properties(folder / "client.properties", secured.properties(listener, mechanism))
    (folder / "records").write_text(f'{{"partitions":[{{"topic":"{topic}","partition":0,"offset":0}}],"version":1}}')
    (folder / "partitions").write_text(f'{{"partitions":[{{"topic":"{topic}","partition":0}}]}}')
    values = {"b": secured.bootstrap(listener), "c": config, "t": topic, "d": folder, "l": listener}
    script, *words = (word.format_map(values) for word in command.split(" "))
    done = ours.run(script, *words, stdin="another line\n" if script == "kafka-console-producer.sh" else "")
    assert READS[command].format_map(values) in done.stdout
    assert (done.returncode, done.stderr if script != "kafka-console-consumer.sh" else "") == (0, ""), done.stderr


@pytest.mark.parametrize("mechanism", JAAS)
@pytest.mark.parametrize("listener", ["SASL_PLAINTEXT", "SASL_SSL"])
def test_every_mechanism(secured: Secured, ours: Ours, topic: str, folder: Path, listener: str, mechanism: str) -> None:
    config = write_properties(folder / "c", secured.properties(listener, mechanism))
    where = ("--bootstrap-server", secured.bootstrap(listener))
    listed = ours.run("kafka-topics.sh", *where, "--command-config", str(config), "--list")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert topic in listed.stdout
    words = ("--topic", topic, "--from-beginning", "--max-messages", "1", "--timeout-ms", "20000")
    read = ours.run("kafka-console-consumer.sh", *where, "--consumer.config", str(config), *words)
    assert (read.returncode, read.stdout) == (0, "a line\n"), read.stderr


def test_single_properties(secured: Secured, ours: Ours, topic: str) -> None:
    where = ("--bootstrap-server", secured.bootstrap("SASL_SSL"), "--topic", topic)
    properties = [f"{key}={value}" for key, value in secured.properties("SASL_SSL").items()]
    written = ours.run(
        "kafka-console-producer.sh",
        *where,
        *[word for one in properties for word in ("--producer-property", one)],
        stdin="x\n",
    )
    assert (written.returncode, written.stderr) == (0, "")
    words = ("--from-beginning", "--max-messages", "1", "--timeout-ms", "20000")
    read = ours.run(
        "kafka-console-consumer.sh",
        *where,
        *words,
        *[word for one in properties for word in ("--consumer-property", one)],
    )
    assert read.stdout == "a line\n", read.stderr


@pytest.mark.parametrize("kind", ["pkcs12", "pem", "inline"])
def test_every_kind_of_store(secured: Secured, ours: Ours, topic: str, folder: Path, kind: str) -> None:
    files = secured.authority.folder
    stores = {
        "pkcs12": {"ssl.keystore.location": str(files / "client.p12"), "ssl.keystore.type": "PKCS12"},
        "pem": {"ssl.keystore.location": str(files / "client.pem"), "ssl.keystore.type": "PEM"},
        "inline": {
            "ssl.keystore.key": (files / "client.key").read_text(),
            "ssl.keystore.certificate.chain": (files / "client.pem").read_text(),
            "ssl.truststore.certificates": (files / "ca.pem").read_text(),
        },
    }
    properties = secured.properties("SSL")
    password = properties.pop("ssl.keystore.password")
    for name in ("ssl.keystore.location", "ssl.key.password"):
        del properties[name]
    if kind == "inline":
        del properties["ssl.truststore.location"], properties["ssl.truststore.password"]
    if kind == "pkcs12":
        properties["ssl.keystore.password"] = password
    config = str(write_properties(folder / "c", properties | stores[kind]))
    where = ("--bootstrap-server", secured.bootstrap("SSL"))
    assert topic in ours.run("kafka-topics.sh", *where, "--command-config", config, "--list").stdout
    words = ("--topic", topic, "--from-beginning", "--max-messages", "1", "--timeout-ms", "20000")
    read = ours.run("kafka-console-consumer.sh", *where, "--consumer.config", config, *words)
    assert read.stdout == "a line\n", read.stderr


def test_the_login_may_stand_in_the_file_that_kafka_opts_names(
    secured: Secured, ours: Ours, topic: str, folder: Path
) -> None:
    properties = secured.properties("SASL_PLAINTEXT", "PLAIN")
    jaas = folder / "jaas.conf"
    jaas.write_text(f"KafkaClient {{ {properties.pop('sasl.jaas.config')} }};")
    config = str(write_properties(folder / "c", properties))
    environment = {"KAFKA_OPTS": f"-Djava.security.auth.login.config={jaas}"}
    where = ("--bootstrap-server", secured.bootstrap("SASL_PLAINTEXT"))
    listed = ours.run("kafka-topics.sh", *where, "--command-config", config, "--list", environment=environment)
    assert topic in listed.stdout, listed.stderr
    words = ("--topic", topic, "--from-beginning", "--max-messages", "1", "--timeout-ms", "20000")
    read = ours.run("kafka-console-consumer.sh", *where, "--consumer.config", config, *words, environment=environment)
    assert read.stdout == "a line\n", read.stderr


def test_mirror_maker_between_listeners(secured: Secured, ours: Ours, folder: Path) -> None:
    """From one cluster to itself would go round and round: it reads a topic of its own name by another listener."""
    consumer = secured.properties("SSL") | {
        "bootstrap.servers": secured.bootstrap("SSL"),
        "group.id": "mirrors",
        "auto.offset.reset": "earliest",
    }
    producer = secured.properties("SASL_SSL") | {"bootstrap.servers": secured.bootstrap("SASL_SSL")}
    words = ["--consumer.config", str(write_properties(folder / "consumer", consumer))]
    words += ["--producer.config", str(write_properties(folder / "producer", producer)), "--whitelist", "mirrored"]
    where = ("--bootstrap-server", secured.bootstrap("PLAINTEXT"), "--topic", "mirrored")
    ours.run("kafka-console-producer.sh", *where, stdin="once\n")
    process = subprocess.Popen(
        ours.command("kafka-mirror-maker.sh", *words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        offsets = ("--broker-list", secured.bootstrap("PLAINTEXT"), "--topic", "mirrored")
        until(lambda: int(ours.run("kafka-get-offsets.sh", *offsets).stdout.rpartition(":")[2]) > 1, 30)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def test_the_user_is_who_logs_in(secured: Secured, ours: Ours, folder: Path) -> None:
    config = str(write_properties(folder / "c", secured.properties("SASL_SSL", "PLAIN")))
    where = ("--bootstrap-server", secured.bootstrap("SASL_SSL"), "--command-config", config)
    made = ours.run("kafka-delegation-tokens.sh", *where, "--create", "--max-life-time-period", "-1")
    assert f"User:{USER}" in made.stdout, made.stderr
    (hmac,) = re.findall(r"[\w+/]{86}==", made.stdout)
    gone = ours.run("kafka-delegation-tokens.sh", *where, "--expire", "--expiry-time-period", "-1", "--hmac", hmac)
    assert gone.returncode == 0, gone  # others count the user's tokens
