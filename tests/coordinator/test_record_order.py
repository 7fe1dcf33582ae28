"""The order of members and partitions; that it is Kafka's is tested with the texts that show it (test_record_dump)."""

from kafkacli.coordinator.group_records import GroupMetadataValue, MemberMetadata
from kafkacli.coordinator.record_order import ordered_members, ordered_partitions
from kafkacli.coordinator.transaction_records import TransactionPartitions, TransactionValue


def test_every_member_is_shown_once_as_it_came_last() -> None:
    members = [MemberMetadata(member_id=name, client_id=str(number)) for number, name in enumerate("abcab")]
    found = ordered_members(GroupMetadataValue(members=members))
    assert {member.member_id: member.client_id for member in found} == {"a": "3", "b": "4", "c": "2"}
    assert len(found) == 3


def test_every_partition_is_shown_once() -> None:
    partitions = [TransactionPartitions(topic=topic, partition_ids=[0, 1, 0]) for topic in ("t", "u", "t")]
    assert sorted(ordered_partitions(TransactionValue(partitions=partitions))) == ["t-0", "t-1", "u-0", "u-1"]
    assert ordered_partitions(TransactionValue(partitions=None)) == []
