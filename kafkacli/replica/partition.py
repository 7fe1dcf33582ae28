"""One partition on this broker: its leader, epoch and in-sync replicas, and what they allow to do with the log.

Kept as in a cluster; with one replica the high watermark is at the log end as soon as an append is done. Source: Kafka's
Partition.scala, KIP-101 and KIP-320 (leader epochs).
"""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import NamedTuple

from kafkacli.errors import ApiError, ErrorCode
from kafkacli.log.leader_epoch_checkpoint import EpochEntry
from kafkacli.log.offset_search import EARLIEST_TIMESTAMP, LATEST_TIMESTAMP
from kafkacli.log.partition_log import AppendInfo, PartitionLog
from kafkacli.log.reader import FileRecords
from kafkacli.log.segment import TimestampAndOffset
from kafkacli.log.time_index import NO_TIMESTAMP
from kafkacli.log.transaction_index import AbortedTransaction

ALL_ACKS = -1
TO_HIGH_WATERMARK = -1
NO_LEADER = -1


class Isolation(Enum):
    """How far a reader may see."""

    LOG_END = "log end"  # followers, and debug consumers
    READ_UNCOMMITTED = "high watermark"
    READ_COMMITTED = "last stable offset"


class PartitionData(NamedTuple):
    """What a fetch found: records, or their place in the file where reading was put off.

    aborted_transactions: None unless asked for with READ_COMMITTED.
    """

    records: bytes | memoryview | FileRecords
    high_watermark: int
    last_stable_offset: int
    log_start_offset: int
    aborted_transactions: list[AbortedTransaction] | None


class LeadershipState(NamedTuple):
    """Who leads a partition, as the controller said (LeaderAndIsr); `version` is that of its znode."""

    leader: int
    leader_epoch: int
    isr: tuple[int, ...]
    replicas: tuple[int, ...]
    version: int = 0
    controller_epoch: int = 0


