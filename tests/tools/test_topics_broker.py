"""kafka-topics.sh --bootstrap-server, on our broker and on the real one."""

from pathlib import Path

import pytest

from tests.support.kafka import Kafka, wait_for
from tests.support.tools import Outcome, Tools, without_topic_log


class Topics:
    """Runs kafka-topics.sh against a broker."""

    def __init__(self, tools: Tools, kafka: Kafka) -> None:
        self._tools = tools
        self._bootstrap = kafka.bootstrap

    def __call__(self, *arguments: str) -> Outcome:
        return without_topic_log(self._tools.run("kafka-topics.sh", "--bootstrap-server", self._bootstrap, *arguments))


@pytest.fixture
def topics(tools: Tools, kafka: Kafka) -> Topics:
    return Topics(tools, kafka)


def failed(message: str) -> Outcome:
    return Outcome(1, f"Error while executing topic command : {message}\n", "")


def test_the_life_of_a_topic(topics: Topics, kafka: Kafka) -> None:
    name, node = kafka.new_name(), kafka.broker_id
    assert topics("--create", "--topic", name, "--config", "retention.ms=60000") == (0, f"Created topic {name}.\n", "")
    assert topics("--create", "--topic", name, "--if-not-exists") == (0, "", "")
    assert topics("--create", "--topic", name) == failed(f"Topic '{name}' already exists.")
    assert topics("--alter", "--topic", name, "--partitions", "2") == (0, "", "")
    shown = (
        f"Topic: {name}\tPartitionCount: 2\tReplicationFactor: 1\tConfigs: retention.ms=60000\n"
        f"\tTopic: {name}\tPartition: 0\tLeader: {node}\tReplicas: {node}\tIsr: {node}\n"
        f"\tTopic: {name}\tPartition: 1\tLeader: {node}\tReplicas: {node}\tIsr: {node}\n"
    )
    wait_for(lambda: topics("--describe", "--topic", name) == (0, shown, ""))
    assert topics("--list", "--topic", name) == (0, f"{name}\n", "")
    assert topics("--delete", "--topic", name) == (0, "", "")
    wait_for(lambda: topics("--list", "--topic", name) == (0, "\n", ""))


def test_topics_are_chosen_by_pattern(topics: Topics, kafka: Kafka) -> None:
    one, two = kafka.create_topic(), kafka.create_topic(retention_ms="1")
    assert topics("--list", "--topic", f"{one}|{two}").out == f"{one}\n{two}\n"
    overridden = topics("--describe", "--topic", f"{one},{two}", "--topics-with-overrides")
    assert overridden.out == f"Topic: {two}\tPartitionCount: 1\tReplicationFactor: 1\tConfigs: retention.ms=1\n"
    assert {one, two} <= set(topics("--list").out.splitlines())
    assert "__consumer_offsets" not in topics("--list", "--exclude-internal").out.splitlines()


def test_replicas_may_be_assigned(topics: Topics, kafka: Kafka) -> None:
    name, node = kafka.new_name(), kafka.broker_id
    topics("--create", "--topic", name, "--replica-assignment", f"{node},{node}")
    wait_for(lambda: "PartitionCount: 2" in topics("--describe", "--topic", name).out)
    three = ["--partitions", "3", "--replica-assignment", f"{node},{node},{node}"]
    assert topics("--alter", "--topic", name, *three) == (0, "", "")
    wait_for(lambda: "PartitionCount: 3" in topics("--describe", "--topic", name).out)


def test_partitions_are_reported(topics: Topics, kafka: Kafka) -> None:
    name, node = kafka.create_topic(), kafka.broker_id
    row = f"\tTopic: {name}\tPartition: 0\tLeader: {node}\tReplicas: {node}\tIsr: {node}\n"
    assert topics("--describe", "--topic", name, "--at-min-isr-partitions") == (0, row, "")
    for report in ("under-replicated", "under-min-isr", "unavailable"):
        assert topics("--describe", "--topic", name, f"--{report}-partitions") == (0, "", "")


@pytest.mark.parametrize("action", [["--describe"], ["--alter", "--partitions", "2"], ["--delete"]])
def test_a_topic_that_is_not_there(action: list[str], topics: Topics, kafka: Kafka) -> None:
    name = kafka.new_name()
    assert topics(*action, "--topic", name) == failed(f"Topic '{name}' does not exist as expected")
    assert topics(*action, "--topic", name, "--if-exists") == (0, "", "")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--partitions", "many"], "Cannot parse argument 'many' of option partitions"),
        (["--partitions", "0"], "The partitions must be greater than 0"),
        (["--replication-factor", "0"], "The replication factor must be between 1 and 32767 inclusive"),
        (["--replication-factor", "3"], "Replication factor: 3 larger than available brokers: 1."),
        (["--config", "nope=1"], "Unknown topic config name: nope"),
        (
            ["--config", "retention.ms=soon"],
            "Invalid value soon for configuration retention.ms: Not a number of type LONG",
        ),
        (["--topic", "two"], "Found multiple arguments for option topic, but you asked for only one"),
    ],
)
def test_what_can_not_be_created(words: list[str], message: str, topics: Topics, kafka: Kafka) -> None:
    name = kafka.new_name()
    assert topics("--create", "--topic", name, *words) == failed(message)
    assert not kafka.has_topic(name)


def test_errors_of_alter_show_their_java_class(topics: Topics, kafka: Kafka) -> None:
    name = kafka.create_topic(2)
    assert topics("--alter", "--topic", name, "--partitions", "2") == failed(
        "org.apache.kafka.common.errors.InvalidPartitionsException: Topic already has 2 partitions."
    )


def test_names_that_may_collide_get_a_warning(topics: Topics, kafka: Kafka) -> None:
    name = f"{kafka.new_name()}.dotted_name"
    done = topics("--create", "--topic", name)
    assert done.out.startswith("WARNING: Due to limitations in metric names, topics with a period ('.') or underscore ")
    assert done.out.endswith(f"\nCreated topic {name}.\n")


def test_debug_shows_where_it_failed(topics: Topics, kafka: Kafka, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKACLI_DEBUG", "1")
    done = topics("--describe", "--topic", kafka.new_name())
    assert done.status == 1
    assert done.err.startswith("Traceback (most recent call last):\n")


def test_without_a_broker_it_ends_within_its_timeout_and_names_the_stage(tools: Tools, tmp_path: Path) -> None:
    properties = tmp_path / "client.properties"
    properties.write_text("default.api.timeout.ms=200\nrequest.timeout.ms=200\n")
    done = tools.run(
        "kafka-topics.sh", "--list", "--bootstrap-server", "127.0.0.1:1", "--command-config", str(properties)
    )
    assert done.status == 1
    assert done.out.startswith(
        "Error while executing topic command : org.apache.kafka.common.errors.TimeoutException: Call(callName=listTopics, "
    )
    assert without_topic_log(done).err == "127.0.0.1:1: connection refused (TCP); trying for up to 0.2 s\n"
