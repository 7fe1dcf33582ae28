"""kafka-topics.sh --zookeeper, on our server and on the real one."""

import json

import pytest
from kazoo.client import KazooClient

from tests.support.kafka import Kafka, wait_for
from tests.support.tools import Outcome, Tools, without_topic_log
from tests.support.zookeeper import RunningZooKeeper


class Topics:
    """Runs kafka-topics.sh against ZooKeeper."""

    def __init__(self, tools: Tools, kafka: Kafka) -> None:
        self._tools = tools
        self._zookeeper = kafka.zookeeper

    def __call__(self, *arguments: str) -> Outcome:
        return without_topic_log(self._tools.run("kafka-topics.sh", "--zookeeper", self._zookeeper, *arguments))


@pytest.fixture
def topics(tools: Tools, kafka: Kafka) -> Topics:
    return Topics(tools, kafka)


ONE = ["--partitions", "1", "--replication-factor", "1"]
DEPRECATED = (
    "WARNING: Altering topic configuration from this script has been deprecated and may be removed in future releases.\n"
    "         Going forward, please use kafka-configs.sh for this functionality\n"
)


def failed(message: str) -> Outcome:
    return Outcome(1, f"Error while executing topic command : {message}\n", "")


def test_the_life_of_a_topic(topics: Topics, kafka: Kafka) -> None:
    name, node = kafka.new_name(), kafka.broker_id
    assert topics("--create", "--topic", name, *ONE) == (0, f"Created topic {name}.\n", "")
    assert topics("--create", "--topic", name, *ONE, "--if-not-exists") == (0, "", "")
    assert topics("--create", "--topic", name, *ONE) == failed(f"Topic '{name}' already exists.")
    assert topics("--list", "--topic", name) == (0, f"{name}\n", "")
    row = f"\tTopic: {name}\tPartition: 0\tLeader: {node}\tReplicas: {node}\tIsr: {node}\n"
    head = f"Topic: {name}\tPartitionCount: 1\tReplicationFactor: 1\tConfigs: \n"
    wait_for(lambda: topics("--describe", "--topic", name) == (0, head + row, ""))
    grown = topics("--alter", "--topic", name, "--partitions", "2")
    assert grown.out.splitlines()[1:] == ["Adding partitions succeeded!"]
    wait_for(lambda: topics("--describe", "--topic", name).out.count(f"Leader: {node}") == 2)
    gone = (
        f"Topic {name} is marked for deletion.\n"
        "Note: This will have no impact if delete.topic.enable is not set to true.\n"
    )
    assert topics("--delete", "--topic", name) == (0, gone, "")
    wait_for(lambda: topics("--list", "--topic", name) == (0, "", ""))
    assert not kafka.has_topic(name)


def test_configs_are_changed(topics: Topics, kafka: Kafka) -> None:
    name = kafka.create_topic(retention_ms="5")
    changed = topics("--alter", "--topic", name, "--config", "segment.ms=9", "--delete-config", "retention.ms")
    assert changed == (0, f"{DEPRECATED}Updated config for topic {name}.\n", "")
    shown = topics("--describe", "--topic", name, "--topics-with-overrides").out
    assert shown == f"Topic: {name}\tPartitionCount: 1\tReplicationFactor: 1\tConfigs: segment.ms=9\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--partitions", "1", "--replication-factor", "3"], "Replication factor: 3 larger than available brokers: 1."),
        (["--partitions", "0", "--replication-factor", "1"], "Number of partitions must be larger than 0."),
        ([*ONE, "--config", "nope=1"], "Unknown topic config name: nope"),
    ],
)
def test_what_can_not_be_created(words: list[str], message: str, topics: Topics, kafka: Kafka) -> None:
    name = kafka.new_name()
    assert topics("--create", "--topic", name, *words) == failed(message)
    assert not kafka.has_topic(name)


def test_a_bad_name_is_refused(topics: Topics) -> None:
    assert topics("--create", "--topic", "a/b", *ONE) == failed(
        "Topic name \"a/b\" is illegal, it contains a character other than ASCII alphanumerics, '.', '_' and '-'"
    )


def test_a_topic_does_not_shrink(topics: Topics, kafka: Kafka) -> None:
    name = kafka.create_topic(2)
    done = topics("--alter", "--topic", name, "--partitions", "1")
    assert done.status == 1
    assert done.out.splitlines()[-1] == (
        "Error while executing topic command : The number of partitions for a topic can only be increased. "
        f"Topic {name} currently has 2 partitions, 1 would not be an increase."
    )


@pytest.mark.parametrize("action", [["--describe"], ["--alter", "--partitions", "2"], ["--delete"]])
def test_a_topic_that_is_not_there(action: list[str], topics: Topics, kafka: Kafka) -> None:
    name = kafka.new_name()
    assert topics(*action, "--topic", name) == failed(f"Topic '{name}' does not exist as expected")
    assert topics(*action, "--topic", name, "--if-exists") == (0, "", "")


def test_internal_topics_stay_as_they_are(topics: Topics, kafka: Kafka) -> None:
    kafka.commit(kafka.new_name(), kafka.create_topic(), 1)  # makes the offsets topic
    internal = "__consumer_offsets"
    assert topics("--delete", "--topic", internal) == failed(
        f"Topic {internal} is a kafka internal topic and is not allowed to be marked for deletion."
    )
    assert topics("--alter", "--topic", internal, "--partitions", "99") == failed(
        f"The number of partitions for the internal topic {internal} cannot be changed."
    )


def test_racks_that_only_some_brokers_have_may_be_left_aside(tools: Tools, zookeeper_server: RunningZooKeeper) -> None:
    client = KazooClient(zookeeper_server.address)
    client.start()
    for node, rack in ((1, {"rack": "a"}), (2, {})):
        broker = {"version": 4, "host": "h", "port": node, "endpoints": [f"PLAINTEXT://h:{node}"], **rack}
        client.create(f"/brokers/ids/{node}", json.dumps(broker).encode(), makepath=True)
    client.stop()
    client.close()
    words = ("--zookeeper", zookeeper_server.address, "--create", "--topic", "t", *ONE)
    refused = without_topic_log(tools.run("kafka-topics.sh", *words))
    assert refused.status == 1
    assert "Not all brokers have rack information. Add --disable-rack-aware in command line" in refused.out
    assert tools.run("kafka-topics.sh", *words, "--disable-rack-aware") == (0, "Created topic t.\n", "")
