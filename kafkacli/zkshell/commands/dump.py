"""dump: what a program keeps in ZooKeeper, readable; kafka is the one it knows."""

from __future__ import annotations

from kafkacli import console
from kafkacli.zkshell.command import Command
from kafkacli.zkshell.errors import CommandError
from kafkacli.zkshell.kafka_cluster import KafkaCluster
from kafkacli.zkshell.parse import Options
from kafkacli.zkshell.paths import check_path
from kafkacli.zkshell.tables import print_heading, print_table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from kafkacli.zkshell.kafka_cluster import Partition
    from kafkacli.zkshell.parse import Parsed
    from kafkacli.zkshell.znodes import Znodes


def _run(znodes: Znodes, parsed: Parsed) -> None:
    wants_json = parsed.wants_json
    if parsed.words[1] != "kafka":
        raise CommandError(f"dump: {parsed.words[1]} is not known; kafka is")
    base = parsed.words[2] if len(parsed.words) > 2 else "/"
    check_path(base)
    cluster = KafkaCluster(znodes, base.rstrip("/"))
    if wants_json:
        from kafkacli.zkshell.json_output import print_json

        print_json(_document(cluster))
    else:
        _print_tables(cluster)
    if cluster.unreadable:
        raise CommandError(f"not what Kafka writes: {', '.join(cluster.unreadable)}")


def _print_tables(cluster: KafkaCluster) -> None:
    _section(
        "CLUSTER",
        ("ID", "CONTROLLER", "CONTROLLER EPOCH"),
        [(_shown(cluster.cluster_id), _shown(cluster.controller), _shown(cluster.controller_epoch))],
    )
    _section(
        "BROKERS",
        ("ID", "ENDPOINTS", "RACK"),
        [(number, ",".join(broker.addresses()), _shown(broker.rack)) for number, broker in cluster.brokers.items()],
    )
    _section(
        "TOPICS",
        ("TOPIC", "PARTITION", "LEADER", "LEADER EPOCH", "ISR", "REPLICAS", "STATE"),
        [_partition_row(partition) for partition in cluster.partitions],
    )
    _section("CONFIGS", ("ENTITY", "NAME", "VALUE"), cluster.configs)
    _section(
        "ACLS", ("RESOURCE TYPE", "RESOURCE", "PATTERN", "PRINCIPAL", "PERMISSION", "OPERATION", "HOST"), cluster.acls
    )
    _section(
        "PENDING",
        ("ACTION", "SUBJECT", "REPLICAS"),
        [(each.action, each.subject, _listed(each.replicas)) for each in cluster.pending],
    )


def _section(title: str, headers: Sequence[str], rows: Sequence[Sequence[str | int]]) -> None:
    """Write a table under its title, with an empty line before all but the first."""
    if title != "CLUSTER":
        console.out("")
    print_heading(title)
    if rows:
        print_table(headers, rows)
    else:
        console.out("none")


def _partition_row(partition: Partition) -> tuple[str | int, ...]:
    topic, number, assignment, state = partition
    shown = [
        f"{word} {_listed(replicas)}"
        for word, replicas in (("adding", assignment.adding), ("removing", assignment.removing))
        if replicas
    ]
    replicas = _listed(assignment.replicas)
    if state is None:
        return topic, number, "-", "-", "-", replicas, "! not created yet"
    if state.leader < 0:
        shown.insert(0, "! no leader")
    elif not set(assignment.replicas) <= set(state.isr) and not assignment.is_being_reassigned:
        shown.insert(0, "! under-replicated")
    leader = state.leader if state.leader >= 0 else "-"
    return topic, number, leader, state.leader_epoch, _listed(state.isr), replicas, ", ".join(shown)


def _document(cluster: KafkaCluster) -> dict[str, Any]:
    return {
        "cluster": {
            "id": cluster.cluster_id,
            "controller": cluster.controller,
            "controllerEpoch": cluster.controller_epoch,
        },
        "brokers": [
            {"id": number, "endpoints": broker.addresses(), "rack": broker.rack}
            for number, broker in cluster.brokers.items()
        ],
        "partitions": [
            {
                "topic": topic,
                "partition": number,
                "leader": state and state.leader,
                "leaderEpoch": state and state.leader_epoch,
                "isr": state and state.isr,
                "replicas": assignment.replicas,
                "adding": assignment.adding,
                "removing": assignment.removing,
            }
            for topic, number, assignment, state in cluster.partitions
        ],
        "configs": [entry._asdict() for entry in cluster.configs],
        "acls": [
            {
                "resourceType": entry.resource_type,
                "resource": entry.resource,
                "pattern": entry.pattern,
                "principal": entry.principal,
                "permission": entry.permission,
                "operation": entry.operation,
                "host": entry.host,
            }
            for entry in cluster.acls
        ],
        "pending": [entry._asdict() for entry in cluster.pending],
    }


def _shown(value: object) -> str:
    return "-" if value is None else str(value)


def _listed(numbers: Iterable[int]) -> str:
    return ",".join(map(str, numbers))


COMMAND = Command(
    "dump",
    "[--output FORM] kafka [path]",
    _run,
    Options(valued=("output",)),
    summary="Show what a Kafka cluster has registered, here or below a path.",
)
