"""Every tool on a broker that lets nobody do anything: the statuses of 2.6.2's tools there, and one line that says what it is."""

import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from kafkacli.app import TOOLS
from tests.support.broker import RunningBroker
from tests.support.tools import Outcome, Tools

FILES = {
    "offsets.json": '{"version":1,"partitions":[{"topic":"t","partition":0,"offset":1}]}',
    "moves.json": '{"version":1,"partitions":[{"topic":"t","partition":0,"replicas":[7]}]}',
    "topics.json": '{"version":1,"topics":[{"topic":"t"}]}',
    "partitions.json": '{"partitions":[{"topic":"t","partition":0}]}',
    "empty": "",
}
HIDDEN = "Topic 't' does not exist as expected"
CLUSTER, TOPIC, GROUP = (
    f"org.apache.kafka.common.errors.{kind}AuthorizationException" for kind in ("Cluster", "Topic", "Group")
)
NO_TOPIC, NO_GROUP = "Not authorized to access topics: [t]", "Not authorized to access group: "
ELECTION = "Not authorized to perform leader election"
# B: the broker's address. What is said, '' where it is nothing; the status is that of the real tool on the real broker.
CASES: dict[str, tuple[int, str]] = {
    "kafka-topics --bootstrap-server B --list": (0, ""),
    "kafka-topics --bootstrap-server B --describe": (0, ""),
    "kafka-topics --bootstrap-server B --describe --topic t": (1, HIDDEN),
    "kafka-topics --bootstrap-server B --alter --topic t --partitions 3": (1, HIDDEN),
    "kafka-topics --bootstrap-server B --delete --topic t": (1, HIDDEN),
    "kafka-topics --bootstrap-server B --create --topic n --partitions 1": (1, "Authorization failed."),
    "kafka-configs --bootstrap-server B --describe --topic t": (1, TOPIC),
    "kafka-configs --bootstrap-server B --describe --broker 7": (1, CLUSTER),
    "kafka-configs --bootstrap-server B --describe --client c": (1, CLUSTER),
    "kafka-configs --bootstrap-server B --alter --topic t --add-config retention.ms=1": (1, TOPIC),
    "kafka-configs --bootstrap-server B --alter --broker 7 --add-config log.cleaner.threads=1": (1, CLUSTER),
    "kafka-configs --bootstrap-server B --alter --broker-logger 7 --add-config a=DEBUG": (1, CLUSTER),
    "kafka-configs --bootstrap-server B --alter --client c --add-config consumer_byte_rate=1": (1, CLUSTER),
    "kafka-acls --bootstrap-server B --list": (1, CLUSTER),
    "kafka-acls --bootstrap-server B --add --allow-principal User:x --topic t": (1, CLUSTER),
    "kafka-acls --bootstrap-server B --remove --force --allow-principal User:x --topic t": (1, CLUSTER),
    "kafka-consumer-groups --bootstrap-server B --list": (0, ""),
    "kafka-consumer-groups --bootstrap-server B --describe --group g": (0, GROUP),
    "kafka-consumer-groups --bootstrap-server B --describe --group g --members": (0, GROUP),
    "kafka-consumer-groups --bootstrap-server B --describe --group g --state": (0, GROUP),
    "kafka-consumer-groups --bootstrap-server B --delete --group g": (0, GROUP),
    "kafka-consumer-groups --bootstrap-server B --delete-offsets --group g --topic t": (0, TOPIC),
    "kafka-consumer-groups --bootstrap-server B --reset-offsets --group g --topic t --to-earliest --execute": (
        0,
        GROUP,
    ),
    "kafka-delete-records --bootstrap-server B --offset-json-file offsets.json": (0, TOPIC),
    "kafka-get-offsets --broker-list B --topic t": (1, TOPIC),
    "kafka-log-dirs --bootstrap-server B --describe": (1, "Cluster authorization failed."),
    "kafka-leader-election --bootstrap-server B --election-type preferred --all-topic-partitions": (1, ELECTION),
    "kafka-leader-election --bootstrap-server B --election-type preferred --topic t --partition 0": (1, ELECTION),
    "kafka-preferred-replica-election --bootstrap-server B": (1, ELECTION),
    "kafka-preferred-replica-election --bootstrap-server B --path-to-json-file partitions.json": (1, ELECTION),
    "kafka-reassign-partitions --bootstrap-server B --list": (1, CLUSTER),
    "kafka-reassign-partitions --bootstrap-server B --execute --reassignment-json-file moves.json": (1, CLUSTER),
    "kafka-reassign-partitions --bootstrap-server B --verify --reassignment-json-file moves.json": (1, CLUSTER),
    "kafka-reassign-partitions --bootstrap-server B --cancel --reassignment-json-file moves.json": (1, CLUSTER),
    "kafka-reassign-partitions --bootstrap-server B --generate --topics-to-move-json-file topics.json --broker-list 7": (
        1,
        TOPIC,
    ),
    "kafka-broker-api-versions --bootstrap-server B": (0, "ApiVersions(18)"),
    "kafka-delegation-tokens --bootstrap-server B --command-config empty --describe": (
        1,
        "Delegation Token requests are not allowed",
    ),
    "kafka-streams-application-reset --bootstrap-servers B --application-id a": (1, GROUP),
    "kafka-streams-application-reset --bootstrap-servers B --application-id a --input-topics t": (1, GROUP),
    "kafka-console-consumer --bootstrap-server B --topic t --timeout-ms 8000": (0, NO_TOPIC),
    "kafka-console-consumer --bootstrap-server B --topic t --partition 0 --timeout-ms 8000": (
        0,
        NO_TOPIC,
    ),
    "kafka-console-producer --bootstrap-server B --topic t": (0, NO_TOPIC),
    "kafka-consumer-perf-test --bootstrap-server B --topic t --messages 1 --timeout 8000": (1, NO_TOPIC),
    "kafka-producer-perf-test --producer-props bootstrap.servers=B --topic t --num-records 1 --record-size 5 --throughput -1": (
        0,
        NO_TOPIC,
    ),
    "kafka-verifiable-producer --bootstrap-server B --topic t --max-messages 1": (0, NO_TOPIC),
    "kafka-verifiable-consumer --bootstrap-server B --topic t --group-id g --max-messages 1": (0, NO_TOPIC),
    "kafka-mirror-maker --consumer.config c --producer.config c --whitelist t": (255, NO_GROUP),
    "kafka-replica-verification --broker-list B --topic-white-list t": (1, "No topics found."),
    "e2e-latency B t 1 all 10": (1, "TopicAuthorizationException"),
    # without a counterpart in 2.6.2
    "kafka-get-offsets --bootstrap-server B": (1, "Could not match any topic-partitions"),
    "wait --bootstrap-server B --topic t --timeout 1": (1, "t"),
    "doctor --bootstrap-server B": (0, "the broker speaks the versions of Kafka"),
    "copy --bootstrap-server B --topic t --to-topic u": (1, TOPIC),
    "export --bootstrap-server B --topic t --directory out": (1, TOPIC),
}
WITH_RECORDS = {
    *("kafka-console-consumer", "kafka-console-producer", "kafka-consumer-perf-test", "kafka-producer-perf-test"),
    *("kafka-verifiable-producer", "kafka-verifiable-consumer", "kafka-mirror-maker"),
}
BY_THEMSELVES = {"context"}  # keeps addresses, asks no broker


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A broker that lets nobody do anything; gives its address."""
    properties = {
        "authorizer.class.name": "kafka.security.authorizer.AclAuthorizer",
        "super.users": "User:nobody",
        "listeners": "PLAINTEXT://127.0.0.1:0",
    }
    broker = RunningBroker(tmp_path_factory.mktemp("closed") / "log", properties)
    broker.create_topic("t")
    yield broker.bootstrap
    broker.stop()


def test_every_tool_is_here() -> None:
    tried = {words.split()[0] for words in CASES}
    asking = set()
    for tool in TOOLS:
        table = getattr(import_module(f"kafkacli.tools.{tool.module}"), "OPTIONS", None)
        if table and {"bootstrap-server", "broker-list", "producer.config"} & set(table.by_name):
            asking.add(tool.scripts[0] if tool.scripts else tool.subcommand)
    assert asking - tried == {*BY_THEMSELVES, "import"}


@pytest.mark.parametrize("words", CASES)
def test_what_is_not_allowed_is_told(
    tools: Tools, closed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in {**FILES, "c": f"bootstrap.servers={closed}\ngroup.id=g\n"}.items():
        Path(name).write_text(text)
    status, said = CASES[words]
    name, *arguments = (word.replace("B", closed) if word.endswith("B") else word for word in words.split())
    if name in WITH_RECORDS:  # a process of its own: it reads stdin, or has threads
        command = [sys.executable, "-m", "kafkacli", name, *arguments]
        ended = subprocess.run(command, input="x\n", capture_output=True, text=True, timeout=60)
        done = Outcome(ended.returncode, ended.stdout, ended.stderr)
    else:
        done = tools.run(name, *arguments)
    assert done.status == status, done
    text = done.out + done.err
    assert (said in text) if said else (text.strip() == ""), text
    assert not any(word in text for word in ("Traceback", 'File "', "<class '", "object at 0x")), text
