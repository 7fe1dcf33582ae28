"""Tools and brokers that are older than what is asked of them: the original's words, and a line that says since when it works."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kafkacli.client.producing import RecordProducer
from kafkacli.client.releases import SINCE
from kafkacli.java_classes import JavaError
from kafkacli.record.bodies import decode_bodies
from kafkacli.record.header import read_header
from kafkacli.record.packing import pack_one
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.produce import ProduceRequest
from tests.support.broker import RunningBroker
from tests.support.proxy import Proxy, proxy
from tests.support.scripted_broker import read_request
from tests.support.tools import Tools

NEWEST_OF_0_10_2 = {
    ApiKey.PRODUCE: 2,
    ApiKey.FETCH: 3,
    ApiKey.LIST_OFFSETS: 1,
    ApiKey.METADATA: 2,
    ApiKey.OFFSET_COMMIT: 2,
    ApiKey.OFFSET_FETCH: 2,
    ApiKey.FIND_COORDINATOR: 0,
    ApiKey.JOIN_GROUP: 1,
    ApiKey.HEARTBEAT: 0,
    ApiKey.LEAVE_GROUP: 0,
    ApiKey.SYNC_GROUP: 0,
    ApiKey.DESCRIBE_GROUPS: 0,
    ApiKey.LIST_GROUPS: 0,
    ApiKey.SASL_HANDSHAKE: 0,
    ApiKey.API_VERSIONS: 0,
    ApiKey.CREATE_TOPICS: 1,
    ApiKey.DELETE_TOPICS: 1,
}
FILES = {
    "offsets.json": '{"version":1,"partitions":[{"topic":"t","partition":0,"offset":0}]}',
    "moves.json": '{"version":1,"partitions":[{"topic":"t","partition":0,"replicas":[7]}]}',
    "topics.json": '{"version":1,"topics":[{"topic":"t"}]}',
    "empty": "",
}
B = "--bootstrap-server B"
# the status and what is missing: an API, or words about more than that
LACKING: dict[str, tuple[int, ApiKey | str]] = {
    f"kafka-topics {B} --describe": (1, ApiKey.DESCRIBE_CONFIGS),
    f"kafka-topics {B} --alter --topic t --partitions 3": (1, ApiKey.CREATE_PARTITIONS),
    f"kafka-topics {B} --create --topic n": (1, "only supported in CreateTopicRequest version 4+"),
    f"kafka-configs {B} --describe --topic t": (1, ApiKey.DESCRIBE_CONFIGS),
    f"kafka-configs {B} --describe --topic t --all": (1, ApiKey.DESCRIBE_CONFIGS),
    f"kafka-configs {B} --describe --client c": (1, ApiKey.DESCRIBE_CLIENT_QUOTAS),
    f"kafka-configs {B} --alter --topic t --add-config retention.ms=1": (1, ApiKey.DESCRIBE_CONFIGS),
    f"kafka-configs {B} --alter --client c --add-config consumer_byte_rate=1": (1, ApiKey.DESCRIBE_CLIENT_QUOTAS),
    f"kafka-acls {B} --list": (1, ApiKey.DESCRIBE_ACLS),
    f"kafka-acls {B} --add --allow-principal User:x --topic t": (1, ApiKey.CREATE_ACLS),
    f"kafka-acls {B} --remove --force --allow-principal User:x --topic t": (1, ApiKey.DELETE_ACLS),
    f"kafka-consumer-groups {B} --delete --group g": (0, ApiKey.DELETE_GROUPS),
    f"kafka-consumer-groups {B} --delete-offsets --group g --topic t": (0, ApiKey.OFFSET_DELETE),
    f"kafka-consumer-groups {B} --list --state Empty": (0, "ListGroupsRequest version 0 has no states_filter"),
    f"kafka-delete-records {B} --offset-json-file offsets.json": (1, ApiKey.DELETE_RECORDS),
    f"kafka-delegation-tokens {B} --command-config empty --describe": (1, ApiKey.DESCRIBE_DELEGATION_TOKEN),
    f"kafka-delegation-tokens {B} --command-config empty --create --max-life-time-period -1": (
        1,
        ApiKey.CREATE_DELEGATION_TOKEN,
    ),
    f"kafka-leader-election {B} --election-type preferred --all-topic-partitions": (1, ApiKey.ELECT_LEADERS),
    f"kafka-preferred-replica-election {B}": (1, ApiKey.ELECT_LEADERS),
    f"kafka-log-dirs {B} --describe": (1, ApiKey.DESCRIBE_LOG_DIRS),
    f"kafka-reassign-partitions {B} --list": (1, ApiKey.LIST_PARTITION_REASSIGNMENTS),
    f"kafka-reassign-partitions {B} --verify --reassignment-json-file moves.json": (
        1,
        ApiKey.LIST_PARTITION_REASSIGNMENTS,
    ),
    f"kafka-reassign-partitions {B} --execute --reassignment-json-file moves.json": (
        1,
        ApiKey.LIST_PARTITION_REASSIGNMENTS,
    ),
    f"copy {B} --topic t --to-topic u": (1, "the broker would have to speak version 2 or later"),
    f"export {B} --topic t --directory out": (1, "the broker would have to speak version 2 or later"),
    f"doctor {B}": (1, "the broker speaks the versions of Kafka 0.10.1 or 0.10.2"),
}
# what works there, with what is printed
WORKING = {
    f"kafka-topics {B} --list": "t\n",
    f"kafka-topics {B} --create --topic made --partitions 1 --replication-factor 1": "Created topic made.\n",
    f"kafka-consumer-groups {B} --list": "",
    f"kafka-consumer-groups {B} --describe --group g": "Consumer group 'g' does not exist.",
    f"kafka-consumer-groups {B} --reset-offsets --group r --topic t --to-earliest --execute": "NEW-OFFSET",
    f"kafka-get-offsets {B} --topic t": "t:0:",
    "kafka-get-offsets --broker-list B --topic t": "t:0:",
    f"kafka-broker-api-versions {B}": "DeleteRecords(21): UNSUPPORTED",
    f"kafka-reassign-partitions {B} --generate --topics-to-move-json-file topics.json --broker-list 7": '"topic":"t"',
    "kafka-streams-application-reset --bootstrap-servers B --application-id a --input-topics t": "Done.",
    f"wait {B} --topic t": "",
}


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """A broker that says that it has no more than one of Kafka 0.10.2."""
    with proxy() as way:
        broker = RunningBroker(
            tmp_path_factory.mktemp("old") / "log", {"advertised.listeners": f"PLAINTEXT://127.0.0.1:{way.port}"}
        )
        way.target = broker.port
        way.versions = NEWEST_OF_0_10_2
        broker.create_topic("t")
        yield way
        broker.stop()


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        Path(name).write_text(text)


def command(words: str, way: Proxy) -> list[str]:
    return [f"127.0.0.1:{way.port}" if word == "B" else word for word in words.split()]


@pytest.mark.parametrize("words", LACKING)
def test_what_an_old_broker_can_not_do_is_said(tools: Tools, old: Proxy, words: str) -> None:
    status, missing = LACKING[words]
    done = tools.run(*command(words, old))
    assert done.status == status
    text = done.out + done.err
    assert "Traceback" not in text
    if isinstance(missing, str):
        assert missing in text
        return
    assert f"The broker does not support {missing.name}" in text
    said = f"this broker does not know {missing.name} as it is needed: it came with Kafka {SINCE[missing]}"
    assert done.err.count(f"127.0.0.1:{old.port}: {said} (protocol version)\n") == 1


@pytest.mark.parametrize("words", WORKING)
def test_the_newest_version_of_both_is_spoken(tools: Tools, old: Proxy, words: str) -> None:
    done = tools.run(*command(words, old))
    assert done.status == 0, done
    assert WORKING[words] in done.out
    assert "support" not in done.err


def run(way: Proxy, script: str, *words: str, stdin: str = "a\nb\n") -> subprocess.CompletedProcess[str]:
    """Run a tool for topic t."""
    servers = "--broker-list" if "verifiable" in script else "--bootstrap-server"
    command = [sys.executable, "-m", "kafkacli", script, servers, f"127.0.0.1:{way.port}", "--topic", "t", *words]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=60, check=False)


def end_of_topic(way: Proxy) -> str:
    return run(way, "kafka-get-offsets").stdout.strip().rpartition(":")[2]


def test_records_come_in_the_old_formats(old: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    end = end_of_topic(old)
    with monkeypatch.context() as patch:
        patch.setattr(old, "versions", None)
        run(old, "kafka-console-producer")
    done = run(old, "kafka-console-consumer", "--partition", "0", "--offset", end, "--max-messages", "2")
    assert (done.stdout, done.returncode) == ("a\nb\n", 0)


@pytest.mark.parametrize("version", [2, 1])
@pytest.mark.parametrize("words", [(), ("--compression-codec", "gzip"), ("--input", "json")])
def test_records_go_in_the_old_formats(
    old: Proxy, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], version: int
) -> None:
    formats: set[tuple[int, int]] = set()

    def note(key: ApiKey, request: bytes) -> None:
        if key is ApiKey.PRODUCE:
            asked = read_request(request, ProduceRequest)
            assert isinstance(asked, ProduceRequest)
            for topic in asked.topics:
                for row in topic.partitions:
                    formats.add((int.from_bytes(request[2:4], "big"), read_header(row.records or b"").magic))

    monkeypatch.setattr(old, "told", note)
    monkeypatch.setattr(old, "versions", {**NEWEST_OF_0_10_2, ApiKey.PRODUCE: version})
    end = end_of_topic(old)
    stdin = '{"value": "a"}\n{"value": "b"}\n' if "json" in words else "a\nb\n"
    done = run(old, "kafka-console-producer", *words, stdin=stdin)
    assert (done.returncode, done.stderr) == (0, "")
    assert formats == {(version, version - 1)}
    done = run(old, "kafka-console-consumer", "--partition", "0", "--offset", end, "--max-messages", "2")
    assert done.stdout == "a\nb\n"


REFUSED = {  # what brokers before 0.11 can't take; Java's words
    ("kafka-console-producer", "--compression-codec", "zstd"): (
        1,
        "java.lang.IllegalArgumentException: ZStandard compression is not supported for magic 1",
    ),
    ("kafka-console-producer", "--input", "json"): (
        1,
        "java.lang.IllegalArgumentException: Magic v1 does not support record headers",
    ),
    ("kafka-console-producer", "--producer-property", "enable.idempotence=true", "--request-required-acks", "all"): (
        0,
        "UnsupportedVersionException: Attempting to use idempotence with a broker which does not support",
    ),
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_the_old_formats_can_not_hold_is_refused(old: Proxy, words: tuple[str, ...]) -> None:
    done = run(old, *words, stdin='{"value": "x", "headers": [{"key": "a", "value": "b"}]}\n')
    status, text = REFUSED[words]
    assert done.returncode == status
    assert text in done.stderr


def test_transactions_are_refused_by_old_brokers(tools: Tools, old: Proxy) -> None:
    words = "kafka-producer-perf-test --topic t --num-records 1 --record-size 1 --throughput -1"
    servers = f"bootstrap.servers=127.0.0.1:{old.port}"
    done = tools.run(*words.split(), "--transaction-duration-ms", "10", "--producer-props", servers)
    text = "Cannot create a v0 FindCoordinator request because we require features supported only in 2 or later."
    assert (done.status, done.err) == (
        1,
        f'Exception in thread "main" org.apache.kafka.common.errors.UnsupportedVersionException: {text}\n',
    )


def test_no_headers_are_lost_on_the_way_to_an_old_broker(old: Proxy) -> None:
    producer = RecordProducer(
        "t", {"bootstrap.servers": f"127.0.0.1:{old.port}"}, lambda *_: None, lambda *_: None, lambda *_: None
    )
    with producer:
        producer.send_one(None, b"x")
        bodies = decode_bodies(pack_one(None, b"v", [("h", b"x")], 0, 0), 1)
        assert not producer.send_bodies("t", 1, bodies)
        with pytest.raises(JavaError, match="Magic v1 does not support record headers"):
            producer.send_one(None, b"v", headers=[("h", b"x")])
        assert producer.flush(20) == 0
