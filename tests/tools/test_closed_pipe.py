"""`TOOL | head`: a reader that goes away is nobody's error, for every tool that may print more than a page."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from kafkacli.app import TOOLS
from kafkacli.exits import Exit
from tests.support.broker import NODE_ID, RunningBroker
from tests.support.kafka import Kafka

B = "--bootstrap-server {b}"
CASES = (
    "kafka-topics --help",
    f"kafka-topics {B} --list",
    f"kafka-topics {B} --describe",
    f"kafka-topics {B} --describe --output json",
    "kafka-topics --zookeeper {z} --list",
    "kafka-topics --zookeeper {z} --describe",
    f"kafka-consumer-groups {B} --list",
    f"kafka-consumer-groups {B} --describe --all-groups",
    f"kafka-configs {B} --describe --entity-type brokers --entity-name {NODE_ID} --all",
    f"kafka-configs {B} --describe --entity-type topics",
    "kafka-configs --zookeeper {z} --describe --entity-type topics",
    f"kafka-acls {B} --list",
    "kafka-acls --authorizer-properties zookeeper.connect={z} --list",
    f"kafka-log-dirs {B} --describe",
    f"kafka-broker-api-versions {B}",
    f"kafka-get-offsets {B}",
    "kafka-get-offsets --broker-list {b} --topic {t}",
    f"kafka-reassign-partitions {B} --list",
    f"kafka-reassign-partitions {B} --generate --topics-to-move-json-file topics.json --broker-list {NODE_ID}",
    f"kafka-reassign-partitions {B} --execute --reassignment-json-file moves.json",
    f"kafka-delete-records {B} --offset-json-file offsets.json",
    "kafka-streams-application-reset --bootstrap-servers {b} --application-id a --input-topics {t} --dry-run",
    "kafka-dump-log --files {f} --print-data-log",
    "kafka-dump-log --files {f} --output json",
    f"kafka-console-consumer {B} --topic {{t}} --from-beginning",
    f"kafka-consumer-perf-test {B} --topic {{t}} --messages 100000000 --show-detailed-stats --reporting-interval 1",
    (
        "kafka-producer-perf-test --producer-props bootstrap.servers={b} --topic {t} --num-records 9 --record-size 9"
        " --throughput -1 --print-metrics"
    ),
    f"kafka-verifiable-producer {B} --topic {{t}} --throughput 100",
    f"kafka-verifiable-consumer {B} --topic {{t}} --group-id v --verbose",
    "kafka-replica-verification --broker-list {b} --topic-white-list {t} --report-interval-ms 50",
    "state-change-log-merger --logs state.log",
    "zookeeper-shell {z} ls -R /",
    "zkCli -server {z} ls -R /",
    "completion bash",
    "doctor --bootstrap-server {b}",
)
FEW_LINES = {  # never more than a page: what they did, or a line now and then
    *("init", "quickstart", "context", "wait", "copy", "export", "import", "elsewhere", "kafka-e2e-latency"),
    *("kafka-console-producer", "kafka-server-start", "kafka-server-stop", "zookeeper-server-start"),
    *("zookeeper-server-stop", "zkServer", "kafka-mirror-maker", "kafka-leader-election"),
    *("kafka-preferred-replica-election", "zookeeper-security-migration", "kafka-delegation-tokens", "kafka-run-class"),
}


class Place(NamedTuple):
    """What the commands speak of."""

    names: dict[str, str]
    directory: Path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A broker with topics, records, a group and ACLs; files beside it."""
    directory = tmp_path_factory.mktemp("closed-pipe")
    properties = {
        "authorizer.class.name": "kafka.security.authorizer.AclAuthorizer",
        "super.users": "User:ANONYMOUS",
    }
    broker = RunningBroker(directory / "log", properties)
    kafka = Kafka(broker.bootstrap, broker.zookeeper, NODE_ID)
    topic = kafka.create_topic(records=300)
    kafka.commit("group", topic, 0)
    (directory / "topics.json").write_text(f'{{"version":1,"topics":[{{"topic":"{topic}"}}]}}')
    rows = f'"topic":"{topic}","partition":0'
    (directory / "moves.json").write_text(f'{{"version":1,"partitions":[{{{rows},"replicas":[{NODE_ID}]}}]}}')
    (directory / "offsets.json").write_text(f'{{"version":1,"partitions":[{{{rows},"offset":0}}]}}')
    (directory / "state.log").write_text("[2020-01-01 00:00:00,000] TRACE a [t,0] b\n" * 100)
    (segment,) = (directory / "log" / f"{topic}-0").glob("*.log")
    names = {"b": broker.bootstrap, "z": broker.zookeeper, "t": topic, "f": str(segment)}
    yield Place(names, directory)
    broker.stop()


def test_every_tool_is_here_or_prints_a_few_lines() -> None:
    tried = {words.split()[0] for words in CASES}
    names = {tool.scripts[0] if tool.scripts else tool.subcommand for tool in TOOLS}
    names -= {name for name in names if name.startswith(("connect", "trogdor"))}
    assert names - tried == FEW_LINES & names


@pytest.mark.parametrize("words", CASES)
def test_a_closed_pipe_is_nobodys_error(place: Place, words: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "kafkacli", *words.format_map(place.names).split()]
    with os.fdopen(writing, "w") as nowhere:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=nowhere,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            cwd=place.directory,
        )
    assert done.returncode == Exit.OK, done
    assert not any(word in done.stderr for word in ("Traceback", "BrokenPipe", "Broken pipe", "Exception ignored")), (
        done
    )
