"""Fetch in every version: what is read, how much of it, how long it waits, and what old clients get."""

import time

import pytest

from kafkacli.errors import ErrorCode
from kafkacli.record.batch import BATCH_OVERHEAD, Compression, iter_headers
from kafkacli.wire.messages.fetch import FetchResponse
from tests.support.broker import NODE_ID, RunningBroker
from tests.support.produced import batch, fetch, fetch_request, produce, results, values
from tests.support.raw import RawClient

T0 = ("t", 0)


@pytest.mark.parametrize("version", range(12))
def test_returns_records_in_the_format_of_the_version(broker: RunningBroker, version: int) -> None:
    broker.create_topic("t")
    with RawClient(broker.port) as client:
        produce(client, batch(b"a", b"b", timestamp=77))
        produce(client, batch(b"c", timestamp=78))
        result = fetch(client, fetch_request({T0: 1}), version)
        assert (result.error_code, result.high_watermark) == (0, 3)
        magic = 0 if version < 2 else 1 if version < 4 else 2
        assert {header.magic for _, header in iter_headers(bytes(result.records or b""))} == {magic}
        assert [(offset, value) for offset, value in values(result) if offset >= 1] == [(1, b"b"), (2, b"c")]
        assert result.aborted is None or version < 4
        assert result.last_stable_offset == (3 if version >= 4 else -1)
        assert result.log_start_offset == (0 if version >= 5 else -1)
        assert result.preferred_read_replica == (-1 if version >= 11 else 0)


def test_the_end_of_the_log_is_empty_and_beyond_is_an_error(broker: RunningBroker) -> None:
    broker.create_topic("t")
    with RawClient(broker.port) as client:
        produce(client, batch(b"a"))
        end = fetch(client, fetch_request({T0: 1}))
        assert (end.error_code, end.records, end.high_watermark) == (0, b"", 1)
        for offset in (2, -1):
            beyond = fetch(client, fetch_request({T0: offset}))
            assert (beyond.error_code, beyond.records) == (ErrorCode.OFFSET_OUT_OF_RANGE, b"")
            assert (beyond.high_watermark, beyond.log_start_offset, beyond.aborted) == (-1, -1, None)


def test_an_unknown_partition_is_an_error_of_its_own(broker: RunningBroker) -> None:
    broker.create_topic("t")
    with RawClient(broker.port) as client:
        produce(client, batch(b"a"))
        found = results(client.ask(fetch_request({T0: 0, ("t", 1): 0, ("no", 0): 0}), FetchResponse, 11))
    assert {key: result.error_code for key, result in found.items()} == {T0: 0, ("t", 1): 3, ("no", 0): 3}


@pytest.mark.parametrize(("epoch", "error"), [(-1, 0), (3, 0), (2, 74), (4, 75)])
def test_the_leader_epoch_is_checked(broker: RunningBroker, epoch: int, error: int) -> None:
    broker.create_topic("t")
    broker.lead("t", 3)
    with RawClient(broker.port) as client:
        assert fetch(client, fetch_request({T0: 0}, leader_epoch=epoch)).error_code == error


