"""DeleteRecords: the log's beginning moves, fetches and ListOffsets see it."""

import pytest

from kafkacli.errors import ErrorCode
from kafkacli.wire.messages.delete_records import (
    DeleteRecordsPartition,
    DeleteRecordsRequest,
    DeleteRecordsResponse,
    DeleteRecordsTopic,
)
from tests.support.broker import RunningBroker
from tests.support.produced import batch, fetch, fetch_request, produce
from tests.support.raw import RawClient


def delete(client: RawClient, to: int, version: int = 2, topic: str = "t") -> tuple[int, int]:
    partitions = [DeleteRecordsPartition(partition_index=0, offset=to)]
    request = DeleteRecordsRequest(topics=[DeleteRecordsTopic(name=topic, partitions=partitions)], timeout_ms=1000)
    ((result,),) = [found.partitions for found in client.ask(request, DeleteRecordsResponse, version).topics]
    return result.error_code, result.low_watermark


@pytest.mark.parametrize("version", range(3))
def test_moves_the_beginning(broker: RunningBroker, version: int) -> None:
    broker.create_topic("t")
    with RawClient(broker.port) as client:
        produce(client, batch(b"a", b"b", b"c"))
        assert delete(client, 2, version) == (0, 2)
        assert fetch(client, fetch_request({("t", 0): 1})).error_code == ErrorCode.OFFSET_OUT_OF_RANGE
        assert fetch(client, fetch_request({("t", 0): 2})).log_start_offset == 2
        assert delete(client, 1, version) == (0, 2)  # it never goes back
        assert delete(client, -1, version) == (0, 3)


def test_what_can_not_be_deleted(broker: RunningBroker) -> None:
    broker.create_topic("t")
    broker.create_topic("compacted", cleanup_policy="compact")
    broker.create_topic("__consumer_offsets")
    with RawClient(broker.port) as client:
        assert delete(client, 1) == (ErrorCode.OFFSET_OUT_OF_RANGE, -1)
        assert delete(client, -2) == (ErrorCode.OFFSET_OUT_OF_RANGE, -1)
        assert delete(client, 0, topic="no") == (ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, -1)
        assert delete(client, 0, topic="compacted") == (ErrorCode.POLICY_VIOLATION, -1)
        assert delete(client, 0, topic="__consumer_offsets") == (ErrorCode.INVALID_TOPIC_EXCEPTION, -1)


def test_a_session_hears_of_it(broker: RunningBroker) -> None:
    from kafkacli.wire.messages.fetch import FetchResponse

    broker.create_topic("t")
    with RawClient(broker.port) as client:
        produce(client, batch(b"a", b"b"))
        first = client.ask(fetch_request({("t", 0): 2}, epoch=0), FetchResponse, 11)
        delete(client, 1)
        news = client.ask(fetch_request({}, session_id=first.session_id, epoch=1), FetchResponse, 11)
        assert [part.log_start_offset for topic in news.topics for part in topic.partitions] == [1]
