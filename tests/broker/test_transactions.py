"""Transactions on a running broker: as the real one answers, and what a client can't see of it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kafkacli.broker import transactions
from kafkacli.coordinator.group_partition import partition_for
from kafkacli.coordinator.requests import Producer
from kafkacli.coordinator.transaction_records import TRANSACTIONS_TOPIC
from kafkacli.errors import ErrorCode
from kafkacli.wire.messages.end_txn import EndTxnResponse
from kafkacli.wire.messages.find_coordinator import FindCoordinatorRequest, FindCoordinatorResponse
from kafkacli.wire.messages.txn_offset_commit import TxnOffsetCommitResponse
from kafkacli.wire.messages.write_txn_markers import WriteTxnMarkersResponse
from tests.support.broker import NODE_ID, RunningBroker
from tests.support.broker_play import Play
from tests.support.produced import produce
from tests.support.raw import RawClient
from tests.support.transaction_client import (
    FIRST,
    OK,
    added,
    begin,
    committed,
    ended,
    group_offset,
    offsets_in_transaction,
    producer,
)
from tests.support.transaction_plays import PLAYS, perform, recorded
from tests.support.transaction_requests import commit_offsets, data, end, markers
from tests.support.waiting import until

Start = Callable[..., RunningBroker]


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    running = RunningBroker(tmp_path_factory.mktemp("transactions") / "log")
    yield running.port
    running.stop()


@pytest.mark.parametrize("play", PLAYS, ids=lambda play: play.__name__)
def test_answers_as_the_real_broker(port: int, play: Callable[[Play], None]) -> None:
    assert perform(play, port) == recorded(play)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a broker with these properties on the test's directory, after the one before has stopped."""
    running: list[RunningBroker] = []

    def begin(**properties: str) -> RunningBroker:
        if running:
            running.pop().stop()
        broker = RunningBroker(tmp_path / "log", {key.replace("_", "."): value for key, value in properties.items()})
        running.append(broker)
        until(lambda: coordinator(broker, 0) is OK and coordinator(broker, 1) is OK)
        if "t" not in broker.broker.metadata:
            broker.create_topic("t", 2)
        return broker

    yield begin
    if running:
        running.pop().stop()


def coordinator(broker: RunningBroker, kind: int) -> ErrorCode:
    with RawClient(broker.port) as client:
        answer = client.ask(FindCoordinatorRequest(key=FIRST, key_type=kind), FindCoordinatorResponse, 2)
    return ErrorCode(answer.error_code)


def test_the_internal_topic_has_its_configs(start: Start) -> None:
    broker = start(transaction_state_log_segment_bytes="1048576")
    config = broker.broker.partitions.get(TRANSACTIONS_TOPIC, 0).log.config
    assert (config.segment_bytes, config.min_insync_replicas) == (1048576, 1)
    assert not config.is_deleted
    assert not config.unclean_leader_election_enable


def test_an_open_transaction_goes_on_after_a_restart(start: Start) -> None:
    with RawClient(start().port) as client:
        who = producer(client)
        begin(client, who)
        offsets_in_transaction(client, who, "g", 4)
    with RawClient(start().port) as client:
        until(lambda: group_offset(client, "g") == (-1, ErrorCode.UNSTABLE_OFFSET_COMMIT))
        assert committed(client) == []
        until(lambda: added(client, who, ("t", 0)) is OK)
        assert produce(client, data(who, 1, b"b")).error_code == OK
        assert ended(client, who, commit=True) is OK
        assert committed(client) == [b"a", b"b"]
        assert group_offset(client, "g") == (4, OK)


