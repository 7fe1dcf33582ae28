"""What the two tools for leader elections share: their JSON file, and how an election's outcome is said.

{"partitions": [{"topic": T, "partition": 0}]}
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.client.cluster import CallTimedOut
from kafkacli.client.elections import elect_leaders
from kafkacli.client.java_errors import ADMIN_COMMAND_FAILED, ADMIN_OPERATION, Thrown, cause_text
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.tools import json_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

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
    cluster: Cluster, election_type: str, partitions: Iterable[TopicPartition] | None, words: ElectionWords
) -> None:
    """Have leaders elected and say what came of it. Raises Thrown when a partition got none, or ApiError."""
    try:
        results = elect_leaders(cluster, election_type, partitions)
    except CallTimedOut as late:
        raise _given_up("Timeout waiting for election results") from late
    except ApiError as refused:
        if refused.code == ErrorCode.CLUSTER_AUTHORIZATION_FAILED:
            raise _given_up("Not authorized to perform leader election") from refused
        raise
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
        console.out(
            f"Error completing {words.election} election{words.kind} for partition: {names([partition], '')}:"
            f" {cause_text(error)}"
        )
    if failed:
        raise Thrown(ADMIN_COMMAND_FAILED, f"{len(failed)} {words.replica}(s) could not be elected")


def names(partitions: Iterable[TopicPartition], separator: str) -> str:
    """Return the names of partitions, joined."""
    return separator.join(f"{topic}-{partition}" for topic, partition in partitions)


def _given_up(message: str) -> Thrown:
    console.out(message)
    return Thrown(ADMIN_COMMAND_FAILED, message)
