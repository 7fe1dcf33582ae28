"""Transactions step by step: producers, partitions, both ends, fences, time, restarts, failures."""

from collections.abc import Callable

import pytest

from kafkacli.coordinator.offsets import TopicPartition
from kafkacli.coordinator.requests import LAST_EPOCH, NO_PRODUCER, InitProducerId, Producer
from kafkacli.coordinator.transaction_coordinator import InitProducerIdResult, TransactionConfig, TransactionCoordinator
from kafkacli.coordinator.transaction_records import encode_transaction_key, encode_transaction_value
from kafkacli.errors import ErrorCode
from kafkacli.record.batch import Record, encode_batch
from tests.support.transaction_driver import Marker, TransactionDriver

A, B = TopicPartition("a", 0), TopicPartition("b", 3)
OK = ErrorCode.NONE
FENCED = ErrorCode.INVALID_PRODUCER_EPOCH
EXPIRATION_MS = TransactionConfig().id_expiration_ms
BUSY = ErrorCode.CONCURRENT_TRANSACTIONS


@pytest.fixture
def driver() -> TransactionDriver:
    return TransactionDriver()


def exhaust(driver: TransactionDriver) -> Producer:
    """A producer whose epoch is as high as a client's can be."""
    producer = driver.producer()
    value = driver.values["t"]
    assert value is not None
    value.producer_epoch = LAST_EPOCH - 1
    record = Record(timestamp=0, key=encode_transaction_key("t"), value=encode_transaction_value(value))
    driver.log.append(encode_batch([record], base_offset=len(driver.log) * 100))
    driver.restart()
    return producer._replace(epoch=LAST_EPOCH - 1)


@pytest.mark.parametrize(("commit", "end"), [(True, "Commit"), (False, "Abort")])
def test_a_transaction_goes_through_all_its_states(driver: TransactionDriver, commit: bool, end: str) -> None:
    producer = driver.producer()
    assert driver.answer(driver.add(producer, A)) is OK
    assert driver.answer(driver.add(producer, A, B)) is OK
    assert driver.answer(driver.end(producer, commit=commit)) is OK
    assert driver.states == ["Empty", "Ongoing", "Ongoing", f"Prepare{end}", f"Complete{end}"]
    assert driver.partitions == {A: [Marker(producer, commit, 1)], B: [Marker(producer, commit, 1)]}
    value = driver.values["t"]
    assert value is not None
    assert value.partitions == []


def test_adding_what_is_there_writes_nothing(driver: TransactionDriver) -> None:
    producer = driver.producer()
    driver.add(producer, A, B)
    written = len(driver.log)
    assert driver.answer(driver.add(producer, B)) is OK
    assert len(driver.log) == written


def test_the_same_end_twice_is_fine_and_the_other_one_is_not(driver: TransactionDriver) -> None:
    producer = driver.producer()
    assert driver.answer(driver.end(producer, commit=True)) is ErrorCode.INVALID_TXN_STATE
    driver.add(producer, A)
    driver.end(producer, commit=True)
    assert driver.answer(driver.end(producer, commit=True)) is OK
    assert driver.answer(driver.end(producer, commit=False)) is ErrorCode.INVALID_TXN_STATE
    assert len(driver.partitions[A]) == 1


def test_everything_waits_while_a_transaction_ends(driver: TransactionDriver) -> None:
    producer = driver.producer()
    driver.add(producer, A)
    driver.hold = True
    decided = driver.end(producer, commit=True)
    assert decided not in driver.answers
    requests: list[Callable[[], int]] = [
        lambda: driver.end(producer, commit=True),
        lambda: driver.end(producer, commit=False),
        lambda: driver.add(producer, B),
        lambda: driver.init(),
    ]
    assert [driver.answer(request()) for request in requests] == [BUSY] * 4
    driver.release()  # the decision is in the log, the markers are not
    assert driver.answer(decided) is OK
    assert [driver.answer(request()) for request in requests] == [BUSY] * 4
    driver.settle()
    assert driver.answer(driver.add(producer, B)) is OK


