"""Whether a partition's log still is the one that a consumer read from, when another leader has it (KIP-320).

The leader says where the epoch ends that the consumer's last record had. If that is before the position, the log was
truncated there: reading goes on where it begins to differ.
Source: Fetcher, SubscriptionState and OffsetsForLeaderEpochClient of org.apache.kafka.clients.consumer.internals in 2.6.2.
"""

from __future__ import annotations

import time

from kafkacli.client.brokers import ASKING
from kafkacli.client.connection import ConnectFailed
from kafkacli.client.readings import Position
from kafkacli.client.records import ERRORS, RecordError
from kafkacli.errors import ErrorCode
from kafkacli.wire.messages.offset_for_leader_epoch import (
    OffsetForLeaderEpochRequest,
    OffsetForLeaderEpochResponse,
    OffsetForLeaderPartition,
    OffsetForLeaderPartitionResult,
    OffsetForLeaderTopic,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kafkacli.client.brokers import Brokers
    from kafkacli.client.cluster_view import ClusterView
    from kafkacli.client.readings import Reading
    from kafkacli.client.tasks import Steps

_SINCE = 3  # version of the API: before it, a consumer had to have rights over the whole cluster


def check_epochs(
    brokers: Brokers,
    view: ClusterView,
    node: int,
    doubtful: Iterable[Reading],
    reset: Callable[[Reading], None] | None,
    tell: Callable[[Reading, Position], None],
    retry_s: float,
) -> Steps[bool]:
    """Ask a leader about readings with positions that are of another leader's time; let those go on that are right.

    reset: seeks where auto.offset.reset says, None where it says nothing; then `tell` is told where the log begins to differ,
    at an offset below 0 when that is unknown. Returns False when the leaders are to be looked for
    again. Raises RecordError for a truncated log without reset, and topics that aren't for us.
    """
    asked = {reading.partition: (reading, reading.position, view.leaders[reading.partition]) for reading in doubtful}
    for reading, _, _ in asked.values():
        reading.not_before = time.monotonic() + retry_s  # unless the answer is well
    try:
        link = yield from brokers.node(node, ASKING)
        if not link.has(OffsetForLeaderEpochRequest, _SINCE):
            for reading, position, leader in asked.values():
                _take_up(reading, position, leader)
            return True
        rows: dict[str, list[OffsetForLeaderPartition]] = {}
        for (topic, index), (_, position, leader) in asked.items():
            assert position is not None
            row = OffsetForLeaderPartition(
                partition_index=index, current_leader_epoch=leader[1], leader_epoch=position.epoch
            )
            rows.setdefault(topic, []).append(row)
        topics = [OffsetForLeaderTopic(name=topic, partitions=found) for topic, found in rows.items()]
        request = OffsetForLeaderEpochRequest(replica_id=-1, topics=topics)
        answer = yield from brokers.ask(link, request, OffsetForLeaderEpochResponse)
    except ConnectFailed:
        return False
    is_well = True
    truncated: list[str] = []
    for found in answer.topics:
        for result in found.partitions:
            reading, position, leader = asked[found.name, result.partition_index]
            if result.error_code == ErrorCode.TOPIC_AUTHORIZATION_FAILED:
                raise RecordError(
                    f"{ERRORS}TopicAuthorizationException: Not authorized to access topics: [{found.name}]"
                )
            if result.error_code != ErrorCode.NONE:
                is_well = False
            elif position is None or reading.position is not position:
                continue  # it goes on somewhere else meanwhile
            elif (diverging := _diverging(position, result)) is None:
                _take_up(reading, position, leader)
            elif reset is None:
                tell(reading, diverging)
                truncated.append(_truncation(reading, position, diverging))
            elif diverging.offset < 0:
                reset(reading)
                reading.not_before = 0.0
            else:
                reading.begin(diverging)
                _take_up(reading, diverging, leader)
    if truncated:
        raise RecordError(
            "org.apache.kafka.clients.consumer.LogTruncationException: Detected truncated partitions: "
            f"[{', '.join(truncated)}]"
        )
    return is_well


def _take_up(reading: Reading, position: Position | None, leader: tuple[int, int]) -> None:
    if reading.position is position:
        reading.leader = leader
        reading.not_before = 0.0


def _diverging(position: Position, result: OffsetForLeaderPartitionResult) -> Position | None:
    """Return where the log begins to differ from the one that was read, None when it doesn't, an offset below 0: unknown."""
    if result.leader_epoch < 0 or result.end_offset < 0:
        return Position(-1)
    return Position(result.end_offset, result.leader_epoch) if result.end_offset < position.offset else None


def _truncation(reading: Reading, position: Position, diverging: Position) -> str:
    topic, number = reading.partition
    offset, epoch = "unknown", "unknown"
    if diverging.offset >= 0:
        offset, epoch = str(diverging.offset), f"Optional[{diverging.epoch}]"
    return (
        f"(partition={topic}-{number}, fetchOffset={position.offset}, fetchEpoch=Optional[{position.epoch}], "
        f"divergentOffset={offset}, divergentEpoch={epoch})"
    )
