"""kafka-preferred-replica-election.sh."""

from pathlib import Path

import pytest

from kafkacli.client.registry import Registry
from tests.support.kafka import Kafka, wait_for
from tests.support.tools import Outcome, Tools

TOOL = "kafka-preferred-replica-election.sh"
FIRST = "This tool is deprecated. Please use kafka-leader-election tool. Tracking issue: KAFKA-8405\n"
DEPRECATED = (
    f"{FIRST}Warning: --zookeeper is deprecated and will be removed in a future version of Kafka.\n"
    "Use --bootstrap-server instead to specify a broker to connect to.\n"
)


@pytest.mark.parametrize("words", ["--path-to-json-file x", "--zookeeper z:1 --bootstrap-server b:1"])
def test_it_wants_a_broker_or_zookeeper(words: str, tools: Tools) -> None:
    done = tools.run(TOOL, *words.split())
    assert (done.status, done.out) == (1, FIRST)
    assert done.err.startswith("Exactly one of '[bootstrap-server]' or '[zookeeper]' must be provided\nusage: ")


def test_a_config_is_for_brokers(tools: Tools) -> None:
    done = tools.run(TOOL, "--zookeeper", "z:1", "--admin.config", "x")
    refused = "Option(s) [admin.config] are unavailable given other options on the command line"
    assert done == (1, FIRST, f"{TOOL}: {refused}\n")


@pytest.fixture
def listing(tmp_path: Path) -> Path:
    return tmp_path / "w.json"


def test_leaders_are_the_preferred_ones_already(kafka: Kafka, tools: Tools, listing: Path) -> None:
    name = kafka.create_topic()
    listing.write_text(f'{{"partitions": [{{"topic": "{name}", "partition": 0}}]}}')
    words = ["--bootstrap-server", kafka.bootstrap, "--path-to-json-file", str(listing)]
    assert tools.run(TOOL, *words) == (0, f"{FIRST}Preferred replica already elected for partitions \n", "")
    assert tools.run(TOOL, *words[:2]) == (0, FIRST, "")


def test_a_partition_that_is_not_there(kafka: Kafka, tools: Tools, listing: Path) -> None:
    listing.write_text('{"partitions": [{"topic": "none", "partition": 0}]}')
    done = tools.run(TOOL, "--bootstrap-server", kafka.bootstrap, "--path-to-json-file", str(listing))
    error = "org.apache.kafka.common.errors.UnknownTopicOrPartitionException: The partition does not exist."
    assert done == (
        1,
        f"{FIRST}Error completing preferred leader election for partition: none-0: {error}\n",
        f"{TOOL}: 1 preferred replica(s) could not be elected\n",
    )


class ThroughZooKeeper:
    """Runs the tool with --zookeeper, and waits for the controller to have seen it."""

    def __init__(self, tools: Tools, kafka: Kafka) -> None:
        self._tools = tools
        self._kafka = kafka

    def __call__(self, *words: str) -> Outcome:
        done = self._tools.run(TOOL, "--zookeeper", self._kafka.zookeeper, *words)
        with Registry(self._kafka.zookeeper) as registry:
            wait_for(lambda: not registry.preferred_election())
        return done


@pytest.fixture
def through_zookeeper(tools: Tools, kafka: Kafka) -> ThroughZooKeeper:
    return ThroughZooKeeper(tools, kafka)


def test_the_controller_is_asked_in_the_znodes(
    kafka: Kafka, through_zookeeper: ThroughZooKeeper, listing: Path
) -> None:
    name = kafka.create_topic(2)
    listing.write_text(
        f'{{"partitions": [{{"topic": "{name}", "partition": 9}}, {{"topic": "{name}", "partition": 1}},'
        f' {{"topic": "{name}", "partition": 0}}]}}'
    )
    said = (
        f"{DEPRECATED}Created preferred replica election path with {name}-0,{name}-1\n"
        f"Successfully started preferred replica election for partitions Set({name}-0, {name}-1)\n"
        f"Skipping preferred replica leader election for partition {name}-9 since it doesn't exist.\n"
    )
    assert through_zookeeper("--path-to-json-file", str(listing)) == (0, said, "")
    everything = through_zookeeper()
    assert everything.status == 0
    assert f"{name}-0,{name}-1" in everything.out.splitlines()[3]


def test_zookeeper_that_is_not_there(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Registry.__init__, "__defaults__", (0.2, None, None))
    done = tools.run(TOOL, "--zookeeper", "127.0.0.1:1")
    assert (done.status, done.out) == (1, DEPRECATED)
    assert "Timed out waiting for connection" in done.err