def test_another_producer_fences_the_one_before(driver: TransactionDriver) -> None:
    first = driver.producer()
    second = driver.producer()
    assert second == first._replace(epoch=first.epoch + 1)
    assert driver.answer(driver.add(first, A)) is FENCED
    assert driver.answer(driver.end(first, commit=True)) is FENCED
    assert driver.answer(driver.add(second, A)) is OK


def test_another_producer_aborts_the_transaction_of_the_one_before(driver: TransactionDriver) -> None:
    first = driver.producer()
    driver.add(first, A)
    asked = driver.init()
    assert driver.answers[asked] == InitProducerIdResult(BUSY, NO_PRODUCER)
    assert driver.partitions == {A: [Marker(first._replace(epoch=1), False, 1)]}
    assert driver.answer(driver.end(first, commit=True)) is FENCED
    assert driver.producer().epoch == 2


@pytest.mark.parametrize(("producer_id", "error"), [(5, ErrorCode.INVALID_PRODUCER_ID_MAPPING), (None, FENCED)])
def test_a_wrong_producer_is_told(driver: TransactionDriver, producer_id: int | None, error: ErrorCode) -> None:
    producer = driver.producer()
    wrong = Producer(producer_id or producer.producer_id, 7)
    assert driver.answer(driver.add(wrong, A)) is error
    assert driver.answer(driver.end(wrong, commit=True)) is error


def test_names_and_timeouts_are_checked(driver: TransactionDriver) -> None:
    assert driver.answer(driver.init(name="")) is ErrorCode.INVALID_REQUEST
    assert driver.answer(driver.add(NO_PRODUCER, A, name="")) is ErrorCode.INVALID_REQUEST
    assert driver.answer(driver.end(NO_PRODUCER, commit=True, name="")) is ErrorCode.INVALID_REQUEST
    assert driver.answer(driver.end(NO_PRODUCER, commit=True, name="u")) is ErrorCode.INVALID_PRODUCER_ID_MAPPING
    for timeout_ms in (0, -1, 900_001):
        assert driver.answer(driver.init(timeout_ms=timeout_ms)) is ErrorCode.INVALID_TRANSACTION_TIMEOUT
    assert driver.answer(driver.init(timeout_ms=900_000)) is OK


# KIP-360: a producer that says who it is


def test_a_producer_may_bump_its_epoch_and_ask_again(driver: TransactionDriver) -> None:
    first = driver.producer()
    second = driver.producer(first)
    assert second.epoch == 1
    assert driver.producer(first) == second
    third = driver.producer(second)
    assert third.epoch == 2
    assert driver.answer(driver.init(first)) is FENCED


def test_a_fenced_producer_can_not_bump_its_epoch(driver: TransactionDriver) -> None:
    first = driver.producer()
    driver.producer()
    assert driver.answer(driver.init(first)) is FENCED
    assert driver.answer(driver.init(Producer(first.producer_id + 9, 0))) is FENCED


def test_a_producer_of_a_forgotten_id_gets_a_new_one(driver: TransactionDriver) -> None:
    assert driver.producer(Producer(77, 5)).epoch == 0


@pytest.mark.parametrize("tells", [True, False])
def test_a_used_up_producer_id_is_replaced(driver: TransactionDriver, tells: bool) -> None:
    old = exhaust(driver)
    new = driver.producer(old if tells else None)
    assert new == Producer(old.producer_id + 1, 0)
    again = driver.init(old)
    assert driver.answers[again] == InitProducerIdResult(OK, new) if tells else driver.answer(again) is FENCED


def test_the_last_epoch_is_left_for_a_fence(driver: TransactionDriver) -> None:
    old = exhaust(driver)
    driver.add(old, A)
    assert driver.answer(driver.init()) is BUSY
    assert driver.partitions[A] == [Marker(old._replace(epoch=LAST_EPOCH), False, 2)]
    assert driver.producer() == Producer(old.producer_id + 1, 0)


