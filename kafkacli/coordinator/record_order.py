"""In which order Kafka's tools show a group's members and a transaction's partitions: as Scala's hash tables hold them.

Source: kafka.coordinator.group.GroupMetadata (a mutable.HashMap), kafka.coordinator.transaction.TransactionMetadata (a
mutable.HashSet) of 2.6.2.
"""

from kafkacli.coordinator.group_records import GroupMetadataValue, MemberMetadata
from kafkacli.coordinator.scala_order import hash_map_order, hash_set_order, immutable_set_order
from kafkacli.coordinator.transaction_records import TransactionValue
from kafkacli.java_hash import java_hash


def ordered_members(group: GroupMetadataValue) -> list[MemberMetadata]:
    """The members in the order of Kafka's map; of two with one id the later."""
    by_id = {member.member_id: member for member in group.members}
    return [by_id[member_id] for member_id in hash_map_order(by_id, java_hash)]


def ordered_partitions(value: TransactionValue) -> list[str]:
    """TOPIC-N of each partition, in the order of Kafka's set, which takes one topic's partitions after the other's."""

    def hash_code(partition: tuple[str, int]) -> int:
        return 31 * (31 + partition[1]) + java_hash(partition[0])

    found: dict[tuple[str, int], None] = {}
    for one in value.partitions or []:
        partitions = dict.fromkeys((one.topic, number) for number in one.partition_ids)
        found |= dict.fromkeys(immutable_set_order(partitions, hash_code))
    return [f"{topic}-{number}" for topic, number in hash_set_order(found, hash_code)]
