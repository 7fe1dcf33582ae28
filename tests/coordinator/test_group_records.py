"""The records of `__consumer_offsets`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkacli.coordinator.group_records import (
    GroupMetadataKey,
    GroupMetadataValue,
    MemberMetadata,
    OffsetCommitKey,
    OffsetCommitValue,
    decode_group_value,
    decode_key,
    decode_offset_commit_value,
    encode_group_key,
    encode_group_value,
    encode_offset_commit_key,
    encode_offset_commit_value,
)
from kafkacli.wire.primitives import WireError
from tests.coordinator.kafka_records import KafkaRecord, kafka_records

TEXT = st.text(max_size=20)
OPTIONAL_TEXT = st.none() | TEXT
INT32 = st.integers(-(2**31), 2**31 - 1)
INT64 = st.integers(-(2**63), 2**63 - 1)
MEMBERS = st.builds(
    MemberMetadata,
    member_id=TEXT,
    group_instance_id=OPTIONAL_TEXT,
    client_id=TEXT,
    client_host=TEXT,
    rebalance_timeout=INT32,
    session_timeout=INT32,
    subscription=st.binary(max_size=20),
    assignment=st.binary(max_size=20),
)


@given(TEXT, TEXT, INT32)
def test_keys_come_back(group: str, topic: str, partition: int) -> None:
    assert decode_key(encode_offset_commit_key(group, topic, partition)) == OffsetCommitKey(
        group=group, topic=topic, partition=partition
    )
    assert decode_key(encode_group_key(group)) == GroupMetadataKey(group=group)


@given(INT64, st.integers(-1, 2**31 - 1), TEXT, INT64)
def test_offsets_come_back(offset: int, leader_epoch: int, metadata: str, commit_timestamp: int) -> None:
    value = OffsetCommitValue(
        offset=offset, leader_epoch=leader_epoch, metadata=metadata, commit_timestamp=commit_timestamp
    )
    data = encode_offset_commit_value(value)
    assert data[:2] == b"\0\3"
    assert decode_offset_commit_value(data) == value


def test_an_expiry_time_is_written_in_the_version_that_has_one() -> None:
    value = OffsetCommitValue(offset=5, metadata="m", commit_timestamp=6, expire_timestamp=7)
    data = encode_offset_commit_value(value)
    assert data[:2] == b"\0\1"
    assert decode_offset_commit_value(data) == value


def test_older_versions_leave_out_what_they_have_no_place_for() -> None:
    offset = OffsetCommitValue(offset=5, leader_epoch=3, metadata="m", commit_timestamp=6)
    assert decode_offset_commit_value(encode_offset_commit_value(offset, 2)).leader_epoch == -1
    member = MemberMetadata(member_id="m", group_instance_id="host", rebalance_timeout=7, session_timeout=8)
    value = GroupMetadataValue(protocol_type="c", generation=1, current_state_timestamp=9, members=[member])
    kept = []
    for version in range(4):
        data = encode_group_value(value, version)
        assert data[:2] == version.to_bytes(2, "big")
        group = decode_group_value(data)
        (found,) = group.members
        kept.append((found.rebalance_timeout, group.current_state_timestamp, found.group_instance_id))
    assert kept == [(8, -1, None), (7, -1, None), (7, 9, None), (7, 9, "host")]


@given(TEXT, INT32, OPTIONAL_TEXT, OPTIONAL_TEXT, INT64, st.lists(MEMBERS, max_size=3))
def test_groups_come_back(
    protocol_type: str,
    generation: int,
    protocol: str | None,
    leader: str | None,
    timestamp: int,
    members: list[MemberMetadata],
) -> None:
    value = GroupMetadataValue(
        protocol_type=protocol_type,
        generation=generation,
        protocol=protocol,
        leader=leader,
        current_state_timestamp=timestamp,
        members=members,
    )
    assert decode_group_value(encode_group_value(value)) == value


def test_older_values_are_read() -> None:
    assert decode_offset_commit_value(bytes.fromhex("0000 0000000000000005 0001 6d 0000000000000006")) == (
        OffsetCommitValue(offset=5, metadata="m", commit_timestamp=6)
    )
    group = decode_group_value(
        bytes.fromhex("0000 0008") + b"consumer" + bytes.fromhex("00000003 0001 72 0001 61 00000001")
        + bytes.fromhex("0001 61 0001 63 0001 68 00002710 00000001 ff 00000000")
    )  # fmt: skip
    (member,) = group.members
    assert (group.generation, group.protocol, group.leader, group.current_state_timestamp) == (3, "r", "a", -1)
    assert (member.session_timeout, member.rebalance_timeout, member.group_instance_id) == (10000, 10000, None)


OFFSETS = kafka_records("offset")
GROUPS = kafka_records("group")


@pytest.mark.parametrize("record", OFFSETS + GROUPS, ids=range(len(OFFSETS) + len(GROUPS)))
def test_kafkas_records_are_read_and_the_current_versions_written_alike(record: KafkaRecord) -> None:
    key = decode_key(record.key)
    if isinstance(key, OffsetCommitKey):
        assert encode_offset_commit_key(key.group, key.topic, key.partition) == record.key
        if record.value is not None:
            offset = decode_offset_commit_value(record.value)
            if record.value[1] == (3 if offset.expire_timestamp == -1 else 1):
                assert encode_offset_commit_value(offset) == record.value
    else:
        assert encode_group_key(key.group) == record.key
        if record.value is not None:
            group = decode_group_value(record.value)
            assert [member.session_timeout for member in group.members] == [10000] * len(group.members)
            if record.value[1] == 3:
                assert encode_group_value(group) == record.value


@given(st.binary(max_size=60))
def test_any_bytes_give_a_value_or_a_named_error(data: bytes) -> None:
    for decode in (decode_key, decode_offset_commit_value, decode_group_value):
        for version in (data[:2], b"\0\0", b"\0\1", b"\0\2", b"\0\3"):
            try:
                decode(version + data[2:])
            except WireError:
                continue


def test_every_truncation_is_a_named_error() -> None:
    whole = encode_group_value(
        GroupMetadataValue(protocol_type="consumer", members=[MemberMetadata(member_id="m", assignment=b"abc")])
    )
    for size in range(len(whole)):
        with pytest.raises(WireError):
            decode_group_value(whole[:size])