class Partition:
    """A partition whose log this broker has."""

    __slots__ = ("_follower_ends", "_leader_epoch_start", "_listeners", "_node_id", "log", "state")

    def __init__(
        self,
        log: PartitionLog,
        node_id: int,
        listeners: Sequence[Callable[["Partition"], None]] = (),
    ) -> None:
        """listeners: called with the partition after its high watermark or its log start offset has moved."""
        self.log = log
        self.state = LeadershipState(NO_LEADER, -1, (), ())
        self._node_id = node_id
        self._listeners = listeners
        self._leader_epoch_start: int | None = None
        self._follower_ends: dict[int, int] = {}

    def __repr__(self) -> str:
        state = self.state
        return (
            f"Topic: {self.topic}; Partition: {self.partition}; Leader: {state.leader}; "
            f"Replicas: {','.join(map(str, state.replicas))}; ISR: {','.join(map(str, state.isr))}"
        )

    @property
    def topic(self) -> str:
        """The topic's name."""
        return self.log.topic

    @property
    def partition(self) -> int:
        """The partition's number."""
        return self.log.partition

    @property
    def leader(self) -> int:
        """The leader's broker id, -1 without one."""
        return self.state.leader

    @property
    def leader_epoch(self) -> int:
        """The epoch of the leader."""
        return self.state.leader_epoch

    @property
    def isr(self) -> tuple[int, ...]:
        """The in-sync replicas' broker ids."""
        return self.state.isr

    @property
    def replicas(self) -> tuple[int, ...]:
        """The assigned replicas' broker ids, the preferred leader first."""
        return self.state.replicas

    @property
    def is_leader(self) -> bool:
        """Whether this broker leads."""
        return self.state.leader == self._node_id

    @property
    def high_watermark(self) -> int:
        """The offset behind the last record that every in-sync replica has."""
        return self.log.high_watermark

    @property
    def last_stable_offset(self) -> int:
        """Up to here read_committed consumers read."""
        return self.log.last_stable_offset

    # -- leadership

    def become_leader(self, state: LeadershipState) -> bool:
        """Take over what the controller said; `state.leader` is this broker. Says whether it is new in that."""
        self.log.begin_leader_epoch(state.leader_epoch)  # first: what can't be written leaves everything as it was
        was_leader = self.is_leader
        self.state = state
        self._leader_epoch_start = self.log.log_end_offset
        if not was_leader:
            self._follower_ends.clear()
        self._advance_high_watermark()
        return not was_leader

    def become_follower(self, state: LeadershipState) -> bool:
        """Take over what the controller said; somebody else leads, or nobody. Says whether that changed."""
        changed = (state.leader, state.leader_epoch) != (self.leader, self.leader_epoch)
        self.state = state._replace(isr=())
        self._leader_epoch_start = None
        return changed

    def follower_reached(self, broker_id: int, log_end_offset: int) -> None:
        """Take note that a follower has every record below `log_end_offset`."""
        self._follower_ends[broker_id] = log_end_offset
        self._advance_high_watermark()

    def _advance_high_watermark(self) -> None:
        end = self.log.log_end_offset
        if len(self.state.isr) > 1:
            ends = (self._follower_ends.get(broker_id, 0) for broker_id in self.state.isr if broker_id != self._node_id)
            end = min(end, *ends)
        if self.log.maybe_increment_high_watermark(end):
            self._notify()

    def _notify(self) -> None:
        for listener in self._listeners:
            listener(self)

    def check_epoch(self, current_leader_epoch: int | None) -> None:
        """Raise FENCED_LEADER_EPOCH or UNKNOWN_LEADER_EPOCH where a client's epoch isn't ours; None or -1: no check."""
        if current_leader_epoch is None or current_leader_epoch < 0:
            return
        if current_leader_epoch < self.leader_epoch:
            raise ApiError(ErrorCode.FENCED_LEADER_EPOCH)
        if current_leader_epoch > self.leader_epoch:
            raise ApiError(ErrorCode.UNKNOWN_LEADER_EPOCH)

    def _check(self, current_leader_epoch: int | None, *, only_leader: bool) -> None:
        self.check_epoch(current_leader_epoch)
        if only_leader and not self.is_leader:
            raise self._not_leader()

    def _not_leader(self) -> ApiError:
        return ApiError(
            ErrorCode.NOT_LEADER_OR_FOLLOWER,
            f"Leader not local for partition {self.log.name} on broker {self._node_id}",
        )

    # -- records

    def append(self, records: memoryview, *, acks: int, now_ms: int, from_client: bool = True) -> AppendInfo:
        """Append to the log as its leader.

        records: as `PartitionLog.append_as_leader`. acks: -1 needs min.insync.replicas in-sync replicas.
        Raises ApiError NOT_LEADER_OR_FOLLOWER, NOT_ENOUGH_REPLICAS, and those of the log.
        """
        state = self.state
        if state.leader != self._node_id:
            raise self._not_leader()
        log = self.log
        if acks == ALL_ACKS and len(state.isr) < log.config.min_insync_replicas:
            raise ApiError(
                ErrorCode.NOT_ENOUGH_REPLICAS,
                f"The size of the current ISR Set({', '.join(map(str, state.isr))}) is insufficient to satisfy the "
                f"min.isr requirement of {log.config.min_insync_replicas} for partition {log.name}",
            )
        info = log.append_as_leader(records, leader_epoch=state.leader_epoch, now_ms=now_ms, from_client=from_client)
        self._advance_high_watermark()
        return info

    def is_replicated(self, required_offset: int) -> bool:
        """Say whether an acks=-1 produce that ends below `required_offset` is done.

        Raises ApiError NOT_LEADER_OR_FOLLOWER, or NOT_ENOUGH_REPLICAS_AFTER_APPEND when the ISR has shrunk meanwhile.
        """
        if not self.is_leader:
            raise self._not_leader()
        if self.high_watermark < required_offset:
            return False
        if len(self.isr) < self.log.config.min_insync_replicas:
            raise ApiError(ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND)
        return True

    def fetch(
        self,
        offset: int,
        max_bytes: int,
        isolation: Isolation = Isolation.READ_UNCOMMITTED,
        *,
        current_leader_epoch: int | None = None,
        min_one_message: bool = True,
        only_leader: bool = True,
        put_off: bool = False,
    ) -> PartitionData:
        """Read whole batches from the one that contains `offset`, as `PartitionLog.read`.

        Raises ApiError: leader and epoch checks, OFFSET_OUT_OF_RANGE.
        """
        if current_leader_epoch is not None and current_leader_epoch >= 0:
            self.check_epoch(current_leader_epoch)
        if only_leader and self.state.leader != self._node_id:
            raise self._not_leader()
        log = self.log
        high_watermark = log.high_watermark
        last_stable_offset = log.last_stable_offset
        if isolation is Isolation.READ_UNCOMMITTED:
            up_to = high_watermark
        elif isolation is Isolation.READ_COMMITTED:
            up_to = last_stable_offset
        else:
            up_to = log.log_end_offset
        fetched = log.read(offset, max_bytes, up_to=up_to, min_one_message=min_one_message, put_off=put_off)
        aborted = log.aborted_transactions(fetched) if isolation is Isolation.READ_COMMITTED else None
        records = fetched.records if fetched.in_file is None else fetched.in_file
        return PartitionData(records, high_watermark, last_stable_offset, log.log_start_offset, aborted)

    def list_offset(
        self,
        timestamp: int,
        isolation: Isolation | None = Isolation.READ_UNCOMMITTED,
        *,
        current_leader_epoch: int | None = None,
        only_leader: bool = True,
    ) -> TimestampAndOffset | None:
        """Return the first record at or after `timestamp` (ms), or what -2 (earliest) and -1 (latest) stand for; or None.

        isolation: None for followers, who see the log end.
        Raises ApiError: leader and epoch checks, OFFSET_NOT_AVAILABLE while a new leader's high watermark lags (KIP-207).
        """
        self._check(current_leader_epoch, only_leader=only_leader)
        log = self.log
        if timestamp == EARLIEST_TIMESTAMP:
            return log.offset_for_timestamp(timestamp)
        if isolation is None or isolation is Isolation.LOG_END:
            end = log.log_end_offset
        else:
            end = log.last_stable_offset if isolation is Isolation.READ_COMMITTED else log.high_watermark
        if timestamp != LATEST_TIMESTAMP:
            found = log.offset_for_timestamp(timestamp)
            if found is not None and found.offset < end:
                return found
        if isolation is not None and self._leader_epoch_start is not None:
            start = self._leader_epoch_start
            if start > log.high_watermark:
                epoch = "unknown epoch" if current_leader_epoch is None else f"epoch {current_leader_epoch}"
                raise ApiError(
                    ErrorCode.OFFSET_NOT_AVAILABLE,
                    f"Failed to fetch offsets for partition {log.name} with leader {epoch} as this partition's high "
                    f"watermark ({log.high_watermark}) is lagging behind the start offset from the beginning of this "
                    f"epoch ({start}).",
                )
        return TimestampAndOffset(NO_TIMESTAMP, end, self.leader_epoch) if timestamp == LATEST_TIMESTAMP else None

    def offsets_before(self, timestamp: int, maximum: int, now_ms: int, *, from_consumer: bool = True) -> list[int]:
        """Return up to `maximum` offsets for ListOffsets version 0, falling; see `PartitionLog.offsets_before`."""
        self._check(None, only_leader=True)
        offsets = self.log.offsets_before(timestamp, maximum, now_ms)
        high_watermark = self.high_watermark
        if from_consumer and any(offset > high_watermark for offset in offsets):
            return [high_watermark, *(offset for offset in offsets if offset <= high_watermark)]
        return offsets

    def end_offset_for_leader_epoch(
        self, leader_epoch: int, *, current_leader_epoch: int | None = None, only_leader: bool = True
    ) -> EpochEntry | None:
        """Return the largest epoch not beyond `leader_epoch` with its end offset, or None where none is known (KIP-101)."""
        self._check(current_leader_epoch, only_leader=only_leader)
        return self.log.end_offset_for_epoch(leader_epoch)

    def delete_records(self, to: int) -> int:
        """Delete the records below `to` (-1: the high watermark); returns the low watermark.

        Raises ApiError NOT_LEADER_OR_FOLLOWER, POLICY_VIOLATION for a compacted topic, OFFSET_OUT_OF_RANGE.
        """
        if not self.is_leader:
            raise self._not_leader()
        if not self.log.config.is_deleted:
            raise ApiError(
                ErrorCode.POLICY_VIOLATION,
                f"Records of partition {self.log.name} can not be deleted due to the configured policy",
            )
        offset = self.high_watermark if to == TO_HIGH_WATERMARK else to
        if offset < 0:
            raise ApiError(
                ErrorCode.OFFSET_OUT_OF_RANGE, f"The offset {offset} for partition {self.log.name} is not valid"
            )
        self.log.delete_records(offset)
        self._notify()
        return self.log.log_start_offset
