"""The little that the coordinator reads of a consumer's own protocol: the topics it subscribed to.

    Subscription
        version     int16
        topics      array of string     int32 count; each int16 length, UTF-8
        user data   bytes               int32 length, -1: null
        …                               what later versions added: not read

Version 0 is the beginning of every later version. Source: ConsumerProtocol.java, KIP-211.
"""

import struct
from struct import unpack_from

CONSUMER_PROTOCOL = "consumer"


def subscribed_topics(metadata: bytes) -> set[str]:
    """Return the topics of one member's subscription. Raises ValueError when the bytes are no subscription."""
    try:
        _version, count = unpack_from(">hi", metadata)
        if count < 0 or count * 2 > len(metadata):
            raise ValueError(f"{count} topics in {len(metadata)} bytes")
        topics = set()
        position = 6
        for _ in range(count):
            (length,) = unpack_from(">h", metadata, position)
            position += 2
            if length < 0 or position + length > len(metadata):
                raise ValueError(f"topic of {length} bytes at position {position} of {len(metadata)}")
            topics.add(metadata[position : position + length].decode())
            position += length
        (length,) = unpack_from(">i", metadata, position)
        if length > len(metadata) - position - 4:
            raise ValueError(f"user data of {length} bytes at position {position} of {len(metadata)}")
        return topics
    except struct.error as error:
        raise ValueError(str(error)) from error
