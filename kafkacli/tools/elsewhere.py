"""The scripts of Apache Kafka that have no counterpart here: one line says why and where to run them.

Source: the shell scripts of 2.6.2, 3.9.1 and 4.1.0, which print their usage by themselves where they need an argument.
"""

from __future__ import annotations

import os
import sys

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.options.table import HELP, OptionTable

OPTIONS = OptionTable(
    "connect-distributed.sh",
    "Say how to run with Apache Kafka what isn't here: Kafka Connect, Trogdor, and scripts of later versions.",
    (HELP,),
    synopsis="[ARGUMENT]...",
    examples=(("connect-standalone.sh worker.properties connector.properties", "what to do instead"),),
)
USAGES = {
    "connect-distributed": "[-daemon] connect-distributed.properties",
    "connect-mirror-maker": "[-daemon] mm2.properties",
    "connect-standalone": "[-daemon] connect-standalone.properties",
}
"""Script to what it prints when it gets no argument."""

_CONNECT = "Kafka Connect runs plug-ins written in Java, which this has no JVM for"
_JMX = "there is no JMX here, neither in this program nor in its broker"
_QUORUM = "it is about controllers without ZooKeeper (KRaft), which Kafka has since 2.8"
_SHARE = "it is about share groups, which Kafka has since 4.0"
_LATER = "it came after Kafka 2.6, whose scripts these are"
REASONS = {
    "connect-distributed": _CONNECT,
    "connect-mirror-maker": _CONNECT,
    "connect-plugin-path": _CONNECT,
    "connect-standalone": _CONNECT,
    "kafka-client-metrics": _LATER,
    "kafka-cluster": _LATER,
    "kafka-console-share-consumer": _SHARE,
    "kafka-features": _LATER,
    "kafka-groups": f"{_LATER}; kafka-consumer-groups.sh --list shows the consumer groups",
    "kafka-jmx": _JMX,
    "kafka-metadata-quorum": _QUORUM,
    "kafka-metadata-shell": _QUORUM,
    "kafka-share-consumer-perf-test": _SHARE,
    "kafka-share-groups": _SHARE,
    "kafka-storage": _QUORUM,
    "kafka-streams-groups": _LATER,
    "kafka-transactions": _LATER,
    "kafka-verifiable-share-consumer": _SHARE,
    "trogdor": "Trogdor runs tests and faults written in Java, which this has no JVM for",
}
"""Script to why it isn't here."""

CLASSES = {
    "kafka.tools.JmxTool": "kafka-jmx",
    "kafka.tools.StorageTool": "kafka-storage",
    "org.apache.kafka.connect.cli.ConnectDistributed": "connect-distributed",
    "org.apache.kafka.connect.cli.ConnectStandalone": "connect-standalone",
    "org.apache.kafka.connect.mirror.MirrorMaker": "connect-mirror-maker",
    "org.apache.kafka.shell.MetadataShell": "kafka-metadata-shell",
    "org.apache.kafka.tools.ClientMetricsCommand": "kafka-client-metrics",
    "org.apache.kafka.tools.ClusterTool": "kafka-cluster",
    "org.apache.kafka.tools.ConnectPluginPath": "connect-plugin-path",
    "org.apache.kafka.tools.FeatureCommand": "kafka-features",
    "org.apache.kafka.tools.GroupsCommand": "kafka-groups",
    "org.apache.kafka.tools.JmxTool": "kafka-jmx",
    "org.apache.kafka.tools.MetadataQuorumCommand": "kafka-metadata-quorum",
    "org.apache.kafka.tools.ShareConsumerPerformance": "kafka-share-consumer-perf-test",
    "org.apache.kafka.tools.TransactionsCommand": "kafka-transactions",
    "org.apache.kafka.tools.VerifiableShareConsumer": "kafka-verifiable-share-consumer",
    "org.apache.kafka.tools.consumer.ConsoleShareConsumer": "kafka-console-share-consumer",
    "org.apache.kafka.tools.consumer.group.ShareGroupCommand": "kafka-share-groups",
    "org.apache.kafka.tools.streams.StreamsGroupCommand": "kafka-streams-groups",
    "org.apache.kafka.trogdor.agent.Agent": "trogdor",
    "org.apache.kafka.trogdor.agent.AgentClient": "trogdor",
    "org.apache.kafka.trogdor.coordinator.Coordinator": "trogdor",
    "org.apache.kafka.trogdor.coordinator.CoordinatorClient": "trogdor",
}
"""Main class to the script that it stands behind."""


def main(arguments: list[str]) -> int:
    """Print the usage without arguments where the original does; else one line. Returns 1, or 0 for --help."""
    name = next((name for word in sys.argv[:2] if (name := _script(word)) in REASONS), "connect-distributed")
    if arguments == ["--help"]:
        from kafkacli.options.help import render_help

        console.write(render_help(OPTIONS, console.width()))
        return Exit.OK
    if not arguments and name in USAGES:
        console.out(f"USAGE: {name}.sh {USAGES[name]}")
        return Exit.FAILURE
    return refuse(name)


def refuse(name: str) -> int:
    """Say why a script isn't here. Returns 1."""
    console.err(f"{name}.sh: {REASONS[name]}; run bin/{name}.sh of Apache Kafka, against the same brokers")
    return Exit.FAILURE


def _script(word: str) -> str:
    return os.path.basename(word).removesuffix(".sh")
