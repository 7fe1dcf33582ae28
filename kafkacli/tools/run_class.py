"""kafka-run-class.sh: runs the tool that a Java class name stands for."""

from __future__ import annotations

import os
import sys

from kafkacli import KAFKA_VERSION, console
from kafkacli.exits import Exit
from kafkacli.options.table import HELP, Option, OptionTable
from kafkacli.tools.elsewhere import CLASSES as NOT_HERE
from kafkacli.tools.elsewhere import refuse

OPTIONS = OptionTable(
    "kafka-run-class.sh",
    "Run the tool that the name of one of Kafka's main classes stands for.",
    (
        Option("daemon", help="Run a server in the background."),
        HELP,
        Option("loggc", help="Taken for old scripts' sake; there is no garbage collector to log."),
        Option("name", argument="name", help="Taken for old scripts' sake; names nothing here."),
    ),
    synopsis="[-daemon] [-name NAME] [-loggc] CLASS [OPTION]...",
    examples=(("kafka-run-class.sh kafka.admin.TopicCommand --list --bootstrap-server localhost:9092", "the topics"),),
)
CLASSES = {  # of 2.6.2, of 3.9 and of 4.1
    "kafka.Kafka": "server-start",
    "kafka.admin.AclCommand": "acls",
    "kafka.admin.BrokerApiVersionsCommand": "broker-api-versions",
    "kafka.admin.ConfigCommand": "configs",
    "kafka.admin.ConsumerGroupCommand": "consumer-groups",
    "kafka.admin.DelegationTokenCommand": "delegation-tokens",
    "kafka.admin.DeleteRecordsCommand": "delete-records",
    "kafka.admin.LeaderElectionCommand": "leader-election",
    "kafka.admin.LogDirsCommand": "log-dirs",
    "kafka.admin.PreferredReplicaLeaderElectionCommand": "preferred-replica-election",
    "kafka.admin.ReassignPartitionsCommand": "reassign-partitions",
    "kafka.admin.TopicCommand": "topics",
    "kafka.admin.ZkSecurityMigrator": "zookeeper-security-migration",
    "kafka.tools.ConsoleConsumer": "console-consumer",
    "kafka.tools.ConsoleProducer": "console-producer",
    "kafka.tools.ConsumerPerformance": "consumer-perf-test",
    "kafka.tools.DumpLogSegments": "dump-log",
    "kafka.tools.EndToEndLatency": "e2e-latency",
    "kafka.tools.GetOffsetShell": "get-offsets",
    "kafka.tools.MirrorMaker": "mirror-maker",
    "kafka.tools.ReplicaVerificationTool": "replica-verification",
    "kafka.tools.StateChangeLogMerger": "state-change-log-merger",
    "kafka.tools.StreamsResetter": "streams-application-reset",
    "org.apache.kafka.tools.AclCommand": "acls",
    "org.apache.kafka.tools.BrokerApiVersionsCommand": "broker-api-versions",
    "org.apache.kafka.tools.ConsoleProducer": "console-producer",
    "org.apache.kafka.tools.ConsumerPerformance": "consumer-perf-test",
    "org.apache.kafka.tools.DelegationTokenCommand": "delegation-tokens",
    "org.apache.kafka.tools.DeleteRecordsCommand": "delete-records",
    "org.apache.kafka.tools.EndToEndLatency": "e2e-latency",
    "org.apache.kafka.tools.GetOffsetShell": "get-offsets",
    "org.apache.kafka.tools.LeaderElectionCommand": "leader-election",
    "org.apache.kafka.tools.LogDirsCommand": "log-dirs",
    "org.apache.kafka.tools.ProducerPerformance": "producer-perf-test",
    "org.apache.kafka.tools.ReplicaVerificationTool": "replica-verification",
    "org.apache.kafka.tools.StreamsResetter": "streams-application-reset",
    "org.apache.kafka.tools.TopicCommand": "topics",
    "org.apache.kafka.tools.VerifiableConsumer": "verifiable-consumer",
    "org.apache.kafka.tools.VerifiableProducer": "verifiable-producer",
    "org.apache.kafka.tools.consumer.ConsoleConsumer": "console-consumer",
    "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand": "consumer-groups",
    "org.apache.kafka.tools.reassign.ReassignPartitionsCommand": "reassign-partitions",
    "org.apache.zookeeper.ZooKeeperMain": "zk-cli",
    "org.apache.zookeeper.ZooKeeperMainWithTlsSupportForKafka": "zk-shell",
    "org.apache.zookeeper.server.ZooKeeperServerMain": "zookeeper-server-start",
    "org.apache.zookeeper.server.quorum.QuorumPeerMain": "zookeeper-server-start",
}
_SERVERS = ("server-start", "zookeeper-server-start")


def main(arguments: list[str]) -> int:
    """Run kafka-run-class.sh. Returns the exit status of the tool."""
    if not arguments:
        console.out(f"USAGE: {os.path.basename(sys.argv[0])} [-daemon] [-name servicename] [-loggc] classname [opts]")
        return Exit.FAILURE
    if arguments[0] == "--help":
        from kafkacli.options.help import render_help

        console.write(render_help(OPTIONS, console.width()))
        return Exit.OK
    daemon = False
    while arguments and arguments[0] in ("-daemon", "-name", "-loggc"):
        daemon = daemon or arguments[0] == "-daemon"
        arguments = arguments[2 if arguments[0] == "-name" else 1 :]
    class_name, arguments = (arguments[0], arguments[1:]) if arguments else ("", [])
    return run_class(class_name, ["-daemon", *arguments] if daemon else arguments)


def run_class(class_name: str, arguments: list[str]) -> int:
    """Run the tool of a Java class. Returns its exit status."""
    from kafkacli.app import find_subcommand, run_tool

    if class_name == "kafka.utils.VersionInfo":
        console.out(KAFKA_VERSION)
        return Exit.OK
    if (script := NOT_HERE.get(class_name)) is not None:
        return refuse(script)
    subcommand = CLASSES.get(class_name)
    tool = find_subcommand(subcommand) if subcommand is not None else None
    if tool is None:
        console.err(f"Error: Could not find or load main class {class_name}\n{_suggestion(class_name)}".rstrip())
        return Exit.FAILURE
    if arguments[:1] == ["-daemon"] and tool.subcommand not in _SERVERS:
        arguments = arguments[1:]
    return run_tool(tool, class_name, arguments)


def _suggestion(class_name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(class_name, CLASSES, n=1)
    return f"did you mean {near[0]}?" if near else ""
