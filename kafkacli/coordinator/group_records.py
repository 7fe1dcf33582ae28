"""The records of `__consumer_offsets`: committed offsets and the groups themselves.

    key     INT16 version   0, 1: an offset commit (1 is written)   2: a group
    value   INT16 version   offset commit 0 to 3 (1 is written when it has an expiry time), group 0 to 3

Which version of a value is written is the brokers' common one: `inter.broker.protocol.version` 2.6 means 3.

A null value (tombstone) ends the offset or the group.
Source: kafka.coordinator.group.GroupMetadataManager of 2.6.2.
"""

from typing import Final

from kafkacli.wire.codec import decode_prefix, encode
from kafkacli.wire.primitives import WireError
from kafkacli.wire.schema import Struct, Versioned, array, bytes_, int32, int64, string

OFFSETS_TOPIC = "__consumer_offsets"
NO_TIMESTAMP = -1
LATEST: Final = 3
"""The version of values that brokers write where all of them know it."""

_OFFSET_COMMIT_KEY_VERSIONS = (0, 1)
_GROUP_KEY_VERSION = 2


class OffsetCommitKey(Versioned, versions="0-1"):
    """Whose offset: one group, one partition."""

    group: str = string("0+")
    topic: str = string("0+")
    partition: int = int32("0+")


class OffsetCommitValue(Versioned, versions="0-3"):
    """A committed offset. `leader_epoch` -1: not known; `expire_timestamp` -1: kept as long as the group's retention says."""

    offset: int = int64("0+")
    leader_epoch: int = int32("3+", default=-1, ignorable=True)
    metadata: str = string("0+")
    commit_timestamp: int = int64("0+")
    expire_timestamp: int = int64("1-1", default=NO_TIMESTAMP)


class GroupMetadataKey(Versioned, versions="2"):
    """Which group."""

    group: str = string("0+")


class MemberMetadata(Struct):
    """One member of a stable group."""

    member_id: str = string("0+")
    group_instance_id: str | None = string("3+", nullable="3+", default=None, ignorable=True)
    client_id: str = string("0+")
    client_host: str = string("0+")
    rebalance_timeout: int = int32("1+", ignorable=True)
    session_timeout: int = int32("0+")
    subscription: bytes = bytes_("0+")
    assignment: bytes = bytes_("0+")


class GroupMetadataValue(Versioned, versions="0-3"):
    """A group after a rebalance; without members it is empty. `current_state_timestamp` -1: not known."""

    protocol_type: str = string("0+")
    generation: int = int32("0+")
    protocol: str | None = string("0+", nullable="0+", default=None)
    leader: str | None = string("0+", nullable="0+", default=None)
    current_state_timestamp: int = int64("2+", default=NO_TIMESTAMP, ignorable=True)
    members: list[MemberMetadata] = array(MemberMetadata, "0+")


GroupRecordKey = OffsetCommitKey | GroupMetadataKey


def encode_offset_commit_key(group: str, topic: str, partition: int) -> bytes:
    """Return the key of a committed offset."""
    return b"\0\1" + encode(OffsetCommitKey(group=group, topic=topic, partition=partition), 1)


def encode_group_key(group: str) -> bytes:
    """Return the key of a group."""
    return b"\0\2" + encode(GroupMetadataKey(group=group), 2)


def encode_offset_commit_value(value: OffsetCommitValue, version: int = LATEST) -> bytes:
    """Return the value of a committed offset, 1 the oldest; the leader epoch has no place beside an expiry time."""
    if value.expire_timestamp != NO_TIMESTAMP:
        version = 1
    return version.to_bytes(2, "big") + encode(value, version)


def encode_group_value(value: GroupMetadataValue, version: int = LATEST) -> bytes:
    """Return the value of a group; older versions have no place for static members."""
    return version.to_bytes(2, "big") + encode(value, version)


def decode_key(key: bytes) -> GroupRecordKey:
    """Read a record's key. Raises WireError for an unknown version or too few bytes."""
    version = _version(key)
    if version in _OFFSET_COMMIT_KEY_VERSIONS:
        return decode_prefix(OffsetCommitKey, key, version, 2)[0]
    if version == _GROUP_KEY_VERSION:
        return decode_prefix(GroupMetadataKey, key, version, 2)[0]
    raise WireError(f"Unknown message key schema version {version}")


def decode_offset_commit_value(value: bytes) -> OffsetCommitValue:
    """Read a committed offset of any version. Raises WireError."""
    version = _version(value)
    if version not in OffsetCommitValue.valid_versions:
        raise WireError(f"Unknown offset schema version {version}")
    return decode_prefix(OffsetCommitValue, value, version, 2)[0]


def decode_group_value(value: bytes) -> GroupMetadataValue:
    """Read a group of any version; in version 0 the session timeout is the rebalance timeout too. Raises WireError."""
    version = _version(value)
    if version not in GroupMetadataValue.valid_versions:
        raise WireError(f"Unknown group metadata version {version}")
    group = decode_prefix(GroupMetadataValue, value, version, 2)[0]
    if version == 0:
        for member in group.members:
            member.rebalance_timeout = member.session_timeout
    return group


def _version(data: bytes) -> int:
    if len(data) < 2:
        raise WireError("too few bytes for a schema version")
    return int.from_bytes(data[:2], "big", signed=True)