def test_a_decision_is_carried_out_where_topics_are_known_long_after_their_transactions(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = next(f"id-{n}" for n in range(1000) if partition_for(f"id-{n}", 50) == 0)
    broker = start(transaction_state_log_num_partitions="50")
    with RawClient(broker.port) as client:
        who = producer(client, name)
        begin(client, who, name=name)
        with monkeypatch.context() as patch:
            patch.setattr(transactions, "write_markers", lambda *_, **__: {})
            assert ended(client, who, commit=True, name=name) is OK
        assert committed(client) == []
    with RawClient(start(transaction_state_log_num_partitions="50").port) as client:
        until(lambda: committed(client) == [b"a"])


@pytest.mark.parametrize("commit", [True, False])
def test_a_decision_is_carried_out_after_a_restart(start: Start, commit: bool) -> None:
    broker = start()
    with RawClient(broker.port) as client:
        who = producer(client)
        begin(client, who)
        offsets_in_transaction(client, who, "g", 4)
        broker.lead("t", 1, NODE_ID, 8)
        assert ended(client, who, commit=commit) is OK
        assert added(client, who, ("t", 0)) is ErrorCode.CONCURRENT_TRANSACTIONS
    with RawClient(start().port) as client:
        until(lambda: added(client, who, ("t", 1)) is OK)
        assert committed(client) == ([b"a"] if commit else [])
        assert group_offset(client, "g") == (4 if commit else -1, OK)


def test_a_transaction_has_ended_when_followers_have_its_markers(start: Start) -> None:
    broker = start()
    with RawClient(broker.port) as client:
        who = producer(client)
        begin(client, who)
        broker.lead("t", 1, NODE_ID, 8)
        assert ended(client, who, commit=True) is OK
        assert committed(client) == []
        assert ended(client, who, commit=True) is ErrorCode.CONCURRENT_TRANSACTIONS
        broker.follower_reached("t", 0, 8, 2)
        until(lambda: ended(client, who, commit=True) is OK)
        assert committed(client) == [b"a"]


def test_the_decision_waits_for_followers(start: Start) -> None:
    broker = start()
    with RawClient(broker.port) as client, RawClient(broker.port) as other:
        who = producer(client)
        begin(client, who)
        broker.lead(TRANSACTIONS_TOPIC, 1, NODE_ID, 8)
        client.request(end(FIRST, who, commit=True), 1)
        log = broker.broker.partitions.get(TRANSACTIONS_TOPIC, 0).log
        until(lambda: log.log_end_offset == 3)
        assert committed(other) == []
        broker.follower_reached(TRANSACTIONS_TOPIC, 0, 8, 3)
        assert client.response(EndTxnResponse, 1).error_code == OK
        assert committed(other) == [b"a"]


@pytest.mark.parametrize("timeout_ms", [100, 30_000])
def test_followers_have_only_so_long(start: Start, timeout_ms: int) -> None:
    broker = start(request_timeout_ms=str(timeout_ms))
    broker.lead("t", 1, NODE_ID, 8)
    with RawClient(broker.port, timeout=1) as client:
        client.request(markers(Producer(70, 0), ("t", 0), commit=True), 0)
        if timeout_ms > 1000:
            with pytest.raises(TimeoutError):
                client.response(WriteTxnMarkersResponse, 0)
        else:
            (answer,) = client.response(WriteTxnMarkersResponse, 0).markers
            assert answer.topics[0].partitions[0].error_code == ErrorCode.REQUEST_TIMED_OUT


def test_markers_wait_for_a_leader_and_not_for_a_topic_that_is_gone(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kafkacli.broker.transactions.RETRY_S", 0.01)
    broker = start()
    broker.create_topic("gone")
    with RawClient(broker.port) as client:
        who = producer(client)
        begin(client, who)
        assert added(client, who, ("gone", 0)) is OK
        broker.call("leadership.forget_topic", "gone")
        known = broker.broker.metadata.partition("t", 0)
        assert known is not None
        broker.call("leadership.know", ("t", 0), known._replace(leader=8))
        assert ended(client, who, commit=True) is OK
        assert added(client, who, ("t", 0)) is ErrorCode.CONCURRENT_TRANSACTIONS
        broker.call("leadership.know", ("t", 0), known)
        until(lambda: committed(client) == [b"a"])
        until(lambda: added(client, who, ("t", 0)) is OK)


def test_a_transaction_that_takes_too_long_is_aborted(start: Start) -> None:
    broker = start(transaction_abort_timed_out_transaction_cleanup_interval_ms="20")
    with RawClient(broker.port) as client:
        who = producer(client, timeout_ms=200)
        begin(client, who)
        # by itself it would look after ten seconds
        until(lambda: added(client, who, ("t", 0)) is ErrorCode.INVALID_PRODUCER_EPOCH, seconds=6)
        assert ended(client, who, commit=True) is ErrorCode.INVALID_PRODUCER_EPOCH
        assert produce(client, data(who, 1, b"late")).error_code == ErrorCode.INVALID_PRODUCER_EPOCH
        assert committed(client) == []


def test_unused_ids_are_forgotten(start: Start) -> None:
    broker = start(transaction_remove_expired_transaction_cleanup_interval_ms="20", transactional_id_expiration_ms="1")
    with RawClient(broker.port) as client:
        who = producer(client)
        until(lambda: ended(client, who, commit=True) is ErrorCode.INVALID_PRODUCER_ID_MAPPING)


def test_a_coordinator_that_lost_its_partition_refuses(start: Start) -> None:
    broker = start()
    with RawClient(broker.port) as client:
        who = producer(client)
        broker.call("transactions.resigned", broker.broker.partitions.get(TRANSACTIONS_TOPIC, 0))
        assert ended(client, who, commit=True) is ErrorCode.NOT_COORDINATOR


def test_markers_for_another_coordinator_wait_for_followers(start: Start) -> None:
    broker = start()
    with RawClient(broker.port) as client:
        broker.lead("t", 1, NODE_ID, 8)
        client.request(markers(Producer(70, 0), ("t", 0), ("t", 1), commit=True), 0)
        log = broker.broker.partitions.get("t", 0).log
        until(lambda: log.log_end_offset == 1)
        broker.follower_reached("t", 0, 8, 1)
        (answer,) = client.response(WriteTxnMarkersResponse, 0).markers
        assert [(part.partition_index, part.error_code) for part in answer.topics[0].partitions] == [(1, 0), (0, 0)]


def test_a_zombies_offsets_do_not_undo_those_of_its_successor(start: Start) -> None:
    broker = start()
    with RawClient(broker.port) as client:
        old, new = producer(client), producer(client)
        offsets_in_transaction(client, new, "g", 4)
        zombie = commit_offsets(FIRST, old, "g", ("t", 0, 9))
        answer = client.ask(zombie, TxnOffsetCommitResponse, 3)
        assert answer.topics[0].partitions[0].error_code == ErrorCode.INVALID_PRODUCER_EPOCH
        assert ended(client, new, commit=True) is OK
        assert group_offset(client, "g") == (4, OK)