def test_no_epoch_is_given_out_twice(driver: TransactionDriver) -> None:
    old = exhaust(driver)
    assert driver.answer(driver.init(old._replace(epoch=3))) is ErrorCode.UNKNOWN_SERVER_ERROR


def test_a_producer_id_is_asked_for_only_when_it_is_needed() -> None:
    coordinator = TransactionCoordinator(TransactionConfig(), 1)
    coordinator.begin_loading(0, 1)
    coordinator.finish_loading(0, 1, (), 0)
    request = InitProducerId("t", 1000)
    assert coordinator.init_producer_id(request, None, "first", 0) is None
    result = coordinator.init_producer_id(request, 5, "first", 0)
    assert result is not None
    result.appends[0].finished(OK, 0, 0)
    assert coordinator.init_producer_id(request, None, "second", 0) is not None


# time


def test_a_transaction_that_takes_too_long_is_aborted(driver: TransactionDriver) -> None:
    producer = driver.producer(timeout_ms=5000)
    driver.add(producer, A)
    driver.now += 5000
    driver.abort_timed_out()
    assert A not in driver.partitions
    driver.now += 1
    driver.abort_timed_out()
    assert driver.partitions[A] == [Marker(producer._replace(epoch=1), False, 1)]
    assert driver.answer(driver.end(producer, commit=True)) is FENCED
    assert driver.answer(driver.init(producer)) is FENCED  # as in 2.6.2: such a producer can't go on
    driver.now += 5001
    driver.abort_timed_out()
    assert len(driver.partitions[A]) == 1


def test_unused_ids_expire(driver: TransactionDriver) -> None:
    first = driver.producer()
    busy = driver.producer(name="busy")
    driver.add(busy, A, name="busy")
    driver.now += EXPIRATION_MS - 1
    driver.expire_ids()
    assert driver.answer(driver.add(first, A)) is OK
    driver.end(first, commit=True)
    driver.now += EXPIRATION_MS
    driver.expire_ids()
    assert driver.values["t"] is None
    assert driver.values["busy"] is not None
    assert driver.answer(driver.add(first, A)) is ErrorCode.INVALID_PRODUCER_ID_MAPPING
    driver.restart()
    assert driver.answer(driver.add(first, A)) is ErrorCode.INVALID_PRODUCER_ID_MAPPING
    assert driver.answer(driver.end(busy, commit=True, name="busy")) is OK


def test_an_id_that_could_not_be_removed_goes_on(driver: TransactionDriver) -> None:
    producer = driver.producer()
    driver.now += EXPIRATION_MS
    driver.hold = True
    driver.expire_ids()
    assert driver.answer(driver.add(producer, A)) is BUSY
    driver.fail = ErrorCode.NOT_ENOUGH_REPLICAS
    driver.release()
    driver.settle()
    assert driver.answer(driver.add(producer, A)) is OK


# failures


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (ErrorCode.NOT_ENOUGH_REPLICAS, ErrorCode.COORDINATOR_NOT_AVAILABLE),
        (ErrorCode.REQUEST_TIMED_OUT, ErrorCode.COORDINATOR_NOT_AVAILABLE),
        (ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.NOT_COORDINATOR),
        (ErrorCode.RECORD_LIST_TOO_LARGE, ErrorCode.UNKNOWN_SERVER_ERROR),
        (ErrorCode.CORRUPT_MESSAGE, ErrorCode.CORRUPT_MESSAGE),
    ],
)
def test_a_failed_append_changes_nothing(driver: TransactionDriver, failure: ErrorCode, told: ErrorCode) -> None:
    producer = driver.producer()
    driver.add(producer, A)
    driver.fail = failure
    assert driver.answer(driver.add(producer, B)) is told
    assert driver.answer(driver.end(producer, commit=True)) is told
    driver.fail = OK
    assert driver.answer(driver.end(producer, commit=True)) is OK
    assert driver.partitions == {A: [Marker(producer, True, 1)]}


