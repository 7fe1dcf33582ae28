"""kafka-run-class.sh: Java class names and the tools that they stand for."""

import pytest

from kafkacli.app import find_subcommand
from kafkacli.tools.elsewhere import CLASSES as NOT_HERE
from kafkacli.tools.run_class import CLASSES
from tests.support.apache import SHARED
from tests.support.tools import Tools


def test_every_class_stands_for_a_known_tool() -> None:
    assert not [name for name, subcommand in CLASSES.items() if find_subcommand(subcommand) is None]


def test_the_classes_are_those_of_apaches_scripts() -> None:
    table = SHARED / "apache" / "scripts.tsv"
    if not table.exists():
        pytest.skip("../shared/apache is not here")
    known = {**dict.fromkeys(NOT_HERE, "elsewhere"), **CLASSES}
    for line in table.read_text().splitlines():
        if line.startswith("#"):
            continue
        script, _, _, _, class_name, _ = line.split("\t")
        assert find_subcommand(known[class_name.split()[0]]) is find_subcommand(script)


# the classes of 2.6.2 with a main method that somebody would run
MAINS = """kafka.Kafka kafka.admin.AclCommand kafka.admin.BrokerApiVersionsCommand kafka.admin.ConfigCommand
kafka.admin.ConsumerGroupCommand kafka.admin.DelegationTokenCommand kafka.admin.DeleteRecordsCommand
kafka.admin.LeaderElectionCommand kafka.admin.LogDirsCommand kafka.admin.PreferredReplicaLeaderElectionCommand
kafka.admin.ReassignPartitionsCommand kafka.admin.TopicCommand kafka.admin.ZkSecurityMigrator
kafka.tools.ConsoleConsumer kafka.tools.ConsoleProducer kafka.tools.ConsumerPerformance kafka.tools.DumpLogSegments
kafka.tools.EndToEndLatency kafka.tools.GetOffsetShell kafka.tools.JmxTool kafka.tools.MirrorMaker
kafka.tools.ReplicaVerificationTool kafka.tools.StateChangeLogMerger kafka.tools.StreamsResetter
org.apache.kafka.tools.ProducerPerformance org.apache.kafka.tools.VerifiableConsumer
org.apache.kafka.tools.VerifiableProducer org.apache.zookeeper.ZooKeeperMain
org.apache.zookeeper.ZooKeeperMainWithTlsSupportForKafka org.apache.zookeeper.server.ZooKeeperServerMain
org.apache.zookeeper.server.quorum.QuorumPeerMain"""


@pytest.mark.parametrize("class_name", MAINS.split())
def test_the_classes_of_apache_kafka_are_known(class_name: str) -> None:
    assert (class_name in CLASSES) != (class_name in NOT_HERE)


@pytest.mark.parametrize(
    ("class_name", "subcommand"),
    [
        ("kafka.tools.GetOffsetShell", "get-offsets"),
        ("kafka.tools.DumpLogSegments", "dump-log"),
        ("kafka.tools.ConsumerPerformance", "consumer-perf-test"),
        ("org.apache.kafka.tools.ProducerPerformance", "producer-perf-test"),
        ("kafka.tools.EndToEndLatency", "e2e-latency"),
        ("kafka.tools.StateChangeLogMerger", "state-change-log-merger"),
        ("kafka.tools.ReplicaVerificationTool", "replica-verification"),
        ("kafka.tools.MirrorMaker", "mirror-maker"),
        ("kafka.Kafka", "server-start"),
        ("kafka.admin.AclCommand", "acls"),
        ("kafka.admin.BrokerApiVersionsCommand", "broker-api-versions"),
        ("kafka.admin.ConfigCommand", "configs"),
        ("kafka.admin.ConsumerGroupCommand", "consumer-groups"),
        ("kafka.admin.DelegationTokenCommand", "delegation-tokens"),
        ("kafka.admin.DeleteRecordsCommand", "delete-records"),
        ("kafka.admin.LeaderElectionCommand", "leader-election"),
        ("kafka.admin.LogDirsCommand", "log-dirs"),
        ("kafka.admin.PreferredReplicaLeaderElectionCommand", "preferred-replica-election"),
        ("kafka.admin.ReassignPartitionsCommand", "reassign-partitions"),
        ("kafka.admin.TopicCommand", "topics"),
        ("kafka.admin.ZkSecurityMigrator", "zookeeper-security-migration"),
    ],
)
def test_the_classes_that_scripts_name_are_their_tools(class_name: str, subcommand: str) -> None:
    assert find_subcommand(CLASSES[class_name]) is find_subcommand(subcommand) is not None


def test_the_version(tools: Tools) -> None:
    assert tools.run("kafka-run-class.sh", "kafka.utils.VersionInfo") == (0, "2.6.2 (Commit:da65af02e5856e34)\n", "")


def test_there_is_no_jmx(tools: Tools) -> None:
    done = tools.run("kafka-run-class.sh", "kafka.tools.JmxTool", "--object-name", "a:b=c")
    assert (done.status, done.out, done.err.count("\n")) == (1, "", 1)
    assert "there is no JMX here" in done.err


@pytest.mark.parametrize(
    "before", [[], ["-name", "topics"], ["-loggc", "-daemon"]], ids=["plain", "name", "loggc and daemon"]
)
def test_a_class_runs_its_tool(before: list[str], tools: Tools) -> None:
    done = tools.run("kafka-run-class.sh", *before, "kafka.admin.TopicCommand", "--version")
    assert done == (0, "2.6.2 (Commit:da65af02e5856e34)\n", "")


def test_an_unknown_class_is_not_found(tools: Tools) -> None:
    done = tools.run("kafka-run-class.sh", "kafka.admin.TopicsCommand")
    assert done.status == 1
    assert done.err == (
        "Error: Could not find or load main class kafka.admin.TopicsCommand\ndid you mean kafka.admin.TopicCommand?\n"
    )


def test_without_a_class_it_says_how_to_use_it(tools: Tools) -> None:
    done = tools.run("kafka-run-class.sh")
    assert done.status == 1
    assert done.out.endswith(" [-daemon] [-name servicename] [-loggc] classname [opts]\n")


def test_help(tools: Tools) -> None:
    done = tools.run("kafka-run-class.sh", "--help")
    assert done.status == 0
    assert done.out.startswith("usage: kafka-run-class.sh [-daemon]")
