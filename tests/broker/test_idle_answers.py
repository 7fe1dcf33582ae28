"""What is answered again to readers at the end of a partition, and when it is not."""

from collections.abc import Iterator

import pytest

from kafkacli.errors import ErrorCode
from kafkacli.record.batch import Record, encode_batch
from kafkacli.wire.messages.delete_records import (
    DeleteRecordsPartition,
    DeleteRecordsRequest,
    DeleteRecordsResponse,
    DeleteRecordsTopic,
)
from kafkacli.wire.messages.delete_topics import DeleteTopicsRequest, DeleteTopicsResponse
from kafkacli.wire.messages.fetch import FetchablePartitionResponse, FetchResponse
from kafkacli.wire.messages.produce import ProduceResponse
from tests.support.broker import RunningBroker
from tests.support.produced import fetch_request, produce_request
from tests.support.raw import RawClient
from tests.support.waiting import until

FETCH, PRODUCE = 11, 8


@pytest.fixture
def client(broker: RunningBroker) -> Iterator[RawClient]:
    with RawClient(broker.port) as made:
        yield made


def fetched(
    client: RawClient, name: str, offset: int = 0, *, isolation: int = 0, epoch: int = -1, version: int = FETCH
) -> FetchablePartitionResponse:
    request = fetch_request({(name, 0): offset}, isolation=isolation, leader_epoch=epoch)
    return client.ask(request, FetchResponse, version).topics[0].partitions[0]


def produce(client: RawClient, name: str) -> None:
    batch = bytes(encode_batch([Record(value=b"v")]))
    assert (
        not client.ask(produce_request(batch, name, 0, -1), ProduceResponse, PRODUCE)
        .responses[0]
        .partitions[0]
        .error_code
    )


def test_it_is_answered_again_until_something_moves(broker: RunningBroker, client: RawClient) -> None:
    broker.create_topic("moves")
    known = broker.broker.idle_answers[0].known
    assert fetched(client, "moves").high_watermark == 0
    first = known["moves", 0]
    assert fetched(client, "moves").high_watermark == 0
    assert known["moves", 0] is first
    produce(client, "moves")
    assert fetched(client, "moves").records
    at_the_end = fetched(client, "moves", 1)
    assert (at_the_end.high_watermark, at_the_end.log_start_offset, at_the_end.records) == (1, 0, b"")
    gone = DeleteRecordsTopic(name="moves", partitions=[DeleteRecordsPartition(partition_index=0, offset=1)])
    client.ask(DeleteRecordsRequest(topics=[gone], timeout_ms=1000), DeleteRecordsResponse, 1)
    assert fetched(client, "moves", 1).log_start_offset == 1
    assert fetched(client, "moves", 0).error_code == ErrorCode.OFFSET_OUT_OF_RANGE
    assert fetched(client, "moves", 2).error_code == ErrorCode.OFFSET_OUT_OF_RANGE


def test_epochs_and_isolation_levels_are_told_apart(broker: RunningBroker, client: RawClient) -> None:
    broker.create_topic("apart")
    epoch = broker.broker.partitions.get("apart", 0).leader_epoch
    for _ in range(2):
        assert fetched(client, "apart").aborted is None
        assert fetched(client, "apart", isolation=1).aborted == []
        assert fetched(client, "apart", epoch=epoch).error_code == ErrorCode.NONE
        assert fetched(client, "apart", epoch=epoch + 1).error_code == ErrorCode.UNKNOWN_LEADER_EPOCH


def test_old_clients_get_what_is_made_for_them(broker: RunningBroker, client: RawClient) -> None:
    broker.create_topic("old")
    assert fetched(client, "old").records == b""
    assert fetched(client, "old", version=1).records == b""
    assert fetched(client, "old").records == b""


def test_a_topic_that_is_gone_is_forgotten(broker: RunningBroker, client: RawClient) -> None:
    broker.create_topic("gone")
    known = broker.broker.idle_answers[0].known
    fetched(client, "gone")
    assert ("gone", 0) in known
    client.ask(DeleteTopicsRequest(topic_names=["gone"], timeout_ms=10_000), DeleteTopicsResponse, 3)
    until(lambda: fetched(client, "gone").error_code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, 10)
    assert ("gone", 0) not in known