def test_the_epoch_of_a_fence_that_failed_is_used_by_the_next(driver: TransactionDriver) -> None:
    producer = driver.producer()
    driver.add(producer, A)
    driver.fail = ErrorCode.NOT_ENOUGH_REPLICAS
    assert driver.answer(driver.init()) is ErrorCode.COORDINATOR_NOT_AVAILABLE
    assert driver.answer(driver.end(producer, commit=True)) is FENCED
    driver.fail = OK
    assert driver.answer(driver.init()) is BUSY
    assert driver.partitions[A] == [Marker(producer._replace(epoch=1), False, 1)]


def test_markers_are_tried_again_where_they_failed(driver: TransactionDriver) -> None:
    producer = driver.producer()
    driver.add(producer, A, B)
    driver.marker_errors = {A: [ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.REQUEST_TIMED_OUT]}
    driver.end(producer, commit=True)
    assert driver.partitions == {B: [Marker(producer, True, 1)]}
    assert driver.answer(driver.add(producer, A)) is BUSY
    driver.retry()
    driver.retry()
    assert driver.partitions == {A: [Marker(producer, True, 1)], B: [Marker(producer, True, 1)]}
    assert driver.states[-1] == "CompleteCommit"


def test_a_partition_without_transactions_needs_no_marker(driver: TransactionDriver) -> None:
    producer = driver.producer()
    driver.add(producer, A)
    driver.marker_errors = {A: [ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT]}
    driver.end(producer, commit=True)
    assert driver.states[-1] == "CompleteCommit"


def test_a_superseded_transaction_is_left_alone(driver: TransactionDriver) -> None:
    producer = driver.producer()
    driver.add(producer, A, B)
    driver.marker_errors = {A: [ErrorCode.TRANSACTION_COORDINATOR_FENCED]}
    driver.end(producer, commit=True)
    assert not driver.retries
    assert driver.states[-1] == "PrepareCommit"


def test_the_end_is_written_again_when_that_failed(driver: TransactionDriver) -> None:
    producer = driver.producer()
    driver.add(producer, A)
    driver.hold = True
    driver.end(producer, commit=True)
    driver.release()
    driver.release()
    driver.fail = ErrorCode.NOT_ENOUGH_REPLICAS
    driver.release()
    assert driver.states[-1] == "PrepareCommit"
    assert driver.answer(driver.add(producer, A)) is BUSY
    driver.settle()
    assert driver.states[-1] == "CompleteCommit"


# ownership


def test_a_decision_is_carried_out_by_the_next_coordinator(driver: TransactionDriver) -> None:
    producer = driver.producer()
    driver.add(producer, A, B)
    driver.hold = True
    driver.end(producer, commit=True)
    driver.release()
    driver.hold = False
    driver.restart()
    assert driver.partitions == {A: [Marker(producer, True, 2)], B: [Marker(producer, True, 2)]}
    assert driver.answer(driver.end(producer, commit=True)) is OK


def test_an_open_transaction_stays_open_over_a_restart(driver: TransactionDriver) -> None:
    producer = driver.producer(timeout_ms=5000)
    driver.add(producer, A)
    driver.restart()
    assert driver.answer(driver.end(producer, commit=True)) is OK
    driver.add(producer, B)
    driver.restart()
    driver.now += 5001
    driver.abort_timed_out()
    assert driver.partitions[B] == [Marker(producer._replace(epoch=1), False, 3)]


def test_a_coordinator_that_lost_its_partition_refuses(driver: TransactionDriver) -> None:
    producer = driver.producer()
    driver.hold = True
    added = driver.add(producer, A)
    driver.coordinator.resign(0)
    assert driver.answer(driver.init()) is ErrorCode.NOT_COORDINATOR
    driver.release()
    assert driver.answer(added) is ErrorCode.NOT_COORDINATOR
    driver.coordinator.begin_loading(0, 2)
    assert driver.answer(driver.end(producer, commit=True)) is ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
    driver.coordinator.finish_loading(0, 1, (), driver.now)  # of an earlier time
    assert driver.answer(driver.init()) is ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
