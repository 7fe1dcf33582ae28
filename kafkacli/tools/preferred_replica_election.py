"""kafka-preferred-replica-election.sh: have the preferred replicas lead again, through a broker or through ZooKeeper.

Source: Apache `PreferredReplicaLeaderElectionCommand.scala` of 2.6.2 for the order of checks and every text.
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.client.java_errors import ADMIN_COMMAND_FAILED, Thrown
from kafkacli.exits import Exit
from kafkacli.options.jopt import answer_help, parse
from kafkacli.options.table import DRY_RUN, HELP, OUTPUT, VERSION, Option, OptionTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kafkacli.client.registry import Registry
    from kafkacli.client.topics import TopicPartition

_TIMEOUTS = {"default.api.timeout.ms": "60000", "request.timeout.ms": "30000"}

OPTIONS = OptionTable(
    "kafka-preferred-replica-election.sh",
    "Have the preferred replicas lead their partitions again; kafka-leader-election.sh replaces it.",
    (
        Option(
            "admin.config",
            argument="file",
            completes="file",
            available_if=("bootstrap-server",),
            help="With --bootstrap-server: a properties file for the connection to the brokers: security.",
        ),
        Option("bootstrap-server", argument="host:port,...", help="The brokers to ask first. This or --zookeeper."),
        HELP,
        DRY_RUN,
        OUTPUT,
        Option(
            "path-to-json-file",
            argument="file",
            completes="file",
            help='The partitions: {"partitions": [{"topic": "orders", "partition": 0}]}. All when absent.',
        ),
        VERSION,
        Option("zookeeper", argument="host:port,.../path", help="The ZooKeeper servers of the cluster; deprecated."),
    ),
    synopsis="(--bootstrap-server HOST:PORT | --zookeeper HOST:PORT) [OPTION]...",
    examples=(("kafka-preferred-replica-election.sh --bootstrap-server localhost:9092", "for every partition"),),
)


def main(arguments: list[str]) -> int:
    """Run kafka-preferred-replica-election.sh. Returns its exit status."""
    try:
        options = parse(OPTIONS, arguments)
    finally:  # the original says so before it looks at its command line
        console.out("This tool is deprecated. Please use kafka-leader-election tool. Tracking issue: KAFKA-8405")
    usage = (
        "This tool helps to causes leadership for each partition to be transferred back to the 'preferred replica',"
        " it can be used to balance leadership among the servers."
    )
    if (status := answer_help(options, usage)) is not None:
        return status
    if options.has("bootstrap-server") == options.has("zookeeper"):
        raise options.fail("Exactly one of '[bootstrap-server]' or '[zookeeper]' must be provided")
    partitions = None
    if (path := options.value("path-to-json-file")) is not None:
        from kafkacli.tools.election import read_partitions
        from kafkacli.tools.json_file import read_text

        partitions = read_partitions(read_text(path), "Preferred replica election data", "empty")
    if (servers := options.value("zookeeper")) is not None:
        _through_zookeeper(servers, partitions, is_dry_run=options.has("dry-run"))
        return Exit.OK
    from kafkacli.client.connect import connect
    from kafkacli.tools.election import ElectionWords, dry_run, elect

    with connect(options.value("bootstrap-server"), options.value("admin.config"), fixed=_TIMEOUTS) as cluster:
        if options.has("dry-run"):
            return dry_run(cluster, "PREFERRED", partitions)
        elect(
            cluster,
            "PREFERRED",
            partitions,
            ElectionWords("preferred leader", "", "preferred replica", "Preferred replica"),
        )
    return Exit.OK


def _through_zookeeper(servers: str, partitions: Sequence[TopicPartition] | None, *, is_dry_run: bool) -> None:
    from kafkacli.client.registry import Registry

    console.out(
        "Warning: --zookeeper is deprecated and will be removed in a future version of Kafka.\n"
        "Use --bootstrap-server instead to specify a broker to connect to."
    )
    with Registry(servers, report=console.err, dry_run=is_dry_run) as registry:
        try:
            _ask(registry, partitions, is_dry_run=is_dry_run)
        except Exception as error:
            raise Thrown(ADMIN_COMMAND_FAILED, f"Admin command failed: {console.reason(error)}") from error


def _ask(registry: Registry, partitions: Sequence[TopicPartition] | None, *, is_dry_run: bool) -> None:
    from kafkacli.output.changes import Changes
    from kafkacli.steps import asked
    from kafkacli.tools.election import names

    changes = Changes(dry_run=is_dry_run)
    topics = registry.topics() if partitions is None else {topic for topic, _ in partitions}
    existing = {(topic, number) for topic in topics for number in registry.assignment(topic)}
    valid = sorted(existing) if partitions is None else [name for name in partitions if name in existing]
    with asked("elections", "asked for", *valid, dry_run=is_dry_run):
        registry.start_preferred_election(valid)
    for name in valid:
        changes.add("elect", "leader", names([name], ""))
    if not is_dry_run:
        console.out(f"Created preferred replica election path with {names(valid, ',')}")
        console.out(f"Successfully started preferred replica election for partitions Set({names(valid, ', ')})")
    for topic, partition in partitions or ():
        if (topic, partition) not in existing:
            changes.fail("elect", "leader", names([(topic, partition)], ""), "there is no such partition")
            console.out(
                f"Skipping preferred replica leader election for partition {topic}-{partition} since it doesn't exist."
            )
    changes.show()
