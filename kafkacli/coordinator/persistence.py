"""Groups and offsets to records of `__consumer_offsets`, and a partition's log back to groups and offsets.

The record schemas are `group_records.py`'s. Source: GroupMetadataManager.scala (storeGroup, doLoadGroupsAndOffsets).
"""

from collections.abc import Mapping
from typing import NamedTuple

from kafkacli.coordinator.classic_group import ClassicGroup, GroupState
from kafkacli.coordinator.group_records import (
    LATEST,
    NO_TIMESTAMP,
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
from kafkacli.coordinator.member import Member
from kafkacli.coordinator.offsets import CommittedOffset, OffsetAndMetadata, TopicPartition
from kafkacli.record.batch import iter_headers, read_records
from kafkacli.wire.primitives import WireError

NO_LEADER_EPOCH = -1
COMMIT_MARKER = b"\0\1"
OLD_OFFSET_KEY, OFFSET_KEY = b"\0\0", b"\0\1"  # versions 0 and 1 of the same schema


class _Stored(NamedTuple):
    """A record's value, and the offset of its batch's first record."""

    base_offset: int
    value: bytes


def group_record(group: ClassicGroup, assignments: Mapping[str, bytes], version: int = LATEST) -> tuple[bytes, bytes]:
    """Return key and value of the group as it is now.

    assignments: by member id; missing ones are empty. version: of the value.
    """
    protocol = group.protocol_name
    members = [
        MemberMetadata(
            member_id=member.member_id,
            group_instance_id=member.group_instance_id,
            client_id=member.client_id,
            client_host=member.client_host,
            rebalance_timeout=member.rebalance_timeout_ms,
            session_timeout=member.session_timeout_ms,
            subscription=member.metadata(protocol or ""),
            assignment=assignments.get(member.member_id, b""),
        )
        for member in group.members.values()
    ]
    value = GroupMetadataValue(
        protocol_type=group.protocol_type or "",
        generation=group.generation_id,
        protocol=protocol,
        leader=group.leader_id,
        current_state_timestamp=NO_TIMESTAMP if group.state_since_ms is None else group.state_since_ms,
        members=members,
    )
    return encode_group_key(group.group_id), encode_group_value(value, version)


def offset_record(
    group_id: str, partition: TopicPartition, value: OffsetAndMetadata, version: int = LATEST
) -> tuple[bytes, bytes]:
    """Return key and value of one committed offset. version: of the value."""
    return offset_key(group_id, partition), encode_offset_commit_value(
        OffsetCommitValue(
            offset=value.offset,
            leader_epoch=NO_LEADER_EPOCH if value.leader_epoch is None else value.leader_epoch,
            metadata=value.metadata,
            commit_timestamp=value.commit_timestamp_ms,
            expire_timestamp=NO_TIMESTAMP if value.expire_timestamp_ms is None else value.expire_timestamp_ms,
        ),
        version,
    )


def offset_key(group_id: str, partition: TopicPartition) -> bytes:
    """Return the key of a group's offset; with a null value it is the tombstone's."""
    return encode_offset_commit_key(group_id, partition.topic, partition.partition)


class Loader:
    """Replays the log of one partition: feed it the log's bytes in order, then take the groups.

    The last record of a key wins; offsets in transactions count when their commit marker comes. Keys and values stay bytes
    until `groups`, since most records of a log that waits for the cleaner have been overtaken.
    skipped: a line for each record that could not be understood, as a newer broker may write; the others count.
    """

    __slots__ = ("_live", "_now_ms", "_open", "skipped")

    def __init__(self, now_ms: int) -> None:
        self._now_ms = now_ms
        self._live: dict[bytes, _Stored] = {}
        self._open: dict[int, dict[bytes, _Stored]] = {}  # by producer id, of transactions without a marker yet
        self.skipped: list[str] = []

    def feed(self, chunk: bytes) -> int:
        """Replay the whole batches in `chunk`; returns the offset after the last one, -1 when there is none.

        Raises RecordError for bytes that are no batches.
        """
        next_offset = -1
        for position, header in iter_headers(chunk):
            records = read_records(chunk, position, header)
            next_offset = header.last_offset + 1
            if not records:
                continue
            if header.is_control:
                # key of a control record: INT16 version, INT16 type
                self._end_transaction(header.producer_id, (records[0].key or b"")[2:4] == COMMIT_MARKER)
                continue
            # for compressed magic 0/1 the header's offset is the last message's, so the first record tells
            base_offset = records[0].offset
            pending = self._open.setdefault(header.producer_id, {}) if header.is_transactional else self._live
            for record in records:
                if (key := record.key) is None:
                    continue
                if key.startswith(OLD_OFFSET_KEY):
                    key = OFFSET_KEY + key[2:]
                kept = pending if key.startswith(OFFSET_KEY) else self._live
                if record.value is None:
                    kept.pop(key, None)
                else:
                    kept[key] = _Stored(base_offset, record.value)
        return next_offset

    def _end_transaction(self, producer_id: int, committed: bool) -> None:
        stored = self._open.pop(producer_id, {})
        if not committed:
            return
        for key, value in stored.items():
            current = self._live.get(key)
            if current is None or current.base_offset < value.base_offset:
                self._live[key] = value

    def groups(self) -> list[ClassicGroup]:
        """Return what the log says there is: groups with members, empty ones, and those that only store offsets."""
        groups: dict[str, ClassicGroup] = {}
        offsets: list[tuple[str, TopicPartition, CommittedOffset, int | None]] = []
        for producer_id, stored in [(None, self._live), *self._open.items()]:
            for key, (base_offset, value) in stored.items():
                try:
                    decoded = decode_key(key)
                    if isinstance(decoded, OffsetCommitKey):
                        partition = TopicPartition(decoded.topic, decoded.partition)
                        committed = CommittedOffset(base_offset, _restore_offset(value))
                        offsets.append((decoded.group, partition, committed, producer_id))
                    else:
                        groups[decoded.group] = _restore_group(decoded.group, value, self._now_ms)
                except WireError as error:
                    self.skipped.append(f"record of the batch at offset {base_offset}: {error}")
        for group_id, partition, committed, producer_id in offsets:
            group = groups.get(group_id)
            if group is None:
                group = groups[group_id] = ClassicGroup(group_id, self._now_ms)
            if producer_id is None:
                group.offsets.committed[partition] = committed
            else:
                group.offsets.transactional.setdefault(producer_id, {})[partition] = committed
        return list(groups.values())


def _restore_offset(value: bytes) -> OffsetAndMetadata:
    stored = decode_offset_commit_value(value)
    return OffsetAndMetadata(
        stored.offset,
        None if stored.leader_epoch < 0 else stored.leader_epoch,
        stored.metadata,
        stored.commit_timestamp,
        None if stored.expire_timestamp == NO_TIMESTAMP else stored.expire_timestamp,
    )


def _restore_group(group_id: str, value: bytes, now_ms: int) -> ClassicGroup:
    stored = decode_group_value(value)
    group = ClassicGroup(group_id, now_ms, GroupState.STABLE if stored.members else GroupState.EMPTY)
    group.generation_id = stored.generation
    group.protocol_type = stored.protocol_type or None
    group.protocol_name = stored.protocol
    since = stored.current_state_timestamp
    group.state_since_ms = None if since == NO_TIMESTAMP else since
    for member in stored.members:
        group.add(
            Member(
                member_id=member.member_id,
                group_instance_id=member.group_instance_id,
                client_id=member.client_id,
                client_host=member.client_host,
                rebalance_timeout_ms=member.rebalance_timeout,
                session_timeout_ms=member.session_timeout,
                protocol_type=stored.protocol_type,
                protocols=[(stored.protocol or "", member.subscription)],
                assignment=member.assignment,
            )
        )
    if stored.leader in group.members:
        group.leader_id = stored.leader
    group.subscribed = group.compute_subscribed()
    return group
