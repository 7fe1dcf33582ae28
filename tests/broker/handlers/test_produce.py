"""Produce in every version: what is appended, answered, refused."""

import logging

import pytest

from kafkacli.errors import ErrorCode
from kafkacli.record.batch import Compression, Record, TimestampType
from kafkacli.record.legacy import encode_message_set
from kafkacli.replica.partition import LeadershipState
from kafkacli.wire.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    ProduceResponse,
    TopicProduceData,
)
from tests.support.broker import NODE_ID, RunningBroker
from tests.support.produced import batch, fetch, fetch_request, produce, produce_request, values
from tests.support.raw import RawClient


def old_message(version: int, value: bytes) -> bytes:
    return encode_message_set(
        [Record(offset=0, timestamp=5 if version else -1, value=value)],
        version,
        compression=Compression.NONE,
        timestamp_type=TimestampType.CREATE_TIME if version else TimestampType.NO_TIMESTAMP_TYPE,
    )


@pytest.mark.parametrize("version", range(9))
@pytest.mark.parametrize("acks", [1, -1])
def test_appends_and_answers_with_the_offset(broker: RunningBroker, version: int, acks: int) -> None:
    broker.create_topic("t")
    with RawClient(broker.port) as client:
        records = batch(b"a", b"b") if version >= 3 else old_message(version // 2, b"a")
        count = 2 if version >= 3 else 1
        first = produce(client, records, acks=acks, version=version)
        second = produce(client, records, acks=acks, version=version)
        assert (first.error_code, first.base_offset, second.base_offset) == (0, 0, count)
        assert first.log_append_time_ms == -1
        assert first.log_start_offset == (0 if version >= 5 else -1)
        result = fetch(client, fetch_request({("t", 0): count}))
        assert values(result)[0] == (count, b"a")
        assert result.high_watermark == 2 * count


def test_appends_to_several_partitions_of_several_topics(broker: RunningBroker) -> None:
    broker.create_topic("a", 2)
    broker.create_topic("b")
    topics = [
        TopicProduceData(
            name=name,
            partitions=[PartitionProduceData(partition_index=index, records=batch(b"x")) for index in range(count)],
        )
        for name, count in (("a", 3), ("b", 1), ("none", 1))
    ]
    with RawClient(broker.port) as client:
        response = client.ask(ProduceRequest(acks=-1, timeout_ms=1, topics=topics), ProduceResponse, 8)
    missing = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    assert [
        (topic.name, result.partition_index, result.error_code, result.base_offset)
        for topic in response.responses
        for result in topic.partitions
    ] == [("a", 0, 0, 0), ("a", 1, 0, 0), ("a", 2, missing, -1), ("b", 0, 0, 0), ("none", 0, missing, -1)]


def test_the_append_time_is_told(broker: RunningBroker) -> None:
    broker.create_topic("t", message_timestamp_type="LogAppendTime")
    with RawClient(broker.port) as client:
        assert produce(client, batch(b"a")).log_append_time_ms > 1_500_000_000_000


def test_acks_0_is_not_answered_but_appended(broker: RunningBroker) -> None:
    broker.create_topic("t")
    with RawClient(broker.port) as client:
        client.request(produce_request(batch(b"a"), acks=0), 8)
        assert produce(client, batch(b"b"), acks=1).base_offset == 1


def test_an_error_with_acks_0_closes_the_connection(broker: RunningBroker, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "kafka"), RawClient(broker.port) as client:
        client.request(produce_request(batch(b"a"), acks=0), 8)
        assert client.is_closed()
    assert "with ack=0" in caplog.text
    assert "t-0 -> UnknownTopicOrPartitionException" in caplog.text


TWO_BATCHES = batch(b"a") + batch(b"b")
BAD_RECORDS = {
    "two batches": (TWO_BATCHES, 8, ErrorCode.INVALID_RECORD),
    "two batches, version 3": (TWO_BATCHES, 3, ErrorCode.INVALID_RECORD),
    "magic 1": (old_message(1, b"a"), 8, ErrorCode.INVALID_RECORD),
    "zstd before version 7": (batch(b"a", compression=Compression.ZSTD), 6, ErrorCode.UNSUPPORTED_COMPRESSION_TYPE),
    "wrong checksum": (batch(b"abc")[:-2] + b"xx", 8, ErrorCode.CORRUPT_MESSAGE),
}


@pytest.mark.parametrize("name", BAD_RECORDS)
def test_bad_records_are_refused_and_nothing_is_appended(broker: RunningBroker, name: str) -> None:
    records, version, error = BAD_RECORDS[name]
    broker.create_topic("t")
    with RawClient(broker.port) as client:
        result = produce(client, records, version=version)
        assert (ErrorCode(result.error_code), result.base_offset) == (error, -1)
        assert produce(client, batch(b"good")).base_offset == 0


UNREADABLE = {
    "null": None,
    "nothing": b"",
    "cut off": batch(b"abc")[:-1],
    "garbage": bytes(range(256)),
    "negative length": b"\xff" * 100,
    "too short a length": bytes(8) + (20).to_bytes(4, "big") + batch(b"a")[12:],
    "unknown magic": batch(b"a")[:16] + b"\3" + batch(b"a")[17:],
}


@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.parametrize("version", [2, 8])
def test_unreadable_records_close_the_connection_and_nothing_is_appended(
    broker: RunningBroker, name: str, version: int, caplog: pytest.LogCaptureFixture
) -> None:
    broker.create_topic("t", 2)
    request = produce_request(batch(b"a") if version == 8 else old_message(1, b"a"))
    request.topics[0].partitions.append(PartitionProduceData(partition_index=1, records=UNREADABLE[name]))
    with caplog.at_level(logging.INFO, "kafka"), RawClient(broker.port) as client:
        client.request(request, version)
        assert client.is_closed()
    assert "Error getting request for apiKey: PRODUCE" in caplog.text
    with RawClient(broker.port) as client:
        assert produce(client, batch(b"good")).base_offset == 0


def test_rejected_records_are_named(broker: RunningBroker) -> None:
    broker.create_topic("t", cleanup_policy="compact")
    with RawClient(broker.port) as client:
        result = produce(client, batch(b"no key"))
    assert result.error_code == ErrorCode.INVALID_RECORD
    assert result.error_message == "One or more records have been rejected"
    assert [error.batch_index for error in result.record_errors] == [0]
    assert result.log_start_offset == 0


@pytest.mark.parametrize("acks", [2, -2, 127])
def test_other_acks_are_refused(broker: RunningBroker, acks: int) -> None:
    broker.create_topic("t")
    with RawClient(broker.port) as client:
        assert produce(client, batch(b"a"), acks=acks).error_code == ErrorCode.INVALID_REQUIRED_ACKS


def test_internal_topics_are_not_written_to(broker: RunningBroker) -> None:
    broker.create_topic("__consumer_offsets")
    with RawClient(broker.port) as client:
        result = produce(client, batch(b"a"), "__consumer_offsets")
    assert result.error_code == ErrorCode.INVALID_TOPIC_EXCEPTION


def test_acks_all_waits_for_the_followers(broker: RunningBroker) -> None:
    broker.create_topic("t")
    broker.lead("t", 1, NODE_ID, 8)
    with RawClient(broker.port) as client, RawClient(broker.port) as other:
        waiting = client.request(produce_request(batch(b"a"), acks=-1), 8)
        assert produce(other, batch(b"b"), acks=1).base_offset == 1  # nobody else waits
        broker.follower_reached("t", 0, 8, 1)
        response = client.response(ProduceResponse, 8)
        assert client.last_correlation_id == waiting
        assert response.responses[0].partitions[0].error_code == 0


def test_acks_all_ends_with_its_time(broker: RunningBroker) -> None:
    broker.create_topic("t")
    broker.lead("t", 1, NODE_ID, 8)
    with RawClient(broker.port) as client:
        client.request(produce_request(batch(b"a"), acks=-1, timeout_ms=1), 8)
        result = client.response(ProduceResponse, 8).responses[0].partitions[0]
        assert (result.error_code, result.base_offset) == (ErrorCode.REQUEST_TIMED_OUT, 0)


def test_acks_all_hears_of_a_lost_leadership(broker: RunningBroker) -> None:
    broker.create_topic("t")
    broker.lead("t", 1, NODE_ID, 8)
    with RawClient(broker.port) as client:
        client.request(produce_request(batch(b"a"), acks=-1), 8)
        with RawClient(broker.port) as other:
            produce(other, batch(b"b"), acks=1)
        state = LeadershipState(8, 2, (8,), (NODE_ID, 8))
        config = broker.broker.partitions.get("t", 0).log.config
        broker.call("partitions.become_follower", "t", 0, state, config, 0)
        broker.call("purgatory.notify", "t", 0)
        result = client.response(ProduceResponse, 8).responses[0].partitions[0]
        assert result.error_code == ErrorCode.NOT_LEADER_OR_FOLLOWER


def test_too_few_in_sync_replicas(broker: RunningBroker) -> None:
    broker.create_topic("t", min_insync_replicas="2")
    with RawClient(broker.port) as client:
        assert produce(client, batch(b"a"), acks=-1).error_code == ErrorCode.NOT_ENOUGH_REPLICAS
        assert produce(client, batch(b"a"), acks=1).error_code == 0
