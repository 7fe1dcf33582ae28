"""Records to format."""

from collections.abc import Sequence

from kafkacli.client.chunks import CREATED, FetchedRecord
from kafkacli.record.record import Record


def record(
    key: bytes | None = b"k",
    value: bytes | None = b"v",
    *,
    partition: int = 3,
    offset: int = 5,
    timestamp: tuple[int, int] = (CREATED, 1234),
    headers: Sequence[tuple[str, bytes | None]] = (),
) -> FetchedRecord:
    """A record as a consumer gets it."""
    kind, milliseconds = timestamp
    return FetchedRecord(("t", partition), Record(offset, milliseconds, key, value, tuple(headers)), kind)
