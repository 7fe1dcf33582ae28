"""What the two tools for leader elections share: their JSON file, and how an election's outcome is said.

{"partitions": [{"topic": T, "partition": 0}]}
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.client.cluster import CallTimedOut
from kafkacli.client.elections import elect_leaders
from kafkacli.client.java_errors import ADMIN_COMMAND_FAILED, ADMIN_OPERATION, Thrown, cause_text
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.steps import asked
from kafkacli.tools import json_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kafkacli.client.cluster import Cluster
    from kafkacli.client.topics import TopicPartition


class ElectionWords:
    """What a tool calls an election and a replica in its texts; `kind` follows 'election'."""

    __slots__ = ("election", "kind", "no_need", "replica")

    def __init__(self, election: str, kind: str, replica: str, no_need: str) -> None:
        self.election = election
        self.kind = kind
        self.replica = replica
        self.no_need = no_need


def read_partitions(text: str, what: str, without_partitions: str) -> list[TopicPartition]:
    """Return the partitions of the JSON file, sorted.

    what: the data's name in messages. without_partitions: what is wrong with data that has no such field. Raises Thrown.
    """
    document = json_file.parse(text)
    if document is None:
        raise Thrown(ADMIN_OPERATION, f"{what} is empty")
    listed = document.get("partitions")
    if listed is None:
        raise Thrown(ADMIN_OPERATION, f"{what} is {without_partitions}")
    partitions = [(row.field("topic").text(), row.field("partition").integer()) for row in listed.items()]
    doubles = json_file.duplicates(partitions)
    if doubles:
        raise Thrown(ADMIN_OPERATION, f"{what} contains duplicate partitions: {names(doubles, ',')}")
    return sorted(partitions)


def elect(
    cluster: Cluster, election_type: str, partitions: Sequence[TopicPartition] | None, words: ElectionWords
) -> None:
    """Have leaders elected and say what came of it. Raises Thrown when a partition got none, or ApiError."""
    try:
        with asked("elections", "held", *(partitions or ("all partitions",))):
            results = elect_leaders(cluster, election_type, partitions)
    except CallTimedOut as late:
        raise _given_up("Timeout waiting for election results") from late
    except ApiError as refused:
        if refused.code == ErrorCode.CLUSTER_AUTHORIZATION_FAILED:
            raise _given_up("Not authorized to perform leader election") from refused
        raise
    if not console.is_plain():
        _show(results)
    elected = sorted(partition for partition, error in results.items() if error is None)
    failed = {partition: error for partition, error in sorted(results.items()) if error is not None}
    not_needed = [partition for partition, error in failed.items() if error.code == ErrorCode.ELECTION_NOT_NEEDED]
    for partition in not_needed:
        del failed[partition]
    if elected:
        console.out(
            f"Successfully completed {words.election} election{words.kind} for partitions {names(elected, ', ')}"
        )
    if not_needed:  # the original names the partitions of the other list here
        console.out(f"{words.no_need} already elected for partitions {names(elected, ', ')}")
    for partition, error in failed.items():
        console.error_out(
            f"Error completing {words.election} election{words.kind} for partition: {names([partition], '')}:"
            f" {cause_text(error)}"
        )
    if failed:
        raise Thrown(ADMIN_COMMAND_FAILED, f"{len(failed)} {words.replica}(s) could not be elected")


def _show(results: Mapping[TopicPartition, ApiError | None]) -> None:
    from kafkacli.output.show import show

    records = []
    for (topic, partition), error in sorted(results.items(), key=lambda row: row[0]):
        is_needed = error is None or error.code != ErrorCode.ELECTION_NOT_NEEDED
        records.append(
            {
                "topic": topic,
                "partition": partition,
                "elected": error is None,
                "error": cause_text(error) if error is not None and is_needed else None,
            }
        )
    show("elections", records)


def dry_run(cluster: Cluster, election_type: str, partitions: Iterable[TopicPartition] | None) -> int:
    """Say which partitions would get another leader. Returns FAILURE when one that needs it can't.

    The protocol has no way to ask; it is worked out of what the brokers say of the partitions.
    """
    from kafkacli.client.topics import Partition, describe_each, live_brokers
    from kafkacli.exits import Exit
    from kafkacli.output.changes import Changes

    wanted = None if partitions is None else list(partitions)
    found: dict[TopicPartition, Partition] = {}
    for name, topic in describe_each(cluster, None if wanted is None else [name for name, _ in wanted]).items():
        if not isinstance(topic, ApiError):
            found |= {(name, row.index): row for row in topic.partitions}
    live = live_brokers(cluster)
    changes = Changes(dry_run=True)
    for partition in sorted(found) if wanted is None else wanted:
        row, name = found.get(partition), names([partition], "")
        if row is None:
            changes.fail("elect", "leader", name, "there is no such partition")
            console.error_out(f"Partition {name} does not exist")
            continue
        if election_type == "PREFERRED":
            is_needed, candidates = (
                row.leader != row.replicas[0],
                [row.replicas[0]] if row.replicas[0] in row.isr else [],
            )
        else:
            is_needed, candidates = row.leader is None, row.replicas
        living = [broker for broker in candidates if broker in live]
        if is_needed and living:
            changes.add("elect", "leader", name, leader=living[0])
        elif is_needed:
            changes.fail("elect", "leader", name, "no replica may lead")
            console.error_out(f"Partition {name} has no replica that may lead")
    changes.show()
    return Exit.FAILURE if changes.has_failed else Exit.OK


def names(partitions: Iterable[TopicPartition], separator: str) -> str:
    """Return the names of partitions, joined."""
    return separator.join(f"{topic}-{partition}" for topic, partition in partitions)


def _given_up(message: str) -> Thrown:
    console.error_out(message)
    return Thrown(ADMIN_COMMAND_FAILED, message)
