"""A group's committed offsets: those in the log, those on the way there, those of open transactions."""

from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple


class TopicPartition(NamedTuple):
    """A topic's name and one of its partition numbers."""

    topic: str
    partition: int


class OffsetAndMetadata(NamedTuple):
    """One committed offset.

    leader_epoch: of the last consumed record, None when the client didn't say (KIP-320).
    expire_timestamp_ms: only from clients that set a retention (OffsetCommit v2-v4) or from old logs; else None.
    """

    offset: int
    leader_epoch: int | None
    metadata: str
    commit_timestamp_ms: int
    expire_timestamp_ms: int | None = None

    @property
    def metadata_length(self) -> int:
        """The metadata's length as Java counts it, in UTF-16 code units: what offset.metadata.max.bytes limits."""
        return len(self.metadata.encode("utf-16-be", "surrogatepass")) // 2


class CommittedOffset(NamedTuple):
    """An offset with the place of its record: `base_offset` of the batch in the internal topic's partition."""

    base_offset: int
    value: OffsetAndMetadata


NOT_APPENDED = -1  # base offset of a commit whose record is on its way


class GroupOffsets:
    """The offsets of one group.

    A later record wins over an earlier one, whatever the order in which their appends are confirmed.
    Source: GroupMetadata.scala.
    """

    __slots__ = ("committed", "pending", "transactional")

    def __init__(self) -> None:
        self.committed: dict[TopicPartition, CommittedOffset] = {}
        self.pending: dict[TopicPartition, OffsetAndMetadata] = {}
        self.transactional: dict[int, dict[TopicPartition, CommittedOffset]] = {}

    def __bool__(self) -> bool:
        """Whether anything is there that keeps the group alive."""
        return bool(self.committed or self.pending or self.transactional)

    def get(self, partition: TopicPartition) -> OffsetAndMetadata | None:
        """Return what is committed for `partition`."""
        found = self.committed.get(partition)
        return None if found is None else found.value

    def is_unstable(self, partition: TopicPartition) -> bool:
        """Whether a commit or an open transaction may still change it (KIP-447)."""
        return partition in self.pending or any(partition in offsets for offsets in self.transactional.values())

    def prepare(self, offsets: dict[TopicPartition, OffsetAndMetadata]) -> None:
        """Note commits whose records are being appended."""
        self.pending.update(offsets)

    def confirm(self, offsets: dict[TopicPartition, OffsetAndMetadata], base_offset: int) -> None:
        """Make prepared commits visible: their batch lies at `base_offset`. Offsets removed meanwhile stay removed."""
        for partition, value in offsets.items():
            if partition not in self.pending:
                continue
            current = self.committed.get(partition)
            if current is None or current.base_offset < base_offset:
                self.committed[partition] = CommittedOffset(base_offset, value)
            self._settle(partition, value)

    def withdraw(self, offsets: dict[TopicPartition, OffsetAndMetadata]) -> None:
        """Forget prepared commits whose append failed."""
        for partition, value in offsets.items():
            self._settle(partition, value)

    # in transactions, by producer id

    def prepare_transactional(
        self, producer_id: int, offsets: dict[TopicPartition, OffsetAndMetadata]
    ) -> dict[TopicPartition, CommittedOffset]:
        """Note commits of an open transaction whose records are being appended; returns those that they replace."""
        pending = self.transactional.setdefault(producer_id, {})
        replaced = {partition: pending[partition] for partition in offsets if partition in pending}
        pending.update((partition, CommittedOffset(NOT_APPENDED, value)) for partition, value in offsets.items())
        return replaced

    def confirm_transactional(
        self, producer_id: int, offsets: dict[TopicPartition, OffsetAndMetadata], base_offset: int
    ) -> None:
        """Their batch lies at `base_offset`; they become visible with the transaction's commit."""
        pending = self.transactional.get(producer_id, {})
        for partition, value in offsets.items():
            found = pending.get(partition)
            if found is not None and found.value is value:
                pending[partition] = CommittedOffset(base_offset, value)

    def withdraw_transactional(
        self,
        producer_id: int,
        offsets: dict[TopicPartition, OffsetAndMetadata],
        replaced: dict[TopicPartition, CommittedOffset],
    ) -> None:
        """Forget those whose append failed. What a producer of an older epoch tried doesn't undo what was there before."""
        pending = self.transactional.get(producer_id, {})
        for partition, value in offsets.items():
            found = pending.get(partition)
            if found is None or found.value is not value:
                continue
            if partition in replaced:
                pending[partition] = replaced[partition]
            else:
                del pending[partition]
        if not pending:
            self.transactional.pop(producer_id, None)

    def end_transaction(self, producer_id: int, *, commit: bool) -> None:
        """A producer's transaction has ended: make its commits visible, or forget them."""
        for partition, ended in self.transactional.pop(producer_id, {}).items():
            current = self.committed.get(partition)
            is_newer = current is None or current.base_offset < ended.base_offset
            if commit and is_newer and ended.base_offset != NOT_APPENDED:
                self.committed[partition] = ended

    def _settle(self, partition: TopicPartition, value: OffsetAndMetadata) -> None:
        # another commit may have been prepared since; that one is still on the way
        if self.pending.get(partition) is value:
            del self.pending[partition]

    def remove(self, partitions: Iterable[TopicPartition]) -> list[TopicPartition]:
        """Drop everything about `partitions`; returns those that have a record in the log, which need a tombstone."""
        removed = []
        for partition in partitions:
            pending = self.pending.pop(partition, None)
            for offsets in self.transactional.values():
                offsets.pop(partition, None)
            if self.committed.pop(partition, None) is not None or pending is not None:
                removed.append(partition)
        return removed

    def expire(
        self,
        now_ms: int,
        retention_ms: int,
        since: Callable[[OffsetAndMetadata], int],
        keep_topics: Collection[str] = (),
    ) -> list[TopicPartition]:
        """Remove the offsets whose time is over; returns their partitions.

        since: when the retention of an offset began, ms. An offset with its own expire timestamp goes by that.
        keep_topics: topics that the group is subscribed to.
        """
        expired = [
            partition
            for partition, (_, value) in self.committed.items()
            if partition.topic not in keep_topics
            and partition not in self.pending
            and (
                now_ms - since(value) >= retention_ms
                if value.expire_timestamp_ms is None
                else now_ms >= value.expire_timestamp_ms
            )
        ]
        for partition in expired:
            del self.committed[partition]
        return expired
