"""Records to format."""

from collections.abc import Sequence

from confluent_kafka import TIMESTAMP_CREATE_TIME, Message


def record(
    key: bytes | None = b"k",
    value: bytes | None = b"v",
    *,
    partition: int = 3,
    offset: int = 5,
    timestamp: tuple[int, int] = (TIMESTAMP_CREATE_TIME, 1234),
    headers: Sequence[tuple[str, bytes | None]] = (),
) -> Message:
    """A record as a consumer gets it."""
    return Message(
        topic="t",
        partition=partition,
        offset=offset,
        key=key,
        value=value,
        timestamp=timestamp,
        headers=list(headers) or None,
    )
