"""What the broker itself writes: a coordinator's records, transactions' markers; done when all in-sync replicas have it.

Source: Apache `ReplicaManager.appendRecords` as its coordinators call it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import NamedTuple

from kafkacli.broker.broker import Broker
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.log.partition_log import PartitionLog
from kafkacli.replica.partition import ALL_ACKS, Partition

_log = logging.getLogger("kafka.server.ReplicaManager")


class Appended(NamedTuple):
    """How an append went; base_offset: -1 with an error."""

    error: ErrorCode
    base_offset: int


def append_batch(
    broker: Broker,
    topic: str,
    number: int,
    batch: bytes,
    later: Callable[[Appended], None],
    *,
    timeout_ms: int,
    wait: bool = True,
) -> Appended | None:
    """Append a batch as the partition's leader, with acks=-1 unless `wait` is False.

    Returns how it went when that is known at once; else None, and `later` is told: when the followers have it, or
    REQUEST_TIMED_OUT after `timeout_ms`.
    """
    partition = broker.partitions.find(topic, number)
    try:
        if partition is None:
            raise ApiError(ErrorCode.NOT_LEADER_OR_FOLLOWER)
        info = partition.append(
            memoryview(bytearray(batch)), acks=ALL_ACKS if wait else 0, now_ms=broker.now_ms(), from_client=False
        )
        appended = Appended(ErrorCode.NONE, info.first_offset)
        if not wait or partition.is_replicated(info.last_offset + 1):
            return appended
    except ApiError as error:
        _log.error("Can't append to %s-%d: %s", topic, number, error)
        return Appended(ErrorCode(error.code), -1)
    _await_followers(broker, partition, appended, info.last_offset + 1, later, timeout_ms)
    return None


def _await_followers(
    broker: Broker,
    partition: Partition,
    appended: Appended,
    end_offset: int,
    later: Callable[[Appended], None],
    timeout_ms: int,
) -> None:
    def outcome() -> ErrorCode:
        try:
            return ErrorCode.NONE if partition.is_replicated(end_offset) else ErrorCode.REQUEST_TIMED_OUT
        except ApiError as error:
            return ErrorCode(error.code)

    def finished(parked: asyncio.Future[ErrorCode]) -> None:
        if not parked.cancelled():
            error = parked.result()
            later(Appended(error, -1) if error else appended)

    broker.purgatory.park(
        [(partition.topic, partition.partition)],
        timeout_ms,
        lambda _moved: outcome() is not ErrorCode.REQUEST_TIMED_OUT,
        outcome,
    ).add_done_callback(finished)


async def replay(log: PartitionLog, feed: Callable[[bytes], int], chunk_bytes: int) -> None:
    """Feed a whole log to a coordinator that takes it over, a chunk in each turn of the loop.

    feed: takes whole batches, returns the offset behind them, -1 for none. Raises what it raises, ApiError and OSError.
    """
    offset = log.log_start_offset
    while offset < (end := log.log_end_offset):
        fetched = log.read(offset, chunk_bytes, up_to=end)
        offset = feed(bytes(fetched.records))
        if offset < 0:
            break
        await asyncio.sleep(0)
