"""What each command prints with --output, on our broker and on the real one: the document, the schema, the other forms."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kafkacli.output.schemas import SCHEMAS
from kafkacli.output.schemas_zookeeper import ZOOKEEPER
from tests.support.documents import document, in_other_forms
from tests.support.kafka import Kafka, Member
from tests.support.tools import Tools

# schema → command lines that print it, nothing of which changes from one run to the next
COMMANDS: dict[str, list[str]] = {
    "topics-list": [
        "kafka-topics --list --topic TOPIC --bootstrap-server BROKERS",
        "kafka-topics --list --topic TOPIC --zookeeper ZOOKEEPER",
    ],
    "topics-describe": [
        "kafka-topics --describe --topic TOPIC --bootstrap-server BROKERS",
        "kafka-topics --describe --topic TOPIC --zookeeper ZOOKEEPER",
        "kafka-topics --describe --topic TOPIC --at-min-isr-partitions --bootstrap-server BROKERS",
        "kafka-topics --describe --topic TOPIC --topics-with-overrides --bootstrap-server BROKERS",
    ],
    "groups-list": ["kafka-consumer-groups --list --state Stable --bootstrap-server BROKERS"],
    "groups-offsets": ["kafka-consumer-groups --describe --group GROUP --bootstrap-server BROKERS"],
    "groups-members": ["kafka-consumer-groups --describe --members --group GROUP --bootstrap-server BROKERS"],
    "groups-state": ["kafka-consumer-groups --describe --state --group GROUP --bootstrap-server BROKERS"],
    "groups-reset": [
        "kafka-consumer-groups --reset-offsets --group EMPTY --topic TOPIC --to-latest --dry-run --bootstrap-server BROKERS",
    ],
    "doctor": ["doctor --bootstrap-server BROKERS --topic TOPIC --zookeeper ZOOKEEPER"],
    "offsets": [
        "kafka-get-offsets --topic TOPIC --broker-list BROKERS",
        "kafka-get-offsets --topic TOPIC --bootstrap-server BROKERS",
    ],
    "log-dirs": ["kafka-log-dirs --describe --topic-list TOPIC --bootstrap-server BROKERS"],
    "api-versions": ["kafka-broker-api-versions --bootstrap-server BROKERS"],
    "delete-records": ["kafka-delete-records --offset-json-file RECORDS --bootstrap-server BROKERS"],
    "elections": [
        "kafka-leader-election --election-type preferred --topic TOPIC --partition 0 --bootstrap-server BROKERS"
    ],
    "configs": [
        "kafka-configs --describe --topic TOPIC --bootstrap-server BROKERS",
        "kafka-configs --describe --topic TOPIC --all --bootstrap-server BROKERS",
    ],
    "config-entities": ["kafka-configs --describe --entity-type topics --entity-name TOPIC --zookeeper ZOOKEEPER"],
    "reassignment-plan": [
        "kafka-reassign-partitions --generate --topics-to-move-json-file TOPICS --broker-list NODE --bootstrap-server BROKERS",
        "kafka-reassign-partitions --generate --topics-to-move-json-file TOPICS --broker-list NODE --zookeeper ZOOKEEPER",
    ],
    "reassignment-states": [
        "kafka-reassign-partitions --verify --preserve-throttles --reassignment-json-file PLAN --bootstrap-server BROKERS",
    ],
    "changes": [
        "kafka-topics --create --topic NEW --dry-run --bootstrap-server BROKERS",
        "kafka-topics --create --topic NEW --partitions 2 --replication-factor 1 --dry-run --zookeeper ZOOKEEPER",
        "kafka-topics --alter --topic TOPIC --partitions 5 --dry-run --bootstrap-server BROKERS",
        "kafka-topics --alter --topic TOPIC --partitions 5 --config retention.ms=7 --dry-run --zookeeper ZOOKEEPER",
        "kafka-topics --delete --topic TOPIC --dry-run --bootstrap-server BROKERS",
        "kafka-topics --delete --topic TOPIC --dry-run --zookeeper ZOOKEEPER",
        "kafka-consumer-groups --delete --group EMPTY --dry-run --bootstrap-server BROKERS",
        "kafka-consumer-groups --delete-offsets --group EMPTY --topic TOPIC:0 --dry-run --bootstrap-server BROKERS",
        "kafka-delete-records --offset-json-file RECORDS --dry-run --bootstrap-server BROKERS",
        "kafka-configs --alter --topic TOPIC --add-config segment.ms=7 --delete-config retention.ms --dry-run --bootstrap-server BROKERS",
        "kafka-configs --alter --broker NODE --add-config log.cleaner.threads=2 --dry-run --bootstrap-server BROKERS",
        "kafka-configs --alter --client EMPTY --add-config producer_byte_rate=7 --dry-run --bootstrap-server BROKERS",
        "kafka-configs --alter --entity-type topics --entity-name TOPIC --add-config segment.ms=7 --dry-run --zookeeper ZOOKEEPER",
        "kafka-acls --add --allow-principal User:a --topic TOPIC --producer --dry-run --authorizer-properties zookeeper.connect=ZOOKEEPER",
        "kafka-reassign-partitions --execute --reassignment-json-file PLAN --dry-run --bootstrap-server BROKERS",
        "kafka-reassign-partitions --execute --reassignment-json-file PLAN --dry-run --zookeeper ZOOKEEPER",
        "kafka-reassign-partitions --execute --throttle 7 --reassignment-json-file PLAN --dry-run --bootstrap-server BROKERS",
        "kafka-reassign-partitions --execute --throttle 7 --reassignment-json-file PLAN --dry-run --zookeeper ZOOKEEPER",
        "kafka-reassign-partitions --cancel --reassignment-json-file PLAN --dry-run --bootstrap-server BROKERS",
        "kafka-preferred-replica-election --dry-run --zookeeper ZOOKEEPER",
    ],
    "moves": [
        "copy --topic TOPIC --to-topic NEW --dry-run --bootstrap-server BROKERS",
        "export --topic TOPIC --directory FOLDER --dry-run --bootstrap-server BROKERS",
    ],
}


# schema → the test of its command, which needs more than a plain broker
ELSEWHERE = {
    "delegation-tokens": "tests/tools/test_delegation_tokens.py",
    "dump-log": "tests/output/test_measured.py",
    "dump-offset-index": "tests/tools/test_dump_log.py",
    "dump-time-index": "tests/tools/test_dump_log.py",
    "dump-transaction-index": "tests/tools/test_dump_log.py",
    "dump-producer-snapshot": "tests/tools/test_dump_log.py",
    "state-changes": "tests/tools/test_state_change_log_merger.py",
    "e2e-latency": "tests/tools/test_e2e_latency.py",
    "replica-verification": "tests/tools/test_replica_verification.py",
    "verifiable-events": "tests/tools/test_verifiable_producer.py",
    "producer-perf": "tests/output/test_measured.py",
    "consumer-perf": "tests/output/test_measured.py",
    "acls": "tests/tools/test_acls.py",
    "reassignments": "tests/tools/test_reassign_broker.py",
    "context": "tests/tools/test_context.py",
    "contexts": "tests/tools/test_context.py",
    **dict.fromkeys((schema.name for schema in ZOOKEEPER), "tests/zkshell/test_json_output.py"),
}


@pytest.fixture
def names(kafka: Kafka, tmp_path: Path) -> Iterator[dict[str, str]]:
    """What the words in capitals stand for."""
    topic, group, empty = kafka.create_topic(2, records=3, retention_ms="60000"), kafka.new_name(), kafka.new_name()
    kafka.commit(empty, topic, 1)
    kafka.commit(group, topic, 1)
    member = Member(kafka, group, topic, 0)
    yield {**words_of(kafka, tmp_path, topic, empty), "GROUP": group}
    member.leave()


def words_of(kafka: Kafka, directory: Path, topic: str, empty: str) -> dict[str, str]:
    """What words in capitals stand for, of a topic, and a group without members that has read from it."""
    records = directory / "records.json"
    records.write_text(f'{{"partitions":[{{"topic":"{topic}","partition":0,"offset":1}}]}}')
    plan = directory / "plan.json"
    plan.write_text(
        f'{{"version":1,"partitions":[{{"topic":"{topic}","partition":0,"replicas":[{kafka.broker_id}]}}]}}'
    )
    topics = directory / "topics.json"
    topics.write_text(f'{{"version":1,"topics":[{{"topic":"{topic}"}}]}}')
    return {
        "BROKERS": kafka.bootstrap,
        "ZOOKEEPER": kafka.zookeeper,
        "TOPIC": topic,
        "EMPTY": empty,
        "NEW": kafka.new_name(),
        "RECORDS": str(records),
        "FOLDER": str(directory / "exported"),
        "PLAN": str(plan),
        "TOPICS": str(topics),
        "NODE": str(kafka.broker_id),
    }


def words(command: str, names: dict[str, str]) -> list[str]:
    return [re.sub(r"\b[A-Z]{3,}\b", lambda found: names[found[0]], word) for word in command.split()]


@pytest.mark.parametrize("schema", COMMANDS)
def test_a_document_is_what_its_schema_says(schema: str, tools: Tools, kafka: Kafka, names: dict[str, str]) -> None:
    for command in COMMANDS[schema]:
        line = words(command, names)
        found: Any = document(tools, schema, *line)
        assert found, command
        read, rows = in_other_forms(tools, schema, *line)
        assert read == found, command
        assert rows, command


def test_every_schema_has_its_commands() -> None:
    assert {*COMMANDS, *ELSEWHERE} == set(SCHEMAS)
    for schema, path in ELSEWHERE.items():
        assert f'"{schema}"' in (Path(__file__).parents[2] / path).read_text(encoding="utf-8")


def test_nothing_but_the_document_goes_to_stdout(tools: Tools, kafka: Kafka) -> None:
    where = ("--bootstrap-server", kafka.bootstrap, "--output", "json")
    done = tools.run("kafka-topics", "--describe", "--topic", "not-there", *where)
    assert (done.status, done.out) == (1, "")
    assert "Topic 'not-there' does not exist as expected" in done.err
    done = tools.run("kafka-consumer-groups", "--describe", "--group", "not-there", *where)
    assert (done.status, done.out, done.err) == (0, "[]\n", "Error: Consumer group 'not-there' does not exist.\n")


def test_a_form_that_is_none_is_refused(tools: Tools) -> None:
    done = tools.run("kafka-topics", "--list", "--bootstrap-server", "x:1", "--output", "xml")
    assert (done.status, done.out) == (1, "")
    assert done.err == "kafka-topics: --output is one of plain, json, yaml, table, not 'xml'\n"
