"""Names of partitions' directories.

    TOPIC-P                  the log
    TOPIC-P.UUID-future      a replica on its way from another log directory (KIP-113)
    TOPIC-P.UUID-delete      to be removed; the topic is cut where the name would be too long

Source: Kafka's Log.scala (logDirNameWithSuffix, parseTopicPartitionName).
"""

import re
from random import Random
from uuid import UUID

from kafkacli.log.directory_locks import LogDirsError
from kafkacli.log.offset_checkpoint import TopicPartition

DELETE_SUFFIX = "-delete"
FUTURE_SUFFIX = "-future"
NAME_MAXIMUM = 255
_MARKED_NAME = re.compile(r"(\S+)-(\S+)\.(\S+)-(?:delete|future)")


def parse_directory_name(directory: str) -> TopicPartition:
    """Return (topic, partition) of a partition's directory, also of a marked one; LogDirsError otherwise."""
    name = whole = directory.rpartition("/")[2]
    if whole.endswith((DELETE_SUFFIX, FUTURE_SUFFIX)):
        name = whole.rpartition(".")[0] if _MARKED_NAME.fullmatch(whole) else ""
    topic, _, partition = name.rpartition("-")
    if not topic or not re.fullmatch(r"[+-]?\d+", partition):
        raise LogDirsError(
            f"Found directory {directory}, '{whole}' is not in the form of topic-partition or "
            "topic-partition.uniqueId-delete (if marked for deletion).\n"
            "Kafka's log directories (and children) should only contain Kafka topic data."
        )
    return topic, int(partition)


def delete_name(topic: str, partition: int, random: Random) -> str:
    """Return a new name for a directory that is to be removed."""
    suffix = f"-{partition}.{_unique(random)}{DELETE_SUFFIX}"
    return f"{topic[: NAME_MAXIMUM - len(suffix)]}{suffix}"


def future_name(topic: str, partition: int, random: Random) -> str:
    """Return a new name for a replica that is being moved; longer than NAME_MAXIMUM where the topic's name is too long."""
    return f"{topic}-{partition}.{_unique(random)}{FUTURE_SUFFIX}"


def _unique(random: Random) -> str:
    return UUID(int=random.getrandbits(128), version=4).hex
