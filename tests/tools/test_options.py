"""Options that need no test of their own: what a tool says with each of them, and what without.

`tests/data/option_proofs.tsv` names the test of every option of every tool.
"""

import re
from pathlib import Path

import pytest

from tests.support.kafka import Kafka
from tests.support.tools import Outcome, Tools

REFUSED = "Invalid value NOPE for configuration security.protocol"
# what a tool does, with a file of properties that no client can take; and the option that names the file
FILES = {
    "kafka-topics --list --bootstrap-server BROKERS": "--command-config",
    "kafka-consumer-groups --list --bootstrap-server BROKERS": "--command-config",
    "kafka-configs --describe --topic TOPIC --bootstrap-server BROKERS": "--command-config",
    "kafka-acls --list --bootstrap-server BROKERS": "--command-config",
    "kafka-broker-api-versions --bootstrap-server BROKERS": "--command-config",
    "kafka-delete-records --offset-json-file RECORDS --bootstrap-server BROKERS": "--command-config",
    "kafka-get-offsets --topic TOPIC --bootstrap-server BROKERS": "--command-config",
    "kafka-leader-election --election-type preferred --all-topic-partitions --bootstrap-server BROKERS": "--admin.config",
    "kafka-preferred-replica-election --bootstrap-server BROKERS": "--admin.config",
    "kafka-log-dirs --describe --bootstrap-server BROKERS": "--command-config",
    "kafka-reassign-partitions --list --bootstrap-server BROKERS": "--command-config",
    "kafka-consumer-perf-test --topic TOPIC --messages 0 --bootstrap-server BROKERS": "--command-config",
    "wait --bootstrap-server BROKERS": "--command-config",
    "doctor --bootstrap-server BROKERS": "--command-config",
}
# a command line that ends with the option in question → how what it says begins, as it would not without the option
WITH = {
    "kafka-get-offsets --partitions 0 --bootstrap-server BROKERS --exclude-internal-topics": r"(?!.*__consumer_offsets)",
    "kafka-consumer-groups --describe --group GROUP --members --bootstrap-server BROKERS --offsets": (
        r"Option \[describe\] takes at most one of these options: \[members\], \[offsets\], \[state\]"
    ),
    "kafka-configs --describe --zookeeper ZOOKEEPER --entity-type topics --zk-tls-config-file /none": (
        r"(.*\n)+/none: No such file or directory"
    ),
    "kafka-acls --list --authorizer-properties zookeeper.connect=ZOOKEEPER --zk-tls-config-file /none": (
        r"Error while executing ACL command: /none\njava\.nio\.file\.NoSuchFileException: /none\n"
    ),
    "wait --zookeeper ZOOKEEPER --zk-tls-config-file /none": "wait: /none: No such file or directory",
    "kafka-configs --describe --bootstrap-server BROKERS --client-defaults": r"(?!Missing|At least one)",
    "kafka-consumer-perf-test --topic TOPIC --messages 0 --hide-header --bootstrap-server BROKERS --threads x": (
        r"kafka-consumer-perf-test: Cannot parse argument 'x' of option threads"
    ),
    "kafka-replica-verification --broker-list b --report-interval-ms x": (
        r"kafka-replica-verification: Cannot parse argument 'x' of option report-interval-ms"
    ),
    "kafka-mirror-maker --consumer.config EMPTY --producer.config EMPTY --whitelist a --offset.commit.interval.ms x": (
        r"(.*\n)*Cannot parse argument 'x' of option offset\.commit\.interval\.ms"
    ),
    "kafka-streams-application-reset --application-id a --input-topics TOPIC --bootstrap-servers BROKERS --to-latest"
    " --to-earliest": r'Option "\[to-earliest\]" can\'t be used with option "\[to-latest\]"\n',
    "kafka-streams-application-reset --application-id a --input-topics TOPIC --dry-run --bootstrap-server BROKERS": (
        r"(.*\n)+Topic: \S+ Partition: 0 Offset: 0\n"
    ),
    "kafka-verifiable-consumer --broker-list b:1 --topic t --group-id g --session-timeout x": (
        r"(.*\n)+verifiable-consumer: error: argument --session-timeout: could not convert 'x' to Integer"
    ),
}


@pytest.fixture
def names(kafka: Kafka, tmp_path: Path) -> dict[str, str]:
    """What the words in capitals stand for."""
    topic, group = kafka.create_topic(), kafka.new_name()
    kafka.commit(group, topic, 0)
    (tmp_path / "empty").touch()
    (tmp_path / "refused").write_text("security.protocol=NOPE\n")
    (tmp_path / "records").write_text(f'{{"partitions":[{{"topic":"{topic}","partition":0,"offset":0}}]}}')
    return {
        "BROKERS": kafka.bootstrap,
        "ZOOKEEPER": kafka.zookeeper,
        "TOPIC": topic,
        "GROUP": group,
        "EMPTY": str(tmp_path / "empty"),
        "REFUSED": str(tmp_path / "refused"),
        "RECORDS": str(tmp_path / "records"),
    }


def run(tools: Tools, names: dict[str, str], command: str) -> Outcome:
    name, *words = [re.sub(r"[A-Z]{4,}", lambda found: names[found[0]], word) for word in command.split()]
    return tools.run(name, *words)


@pytest.mark.parametrize(("command", "option"), FILES.items())
def test_the_properties_of_a_file_are_read(tools: Tools, names: dict[str, str], command: str, option: str) -> None:
    assert REFUSED not in str(run(tools, names, command))
    assert REFUSED in str(run(tools, names, f"{command} {option} REFUSED"))


@pytest.mark.parametrize(("command", "pattern"), WITH.items())
def test_what_is_said_with_it(tools: Tools, names: dict[str, str], command: str, pattern: str) -> None:
    done = run(tools, names, command)
    assert re.match(pattern, done.out + done.err, re.DOTALL if "(?!" in pattern else 0), done
