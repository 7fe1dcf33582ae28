"""The broker's side of consumer groups: answers, timers, and the log that the state machines of `coordinator/` ask for.

A request becomes an event; the event's result is applied at once: futures are answered, records are appended to
`__consumer_offsets`. An append that followers must have first is waited for (`internal_appends.py`), and its end is the next
event. One timer of the loop stands for all deadlines of all groups.
Source: Apache `GroupCoordinator.scala`, `GroupMetadataManager.scala` (appendForGroup, loading).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Final
from uuid import uuid4

from kafkacli.broker.broker import Broker
from kafkacli.broker.internal_appends import Appended, append_batch, replay
from kafkacli.broker.settings import group_config, offset_config
from kafkacli.coordinator.group_coordinator import (
    FetchedOffset,
    GroupCoordinator,
    GroupDescription,
    GroupOverview,
)
from kafkacli.coordinator.group_records import OFFSETS_TOPIC
from kafkacli.coordinator.offsets import OffsetAndMetadata, TopicPartition
from kafkacli.coordinator.persistence import Loader
from kafkacli.coordinator.requests import NO_PRODUCER, JoinGroup, LeavingMember, Producer, SyncGroup
from kafkacli.coordinator.result import Append, JoinResult, LeaveResult, Result, SyncResult
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.record.batch import Compression, Record, encode_batch
from kafkacli.record.errors import RecordError
from kafkacli.record.header import NO_SEQUENCE
from kafkacli.replica.partition import ALL_ACKS, Partition

_log = logging.getLogger("kafka.coordinator.group.GroupCoordinator")

LOAD_BYTES: Final = 128 * 1024  # of log replayed in one turn of the loop, whatever offsets.load.buffer.size allows
CLOCK_JUMP_MS: Final = 1000


class Groups:
    """The group coordinator of a broker. To be used on its loop only; the handlers' one door to groups and offsets.

    partitions: of `__consumer_offsets`, or how many it will have.
    """

    def __init__(self, broker: Broker, partitions: int) -> None:
        config = broker.config
        self._broker = broker
        self._loop = asyncio.get_running_loop()
        self._coordinator = GroupCoordinator(
            group_config(config),
            offset_config(config),
            lambda: str(uuid4()),
            partitions,
        )
        self._compression = Compression(config.integer("offsets.topic.compression.codec"))
        self._commit_timeout_ms = config.integer("offsets.commit.timeout.ms")
        self._waits_for_followers = config.integer("offsets.commit.required.acks") == ALL_ACKS
        self._load_bytes = min(config.integer("offsets.load.buffer.size"), LOAD_BYTES)
        self._expiry_s = config.integer("offsets.retention.check.interval.ms") / 1000
        self._loads: dict[int, asyncio.Task[None]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._clock_offset_ms = broker.now_ms() - self._loop.time() * 1000
        self._expiry_timer = self._loop.call_later(self._expiry_s, self._expire_offsets)

    async def stop(self) -> None:
        """Answer nobody any more; what is in the log is there for the next start."""
        self._coordinator.active = False
        self._expiry_timer.cancel()
        if self._timer is not None:
            self._timer.cancel()
        loads = list(self._loads.values())
        for load in loads:
            load.cancel()
        await asyncio.gather(*loads, return_exceptions=True)

    def partition_for(self, group_id: str) -> int:
        """Return the partition of `__consumer_offsets` that keeps this group; its leader is the group's coordinator."""
        return self._coordinator.partition_for(group_id)

    # requests

    def join(self, request: JoinGroup) -> asyncio.Future[JoinResult]:
        """JoinGroup."""
        return self._ask(lambda reply_to: self._coordinator.join(request, reply_to, self._now_ms()))

    def sync(self, request: SyncGroup) -> asyncio.Future[SyncResult]:
        """SyncGroup."""
        return self._ask(lambda reply_to: self._coordinator.sync(request, reply_to, self._now_ms()))

    def heartbeat(self, group_id: str, member_id: str, group_instance_id: str | None, generation_id: int) -> ErrorCode:
        """Heartbeat."""
        error, result = self._coordinator.heartbeat(
            group_id, member_id, group_instance_id, generation_id, self._now_ms()
        )
        self._apply(result)
        return error

    def leave(self, group_id: str, leaving: Sequence[LeavingMember]) -> LeaveResult:
        """LeaveGroup."""
        answer, result = self._coordinator.leave(group_id, leaving, self._now_ms())
        self._apply(result)
        return answer

    def commit_offsets(
        self,
        group_id: str,
        member_id: str,
        group_instance_id: str | None,
        generation_id: int,
        offsets: dict[TopicPartition, OffsetAndMetadata],
    ) -> asyncio.Future[dict[TopicPartition, ErrorCode]]:
        """OffsetCommit from version 1."""
        return self._ask(
            lambda reply_to: self._coordinator.commit_offsets(
                group_id, member_id, group_instance_id, generation_id, offsets, reply_to, self._now_ms()
            )
        )

    def commit_transactional_offsets(
        self,
        group_id: str,
        member_id: str,
        group_instance_id: str | None,
        generation_id: int,
        producer: Producer,
        offsets: dict[TopicPartition, OffsetAndMetadata],
    ) -> asyncio.Future[dict[TopicPartition, ErrorCode]]:
        """TxnOffsetCommit."""
        return self._ask(
            lambda reply_to: self._coordinator.commit_transactional_offsets(
                group_id, member_id, group_instance_id, generation_id, producer, offsets, reply_to, self._now_ms()
            )
        )

    def transaction_ended(self, producer_id: int, partitions: Collection[int], *, commit: bool) -> None:
        """A transaction's marker is in these partitions of `__consumer_offsets`."""
        self._coordinator.transaction_ended(producer_id, partitions, commit=commit)

    def fetch_offsets(
        self, group_id: str, partitions: Iterable[TopicPartition] | None, require_stable: bool
    ) -> tuple[ErrorCode, dict[TopicPartition, FetchedOffset]]:
        """OffsetFetch from version 1."""
        return self._coordinator.fetch_offsets(group_id, partitions, require_stable)

    def list_groups(self, states: Sequence[str]) -> tuple[ErrorCode, list[GroupOverview]]:
        """ListGroups."""
        return self._coordinator.list_groups(states)

    def describe_group(self, group_id: str) -> GroupDescription:
        """DescribeGroups, one group."""
        return self._coordinator.describe_group(group_id)

    def delete_groups(self, group_ids: Iterable[str]) -> dict[str, ErrorCode]:
        """DeleteGroups."""
        errors, result = self._coordinator.delete_groups(group_ids, self._now_ms())
        self._apply(result)
        return errors

    def delete_offsets(
        self, group_id: str, partitions: Sequence[TopicPartition]
    ) -> tuple[ErrorCode, dict[TopicPartition, ErrorCode]]:
        """OffsetDelete."""
        error, errors, result = self._coordinator.delete_offsets(group_id, partitions, self._now_ms())
        self._apply(result)
        return error, errors

    def _ask(self, event: Callable[[asyncio.Future[Any]], Result]) -> asyncio.Future[Any]:
        reply_to: asyncio.Future[Any] = self._loop.create_future()
        self._apply(event(reply_to))
        return reply_to

    # what the controller says

    def became_leader(self, partition: Partition) -> None:
        """Take over the groups of a partition of `__consumer_offsets`; other topics' partitions are ignored."""
        number = partition.partition
        if partition.topic != OFFSETS_TOPIC or not self._coordinator.begin_loading(number):
            return
        if partition.log.log_start_offset == partition.log.log_end_offset:
            self._apply(self._coordinator.finish_loading(number, (), self._now_ms()))
        else:
            self._loads[number] = self._loop.create_task(self._load(partition))

    def resigned(self, partition: Partition) -> None:
        """Give up the groups of a partition that another broker leads now, or nobody."""
        if partition.topic != OFFSETS_TOPIC:
            return
        load = self._loads.pop(partition.partition, None)
        if load is not None:
            load.cancel()
        self._apply(self._coordinator.resign(partition.partition, self._now_ms()))

    def topic_deleted(self, topic: str, partitions: Iterable[int]) -> None:
        """Drop every group's offsets of a topic that is no more."""
        gone = [TopicPartition(topic, number) for number in partitions]
        self._apply(self._coordinator.partitions_deleted(gone, self._now_ms()))

    async def _load(self, partition: Partition) -> None:
        log = partition.log
        started_ms = self._now_ms()
        loader = Loader(started_ms)
        try:
            await replay(log, loader.feed, self._load_bytes)
        except (ApiError, RecordError, OSError) as error:
            _log.error("Error loading offsets from %s: %s", log.name, error)
        groups = loader.groups()
        for line in loader.skipped:
            _log.warning("Loading %s: skipped a %s", log.name, line)
        now_ms = self._now_ms()
        self._loads.pop(partition.partition, None)
        self._apply(self._coordinator.finish_loading(partition.partition, groups, now_ms))
        _log.info(
            "Finished loading offsets and group metadata from %s in %d milliseconds: %d groups",
            log.name,
            now_ms - started_ms,
            len(groups),
        )

    # results

    def _apply(self, result: Result) -> None:
        """Do what a result says, and the results that this leads to, in order."""
        results = [result]
        for each in results:
            for note in each.notes:
                _log.info("[GroupCoordinator %d]: %s", self._broker.node_id, note)
            for reply_to, answer in each.responses:
                if not reply_to.done():  # its connection may be gone
                    reply_to.set_result(answer)
            for append in each.appends:
                following = self._append(append)
                if following is not None:
                    results.append(following)
        self._set_timer()

    def _append(self, append: Append) -> Result | None:
        """Append the records; returns the event's result when that is all, None when followers have to be waited for."""
        records = [Record(timestamp=append.timestamp_ms, key=key, value=value) for key, value in append.records]
        in_transaction = append.producer != NO_PRODUCER
        batch = encode_batch(
            records,
            compression=self._compression,
            producer_id=append.producer.producer_id,
            producer_epoch=append.producer.epoch,
            base_sequence=0 if in_transaction else NO_SEQUENCE,
            is_transactional=in_transaction,
        )

        def later(appended: Appended) -> None:
            self._apply(append.finished(*appended, self._now_ms()))

        appended = append_batch(
            self._broker,
            OFFSETS_TOPIC,
            append.partition,
            batch,
            later,
            timeout_ms=self._commit_timeout_ms,
            wait=append.wait and self._waits_for_followers,
        )
        return None if appended is None else append.finished(*appended, self._now_ms())

    # time

    def _now_ms(self) -> int:
        """The wall clock; when somebody has set it, or the machine has slept, deadlines move along with it."""
        now_ms = self._broker.now_ms()
        offset_ms = now_ms - self._loop.time() * 1000
        jump_ms = round(offset_ms - self._clock_offset_ms)
        self._clock_offset_ms = offset_ms
        if abs(jump_ms) >= CLOCK_JUMP_MS:
            self._coordinator.clock_jumped(jump_ms)
        return now_ms

    def _set_timer(self) -> None:
        """Wake up at the next deadline. An earlier timer may stay: it finds nothing due and sets the next."""
        due_ms = self._coordinator.next_deadline_ms
        if due_ms is None:
            return
        when = self._loop.time() + max(due_ms - self._now_ms(), 0) / 1000
        if self._timer is not None:
            if self._timer.when() <= when:
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(when, self._expire)

    def _expire(self) -> None:
        self._timer = None
        self._apply(self._coordinator.expire(self._now_ms()))

    def _expire_offsets(self) -> None:
        self._expiry_timer = self._loop.call_later(self._expiry_s, self._expire_offsets)
        self._apply(self._coordinator.expire_offsets(self._now_ms()))
