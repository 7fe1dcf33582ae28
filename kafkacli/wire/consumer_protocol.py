"""What consumers tell each other through the group coordinator: subscriptions and assignments, opaque to the broker.

    subscription   INT16 version, topics, user data, from version 1 (KIP-429) the partitions owned so far
    assignment     INT16 version, partitions per topic, user data
    user data      of members of a sticky group: what they had, and as of which generation; the first clients left that out

A newer version than ours is read as our newest; what it adds stands at the end.
Source: org.apache.kafka.clients.consumer.internals.ConsumerProtocol.
"""

from kafkacli.wire.codec import decode, decode_prefix, encode
from kafkacli.wire.primitives import Buffer, WireError
from kafkacli.wire.schema import Struct, Versioned, array, bytes_, int32, string

PROTOCOL_TYPE = "consumer"
NEWEST_VERSION = 1


class TopicPartitions(Struct):
    """Partitions of one topic."""

    topic: str = string("0+")
    partitions: list[int] = array("int32", "0+")


class ConsumerSubscription(Versioned, versions="0-1"):
    """A member's metadata in JoinGroup: what it wants to read."""

    topics: list[str] = array("string", "0+")
    user_data: bytes | None = bytes_("0+", nullable="0+", default=None)
    owned_partitions: list[TopicPartitions] = array(TopicPartitions, "1+")


class ConsumerAssignment(Versioned, versions="0-1"):
    """A member's assignment in SyncGroup: what it is to read."""

    topic_partitions: list[TopicPartitions] = array(TopicPartitions, "0+")
    user_data: bytes | None = bytes_("0+", nullable="0+", default=None)


class StickyUserData(Versioned, versions="0-1"):
    """The user data of a subscription for StickyAssignor; there is no version in front."""

    previous_assignment: list[TopicPartitions] = array(TopicPartitions, "0+")
    generation: int = int32("1+", default=-1)


def encode_consumer(message: ConsumerSubscription | ConsumerAssignment, version: int = NEWEST_VERSION) -> bytes:
    """Return a subscription or assignment with its version in front."""
    return version.to_bytes(2, "big") + encode(message, version)


def decode_subscription(data: Buffer) -> ConsumerSubscription:
    """Read a subscription. Raises WireError."""
    return decode_prefix(ConsumerSubscription, data, _version(data, "subscription"), 2)[0]


def decode_assignment(data: Buffer) -> ConsumerAssignment:
    """Read an assignment. Raises WireError."""
    return decode_prefix(ConsumerAssignment, data, _version(data, "assignment"), 2)[0]


def _version(data: Buffer, what: str) -> int:
    if len(data) < 2:
        raise WireError(f"too few bytes for the version of a {what}")
    version = int.from_bytes(data[:2], "big", signed=True)
    if version < 0:
        raise WireError(f"Unsupported {what} version: {version}")
    return min(version, NEWEST_VERSION)


def encode_sticky(data: StickyUserData) -> bytes:
    """Return the user data of a member of a sticky group."""
    return encode(data, 1)


def decode_sticky(data: Buffer) -> StickyUserData:
    """Read the user data of a member of a sticky group. Raises WireError."""
    try:
        return decode(StickyUserData, data, 1)
    except WireError:
        return decode(StickyUserData, data, 0)
