"""kafka.coordinator.group.GroupMetadataManager$OffsetsMessageFormatter: the commits in `__consumer_offsets`."""

from __future__ import annotations

from kafkacli.coordinator.group_records import OffsetCommitKey, decode_key, decode_offset_commit_value
from kafkacli.formatters import Formatter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.chunks import FetchedRecord


class OffsetsFormatter(Formatter):
    """Prints `[group,topic,partition]::OffsetAndMetadata(…)`, NULL for a tombstone, nothing for records of groups."""

    def text(self, record: FetchedRecord) -> bytes:
        """Return one line, or nothing. Raises WireError for bytes that are no such record."""
        data = record.key()
        key = None if data is None else decode_key(data)
        if not isinstance(key, OffsetCommitKey):
            return b""
        commit = record.value()
        shown = "NULL" if commit is None else offset_and_metadata(commit)
        return f"[{key.group},{key.topic},{key.partition}]::{shown}\n".encode()


def offset_and_metadata(data: bytes) -> str:
    """Return the value of a commit as Kafka's OffsetAndMetadata prints itself. Raises WireError."""
    value = decode_offset_commit_value(data)
    epoch = "Optional.empty" if value.leader_epoch < 0 else f"Optional[{value.leader_epoch}]"
    expiry = "None" if value.expire_timestamp < 0 else f"Some({value.expire_timestamp})"
    return (
        f"OffsetAndMetadata(offset={value.offset}, leaderEpoch={epoch}, metadata={value.metadata}, "
        f"commitTimestamp={value.commit_timestamp}, expireTimestamp={expiry})"
    )
