"""OffsetForLeaderEpoch: where an epoch ended."""

import pytest

from kafkacli.errors import ErrorCode
from kafkacli.wire.messages.offset_for_leader_epoch import (
    OffsetForLeaderEpochRequest,
    OffsetForLeaderEpochResponse,
    OffsetForLeaderPartition,
    OffsetForLeaderTopic,
)
from tests.support.broker import RunningBroker
from tests.support.produced import batch, produce
from tests.support.raw import RawClient


@pytest.mark.parametrize("version", range(4))
def test_finds_the_end_of_an_epoch(broker: RunningBroker, version: int) -> None:
    broker.create_topic("t")
    with RawClient(broker.port) as client:

        def ask(epoch: int, current: int = -1, partition: int = 0) -> tuple[int, int, int]:
            part = OffsetForLeaderPartition(
                partition_index=partition, leader_epoch=epoch, current_leader_epoch=current if version >= 2 else -1
            )
            request = OffsetForLeaderEpochRequest(topics=[OffsetForLeaderTopic(name="t", partitions=[part])])
            response = client.ask(request, OffsetForLeaderEpochResponse, version)
            ((result,),) = [topic.partitions for topic in response.topics]
            return result.error_code, result.leader_epoch, result.end_offset

        produce(client, batch(b"a", b"b"))
        broker.lead("t", 3)
        produce(client, batch(b"c"))
        known = version >= 1
        assert ask(0) == (0, 0 if known else -1, 2)
        assert ask(2) == (0, 0 if known else -1, 2)
        assert ask(3) == (0, 3 if known else -1, 3)
        assert ask(4) == (0, -1, -1)
        assert ask(0, partition=9) == (ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, -1, -1)
        if version >= 2:
            assert ask(0, current=2) == (ErrorCode.FENCED_LEADER_EPOCH, -1, -1)
