"""kafka-leader-election.sh."""

from pathlib import Path

import pytest

from kafkacli.client.java_errors import Thrown
from kafkacli.options.jopt import parse
from kafkacli.tools.leader_election import OPTIONS, check_arguments
from tests.support.kafka import Kafka
from tests.support.tools import Tools

BOTH = "--bootstrap-server b:1 --election-type preferred"
ONE_SCOPE = "One and only one of the following options is required: topic, all-topic-partitions, path-to-json-file"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--topic a", "Missing required option(s): election-type, bootstrap-server"),
        ("--bootstrap-server b:1 --topic a", "Missing required option(s): election-type"),
        (BOTH, ONE_SCOPE),
        (f"{BOTH} --topic a --all-topic-partitions", ONE_SCOPE),
        (f"{BOTH} --topic a", "Missing required option(s): partition"),
        (f"{BOTH} --all-topic-partitions --partition 1", "Option partition is only allowed if topic is used"),
    ],
)
def test_what_makes_no_sense_is_refused_in_kafkas_words(words: str, message: str) -> None:
    with pytest.raises(Thrown) as caught:
        check_arguments(parse(OPTIONS, words.split()))
    assert str(caught.value) == message


def test_there_are_two_types(tools: Tools) -> None:
    words = "--bootstrap-server b:1 --election-type nice --all-topic-partitions"
    done = tools.run("kafka-leader-election.sh", *words.split())
    assert done == (1, "", "kafka-leader-election.sh: Cannot parse argument 'nice' of option election-type\n")


@pytest.mark.parametrize("election_type", ["preferred", "UnClean"])
def test_leaders_are_there_already(kafka: Kafka, tools: Tools, tmp_path: Path, election_type: str) -> None:
    name = kafka.create_topic()
    words = ["--bootstrap-server", kafka.bootstrap, "--election-type", election_type]
    not_needed = (0, "Valid replica already elected for partitions \n", "")
    assert tools.run("kafka-leader-election.sh", *words, "--topic", name, "--partition", "0") == not_needed
    path = tmp_path / "e.json"
    path.write_text(f'{{"partitions": [{{"topic": "{name}", "partition": 0}}]}}')
    assert tools.run("kafka-leader-election.sh", *words, "--path-to-json-file", str(path)) == not_needed
    assert tools.run("kafka-leader-election.sh", *words, "--all-topic-partitions") == (0, "", "")


def test_a_partition_that_is_not_there(kafka: Kafka, tools: Tools) -> None:
    name = kafka.create_topic()
    words = ["--bootstrap-server", kafka.bootstrap, "--election-type", "preferred", "--topic", name, "--partition", "9"]
    done = tools.run("kafka-leader-election.sh", *words)
    error = "org.apache.kafka.common.errors.UnknownTopicOrPartitionException: The partition does not exist."
    assert done == (
        1,
        f"Error completing leader election (PREFERRED) for partition: {name}-9: {error}\n",
        "kafka-leader-election.sh: 1 replica(s) could not be elected\n",
    )