def test_limits_count_whole_batches(broker: RunningBroker) -> None:
    broker.create_topic("t", 3)
    size = len(batch(b"x" * 100))
    with RawClient(broker.port) as client:
        for partition in range(3):
            for _ in range(4):
                produce(client, batch(b"x" * 100), partition=partition)

        def counts(max_bytes: int, partition_bytes: int) -> list[int]:
            request = fetch_request(
                {("t", 0): 0, ("t", 1): 0, ("t", 2): 0}, max_bytes=max_bytes, partition_bytes=partition_bytes
            )
            found = results(client.ask(request, FetchResponse, 11))
            return [len(result.records or b"") // size for result in found.values()]

        assert counts(10 * size, 3 * size - 1) == [2, 2, 2]
        assert counts(5 * size, 4 * size) == [4, 1, 0]
        assert counts(1, 1) == [1, 0, 0]  # the first batch whatever its size (KIP-74)
        assert counts(2 * size, 10) == [1, 0, 0]


@pytest.mark.parametrize("version", [0, 1, 2])
def test_a_batch_larger_than_an_old_client_allows_is_shown_as_cut_off(broker: RunningBroker, version: int) -> None:
    broker.create_topic("t")
    with RawClient(broker.port) as client:
        produce(client, batch(b"x" * 1000))
        result = fetch(client, fetch_request({T0: 0}, partition_bytes=100), version)
        data = bytes(result.records or b"")
        assert 0 < len(data) <= 100
        assert int.from_bytes(data[8:12], "big") >= BATCH_OVERHEAD > len(data) - 12
        assert fetch(client, fetch_request({T0: 1}, partition_bytes=100), version).records == b""


def test_waits_for_records(broker: RunningBroker) -> None:
    broker.create_topic("t", 2)
    with RawClient(broker.port) as client, RawClient(broker.port) as producer:
        client.request(fetch_request({T0: 0, ("t", 1): 0}, max_wait=30_000), 11)
        produce(producer, batch(b"a"), partition=1)
        found = results(client.response(FetchResponse, 11))
        assert values(found["t", 1]) == [(0, b"a")]
        assert values(found[T0]) == []


def test_waits_until_there_are_enough_bytes(broker: RunningBroker) -> None:
    broker.create_topic("t")
    size = len(batch(b"a"))
    with RawClient(broker.port) as client, RawClient(broker.port) as producer:
        client.request(fetch_request({T0: 0}, max_wait=30_000, min_bytes=3 * size), 11)
        for _ in range(3):
            produce(producer, batch(b"a"))
        (result,) = results(client.response(FetchResponse, 11)).values()
        assert [offset for offset, _ in values(result)] == [0, 1, 2]


def test_answers_with_what_there_is_when_the_time_is_over(broker: RunningBroker) -> None:
    broker.create_topic("t")
    with RawClient(broker.port) as client:
        produce(client, batch(b"a"))
        begin = time.monotonic()
        result = fetch(client, fetch_request({T0: 0}, max_wait=50, min_bytes=1_000_000))
        assert values(result) == [(0, b"a")]
        assert time.monotonic() - begin >= 0.05


def test_an_error_is_not_waited_with(broker: RunningBroker) -> None:
    broker.create_topic("t", 2)
    with RawClient(broker.port) as client:
        found = results(client.ask(fetch_request({T0: 5, ("t", 1): 0}, max_wait=30_000), FetchResponse, 11))
        assert found[T0].error_code == ErrorCode.OFFSET_OUT_OF_RANGE


def test_a_deleted_topic_ends_the_wait(broker: RunningBroker) -> None:
    broker.create_topic("t")
    with RawClient(broker.port) as client:
        client.request(fetch_request({T0: 0}, max_wait=30_000), 11)
        with RawClient(broker.port) as other:
            fetch(other, fetch_request({T0: 0}))
        broker.call("partitions.stop_replica", "t", 0, 0, delete=True)
        broker.call("metadata.remove_topic", "t")
        broker.call("purgatory.notify", "t", 0)
        (result,) = results(client.response(FetchResponse, 11)).values()
        assert result.error_code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION


def test_a_session_is_told_only_news(broker: RunningBroker) -> None:
    broker.create_topic("t", 2)
    with RawClient(broker.port) as client:
        first = client.ask(fetch_request({T0: 0, ("t", 1): 0}, epoch=0), FetchResponse, 11)
        assert first.session_id > 0
        assert set(results(first)) == {T0, ("t", 1)}
        idle = client.ask(fetch_request({}, session_id=first.session_id, epoch=1), FetchResponse, 11)
        assert (idle.topics, idle.session_id) == ([], first.session_id)
        client.request(fetch_request({}, session_id=first.session_id, epoch=2, max_wait=30_000), 11)
        with RawClient(broker.port) as producer:
            produce(producer, batch(b"a"), partition=1)
        assert set(results(client.response(FetchResponse, 11))) == {("t", 1)}
        wrong = client.ask(fetch_request({}, session_id=first.session_id, epoch=2), FetchResponse, 11)
        assert wrong.error_code == ErrorCode.INVALID_FETCH_SESSION_EPOCH
        unknown = client.ask(fetch_request({}, session_id=1, epoch=2), FetchResponse, 11)
        assert unknown.error_code == ErrorCode.FETCH_SESSION_ID_NOT_FOUND


@pytest.mark.parametrize("version", [1, 3])
def test_old_clients_get_no_zstd(broker: RunningBroker, version: int) -> None:
    broker.create_topic("t")
    with RawClient(broker.port) as client:
        produce(client, batch(b"a", compression=Compression.ZSTD))
        assert fetch(client, fetch_request({T0: 0}), version).error_code == ErrorCode.UNSUPPORTED_COMPRESSION_TYPE


def test_a_zstd_topic_is_refused_below_version_10(broker: RunningBroker) -> None:
    broker.create_topic("t", compression_type="zstd")
    with RawClient(broker.port) as client:
        produce(client, batch(b"a"))
        assert fetch(client, fetch_request({T0: 0}), 9).error_code == ErrorCode.UNSUPPORTED_COMPRESSION_TYPE
        assert fetch(client, fetch_request({T0: 0}), 10).error_code == 0


def test_down_conversion_can_be_switched_off(broker: RunningBroker) -> None:
    broker.create_topic("t", message_downconversion_enable="false")
    with RawClient(broker.port) as client:
        produce(client, batch(b"a"))
        assert fetch(client, fetch_request({T0: 0}), 3).error_code == ErrorCode.UNSUPPORTED_VERSION
        assert fetch(client, fetch_request({T0: 0}), 4).error_code == 0


def test_read_committed_names_aborted_transactions(broker: RunningBroker) -> None:
    broker.create_topic("t")
    with RawClient(broker.port) as client:
        produce(client, batch(b"a"))
        result = fetch(client, fetch_request({T0: 0}, isolation=1))
        assert (values(result), result.aborted) == ([(0, b"a")], [])


def test_consumers_see_only_what_is_replicated(broker: RunningBroker) -> None:
    broker.create_topic("t")
    broker.lead("t", 1, NODE_ID, 8)
    with RawClient(broker.port) as client, RawClient(broker.port) as producer:
        client.request(fetch_request({T0: 0}, max_wait=30_000), 11)
        produce(producer, batch(b"a"), acks=1)
        assert fetch(producer, fetch_request({T0: 0})).high_watermark == 0
        broker.follower_reached("t", 0, 8, 1)
        (result,) = results(client.response(FetchResponse, 11)).values()
        assert values(result) == [(0, b"a")]
