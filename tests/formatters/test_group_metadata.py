"""Groups as text."""

from kafkacli.client.chunks import Records
from kafkacli.coordinator.group_records import (
    GroupMetadataValue,
    MemberMetadata,
    encode_group_key,
    encode_group_value,
    encode_offset_commit_key,
)
from kafkacli.formatters.group_metadata import GroupMetadataFormatter
from kafkacli.wire.codec import encode
from tests.formatters.records import record

KEY = encode_group_key("g")


def member(name: str, instance: str | None = None) -> MemberMetadata:
    return MemberMetadata(
        member_id=name,
        group_instance_id=instance,
        client_id="c",
        client_host="/127.0.0.1",
        rebalance_timeout=300000,
        session_timeout=10000,
        subscription=b"",
        assignment=b"",
    )


def shown(value: bytes | None) -> str:
    return GroupMetadataFormatter({}).text(record(KEY, value)).decode()


def test_a_stable_group() -> None:
    group = GroupMetadataValue(
        protocol_type="consumer", generation=3, protocol="range", leader="a", members=[member("a"), member("b", "i")]
    )
    common = (
        "clientId=c, clientHost=/127.0.0.1, sessionTimeoutMs=10000, rebalanceTimeoutMs=300000, "
        "supportedProtocols=List(range), )"
    )
    assert shown(encode_group_value(group)) == (
        "g::GroupMetadata(groupId=g, generation=3, protocolType=Some(consumer), currentState=Stable, members=Map("
        f"b -> MemberMetadata(memberId=b, groupInstanceId=Some(i), {common}, "
        f"a -> MemberMetadata(memberId=a, groupInstanceId=Some(null), {common}))\n"
    )


def test_versions_without_instance_ids() -> None:
    group = GroupMetadataValue(protocol_type="consumer", generation=3, protocol="range", members=[member("a")])
    text = shown(b"\0\2" + encode(group, 2))
    assert "groupInstanceId=None," in text


def test_an_empty_group() -> None:
    group = GroupMetadataValue(protocol_type="", generation=0)
    assert shown(encode_group_value(group)) == (
        "g::GroupMetadata(groupId=g, generation=0, protocolType=None, currentState=Empty, members=Map())\n"
    )


def test_a_group_that_is_gone() -> None:
    assert shown(None) == "g::NULL\n"


def test_other_records_are_left_out() -> None:
    formatter = GroupMetadataFormatter({})
    assert formatter.texts(Records([record(encode_offset_commit_key("g", "t", 0), b""), record(None, b"")])) == b""
